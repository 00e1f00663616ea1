"""SurveyMonkey exports: two or three header rows, a column per option, a row per respondent.

Item codes
----------
SurveyMonkey has no question codes, so questions are numbered as they come: `q1`, `q2`, ... A
question starts at each column whose first header cell is filled; the columns after it belong to
it. SurveyMonkey's own columns (Respondent ID, Collector ID, Start Date, End Date, Completed, IP
Address, Email Address, First Name, Last Name, Custom Data) are not questions and are not
counted. Within a question

- the column headed `Response`, `Open-Ended Response` (also with a stray number, `Response45`)
  or with nothing, and the only column of a question, is the question itself: `q6`;
- `Other (please specify)` and `Other (please explain)` are `q9[other]`, a second `q9[other2]`;
- any other column is `q5[1]`, `q5[2]`, ... by its place in the question, counted from 1 and
  counting every column.

Columns without a heading and without an answer are left out. In `ospo_survey/2019_results.csv`
`q1` is the mark "Duplicate, exclude", `q6` whether there is a programme, `q11` its age, `q15`
its business criticality, `q36` the release frequency, `q45` the industry.

Values
------
Spaces and apostrophes are made uniform (`Don’t know` and `Don't know` are one answer,
`Don't know`). A checkbox column (every answer repeats its own heading) has the value `Y` or
nothing, as LimeSurvey writes it; its kind is `tick`. All other answers are the text as exported.

States
------
A blank is `not_shown` where the codebook's `shown_if` is not met, `not_reached` in an incomplete
response after its last answer, else `empty`.

Dates
-----
Start and end may be texts in either order of day and month, or a spreadsheet's day numbers; what
cannot be told is left out and said. From both comes the duration.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
decimal, dates : see `barometre.ingest.notation`
items : mapping from the codes above to the codes to use instead, e.g. `{q11: age}`; options
    follow their question (`q5[2]` becomes `journey[2]` with `{q5: journey}`)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import notation, sheets, states
from barometre.ingest.export import Export
from barometre.ingest.form import TICKED, Form, Item, answers_of, tables_of
from barometre.ingest.stamps import Stamps, read_stamps, seconds_between
from barometre.ingest.wording import plain

if TYPE_CHECKING:
    import pandas as pd

SYSTEM = {
    "respondent id": "respondent_id",
    "collector id": "",
    "collector": "",
    "start date": "started",
    "date created": "started",
    "end date": "submitted",
    "date modified": "submitted",
    "completed": "complete",
    "ip address": "",
    "email address": "",
    "first name": "",
    "last name": "",
    "custom data": "",
    "custom data 1": "",
}
WHOLE = re.compile(r"(Response|Open-Ended Response)\s*\d*")
OTHER = re.compile(r"Other \((please )?(specify|explain)[^)]*\)\s*\d*")


def read(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read one SurveyMonkey export.

    Raises
    ------
    StudyError : no row begins with `Respondent ID`, a respondent stands twice, or a column is not
        in the codebook.
    """
    import pandas as pd

    found = form(path, options, codebook)
    answers = answers_of(found, codebook)
    texts = {item: list(answers[item].unique()) for item in answers.columns}
    changes, told = notation.uniform(texts, options, codebook, str(path))
    for item in answers.columns.intersection(list(changes)):
        answers[item] = answers[item].map(lambda text, use=changes[item]: use.get(text, text))
    incomplete = pd.Series(found.about["complete"], dtype=object).eq(False).to_numpy()
    unreached = states.after_last_answer(answers != "").mul(incomplete, axis=0)
    settled = states.settle(answers, codebook, unreached)
    found = replace(found, found={**found.found, **told})
    return tables_of(found, answers, settled, codebook)


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items, with the wording of question and option, and respondents of an export.

    Raises
    ------
    StudyError : no row begins with `Respondent ID`, or there is no second heading row.
    """
    sheet = sheets.open_sheet(path, options)
    head = header_row(sheet.rows, str(path))
    first = [plain(cell or "") for cell in sheet.rows[head]]
    if len(sheet.rows) < head + 2:
        raise StudyError(
            f"{path}: the second heading row is missing, the file ends after the first; export it "
            "again, whole."
        )
    body = head + 2
    below = [sheet.rows[head + 1]]
    if len(sheet.rows) > body and not sheet.rows[body][0] and any(sheet.rows[body]):
        below.append(sheet.rows[body])  # rows and columns of a matrix in a row each
        body += 1
    width = max(len(first), *map(len, below))
    first += [""] * (width - len(first))
    second = _joined(below, width)
    table = _frame(sheet.rows[body:], width)
    codes, system = item_codes(first, second, table, options.get("items", {}))
    labels = _labels(first, second, codes)
    items = [_item(codes[at], labels[at], list(table[at]), second[at]) for at in codes]
    about, times = _about(table, system, options)
    return Form(
        str(path),
        list(table[system["respondent_id"]]),
        items,
        about,
        {
            **sheets.findings(sheet),
            "tool": "SurveyMonkey",
            "heading rows": str(body),
            "responses": str(len(table)),
            "columns": str(width),
            "columns without heading and answer": str(width - len(codes) - len(system)),
            "checkbox columns": str(sum(item.kind == "tick" for item in items)),
            **times,
            "states": "a blank box and a question skipped on purpose look alike; hidden questions "
            "are told by the codebook's conditions",
            **_excel_dates(items),
        },
    )


def header_row(rows: list[list[str | None]], where: str) -> int:
    """Index of the first of the two header rows; title lines above it are passed over."""
    for index, row in enumerate(rows[:10]):
        if row and plain(row[0] or "").casefold() == "respondent id":
            return index
    raise StudyError(
        f"{where}: no row begins with 'Respondent ID', so this is not a SurveyMonkey export of "
        "all responses; choose 'All individual responses' when exporting, or another reader."
    )


def item_codes(
    first: list[str], second: list[str], table: pd.DataFrame, renamed: Mapping[str, str]
) -> tuple[dict[int, str], dict[str, int]]:
    """Column -> item code of the questions, and name -> column of SurveyMonkey's own columns."""
    codes: dict[int, str] = {}
    system: dict[str, int] = {}
    starts = [at for at, text in enumerate(first) if text]
    number = 0
    for start, end in zip(starts, [*starts[1:], len(first)], strict=True):
        name = SYSTEM.get(first[start].casefold())
        if name is not None:
            system[name or f"dropped {start}"] = start
            continue
        number += 1
        base = renamed.get(f"q{number}", f"q{number}")
        columns = [at for at in range(start, end) if second[at] or table[at].any()]
        others = 0
        for at in columns:
            place = at - start + 1
            if len(columns) == 1 or not second[at] or WHOLE.fullmatch(second[at]):
                codes[at] = base if base not in codes.values() else f"{base}[{place}]"
            elif OTHER.fullmatch(second[at]):
                others += 1
                codes[at] = f"{base}[other]" if others == 1 else f"{base}[other{others}]"
            else:
                codes[at] = f"{base}[{place}]"
    return codes, system


def _frame(rows: list[list[str | None]], width: int) -> pd.DataFrame:
    """Body as text, columns 0..width-1; short rows are filled with blanks."""
    import pandas as pd

    body = [[plain(cell) if cell else "" for cell in row[:width]] for row in rows]
    return pd.DataFrame([row + [""] * (width - len(row)) for row in body], columns=range(width))


def _joined(rows: list[list[str | None]], width: int) -> list[str]:
    """The heading rows under the first, cell by cell, a bar between two."""
    texts = [[plain(cell or "") for cell in row] + [""] * (width - len(row)) for row in rows]
    return [" | ".join(filter(None, column)) for column in zip(*texts, strict=True)]


def _labels(first: list[str], second: list[str], codes: Mapping[int, str]) -> dict[int, str]:
    """Column -> `question | option`."""
    labels, question = {}, ""
    for at, text in enumerate(first):
        question = text or question
        if at in codes:
            whole = not second[at] or second[at] == question or WHOLE.fullmatch(second[at])
            labels[at] = question if whole else f"{question} | {second[at]}"
    return labels


def _item(code: str, label: str, cells: list[str], heading: str) -> Item:
    """An item; a column in which every answer repeats its heading is a box."""
    given = set(cells) - {""}
    if len(given) == 1 and re.fullmatch(re.escape(next(iter(given))) + r"\s*\d*", heading):
        return Item(code, label, [TICKED if text else "" for text in cells], "tick")
    return Item(code, label, cells)


def _about(
    table: pd.DataFrame, system: Mapping[str, int], options: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Columns of the table of respondents; times may be a spreadsheet's day numbers."""
    done = {"Yes": True, "No": False}
    whole = system.get("complete")
    complete = [None if whole is None else done.get(text) for text in table[whole or 0]]
    about: dict[str, Any] = {"complete": complete}
    roles = [role for role in ("started", "submitted") if role in system]
    texts = [text for role in roles for text in table[system[role]]]
    if not texts:
        return about, {}
    dated = [notation.day_number(text) or text for text in texts]
    stamps = read_stamps(dated, options.get("dates"))
    parts = {
        role: Stamps(stamps.times[at * len(table) : (at + 1) * len(table)], stamps.finding)
        for at, role in enumerate(roles)
    }
    if "submitted" in parts:
        about["submitted"] = parts["submitted"].days
    if len(parts) == 2:
        about["duration_seconds"] = seconds_between(parts["started"], parts["submitted"])
    numbers = " from a spreadsheet's day numbers" if dated != texts else ""
    return about, {"start and end": f"{stamps.finding}{numbers}"}


def _excel_dates(items: list[Item]) -> dict[str, str]:
    """Day numbers among the texts of a column: a spreadsheet took `1-10` for a date."""
    suspects: list[str] = []
    for item in items:
        given = set(item.cells) - {""}
        days = {text for text in given if re.fullmatch(r"4[0-9]{4}", text)}
        if days and len(given) < 20 and len(days) < len(given):
            suspects.extend(f"{item.code} = {day}" for day in sorted(days))
    if not suspects:
        return {}
    return {"answers that a spreadsheet turned into dates": "; ".join(suspects)}
