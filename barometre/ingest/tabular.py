"""Plain tables (CSV, TSV, XLSX, XLS, ODS): one row per respondent, or one per respondent and item.

`table`
    Row 1 holds the item codes; each further row is one respondent. Options: `respondent` (column
    with the respondent's id; else rows are numbered 1, 2, ...), `items` (mapping from a heading
    of the file to the item code to use), `heading_row` (row number of the headings, default 1),
    `blank` (list of texts that mean a blank answer, e.g. `["N/A"]`; none by default, since people
    type them), `code_ends` (text that ends the code in each heading, e.g. `". "` for LimeSurvey's
    headings with code and text), `other_items: ignore` (columns that the codebook does not list are
    passed over and named in the reading, else they stop the run), `submitted` and `complete`
    (columns; complete is true where the cell is filled and not `0`, `N`, `No`, `Non`, `False`).

`long_table`
    Each row is one answer. Options: `respondent`, `item`, `value` (names of the columns; all three
    needed), `where` (column -> value or list of values; other rows are passed over and counted),
    `items` (mapping from the file's item names to codes), `blank` as above. An item that has no row
    for a respondent is `empty`. Items that the codebook does not list are passed over when
    `other_items: ignore` is given, else they stop the run.

Both also take `encoding`, `separator` and `sheet` (see `barometre.ingest.sheets`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import listed, sheets, states
from barometre.ingest.export import Export
from barometre.ingest.respondents import reading_table, respondents_table

if TYPE_CHECKING:
    import pandas as pd

MARK = "\ufeff"  # a byte order mark pasted into answers by some tools
FALSE = {"", "0", "n", "no", "non", "false", "faux"}


def read_wide(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read a table with one row per respondent.

    Raises
    ------
    StudyError : a heading is missing, repeated or not in the codebook, an id is missing or
        repeated, or a row is longer than the headings.
    """
    sheet, table = _frame(path, options, options.get("heading_row", 1))
    found = {
        **sheets.findings(sheet),
        "shape": "",  # told once the items are known, in this place
        "heading rows": str(options.get("heading_row", 1)),
    }
    return wide_export(table, options, codebook, path, found)


def wide_export(
    table: pd.DataFrame,
    options: Mapping[str, Any],
    codebook: Codebook | None,
    path: str | Path,
    found: Mapping[str, str],
    declared: Mapping[str, Mapping[str, str]] | None = None,
) -> Export:
    """A table of texts with one row per respondent as an export.

    Parameters
    ----------
    options : of the reader `table`
    declared : item -> answer -> state, for answers that the file itself declares missing

    Raises
    ------
    StudyError : see `read_wide`.
    """
    special = {
        name: options[name] for name in ("respondent", "submitted", "complete") if name in options
    }
    for name, column in special.items():
        _need(table, column, f"exports.options.{name}", path)
    ids = (
        table[special["respondent"]]
        if "respondent" in special
        else table.index.to_series().map(lambda number: str(number + 1))
    )
    values = table.drop(columns=list(special.values())).rename(columns=options.get("items", {}))
    if "code_ends" in options:
        values = values.rename(columns=lambda heading: heading.partition(options["code_ends"])[0])
        _unrepeated(values.columns, path)
    unnamed = [name for name in values.columns if name.startswith("column ")]
    values = values.drop(columns=[name for name in unnamed if not values[name].any()])
    values.index = ids.to_numpy()
    passed_over: list[str] = []
    if codebook is not None and options.get("other_items") == "ignore":
        known = values.columns.isin(codebook.items.index)
        passed_over = list(values.columns[~known])
        values = values.loc[:, known]
    complete = None
    if "complete" in special:
        complete = [text.casefold() not in FALSE for text in table[special["complete"]]]
    shape = f"one row per respondent: {len(values)} rows, {values.shape[1]} items"
    told = {**found, "shape": shape, "other columns passed over": ", ".join(passed_over) or "none"}
    return _export(
        values,
        codebook,
        path,
        told,
        declared,
        complete=complete,
        submitted=table[special["submitted"]] if "submitted" in special else None,
    )


def _unrepeated(codes: pd.Index, path: str | Path) -> None:
    twice = codes[codes.duplicated()]
    if len(twice):
        raise StudyError(
            f"{path}: two headings have the code '{twice[0]}' (exports.options.code_ends); rename "
            "one, or give the codes with exports.options.items."
        )


def read_long(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read a table with one row per respondent and item.

    Raises
    ------
    StudyError : a column named in the options is missing, an item is not in the codebook, or a
        respondent has two rows for one item that differ.
    """
    sheet, table = _frame(path, options, options.get("heading_row", 1))
    columns = {}
    for role in ("respondent", "item", "value"):
        if role not in options:
            raise StudyError(
                f"exports.options.{role}: the long table {path} needs the name of its column; the "
                f"columns are {', '.join(table.columns)}."
            )
        _need(table, options[role], f"exports.options.{role}", path)
        columns[role] = options[role]
    chosen = table
    for column, wanted in options.get("where", {}).items():
        _need(table, column, "exports.options.where", path)
        texts = {str(text) for text in (wanted if isinstance(wanted, list) else [wanted])}
        chosen = chosen[chosen[column].isin(texts)]
    items = chosen[columns["item"]].replace(options.get("items", {}))
    passed_over: list[str] = []
    if codebook is not None and options.get("other_items") == "ignore":
        known = items.isin(codebook.items.index)
        passed_over = sorted(set(items[~known]))
        chosen, items = chosen[known], items[known]
    keys = chosen.assign(item=items)[[columns["respondent"], "item"]]
    again = keys.assign(value=chosen[columns["value"]]).duplicated()
    chosen, items, keys = chosen[~again], items[~again], keys[~again]
    if keys.duplicated().any():
        row = int(keys.index[keys.duplicated()][0])
        respondent, item = keys.loc[row]
        raise StudyError(
            f"{path}, row {row + 2}: '{respondent}' has a second row for the item "
            f"'{item}' with another value; choose one edition or source with "
            "'exports.options.where' in study.yaml."
        )
    values = (
        chosen.assign(item=items)
        .pivot(index=columns["respondent"], columns="item", values=columns["value"])
        .fillna("")
    )
    values = values[list(dict.fromkeys(items))]
    if codebook is not None:
        known_first = [item for item in codebook.items.index if item in values.columns]
        values = values[[*known_first, *values.columns.difference(known_first, sort=False)]]
    found = {
        **sheets.findings(sheet),
        "shape": f"one row per answer: {len(chosen)} of {len(table)} rows used",
        "rows that say again what an earlier one said": str(int(again.sum())),
        "other items passed over": ", ".join(passed_over) or "none",
    }
    return _export(values.rename_axis(index=None, columns=None), codebook, path, found)


def _export(
    values: pd.DataFrame,
    codebook: Codebook | None,
    path: str | Path,
    found: Mapping[str, str],
    declared: Mapping[str, Mapping[str, str]] | None = None,
    **about: Any,
) -> Export:
    import pandas as pd

    values = values.copy()
    if codebook is not None:
        listed.check_listed(values.columns, codebook, str(path))
        for item in values.columns:
            values[item] = states.coded(values[item], item, codebook)
    never = pd.DataFrame(False, index=values.index, columns=values.columns)
    settled = states.settle(values, codebook, unreached=never)
    for item, said in (declared or {}).items():
        if item in values.columns:
            told_by_file = values[item].map(said).where(settled[item] == "answered")
            settled[item] = told_by_file.fillna(settled[item])
    keep = listed.kept(values.columns, codebook)
    told = {**found, "states": "a plain table cannot tell why a cell is blank"}
    return Export(
        answers=states.long_table(values[keep], settled[keep]),
        respondents=respondents_table(values.index, path, **about),
        reading=reading_table(path, told),
    )


def _frame(
    path: str | Path, options: Mapping[str, Any], heading_row: int
) -> tuple[sheets.Sheet, pd.DataFrame]:
    """Body as text, blanks as ""; headings as they stand, `column 7` where there is none."""
    import pandas as pd

    sheet = sheets.open_sheet(path, options)
    if len(sheet.rows) < heading_row:
        raise StudyError(f"{path}: there is no row {heading_row} to take the headings from.")
    headings = [(cell or "").strip() for cell in sheet.rows[heading_row - 1]]
    names = [name or f"column {at}" for at, name in enumerate(headings, start=1)]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise StudyError(
                f"{path}, row {heading_row}: two columns are headed '{name}'; rename one."
            )
    blank = {str(text) for text in options.get("blank", [])}
    body = []
    for number, row in enumerate(sheet.rows[heading_row:], start=heading_row + 1):
        if len(row) > len(names) and any(row[len(names) :]):
            raise StudyError(
                f"{path}, record {number}: {len(row)} cells under {len(names)} headings; quote the "
                "cells that contain the separator."
            )
        texts = [(cell or "").replace(MARK, "").strip() for cell in row[: len(names)]]
        texts = ["" if text in blank else text for text in texts]
        body.append(texts + [""] * (len(names) - len(texts)))
    return sheet, pd.DataFrame(body, columns=names, dtype=object)


def _need(table: pd.DataFrame, column: str, key: str, path: str | Path) -> None:
    if column not in table.columns:
        raise StudyError(
            f"{key}: {path} has no column '{column}'; its columns are {', '.join(table.columns)}."
        )
