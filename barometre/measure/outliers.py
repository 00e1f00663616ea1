"""Outliers of numbers and counts (OECD/JRC *Handbook*, step 4): winsorised, or by logarithm.

An item has outliers when its skewness is beyond 2 in size and its excess kurtosis beyond 3.5. Only
numbers and counts can: the ends of an answer scale are answers like others.
"""

from __future__ import annotations

import math

import numpy as np

from barometre.errors import StudyError

SKEWNESS, KURTOSIS = 2.0, 3.5
LOG_SHARE = 0.01  # of the range, added before the logarithm
MOST, MOST_SHARE = 5, 0.05  # values that may be winsorised


def outlying(x: np.ndarray) -> bool:
    """Whether the values have outliers; never where fewer than four are known."""
    from scipy import stats

    known = x[~np.isnan(x)]
    if known.size < 4 or np.ptp(known) == 0:
        return False
    kurtosis = float(stats.kurtosis(known, bias=False))
    return abs(_skewness(x)) > SKEWNESS and kurtosis > KURTOSIS


def winsorised(x: np.ndarray, most: int) -> np.ndarray:
    """As long as there are outliers, the outermost values take that of their neighbour.

    Parameters
    ----------
    most : largest number of values that are changed; outliers may then be left
    """
    x = x.copy()
    top: list[int] = []
    bottom: list[int] = []
    while outlying(x) and len(top) + len(bottom) < most:
        known = ~np.isnan(x)
        if _skewness(x) >= 0:
            top += [int(at) for at in np.flatnonzero(x == np.nanmax(x)) if at not in top]
            rest = known & ~np.isin(np.arange(x.size), top)
            x[top] = x[rest].max()
        else:
            bottom += [int(at) for at in np.flatnonzero(x == np.nanmin(x)) if at not in bottom]
            rest = known & ~np.isin(np.arange(x.size), bottom)
            x[bottom] = x[rest].min()
    return x


def caps(x: np.ndarray, item: str) -> tuple[float, float]:
    """Lowest and highest value that count of an item, after winsorising.

    Five values may be changed, or one in twenty where that is more.

    Raises
    ------
    StudyError : that does not suffice.
    """
    known = x[~np.isnan(x)]
    if not outlying(known):
        return -math.inf, math.inf
    most = max(MOST, math.ceil(MOST_SHARE * known.size))
    calm = winsorised(known, most)
    if outlying(calm):
        raise StudyError(
            f"study.yaml, key 'measure.outliers': item '{item}' has outliers even with {most} of "
            f"its {known.size} values winsorised; take 'log'."
        )
    return float(calm.min()), float(calm.max())


def log_scale(low: float, high: float) -> tuple[float, float]:
    """Start and step of `log1p((x - start) / step)`: log(x - low + a) less log(a).

    a is one hundredth of the range, so the unit of x does not matter.
    """
    return low, LOG_SHARE * (high - low)


def _skewness(x: np.ndarray) -> float:
    from scipy import stats

    return float(stats.skew(x[~np.isnan(x)], bias=False))
