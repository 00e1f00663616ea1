"""What is known of an unknown value: whether it was asked, its ends, the bounds of a delay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def ends_of_outcome(
    definition: Mapping[str, Any],
    y: pd.Series,
    normalisation: str,
    bounds: Mapping[str, tuple[float, float]],
) -> tuple[tuple[float, float], str]:
    """Lowest and highest outcome, and whether they are of its `scale` or as `observed`.

    The logarithm of a count begins at 0, whether or not somebody counted none.

    Parameters
    ----------
    definition : of the outcome, in the plan
    normalisation : of the index
    bounds : item -> lowest and highest level, NaN where open
    """
    if "item" not in definition:
        if normalisation == "zscore":  # has no ends of its own
            known = y.dropna()
            return (float(known.min()), float(known.max())), "observed"
        return (0.0, 100.0), "scale" if normalisation == "scale" else "observed"
    logged = definition.get("transform", "none") == "log1p"
    low, high = bounds.get(definition["item"], (np.nan, np.nan))
    if np.isfinite([low, high]).all():
        return (float(np.log1p(low)), float(np.log1p(high))) if logged else (low, high), "scale"
    known = y.dropna()
    if known.empty:
        return (np.nan, np.nan), "observed"
    return (0.0 if logged else float(known.min()), float(known.max())), "observed"


def was_asked(
    definition: Mapping[str, Any], index: pd.DataFrame, responses: pd.DataFrame, units: pd.Index
) -> pd.Series:
    """Whether each unit was shown anything that makes the outcome.

    A unit to which a condition did not show the question has no outcome: it is not missing.

    Parameters
    ----------
    definition : of the outcome, in the plan
    index, responses : their contracts; a table that does not say counts as asked
    """
    if "item" in definition:
        rows = responses[responses["item"] == definition["item"]].set_index("unit_id")
        if "state" not in rows:
            return pd.Series(True, index=units)
        return rows["state"].reindex(units).ne("not_shown").fillna(True).astype(bool)
    if "n_items_shown" not in index:
        return pd.Series(True, index=units)
    shown = index.set_index("unit_id")["n_items_shown"].reindex(units)
    return shown.isna() | shown.gt(0).fillna(True).astype(bool)


def censored_delays(
    predictor: str, y: pd.Series, predictors: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, lowest and highest delay of the units whose delay is known by a bound only.

    Parameters
    ----------
    predictor : nothing is censored unless its name begins with `delay_`
    y : outcome by unit
    predictors : contract `predictors`
    """
    rows = predictors[predictors["predictor"] == predictor].set_index("unit_id").reindex(y.index)
    value, bound = rows["value"].astype(float), rows["bound"].fillna("=")
    bounded = y.notna() & value.notna() & bound.ne("=") & predictor.startswith("delay_")
    edge = value[bounded].to_numpy(dtype=float)
    above = bound[bounded].isin([">", ">="]).to_numpy(dtype=bool)
    low, high = np.where(above, edge, -np.inf), np.where(above, np.inf, edge)
    return y[bounded].to_numpy(dtype=float), low, high
