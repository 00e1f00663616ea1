"""Age and speed of organisation of each unit, from register and questionnaire.

Age, delay and time since an event are one identity (age = delay + time since), so each is a
predictor of its own and none is adjusted for another (docs/methods-explain.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from barometre.errors import StudyError
from barometre.explain.sources import answers, from_source, holds

DAYS_PER_YEAR = 365.25
# An event at most y lies at least (reference - y) years back.
MIRRORED = {"=": "=", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}


def predictors(
    responses: pd.DataFrame,
    units: pd.DataFrame,
    analysis: Mapping[str, Any],
    fieldwork: Mapping[str, Any],
) -> pd.DataFrame:
    """Value and bound of every predictor of the plan for every unit (contract `predictors`).

    age_ is years from birth to the reference; earliness_ years from the event to the
    reference, 0 where there is none yet; delay_ years from birth to the event, a time censored
    at the reference (bound ">") where there is none yet; done_within_ 1 or 0; speed_ the level
    of an item. Time is counted in years of 365.25 days between dates, in whole years where
    only a year is known.

    Raises
    ------
    StudyError : a column or item is not there, a date cannot be read, a definition lacks a key.
    """
    people = units.set_index("unit_id")
    tables = [
        _one(name, definition, responses, people, str(fieldwork["end"]))
        for name, definition in analysis["predictors"].items()
    ]
    if not tables:
        return pd.DataFrame(columns=["unit_id", "predictor", "value", "bound"])
    return pd.concat(tables, ignore_index=True)


def ages(dates: pd.Series, reference: str, where: str) -> np.ndarray:
    """Years from each date (or year) to `reference`, counted as `age_` is; NaN before birth.

    Raises
    ------
    StudyError : a date cannot be read.
    """
    end = _Times(pd.Series(reference, index=dates.index, dtype="string"), where)
    value = _between(_Times(dates, where), end).to_numpy(dtype=float)
    return np.where(value < 0, np.nan, value)


def _one(
    name: str,
    definition: Mapping[str, Any],
    responses: pd.DataFrame,
    units: pd.DataFrame,
    end: str,
) -> pd.DataFrame:
    kind = name.split("_")[0]
    where = f"analysis.predictors.{name}"
    if "level_of" in definition:
        value = _levels(definition, responses, units, where)
        bound = pd.Series("=", index=units.index)
    elif "from" not in definition:
        raise StudyError(f"study.yaml, key '{where}': it needs 'from' or 'level_of'.")
    elif kind == "speed":
        raise StudyError(f"study.yaml, key '{where}': a speed_ predictor needs 'level_of'.")
    else:
        reference = str(definition.get("reference", end))
        value, bound = BUILDERS[kind](_Case(definition, responses, units, reference, where))
    value = value.astype(float)
    return pd.DataFrame(
        {
            "unit_id": units.index.astype(str),
            "predictor": name,
            "value": value.to_numpy(),
            "bound": bound.where(value.notna()).to_numpy(dtype=object),
        }
    )


def _levels(
    definition: Mapping[str, Any], responses: pd.DataFrame, units: pd.DataFrame, where: str
) -> pd.Series:
    item = definition["level_of"]
    text = answers(responses, item, units.index, f"{where}.level_of")
    if "levels" not in definition:
        rows = responses[responses["item"] == item].set_index("unit_id")
        return rows["level"].reindex(units.index)
    return text.astype(object).map({str(key): value for key, value in definition["levels"].items()})


class _Times:
    """Dates or years of all units as day numbers or years, counted to a reference."""

    def __init__(self, text: pd.Series, where: str):
        bare = text.astype("string").str.strip()
        self.text = bare.where(bare != "")
        known = self.text.dropna()
        self.only_years = bool(len(known)) and bool(known.str.fullmatch(r"\d{4}(\.0)?").all())
        self.where = where

    def years(self) -> pd.Series:
        return pd.to_numeric(self.text.str.slice(0, 4)).astype("Float64").astype(float)

    def days(self) -> pd.Series:
        parsed = pd.to_datetime(self.text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
        wrong = self.text[self.text.notna() & parsed.isna()]
        if len(wrong):
            raise StudyError(
                f"study.yaml, key '{self.where}': unit '{wrong.index[0]}' has '{wrong.iloc[0]}', "
                "which is not a date; YYYY-MM-DD is expected (or YYYY for every unit)."
            )
        return parsed


def _between(start: _Times, end: _Times) -> pd.Series:
    """Years from start to end; whole years where either is known by its year only."""
    if start.only_years or end.only_years:
        return end.years() - start.years()
    return (end.days() - start.days()).dt.days / DAYS_PER_YEAR


@dataclass(frozen=True)
class _Case:
    """One predictor's definition with the tables it is read from."""

    definition: Mapping[str, Any]
    responses: pd.DataFrame
    units: pd.DataFrame
    reference: str
    where: str

    def times(self, key: str) -> _Times:
        if key not in self.definition:
            raise StudyError(f"study.yaml, key '{self.where}': it needs '{key}'.")
        where = f"{self.where}.{key}"
        return _Times(from_source(self.definition[key], self.responses, self.units, where), where)

    def until(self) -> _Times:
        """The reference, for every unit."""
        text = pd.Series(self.reference, index=self.units.index, dtype="string")
        return _Times(text, f"{self.where}.reference")

    def bounds(self) -> pd.Series:
        """Bound of each unit's event: exact where nothing is said."""
        if "bound" not in self.definition:
            return pd.Series("=", index=self.units.index, dtype=object)
        where = f"{self.where}.bound"
        found = from_source(self.definition["bound"], self.responses, self.units, where)
        found = found.astype(object).where(found.notna(), "=")
        found = found.replace(self.definition.get("bound_values", {}))
        wrong = found[~found.isin(list(MIRRORED))]
        if len(wrong):
            raise StudyError(
                f"study.yaml, key '{where}': unit '{wrong.index[0]}' has '{wrong.iloc[0]}'; "
                f"expected one of {' '.join(MIRRORED)}."
            )
        return found

    def not_yet(self) -> pd.Series:
        """Units that say that the event has not happened."""
        if "none_if" not in self.definition:
            return pd.Series(False, index=self.units.index)
        where = f"{self.where}.none_if"
        return holds(self.definition["none_if"], self.responses, self.units, where)


def _age(case: _Case) -> tuple[pd.Series, pd.Series]:
    value = _between(case.times("from"), case.until())
    unborn = value < 0
    if unborn.any():
        print(f"{case.where}: {int(unborn.sum())} unit(s) born after {case.reference}: age unknown")
    return value.mask(unborn), case.bounds().map(MIRRORED)


def _earliness(case: _Case) -> tuple[pd.Series, pd.Series]:
    since = _between(case.times("from"), case.until())
    given = case.bounds()
    # An event after the reference had not happened by then: 0, as where there is none.
    later = since < 0
    none = case.not_yet()
    if later.any():
        many = int(later.sum())
        print(f"{case.where}: {many} event(s) after {case.reference} count as none yet (0)")
    exact = none | (later & given.isin(["=", ">", ">="]))
    return since.mask(later | none, 0.0), given.map(MIRRORED).mask(exact, "=")


def _delay(case: _Case) -> tuple[pd.Series, pd.Series]:
    birth = case.times("from")
    value = _between(birth, case.times("to"))
    age = _between(birth, case.until())
    given = case.bounds()
    # Known to be no later than a day after the reference, it may have happened before.
    none = case.not_yet() | ((value > age) & given.isin(["=", ">", ">="]))
    early = (value < 0) & ~none
    if early.any():
        print(f"{case.where}: {int(early.sum())} event(s) before birth: the delay stays negative")
    return value.mask(none, age).mask(none & (age < 0)), given.mask(none, ">")


def _done(case: _Case) -> tuple[pd.Series, pd.Series]:
    if "months" not in case.definition:
        raise StudyError(f"study.yaml, key '{case.where}': it needs 'months'.")
    months = case.definition["months"]
    years = months / 12
    delay, bound = _delay(case)
    youngest = _between(case.times("from"), case.until()).min()
    if youngest < years:
        raise StudyError(
            f"study.yaml, key '{case.where}.months': {months} months are more than the age of the "
            f"youngest unit ({12 * youngest:.0f} months), which had no time to be in time; take "
            "fewer months."
        )
    done = (delay <= years) & bound.isin(["=", "<=", "<"])
    missed = (delay > years) & bound.isin(["=", ">", ">="]) | (delay >= years) & (bound == ">")
    value = pd.Series(np.select([done, missed], [1.0, 0.0], np.nan), index=case.units.index)
    return value, pd.Series("=", index=case.units.index, dtype=object)


BUILDERS = {"age": _age, "earliness": _earliness, "delay": _delay, "done": _done}
