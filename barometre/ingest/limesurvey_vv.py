"""LimeSurvey's VV export: tab-separated under the name `.csv`, two header rows, database values.

Row 1 holds the wording, row 2 the names: question codes with underscores (version 2) or the names
of LimeSurvey's own tables (version 1, which needs the questionnaire to be understood). NULL is
`{question_not_shown}`. Line breaks and tabs inside answers are written out in braces, so each line
is a response; texts have lost the spaces at both ends.

Quotes inside quoted cells are doubled, but not those behind a backslash, so that a usual CSV parser
goes astray at `"version \\"finale\\""`; and a cell may end in a backslash.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from barometre.errors import StudyError
from barometre.ingest.delimited import Cell, decode

if TYPE_CHECKING:
    import pandas as pd

HEAD = 1 << 20  # bytes; two rows of headings are not longer
NULL = "{question_not_shown}"
ESCAPES = {"newline": "\n", "cr": "\r", "tab": "\t", "quote": '"', "lbrace": "{"}
_ESCAPE = re.compile(r"\{(newline|cr|tab|quote|lbrace)\}")
_QUOTES = re.compile(r'\\"|""')


def is_vv(path: str | Path) -> bool:
    """Whether the second line of a text holds the names of a VV export."""
    with open(path, "rb") as source:
        lines = source.read(HEAD).split(b"\n", 2)
    if len(lines) < 2:
        return False
    names = [name.strip(b'"\r') for name in lines[1].split(b"\t")]
    return names[0] == b"id" and {b"submitdate", b"lastpage"} <= set(names)


def read_vv(path: str | Path, encoding: str | None = None) -> pd.DataFrame:
    """The responses, NULL as missing, columns under the names of row 2.

    Raises
    ------
    StudyError : the two rows are not there, or a line has more or fewer cells than they.
    """
    import pandas as pd

    if not is_vv(path):
        raise StudyError(
            f"{path}, row 2: expected the names id, submitdate and lastpage in LimeSurvey's second "
            "header row; export the responses again as VV, or as CSV."
        )
    text, _ = decode(Path(path).read_bytes(), str(path), encoding)
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    names = [_unquoted(cell) for cell in lines[1].split("\t")]
    body: list[list[Cell]] = []
    for number, line in enumerate(lines[2:], start=3):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(names):
            raise StudyError(
                f"{path}, line {number}: {len(cells)} cells under {len(names)} names; the file is "
                "cut or was edited, export it again."
            )
        body.append([cell_of(cell) for cell in cells])
    return pd.DataFrame(body, columns=names, dtype=object)


def cell_of(cell: str) -> Cell:
    """An answer with quotes and braces undone; None for NULL."""
    text = _unquoted(cell)
    if text == NULL:
        return None
    return _ESCAPE.sub(lambda match: ESCAPES[match[1]], text)


def _unquoted(cell: str) -> str:
    if len(cell) < 2 or not (cell[0] == cell[-1] == '"'):
        return cell
    return _QUOTES.sub(lambda match: match[0] if match[0][0] == "\\" else '"', cell[1:-1])
