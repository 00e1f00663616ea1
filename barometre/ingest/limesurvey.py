"""LimeSurvey response exports: CSV of any kind and XLSX with question codes as headings, archives
(.lsa), JSON, VV, SPSS (.sav, or .dat with .sps); `barometre.ingest.limesurvey_forms` opens the
latter.

Headings are kept as LimeSurvey writes them: `gov3[SQ001]`, `gov4[other]`, `adm3[SQ001comment]`,
`prio[1]`, `data6[SQ001][2]`. Answers may be codes, or full answers where the codebook's scales
hold their labels.

Columns that need no row in the codebook: LimeSurvey's own (id, submitdate, lastpage,
startlanguage, seed, token, startdate, datestamp, ipaddr, refurl; only the date of submission,
the last page and the language are kept), timings (`interviewtime`, `groupTime1`, `...Time`) and
columns in which nobody has an answer and that have no sub-question (texts that are only shown).

States
------
- `not_reached`: a blank on a page after `lastpage` of an incomplete response. Pages are known
  where timings were exported (`groupTime<n>` opens page n) or the questionnaire is given; else a
  response ends at its last cell that is not NULL.
- `not_shown`: a blank whose condition (`shown_if` in the codebook) is not met; or a NULL where
  LimeSurvey would write an empty text for a blank (all kinds but numbers and dates).
- `empty`: every other blank. An unticked box is `empty`.

NULL is a bare cell (`,,`) of a CSV, an empty text is quoted (`,"",`). Formats that lose the
difference (XLSX) say so in the reading.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import limesurvey_forms, listed, sheets, states
from barometre.ingest.delimited import Sheet
from barometre.ingest.export import Export
from barometre.ingest.limesurvey_codes import own, participants
from barometre.ingest.limesurvey_forms import Responses
from barometre.ingest.respondents import reading_table, respondents_table

if TYPE_CHECKING:
    import pandas as pd

# Answers of yes/no questions and boxes: as codes, as full answers, and as "Y/N converted to 1/2".
YES = {"Y", "Oui", "Yes", "1"}
NO = {"N", "Non", "No", "2"}
NULL_IS_BLANK = {"number", "count", "date"}
NUMBER_OR_DATE = re.compile(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d( .*)?")


def read(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read one LimeSurvey export.

    Raises
    ------
    StudyError : the headings are not question codes, a response stands twice, or a column is not
        in the codebook.
    """
    form = limesurvey_forms.open_form(path, options, codebook)
    if form is None:
        form = _of_sheet(sheets.open_sheet(path, options), str(path), codebook)
    codebook = form.codebook
    table = form.table.set_index(form.table["id"].fillna("").astype(str))
    table = table.drop(columns=participants(table.columns))
    known = set() if codebook is None else set(codebook.items.index)
    columns = [name for name in table.columns if name in known or not own(name)]
    shown_only = [
        name
        for name in columns
        if name not in known and "[" not in name and not table[name].fillna("").any()
    ]
    items = [name for name in columns if name not in shown_only]
    if codebook is not None:
        listed.check_listed(items, codebook, str(path))
    null = table[items].isna()
    values, changes = _as_codes(table[items].fillna(""), codebook)
    complete = table["submitdate"].fillna("").ne("")
    page_of, pages_from = pages(list(table.columns)), "from the timing columns"
    if not page_of:
        page_of, pages_from = questionnaire_pages(codebook), "from the questionnaire"
    page_of = {name: page for name, page in page_of.items() if name in items}
    unreached = _unreached(null, page_of, table["lastpage"], complete)
    settled = states.settle(values, codebook, unreached)
    bare = _all_false(values)
    # Full answers print a blank as N/A, sometimes bare: only codes keep NULL apart.
    tells_null = form.tells_null and "answers turned into codes" not in changes
    if tells_null:
        bare = null & ~_null_is_blank(values, codebook) & (settled == "empty")
        settled = settled.mask(bare, "not_shown")
    keep = listed.kept(items, codebook)
    found = {
        **form.found,
        "tool": "LimeSurvey",
        "responses": f"{len(table)}, of which complete {int(complete.sum())}",
        "columns": f"{table.shape[1]}, of which items {len(items)}",
        "texts only shown, left out": ", ".join(shown_only) or "none",
        "pages": pages_from if page_of else "from the last answer of each response",
        "states": "NULL and blank are told apart"
        if tells_null
        else "this format cannot tell NULL from blank: conditions come from the codebook only",
        **changes,
    }
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
            last_page=_numbers(table["lastpage"]),
            language=table.get("startlanguage"),
            duration_seconds=_numbers(table["interviewtime"]) if "interviewtime" in table else None,
        ),
        reading=reading_table(path, found),
    )


def pages(columns: list[str]) -> dict[str, int]:
    """Column -> page, from the order of the timing columns; empty without timings.

    `groupTime3, srv1Time, srv2Time` says that srv1 and srv2 stand on page 3.
    """
    page_of: dict[str, int] = {}
    page = 0
    for name in columns:
        if match := re.fullmatch(r"groupTime(\d+)", name):
            page += 1
        elif page and (match := re.fullmatch(r"(.+)Time", name)):
            page_of[match.group(1)] = page
    return {name: page_of[base] for name in columns if (base := name.split("[")[0]) in page_of}


def questionnaire_pages(codebook: Codebook | None) -> dict[str, int]:
    """Item -> page as the questionnaire itself says; empty where it does not."""
    if codebook is None or "page" not in codebook.items:
        return {}
    told = codebook.items["page"][codebook.items["page"] != ""]
    return {str(item): int(page) for item, page in told.items()}


def _of_sheet(sheet: Sheet, where: str, codebook: Codebook | None) -> Responses:
    """The responses in a table with question codes as headings."""
    found = {
        **sheets.findings(sheet),
        "heading style": "question codes",
        "heading rows": "1",
    }
    return Responses(_frame(sheet, where), found, sheet.tells_bare, codebook)


def _frame(sheet: Sheet, where: str) -> pd.DataFrame:
    """Cells as text with NULL as missing."""
    import pandas as pd

    names = [cell or "" for cell in sheet.rows[0]]
    if names[0] != "id" or "submitdate" not in names or "lastpage" not in names:
        raise StudyError(
            f"{where}, row 1: expected LimeSurvey's columns id, submitdate and lastpage and found "
            f"'{names[0]}'; export the responses again with 'Question code' as headings (or "
            "correct 'exports.reader' in study.yaml)."
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


def _as_codes(
    values: pd.DataFrame, codebook: Codebook | None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Answers as codes, masked formulas unmasked, and what had to be changed for it."""
    changes: dict[str, str] = {}
    masked = values.map(lambda text: text.startswith("'="))
    if masked.to_numpy().any():
        values = values.mask(masked, values.map(lambda text: text[1:]))
        changes["formulas unmasked"] = f"{int(masked.to_numpy().sum())} cells began with '="
    if codebook is None:
        return values, changes
    recoded: list[str] = []
    converted: list[str] = []
    for item in values.columns:
        kind = codebook.items.at[item, "kind"]
        if kind in ("yes_no", "tick"):
            no = "N" if kind == "yes_no" else ""
            words = dict.fromkeys(YES, "Y") | dict.fromkeys(NO, no) | {"N/A": ""}
            coded = values[item].map(lambda text, words=words: words.get(text, text))
            converted.extend([item] if values[item].isin(["1", "2"]).any() else [])
        else:
            coded = states.coded(values[item], item, codebook)
        if (coded != values[item]).any():
            recoded.append(item)
            values[item] = coded
    if recoded:
        changes["answers turned into codes"] = f"{len(recoded)} columns"
    if converted:
        changes["Y and N converted to 1 and 2"] = (
            "unanswered yes/no questions, unticked boxes and blank comments all read as No; export "
            "again without this conversion"
        )
    return values, changes


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
    null: pd.DataFrame, timed: Mapping[str, int], last_page: pd.Series, complete: pd.Series
) -> pd.DataFrame:
    """Cells of incomplete responses after the last page seen."""
    import numpy as np
    import pandas as pd

    if timed:
        page = np.array([timed.get(name, 0) for name in null.columns])
        seen = pd.to_numeric(last_page, errors="coerce").fillna(0).to_numpy()
        after = page[None, :] > seen[:, None]
    else:
        given = ~null.to_numpy(dtype=bool)
        after = given[:, ::-1].cumsum(axis=1)[:, ::-1] == 0
    return pd.DataFrame(
        after & ~complete.to_numpy()[:, None], index=null.index, columns=null.columns
    )


def _all_false(like: pd.DataFrame) -> pd.DataFrame:
    """A table of False with the shape of `like`."""
    import pandas as pd

    return pd.DataFrame(False, index=like.index, columns=like.columns)


def _numbers(texts: pd.Series) -> pd.Series:
    import pandas as pd

    return pd.to_numeric(texts, errors="coerce")
