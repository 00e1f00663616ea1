"""Sphinx (SphinxOnline, Sphinx iQ): the data as CSV, TXT or XLSX, in French as a rule.

The tool's own columns tell the file: `CLE`, `DATE_SAISIE`, `DATE_ENREG`, `TEMPS_SAISIE`,
`PROGRESSION`, `LANG_SAISIE`, ... They stand anywhere, perhaps numbered (`50. LANG_SAISIE`). The
other headings are the names of the questions' variables, perhaps with a row of texts above them;
a name that is a code (`AGE`, `Q12_a`) is the item's code, any other becomes a slug
(`barometre.ingest.codes`).

Several answers to one question stand in one cell, joined by `;`, or in columns `NAME_1`, `NAME_2`,
... Of such columns
- those with nothing but one text each (or 0 and 1) are options: boxes `NAME[1]`, `NAME[2]`;
- those filled from the left, where nobody gave an answer twice, hold the answers in the order they
  were given: boxes `NAME[answer]`;
- any others are the rows of a grid: `NAME[1]`, `NAME[2]`.

A response is complete where `PROGRESSION` says so (Terminé, Completed, Abgeschlossen); after the
last answer of another nothing was reached. `DATE_ENREG` is the date of submission, day first unless
`dates` says otherwise; `TEMPS_SAISIE` is taken for seconds, or for hours, minutes and seconds
between colons. The id is the number of the observation (`N°Obs`), else responses are numbered: the
key `CLE` lets a person into the questionnaire and never leaves the reader, nor do address and
device. A question left blank and one that was skipped look alike.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : code -> code to use instead; parts follow their question
choices : question -> list of its options; an empty list leaves the question whole
dates : `dmy` (default) or `mdy`
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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

TOOL = {
    **dict.fromkeys(("n obs", "no obs", "num obs", "numero observation"), "id"),
    "date saisie": "started",
    "date enreg": "submitted",
    "progression": "complete",
    "lang saisie": "language",
    "temps saisie": "duration",
    **dict.fromkeys(("cle", "date modif", "origine saisie", "appareil saisie"), ""),
    **dict.fromkeys(("derniere question saisie", "ip", "adresse ip", "ip saisie"), ""),
}
SURE = {"date saisie", "date enreg", "temps saisie", "origine saisie", "appareil saisie"}
DONE = {"termine", "terminee", "completed", "complete", "abgeschlossen", "100"}
NUMBERED = re.compile(r"\d+\. ?(?=\S)")
PART = re.compile(r"(?P<name>.+)_(?P<number>[1-9]\d*)")


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    return _heading(rows) is not None


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : see `read`.
    """
    sheet = sheets.open_sheet(path, options)
    heading = _heading(sheet.rows)
    if heading is None:
        raise StudyError(
            f"{path}: rows 1 and 2 have no two headings of Sphinx's own, such as DATE_SAISIE and "
            "TEMPS_SAISIE; tick the system variables when exporting, or choose another reader."
        )
    rows = [list(row) for row in sheet.rows]
    rows[heading] = [_bare(cell or "") for cell in rows[heading]]
    columns = columns_of(rows, heading, heading + 1, TOOL, str(path))
    if (times := columns.of("duration")) is not None:
        columns.cells[columns.own["duration"]] = [_seconds(text) for text in times]
    about_options = {"dates": "dmy", **options}
    ids, about, found = respondents(columns, about_options, _done)
    codes = Codes(renamed_of(options))
    splitter = Splitter(";", codes, codebook, choices=choices_of(options))
    above = [plain(cell or "") for cell in rows[0]] if heading else []
    above += [""] * (len(columns.heads) - len(above))
    texts = [text or name for text, name in zip(above, columns.heads, strict=False)]
    items = _items(columns, texts, codes, splitter)
    told = {
        **sheets.findings(sheet),
        "tool": "Sphinx",
        "heading rows": str(heading + 1),
        **found,
        "checkbox columns": str(sum(item.kind == "tick" for item in items)),
        **splitter.found,
        "states": "a question left blank and one that was skipped look alike",
    }
    return Form(str(path), ids, items, about, told)


def _heading(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Number from 0 of the row with the variables' names; None where there is none."""
    for at, row in enumerate(rows[:2]):
        if len(SURE & {key(_bare(cell or "")) for cell in row}) > 1:
            return at
    return None


def _bare(head: str) -> str:
    """A heading without the number that some exports put before it."""
    return NUMBERED.sub("", plain(head), count=1) if NUMBERED.match(plain(head)) else plain(head)


def _done(text: str) -> bool | None:
    return key(text) in DONE if text else None


def _seconds(text: str) -> str:
    """Seconds of `312` or `00:05:12`; "" for anything else."""
    parts = text.split(":")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3:
        return ""
    return str(sum(int(part) * 60**power for power, part in enumerate(reversed(parts))))


def _items(columns: Columns, texts: Sequence[str], codes: Codes, splitter: Splitter) -> list[Item]:
    groups: dict[str, list[int]] = {}
    for at in columns.asked:
        match = PART.fullmatch(columns.heads[at])
        groups.setdefault(match["name"] if match else columns.heads[at], []).append(at)
    items: list[Item] = []
    for name, members in groups.items():
        numbers = [PART.fullmatch(columns.heads[at]) for at in members]
        if len(members) > 1 and all(numbers):
            items += _several(name, members, columns, texts, codes, splitter)
            continue
        for at in members:
            code = _code(columns.heads[at], codes)
            items += splitter.items(code, texts[at], columns.cells[at])
    return items


def _several(
    name: str,
    members: Sequence[int],
    columns: Columns,
    texts: Sequence[str],
    codes: Codes,
    splitter: Splitter,
) -> list[Item]:
    """The items of columns `NAME_1`, `NAME_2`, ...; see the head of this module."""
    code = _code(name, codes)
    rows = list(zip(*(columns.cells[at] for at in members), strict=True))
    boxes = _boxes(columns, members)
    first = texts[members[0]]
    label = name if first == columns.heads[members[0]] else first
    if not boxes and _listed(rows):
        joined = [";".join(text for text in row if text) for row in rows]
        given = list(dict.fromkeys(text for row in rows for text in row if text))
        return splitter.items(code, label, joined, known=given)
    items = []
    for at in members:
        cells = columns.cells[at]
        number = columns.heads[at].rpartition("_")[2]
        if boxes:
            mark = next(iter(set(cells) - {"", "0"}), "1")
            shown = texts[at] if mark == "1" else mark
            ticked = [TICKED if cell == mark else "" for cell in cells]
            items.append(Item(f"{code}[{number}]", f"{label} | {shown}", ticked, "tick"))
        else:
            items.append(Item(f"{code}[{number}]", f"{label} | {texts[at]}", cells))
    return items


def _boxes(columns: Columns, members: Sequence[int]) -> bool:
    """Whether each column holds one text of its own, or all of them 0 and 1."""
    given = [set(columns.cells[at]) - {"", "0"} for at in members]
    if not all(len(texts) <= 1 for texts in given) or not any(given):
        return False
    marks = [next(iter(texts)) for texts in given if texts]
    return set(marks) == {"1"} or len(set(marks)) == len(marks) > 1


def _listed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether columns hold the answers of a person one after another, each once."""
    filled = [[text for text in row if text] for row in rows]
    left = all(list(row[: len(own)]) == own for row, own in zip(rows, filled, strict=True))
    once = all(len(set(own)) == len(own) for own in filled)
    lengths = {len(own) for own in filled if own}
    words = not all(text.isdecimal() for own in filled for text in own)
    return left and once and len(lengths) > 1 and words


def _code(name: str, codes: Codes) -> str:
    return codes.own(name) if re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) else codes.question(name)
