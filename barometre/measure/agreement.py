"""Agreement of two orders or two groupings of the same units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd

Z = float(stats.norm.ppf(0.975))


def spearman(ours: pd.Series, theirs: pd.Series) -> tuple[float, float, float, int, str, str]:
    """Spearman's correlation with its 95 % interval, n and what was done (English, French).

    Interval on Fisher's scale with the variance (1 + r^2 / 2) / (n - 3) of Bonett & Wright
    (2000, *Psychometrika* 65, 23-28); units with a gap on either side are left out.
    """
    both = ours.notna() & theirs.notna()
    n = int(both.sum())
    r = float(stats.spearmanr(ours[both].astype(float), theirs[both].astype(float)).statistic)
    low, high = fisher(r, n)
    return (
        r,
        low,
        high,
        n,
        "our index and the official score; interval of Bonett and Wright (2000), units taken as "
        "draws of a process",
        "notre indice et le score officiel ; intervalle de Bonett et Wright (2000), les unités "
        "vues comme tirages d'un processus",
    )


def fisher(r: float, n: int) -> tuple[float, float]:
    """95 % interval of a rank correlation; the ends are NaN below n = 4 or at r = +-1."""
    if n < 4 or abs(r) >= 1:
        return float("nan"), float("nan")
    half = Z * np.sqrt((1 + r**2 / 2) / (n - 3))
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def weighted_kappa(ours: np.ndarray, theirs: np.ndarray, k: int) -> float:
    """Cohen's (1968, *Psychological Bulletin* 70) kappa with quadratic weights.

    Parameters
    ----------
    ours, theirs : codes 0 .. k-1 of the ordered groups, shape (..., units)
    """
    distance = (np.arange(k)[:, None] - np.arange(k)) ** 2 / (k - 1) ** 2
    seen = distance[ours, theirs].mean(-1)
    margins = [(codes[..., None] == np.arange(k)).mean(-2) for codes in (ours, theirs)]
    expected = np.einsum("...i,ij,...j->...", margins[0], distance, margins[1])
    # NaN where all units are in one group on both sides.
    return 1 - np.divide(seen, expected, out=np.full(seen.shape, np.nan), where=expected > 0)


def bootstrap_kappa(
    ours: np.ndarray, theirs: np.ndarray, k: int, rng: np.random.Generator, draws: int = 2000
) -> tuple[float, float]:
    """Percentile 95 % interval of `weighted_kappa` over resampled units."""
    picked = rng.integers(0, ours.size, size=(draws, ours.size))
    low, high = np.nanquantile(weighted_kappa(ours[picked], theirs[picked], k), [0.025, 0.975])
    return float(low), float(high)
