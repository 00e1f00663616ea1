"""What the units that answered are a part of, and the predictors of the rest where known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from barometre.errors import StudyError
from barometre.explain.cases import Cases
from barometre.explain.predictors import ages

REGISTER, INVITED, UNITS = "register", "invited", "units"


@dataclass(frozen=True)
class Population:
    """How many units there are in all, as far as anybody knows.

    Attributes
    ----------
    source : `register` (its rows are the population), `invited` (how many were asked) or
        `units` (nobody knows who else was asked)
    size : units in the population; 0 where the source is `units`
    ages : predictor -> its values over the whole register, shape (size,)
    """

    source: str = UNITS
    size: int = 0
    ages: Mapping[str, np.ndarray] = field(default_factory=dict)

    def of(self, case: Cases) -> tuple[str, int]:
        """Source and size of the population of one model; a condition keeps to the units.

        Units that were never asked are no part of it: they have no outcome.
        """
        size = self.size - case.not_asked
        if case.condition or size < case.chosen.size:
            return UNITS, case.chosen.size
        return self.source, size

    def absent(self, case: Cases) -> np.ndarray:
        """Predictor of those that have no outcome, as far as known, shape (m,).

        Raises
        ------
        StudyError : a unit has a value that the register does not have.
        """
        everyone = self.ages.get(case.predictor)
        if everyone is None or case.condition:
            return case.absent
        exact = dict(zip(np.round(everyone, 6), everyone, strict=True))
        left = Counter(np.round(everyone, 6))
        left.subtract(Counter(np.round(np.concatenate([case.x, case.absent]), 6)))
        stray = [value for value, count in left.items() if count < 0]
        if stray:
            raise StudyError(
                f"study.yaml, key 'analysis.predictors.{case.predictor}.population_column': more "
                f"units than in the register have the value {stray[0]:g}; correct the answers, or "
                "take the key out if the units are not from that register."
            )
        rest = np.array([exact[value] for value in sorted(left.elements())])
        return np.concatenate([case.absent, rest])


def population_of(
    analysis: Mapping[str, Any],
    fieldwork: Mapping[str, Any],
    units: pd.DataFrame,
    register: pd.DataFrame | None,
    covers_units: bool,
) -> Population:
    """The population of a study.

    Parameters
    ----------
    units : contract `units`
    register : rows of `analysis.population.register`, or None
    covers_units : whether the units are themselves the rows of a register (`units.register`)

    Raises
    ------
    StudyError : the register lacks a column that a predictor names.
    """
    if covers_units:
        return Population(REGISTER, len(units))
    if register is None:
        invited = fieldwork.get("invited", 0)
        return Population(INVITED, invited) if invited else Population()
    known = {}
    for name, definition in analysis["predictors"].items():
        column = definition.get("population_column")
        if column is None:
            continue
        where = f"analysis.predictors.{name}.population_column"
        if column not in register.columns:
            raise StudyError(
                f"study.yaml, key '{where}': the register has no column '{column}'; it has "
                f"{', '.join(register.columns)}."
            )
        reference = str(definition.get("reference", fieldwork["end"]))
        found = ages(register[column], reference, where)
        known[name] = found[np.isfinite(found)]
    return Population(REGISTER, len(register), known)
