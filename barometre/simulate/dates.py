"""Dates of creation and of organisation, drawn from the register of métropoles.

Delay and age make the years since the event: age = delay + years since. The delay is drawn, and
what has not happened by the end of the fieldwork has not happened.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np

DAYS_PER_YEAR = 365.25


def register_dates(register: Path) -> tuple[list[date], list[date], set[tuple[date, date]]]:
    """Status dates, 1 January of the years of the bodies before, and the pairs that tell a name.

    A pair tells a name when exactly one métropole has it.
    """
    status: list[date] = []
    pairs: Counter[tuple[date, date]] = Counter()
    with open(register, encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            since = date.fromisoformat(row["metropole_since"])
            status.append(since)
            if row["predecessor_since"]:
                pairs[since, date(int(row["predecessor_since"][:4]), 1, 1)] += 1
    before = [earlier for (_, earlier), many in pairs.items() for _ in range(many)]
    return sorted(status), sorted(before), {pair for pair, many in pairs.items() if many == 1}


def years_until(days: list[date | None], end: date) -> np.ndarray:
    """Years of 365.25 days from each date to `end`; NaN where there is no date."""
    return np.array([np.nan if day is None else (end - day).days / DAYS_PER_YEAR for day in days])


def events(
    origins: list[date], end: date, none: int, shape: float, rng: np.random.Generator
) -> list[date | None]:
    """When each unit organised itself, counted from its origin; `none` of them have not yet.

    Delays follow a Weibull distribution whose scale is set so that exactly `none` delays reach
    beyond `end`.

    Parameters
    ----------
    origins : day from which the delay runs, one for each unit
    shape : shape of the Weibull distribution; above 1 the chance grows with waiting
    """
    time = np.array([(end - origin).days for origin in origins], dtype=float)
    raw = rng.weibull(shape, len(origins))
    fits = np.sort(time / raw)
    scale = (fits[none - 1] + fits[none]) / 2 if none else fits[0] / 2
    return [
        origin + timedelta(days=max(1, int(scale * wait))) if scale * wait < available else None
        for origin, wait, available in zip(origins, raw, time, strict=True)
    ]
