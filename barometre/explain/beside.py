"""Estimators that stand beside least squares with HC2, for the reader who wants them.

None carries a verdict. Where units share dates they give no interval: theirs would count the units
as independent.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from barometre.explain import alternatives, bootstrap, censored, ols
from barometre.explain.cases import Cases
from barometre.explain.rows import row, tested

OTHER_ERRORS = ("HC0", "HC1", "HC2", "HC4", "HC4m", "HC5")
THEIL_SEN_UNITS = 3000


def resampled(case: Cases, model: ols.Fit, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Intervals from resampled units; none where units share dates or the model has controls."""
    if case.role != "primary" or case.control_names or case.groups is not None:
        return []
    estimate, error = float(model.coef[1]), float(np.sqrt(ols.hc(model, "HC3")[1, 1]))
    index = bootstrap.resamples(model.n, rng)
    drawn, errors = bootstrap.slopes(case.x, case.y, index)
    found = {"bootstrap-t": bootstrap.studentised(estimate, error, drawn, errors)}
    if bootstrap.BCA_FROM <= model.n <= bootstrap.BCA_UP_TO:
        found["BCa"] = bootstrap.bca(estimate, drawn, index)
    return [
        row(case, "ols", kind, case.predictor, estimate, ci_low=low, ci_high=high)
        for kind, (low, high) in found.items()
    ]


def theil_sen(case: Cases) -> list[dict[str, Any]]:
    """Left out for an outcome of few values, where the median of tied pairs is 0 whatever holds."""
    if case.control_names or case.few_values or case.x.size > THEIL_SEN_UNITS:
        return []
    estimate, low, high = alternatives.theil_sen(case.x, case.y)
    ends = {"ci_low": low, "ci_high": high}
    return [row(case, "theil_sen", "rank", case.predictor, estimate, **_as_units(case, ends))]


def fractional(case: Cases) -> list[dict[str, Any]]:
    """Average marginal effects in points of the index, comparable with the slope."""
    effects, errors = alternatives.fractional_logit(case.design, case.y / 100)
    df = float(case.y.size - case.design.shape[1])
    rows = []
    for term, effect, error in zip(case.terms, effects, errors, strict=True):
        more = {**tested(100 * effect, 100 * error, df), "p_value": np.nan}
        more = _as_units(case, more)
        rows.append(row(case, "fractional_logit", "sandwich-delta", term, 100 * effect, **more))
    return rows


def _as_units(case: Cases, found: dict[str, float]) -> dict[str, float]:
    """`found`, blank where units share dates: it counts them as independent."""
    return dict.fromkeys(found, np.nan) if case.groups is not None else found


def other_errors(case: Cases, model: ols.Fit) -> list[dict[str, Any]]:
    """The rest of HC0-HC5 with n - k degrees of freedom, for primary models; no p-value alone."""
    if case.role != "primary":
        return []
    df = float(model.n - model.k)
    estimate = float(model.coef[1])
    rows = []
    for kind in OTHER_ERRORS:
        error = float(np.sqrt(ols.hc(model, kind)[1, 1]))
        more = {**tested(estimate, error, df), "p_value": np.nan}
        rows.append(row(case, "ols", kind, case.predictor, estimate, **_as_units(case, more)))
    return [{**found, "role": "beside"} for found in rows]


def huber(case: Cases) -> list[dict[str, Any]]:
    """Huber's M estimate (Huber 1981, section 7.6): one far outcome weighs less."""
    if case.role != "primary":
        return []
    import statsmodels.api as sm

    fit = sm.RLM(case.y, case.design, M=sm.robust.norms.HuberT()).fit()
    df = float(case.y.size - case.design.shape[1])
    estimate = float(fit.params[1])
    more = {**tested(estimate, float(fit.bse[1]), df), "p_value": np.nan}
    found = row(case, "huber", "H1", case.predictor, estimate, **_as_units(case, more))
    return [{**found, "role": "beside"}]


def imputed_delay(case: Cases, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Slope with the censored delays imputed, beside the complete cases of the other rows."""
    y, low, high = case.censored
    if case.control_names or not y.size:
        return []
    estimate, error, df = censored.imputed_slope(case.x, case.y, y, low, high, rng)
    if not np.isfinite(estimate):
        return []
    more = {**tested(estimate, error, df), "p_value": np.nan}
    found = row(case, "ols", "HC2, imputed delays", case.predictor, estimate, **more)
    return [{**found, "role": "beside", "n": case.y.size + y.size, "n_bounds": y.size}]
