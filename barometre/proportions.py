"""Shares and their intervals, wherever a room counts units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def wilson(n: ArrayLike, base: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares n / base with Wilson's 95 % interval (1927, *JASA* 22, 209-212).

    Parameters
    ----------
    n, base : counts, of one shape (...)

    Returns
    -------
    share, low, high, each 0-1 of that shape; NaN where the base is 0.
    """
    from statsmodels.stats.proportion import proportion_confint

    n, base = np.asarray(n, float), np.asarray(base, float)
    some = np.maximum(base, 1)
    low, high = proportion_confint(n, some, method="wilson")
    # The ends of 0 and of all are exact but for rounding.
    ends = np.where(n == 0, 0.0, low), np.where(n == base, 1.0, high)
    share, low, high = (np.where(base > 0, value, np.nan) for value in (n / some, *ends))
    return share, low, high
