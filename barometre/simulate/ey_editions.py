"""Who answers an edition of the EY barometer, and who of them answered an earlier one.

Read from data/raw/<study>/simulation.yaml and from truth.csv of the earlier editions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometre import study
from barometre.errors import StudyError
from barometre.simulate import dates, model


@dataclass(frozen=True)
class Edition:
    """Who answers an edition, as simulation.yaml says.

    Attributes
    ----------
    name : study
    end, opened : last day of the fieldwork's year, first day of the fieldwork
    kinds, titles : group and name of each unit
    settings : all of simulation.yaml
    """

    name: str
    end: date
    opened: date
    kinds: list[str]
    titles: list[str]
    settings: Mapping[str, Any]

    @property
    def n(self) -> int:
        """Units."""
        return len(self.kinds)

    def of_kind(self, key: str, default: Any = None) -> list[Any]:
        """A setting of each unit's group."""
        return [self.settings["groups"][kind].get(key, default) for kind in self.kinds]


def edition(raw: Path, name: str) -> Edition:
    """Read simulation.yaml of an edition.

    Raises
    ------
    StudyError : letters that are no letter or range of letters.
    """
    settings = study.read_yaml(raw / name / "simulation.yaml")
    kinds, titles = [], []
    for kind, group in settings["groups"].items():
        for letter in _letters(group["letters"], f"{name}/simulation.yaml, group {kind}"):
            kinds.append(kind)
            titles.append(f"{group['name']} {letter}")
    first = date.fromisoformat(settings["fieldwork"][0])
    return Edition(name, date.fromisoformat(settings["end"]), first, kinds, titles, settings)


def _letters(ranges: list[str], where: str) -> list[str]:
    found = []
    for text in ranges:
        low, _, high = text.partition("-")
        if not low.isupper() or (high and not (len(low) == len(high) == 1 and low <= high)):
            raise StudyError(f"{where}: '{text}' is no capital letter and no range like A-R.")
        found += [chr(code) for code in range(ord(low), ord(high) + 1)] if high else [low]
    return found


@dataclass(frozen=True)
class Known:
    """What an earlier edition tells of a unit: dates, and the noise of its maturity."""

    created: date | None
    adopted: date | None
    noise: float


def panel(this: Edition, raw: Path, planted: model.Planted) -> dict[str, Known]:
    """Units that answered an earlier edition, from the latest that has them."""
    found: dict[str, Known] = {}
    for name in this.settings.get("panel", {}).get("editions", []):
        earlier = edition(raw, name)
        offset = dict(zip(earlier.titles, earlier.of_kind("offset"), strict=True))
        growth = float(earlier.settings.get("growth", 0.0))
        rows = pd.read_csv(raw / name / "truth.csv", index_col="unit_id")
        for title in (one for one in rows.index if one not in found):
            row = rows.loc[title]
            explained = sum(
                slope * np.nan_to_num(row[key] - planted.centres[key])
                for key, slope in planted.slopes.items()
            )
            since = row["earliness_strategy"]
            found[title] = Known(
                _day_before(earlier.end, row["age_first_epci"]),
                _day_before(earlier.end, since) if since > 0 else None,
                float(row["maturity"] - explained - offset[title] - growth),
            )
    return {title: found[title] for title in this.titles if title in found}


def _day_before(end: date, years: float) -> date | None:
    if not np.isfinite(years):
        return None
    return end - timedelta(days=round(years * dates.DAYS_PER_YEAR))
