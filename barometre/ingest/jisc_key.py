"""Key files of Jisc Online Surveys: two columns, codes and texts, questions and options mixed.

A row whose code begins with `Q` and a digit is a question or a part of one; the rows below it whose
code is a number are its options, numbered as in the results. Other rows (`URN`, `CompletionDate`)
are the tool's own columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest.delimited import Cell, read_text
from barometre.ingest.wording import plain

QUESTION = re.compile(r"Q\d+(?:_\w+)?")


@dataclass
class Asked:
    """A question of the key.

    Attributes
    ----------
    text : its wording
    options : number -> text
    """

    text: str
    options: dict[str, str] = field(default_factory=dict)


def is_key(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of a key file."""
    return len(rows) > 1 and rows[0][0] == "URN" and len(rows[0]) == 2 and rows[1][0] == "Q1"


def read_key(path: str | Path) -> dict[str, Asked]:
    """Code -> question of a key file.

    Raises
    ------
    StudyError : it is no key file, or an option stands below no question.
    """
    rows = read_text(path).rows
    if not is_key(rows):
        raise StudyError(
            f"{path}: this is no key file of Jisc Online Surveys, whose rows 1 and 2 begin with "
            "URN and Q1."
        )
    found: dict[str, Asked] = {}
    last: Asked | None = None
    for number, row in enumerate(rows[1:], start=2):
        code, text = (plain(cell or "") for cell in (*row, "")[:2])
        if QUESTION.fullmatch(code):
            last = found[code] = Asked(text)
        elif not code.isdecimal():
            last = None
        elif last is None:
            raise StudyError(
                f"{path}, record {number}: the option {code} stands below no question; export the "
                "key again."
            )
        else:
            last.options[code] = text
    return found


def beside(path: str | Path) -> dict[str, Asked]:
    """The key in the folder of the results, in their language; none where it is not told apart.

    Jisc names results `results-for-x-DATE.en.csv` and keys `results-for-x-DATE-key.en.csv`.
    """
    results = Path(path)
    language = language_of(path)
    if not language:
        return {}
    start = re.sub(r"\d{4}-\d{2}-\d{2}.*", "", results.name)
    keys = sorted(results.parent.glob(f"{_literal(start)}*-key.{language}.csv"))
    return read_key(keys[0]) if len(keys) == 1 and start != results.name else {}


def language_of(path: str | Path) -> str:
    """The language in the name of a file: `en` in `results.en.csv`; "" where there is none."""
    match = re.search(r"\.([a-z]{2})(?:\.csv|\.xlsx?)?(?:\.gz)?$", Path(path).name)
    return match[1] if match else ""


def _literal(text: str) -> str:
    """`text` as a pattern of `glob` that means itself."""
    return re.sub(r"([*?\[])", r"[\1]", text)
