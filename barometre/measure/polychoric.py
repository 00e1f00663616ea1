"""Polychoric correlations: of the normal variables behind answers on ordered levels.

Two steps (Olsson 1979, *Psychometrika* 44, section 4): thresholds from the margins, then the
correlation of each pair by maximum likelihood given them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import combinations

import numpy as np

NODES = 64
# Correlations stay below this: the likelihood of a table without contradictions has no maximum.
MOST = 0.9999


@dataclass(frozen=True)
class Polychoric:
    """Thresholds of each item and the steps in score at them, correlations (items, items), and
    the sampling variance of each, NaN on the diagonal."""

    thresholds: list[np.ndarray]
    steps: list[np.ndarray]
    correlation: np.ndarray
    variance: np.ndarray


def bivariate_normal(h: np.ndarray, k: np.ndarray, r: np.ndarray | float) -> np.ndarray:
    """P(X <= h, Y <= k) of standard normal variables with correlation r.

    Integral of the density over the correlation from 0 to r (Plackett 1954, *Biometrika* 41), by
    Gauss-Legendre in its angle; h and k may be infinite.
    """
    from scipy import special

    h, k = np.clip(h, -40, 40), np.clip(k, -40, 40)
    nodes, weights = _nodes()
    half = np.arcsin(np.asarray(r, float))[..., None] / 2
    sine, cosine = np.sin(half * (nodes + 1)), np.cos(half * (nodes + 1))
    h_, k_ = h[..., None], k[..., None]
    density = np.exp(-(h_**2 + k_**2 - 2 * h_ * k_ * sine) / (2 * cosine**2))
    area = (density * weights * half).sum(-1) / (2 * np.pi)
    return special.ndtr(h) * special.ndtr(k) + area


@functools.cache
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(NODES)


def polychoric(scores: np.ndarray) -> Polychoric:
    """Polychoric correlations of complete answers (units, items), each of which varies.

    An item's distinct values are its levels, in their order.
    """
    k = scores.shape[1]
    levels, codes = zip(
        *(np.unique(column, return_inverse=True) for column in scores.T), strict=True
    )
    thresholds = [_thresholds(code) for code in codes]
    correlation = np.eye(k)
    variance = np.full((k, k), np.nan)
    for i, j in combinations(range(k), 2):
        table = np.zeros((len(thresholds[i]) + 1, len(thresholds[j]) + 1))
        np.add.at(table, (codes[i], codes[j]), 1)
        r = _most_likely(table, thresholds[i], thresholds[j])
        correlation[i, j] = correlation[j, i] = r
        variance[i, j] = variance[j, i] = _variance(table, thresholds[i], thresholds[j], r)
    return Polychoric(thresholds, [np.diff(level) for level in levels], correlation, variance)


def _thresholds(code: np.ndarray) -> np.ndarray:
    from scipy import special

    return special.ndtri(np.cumsum(np.bincount(code))[:-1] / len(code))


def _grid(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the cells: thresholds between minus and plus infinity."""
    rows, columns = (np.concatenate([[-np.inf], t, [np.inf]]) for t in (a, b))
    h, k = np.broadcast_arrays(rows[:, None], columns[None, :])
    return h, k


def _cells(corners: np.ndarray) -> np.ndarray:
    return np.diff(np.diff(corners, axis=0), axis=1)


def _most_likely(table: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    from scipy import optimize

    h, k = _grid(a, b)

    def misfit(r: float) -> float:
        chance = _cells(bivariate_normal(h, k, r)).clip(1e-300)
        return -float((table * np.log(chance)).sum())

    found = optimize.minimize_scalar(
        misfit, bounds=(-MOST, MOST), method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x)


def _density(h: np.ndarray, k: np.ndarray, r: float) -> np.ndarray:
    """Bivariate normal density, 0 at infinity."""
    h, k = np.clip(h, -40, 40), np.clip(k, -40, 40)
    power = (h**2 + k**2 - 2 * h * k * r) / (2 * (1 - r**2))
    return np.exp(-power) / (2 * np.pi * np.sqrt(1 - r**2))


def _variance(table: np.ndarray, a: np.ndarray, b: np.ndarray, r: float) -> float:
    """Variance of the correlation, thresholds estimated too (Muthen 1984, *Psychometrika* 49).

    A unit's influence on it is its score in that cell less what the thresholds' scores explain.
    """
    h, k = _grid(a, b)
    chance = _cells(bivariate_normal(h, k, r)).clip(1e-12)
    score = _cells(_density(h, k, r)) / chance
    influence = score.copy()
    for axis, own in ((0, a), (1, b)):
        joint = _threshold_scores(own, (b, a)[axis], r, axis)
        alone = _margin_scores(own)
        margin = table.sum(1 - axis)
        cross = np.einsum("ab,ab,abt->t", table, score, joint)
        information = np.einsum("l,ls,lt->st", margin, alone, alone)
        explained = alone @ np.linalg.lstsq(information, cross, rcond=None)[0]
        influence -= explained[:, None] if axis == 0 else explained[None, :]
    return float((table * influence**2).sum() / (table * score**2).sum() ** 2)


def _margin_scores(thresholds: np.ndarray) -> np.ndarray:
    """Score of each threshold in each level of its item, (levels, thresholds)."""
    from scipy import special

    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    chance = np.diff(special.ndtr(edges))
    density = np.exp(-(thresholds**2) / 2) / np.sqrt(2 * np.pi)
    return _sides(len(thresholds)) * density / chance[:, None]


def _sides(n_thresholds: int) -> np.ndarray:
    """1 where a threshold is the upper end of a level, -1 where it is the lower end."""
    return np.eye(n_thresholds + 1, n_thresholds) - np.eye(n_thresholds + 1, n_thresholds, -1)


def _threshold_scores(own: np.ndarray, other: np.ndarray, r: float, axis: int) -> np.ndarray:
    """Score of each threshold of one item in each cell of the pair, (rows, columns, thresholds)."""
    from scipy import special

    h, k = _grid(own, other)
    chance = _cells(bivariate_normal(h, k, r)).clip(1e-12)
    edges = np.clip(np.concatenate([[-np.inf], other, [np.inf]]), -40, 40)
    given = special.ndtr((edges[None, :] - r * own[:, None]) / np.sqrt(1 - r**2))
    density = np.exp(-(own**2) / 2) / np.sqrt(2 * np.pi)
    slope = density[:, None] * np.diff(given, axis=1)
    scores = _sides(len(own))[:, None, :] * slope.T[None, :, :] / chance[:, :, None]
    return scores if axis == 0 else scores.transpose(1, 0, 2)
