"""The three layers of doubt of the index, seen by a slope; never mixed.

(a) unanswered items: the slope over completed data sets, pooled by Rubin's rules (here);
(b) items: `slope_items`; (c) methods: `slope_range`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.explain import ols
from barometre.explain.answers import answers_of, completed_index, completed_scores
from barometre.explain.cases import Cases, Tables
from barometre.explain.rows import row, tested
from barometre.explain.slope_items import slope_items
from barometre.explain.slope_range import slope_range
from barometre.measure import scoring
from barometre.measure.intervals import rubin


@dataclass(frozen=True)
class Layers:
    """Rows of the regression table with imputed answers, and the tables of (b) and (c)."""

    imputed: list[dict[str, Any]]
    items: pd.DataFrame
    methods: pd.DataFrame


def layers(
    cases: list[Cases],
    analysis: Mapping[str, Any],
    tables: Tables,
    codebook: Codebook,
    measure: Mapping[str, Any],
    seed: int,
    study: str,
) -> Layers:
    """All three layers for the models of the index on one exact predictor.

    Parameters
    ----------
    measure : section of study.yaml
    """
    scored = about_the_index(cases, analysis)
    given = answers_of(tables, codebook, measure) if scored else None
    completed = {}
    if given is not None:
        completed = {
            case.name: completed_scores(case, given, measure, seed, study)
            for case in scored
            if case.role == "primary"
        }
    primary = [case for case in scored if case.name in completed]
    plan = None if given is None else given.plan
    return Layers(
        imputed=[
            found
            for case in primary
            if plan is not None
            for found in imputed_rows(case, completed[case.name], plan)
        ],
        items=slope_items(primary, completed, plan, seed, study),
        methods=slope_range(scored, given, codebook, measure, seed, study),
    )


def about_the_index(cases: list[Cases], analysis: Mapping[str, Any]) -> list[Cases]:
    """Models of the index on one predictor that is exact."""
    return [
        case
        for case in cases
        if "item" not in analysis["outcomes"][case.outcome]
        and not case.control_names
        and not case.predictor.startswith("delay_")
        and case.x.size > 3
        and np.ptp(case.x) > 0
    ]


def imputed_rows(case: Cases, scores: np.ndarray, plan: scoring.Structure) -> list[dict[str, Any]]:
    """Layer (a): the slope pooled over completed scores (m, n, items); none where m is 1."""
    index = completed_index(scores, plan)
    if len(index) == 1 or np.ptp(index, axis=0).max() < 1e-9:
        return []
    slopes, variances, df = [], [], np.nan
    for y in index:
        model = ols.fit(case.design, y)
        if model is None:
            return []
        covariance, dfs = ols.hc(model, "HC2"), ols.bell_mccaffrey(model)
        if case.groups is not None:
            covariance, dfs = ols.cr(model, case.groups, "CR2")
        slopes.append(model.coef[1])
        variances.append(covariance[1, 1])
        df = float(dfs[1])
    pooled = rubin(np.array(slopes), np.array(variances), df)
    kind = "HC2" if case.groups is None else "CR2"
    more = tested(float(pooled.estimate), float(np.sqrt(pooled.total)), float(pooled.df))
    found = row(
        case, "ols", f"{kind}, imputed answers", case.predictor, float(pooled.estimate), **more
    )
    return [{**found, "role": "beside", "p_value": np.nan}]
