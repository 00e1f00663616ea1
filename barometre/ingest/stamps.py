"""Time stamps of survey tools: ISO, or with the order of day and month to be found out.

`11/17/2020 18:23:58`, `2020/06/05 11:34:01 AM EST`, `7/2/20 11:00:22` and `03/11/2026 14:05` occur.
Whether the day or the month stands first is decided for a whole column: by a stamp whose first or
second number is above 12. Where all stamps can be read both ways, none is read, unless `order` says
`dmy` or `mdy`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from barometre.errors import StudyError
from barometre.ingest.notation import ORDERS
from barometre.ingest.wording import plain

_STAMP = re.compile(
    r"(?P<one>\d{1,4})[-/.](?P<two>\d{1,2})[-/.](?P<three>\d{1,4})"
    r"(?:[T ,]+(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{2,5}(?:[+-]\d{1,2})?))?)?"
)


@dataclass(frozen=True)
class Stamps:
    """A column of time stamps.

    Attributes
    ----------
    times : of each cell; None where it is blank or cannot be read
    finding : how they were read, for the table `reading`
    """

    times: list[datetime.datetime | None]
    finding: str

    @property
    def days(self) -> list[str]:
        """ISO dates, "" where there is none."""
        return [time.date().isoformat() if time else "" for time in self.times]


def read_stamps(texts: Sequence[str], order: str | None = None) -> Stamps:
    """Time stamps as times.

    Raises
    ------
    StudyError : `order` is neither `dmy` nor `mdy`.
    """
    if order is not None and order not in ORDERS:
        raise StudyError(
            f"exports.options.dates: '{order}' is neither `dmy` nor `mdy` (whether the day or the "
            "month stands first in the dates of the export)."
        )
    found = [_STAMP.fullmatch(plain(text)) for text in texts]
    slashed = [match for match in found if match and len(match["one"]) < 3]
    which = order or _order(slashed)
    times = [_time(match, which) if match else None for match in found]
    given = sum(bool(plain(text)) for text in texts)
    told = ORDERS.get(which, "not read, as day and month cannot be told apart (option dates)")
    lost = given - sum(time is not None for time in times)
    odd = f"; {lost} of {given} cannot be read" if lost and which else ""
    return Stamps(times, (told if slashed else "year first") + odd)


def seconds_between(start: Stamps, end: Stamps) -> list[float | None]:
    """Seconds from one column to another; missing where a stamp is, or where they run back."""
    found: list[float | None] = []
    for one, other in zip(start.times, end.times, strict=True):
        seconds = (other - one).total_seconds() if one and other else -1.0
        found.append(seconds if seconds >= 0 else None)
    return found


def _order(matches: Sequence[re.Match[str]]) -> str:
    """`dmy`, `mdy`, or "" where the numbers leave it open or contradict each other."""
    day = any(int(match["one"]) > 12 for match in matches)
    month = any(int(match["two"]) > 12 for match in matches)
    return "" if day == month else "dmy" if day else "mdy"


def _time(match: re.Match[str], order: str) -> datetime.datetime | None:
    one, two, three = (int(match[name]) for name in ("one", "two", "three"))
    if len(match["one"]) > 2:
        year, month, day = one, two, three
    elif order:
        month, day = (one, two) if order == "mdy" else (two, one)
        year = three + (2000 if three < 100 else 0)
    else:
        return None
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    try:
        return datetime.datetime(
            year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0)
        )
    except ValueError:  # a date that no calendar has
        return None
