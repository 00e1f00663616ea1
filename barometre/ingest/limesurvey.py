"""LimeSurvey response exports: CSV of any kind and XLSX, archives (.lsa), JSON, VV, SPSS (.sav, or
.dat with .sps); `barometre.ingest.limesurvey_forms` opens all but the first two.

Items are called as LimeSurvey's question codes: `gov3[SQ001]`, `gov4[other]`, `adm3[SQ001comment]`,
`prio[1]`, `data6[SQ001][2]`. Headings may be codes, or codes and texts; full or abbreviated texts
need the survey's structure (`barometre.ingest.limesurvey_headings`). Answers may be codes; full
answers, and Y and N as other signs, need a codebook or the structure
(`barometre.ingest.limesurvey_answers`).

Columns that need no row in the codebook: LimeSurvey's own (id, submitdate, lastpage,
startlanguage, seed, token, startdate, datestamp, ipaddr, refurl; only the date of submission,
the last page and the language are kept), timings (`interviewtime`, `groupTime1`, `...Time`),
columns of the participants' table, and columns in which nobody has an answer and that have no
sub-question (texts that are only shown).

States
------
- `not_reached`: a blank on a page after `lastpage` of an incomplete response. Pages are known
  where timings were exported (`groupTime<n>` opens page n) or a structure was given; else a
  response ends at its last cell that is not NULL.
- `not_shown`: a blank whose condition (`shown_if` in the codebook, relevance in a structure) is not
  met; or a NULL where LimeSurvey would write an empty text for a blank (all kinds but numbers and
  dates).
- `empty`: every other blank. An unticked box is `empty`.

NULL is a bare cell (`,,`) of a CSV, an empty text is quoted (`,"",`). Formats that lose the
difference (XLSX) say so in the reading.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
structure : the survey's structure (.lss, .lsa, .txt)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import limesurvey_forms, listed, sheets, states
from barometre.ingest.export import Export
from barometre.ingest.limesurvey_answers import as_codes
from barometre.ingest.limesurvey_codes import MANDATORY, SYSTEM, own, participants
from barometre.ingest.limesurvey_forms import Responses
from barometre.ingest.limesurvey_headings import resolve
from barometre.ingest.questions import read_questions
from barometre.ingest.respondents import reading_table, respondents_table

if TYPE_CHECKING:
    import pandas as pd

MOST_PAGES = 100_000
NULL_IS_BLANK = {"number", "count", "date"}
NUMBER_OR_DATE = re.compile(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d( .*)?")


def read(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read one LimeSurvey export.

    Raises
    ------
    StudyError : the headings or answers are texts that nothing given tells the codes of, a response
        stands twice, or a column is not in the codebook.
    """
    where = str(path)
    form = limesurvey_forms.open_form(path, options, codebook)
    if form is None:
        form = _of_sheet(path, options, codebook)
    codebook = form.codebook
    table = form.table.set_index(form.table["id"].fillna("").astype(str))
    items, left_out = _items(table, codebook)
    if codebook is not None:
        listed.check_listed(items, codebook, where)
    null = table[items].isna()
    values, changes = as_codes(table[items].fillna(""), codebook, where)
    complete = table["submitdate"].fillna("").ne("")
    on_page, pages_from = pages(list(table.columns), codebook)
    unreached = _unreached(null, on_page, table["lastpage"], complete)
    settled = states.settle(values, codebook, unreached)
    bare = _all_false(values)
    # Full answers print a blank as N/A, sometimes bare: only codes keep NULL apart.
    full = "answers turned into codes" in changes and "Y and N converted" not in changes
    tells_null = form.tells_null and not full
    if tells_null:
        bare = null & ~_null_is_blank(values, codebook) & (settled == "empty")
        settled = settled.mask(bare, "not_shown")
    keep = listed.kept(items, codebook)
    found = {
        **form.found,
        "tool": "LimeSurvey",
        "responses": f"{len(table)}, of which complete {int(complete.sum())}",
        "columns": f"{table.shape[1]}, of which items {len(items)}",
        **left_out,
        "pages": pages_from,
        "states": "NULL and blank are told apart"
        if tells_null
        else "this format cannot tell NULL from blank: conditions come from the codebook only",
        **changes,
    }
    if codebook is not None and (untold := states.unsettled(values, codebook)):
        found["conditions that cannot be evaluated"] = ", ".join(untold)
    if codebook is not None and bare.to_numpy().any():
        hidden = sorted(bare.columns[bare.any()])
        found["hidden without a condition in the codebook"] = ", ".join(hidden)
    return Export(
        answers=states.long_table(values[keep], settled[keep]),
        respondents=respondents_table(
            table.index,
            path,
            complete=complete,
            submitted=list(table["submitdate"].fillna("")),
            last_page=_page_numbers(table["lastpage"]),
            language=table.get("startlanguage"),
            duration_seconds=_numbers(table["interviewtime"]) if "interviewtime" in table else None,
        ),
        reading=reading_table(path, found),
    )


def pages(columns: list[str], codebook: Codebook | None) -> tuple[dict[str, int], str]:
    """Column -> page, and where that is known from; no pages where it is not.

    The timing columns tell it by their order: `groupTime3, srv1Time, srv2Time` says that srv1 and
    srv2 stand on page 3. So does the structure.
    """
    page_of: dict[str, int] = {}
    page = 0
    for name in columns:
        if re.fullmatch(r"groupTime(\d+)", name):
            page += 1
        elif page and (match := re.fullmatch(r"(.+)Time", name)):
            page_of[match.group(1)] = page
    timed = {name: page_of[base] for name in columns if (base := name.split("[")[0]) in page_of}
    if timed:
        return timed, "from the timing columns"
    if codebook is not None and "page" in codebook.items:
        told = codebook.items["page"].reindex(columns).dropna()
        if len(told) and told.ne("").all():
            return told.astype(int).to_dict(), "from the structure"
    return {}, "from the last answer of each response"


def _items(table: pd.DataFrame, codebook: Codebook | None) -> tuple[list[str], dict[str, str]]:
    """Columns that are items, and what is left out."""
    known = set() if codebook is None else set(codebook.items.index)
    people = [name for name in participants(table.columns) if name not in known]
    columns = [name for name in table.columns if name in known or not (own(name) or name in people)]
    shown_only = [
        name
        for name in columns
        if name not in known and "[" not in name and not table[name].fillna("").any()
    ]
    left = {"texts only shown, left out": ", ".join(shown_only) or "none"}
    if people:
        left["columns of the participants' table, left out"] = ", ".join(people)
    return [name for name in columns if name not in shown_only], left


def _of_sheet(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Responses:
    """The responses in a CSV or XLSX."""
    sheet = sheets.open_sheet(path, options)
    structure = options.get("structure")
    questions = read_questions(structure) if structure else None
    headings = resolve([cell or "" for cell in sheet.rows[0]], questions, str(path))
    found = {**sheets.findings(sheet), "heading style": headings.style, "heading rows": "1"}
    if headings.by_order:
        found["columns known by their place alone"] = ", ".join(headings.by_order)
    return Responses(_frame(sheet, headings.codes, str(path)), found, sheet.tells_bare, codebook)


def _frame(sheet: sheets.Sheet, names: list[str], where: str) -> pd.DataFrame:
    """Cells as text with NULL as missing."""
    import pandas as pd

    if absent := [name for name in SYSTEM if name in MANDATORY and name not in names]:
        raise StudyError(
            f"{where}, row 1: there is no column for {absent[0]}; export the responses again with "
            "all of LimeSurvey's own columns."
        )
    for at, name in enumerate(names):
        if name in names[:at]:
            raise StudyError(
                f"{where}, row 1: two columns are headed '{name}'; export again with 'Question "
                "code' as headings."
            )
    width = len(names)
    for number, row in enumerate(sheet.rows[1:], start=2):
        if len(row) != width and sheet.separator:
            raise StudyError(
                f"{where}, record {number}: {len(row)} cells under {width} headings; the file is "
                "cut or was edited, export it again."
            )
    body = [row[:width] + [None] * (width - len(row)) for row in sheet.rows[1:]]
    return pd.DataFrame(body, columns=names, dtype=object)


def _null_is_blank(values: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    """Where LimeSurvey writes NULL for a blank: numbers and dates."""
    result = _all_false(values)
    for item in values.columns:
        if codebook is not None:
            result[item] = codebook.items.at[item, "kind"] in NULL_IS_BLANK
        else:
            given = values[item][values[item] != ""]
            result[item] = all(NUMBER_OR_DATE.fullmatch(text) for text in given)
    return result


def _unreached(
    null: pd.DataFrame, on_page: Mapping[str, int], last_page: pd.Series, complete: pd.Series
) -> pd.DataFrame:
    """Cells of incomplete responses after the last page seen, or the last cell that is not NULL."""
    import numpy as np
    import pandas as pd

    if on_page:
        page = np.array([on_page.get(name, 0) for name in null.columns])
        seen = _numbers(last_page).fillna(0).to_numpy()
        after = pd.DataFrame(page > seen[:, None], index=null.index, columns=null.columns)
    else:
        after = states.after_last_answer(~null)
    return after.mul(~complete.to_numpy(), axis=0)


def _all_false(like: pd.DataFrame) -> pd.DataFrame:
    """A table of False with the shape of `like`."""
    import pandas as pd

    return pd.DataFrame(False, index=like.index, columns=like.columns)


def _numbers(texts: pd.Series) -> pd.Series:
    import pandas as pd

    return pd.to_numeric(texts, errors="coerce")


def _page_numbers(texts: pd.Series) -> pd.Series:
    """Pages, and missing for what can be none."""
    pages = _numbers(texts)
    return pages.where((pages % 1 == 0) & pages.between(0, MOST_PAGES))
