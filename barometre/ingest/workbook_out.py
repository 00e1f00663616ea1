"""Workbooks written the same way each time: no clock in them, no cell that is a formula."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)


def write_workbook(path: str | Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Sheets of texts as XLSX; a text that begins with = stays a text."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                if text != "":
                    cell = sheet.cell(at, column)
                    cell.value = text
                    cell.data_type = "s"
    book.properties.created = book.properties.modified = datetime(*EPOCH)
    raw = BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(zipfile.ZipInfo(info.filename, EPOCH), _dated(info, source))


def _dated(info: zipfile.ZipInfo, source: zipfile.ZipFile) -> bytes:
    """A member with the fixed date in the place of the time of saving."""
    import re

    content = source.read(info.filename)
    if info.filename == "docProps/core.xml":
        content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
    return content
