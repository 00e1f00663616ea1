"""One raw table, whatever its file type: CSV and its kin, XLSX, XLS, ODS, Parquet."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from barometre.errors import StudyError
from barometre.ingest.delimited import SEPARATORS, Cell, Sheet, read_text

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
PARQUET = {".parquet", ".pq"}


def open_sheet(path: str | Path, options: Mapping[str, Any]) -> Sheet:
    """The rows of a raw table.

    Options: `encoding` (a codec name), `separator` (one sign), `sheet` (name or number from 0).
    """
    if Path(path).suffix.lower() in WORKBOOKS:
        return _workbook(path, options.get("sheet", 0))
    if Path(path).suffix.lower() in PARQUET:
        from barometre.ingest import parquet

        return parquet.as_sheet(parquet.read_parquet(path))
    return read_text(path, options.get("encoding"), options.get("separator"))


def names(path: str | Path) -> list[str]:
    """Names of the sheets of a workbook; none for a text.

    Raises
    ------
    StudyError : it cannot be read as a workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    if Path(path).suffix.lower() not in WORKBOOKS:
        return []
    try:
        return list(CalamineWorkbook.from_path(str(path)).sheet_names)
    except (CalamineError, OSError, ValueError) as error:
        raise StudyError(f"{path}: this cannot be read as a workbook ({error}).") from None


def findings(sheet: Sheet) -> dict[str, str]:
    """What was found out about the file itself, for the table `reading`."""
    none = f"none ({sheet.encoding})"
    found = {
        "encoding": sheet.encoding,
        "separator": SEPARATORS.get(sheet.separator, sheet.separator or none),
    }
    return {**found, "quoted cells": sheet.quoting} if sheet.quoting else found


def _workbook(path: str | Path, which: str | int) -> Sheet:
    rows = [row for row in workbook_rows(path, which) if any(row)]
    if not rows:
        raise StudyError(f"{path}: the sheet '{which}' is empty.")
    return Sheet(rows, "workbook", "", False)


def workbook_rows(path: str | Path, which: str | int) -> list[list[Cell]]:
    """All rows of a workbook's sheet, the blank ones too.

    Raises
    ------
    StudyError : it cannot be read as a workbook, or has no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if isinstance(which, str) and which not in names:
            raise StudyError(
                f"{path}: there is no sheet '{which}'; the sheets are {', '.join(names)} "
                "(exports.options.sheet in study.yaml)."
            )
        name = which if isinstance(which, str) else names[which]
        raw = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise StudyError(f"{path}: this cannot be read as a workbook ({error}).") from None
    return [[cell_text(cell) for cell in row] for row in raw]


def cell_text(cell: Any) -> Cell:
    """A typed cell as an export would print it: whole numbers bare, dates in ISO form."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, decimal.Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
