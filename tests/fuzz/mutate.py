"""Files changed at random: bytes, cells and lines of texts, members of archives."""

from __future__ import annotations

import io
import random
import zipfile

TOKENS = (
    *(
        b'"',
        b'""',
        b'","',
        b",",
        b";",
        b"\t",
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
    ),
    *(
        b"\xff\xfe",
        b"N/A",
        b"NULL",
        b"=1+1",
        b"@x",
        b"-oth-",
        b"{if(",
        b"]",
        b"[",
        b"<",
        b"&x;",
        b"}",
    ),
    *(
        b"1e999",
        b"nan",
        b"-1",
        b"99999999999999999999",
        b"2015-02-30",
        b"0000-00-00",
        b"\xe2\x80\xa8",
    ),
    *(
        b"id",
        b"submitdate",
        b"lastpage",
        b"Respondent ID",
        b"{question_not_shown}",
        b"\\N",
        b"\x1a",
    ),
    *(
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"null",
        b"true",
        b"[[",
        b"{}",
        b"\xc2\xa0",
        b"\xed\xa0\x80",
    ),
)


def mutated(data: bytes, draw: random.Random, limit: int = 60_000) -> bytes:
    """A neighbour of `data`; archives are opened and one of their members is changed."""
    if data[:2] == b"PK" and draw.random() < 0.8 and (inside := _archive(data, draw)) is not None:
        return inside
    for _ in range(draw.choice((1, 1, 2, 3, 6))):
        data = draw.choice((_bytes, _token, _cut, _repeat, _line, _swap))(data, draw)
    return data[:limit] if data[:2] != b"PK" else data


def _archive(data: bytes, draw: random.Random) -> bytes | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # it was broken by an earlier change
        return None
    if not members:
        return None
    name = draw.choice(sorted(members))
    kind = draw.random()
    if kind < 0.08:
        del members[name]
    elif kind < 0.12:
        members[f"../{name}"] = members[name]
    else:
        content = members[name]
        for _ in range(draw.choice((1, 2, 4))):
            content = draw.choice((_bytes, _token, _cut, _repeat, _swap))(content, draw)
        members[name] = content
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return target.getvalue()


def _at(data: bytes, draw: random.Random) -> int:
    return draw.randrange(len(data) + 1)


def _bytes(data: bytes, draw: random.Random) -> bytes:
    at = _at(data, draw)
    return data[:at] + bytes([draw.randrange(256)]) + data[at + draw.randrange(2) :]


def _token(data: bytes, draw: random.Random) -> bytes:
    at = _at(data, draw)
    return data[:at] + draw.choice(TOKENS) + data[at + draw.choice((0, 0, 1, 4)) :]


def _cut(data: bytes, draw: random.Random) -> bytes:
    first, second = sorted((_at(data, draw), _at(data, draw)))
    return draw.choice((data[:first], data[first:], data[:first] + data[second:]))


def _repeat(data: bytes, draw: random.Random) -> bytes:
    first = _at(data, draw)
    part = data[first : first + draw.choice((1, 8, 64, 512))]
    return data[:first] + part * draw.choice((2, 3, 20)) + data[first:]


def _line(data: bytes, draw: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    other = lines[draw.randrange(len(lines))]
    return b"\n".join(lines[:at] + [other] * draw.randrange(3) + lines[at + draw.randrange(2) :])


def _swap(data: bytes, draw: random.Random) -> bytes:
    sign = draw.choice((b",", b";", b'"', b"\n", b"<", b"1"))
    return data.replace(sign, draw.choice(TOKENS), draw.choice((1, 2, -1)))
