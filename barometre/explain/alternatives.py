"""Estimators that stand beside least squares: Theil-Sen and fractional logit."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtri


def theil_sen(x: np.ndarray, y: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Median of pairwise slopes with Sen's rank interval (Sen 1968, section 3).

    Parameters
    ----------
    x, y : shape (n,); pairs that share x carry no slope

    Returns
    -------
    (slope, low, high); NaN where fewer than two values of x differ.
    """
    first, second = np.triu_indices(x.size, k=1)
    run = x[second] - x[first]
    apart = run != 0
    slopes = np.sort((y[second] - y[first])[apart] / run[apart])
    if slopes.size == 0:
        return np.nan, np.nan, np.nan
    variance = _kendall_variance(x, y)
    reach = -ndtri((1 - level) / 2) * np.sqrt(variance)
    low = int(np.floor((slopes.size - reach) / 2))
    high = int(np.ceil((slopes.size + reach) / 2)) - 1
    inside = low >= 0 and high < slopes.size
    ends = (slopes[low], slopes[high]) if inside else (np.nan, np.nan)
    return float(np.median(slopes)), float(ends[0]), float(ends[1])


def _kendall_variance(x: np.ndarray, y: np.ndarray) -> float:
    """Variance of Kendall's S under independence, with ties in x and y (Kendall 1970, ch. 4)."""
    n = x.size
    ties_x = np.unique(x, return_counts=True)[1].astype(float)
    ties_y = np.unique(y, return_counts=True)[1].astype(float)

    def thrice(sizes: np.ndarray) -> float:
        return float((sizes * (sizes - 1) * (2 * sizes + 5)).sum())

    def pairs(sizes: np.ndarray) -> float:
        return float((sizes * (sizes - 1)).sum())

    def triples(sizes: np.ndarray) -> float:
        return float((sizes * (sizes - 1) * (sizes - 2)).sum())

    variance = (n * (n - 1) * (2 * n + 5) - thrice(ties_x) - thrice(ties_y)) / 18
    if n > 2:
        variance += triples(ties_x) * triples(ties_y) / (9 * n * (n - 1) * (n - 2))
    return variance + pairs(ties_x) * pairs(ties_y) / (2 * n * (n - 1))


def fractional_logit(design: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average marginal effects of a fractional logit (Papke & Wooldridge 1996, section 2).

    Standard errors by the delta method from the sandwich with the n / (n - k) factor.

    Parameters
    ----------
    design : shape (n, k), its intercept first
    share : outcome in [0, 1], shape (n,)

    Returns
    -------
    effects on the share and standard errors, one per column after the intercept, shape (k - 1,)
    each; NaN where the likelihood has no maximum.
    """
    n, k = design.shape
    scale = np.concatenate([[1.0], design[:, 1:].std(axis=0)])
    centre = np.concatenate([[0.0], design[:, 1:].mean(axis=0)])
    columns = (design - centre) / scale
    coef = np.zeros(k)
    for _ in range(100):
        fitted = expit(columns @ coef)
        information = columns.T @ ((fitted * (1 - fitted))[:, None] * columns)
        score = columns.T @ (share - fitted)
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e12:
            return np.full(k - 1, np.nan), np.full(k - 1, np.nan)
        step = np.linalg.solve(information, score)
        coef = coef + step * min(1.0, 5 / max(1e-300, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-12:
            break
    fitted = expit(columns @ coef)
    density = fitted * (1 - fitted)
    meat = columns * (share - fitted)[:, None]
    bread = np.linalg.inv(columns.T @ (density[:, None] * columns))
    covariance = bread @ (meat.T @ meat) @ bread * n / (n - k)
    mean_density = density.mean()
    # d(mean density x coef_j) / d coef: the product rule, with the density's own slope.
    bend = ((density * (1 - 2 * fitted))[:, None] * columns).mean(axis=0)
    jacobian = np.outer(coef[1:], bend)
    jacobian[:, 1:] += mean_density * np.eye(k - 1)
    errors = np.sqrt(np.diag(jacobian @ covariance @ jacobian.T))
    return coef[1:] * mean_density / scale[1:], errors / scale[1:]
