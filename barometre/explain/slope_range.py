"""Layer (c): the slope of the index under each defensible method. A range, never an interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.draws import generator
from barometre.explain.answers import Answers
from barometre.explain.cases import Cases
from barometre.measure import alternatives
from barometre.measure.combinations import RELATIVE
from barometre.measure.imputation import impute
from barometre.tables import contract


def slope_range(
    cases: list[Cases],
    given: Answers | None,
    codebook: Codebook,
    measure: Mapping[str, Any],
    seed: int,
    study: str,
) -> pd.DataFrame:
    """Layer (c), contract `slope_range`: the slope of each model under each method of scoring."""
    columns = [field["name"] for field in contract("slope_range")["columns"]]
    rows: list[dict[str, Any]] = []
    # Of a relative index no other method is in the same unit.
    if given is None or given.plan.relative:
        return pd.DataFrame(rows, columns=columns)
    rng = generator(seed, study, "imputation")
    completed = impute(
        given.levels, given.shown, given.known, given.plan, measure["imputations"], rng
    )
    methods = list(_methods(given, completed, codebook, measure))
    for case in cases:
        place = np.searchsorted(np.flatnonzero(given.known), given.rows(case.units))
        centred = case.x - case.x.mean()
        about = {"model": case.name, "outcome": case.outcome, "predictor": case.predictor}
        found = [float(centred @ index[place] / (centred @ centred)) for _, index in methods]
        ends = {"n": case.x.size, "range_low": min(found), "range_high": max(found)}
        rows += [
            {**about, **choices, **ends, "estimate": slope}
            for (choices, _), slope in zip(methods, found, strict=True)
        ]
    return pd.DataFrame(rows, columns=columns)


def _methods(
    given: Answers, completed: np.ndarray, codebook: Codebook, measure: Mapping[str, Any]
) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    """Each combination of choices and the index of the known units under it, the study's first."""
    variants = alternatives.theme_variants(
        given.levels, completed, given.shown, given.known, codebook, given.plan, measure
    )
    own = next(iter(variants))[0]
    sets = alternatives.weight_sets(variants[own, "imputed"], given.plan)
    weights = np.array(list(sets.values()))
    for (normalisation, missing), themes in variants.items():
        # Percentiles have another scale: their slope is in another unit.
        if normalisation in RELATIVE:
            continue
        for how, mean in alternatives.means(given.plan).items():
            found = alternatives.aggregate(themes, weights, mean)
            for name, index in zip(sets, found, strict=True):
                choices = {
                    "normalisation": normalisation,
                    "weights": name,
                    "aggregation": how,
                    "missing": missing,
                }
                yield choices, index
