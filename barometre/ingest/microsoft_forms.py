"""Microsoft Forms: the responses' workbook (XLSX), or the same table as CSV.

The tool's own columns stand first (ID, Start time, Completion time, Email, Name, perhaps points,
feedback, last modified time, language; in English or French), then one column for each question,
headed by its text. Item codes are slugs of the texts (`barometre.ingest.codes`). The rows of a
Likert question are columns headed by the row alone, so each is a question of its own here.
Answers to "tick all that apply" stand in one cell, each followed by `;`, and become boxes
`question[option]` (`barometre.ingest.boxes`); a ranking, where every cell holds the same texts in
another order, becomes `question[1]`, `question[2]`, ... The points and feedback of a quiz
(`Points - question`) are left behind with the tool's own columns.

Microsoft Forms keeps submitted responses only, so all are complete. A blank may be a question left
blank or one that branching did not show: the codebook's conditions tell. E-mail address and name
never leave the reader.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : code -> code to use instead
choices : question -> list of its options; an empty list leaves the question whole
dates : `dmy` or `mdy`, where the time stamps of a CSV do not tell which stands first
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.ingest import sheets
from barometre.ingest.boxes import Splitter, choices_of
from barometre.ingest.codes import Codes, renamed_of
from barometre.ingest.delimited import Cell
from barometre.ingest.form import Form, respondents
from barometre.ingest.headings import columns_of
from barometre.ingest.wording import key

STARTED = ("start time", "heure de debut")
SUBMITTED = ("completion time", "heure de fin")
TOOL = {
    "id": "id",
    **dict.fromkeys(STARTED, "started"),
    **dict.fromkeys(SUBMITTED, "submitted"),
    **dict.fromkeys(("language", "langue"), "language"),
    **dict.fromkeys(("email", "adresse de messagerie", "e mail", "name", "nom"), ""),
    **dict.fromkeys(("total points", "quiz feedback", "total des points"), ""),
    **dict.fromkeys(("commentaires sur le questionnaire", "last modified time"), ""),
    "heure de la derniere modification": "",
}
QUIZ = ("points ", "feedback ", "commentaires ")


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    heads = [key(cell or "") for cell in rows[0][:3]]
    return len(heads) == 3 and heads[0] == "id" and heads[1] in STARTED and heads[2] in SUBMITTED


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : it cannot be read as a table, or a response has no id.
    """
    sheet = sheets.open_sheet(path, options)
    columns = columns_of(
        sheet.rows, 0, 1, TOOL, str(path), leading=True, left_out=_quiz(sheet.rows[0])
    )
    ids, about, found = respondents(columns, options, lambda text: None)
    codes = Codes(renamed_of(options))
    splitter = Splitter(";", codes, codebook, choices=choices_of(options), closed=True)
    items = []
    for at in columns.asked:
        items += splitter.items(
            codes.question(columns.heads[at]), columns.heads[at], columns.cells[at]
        )
    told = {
        **sheets.findings(sheet),
        "tool": "Microsoft Forms",
        "heading rows": "1",
        **found,
        "responses": f"{len(ids)}, all submitted",
        **splitter.found,
        "states": "a question left blank and one that branching did not show look alike",
    }
    return Form(str(path), ids, items, {**about, "complete": [True] * len(ids)}, told)


def _quiz(heads: Sequence[Cell]) -> set[int]:
    """Columns with the points of and the feedback on the answer to a question."""
    keys = [key(head or "") for head in heads]
    return {
        at
        for at, head in enumerate(keys)
        if any(head.startswith(start) and head.removeprefix(start) in keys for start in QUIZ)
    }
