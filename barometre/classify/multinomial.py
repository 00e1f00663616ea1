"""Can n print these percentages, and are counts compatible with shares fixed beforehand?

The exact test sums the probabilities of all outcomes at least as extreme as the one observed
(Read & Cressie 1988, *Goodness-of-Fit Statistics for Discrete Multivariate Data*, ch. 5). It
holds only for classes cut at values fixed before the data were seen; sizes that a rule forces or
that clustering finds are no multinomial counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special, stats

REGION_STEP = 0.005
FAR = 40.0  # chi-square distance beyond which no share keeps a p-value of .05
CHUNK_CELLS = 4_000_000
SLACK = 1e-9
PROBABILITY_SLACK = 1e-7


def outcomes(n: int) -> np.ndarray:
    """All ways to split n units into three classes, shape ((n + 1)(n + 2) / 2, 3)."""
    first, second = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    inside = first + second <= n
    first, second = first[inside], second[inside]
    return np.stack([first, second, n - first - second], axis=1)


def exact_test(
    counts: Sequence[int], shares: Sequence[float], ordering: str = "probability"
) -> float:
    """Exact multinomial p-value of three counts against shares fixed beforehand.

    Parameters
    ----------
    counts : (3,)
    shares : (3,), positive, summing to 1
    ordering : what makes an outcome more extreme: `probability`, `chi2`, `likelihood_ratio` or
        `freeman_tukey`
    """
    observed = np.asarray(counts)
    n = int(observed.sum())
    grid = outcomes(n)
    log_chance = stats.multinomial.logpmf(grid, n, np.asarray(shares, dtype=float))
    expected = n * np.asarray(shares, dtype=float)
    if ordering == "probability":
        at = stats.multinomial.logpmf(observed, n, np.asarray(shares, dtype=float))
        extreme = log_chance <= at + PROBABILITY_SLACK
    else:
        measure = DISTANCES[ordering]
        extreme = measure(grid, expected) >= measure(observed, expected) - SLACK
    return float(min(1.0, np.exp(log_chance[extreme]).sum()))


def confidence_region(counts: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Shares on a grid near the observed ones, and the exact test's p-value of each.

    The test inverted: shares with a p-value above .05 are the 95 % confidence region. Only for
    counts at cuts fixed beforehand.

    Parameters
    ----------
    counts : (3,)

    Returns
    -------
    shares (points, 3), each share a multiple of `REGION_STEP`, and p-values (points,).
    """
    observed = np.asarray(counts)
    n, steps = int(observed.sum()), round(1 / REGION_STEP)
    shares = outcomes(steps)[(outcomes(steps) > 0).all(1)] / steps
    shares = shares[pearson(observed, n * shares) <= FAR]
    grid = outcomes(n)
    constant = special.gammaln(n + 1) - special.gammaln(grid + 1).sum(1)
    at = special.gammaln(n + 1) - special.gammaln(observed + 1).sum()
    p_values = np.empty(len(shares))
    step = max(1, CHUNK_CELLS // len(grid))
    for start in range(0, len(shares), step):
        logs = np.log(shares[start : start + step])
        chance = constant + logs @ grid.T
        extreme = chance <= (at + logs @ observed)[:, None] + PROBABILITY_SLACK
        p_values[start : start + step] = np.where(extreme, np.exp(chance), 0.0).sum(1)
    return shares, np.minimum(p_values, 1.0)


def pearson(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Pearson's chi-square distance of counts (..., classes) from expected counts."""
    return ((counts - expected) ** 2 / expected).sum(-1)


def likelihood_ratio(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Deviance of counts (..., classes) from expected counts."""
    return 2 * special.rel_entr(counts, expected).sum(-1)


def freeman_tukey(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Freeman and Tukey's distance of counts (..., classes) from expected counts."""
    return ((np.sqrt(counts) + np.sqrt(counts + 1) - np.sqrt(4 * expected + 1)) ** 2).sum(-1)


DISTANCES = {
    "chi2": pearson,
    "likelihood_ratio": likelihood_ratio,
    "freeman_tukey": freeman_tukey,
}


def clopper_pearson(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact binomial interval of a share (Clopper & Pearson 1934)."""
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(stats.beta.ppf(tail, count, n - count + 1))
    high = 1.0 if count == n else float(stats.beta.ppf(1 - tail, count + 1, n - count))
    return low, high


def printable(n: int, shares: Sequence[float]) -> tuple[str, np.ndarray]:
    """How counts out of n can print `shares` as percentages, and the counts that do.

    The idea is the GRIM test's (Brown & Heathers 2017, *Social Psychological and Personality
    Science* 8/4). Percentages with decimals are compared at their own number of decimals.

    Returns
    -------
    `unit`, `truncation`, `nearest five` or `no` (the finest that works), and the splits
    (ways, 3) in the order of `shares`, none for `no`.
    """
    percent = 100 * np.asarray(shares, dtype=float)
    grid = outcomes(n)
    found = 100 * grid / n
    unit = 10.0 ** -_decimals(percent)
    ways = {
        "unit": np.floor(found / unit + 0.5 + SLACK) == np.round(percent / unit),
        "truncation": np.floor(found / unit + SLACK) == np.round(percent / unit),
        "nearest five": (np.abs(found - percent) <= 2.5 + SLACK)
        & (np.abs(percent / 5 - np.round(percent / 5)) < SLACK),
    }
    for way, agrees in ways.items():
        if agrees.all(-1).any():
            return way, grid[agrees.all(-1)]
    return "no", grid[:0]


def _decimals(percent: np.ndarray) -> int:
    return next((places for places in (0, 1) if np.allclose(percent, np.round(percent, places))), 2)
