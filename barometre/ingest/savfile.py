"""Two mistakes in SPSS files that end the usual reader's process, mended before it reads.

LimeSurvey 6 writes both into `.sav` files of surveys with answer options. Records are those of the
system file format as the PSPP developers describe it.

- Records 3 and 4, value labels of a string variable: the values are written as 8-byte numbers, so
  the "text" holds NUL bytes, and the reader's process ends with a segmentation fault. The pair is
  left out; which code a label belongs to cannot be told ('F' and 'M' have become 0 and 1).
- Record 7, subtype 21, value labels of longer strings: the length before each label counts
  characters where the format asks for bytes, so all behind the first accent is read askew. The
  lengths are set right.

Answers are not touched: every byte behind the dictionary stays as it is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

HEADER = 176  # bytes before the first record
END = 999
LONG_LABELS = (7, 21)
Record = tuple[tuple[int, int], bytes]


class _AskewError(ValueError):
    """The dictionary is no sequence of whole records."""


def mended(raw: bytes) -> tuple[bytes, list[str]] | None:
    """The file without the two mistakes and what was mended; None where there is nothing to mend.

    Files that are compressed with zlib (`$FL3`, whose offsets would move), and files whose
    dictionary cannot be followed, are left to the reader.
    """
    order = {b"\x02": "<", b"\x03": "<"}.get(raw[64:65], ">")
    if raw[:4] != b"$FL2" or len(raw) < HEADER:
        return None
    try:
        kept, told = _mend(list(records(raw, order)), order)
    except (_AskewError, struct.error, IndexError):
        return None
    return (raw[:HEADER] + b"".join(kept), told) if told else None


def records(raw: bytes, order: str) -> Iterator[Record]:
    """(type, subtype) and bytes of each record; the last one goes to the end of the file."""

    def number(at: int) -> int:
        value: int = struct.unpack_from(f"{order}i", raw, at)[0]
        return value

    at = HEADER
    while True:
        kind, subtype, end = number(at), 0, at + 8
        if kind == 2:
            end = at + 32
            if number(at + 8):
                end += 4 + -(-number(end) // 4) * 4
            end += 8 * abs(number(at + 12))
        elif kind == 3:
            for _ in range(number(at + 4)):
                end += 8 + -(-(1 + raw[end + 8 : end + 9][0]) // 8) * 8
        elif kind == 4:
            end += 4 * number(at + 4)
        elif kind == 6:
            end += 80 * number(at + 4)
        elif kind == 7:
            subtype, size, count = number(at + 4), number(at + 8), number(at + 12)
            end = at + 16 + size * count
        elif kind == END:
            yield (END, 0), raw[at:]
            return
        else:
            raise _AskewError
        if not at < end < len(raw):
            raise _AskewError
        yield (kind, subtype), raw[at:end]
        at = end


def _mend(found: list[Record], order: str) -> tuple[list[bytes], list[str]]:
    kept: list[bytes] = []
    told: list[str] = []
    strings = _string_places(found, order)
    dropped = 0
    at = 0
    while at < len(found):
        (kind, subtype), body = found[at]
        pair = kind == 3 and at + 1 < len(found) and found[at + 1][0][0] == 4
        if pair and _numbers_for_texts(body, found[at + 1][1], strings, order):
            dropped += 1
            at += 2
            continue
        if (kind, subtype) == LONG_LABELS and not _whole(body[16:], order):
            labels = _by_characters(body[16:], order)
            told.append(
                "value labels of long texts measured again (lengths counted characters)"
                if labels
                else "value labels of long texts left out (they are broken)"
            )
            body = struct.pack(f"{order}4i", 7, 21, 1, len(labels)) + labels if labels else b""
        kept.append(body)
        at += 1
    if dropped:
        told.append(f"value labels of {dropped} text variables left out (written as numbers)")
    return kept, told


def _string_places(found: list[Record], order: str) -> set[int]:
    """Places, counted from 1 in units of eight bytes, at which string variables stand."""
    kinds = [struct.unpack_from(f"{order}i", body, 4)[0] for (kind, _), body in found if kind == 2]
    return {place for place, width in enumerate(kinds, start=1) if width > 0}


def _numbers_for_texts(labels: bytes, places: bytes, strings: set[int], order: str) -> bool:
    """Whether labels of string variables stand behind numbers instead of texts."""
    count = struct.unpack_from(f"{order}i", places, 4)[0]
    wanted = struct.unpack_from(f"{order}{count}i", places, 8)
    if not wanted or not set(wanted) <= strings:
        return False
    at = 8
    while at < len(labels):
        if b"\0" in labels[at : at + 8]:
            return True
        at += 8 + -(-(1 + labels[at + 8]) // 8) * 8
    return False


def _whole(body: bytes, order: str) -> bool:
    """Whether a record of long labels can be followed to its end by its own lengths."""
    try:
        return _measured(body, order, characters=False) == body
    except (_AskewError, struct.error, IndexError):
        return False


def _by_characters(body: bytes, order: str) -> bytes:
    """The record with lengths in bytes where they counted characters; empty if it was not that."""
    try:
        return _measured(body, order, characters=True)
    except (_AskewError, struct.error, IndexError):
        return b""


def _measured(body: bytes, order: str, characters: bool) -> bytes:
    """A record of long labels written again, its lengths read as bytes or as characters."""
    out: list[bytes] = []
    at = 0

    def number() -> int:
        nonlocal at
        value: int = struct.unpack_from(f"{order}i", body, at)[0]
        at += 4
        return value

    def text() -> None:
        nonlocal at
        length = number()
        if not 0 <= length <= len(body) - at:
            raise _AskewError
        end = at + length
        if characters:
            part = body[at : at + 4 * length].decode("utf-8", "ignore")[:length]
            end = at + len(part.encode("utf-8"))
        out.append(struct.pack(f"{order}i", end - at) + body[at:end])
        at = end

    while at < len(body):
        text()
        width, labels = number(), number()
        out.append(struct.pack(f"{order}2i", width, labels))
        for _ in range(2 * labels):
            text()
    return b"".join(out)
