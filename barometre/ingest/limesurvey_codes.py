"""LimeSurvey's own columns, and its many spellings of one column brought to the item code.

========================================  ==============================================
`gov3[SQ001]`, `data6[SQ001][1]`          item codes: CSV, XLSX, JSON
`gov3_SQ001`, `data6_SQ001_0`             VV
`gov3_SQ001`, `data6_SQ001_1`             SPSS (.sav)
`gov3_SQ001`, `data6_SQ001#0`             SPSS (.dat with .sps)
`452781X2X9SQ001`, `452781X5X27SQ001#0`   archive (.lsa), VV of version 1
========================================  ==============================================

The two halves of a dual scale are numbered from 0 or from 1, so `_1` is the second or the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from barometre.ingest.questions import Question, items

# LimeSurvey's own columns in their order, with its wording in some languages.
SYSTEM = {
    "id": ("Response ID", "ID de la réponse", "Antwort ID", "ID de respuesta"),
    "submitdate": ("Date submitted", "Date de soumission", "Datum Abgeschickt", "Fecha de envío"),
    "lastpage": ("Last page", "Dernière page", "Letzte Seite", "Última página"),
    "startlanguage": ("Start language", "Langue de départ", "Start-Sprache", "Lenguaje inicial"),
    "seed": ("Seed", "Tête de série", "Zufallsstartwert", "Semilla"),
    "token": ("Access code", "Token", "Code d'accès", "Zugangscode", "Código de acceso"),
    "startdate": ("Date started", "Date de lancement", "Datum gestartet", "Fecha de inicio"),
    "datestamp": (
        *("Date last action", "Date de la dernière action", "Datum letzte Aktivität"),
        "Fecha de la última acción",
    ),
    "ipaddr": ("IP address", "Adresse IP", "IP-Adresse", "Dirección IP"),
    "refurl": ("Referrer URL", "URL référente", "Weiterleitungs-URL", "URL de referencia"),
}
MANDATORY = {"id", "submitdate", "lastpage"}  # in every export of responses
TIMING = re.compile(r"interviewtime|groupTime\d+|.+Time")
# Of the participants' list, which some exports put beside the answers.
PERSON = {"firstname", "lastname", "email", "emailstatus"}
FURTHER = {
    *("language", "sent", "remindersent", "remindercount", "usesleft", "completed"),
    *("tid", "participant_id", "blacklisted", "validfrom", "validuntil"),
}
DECIMALS = re.compile(r"(-?\d+)\.(\d*?)0*")
TABLE_NAME = re.compile(r"\d+X\d+X\d+.*")
_HALF = re.compile(r"(.+)[_#]([012])")


def own(name: str) -> bool:
    """Whether a column is LimeSurvey's own: about the response, or a timing."""
    return name in SYSTEM or TIMING.fullmatch(name) is not None


def participants(names: Iterable[str]) -> list[str]:
    """Columns of the participants' list; empty where the export has none."""
    names = list(names)
    if not set(names) >= PERSON:
        return []
    listed = PERSON | FURTHER
    return [name for name in names if name in listed or name.startswith("attribute_")]


def from_underscores(names: Iterable[str], known: Iterable[str], first: int) -> dict[str, str]:
    """Name -> item code, for spellings with underscores.

    Parameters
    ----------
    names : columns of an export
    known : item codes of a codebook; where it has none for a name, question codes are taken to hold
        no underscore, as LimeSurvey asks of them
    first : number of the first half of a dual scale, 0 or 1
    """
    names = list(names)
    spelled = {_underscores(item, first): item for item in known}
    halves = _dual(names, first)
    return {name: spelled.get(_plain(name)) or halves.get(name) or _guess(name) for name in names}


def from_keys(questions: Iterable[Question]) -> dict[str, str]:
    """Name of a column in LimeSurvey's own tables -> item code."""
    found: dict[str, str] = {}
    for question in questions:
        found[question.key] = question.code
        for item, *_ in items(question):
            found[key_of(question, item)] = item
    return found


def key_of(question: Question, item: str) -> str:
    """The name of an item's column in LimeSurvey's own tables; empty where ids are not known."""
    parts = re.findall(r"\[([^\]]*)\]", item[len(question.code) :])
    if not question.key:
        return ""
    if parts == ["filecount"]:
        return f"{question.key}_filecount"
    if len(parts) == 2:
        return f"{question.key}{parts[0]}#{int(parts[1]) - 1}"
    return question.key + "".join(parts)


def undecimal(text: str | None) -> str | None:
    """`50.0000000000` as `50`: numbers without the zeros that a database column adds."""
    match = DECIMALS.fullmatch(text or "")
    if match is None:
        return text
    return f"{match[1]}.{match[2]}" if match[2] else match[1]


def _plain(name: str) -> str:
    return name.replace("__", "_").replace("#", "_")


def _underscores(item: str, first: int) -> str:
    code, *parts = item.replace("]", "").split("[")
    if len(parts) == 2 and parts[1].isdigit():
        parts[1] = str(int(parts[1]) - 1 + first)
    return "_".join([code, *parts])


def _guess(name: str) -> str:
    if "[" in name:
        return name
    question, _, part = _plain(name).partition("_")
    return f"{question}[{part}]" if part else name


def _dual(names: list[str], first: int) -> dict[str, str]:
    """Columns of questions all of whose columns come in two halves."""
    by_question: dict[str, list[str]] = {}
    for name in names:
        by_question.setdefault(_plain(name).partition("_")[0], []).append(name)
    found: dict[str, str] = {}
    for question, own in by_question.items():
        matches = [_HALF.fullmatch(_plain(name)) for name in own]
        halves = [(m[1], int(m[2]) - first + 1) for m in matches if m and "_" in m[1]]
        both = {(stem, side) for stem, _ in halves for side in (1, 2)}
        if len(halves) == len(own) and both == set(halves):
            for name, (stem, side) in zip(own, halves, strict=True):
                found[name] = f"{question}[{stem.partition('_')[2]}][{side}]"
    return found
