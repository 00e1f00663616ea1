"""One table written in each form that the readers of plain tables know."""

import csv
import datetime
import io
import struct
import zipfile
from xml.sax.saxutils import escape

import openpyxl
import pyarrow as pa
from pyarrow import parquet

MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
ORDERS = {"iso": "%Y-%m-%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}


def in_words(value, decimal, order):
    """A cell as a text table prints it."""
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    if isinstance(value, datetime.date):
        return value.strftime(ORDERS[order])
    return "" if value is None else str(value)


def as_text(rows, separator, encoding, decimal, order, quoting):
    """A CSV or one of its kin."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, quoting=quoting)
    writer.writerows([[in_words(value, decimal, order) for value in row] for row in rows])
    return target.getvalue().encode(encoding)


def as_xlsx(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_parquet(rows):
    names, *body = rows
    columns = {name: [row[at] for row in body] for at, name in enumerate(names)}
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()


def as_ods(rows):
    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
        if isinstance(value, datetime.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        return (
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(str(value))}</text:p></table:table-cell>"
        )

    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return target.getvalue()


def as_xls(rows, order="iso"):
    """BIFF8 in a compound file; dates are texts, since date formats would need more records."""

    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind):
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    cells = b""
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, float):
                cells += record(0x0203, struct.pack("<HHHd", at, column, 0, value))
            elif value is not None:
                text = in_words(value, ".", order)
                head = struct.pack("<HHHHB", at, column, 0, len(text), 1)
                cells += record(0x0204, head + text.encode("utf-16-le"))
    end = record(0x000A, b"")
    offset = len(begin(5)) + 4 + 9 + len(end)
    sheet = record(0x0085, struct.pack("<IBBBB", offset, 0, 0, 1, 0) + b"S")
    return _compound(begin(5) + sheet + end + begin(0x10) + cells + end)


def _compound(stream):
    free, last, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    assert sectors <= 126, "one sector of the allocation table is written"
    table = [fat, last, *range(3, sectors + 2), last]
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, 1, 1, 0, 4096, last, 0, last, 0, 0,
    ) + struct.pack("<108I", *[free] * 108)  # fmt: skip

    def entry(name, kind, child, start, size):
        text = (name + "\0").encode("utf-16-le") if name else b""
        links = struct.pack("<BBIII", kind, 1, free, free, child)
        rest = struct.pack("<36sIQ", b"", start, size)
        return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + rest

    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(stream))
    folder += entry("", 0, free, 0, 0) * 2
    packed = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return head + packed + folder + stream
