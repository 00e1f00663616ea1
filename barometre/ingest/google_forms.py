"""Google Forms: responses as CSV or XLSX, from the form itself or from the sheet linked to it.

The first column is the time stamp (its heading tells the tool, in several languages); every other
column is headed by a question's text. Item codes are slugs of the texts (`barometre.ingest.codes`);
rows of a grid, headed `question [row]`, are `question[row]`. Answers to "tick all that apply" stand
in one cell, joined by `, ` in a sheet and by `;` in the form's own download; they become boxes
`question[option]` (`barometre.ingest.boxes`).

Google Forms keeps submitted responses only, so all are complete, and gives them no id, so they are
numbered. A blank may be a question left blank or one on a section that was not shown: the
codebook's conditions tell. Time stamps are read as `barometre.ingest.stamps` says.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : code -> code to use instead, e.g. `{how_long_have_you_been_using_it: age}`
choices : question -> list of its options; an empty list leaves the question whole
dates : `dmy` or `mdy`, where the time stamps do not tell which stands first
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.ingest import sheets
from barometre.ingest.boxes import Splitter, choices_of
from barometre.ingest.choices import options_of
from barometre.ingest.codes import Codes, renamed_of
from barometre.ingest.delimited import Cell
from barometre.ingest.form import Form, respondents
from barometre.ingest.headings import Columns, columns_of
from barometre.ingest.wording import key, plain

STAMPS = (
    *("timestamp", "horodateur", "zeitstempel", "marca temporal", "carimbo de data hora"),
    *("informazioni cronologiche", "tijdstempel", "sygnatura czasowa", "tidsstampel"),
)
TOOL = {
    **dict.fromkeys(STAMPS, "submitted"),
    **dict.fromkeys(("email address", "adresse e mail", "e mail adresse", "username"), ""),
    **dict.fromkeys(("nom d utilisateur", "nutzername"), ""),
}
GRID = re.compile(r"(?P<question>.*?\S)\s*\[(?P<row>.+)\]")


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    return len(rows[0]) > 1 and key(rows[0][0] or "") in STAMPS


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : it cannot be read as a table.
    """
    sheet = sheets.open_sheet(path, options)
    columns = columns_of(sheet.rows, 0, 1, TOOL, str(path))
    ids, about, found = respondents(columns, options, lambda text: None)
    codes = Codes(renamed_of(options))
    splitter = Splitter(
        _joint(columns), codes, codebook, choices=choices_of(options), in_order=True
    )
    grids = Counter(
        match["question"] for at in columns.asked if (match := GRID.fullmatch(columns.heads[at]))
    )
    items = []
    for at in columns.asked:
        head, cells = columns.heads[at], columns.cells[at]
        match = GRID.fullmatch(head)
        if match and grids[match["question"]] > 1:
            code = codes.grid(match["question"])
            row = codes.part(code, match["row"])
            label = f"{match['question']} | {plain(match['row'])}"
            items += splitter.items(code, label, cells, row.removeprefix(code)[1:-1])
        else:
            items += splitter.items(codes.question(head), head, cells)
    told = {
        **sheets.findings(sheet),
        "tool": "Google Forms",
        "heading rows": "1",
        **found,
        "responses": f"{len(ids)}, all submitted",
        **splitter.found,
        "states": "a question left blank and one on a section that was not shown look alike",
    }
    return Form(str(path), ids, items, {**about, "complete": [True] * len(ids)}, told)


def _joint(columns: Columns) -> str:
    """`;` where it joins the answers of some column, else a comma with a space."""
    cells = [columns.cells[at] for at in columns.asked]
    semicolons = any(
        options_of(column, ";", in_order=True) for column in cells if any(";" in c for c in column)
    )
    return ";" if semicolons else ", "
