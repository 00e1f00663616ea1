"""When a primary model gives a verdict, and which. The rule is part of the analysis plan."""

from __future__ import annotations

import numpy as np

LEVEL = 0.05
MINIMUM_DF = 4.0
NONE, ZERO, POSITIVE, NEGATIVE = "none", "compatible_with_zero", "positive", "negative"
RULE = (
    "one predictor per primary model; no verdict where the Bell-McCaffrey degrees of freedom "
    "(of HC2, and of CR2 by date where units share dates) are below 4; positive or negative "
    "where the permutation p-value after Holm over the primary models is at most .05 and the "
    "95 % interval excludes zero (HC2-BM; CR2 by date where units share dates); otherwise "
    "compatible with zero"
)


def verdict(df: float, ci_low: float, ci_high: float, p_value: float) -> str:
    """Verdict of one primary model, from the test and the interval together.

    Both must speak: the permutation p-value guards the size at small n, the interval
    carries the sign and the degrees of freedom.

    Parameters
    ----------
    df : degrees of freedom behind the interval (the smaller of HC2-BM and CR2 by date)
    ci_low, ci_high : ends of the 95 % interval
    p_value : permutation p-value after Holm
    """
    if not np.isfinite([df, ci_low, ci_high, p_value]).all() or df < MINIMUM_DF:
        return NONE
    if p_value > LEVEL or ci_low <= 0 <= ci_high:
        return ZERO
    return POSITIVE if ci_low > 0 else NEGATIVE


def holm(p_values: np.ndarray) -> np.ndarray:
    """P-values adjusted for their number (Holm 1979); NaN stays NaN and is not counted.

    Parameters
    ----------
    p_values : shape (tests,)
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    steps = p_values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if order.size else []
    return adjusted
