"""Qualtrics: CSV or TSV (UTF-16 too) or XLSX with three heading rows, and the legacy CSV with two.

Row 1 holds the codes (export tags), row 2 the texts, row 3 `{"ImportId": ...}`, by which the tool's
own columns are known in every language of its interface. In the legacy form rows 1 and 2 hold
`V1` ... and the tool's names, then codes and texts of the questions.

Item codes are the export tags, with the part in brackets where row 3 shows one: `Q3_4` is `Q3[4]`,
the fourth option or row of question 3, `Q3_4_TEXT` is `Q3[4_TEXT]`, what was typed beside it.
Columns of one question that hold nothing but 1, or nothing but their own option, are boxes. Several
answers in one cell, joined by a comma without a space, become boxes `Q3[1]`, `Q3[4]`; of answers as
texts `Q3[option]` (`barometre.ingest.boxes`).

States
------
With "recode seen but unanswered questions" Qualtrics writes -99 for a question that was seen and
left blank (and 0 for its boxes). Where a file has -99, a cell without any value was not shown;
without the recode the two look alike. After the last answer of an unfinished response nothing was
reached.

`Finished` tells complete responses, `EndDate` when; there are duration and language, too. IP
address, names, e-mail, coordinates, external reference and channel never leave the reader.
Previews, tests and spam are kept and named in the reading.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : code -> code to use instead; parts follow their question
choices : question -> list of its options; an empty list leaves the question whole
seen : the code of "seen but unanswered", default -99
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.boxes import Splitter, choices_of
from barometre.ingest.codes import Codes, renamed_of
from barometre.ingest.delimited import Cell
from barometre.ingest.form import TICKED, Form, Item, respondents
from barometre.ingest.headings import Columns, columns_of
from barometre.ingest.wording import key, plain

# By ImportId, and by the tool's names in the legacy form.
TOOL = {
    **dict.fromkeys(("recordid", "responseid"), "id"),
    "startdate": "started",
    "enddate": "submitted",
    "finished": "complete",
    "userlanguage": "language",
    "duration": "duration",
    **dict.fromkeys(("recordeddate", "status", "progress", "responseset", "ipaddress"), ""),
    **dict.fromkeys(("recipientlastname", "recipientfirstname", "recipientemail"), ""),
    **dict.fromkeys(("externaldatareference", "emailaddress", "distributionchannel"), ""),
    **dict.fromkeys(("locationlatitude", "locationlongitude", "locationaccuracy", "name"), ""),
}
YES, NO = {"1", "true", "vrai", "wahr"}, {"0", "false", "faux", "falsch"}
NOT_REAL = {"1", "2", "8", "9", "survey preview", "survey test", "spam", "spam possible"}
MANY = re.compile(r"-?\d+(,-?\d+)*")


@dataclass(frozen=True)
class Question:
    """One column of a question.

    Attributes
    ----------
    tag, part : export tag of the question, and its part; the part is "" where there is none
    text : wording, `question - part`
    """

    at: int
    tag: str
    part: str
    text: str


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    return (len(rows) > 2 and _imports(rows[2])) or _legacy(rows)


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : see `read`.
    """
    sheet = sheets.open_sheet(path, options)
    if not is_mine(sheet.rows):
        raise StudyError(
            f"{path}: row 3 does not hold Qualtrics' ImportId (nor are there V1 and ResponseID in "
            "the legacy form); export again as CSV and leave the three heading rows as they are."
        )
    legacy = _legacy(sheet.rows)
    first = 2 if legacy else 3
    names = _legacy_names(sheet.rows) if legacy else _import_ids(sheet.rows[2])
    # The tool's columns go by the names in `TOOL`, whatever the language of its headings.
    heads: list[Cell] = [_own(name) or f"question {name}" if name else None for name in names]
    rows = [*sheet.rows[: first - 1], heads, *sheet.rows[first:]]
    columns = columns_of(rows, first - 1, first, TOOL, str(path))
    ids, about, found = respondents(columns, options, _finished)
    questions = _questions(sheet.rows, columns, names, legacy)
    codes = Codes(renamed_of(options))
    splitter = Splitter(",", codes, codebook, choices=choices_of(options))
    seen = str(options.get("seen", -99))
    recoded = any(seen in columns.cells[at] for at in columns.asked)
    items = _items(questions, columns, splitter, seen, recoded)
    told = {
        **sheets.findings(sheet),
        "tool": "Qualtrics, legacy form" if legacy else "Qualtrics",
        "heading rows": str(first),
        **found,
        "previews, tests and spam": _not_real(columns, names, ids),
        "checkbox columns": str(sum(item.kind == "tick" for item in items)),
        **splitter.found,
        "states": f"{seen} tells questions left blank from those not shown"
        if recoded
        else "a question left blank and one that was not shown look alike; export with 'recode "
        "seen but unanswered questions' to tell them apart",
    }
    return Form(str(path), ids, items, about, told)


def _imports(row: Sequence[Cell]) -> bool:
    return any((cell or "").startswith('{"ImportId"') for cell in row)


def _legacy(rows: Sequence[Sequence[Cell]]) -> bool:
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    return plain(rows[0][0] or "") == "V1" and plain(rows[1][0] or "") == "ResponseID"


def _legacy_names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The tool's name of its own columns, the export tag of questions."""
    tags, texts = ([plain(cell or "") for cell in row] for row in rows[:2])
    own = [bool(re.fullmatch(r"V\d+|Location\w+", tag)) for tag in tags]
    return [
        texts[at] if mine and at < len(texts) else f"tag {tag}" if tag else ""
        for at, (tag, mine) in enumerate(zip(tags, own, strict=True))
    ]


def _import_ids(row: Sequence[Cell]) -> list[str]:
    """ImportId of each column, with the id of its choice behind a bar where row 3 has one."""
    found = []
    for cell in row:
        try:
            told = json.loads(cell or "{}")
        except ValueError:
            told = {}
        told = told if isinstance(told, dict) else {}
        choice = f"|{told['choiceId']}" if "choiceId" in told else ""
        found.append(f"{told.get('ImportId', '')}{choice}")
    return found


def _own(name: str) -> str:
    """The tool's own column, as `TOOL` spells it; "" for a question."""
    spelled = key(name).replace(" ", "")
    return spelled if spelled in TOOL else ""


def _questions(
    rows: Sequence[Sequence[Cell]], columns: Columns, names: Sequence[str], legacy: bool
) -> list[Question]:
    missing = [""] * len(names)
    tags, texts = ([*(plain(cell or "") for cell in row), *missing] for row in rows[:2])
    numbered = {at: re.fullmatch(r"(.+)_(\d+(?:_TEXT)?)", tags[at]) for at in columns.asked}
    families = Counter(match[1] for match in numbered.values() if match)
    found = []
    for at in columns.asked:
        tag, match, part = tags[at], numbered[at], ""
        told = names[at].partition("|")[2] or re.sub(r"^QID[\d#]+_?", "", names[at])
        if legacy and match and families[match[1]] > 1:
            tag, part = match[1], match[2]
        elif names[at].startswith("QID") and told and tag.endswith(f"_{told}"):
            tag, part = tag.removesuffix(f"_{told}"), told
        code = re.sub(r"\W+", "_", tag) or f"column_{at + 1}"
        found.append(Question(at, code, part, texts[at]))
    return found


def _items(
    questions: Sequence[Question], columns: Columns, splitter: Splitter, seen: str, recoded: bool
) -> list[Item]:
    families: dict[str, list[Question]] = {}
    for question in questions:
        families.setdefault(question.tag if question.part else f"{question.at}", []).append(
            question
        )
    items: list[Item] = []
    for members in families.values():
        boxes = _boxes(members, columns, seen)
        code = splitter.codes.own(members[0].tag)
        rows = zip(*(columns.cells[one.at] for one in members), strict=True)
        shown = [any(row) for row in rows] if boxes else None
        for one in members:
            raw = columns.cells[one.at]
            cells = ["" if cell == seen else cell for cell in raw]
            item = f"{code}[{one.part}]" if one.part else code
            if one.part in boxes:
                cells = [TICKED if cell not in ("", "0") else "" for cell in cells]
                found = [Item(item, _label(one), cells, "tick")]
            elif one.part:
                kind = "text" if one.part.endswith("TEXT") else ""
                found = [Item(item, _label(one), cells, kind)]
            else:
                found = splitter.items(code, one.text or code, cells, known=_numbers(cells))
            was_shown = shown if one.part in boxes else [bool(cell) for cell in raw]
            items += [replace(each, seen=was_shown) if recoded else each for each in found]
    return items


def _boxes(members: Sequence[Question], columns: Columns, seen: str) -> set[str]:
    """The parts of a question that are boxes: all of them but the typed texts, or none."""
    parts = [one for one in members if one.part and not one.part.endswith("TEXT")]
    given = [set(columns.cells[one.at]) - {"", "0", seen} for one in parts]
    marks = [next(iter(texts)) for texts in given if texts]
    ones = set(marks) == {"1"}
    own = len(set(marks)) == len(marks) and all(
        one.text.endswith(next(iter(texts)))
        for one, texts in zip(parts, given, strict=True)
        if texts
    )
    if len(parts) < 2 or any(len(texts) > 1 for texts in given) or not (ones or (marks and own)):
        return set()
    return {one.part for one in parts}


def _numbers(cells: Sequence[str]) -> list[str]:
    """The codes in a column of answers such as `1,4,5`; none where it is no such column."""
    given = [cell for cell in cells if cell]
    if not any("," in cell for cell in given) or not all(MANY.fullmatch(cell) for cell in given):
        return []
    return sorted({code for cell in given for code in cell.split(",")}, key=int)


def _label(one: Question) -> str:
    """`question | part` of the text `question - part`."""
    question, dash, part = one.text.rpartition(" - ")
    return f"{question} | {part}" if dash else f"{one.text or one.tag} | {one.part}"


def _finished(text: str) -> bool | None:
    return True if text.casefold() in YES else False if text.casefold() in NO else None


def _not_real(columns: Columns, names: Sequence[str], ids: Sequence[str]) -> str:
    """Ids of the responses that `Status` calls a preview, a test or spam."""
    status = [at for at, name in enumerate(names) if _own(name) == "status"]
    if not status:
        return "not told"
    told = zip(ids, columns.cells[status[0]], strict=True)
    found = [one for one, text in told if text.casefold() in NOT_REAL]
    return ", ".join(found) or "none"
