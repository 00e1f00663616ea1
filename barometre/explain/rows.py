"""Rows of the regression table, as every estimator fills them."""

from __future__ import annotations

from typing import Any

from barometre.explain import ols
from barometre.explain.cases import Cases

# Below so many units a p-value of a t distribution never stands without that of a permutation.
ALONE_FROM = 30


def row(
    case: Cases, estimator: str, cov_type: str, term: str, estimate: float, **more: Any
) -> dict[str, Any]:
    """One estimate of one term; `more` fills the columns that an estimator has."""
    return {
        "outcome": case.outcome,
        "model": case.name,
        "estimator": estimator,
        "cov_type": cov_type,
        "role": case.role,
        "term": term,
        "estimate": estimate,
        "n": case.y.size,
        "n_bounds": int((~case.exact).sum()),
        **more,
    }


def tested(estimate: float, std_error: float, df: float) -> dict[str, float]:
    """Standard error, degrees of freedom, interval and p-value of a t test."""
    low, high, p_value = ols.interval(estimate, std_error, df)
    return {
        "std_error": std_error,
        "df": df,
        "ci_low": low,
        "ci_high": high,
        "p_value": p_value,
    }
