"""The draft of a codebook from an XLSForm (KoBoToolbox, ODK).

Items are named as `barometre.ingest.kobo` names them: `country` for a question whatever its group,
`reason/employment` for a box, `members[1].age` for a question of a repeat, where line 1 stands for
all lines. What the device collects by itself (start, end, user, telephone number) is no item;
questions for a place are personal, and names of photographs and sound files are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.draft import Draft
from barometre.ingest.questions import Labels
from barometre.ingest.wording import plain

KINDS = {
    **dict.fromkeys(("integer", "range"), "count"),
    **dict.fromkeys(("decimal", "calculate"), "number"),
    **dict.fromkeys(("date", "today", "datetime"), "date"),
    "acknowledge": "tick",
}
# Nothing is asked in these, or the device fills them in.
NOT_ASKED = {
    *("note", "start", "end", "deviceid", "username", "audit", "phonenumber", "email", "hidden"),
    *("subscriberid", "simserial", "start-geopoint", "background-audio", "xml-external"),
    *("csv-external", "background-geopoint"),
}
ROLES = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape"), "personal"),
    **dict.fromkeys(("image", "audio", "video", "file"), "ignore"),
}
LANGUAGES = {
    **dict.fromkeys(("english", "anglais"), "en"),
    **dict.fromkeys(("french", "français", "francais"), "fr"),
    **dict.fromkeys(("spanish", "español", "espanol", "espagnol"), "es"),
    **dict.fromkeys(("german", "deutsch", "allemand"), "de"),
    **dict.fromkeys(("portuguese", "português", "portugais"), "pt"),
    **dict.fromkeys(("arabic", "arabe", "العربية"), "ar"),
}
OTHER = {"": "Other", "fr": "Autre", "en": "Other"}
MET = re.compile(
    r"\$\{(?P<item>[\w.-]+)\}\s*=\s*(?P<value>'[^']*'|\"[^\"]*\"|-?\d+)"
    r"|selected\(\s*\$\{(?P<boxes>[\w.-]+)\}\s*,\s*(?P<option>'[^']*'|\"[^\"]*\")\s*\)"
)
Record = dict[str, str]


def form_rows(path: str | Path) -> tuple[list[Record], list[Record]] | None:
    """Rows of the sheets `survey` and `choices`; None where the workbook is no XLSForm."""
    try:
        survey = sheets.open_sheet(path, {"sheet": "survey"}).rows
        choices = sheets.open_sheet(path, {"sheet": "choices"}).rows
    except StudyError:
        return None
    return _records(survey), _records(choices)


def _records(rows: list[list[str | None]]) -> list[Record]:
    heads = [plain(cell or "") for cell in rows[0]]
    return [dict(zip(heads, (cell or "" for cell in row), strict=False)) for row in rows[1:]]


def _labels(record: Record) -> Labels:
    """`label::French (fr)`, `label::en`, `label::Français` and `label` by language."""
    found: Labels = {}
    for head, text in record.items():
        name, _, language = head.partition(":")
        if name != "label" or not text:
            continue
        told = re.search(r"\((\w\w)\)$|^:?(\w\w)$", language.strip())
        code = (told[1] or told[2]).lower() if told else LANGUAGES.get(key_of(language), "")
        found.setdefault(code, plain(text))
    return found


def key_of(language: str) -> str:
    """`: Français` as `français`."""
    return plain(language.strip(": ")).casefold()


def from_form(survey: list[Record], choices: list[Record]) -> Draft:
    """The draft of an XLSForm."""
    lists: dict[str, dict[str, Labels]] = {}
    for row in choices:
        name = plain(row.get("list_name") or row.get("list name") or "")
        if name and row.get("name"):
            lists.setdefault(name, {})[plain(row["name"])] = _labels(row)
    draft = Draft()
    places: dict[str, str] = {}  # name of a question -> its code
    waiting: list[tuple[int, list[str]]] = []  # number of an item, what it is relevant to
    groups: list[tuple[Labels, str, str]] = [({}, "", "")]  # labels, relevant, start of the codes
    for row in survey:
        kind, _, rest = (
            plain(row.get("type", "")).replace("select one", "select_one").partition(" ")
        )
        kind = f"{kind}_{rest}" if kind in ("begin", "end") and rest else kind
        name, labels = plain(row.get("name", "")), _labels(row)
        start = groups[-1][2]
        if kind in ("begin_group", "begin_repeat", "begin"):
            inner = f"{start}{name}[1]." if kind == "begin_repeat" else start
            groups.append((labels, row.get("relevant", ""), inner))
        elif kind.startswith("end_") or (kind == "end" and not name):
            groups = groups[:-1] or groups
        elif name and kind and kind not in NOT_ASKED:
            before = len(draft.items)
            code = places[name] = _unique(f"{start}{name}", draft)
            _add(draft, code, kind, rest, labels, lists, groups[-1][0])
            asked = [relevant for _, relevant, _ in groups] + [row.get("relevant", "")]
            waiting += [(at, asked) for at in range(before, len(draft.items))]
    _conditions(draft, waiting, places)
    return draft


def _unique(code: str, draft: Draft) -> str:
    """A code that no item has yet: two groups may ask a question of the same name."""
    taken = {row["item"].split("/")[0] for row in draft.items}
    return next(one for one in (code, *(f"{code}_{n}" for n in range(2, 9999))) if one not in taken)


def _add(
    draft: Draft,
    code: str,
    kind: str,
    rest: str,
    labels: Labels,
    lists: Mapping[str, Mapping[str, Labels]],
    group: Labels,
) -> None:
    """The items of one question."""
    words = rest.split(" ")
    answers = dict(lists.get(words[0], {}))
    if "or_other" in words:
        answers.setdefault("other", OTHER)
    if kind == "select_multiple" and answers:
        for option, own in answers.items():
            languages = dict.fromkeys([*labels, *own])
            both = {
                one: f"{labels.get(one) or labels.get('', '')} | {own.get(one) or own.get('', '')}"
                for one in languages
            }
            draft.add(f"{code}/{option}", "tick", both, None, group)
    elif kind == "select_one" and set(answers) == {"Y", "N"}:
        draft.add(code, "yes_no", labels, None, group)
    elif kind == "select_one" and answers:
        numbers = len(answers) > 2 and all(re.fullmatch(r"-?\d+", one) for one in answers)
        draft.add(code, "scale" if numbers else "choice", labels, answers, group)
    else:
        draft.add(code, KINDS.get(kind, "text"), labels, None, group, role=ROLES.get(kind, ""))
    if "or_other" in words:
        draft.add(f"{code}_other", "text", {**labels, **OTHER}, None, group)


def _conditions(
    draft: Draft, waiting: list[tuple[int, list[str]]], places: Mapping[str, str]
) -> None:
    """`shown_if` of each item from what it and its groups are relevant to."""
    codes = {row["item"] for row in draft.items}
    for at, asked in waiting:
        told = [condition_of(text, places, codes) for text in asked if text.strip()]
        draft.items[at]["shown_if"] = " & ".join(dict.fromkeys(one for one in told if one))
        untold = [t for t in asked if t.strip() and condition_of(t, places, codes) is None]
        draft.untold += [(draft.items[at]["item"], text) for text in untold]


def condition_of(text: str, places: Mapping[str, str], codes: set[str]) -> str | None:
    """`${q} = 'a' or ${q} = 'b'` as `q=a|b`; None for anything richer.

    Several items joined by `and`, and `selected(${q}, 'a')` of one box, are understood too.
    """
    wanted: dict[str, list[str]] = {}
    for part in re.split(r"\s+and\s+", _bare(text)):
        items: dict[str, list[str]] = {}
        for one in re.split(r"\s+or\s+", _bare(part)):
            match = MET.fullmatch(_bare(one))
            if match is None:
                return None
            item = places.get(match["item"] or match["boxes"], "")
            value = (match["value"] or match["option"]).strip("'\"")
            if f"{item}/{value}" in codes and match["boxes"]:
                item, value = f"{item}/{value}", "Y"
            if item not in codes or not value or re.search(r"[|&=]", value):
                return None
            items.setdefault(item, []).append(value)
        if len(items) != 1 or set(items) & set(wanted):
            return None
        wanted |= items
    return " & ".join(f"{item}={'|'.join(values)}" for item, values in wanted.items())


def _bare(text: str) -> str:
    """An expression without brackets around the whole of it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _closes_last(text):
        text = text[1:-1].strip()
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for at, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return at == len(text) - 1
    return False
