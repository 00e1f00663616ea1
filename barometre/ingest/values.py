"""Numbers and dates as people and survey tools write them."""

from __future__ import annotations

import re

from barometre.ingest.wording import plain

_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(?: \d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[ T].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def number(text: str) -> float:
    """`1 250,5` or `1250.5` as a number; NaN for anything else (`12 M€`)."""
    bare = plain(text)
    if not _NUMBER.fullmatch(bare):
        return float("nan")
    return float(bare.replace(" ", "").replace(",", "."))


def iso_date(text: str) -> str:
    """The date of `2015-01-01 00:00:00`, `01/02/2015` (day first) or `2015`; "" for anything else.

    Dates that no calendar has are "" too.
    """
    import datetime

    bare = plain(text)
    if match := _ISO.fullmatch(bare):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(bare):
        day, month, year = match.groups()
    else:
        return ""
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])
