"""Jisc Online Surveys (once BOS): results as codes, CSV or XLSX, one file for each language.

`URN` is the response's id, `CompletionDate` the date. Item codes are Jisc's own, with the part in
brackets: `Q9_2` is `Q9[2]`, an option or a row of question 9; `Q11_1_b_1` is `Q11[1_b]`, column b
of row 1 in a grid (its one box, `_1`, is left out as in the key file, and some exports leave it out
themselves; several boxes in a cell of the grid are `Q11[1_b_1]`, `Q11[1_b_2]`). The column that
only holds the place of a grid's title (`Q11`, always blank) is no item.

Boxes hold 1 and 0, or 1 and nothing, and become `Y` and nothing. A question's columns are boxes if
the codebook says so (kind `tick`), else if they hold nothing but 0, 1 and blanks. Other values are
the numbers of options. Texts of questions and options stand in separate key files, one for each
language; `barometre new` takes them from the one that lies beside the results.

The language is the one in the file's name (`results.fr.csv`). Where the versions of a survey number
their questions differently, `items` under the language maps one to the other. Jisc writes a row for
a form that was sent off blank, with 0 in all boxes: such rows are counted in the reading, and the
step `drop_abandoned` removes them. A question left blank and one that was skipped look alike.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : code -> code to use instead, for all files or, under a language, for its file:
    `{pt: {Q2: Q3, Q3: Q2}}`; parts follow their question
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import jisc_key, sheets
from barometre.ingest.codes import renamed_of
from barometre.ingest.delimited import Cell
from barometre.ingest.form import TICKED, Form, Item, respondents
from barometre.ingest.headings import Columns, columns_of
from barometre.ingest.wording import plain

TOOL = {
    "urn": "id",
    "completiondate": "submitted",
    "completion date": "submitted",
    "startdate": "started",
    "start date": "started",
    "language": "language",
    **dict.fromkeys(("userno", "username", "email", "token"), ""),
    **dict.fromkeys((f"x{number}" for number in range(1, 11)), ""),
}
CODE = re.compile(r"(?P<question>Q\d+)(?:_(?P<part>\w+))?")
GRID_BOX = re.compile(r"(\d+_[a-z]+)_(\d+)")  # row, column, and box in it


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    heads = [cell or "" for cell in rows[0]]
    if jisc_key.is_key(rows):
        return True  # which `form` refuses, with what to do
    return heads[0] == "URN" and any(CODE.fullmatch(head) for head in heads[1:])


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of the results of one language.

    Raises
    ------
    StudyError : it is a key file, it cannot be read as a table, or a response has no id.
    """
    sheet = sheets.open_sheet(path, options)
    if jisc_key.is_key(sheet.rows):
        raise StudyError(
            f"{path}: this is the key of a Jisc survey, codes and texts without responses; give "
            "the results, beside which the key is found by itself."
        )
    columns = columns_of(sheet.rows, 0, 1, TOOL, str(path))
    ids, about, found = respondents(columns, options, lambda text: None)
    # Without a codebook, texts and kinds come from the key; with one they come from there.
    key = jisc_key.beside(path) if codebook is None else {}
    language = jisc_key.language_of(path)
    items = _items(columns, key, codebook, _renamed(options, language))
    blank = sum(not any(answers) for answers in zip(*(item.cells for item in items), strict=True))
    told = {
        **sheets.findings(sheet),
        "tool": "Jisc Online Surveys",
        "heading rows": "1",
        **found,
        "responses": f"{len(ids)}, all sent off, {blank} of them blank",
        "language": language or "not in the file's name",
        "key": f"{len(key)} questions" if key else "not used",
        "checkbox columns": str(sum(item.kind == "tick" for item in items)),
        "states": "a box left unticked, a question left blank and one that was skipped look alike",
    }
    about = {"language": [language or None] * len(ids), **about, "complete": [True] * len(ids)}
    return Form(str(path), ids, items, about, told)


def _renamed(options: Mapping[str, Any], language: str) -> dict[str, str]:
    """Codes to use instead in the file of one language."""
    given = options.get("items", {})
    if not isinstance(given, Mapping):
        return renamed_of(options)  # says what is wrong
    for_all = {code: new for code, new in given.items() if not isinstance(new, Mapping)}
    return renamed_of({"items": {**for_all, **given.get(language, {})}})


def _items(
    columns: Columns,
    key: Mapping[str, jisc_key.Asked],
    codebook: Codebook | None,
    renamed: Mapping[str, str],
) -> list[Item]:
    names = {at: _name(columns.heads[at], columns.heads) for at in columns.asked}
    parents = {question for question, part in names.values() if part}
    values = {question: set[str]() for question, _ in names.values()}
    for at, (question, _) in names.items():
        values[question] |= set(columns.cells[at])
    items = []
    for at, (question, part) in names.items():
        cells = columns.cells[at]
        if not part and question in parents and not any(cells):
            continue
        new = renamed.get(question, question)
        code = f"{new}[{part}]" if part else new
        asked = key.get(f"{question}_{part}" if part else question)
        label = _label(question, part, key)
        boxed = bool(part) and values[question] <= {"", "0", "1"}
        if codebook is not None and code in codebook.items.index:
            boxed = codebook.items.at[code, "kind"] == "tick"
        if boxed:
            ticked = [TICKED if cell == "1" else "" for cell in cells]
            items.append(Item(code, label, ticked, "tick"))
        else:
            items.append(Item(code, label, cells, answers=asked.options if asked else {}))
    return items


def _name(head: str, heads: Sequence[str]) -> tuple[str, str]:
    """Question and part of a column; a heading of another form is a question of that name."""
    match = CODE.fullmatch(head)
    if match is None:
        return re.sub(r"\W+", "_", plain(head)) or "question", ""
    question, part = match["question"], match["part"] or ""
    box = GRID_BOX.fullmatch(part)
    if box and f"{question}_{box[1]}_2" not in heads and box[2] == "1":
        part = box[1]
    return question, part


def _label(question: str, part: str, key: Mapping[str, jisc_key.Asked]) -> str:
    """`question | row or option | column`, as far as the key has them; else the code."""
    asked = key.get(question)
    own = key.get(f"{question}_{part}")
    texts = [asked.text if asked else question]
    if own is not None:
        texts += [own.text, *(own.options.values() if len(own.options) == 1 else ())]
    elif part:
        texts.append(asked.options.get(part, part) if asked else part)
    return " | ".join(texts)
