"""Maturity on one predictor at a time, with inference that survives a small n."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from barometre.draws import generator
from barometre.errors import StudyError
from barometre.explain import beside, decision, ols, ordinal, permutation
from barometre.explain.cases import Cases, Tables, assemble
from barometre.explain.rows import ALONE_FROM, row, tested
from barometre.tables import contract

PENALISED_BELOW = 100


def all_cases(analysis: Mapping[str, Any], tables: Tables) -> list[Cases]:
    """Complete cases of every model of the plan, in its order.

    Raises
    ------
    StudyError : two models are the same.
    """
    cases = [assemble(model, analysis, tables) for model in analysis["models"]]
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise StudyError(
                f"study.yaml, key 'analysis.models': the model {case.name} stands twice."
            )
        seen.add(case.name)
    return cases


def regression(
    cases: list[Cases],
    analysis: Mapping[str, Any],
    permutations: int,
    seed: int,
    study: str,
    more: Sequence[dict[str, Any]] = (),
) -> pd.DataFrame:
    """All estimates of all models (contract `regression`), one row per estimator and term.

    The HC2-BM row of a primary model carries its verdict (`decision.verdict`). Where units
    share dates, its permutation p-value is that of the dates, as is that of the CR2 row; the
    HC3 row keeps that of the units.

    Parameters
    ----------
    permutations : draws where the permutations are too many to enumerate
    seed, study : of the build; each test has its own stream
    more : rows made elsewhere, which stand after those of their model
    """
    rows = []
    for case in cases:
        rows += _rows(case, analysis, permutations, seed, study)
        rows += [row for row in more if row["model"] == case.name]
    columns = [field["name"] for field in contract("regression")["columns"]]
    table = pd.DataFrame(rows, columns=[*columns, "_df"])
    return _decided(table).drop(columns="_df")


def _decided(table: pd.DataFrame) -> pd.DataFrame:
    """Add Holm's p-values and the verdicts to the HC2-BM rows of the primary models."""
    # `_df` is set on the one row of each model that can carry its verdict.
    carries = table["_df"].notna() & (table["role"] == "primary")
    table["p_value_holm"] = np.nan
    table["verdict"] = None
    adjusted = decision.holm(table.loc[carries, "p_value_permutation"].to_numpy(dtype=float))
    table.loc[carries, "p_value_holm"] = adjusted
    for number in table.index[carries]:
        row = table.loc[number]
        clustered = table[(table["model"] == row["model"]) & (table["cov_type"] == "CR2")]
        clustered = clustered[clustered["term"] == row["term"]]
        ends = clustered.iloc[0] if len(clustered) else row
        table.loc[number, "verdict"] = decision.verdict(
            row["_df"], ends["ci_low"], ends["ci_high"], row["p_value_holm"]
        )
    return table


def _rows(
    case: Cases, analysis: Mapping[str, Any], permutations: int, seed: int, study: str
) -> list[dict[str, Any]]:
    model = ols.fit(case.design, case.y)
    if model is None or np.ptp(case.y) == 0:
        print(f"{case.name}: nothing can be fitted (n = {case.y.size})")
        return [{**row(case, "ols", "HC2-BM", case.predictor, np.nan), "_df": 0.0}]
    rng = generator(seed, study, f"permute {case.name}")
    units = permutation.permute_units(case.y, case.x, case.controls, permutations, rng)
    dates = None
    if case.groups is not None:
        try:
            dates = permutation.permute_dates(
                case.y, case.x, case.groups, case.controls, case.group_column, permutations, rng
            )
        except ValueError as error:
            raise StudyError(
                f"study.yaml, key 'analysis.predictors.{case.predictor}.permute_by': {error} "
                f"({case.group_column}); name the column from which the predictor is made."
            ) from None
    rng = generator(seed, study, f"permute t {case.name}")
    classical = permutation.permute_units(case.y, case.x, case.controls, permutations, rng, "t")
    rows = _least_squares(case, model, units, dates, classical)
    rows += beside.other_errors(case, model)
    rows += beside.huber(case)
    rows += beside.resampled(case, model, generator(seed, study, f"bootstrap {case.name}"))
    rows += beside.imputed_delay(case, generator(seed, study, f"delays {case.name}"))
    rows += beside.theil_sen(case)
    if "item" not in analysis["outcomes"][case.outcome]:
        rows += beside.fractional(case)
    return rows + _ordered_logit(case)


def _least_squares(
    case: Cases,
    model: ols.Fit,
    units: permutation.Permutation,
    dates: permutation.Permutation | None,
    classical: permutation.Permutation,
) -> list[dict[str, Any]]:
    """Rows of least squares; the classical one is what a chart with a p-value would print."""
    residual_df = np.full(model.k, float(model.n - model.k))
    kinds = [
        ("HC2-BM", ols.hc(model, "HC2"), ols.bell_mccaffrey(model), dates or units),
        ("HC3", ols.hc(model, "HC3"), residual_df, units),
        ("classical", model.sigma**2 * model.bread, residual_df, classical),
    ]
    if case.groups is not None:
        kinds.append(("CR2", *ols.cr(model, case.groups, "CR2"), dates or units))
    weakest = min(float(df[1]) for kind, _, df, _ in kinds if kind in ("HC2-BM", "CR2"))
    rows = []
    for kind, covariance, df, test in kinds:
        for place, term in enumerate(case.terms, start=1):
            error = float(np.sqrt(covariance[place, place]))
            estimate = float(model.coef[place])
            more: dict[str, Any] = tested(estimate, error, float(df[place]))
            if term != case.predictor and model.n < ALONE_FROM:
                more["p_value"] = np.nan
            if term == case.predictor:
                more |= {
                    "p_value_permutation": test.p_value,
                    "permutation_unit": test.text(),
                    "_df": weakest if kind == "HC2-BM" else np.nan,
                }
            rows.append(row(case, "ols", kind, term, estimate, **more))
    return rows


def _ordered_logit(case: Cases) -> list[dict[str, Any]]:
    """Log-odds of a higher level, and the cut points; a description below n = 100."""
    if case.ordered is None:
        return []
    known = np.isfinite(case.ordered)
    found, codes = np.unique(case.ordered[known], return_inverse=True)
    design = case.design[known, 1:]
    n = int(known.sum())
    if found.size < 2 or n <= design.shape[1] + found.size or (np.ptp(design, axis=0) == 0).any():
        return []
    penalised = n < PENALISED_BELOW
    fit = ordinal.fit(codes, design, penalised=penalised)
    if not fit.converged:
        print(f"{case.name}: the ordered logit has no maximum (a level is separated); left out")
        return []
    cov_type = "penalised, descriptive" if penalised else "information"
    names = [case.levels[int(level)] for level in found]
    cuts = [f"cut {below}|{above}" for below, above in zip(names, names[1:], strict=False)]
    errors = np.sqrt(np.diag(fit.covariance))
    rows = []
    for term, estimate, error in zip(
        [*case.terms, *cuts], [*fit.slopes, *fit.cuts], errors, strict=True
    ):
        more = tested(float(estimate), float(error), np.inf)
        more["df"] = np.nan
        if penalised or term in cuts:
            more["p_value"] = np.nan
        if penalised:
            more["ci_low"] = more["ci_high"] = np.nan
        rows.append(row(case, "ordered_logit", cov_type, term, float(estimate), **more))
    rows = [{**row, "n": n} for row in rows]
    if not penalised and found.size > 2:
        odds = row(case, "ordered_logit", "Brant test", "proportional_odds", np.nan)
        rows.append({**odds, "n": n, "p_value": ordinal.brant(codes, design)})
    return rows


def influence(cases: list[Cases]) -> pd.DataFrame:
    """Slope of the predictor without each unit, Cook's distance and leverage, per model."""
    frames = []
    for case in cases:
        model = ols.fit(case.design, case.y)
        if model is None:
            continue
        without, distance = ols.leave_one_out(model)
        frames.append(
            pd.DataFrame(
                {
                    "model": case.name,
                    "term": case.predictor,
                    "unit_id": case.units,
                    "estimate_without": without[:, 1],
                    "cooks_distance": distance,
                    "leverage": model.leverage,
                }
            )
        )
    if not frames:
        columns = [field["name"] for field in contract("influence")["columns"]]
        return pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True)
