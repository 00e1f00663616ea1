"""Questionnaires sent as workbooks: one file per unit, one row per question, marks beside answers.

The layout is that of the European Open Data Maturity questionnaires: a column with the number of
the question, one with the answer and one with the mark that the reviewers gave. The heading row
comes again in each section, questions without a number are lines of a table under the question
before them (to the next numbered row), and rows of section titles carry the sum of their marks.

Item codes
----------
Numbers may come again in another block of the questionnaire, so an item's code is the prefix of
its block and its number: `r8`, `q8`, `q10a`. A line of a table is `q11a[1]`, or `q10a[1_2]` where
a line has several answers (line 1, second answer).

Values
------
Answers in small letters (`Yes` and `yes` are one answer, as they are to the publisher's
spreadsheet), with their spaces as they stand (to that spreadsheet `no ` is not `no`). A
placeholder such as `Select answer for Q3` is blank. Only the columns named in the options are
read, and tables to their last answer: justifications and comments never leave the file.

States
------
A blank is `empty`; so is a mark that was not given. Unsubmitted answers cannot be told.

Options
-------
sheet : name of the sheet
columns : letters of the columns `number`, `question`, `answer` and `mark`
heading : what the number column says in a heading row (`ID`)
unit : regular expression on the file's name whose first group is the unit (`^(..)_`)
blocks : prefix -> beginning of the question cell of the row that opens the block
placeholder : regular expression of answers that mean nothing was chosen, in small letters
tables : question -> `heading_rows` (rows of the table's heading) and `answers` (per line)
marks : questions whose value is their mark; it is taken where it is a number
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import listed, states
from barometre.ingest.export import Export
from barometre.ingest.respondents import reading_table, respondents_table
from barometre.ingest.sheets import cell_text

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = ("sheet", "columns", "heading", "unit", "blocks", "placeholder")
COLUMNS = ("number", "question", "answer", "mark")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Line:
    """One answer as it stands in a workbook.

    Attributes
    ----------
    row : row of the sheet, counted from 1
    item : code of the item
    answer, mark : contents of the two cells, "" where blank; a line of a table has no mark
    """

    row: int
    item: str
    answer: str
    mark: str


@dataclass(frozen=True)
class Row:
    """The cells of a row that are used, as text; `after` is the answer and all right of it."""

    number: str
    question: str
    answer: str
    mark: str
    after: list[str]


def read(
    paths: Sequence[str | Path], options: Mapping[str, Any], codebook: Codebook | None
) -> Export:
    """Read all workbooks of a study.

    Raises
    ------
    StudyError : an option is missing, a workbook lacks the sheet or has other questions than the
        first one, a file's name does not tell its unit, or an item is not in the codebook.
    """
    import pandas as pd

    books = [(path, lines(path, options)) for path in paths]
    items = [line.item for line in books[0][1]]
    units = [unit_of(path, options) for path, _ in books]
    for path, found in books:
        _check_same(path, [line.item for line in found], books[0][0], items)
    values = pd.DataFrame(
        [[value_of(line, options) for line in found] for _, found in books],
        index=units,
        columns=items,
    )
    if codebook is not None:
        listed.check_listed(items, codebook, str(paths[0]))
    unreached = pd.DataFrame(False, index=values.index, columns=values.columns)
    settled = states.settle(values, codebook, unreached)
    keep = listed.kept(values.columns, codebook)
    people = [
        respondents_table(pd.Index([unit]), path)
        for unit, (path, _) in zip(units, books, strict=True)
    ]
    respondents = pd.concat(people, ignore_index=True)
    twice = respondents[respondents["respondent_id"].duplicated()]
    if len(twice):
        raise StudyError(
            f"{twice.iloc[0]['source_file']}: the unit '{twice.iloc[0]['respondent_id']}' has "
            "another workbook; keep one."
        )
    return Export(
        answers=states.long_table(values[keep], settled[keep]),
        respondents=respondents,
        reading=pd.concat(
            [_findings(path, found, options) for path, found in books], ignore_index=True
        ),
    )


def lines(path: str | Path, options: Mapping[str, Any]) -> list[Line]:
    """All answers of a workbook in its order, personal ones too.

    Raises
    ------
    StudyError : no such sheet or block, or a number stands twice within a block.
    """
    prefix = ""
    found: list[Line] = []
    opened: dict[str, int] = {}
    table: Iterator[tuple[str, int, list[str]] | None] = iter(())
    for at, row in enumerate(rows_of(path, options), start=1):
        for name, text in options["blocks"].items():
            if not row.number and row.question.startswith(text):
                prefix, opened[name] = name, at
        if row.number == options["heading"] or not prefix:
            continue
        if row.number:
            item = f"{prefix}{row.number}"
            found.append(Line(at, item, row.answer, row.mark))
            table = _table(item, options)
        elif place := next(table, None):
            found.extend(
                Line(at, f"{place[0]}[{place[1]}{end}]", text, "")
                for end, text in zip(place[2], row.after, strict=False)
            )
    _check_lines(path, found, opened, options)
    return found


def _table(item: str, options: Mapping[str, Any]) -> Iterator[tuple[str, int, list[str]] | None]:
    """What the rows under a question are: None for headings, then lines 1, 2, ..."""
    shape = options.get("tables", {}).get(item)
    if shape is None:
        return
    yield from [None] * shape["heading_rows"]
    ends = [f"_{n}" for n in range(1, shape["answers"] + 1)] if shape["answers"] > 1 else [""]
    number = 0
    while True:
        number += 1
        yield item, number, ends


def rows_of(path: str | Path, options: Mapping[str, Any]) -> list[Row]:
    """Every row of the sheet.

    openpyxl, not calamine as in `sheets`: python-calamine 0.9 refuses some of these files
    ("Range is missing the expected row component").

    Raises
    ------
    StudyError : an option is missing, the file is no workbook or lacks the sheet.
    """
    import warnings
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils import column_index_from_string
    from openpyxl.utils.exceptions import InvalidFileException

    _check_options(options)
    try:
        with warnings.catch_warnings():
            # Drop-down lists are of no use here, and their loss is no news.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            names = book.sheetnames
            sheet = book[options["sheet"]] if options["sheet"] in names else None
            raw = list(sheet.iter_rows(values_only=True)) if sheet is not None else []
            book.close()
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise StudyError(f"{path}: this cannot be read as a workbook ({error}).") from None
    if sheet is None:
        raise StudyError(
            f"{path}: there is no sheet '{options['sheet']}'; the sheets are {', '.join(names)} "
            "(exports.options.sheet in study.yaml)."
        )
    at = {name: column_index_from_string(options["columns"][name]) - 1 for name in COLUMNS}
    found = []
    for cells in raw:
        texts = [cell_text(cell) or "" for cell in cells]
        texts += [""] * (max(at.values()) + 1 - len(texts))
        named = {name: texts[at[name]] for name in COLUMNS}
        found.append(Row(**named, after=texts[at["answer"] :]))
    return found


def unit_of(path: str | Path, options: Mapping[str, Any]) -> str:
    """The unit that a file's name tells.

    Raises
    ------
    StudyError : the name does not fit the pattern.
    """
    match = re.search(options["unit"], Path(path).name)
    if match is None:
        raise StudyError(
            f"{path}: the file's name does not tell its unit; expected one that fits "
            f"'{options['unit']}' (exports.options.unit in study.yaml)."
        )
    return match.group(1)


def value_of(line: Line, options: Mapping[str, Any]) -> str:
    """The value of an answer: small letters, blank for a placeholder, or the mark."""
    if line.item in options.get("marks", ()):
        return line.mark if NUMBER.fullmatch(line.mark) else ""
    text = line.answer.lower()
    return "" if re.fullmatch(options["placeholder"], text) else text


def _check_options(options: Mapping[str, Any]) -> None:
    missing = [name for name in REQUIRED if name not in options]
    missing += [f"columns.{name}" for name in COLUMNS if name not in options.get("columns", {})]
    if missing:
        raise StudyError(
            f"study.yaml, key 'exports.options.{missing[0]}': the reader 'workbooks' needs it; "
            "its options are explained in barometre/ingest/workbooks.py."
        )


def _check_lines(
    path: str | Path, found: list[Line], opened: Mapping[str, int], options: Mapping[str, Any]
) -> None:
    for name, text in options["blocks"].items():
        if name not in opened:
            raise StudyError(
                f"{path}, sheet '{options['sheet']}': no row begins with '{text}', which opens "
                f"the block '{name}' (exports.options.blocks in study.yaml)."
            )
    seen: dict[str, int] = {}
    for line in found:
        if line.item in seen:
            raise StudyError(
                f"{path}, sheet '{options['sheet']}', row {line.row}: the question '{line.item}' "
                f"also stands in row {seen[line.item]}; give its block a prefix of its own "
                "(exports.options.blocks in study.yaml)."
            )
        seen[line.item] = line.row


def _check_same(path: str | Path, found: list[str], first: str | Path, items: list[str]) -> None:
    if found == items:
        return
    other = [item for item in [*found, *items] if (item in found) != (item in items)]
    what = f"{', '.join(other[:3])} in one of them only" if other else "in another order"
    raise StudyError(
        f"{path}: the questions are not those of {Path(first).name} ({what}); is it another "
        "edition or a damaged copy?"
    )


def _findings(path: str | Path, found: list[Line], options: Mapping[str, Any]) -> pd.DataFrame:
    texts = [line.answer.lower() for line in found]
    blank = [text for text in texts if re.fullmatch(options["placeholder"], text)]
    spaced = [line.item for line in found if line.answer != line.answer.strip()]
    return reading_table(
        path,
        {
            "unit": unit_of(path, options),
            "answers": str(len(found)),
            "left at the placeholder, read as blank": str(len(blank)),
            "answers with outer spaces, kept": ", ".join(spaced) or "none",
        },
    )
