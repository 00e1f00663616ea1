"""EUSurvey: the results as XLS, XLSX or ODS, or the same table as CSV.

Rows 1 and 2 hold `Alias` and `Export Date`, the next row that is not blank the headings: questions
by their texts, then the tool's own columns (Invitation Number, Contribution ID, User Name, Creation
Date, Last Update, Languages; in English or French). A workbook holds 254 columns on a sheet;
further ones stand on sheets `Content1`, `Content2`, ... and are joined row by row.

Rows of a matrix, of a rating or of a table are headed `title: row`; where several headings share
the title, they are `title[row]`. Item codes are slugs of the texts (`barometre.ingest.codes`), or
the short names where these were exported (`Title (shortname)` in every heading). Several answers in
one cell are joined by `;` and become boxes `question[option]` (`barometre.ingest.boxes`). Where
multiple choice was split, a blank column of the question is followed by one for each option with
Yes or No; a question of its own with these two answers right behind it cannot be told from an
option unless somebody left it blank.

Contributions are submitted, so all are complete. An anonymous survey has `Anonymous` for every id;
contributions are then numbered. Invitation number and user name never leave the reader. A question
left blank and one that a dependency hid look alike.

Options
-------
encoding, separator : see `barometre.ingest.sheets`
items : code -> code to use instead; parts follow their question
choices : question -> list of its options; an empty list leaves the question whole
dates : `dmy` or `mdy`, where the dates of a CSV do not tell which stands first
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.boxes import Splitter, choices_of
from barometre.ingest.codes import Codes, renamed_of
from barometre.ingest.delimited import Cell, Sheet
from barometre.ingest.form import TICKED, Form, Item, respondents
from barometre.ingest.headings import Columns, columns_of
from barometre.ingest.wording import plain

TOOL = {
    **dict.fromkeys(("contribution id", "identifiant de contribution"), "id"),
    **dict.fromkeys(("identifiant de la contribution", "numero d identification"), "id"),
    **dict.fromkeys(("creation date", "date de creation"), "started"),
    **dict.fromkeys(("last update", "derniere mise a jour"), "submitted"),
    **dict.fromkeys(("languages", "langues"), "language"),
    **dict.fromkeys(("invitation number", "numero de l invitation"), ""),
    **dict.fromkeys(("user name", "nom d utilisateur", "total score", "score total"), ""),
}
SHORT = re.compile(r"(?P<text>.*\S) \((?P<short>[\w.-]+)\)", re.DOTALL)
YES, NO = "Yes", "No"  # the export writes these two in English in all languages


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    return len(rows) > 2 and [row[0] for row in rows[:2]] == ["Alias", "Export Date"]


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : see `read`.
    """
    sheet, rows = _whole(path, options)
    heading = 2 + next((at for at, row in enumerate(rows[2:]) if any(row)), 0)
    columns = columns_of(rows, heading, heading + 1, TOOL, str(path))
    ids, about, found = respondents(columns, options, lambda text: None)
    if len(ids) > 1 and len(set(ids)) == 1:
        ids = [str(number + 1) for number in range(len(ids))]
        found["ids"] = "the survey is anonymous; contributions are numbered in their order"
    codes = Codes(renamed_of(options))
    splitter = Splitter(";", codes, codebook, choices=choices_of(options))
    items = _items(columns, codes, splitter)
    told = {
        **sheets.findings(sheet),
        "tool": "EUSurvey",
        "heading rows": str(heading + 1),
        **found,
        "responses": f"{len(ids)}, all submitted",
        **splitter.found,
        "states": "a question left blank and one that a dependency hid look alike",
    }
    about = {**about, "duration_seconds": None, "complete": [True] * len(ids)}
    return Form(str(path), ids, items, about, told)


def _whole(path: str | Path, options: Mapping[str, Any]) -> tuple[Sheet, list[list[Cell]]]:
    """The first sheet, and its rows with those of the further sheets put beside them.

    Raises
    ------
    StudyError : the rows are not those of EUSurvey.
    """
    sheet = sheets.open_sheet(path, {**options, "sheet": 0})
    if not is_mine(sheet.rows):
        raise StudyError(
            f"{path}: rows 1 and 2 do not begin with 'Alias' and 'Export Date', so this is no "
            "export of EUSurvey's results; choose another reader."
        )
    more = [name for name in sheets.names(path)[1:] if re.fullmatch(r"Content\d+", name)]
    if not more:
        return sheet, sheet.rows
    # A contribution may have no answer on one of the sheets, so blank rows count here.
    parts = [sheets.workbook_rows(path, which) for which in [sheets.names(path)[0], *more]]
    height = max(len(part) for part in parts)
    widths = [max(len(row) for row in part) if part else 0 for part in parts]
    rows = [
        [cell for part, width in zip(parts, widths, strict=True) for cell in _row(part, at, width)]
        for at in range(height)
    ]
    return sheet, [row for at, row in enumerate(rows) if at < 3 or any(row)]


def _row(rows: list[list[Cell]], at: int, width: int) -> list[Cell]:
    row = rows[at] if at < len(rows) else []
    return row + [None] * (width - len(row))


def _items(columns: Columns, codes: Codes, splitter: Splitter) -> list[Item]:
    heads = {at: columns.heads[at] for at in columns.asked}
    short = bool(heads) and all(SHORT.fullmatch(head) for head in heads.values())
    titles = Counter(title for head in heads.values() for title, _ in _cuts(head))
    items: list[Item] = []
    question = ""  # the split multiple choice whose options follow
    for at, head in heads.items():
        cells = columns.cells[at]
        match = SHORT.fullmatch(head) if short else None
        text = match["text"] if match else head
        shared = [cut for cut in _cuts(head) if titles[cut[0]] > 1]
        if question and cells and set(cells) <= {YES, NO}:
            code = codes.part(codes.grid(question), text)
            ticked = [TICKED if cell == YES else "" for cell in cells]
            items.append(Item(code, f"{question} | {text}", ticked, "tick"))
            continue
        question = text if not any(cells) and _split_follows(columns, at) else ""
        if question:
            continue
        if match:
            items += splitter.items(codes.own(re.sub(r"\W", "_", match["short"])), text, cells)
        elif shared:
            title, row = shared[-1]
            code = codes.grid(title)
            part = codes.part(code, row).removeprefix(code)[1:-1]
            items += splitter.items(code, f"{title} | {row}", cells, part)
        else:
            items += splitter.items(codes.question(text), text, cells)
    return items


def _split_follows(columns: Columns, at: int) -> bool:
    """Whether the next column holds Yes and No for an option."""
    following = [column for column in columns.asked if column > at]
    cells = columns.cells[following[0]] if following else []
    return bool(cells) and set(cells) <= {YES, NO}


def _cuts(head: str) -> list[tuple[str, str]]:
    """All ways to cut a heading into title and row."""
    return [
        (plain(head[: match.start()]), plain(head[match.end() :]))
        for match in re.finditer(r": ?", head)
        if head[: match.start()].strip() and head[match.end() :].strip()
    ]
