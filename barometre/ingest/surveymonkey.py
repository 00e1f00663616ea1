"""SurveyMonkey exports: two header rows, one column per option, one row per respondent.

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

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : mapping from the codes above to the codes to use instead, e.g. `{q11: age}`; options
    follow their question (`q5[2]` becomes `journey[2]` with `{q5: journey}`)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import listed, sheets, states
from barometre.ingest.export import Export
from barometre.ingest.respondents import reading_table, respondents_table
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
    sheet = sheets.open_sheet(path, options)
    head = header_row(sheet.rows, str(path))
    first = [plain(cell or "") for cell in sheet.rows[head]]
    if len(sheet.rows) < head + 2:
        raise StudyError(
            f"{path}: the second heading row is missing, the file ends after the first; export it "
            "again, whole."
        )
    second = [plain(cell or "") for cell in sheet.rows[head + 1]]
    width = max(len(first), len(second))
    first += [""] * (width - len(first))
    second += [""] * (width - len(second))
    table = _frame(sheet.rows[head + 2 :], len(first))
    codes, system = item_codes(first, second, table, options.get("items", {}))
    answers = table[list(codes)].rename(columns=codes)
    answers.index = table[system["respondent_id"]].to_numpy()
    ticks = _ticked(answers, {codes[at]: second[at] for at in codes})
    if codebook is not None:
        listed.check_listed(answers.columns, codebook, str(path))
        for item in answers.columns.intersection(codebook.items.index[codebook.items.scale != ""]):
            answers[item] = states.coded(answers[item], item, codebook)
    complete = _complete(table, system)
    unreached = states.after_last_answer(answers != "").mul(complete.eq(False).to_numpy(), axis=0)
    settled = states.settle(answers, codebook, unreached)
    keep = listed.kept(answers.columns, codebook)
    found = {
        **sheets.findings(sheet),
        "tool": "SurveyMonkey",
        "heading rows": str(head + 2),
        "responses": str(len(answers)),
        "columns": str(len(first)),
        "columns without heading and answer": str(len(first) - len(codes) - len(system)),
        "checkbox columns": str(len(ticks)),
        "states": "a blank box and a question skipped on purpose look alike; hidden questions are "
        "told by the codebook's conditions",
        **_excel_dates(answers),
    }
    return Export(
        answers=states.long_table(answers[keep], settled[keep]),
        respondents=respondents_table(
            answers.index,
            str(path),
            complete=complete.to_numpy(),
            submitted=table[system["submitted"]] if "submitted" in system else None,
        ),
        reading=reading_table(path, found),
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


def _ticked(answers: pd.DataFrame, headings: Mapping[str, str]) -> list[str]:
    """Turn checkbox columns into Y or blank, in place; their codes."""
    ticks = []
    for item, heading in headings.items():
        given = set(answers[item].unique()) - {""}
        if len(given) == 1 and re.fullmatch(re.escape(next(iter(given))) + r"\s*\d*", heading):
            answers[item] = answers[item].where(answers[item] == "", "Y")
            ticks.append(item)
    return ticks


def _complete(table: pd.DataFrame, system: Mapping[str, int]) -> pd.Series:
    if "complete" not in system:
        return table[0].map(lambda _: None)
    return table[system["complete"]].map({"Yes": True, "No": False})


def _excel_dates(answers: pd.DataFrame) -> dict[str, str]:
    """Day numbers among the texts of a column: a spreadsheet took `1-10` for a date."""
    suspects: list[str] = []
    for item in answers.columns:
        given = set(answers[item].unique()) - {""}
        days = {text for text in given if re.fullmatch(r"4[0-9]{4}", text)}
        if days and len(given) < 20 and len(days) < len(given):
            suspects.extend(f"{item} = {day}" for day in sorted(days))
    if not suspects:
        return {}
    return {"answers that a spreadsheet turned into dates": "; ".join(suspects)}
