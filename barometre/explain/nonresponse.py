"""What those that did not answer could do to a slope, a mean or a share.

Worst-case bounds that assume nothing but the ends of the outcome (Manski 2003, *Partial
Identification of Probability Distributions*, chapter 1), and the breakdown point: how far those
that did not answer would have to lie from what the fit predicts for the slope of all to change
sign (Horowitz & Manski 1995 for the idea). Units that answered were not drawn at random, so there
is no sampling of a finite population to correct for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.explain.cases import Cases, Tables, outcome
from barometre.explain.population import Population
from barometre.tables import contract

STEPS = 200


def bounds_of_slope(
    x: np.ndarray, y: np.ndarray, absent: np.ndarray, low: float, high: float
) -> tuple[float, float]:
    """Smallest and largest slope of all units whatever the outcome of the absent ones.

    The slope is linear in each outcome with the sign of x less its mean, so the ends are reached
    at `low` and `high`: the bounds are sharp.

    Parameters
    ----------
    x, y : units with an outcome, shape (n,)
    absent : predictor of the units without an outcome, shape (m,)
    low, high : ends of the outcome
    """
    everyone = np.concatenate([x, absent])
    centred = everyone - everyone.mean()
    spread = centred @ centred
    if spread <= 0:
        return np.nan, np.nan
    above = centred[x.size :] > 0
    here = centred[: x.size] @ y
    worst = (centred[x.size :] * np.where(above, low, high)).sum()
    best = (centred[x.size :] * np.where(above, high, low)).sum()
    return float((here + worst) / spread), float((here + best) / spread)


def bounds_of_mean(y: np.ndarray, absent: int, low: float, high: float) -> tuple[float, float]:
    """Smallest and largest mean of all units, `absent` of which have no outcome."""
    n = y.size + absent
    return float((y.sum() + absent * low) / n), float((y.sum() + absent * high) / n)


def breakdown(
    x: np.ndarray, y: np.ndarray, absent: np.ndarray, low: float, high: float
) -> tuple[float, float]:
    """Distances of the absent units from the fitted line at which the slope of all is zero.

    Parameters
    ----------
    x, y : units with an outcome, shape (n,)
    absent : predictor of the units without an outcome, shape (m,)
    low, high : ends of the scale, which no absent unit lies beyond; infinite where it is open

    Returns
    -------
    each : smallest d such that the slope can reverse when every absent unit may lie d above or
        below its prediction
    common : smallest d when all lie d above, or all d below
    NaN where no outcome between the ends reverses it.
    """
    everyone = np.concatenate([x, absent])
    centred = everyone - everyone.mean()
    spread = (x - x.mean()) @ (x - x.mean())
    if not absent.size or spread <= 0:
        return np.nan, np.nan
    slope = (x - x.mean()) @ y / spread
    predicted = np.clip(y.mean() + slope * (absent - x.mean()), low, high)
    here, weight = centred[: x.size] @ y, centred[x.size :]
    against = -np.sign(slope) * np.sign(weight)

    def left(shift: np.ndarray) -> float:
        """Slope of all times its sign now, up to a positive factor."""
        return float(np.sign(slope) * (here + weight @ np.clip(predicted + shift, low, high)))

    if not np.isfinite([low, high]).all():
        needed = abs(slope) * (centred @ centred)
        pulls = np.array([np.abs(weight).sum(), abs(weight.sum())])
        free = np.divide(needed, pulls, out=np.full(2, np.nan), where=pulls > 1e-12)
        return float(free[0]), float(free[1])
    each = _first_zero(lambda d: left(d * against), high - low)
    above = _first_zero(lambda d: left(np.full(absent.size, d)), high - low)
    below = _first_zero(lambda d: left(np.full(absent.size, -d)), high - low)
    return each, float(np.fmin(above, below))


def _first_zero(left: Callable[[float], float], furthest: float) -> float:
    """Smallest d in [0, furthest] with left(d) <= 0; NaN where there is none.

    left is piecewise linear; it need not be monotone, so it is scanned before it is bisected.
    """
    grid = np.linspace(0.0, furthest, STEPS + 1)
    reached = np.flatnonzero([left(d) <= 0 for d in grid])
    if not reached.size:
        return np.nan
    if reached[0] == 0:
        return 0.0
    low, high = grid[reached[0] - 1], grid[reached[0]]
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if left(middle) <= 0 else (middle, high)
    return float(high)


def nonresponse(
    cases: list[Cases],
    analysis: Mapping[str, Any],
    tables: Tables,
    population: Population,
) -> pd.DataFrame:
    """Contract `nonresponse`: slopes of the primary models, means, share of mature units."""
    rows: list[dict[str, Any]] = []
    done: set[str] = set()
    for case in cases:
        if case.role != "primary":
            continue
        rows.append(_slope_row(case, population))
        base = case.name.split("~")[0] + "~1" + case.condition
        if base in done:
            continue
        done.add(base)
        rows.append(_mean_row(base, case, analysis, tables, population))
        if "item" not in analysis["outcomes"][case.outcome]:
            rows.append(_share_row(case, tables, population))
    columns = [field["name"] for field in contract("nonresponse")["columns"]]
    return pd.DataFrame(rows, columns=columns)


def _slope_row(case: Cases, population: Population) -> dict[str, Any]:
    source, size = population.of(case)
    absent = population.absent(case)
    low, high = case.ends
    estimate, ends, distances = np.nan, (np.nan, np.nan), (np.nan, np.nan)
    spread = (case.x - case.x.mean()) @ (case.x - case.x.mean()) if case.x.size else 0.0
    if spread > 0:
        estimate = float((case.x - case.x.mean()) @ case.y / spread)
        if absent.size:
            ends = bounds_of_slope(case.x, case.y, absent, low, high)
            closed = case.ends_from == "scale"
            limits = (low, high) if closed else (-np.inf, np.inf)
            distances = breakdown(case.x, case.y, absent, *limits)
    return {
        **_common(case, source, size),
        "model": case.name,
        "quantity": "slope",
        "predictor": case.predictor,
        "n": case.y.size,
        "n_absent": absent.size,
        "n_left_out": size - case.y.size - absent.size,
        "estimate": estimate,
        "low": ends[0],
        "high": ends[1],
        "breakdown_each": distances[0],
        "breakdown_common": distances[1],
    }


def _mean_row(
    name: str, case: Cases, analysis: Mapping[str, Any], tables: Tables, population: Population
) -> dict[str, Any]:
    source, size = population.of(case)
    known = outcome(case.outcome, analysis["outcomes"][case.outcome], tables)
    y = known.reindex(case.chosen).dropna().to_numpy(dtype=float)
    absent = size - y.size
    ends = (np.nan, np.nan)
    if absent and y.size:
        ends = bounds_of_mean(y, absent, *case.ends)
    return {
        **_common(case, source, size),
        "model": name,
        "quantity": "mean",
        "n": y.size,
        "n_absent": absent,
        "n_left_out": 0,
        "estimate": float(y.mean()) if y.size else np.nan,
        "low": ends[0],
        "high": ends[1],
    }


def _share_row(case: Cases, tables: Tables, population: Population) -> dict[str, Any]:
    """Share above the cut of these units, were the cut kept for all."""
    source, size = population.of(case)
    classes = tables.classes.set_index("unit_id")["class"].reindex(case.chosen)
    mature = (classes[classes.notna() & (classes != "unknown")] == "mature").to_numpy(dtype=float)
    absent = size - mature.size
    ends = (np.nan, np.nan)
    if absent and mature.size:
        ends = bounds_of_mean(mature, absent, 0.0, 1.0)
    return {
        **_common(case, source, size),
        "outcome_low": 0.0,
        "outcome_high": 1.0,
        "outcome_ends": "scale",
        "model": f"mature~1{case.condition}",
        "quantity": "share_mature",
        "n": mature.size,
        "n_absent": absent,
        "n_left_out": 0,
        "estimate": float(mature.mean()) if mature.size else np.nan,
        "low": ends[0],
        "high": ends[1],
    }


def _common(case: Cases, source: str, size: int) -> dict[str, Any]:
    low, high = case.ends
    return {
        "outcome": case.outcome,
        "population_from": source,
        "n_population": size,
        "outcome_low": low,
        "outcome_high": high,
        "outcome_ends": case.ends_from,
    }
