"""The rows of a plain table that are answers: headings, footers and sub-totals told from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.errors import StudyError
from barometre.ingest import sheets

if TYPE_CHECKING:
    import pandas as pd

MARK = "\ufeff"  # a byte order mark pasted into answers by some tools


def body_of(
    path: str | Path, options: Mapping[str, Any]
) -> tuple[sheets.Sheet, pd.DataFrame, dict[str, str]]:
    """The table below the headings, as text, and what of it was passed over.

    Options: `heading_row`, `footer_rows`, `where`, `except` and `blank`, which
    `barometre.ingest.tabular` explains.

    Returns
    -------
    The sheet; its rows that are answers, blanks as "", with headings as they stand (`column 7`
    where there is none) and the place in the body (from 0) as index; findings.

    Raises
    ------
    StudyError : a heading is missing or stands twice, a row is longer than the headings, or an
        option does not fit the table.
    """
    import pandas as pd

    heading_row, footer = int(options.get("heading_row", 1)), int(options.get("footer_rows", 0))
    sheet = sheets.open_sheet(path, options)
    if len(sheet.rows) < heading_row + footer:
        raise StudyError(
            f"{path}: there is no row {heading_row} to take the headings from, or fewer than "
            f"{footer} rows under it (exports.options.heading_row, footer_rows)."
        )
    names = _headings(sheet.rows[heading_row - 1], path, heading_row)
    blank = {str(text) for text in options.get("blank", [])}
    body = []
    until = len(sheet.rows) - footer
    for number, row in enumerate(sheet.rows[heading_row:until], start=heading_row + 1):
        if any(row[len(names) :]):
            raise StudyError(
                f"{path}, row {number}: {len(row)} cells under {len(names)} headings; the file was "
                "edited or has another separator, or lines of its own under the table "
                "(exports.options.footer_rows)."
            )
        texts = [(cell or "").replace(MARK, "").strip() for cell in row[: len(names)]]
        texts = ["" if text in blank else text for text in texts]
        body.append(texts + [""] * (len(names) - len(texts)))
    table = pd.DataFrame(body, columns=names, dtype=object)
    chosen = _chosen(table, options, path)
    found = {}
    if footer:
        found["lines under the table, passed over"] = str(footer)
    if len(chosen) < len(table):
        keys = [f"exports.options.{key}" for key in ("where", "except") if options.get(key)]
        found[f"rows passed over ({', '.join(keys)})"] = str(len(table) - len(chosen))
    return sheet, chosen, found


def _headings(row: list[str | None], path: str | Path, number: int) -> list[str]:
    texts = [(cell or "").strip() for cell in row]
    names = [name or f"column {at}" for at, name in enumerate(texts, start=1)]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise StudyError(f"{path}, row {number}: two columns are headed '{name}'; rename one.")
    return names


def _chosen(table: pd.DataFrame, options: Mapping[str, Any], path: str | Path) -> pd.DataFrame:
    """The rows that `where` asks for and `except` does not."""
    chosen = table
    for key, wanted in (("where", True), ("except", False)):
        for column, values in options.get(key, {}).items():
            need(table, column, f"exports.options.{key}", path)
            texts = {str(text) for text in (values if isinstance(values, list) else [values])}
            chosen = chosen[chosen[column].isin(texts) == wanted]
    return chosen


def need(table: pd.DataFrame, column: str, key: str, path: str | Path) -> None:
    """The table has the column.

    Raises
    ------
    StudyError : it has not; the sentence lists its columns.
    """
    if column not in table.columns:
        raise StudyError(
            f"{key}: {path} has no column '{column}'; its columns are {', '.join(table.columns)}."
        )
