"""Units matched to the register: by key, by SIREN, by name; the rest is for a person to decide.

A SIREN is taken from an answer with or without spaces, also out of a SIRET, if its check digit is
right (Luhn 1954) and no spreadsheet filled it down. A name is compared without case, accents, signs
and the words of legal forms; two names are the same body when these are equal, or so alike that no
other body of the register comes near. "Grand Paris Seine & Oise" is not "Métropole du Grand
Paris": words that only one of the two names has count against it.

`matches.csv` of a study's folder keeps what a person decided: answer, unit_id, proposals.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest.register import luhn
from barometre.ingest.wording import key, plain

COLUMNS = ("answer", "unit_id", "proposals")
# Legal forms and small words, in the form of `key`.
FORMS = {
    **dict.fromkeys(("metropole", "eurometropole"), "metropole"),
    **dict.fromkeys(("urbaine", "cu"), "urbaine"),
    **dict.fromkeys(("agglomeration", "agglo", "ca"), "agglomeration"),
    **dict.fromkeys(("communes", "cc"), "communes"),
    **dict.fromkeys(("ville", "mairie", "commune"), "commune"),
}
SMALL = frozenset(
    ["communaute", "communautes", "de", "du", "des", "la", "le", "les", "et", "en", "aux", "au"]
)
ALIKE, APART = 0.9, 0.1  # similarity at which a name is taken, and how far the next must be
STEPS = {1, 1_000, 1_000_000}  # what a spreadsheet adds from row to row


@dataclass(frozen=True)
class Match:
    """How an answer was matched: unit (or ""), way, similarity, and the nearest names."""

    unit: str
    way: str
    score: float = 1.0
    proposals: tuple[str, ...] = ()


def siren_of(text: str) -> str:
    """The SIREN in a text: nine digits, or the head of a SIRET's fourteen; "" where none is right.

    Spaces and points between the digits are passed over.
    """
    digits = re.sub(r"[\s.\u00a0\u202f]", "", text)
    if not digits.isdigit() or not digits.isascii() or len(digits) not in (9, 14):
        return ""
    return digits[:9] if luhn(digits[:9]) else ""


def filled_down(texts: Sequence[str]) -> list[int]:
    """Positions of numbers that a spreadsheet counted up from the one before.

    Three or more in a row, each the same step (1, a thousand or a million) above the last; the
    first of them is the one that was typed.
    """
    bare = [re.sub(r"\D", "", text) for text in texts]
    numbers = [int(digits) if len(digits) in (9, 14) else None for digits in bare]
    steps = [
        later - earlier if later is not None and earlier is not None else None
        for earlier, later in zip(numbers, numbers[1:], strict=False)
    ]
    found: list[int] = []
    for at, step in enumerate(steps):
        before = at > 0 and steps[at - 1] == step
        after = at + 1 < len(steps) and steps[at + 1] == step
        if step in STEPS and (before or after):
            found.append(at + 1)
    return found


def core(name: str) -> str:
    """What tells a body's name from others: its words without legal forms, sorted."""
    words = key(re.sub(r"\b[dl]['\u2019]", " ", name.casefold())).split()
    return " ".join(
        sorted(word for word in words if word not in FORMS and word not in SMALL)
    ) or " ".join(words)


def same_form(one: str, other: str) -> bool:
    """Whether two names do not say different legal forms ("CA de X" is not "X Métropole")."""
    forms = [{FORMS[word] for word in key(text).split() if word in FORMS} for text in (one, other)]
    return not all(forms) or bool(forms[0] & forms[1])


def _alike(one: str, other: str) -> bool:
    """Whether two cores may differ by a slip: long enough, the same numbers and short words."""
    short = [
        {word for word in text.split() if len(word) < 3 or word.isdigit()} for text in (one, other)
    ]
    return min(len(one), len(other)) > 5 and short[0] == short[1]


def matched(
    answers: Sequence[str],
    names: Mapping[str, str],
    decided: Mapping[str, str] | None = None,
    sirens: bool = True,
) -> list[Match]:
    """Each answer matched to a unit.

    Parameters
    ----------
    answers : keys, SIREN, SIRET or names, one for each respondent
    names : unit -> name, of the register; the name may be ""
    decided : answer -> unit, from matches.csv
    sirens : whether the register's key is the SIREN
    """
    from rapidfuzz import fuzz, process

    wrong = set(filled_down(answers)) if sirens else set()
    by_key: dict[str, list[str]] = {}
    by_core: dict[str, list[str]] = {}
    for unit, name in names.items():
        by_key.setdefault(key(name), []).append(unit)
        by_core.setdefault(core(name), []).append(unit)
    listed = [name for name in by_core if name]

    def one(at: int, text: str) -> Match:
        if decided and decided.get(text):
            return Match(decided[text], "decided")
        siren = siren_of(text) if sirens else ""
        if at in wrong:
            return Match("", "a number counted up by a spreadsheet", 0)
        if text in names:
            return Match(text, "key")
        if siren in names and siren:
            return Match(siren, "SIREN")
        for way, table, form in (
            ("name", by_key, key(text)),
            ("name without its legal form", by_core, core(text)),
        ):
            units = table.get(form, []) if form else []
            if len(units) == 1 and same_form(text, names[units[0]]):
                return Match(units[0], way)
        near = process.extract(core(text), listed, scorer=fuzz.ratio, limit=3)
        scores = [score / 100 for _, score, _ in near] + [0.0, 0.0]
        sure = scores[0] >= ALIKE and scores[0] - scores[1] >= APART
        nearest = by_core[near[0][0]] if sure else []
        near_enough = len(nearest) == 1 and _alike(core(text), near[0][0])
        if near_enough and same_form(text, names[nearest[0]]):
            return Match(nearest[0], "similar name", scores[0])
        wide = process.extract(core(text), listed, scorer=fuzz.WRatio, limit=3)
        further = [unit for name, _, _ in wide for unit in by_core[name]]
        told = tuple(f"{unit} {names[unit]}" for unit in further[:3])
        return Match("", "none", scores[0], told)

    return [one(at, plain(text)) for at, text in enumerate(answers)]


def read_matches(path: str | Path) -> dict[str, str]:
    """Answer -> unit of a study's matches.csv; none where there is no such file.

    Raises
    ------
    StudyError : a column is missing, or an answer is decided twice in different ways.
    """
    if not Path(path).is_file():
        return {}
    with open(path, encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source)
        rows = list(reader)
    if not {"answer", "unit_id"} <= set(reader.fieldnames or []):
        raise StudyError(f"{path}, row 1: expected the columns {', '.join(COLUMNS)}.")
    decided: dict[str, str] = {}
    for row, record in enumerate(rows, start=2):
        answer, unit = plain(record["answer"] or ""), plain(record["unit_id"] or "")
        if decided.setdefault(answer, unit) != unit:
            raise StudyError(
                f"{path}, row {row}: '{answer}' is given to '{decided[answer]}' and to '{unit}'; "
                "keep one."
            )
    return decided


def write_matches(path: str | Path, undecided: Mapping[str, Match]) -> int:
    """Add answers without a unit to matches.csv, with proposals; returns how many were new."""
    known = read_matches(path)
    fresh = {answer: match for answer, match in undecided.items() if answer not in known}
    begins = not Path(path).is_file()
    with open(path, "a", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        if begins:
            writer.writerow(COLUMNS)
        for answer, match in fresh.items():
            writer.writerow([answer, "", " | ".join(match.proposals)])
    return len(fresh)
