"""Layer (b): how far other items of the same kind would move a slope of the index.

The interval of a slope holds that already, as the item error of a unit is in its residual: this
is a figure apart, for the same units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.draws import generator
from barometre.explain import ols
from barometre.explain.answers import completed_index
from barometre.explain.cases import Cases
from barometre.measure import intervals, scoring
from barometre.tables import contract

RESAMPLES = 2000


def slope_items(
    cases: list[Cases],
    scores: Mapping[str, np.ndarray],
    plan: scoring.Structure | None,
    seed: int,
    study: str,
) -> pd.DataFrame:
    """Layer (b), contract `slope_items`: how far other items of the kind would move each slope.

    Parameters
    ----------
    scores : model -> completed item scores, shape (m, n, items)
    """
    columns = [field["name"] for field in contract("slope_items")["columns"]]
    rows = [
        _items_row(
            case,
            scores[case.name].mean(axis=0),
            plan,
            generator(seed, study, f"items {case.name}"),
        )
        for case in cases
        if plan is not None
    ]
    return pd.DataFrame(rows, columns=columns)


def _items_row(
    case: Cases, scores: np.ndarray, plan: scoring.Structure, rng: np.random.Generator
) -> dict[str, Any]:
    pull = item_pulls(case.x, scores, plan)
    counts = plan.membership.sum(axis=0)
    several = (counts >= 2) & plan.sampled
    stretch = np.where(several, counts / np.maximum(counts - 1, 1), 0.0)
    parts = stretch * ((pull**2) @ plan.membership)
    variance = float(parts.sum())
    shared = (parts[several] ** 2 / (counts[several] - 1)).sum()
    df = variance**2 / shared if shared > 0 else np.nan
    slope = float(np.polyfit(case.x, completed_index(scores[None], plan)[0], 1)[0])
    moved = np.zeros(RESAMPLES)
    for theme in np.flatnonzero(several):
        own = pull[plan.theme_of == theme]
        drawn = rng.multinomial(own.size, np.full(own.size, 1 / own.size), size=RESAMPLES)
        # A bootstrap of k items has (k - 1) / k of their variance (Rao & Wu 1988).
        moved += np.sqrt(stretch[theme]) * ((drawn - 1) @ own)
    low, high, _ = ols.interval(slope, float(np.sqrt(variance)), df)
    quantiles = np.quantile(slope + moved, [0.025, 0.975])
    return {
        "model": case.name,
        "outcome": case.outcome,
        "predictor": case.predictor,
        "n": case.x.size,
        "n_items": len(plan.items),
        "n_single_item_themes": int((~several).sum()),
        "estimate": slope,
        "sd_items": float(np.sqrt(variance)) if several.any() else np.nan,
        "df": df,
        "low": low,
        "high": high,
        "resamples": RESAMPLES,
        "resampled_low": float(quantiles[0]) if several.any() else np.nan,
        "resampled_high": float(quantiles[1]) if several.any() else np.nan,
    }


def item_pulls(x: np.ndarray, scores: np.ndarray, plan: scoring.Structure) -> np.ndarray:
    """What one more copy of each item would do to the slope, shape (items,).

    Linear in the item: its distance from the theme's mean, times its weight in the theme and the
    slope of the index on the theme, over the units. They sum to zero within a theme.

    Parameters
    ----------
    x : predictor, shape (n,)
    scores : item scores of the same units, shape (n, items), NaN where not shown
    """
    centred = (x - x.mean()) / ((x - x.mean()) @ (x - x.mean()))
    there = ~np.isnan(scores)
    weight = np.where(there, plan.weights, 0.0)
    total = weight @ plan.membership
    themes = intervals.item_variance(scores[None], plan)[0][0]
    share = intervals.index_and_slopes(themes, plan)[1]
    off = np.where(there, scores - themes[:, plan.theme_of], 0.0)
    own = weight / np.maximum(total, 1e-12)[:, plan.theme_of]
    return centred @ (share[:, plan.theme_of] * own * off)
