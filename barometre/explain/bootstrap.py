"""Bootstrap intervals of a slope from resampled units: studentised at every n, BCa from n = 40.

Sources: Davison & Hinkley (1997), sections 5.2 (studentised), 5.3.2 (BCa), 2.7.4 (influence by
regression) and 5.2.3 (interpolation on the normal scale); Efron (1987).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

DRAWS = 1999
BCA_FROM = 40
# Influence by regression needs several resamples for each unit.
BCA_UP_TO = DRAWS // 4
LEVEL = 0.95


def resamples(n: int, rng: np.random.Generator, draws: int = DRAWS) -> np.ndarray:
    """Indices of `draws` samples of n units with replacement, shape (draws, n)."""
    return rng.integers(0, n, size=(draws, n))


def slopes(x: np.ndarray, y: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope of y on x and its HC3 standard error in each resample, shape (draws,) each.

    NaN in a resample whose units all share one value of x; a unit that alone carries the slope
    (leverage 1) has no residual and adds nothing to the error.
    """
    drawn_x, drawn_y = x[index], y[index]
    centred = drawn_x - drawn_x.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(spread > 0, (centred * drawn_y).sum(axis=1) / spread, np.nan)
        level = drawn_y.mean(axis=1, keepdims=True)
        residual = drawn_y - level - slope[:, None] * centred
        room = 1 - 1 / x.size - centred**2 / spread[:, None]
        scaled = np.where(room > 1e-10, residual / np.maximum(room, 1e-10), 0.0)
        error = np.sqrt((centred**2 * scaled**2).sum(axis=1)) / spread
    return slope, error


def studentised(
    estimate: float, error: float, drawn: np.ndarray, errors: np.ndarray, level: float = LEVEL
) -> tuple[float, float]:
    """Bootstrap-t interval: quantiles of (drawn - estimate) / errors, turned around.

    Parameters
    ----------
    estimate, error : slope of the units as observed and its standard error
    drawn, errors : of the resamples, shape (draws,); those without a finite ratio are left out
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (drawn - estimate) / errors
    low, high = interpolated(ratio[np.isfinite(ratio)], np.array([1 - level, 1 + level]) / 2)
    return estimate - high * error, estimate - low * error


def percentile(drawn: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Percentile interval of the resampled statistic."""
    low, high = interpolated(drawn, np.array([1 - level, 1 + level]) / 2)
    return float(low), float(high)


def bca(
    estimate: float, drawn: np.ndarray, index: np.ndarray, level: float = LEVEL
) -> tuple[float, float]:
    """Bias-corrected and accelerated interval.

    Parameters
    ----------
    estimate : statistic of the units as observed
    drawn : of the resamples, shape (draws,); non-finite ones are left out with their row
    index : units of each resample, shape (draws, n)
    """
    kept = np.isfinite(drawn)
    drawn, index = drawn[kept], index[kept]
    bias = ndtri((drawn < estimate).mean())
    influence = regression_influence(drawn, index)
    acceleration = (influence**3).sum() / (6 * (influence**2).sum() ** 1.5)
    ends = bias + ndtri(np.array([1 - level, 1 + level]) / 2)
    low, high = interpolated(drawn, ndtr(bias + ends / (1 - acceleration * ends)))
    return float(low), float(high)


def regression_influence(drawn: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Empirical influence of each unit: slopes of the statistic on the frequencies, shape (n,)."""
    draws, n = index.shape
    counts = np.zeros((draws, n))
    np.add.at(counts, (np.arange(draws)[:, None], index), 1.0)
    # Frequencies sum to one, so the first unit is the reference and the mean is taken out.
    design = np.column_stack([np.ones(draws), counts[:, 1:] / n])
    coefficients = np.linalg.lstsq(design, drawn, rcond=None)[0]
    influence = np.concatenate([[0.0], coefficients[1:]])
    return influence - influence.mean()


def interpolated(drawn: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Quantiles between order statistics, interpolated on the normal scale; ends where beyond."""
    drawn = np.sort(drawn)
    rank = (drawn.size + 1) * np.asarray(probability, dtype=float)
    below = np.clip(np.floor(rank + 1e-12).astype(int), 1, drawn.size - 1)
    inside = (rank >= 1) & (rank < drawn.size)
    here, first, second = (
        ndtri(np.clip(part / (drawn.size + 1), 1e-300, 1 - 1e-16))
        for part in (rank, below, below + 1)
    )
    share = np.where(inside, (here - first) / (second - first), (rank >= drawn.size).astype(float))
    return drawn[below - 1] + share * (drawn[below] - drawn[below - 1])
