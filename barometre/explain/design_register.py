"""What studies of a few units of a register could find, over all samples or a stated draw.

A study that asks ten of the 22 métropoles gets the spread of ages and the degrees of freedom of
the ten it happens to get. Samples with equal ages are one design and are looked at once, weighed
by their number; where designs are too many, samples are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import comb, prod
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from barometre.draws import generator
from barometre.explain import ols
from barometre.explain.cases import Cases
from barometre.explain.decision import MINIMUM_DF
from barometre.explain.design import minimum_detectable, operating, stated_effect
from barometre.explain.population import REGISTER, Population
from barometre.tables import contract

ASKED = 10
LARGEST = 100
MOST_DESIGNS = 500
DRAWN = 500
GRID = 40
ENDS = (0.1, 0.5, 0.9)


def design_register(
    cases: list[Cases],
    analysis: Mapping[str, Any],
    population: Population,
    seed: int,
    study: str,
) -> pd.DataFrame:
    """Contract `design_register`: primary models whose predictor is known for a whole register.

    Rows for ten units and for as many as the study has; where units share dates, by units and by
    date. Residual spread and stated effect are those of the study. No rows where there is no
    register, or one of more than a hundred units.
    """
    columns = [field["name"] for field in contract("design_register")["columns"]]
    rows: list[dict[str, Any]] = []
    first: dict[str, str] = {}
    for case in cases:
        first.setdefault(case.predictor, case.outcome)
        fit = ols.fit(case.design, case.y)
        source, size = population.of(case)
        if source != REGISTER or case.role != "primary" or case.control_names or fit is None:
            continue
        if size > LARGEST:
            print(f"{case.name}: a register of {size} units is too large for its samples")
            continue
        everyone = np.concatenate([case.x, population.absent(case)])
        stated = stated_effect(analysis, case, first[case.predictor])
        rng = generator(seed, study, f"register {case.name}")
        if everyone.size < size or np.ptp(everyone) == 0:
            print(f"{case.name}: {everyone.size} of {size} of the register have the predictor")
            continue
        for n in sorted({ASKED, case.x.size} - {size}):
            if n < size:
                rows += _rows(case, everyone, n, fit.sigma, stated, rng)
    return pd.DataFrame(rows, columns=columns)


def _rows(
    case: Cases, everyone: np.ndarray, n: int, sigma: float, stated: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    designs, how = samples(everyone, n, rng)
    weight = np.array([count for _, count in designs], dtype=float)
    spread = np.array([x.std(ddof=1) for x, _ in designs])
    kinds = {"units": np.array([_df(x, False) for x, _ in designs])}
    if case.groups is not None:
        by_date = np.array([_df(x, True) for x, _ in designs])
        kinds[case.group_column] = np.minimum(kinds["units"], by_date)
    about = {
        "outcome": case.outcome,
        "predictor": case.predictor,
        "n": n,
        "n_population": everyone.size,
        "samples": float(comb(everyone.size, n)),
        "designs": len(designs),
        "how": how,
        "residual_sd": sigma,
        "stated_effect": stated,
    }
    return [
        {**about, "df_by": kind, **_found(spread, df, weight, n, sigma, stated)}
        for kind, df in kinds.items()
    ]


def samples(
    everyone: np.ndarray, n: int, rng: np.random.Generator
) -> tuple[list[tuple[np.ndarray, int]], str]:
    """Distinct samples of n units with how many samples each stands for, and how they were got.

    Parameters
    ----------
    everyone : predictor of the whole register, shape (N,)

    Returns
    -------
    designs (predictor of the n units, number of samples), and "enumerated" or "drawn"
    """
    values, sizes = np.unique(everyone, return_counts=True)
    found = []
    for counts in _splits(list(sizes), n):
        many = prod(comb(int(size), count) for size, count in zip(sizes, counts, strict=True))
        found.append((np.repeat(values, counts), many))
        if len(found) > MOST_DESIGNS:
            drawn = [rng.choice(everyone, size=n, replace=False) for _ in range(DRAWN)]
            return [(x, 1) for x in drawn], "drawn"
    return found, "enumerated"


def _splits(sizes: list[int], n: int) -> Iterator[list[int]]:
    """All ways to take n out of groups of these sizes."""
    if not sizes:
        if n == 0:
            yield []
        return
    rest = sum(sizes[1:])
    for own in range(max(0, n - rest), min(sizes[0], n) + 1):
        for others in _splits(sizes[1:], n - own):
            yield [own, *others]


def _df(x: np.ndarray, by_date: bool) -> float:
    model = ols.fit(np.column_stack([np.ones(x.size), x]), np.zeros(x.size))
    if model is None:
        return 0.0
    return float(ols.cr(model, x, "CR2")[1][1] if by_date else ols.bell_mccaffrey(model)[1])


def _found(
    spread: np.ndarray,
    df: np.ndarray,
    weight: np.ndarray,
    n: int,
    sigma: float,
    stated: float,
) -> dict[str, Any]:
    """Weighted quantiles over samples; one without spread can find nothing."""
    usable = (spread > 0) & (df > 0)
    error = np.full(spread.size, np.inf)
    error[usable] = sigma / (spread[usable] * np.sqrt(n - 1))
    least = np.full(spread.size, np.inf)
    least[usable] = error[usable] * unit_detectable(df[usable])
    row: dict[str, Any] = {
        "share_no_spread": float(weight[~usable].sum() / weight.sum()),
        "share_df_below_4": float(weight[df < MINIMUM_DF].sum() / weight.sum()),
    }
    row |= _quantiles("minimum_detectable", least, weight)
    if np.isfinite(stated):
        at = [
            operating(stated, scale, one) if fine else None
            for scale, one, fine in zip(error, df, usable, strict=True)
        ]
        for name in ("power", "type_s", "type_m"):
            nothing = 0.0 if name == "power" else np.nan
            values = [nothing if one is None else getattr(one, name) for one in at]
            row |= _quantiles(name, np.array(values), weight)
    return row


def unit_detectable(df: np.ndarray) -> np.ndarray:
    """Detectable slope for a standard error of 1: exact on a grid of df, interpolated between.

    Piecewise cubic on logarithms of both (Fritsch & Carlson 1980); 1e-4 from the exact value.
    """
    if np.unique(df).size <= GRID:
        known = {one: minimum_detectable(1.0, one) for one in np.unique(df)}
        return np.array([known[one] for one in df])
    grid = np.geomspace(df.min(), df.max(), GRID)
    exact = np.log([minimum_detectable(1.0, one) for one in grid])
    return np.exp(
        PchipInterpolator(np.log(grid), exact)(np.clip(np.log(df), *np.log(grid[[0, -1]])))
    )


def _quantiles(name: str, values: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    """Value reached by 10, 50 and 90 % of the samples; NaN where that one has none."""
    known = ~np.isnan(values)
    order = np.argsort(values[known], kind="stable")
    share = np.cumsum(weight[known][order]) / weight[known].sum()
    found = {}
    for end in ENDS:
        value = values[known][order][np.searchsorted(share, end - 1e-12)]
        found[f"{name}_p{100 * end:.0f}"] = float(value) if np.isfinite(value) else np.nan
    return found
