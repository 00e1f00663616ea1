"""Specification curves: does any defensible definition change the answer?

Simonsohn, Simmons & Nelson (2020). One curve has one outcome, one family of predictors, one
adjustment set and one estimand (outcome units per standard deviation of the predictor): mixed
adjustment sets would test several nulls at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from barometre.draws import generator
from barometre.explain import alternatives, many, ols
from barometre.explain.cases import Tables, assemble
from barometre.explain.rows import ALONE_FROM
from barometre.tables import contract

JOINT_DRAWS = 2000
THEIL_SEN_UNITS = 60
NULL = "all predictors of the curve jointly independent of outcome and covariates"


@dataclass(frozen=True)
class Spec:
    """One specification: which rows of the curve's units it uses and how it estimates.

    `groups` is what these units share (a date), or None.
    """

    predictor: str
    estimator: str
    sample: str
    rows: np.ndarray
    x: np.ndarray
    groups: np.ndarray | None = None


@dataclass(frozen=True)
class Curve:
    """Outcome and controls of all units that a curve can use, and its specifications."""

    name: str
    outcome: str
    adjustment: str
    y: np.ndarray
    controls: np.ndarray
    specs: list[Spec]


def specification_curves(
    analysis: Mapping[str, Any], tables: Tables, permutations: int, seed: int, study: str
) -> pd.DataFrame:
    """Contract `specification_curve`, with the joint permutation test of each curve.

    The joint statistic is the median slope of the curve; all predictor columns are permuted
    together against outcome and controls, so their dependence on each other is kept. A curve with
    a predictor that units share (a date) has no joint test: permuting its units would count them
    as independent, and their other predictors cannot move with the date.
    """
    frames: list[pd.DataFrame] = []
    for curve in _curves(analysis, tables):
        rng = generator(seed, study, f"curve {curve.name}")
        draws = min(permutations, JOINT_DRAWS)
        shared = next((spec for spec in curve.specs if spec.groups is not None), None)
        p_value = None if shared else f"{joint_test(curve, draws, rng):.4g}"
        test = f"median of {len(curve.specs)} slopes, {draws} permutations"
        if shared is not None and shared.groups is not None:
            dates = np.unique(shared.groups).size
            test = f"none: {shared.rows.size} units share {dates} dates of {shared.predictor}"
        found = estimates(curve)
        found.insert(0, "curve", curve.name)
        found.insert(1, "spec_id", range(len(found)))
        found.insert(2, "outcome", curve.outcome)
        frames.append(
            found.assign(
                adjustment=curve.adjustment,
                joint_p_value=p_value,
                joint_test=test,
                joint_null=None if shared else NULL,
            )
        )
    columns = [field["name"] for field in contract("specification_curve")["columns"]]
    extra = ["sample", "adjustment", "joint_p_value", "joint_test", "joint_null"]
    empty = pd.DataFrame(columns=[*columns, *extra])
    return pd.concat(frames, ignore_index=True)[[*columns, *extra]] if frames else empty


def _curves(analysis: Mapping[str, Any], tables: Tables) -> Iterator[Curve]:
    seen: set[str] = set()
    for model in analysis["models"]:
        family = model["predictor"].split("_")[0]
        if family == "delay" or any(term.startswith("delay_") for term in model["controls"]):
            continue
        adjustment = "+".join(model["controls"]) or "none"
        name = f"{model['outcome']}|{family}|{adjustment}"
        if "where" in model:
            name += f"|{model['where']['item']}={'|'.join(model['where']['values'])}"
        if name in seen:
            continue
        seen.add(name)
        curve = _curve(name, model, family, adjustment, analysis, tables)
        if curve.specs:
            yield curve


def _curve(
    name: str,
    model: Mapping[str, Any],
    family: str,
    adjustment: str,
    analysis: Mapping[str, Any],
    tables: Tables,
) -> Curve:
    own = [term for term in analysis["predictors"] if term.split("_")[0] == family]
    cases = {
        term: assemble({**model, "predictor": term}, analysis, tables)
        for term in own
        if term not in model["controls"]
    }
    units = sorted({unit for case in cases.values() for unit in case.units})
    place = {unit: number for number, unit in enumerate(units)}
    y = np.full(len(units), np.nan)
    width = max((case.controls.shape[1] for case in cases.values()), default=0)
    controls = np.full((len(units), width), np.nan)
    specs: list[Spec] = []
    for term, case in cases.items():
        rows = np.array([place[unit] for unit in case.units], dtype=int)
        y[rows], controls[rows] = case.y, case.controls
        samples = [("all", np.ones(rows.size, dtype=bool))]
        if not case.exact.all():
            samples.append(("exact only", case.exact))
        for sample, kept in samples:
            x = case.x[kept]
            if x.size < 4 or np.ptp(x) == 0:
                continue
            estimators = ["ols"]
            groups = None if case.groups is None else case.groups[kept]
            # Its rank interval counts units as independent; without it the point looks certain.
            plain = not model["controls"] and groups is None and not case.few_values
            if plain and x.size <= THEIL_SEN_UNITS:
                estimators.append("theil_sen")
            specs += [Spec(term, how, sample, rows[kept], x, groups) for how in estimators]
    return Curve(name, model["outcome"], adjustment, y, controls, specs)


def estimates(curve: Curve) -> pd.DataFrame:
    """Slopes per standard deviation, intervals as in the primary models, a row for each spec.

    Below thirty units a p-value of a t distribution does not stand alone.
    """
    n = np.array([spec.rows.size for spec in curve.specs])
    found = np.full((len(curve.specs), 4), np.nan)
    plain = [
        place
        for place, spec in enumerate(curve.specs)
        if spec.estimator == "ols" and spec.groups is None
    ]
    if plain:
        x = np.zeros((len(plain), curve.y.size))
        kept = np.zeros(x.shape, dtype=bool)
        for row, place in enumerate(plain):
            spec = curve.specs[place]
            x[row, spec.rows], kept[row, spec.rows] = spec.x, True
        fits = many.slopes(x, curve.y, curve.controls, kept)
        p_value = np.where(n[plain] < ALONE_FROM, np.nan, fits.p_value)
        found[plain] = np.column_stack([fits.estimate, fits.low, fits.high, p_value])
    for place in sorted(set(range(len(curve.specs))) - set(plain)):
        found[place] = _one(curve.specs[place], curve)
    return pd.DataFrame(
        {
            "predictor": [spec.predictor for spec in curve.specs],
            "estimator": [spec.estimator for spec in curve.specs],
            **dict(zip(("estimate", "ci_low", "ci_high", "p_value"), found.T, strict=True)),
            "n": n,
            "sample": [spec.sample for spec in curve.specs],
        }
    )


def _one(spec: Spec, curve: Curve) -> tuple[float, float, float, float]:
    """Slope, interval and p-value of a specification with shared dates, or of Theil-Sen."""
    y, spread = curve.y[spec.rows], float(spec.x.std(ddof=1))
    if spec.groups is None:
        return (*alternatives.theil_sen(spec.x / spread, y), np.nan)
    design = np.column_stack([np.ones(y.size), spec.x / spread, curve.controls[spec.rows]])
    model = ols.fit(design, y)
    if model is None:
        return np.nan, np.nan, np.nan, np.nan
    covariance, df = ols.cr(model, spec.groups, "CR2")
    slope, error = float(model.coef[1]), float(np.sqrt(covariance[1, 1]))
    low, high, p_value = ols.interval(slope, error, float(df[1]))
    return slope, low, high, np.nan if y.size < ALONE_FROM else p_value


def joint_test(curve: Curve, draws: int, rng: np.random.Generator) -> float:
    """Two-sided permutation p-value of the median slope, (b + 1) / (B + 1)."""
    n = curve.y.size
    orders = np.vstack([np.arange(n), rng.permuted(np.tile(np.arange(n), (draws, 1)), axis=1)])
    slopes = np.array([_slopes(spec, curve, orders) for spec in curve.specs])
    medians = np.abs(np.median(slopes, axis=0))
    if not np.isfinite(medians[0]):
        return np.nan
    hits = np.count_nonzero(medians[1:] >= medians[0] * (1 - 1e-9))
    return (hits + 1) / (draws + 1)


def _slopes(spec: Spec, curve: Curve, orders: np.ndarray) -> np.ndarray:
    """Slope per standard deviation under each order of outcome and controls, shape (orders,)."""
    moved = orders[:, spec.rows]
    y = curve.y[moved]
    x = spec.x / spec.x.std(ddof=1)
    if spec.estimator == "theil_sen":
        first, second = np.triu_indices(x.size, k=1)
        apart = x[second] != x[first]
        first, second = first[apart], second[apart]
        return np.median((y[:, second] - y[:, first]) / (x[second] - x[first]), axis=1)
    x = x - x.mean()
    if not curve.controls.shape[1]:
        return y @ x / (x @ x)
    controls = curve.controls[moved]
    controls = controls - controls.mean(axis=1, keepdims=True)
    inner = np.einsum("bic,bid->bcd", controls, controls)
    across = np.einsum("bic,i->bc", controls, x)
    share = np.linalg.solve(inner, across[:, :, None])[:, :, 0]
    own = x - np.einsum("bic,bc->bi", controls, share)
    return np.einsum("bi,bi->b", own, y) / np.einsum("bi,bi->b", own, own)
