"""Numbers and dates as people and survey tools write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from barometre.ingest.wording import plain

if TYPE_CHECKING:
    import numpy as np

_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(?: \d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[ T].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def number(text: str) -> float:
    """`1 250,5` or `1250.5` as a number; NaN for anything else (`12 M€`)."""
    if text.isascii() and text.isdigit():
        return float(text)
    bare = plain(text)
    if not _NUMBER.fullmatch(bare):
        return float("nan")
    return float(bare.replace(" ", "").replace(",", "."))


def numbers(texts: list[str]) -> np.ndarray:
    """`number` of each text; shape (texts,)."""
    import numpy as np
    import pyarrow as pa

    try:
        found = pa.array([text or None for text in texts], pa.string()).cast(pa.float64())
        values = found.to_numpy(zero_copy_only=False)
        blank = np.array([not text for text in texts], dtype=bool)
        if np.isfinite(values[~blank]).all():
            return values
    except pa.ArrowInvalid:
        pass
    return np.array([number(text) for text in texts], dtype=float)


_MULTIPLIERS = {
    **dict.fromkeys(("k", "millier", "milliers", "mille", "thousand"), 1e3),
    **dict.fromkeys(("m", "mio", "million", "millions"), 1e6),
    **dict.fromkeys(("md", "mds", "mrd", "milliard", "milliards", "bn", "billion"), 1e9),
}
_UNITS = (
    *("€", "eur", "euro", "euros", "$", "£", "%", "hab", "hab.", "habitant", "habitants"),
    *("agent", "agents", "etp", "ans", "an", "years", "km", "inhabitants", "people"),
)
_WORDS = "|".join(re.escape(word) for word in sorted(_MULTIPLIERS, key=len, reverse=True))
_NAMES = "|".join(re.escape(word) for word in sorted(_UNITS, key=len, reverse=True))
_WRITTEN_OUT = re.compile(
    rf"(?P<number>-?(?:\d{{1,3}}(?: \d{{3}})+|\d+)(?:[.,]\d+)?) ?"
    rf"(?P<multiplier>{_WORDS})? ?(?:(?:de |d')?(?P<unit>{_NAMES}))?"
)


def written_out(text: str, counts_in: float = 1) -> str:
    """The number in "12 M€" as digits, divided by `counts_in`; "" where there are no such words.

    "1,250" could be a thousand or one and a quarter: three digits behind a sign are left alone.
    """
    bare = plain(text).casefold()
    match = _WRITTEN_OUT.fullmatch(bare)
    if match is None or not (match["multiplier"] or match["unit"]):
        return ""
    if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", match["number"]):
        return ""
    value = float(match["number"].replace(" ", "").replace(",", "."))
    times = _MULTIPLIERS.get(match["multiplier"] or "", 1)
    return f"{value * times / (counts_in if match['multiplier'] else 1):.12g}"


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
