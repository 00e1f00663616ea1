"""What a study of this size could have found: detectable slope, power, errors of sign and size.

Gelman & Carlin (2014): power, type S and type M at a *stated* effect, never at the observed
one. The test is the t test of HC2-BM (CR2 by date where units share dates), computed as if
errors were normal with one variance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import chdtri, ndtr, stdtrit

from barometre.draws import generator
from barometre.explain import ols
from barometre.explain.cases import Cases
from barometre.explain.decision import LEVEL
from barometre.tables import contract

POWER = 0.8
OTHER_SIZES = (10, 22, 39)
SAMPLES = 200
QUANTILES = 2000
MOST_UNITS = 1_000_000


@dataclass(frozen=True)
class Operating:
    """Power, probability of a wrong sign and mean exaggeration, given significance."""

    power: float
    type_s: float
    type_m: float


def operating(effect: float, std_error: float, df: float, level: float = LEVEL) -> Operating:
    """Operating characteristics of a two-sided t test at a true `effect`.

    The estimated variance is integrated over its chi-square distribution (midpoints of 2,000
    equal probabilities), the estimate over its normal distribution in closed form.
    """
    middles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    estimated = std_error * np.sqrt(chdtri(df, middles) / df)
    reach = float(stdtrit(df, 1 - level / 2)) * estimated
    above, below = (effect - reach) / std_error, (-effect - reach) / std_error
    right, wrong = ndtr(above), ndtr(below)
    size = (
        effect * (right - wrong)
        + std_error * (np.exp(-(above**2) / 2) + np.exp(-(below**2) / 2)) / np.sqrt(2 * np.pi)
    ).mean()
    power = float((right + wrong).mean())
    if effect == 0 or power <= 0:
        return Operating(power, np.nan, np.nan)
    opposite = wrong if effect > 0 else right
    return Operating(power, float(opposite.mean()) / power, float(size) / power / abs(effect))


def minimum_detectable(std_error: float, df: float, power: float = POWER) -> float:
    """Slope that a two-sided 5 % test finds with the given power; NaN where none is found."""
    if not (np.isfinite([std_error, df]).all() and std_error > 0 and df > 0):
        return np.nan

    def short(effect: float) -> float:
        return operating(effect, 1.0, df).power - power

    high = 4.0
    while short(high) < 0:
        high *= 2
        if high > 1e7:
            return np.nan
    return float(brentq(short, 0.0, high, xtol=1e-10)) * std_error


def detectable_effects(
    cases: list[Cases], analysis: Mapping[str, Any], seed: int, study: str
) -> pd.DataFrame:
    """Contract `detectable_effect`: at the study's own n and spread, and at n = 10, 22 and 39.

    At another n, units are sampled from the study's own (without replacement below its n, with
    it above) and the medians of spread and degrees of freedom are taken. A model with controls
    or a condition is left out where its outcome and predictor have a plainer one.
    """
    columns = [field["name"] for field in contract("detectable_effect")["columns"]]
    rows: list[dict[str, Any]] = []
    done: set[tuple[str, str]] = set()
    first_outcome: dict[str, str] = {}
    for case in cases:
        first_outcome.setdefault(case.predictor, case.outcome)
    for case in sorted(cases, key=lambda case: len(case.control_names)):
        key = (case.outcome, case.predictor)
        model = ols.fit(case.design[:, :2], case.y)
        if key in done or model is None or model.sigma == 0:
            continue
        done.add(key)
        stated = stated_effect(analysis, case, first_outcome[case.predictor])
        rng = generator(seed, study, f"design {case.name}")
        sizes = sorted({case.y.size, *OTHER_SIZES})
        found = {n: _spread(case, n, rng) for n in sizes}
        needed = n_needed(stated, model.sigma, case, found)
        for n, (spread, df) in found.items():
            row = _row(case, n, spread, df, model.sigma, stated)
            rows.append({**row, "n_needed": needed})
    return pd.DataFrame(rows, columns=columns)


def stated_effect(analysis: Mapping[str, Any], case: Cases, first_outcome: str) -> float:
    """Effect that the plan states for an outcome and predictor; NaN where it states none.

    A single number belongs to the outcome of the predictor's first model: another has other
    units. A number for each outcome stands under the outcome's name.
    """
    stated = analysis["predictors"].get(case.predictor, {}).get("stated_effect", np.nan)
    if isinstance(stated, Mapping):
        return float(stated.get(case.outcome, np.nan))
    return float(stated) if case.outcome == first_outcome else np.nan


def n_needed(
    stated: float,
    sigma: float,
    case: Cases,
    found: Mapping[int, tuple[float, float]],
    power: float = POWER,
) -> int | None:
    """Fewest units with which the stated effect has the wanted power; None beyond a million.

    Spread of the predictor as in the study. The degrees of freedom of sizes not in `found` grow
    in proportion to n, as those of HC2 do; of shared dates they stay, as more units on the same
    dates are no more dates.

    Parameters
    ----------
    found : n -> standard deviation of the predictor and degrees of freedom, the study's own n
        among them
    """
    spread = found[case.y.size][0]
    if not (np.isfinite([stated, spread, sigma]).all() and stated and spread > 0):
        return None

    def reaches(n: int) -> bool:
        near = min(found, key=lambda size: abs(np.log(size / n)))
        df = found[near][1] if case.groups is not None else found[near][1] * n / near
        if not df > 0:
            return False
        return operating(stated, sigma / (spread * np.sqrt(n - 1)), df).power >= power

    low, high = 3, 4
    while not reaches(high):
        low, high = high, 2 * high
        if high > MOST_UNITS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _row(
    case: Cases, n: int, spread: float, df: float, sigma: float, stated: float
) -> dict[str, Any]:
    std_error = sigma / (spread * np.sqrt(n - 1)) if spread > 0 else np.nan
    row: dict[str, Any] = {
        "outcome": case.outcome,
        "predictor": case.predictor,
        "n": n,
        "sd_predictor": spread,
        "minimum_detectable_effect": minimum_detectable(std_error, df),
        "stated_effect": stated,
    }
    if np.isfinite([stated, std_error, df]).all() and df > 0:
        at = operating(stated, std_error, df)
        row |= {
            "power_at_stated_effect": at.power,
            "type_s": at.type_s,
            "type_m": at.type_m,
        }
    return row


def _spread(case: Cases, n: int, rng: np.random.Generator) -> tuple[float, float]:
    """Standard deviation of the predictor and degrees of freedom of its test at n units."""
    if n == case.x.size:
        return float(case.x.std(ddof=1)), _df(case.x, case.groups)
    found = []
    for _ in range(SAMPLES):
        rows = rng.choice(case.x.size, size=n, replace=n > case.x.size)
        x = case.x[rows]
        groups = None if case.groups is None else case.groups[rows]
        found.append((x.std(ddof=1), _df(x, groups)))
    spread, df = np.nanmedian(np.array(found), axis=0)
    return float(spread), float(df)


def _df(x: np.ndarray, groups: np.ndarray | None) -> float:
    """Degrees of freedom depend on the design alone; 0 where there is no spread."""
    model = ols.fit(np.column_stack([np.ones(x.size), x]), np.zeros(x.size))
    if model is None:
        return 0.0
    df = float(ols.bell_mccaffrey(model)[1])
    return df if groups is None else min(df, float(ols.cr(model, groups, "CR2")[1][1]))
