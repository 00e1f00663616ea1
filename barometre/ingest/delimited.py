"""Text tables taken apart: encoding, separator, cells, and which empty cells were quoted.

Usual CSV parsers give the same empty text for `,,` and `,"",`. LimeSurvey writes the first for
a cell that was never asked and the second for one left blank, so cells are cut here.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest.limits import UTF16, open_text

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

Cell = str | None


@dataclass(frozen=True)
class Sheet:
    """The rows of one raw table.

    Attributes
    ----------
    rows : cells of each record; None where the cell is bare (`,,`), "" where it is quoted (`,"",`)
    encoding, separator : as found; the separator is empty for a workbook
    tells_bare : whether bare and quoted blanks both occur, so that their difference means something
    quoting : which cells are in quotes: "all", "some" or "none"; empty for a workbook
    """

    rows: list[list[Cell]]
    encoding: str
    separator: str
    tells_bare: bool
    quoting: str = ""


def decode(raw: bytes, where: str, encoding: str | None = None) -> tuple[str, str]:
    """Text of a file and its encoding: by its mark, else UTF-8, else Windows-1252.

    Raises
    ------
    StudyError : NUL bytes, or an `encoding` asked for that the bytes do not fit.
    """
    found = encoding or next((name for mark, name in _MARKS.items() if raw.startswith(mark)), None)
    for name in [found] if found else ["utf-8", "cp1252", "latin-1"]:
        try:
            text = raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" in text:
            raise StudyError(
                f"{where}: the file holds NUL bytes, so it is not a text table; export it again as "
                "CSV or XLSX."
            )
        return text, name
    raise StudyError(
        f"{where}: the bytes are not {found}; mend or remove 'exports.options.encoding' in "
        "study.yaml."
    )


def separator_of(text: str, where: str) -> str:
    """The separator that cuts the first records into the most columns, evenly."""
    best, score = "", (0, 0)
    for sign in SEPARATORS:
        try:
            widths = [len(row) for row in cells(text, sign, where, limit=20)]
        except StudyError:
            continue
        width = max(set(widths), key=lambda value: (widths.count(value), value))
        if width > 1 and (widths.count(width), width) > score:
            best, score = sign, (widths.count(width), width)
    return best or ","


def _cell(separator: str, quote: str = '"') -> re.Pattern[str]:
    """A cell, quoted or bare, and what ends it."""
    sign, q = re.escape(separator), quote
    return re.compile(
        rf"(?:{q}((?:[^{q}]|{q}{q})*+){q}|((?!{q})[^{sign}\r\n]*))({sign}|\r\n|\n|\r|\Z)"
    )


def quoting_of(text: str, separator: str, most: int = 2000) -> str:
    """Which of the first filled cells are in quotes: "all", "some" or "none"."""
    if '"' not in text:
        return "none"
    found = itertools.islice(_cell(separator).finditer(text), most)
    kinds = {match[1] is not None for match in found if match[1] is not None or match[2]}
    return {frozenset({True}): "all", frozenset({False}): "none"}.get(frozenset(kinds), "some")


def cells(
    text: str, separator: str, where: str, limit: int | None = None, quote: str = '"'
) -> list[list[Cell]]:
    """Records of a text table; quotes are doubled inside quoted cells.

    Raises
    ------
    StudyError : a quote that is never closed or is followed by text; the sentence gives the line.
    """
    pattern = _cell(separator, quote)
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    position, end = 0, len(text)
    while position < end:
        match = pattern.match(text, position)
        if match is None:
            line = text.count("\n", 0, position) + 1
            raise StudyError(
                f"{where}, line {line}, cell {len(row) + 1}: a quote is not closed or stands "
                "inside an unquoted cell; export the file again, whole."
            )
        quoted, bare, stop = match.groups()
        row.append(quoted.replace(quote * 2, quote) if quoted is not None else (bare or None))
        position = match.end()
        if stop != separator:
            rows.append(row)
            row = []
            if limit and len(rows) >= limit:
                return rows
        elif position == end:
            row.append(None)
    if row:
        rows.append(row)
    return rows


def read_text(path: str | Path, encoding: str | None = None, separator: str | None = None) -> Sheet:
    """Read a CSV-like file; blank lines are left out.

    Raises
    ------
    StudyError : the file is empty, cannot be decoded or its quotes do not close.
    """
    where = str(path)
    with open_text(path) as source:
        raw = source.read()
    text, found = decode(raw, where, encoding)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise StudyError(f"{where}: the file is empty; export it again.")
    sign = separator or separator_of(text, where)
    rows = [row for row in cells(text, sign, where) if row != [None]]
    body = rows[1:]
    has_bare = any(None in row for row in body)
    has_blank = any("" in row for row in body)
    return Sheet(rows, found, sign, has_bare and has_blank, quoting_of(text, sign))


def first_rows(path: str | Path, size: int = 1 << 18) -> list[list[Cell]]:
    """The whole rows within the first `size` bytes of a text table, at most twenty.

    Raises
    ------
    StudyError : there is no line end in them, or they cannot be taken apart.
    """
    where = str(path)
    with open_text(path) as source:
        raw = source.read(size)
    end = raw.rfind(b"\n")
    if end < 0:
        raise StudyError(f"{where}: the first line does not end within {size} bytes.")
    stop = end + 1
    if raw.startswith(UTF16):
        stop += stop % 2  # a sign has two bytes
    text = decode(raw[:stop], where)[0].removeprefix("\ufeff")
    return cells(text, separator_of(text, where), where, limit=20)
