"""Internal consistency of a set of items: alpha and its intervals, lambda-2 and -4, item by item.

Everything is computed from complete answers (units, items) or from their covariance.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

BOOTSTRAP = 2000
CHUNK = 100
# With this many units or more the intervals of resampling are bootstrap, below jackknife.
MANY_UNITS = 100
# A correlation matrix of a larger condition number counts as singular.
SINGULAR = 1e10


def alpha(covariance: np.ndarray) -> float:
    """Cronbach's alpha (1951, *Psychometrika* 16) of items with this covariance (items, items)."""
    variances, total = np.diag(covariance), covariance.sum()
    return float(_alpha(variances, np.asarray(total)))


def _alpha(variances: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Alpha from the variances of the items (..., items) and of their sum (...)."""
    k = variances.shape[-1]
    share = np.divide(
        variances.sum(-1), total, out=np.full(np.shape(total), np.nan), where=total > 0
    )
    return k / (k - 1) * (1 - share)


def feldt(value: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of alpha (Feldt, Woodruff & Salih 1987, *Applied Psychological Measurement* 11)."""
    from scipy import stats

    tail = (1 - level) / 2
    df = n - 1, (n - 1) * (k - 1)
    return (
        1 - (1 - value) * float(stats.f.ppf(1 - tail, *df)),
        1 - (1 - value) * float(stats.f.ppf(tail, *df)),
    )


def duhachek(covariance: np.ndarray, n: int) -> tuple[float, float]:
    """Normal interval of alpha without equal covariances (Duhachek & Iacobucci 2004, *JAP* 89)."""
    k = len(covariance)
    total, trace = covariance.sum(), np.trace(covariance)
    squared = covariance @ covariance
    spread = total * (np.trace(squared) + trace**2) - 2 * trace * squared.sum()
    half = 1.96 * np.sqrt(2 * k**2 / ((k - 1) ** 2 * total**3) * spread / n)
    value = alpha(covariance)
    return float(value - half), float(value + half)


def resampled(scores: np.ndarray, rng: np.random.Generator) -> tuple[float, float, str]:
    """95 % interval of alpha by resampling units, and how: "bootstrap" or "jackknife"."""
    if len(scores) >= MANY_UNITS:
        return *bootstrap(scores, rng), "bootstrap"
    return *jackknife(scores), "jackknife"


def bootstrap(
    scores: np.ndarray, rng: np.random.Generator, draws: int = BOOTSTRAP
) -> tuple[float, float]:
    """Percentile interval of alpha over resampled units (units, items)."""
    n = len(scores)
    columns = np.column_stack([scores, scores.sum(1)])
    columns = columns - columns.mean(0)
    both = np.column_stack([columns, columns**2])
    found = []
    for start in range(0, draws, CHUNK):
        count = rng.multinomial(n, np.full(n, 1 / n), size=min(CHUNK, draws - start))
        mean, square = np.split(count @ both / n, 2, axis=1)
        variance = square - mean**2
        found.append(_alpha(variance[:, :-1], variance[:, -1]))
    low, high = np.nanquantile(np.concatenate(found), [0.025, 0.975])
    return float(low), float(high)


def jackknife(scores: np.ndarray) -> tuple[float, float]:
    """t interval of alpha over pseudo-values of log(1 - alpha), each leaving one unit out.

    Miller (1974, *Biometrika* 61); the logarithm makes the distribution nearly symmetric.
    NaN where leaving a unit out makes alpha 1 or unknown.
    """
    from scipy import stats

    n = len(scores)
    columns = np.column_stack([scores, scores.sum(1)])
    deviation = columns - columns.mean(0)
    squares = (deviation**2).sum(0)
    variances = np.vstack([squares / (n - 1), (squares - n / (n - 1) * deviation**2) / (n - 2)])
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(1 - _alpha(variances[:, :-1], variances[:, -1]))
    pseudo = n * log[0] - (n - 1) * log[1:]
    if not np.isfinite(pseudo).all():
        return float("nan"), float("nan")
    half = float(stats.t.ppf(0.975, n - 1)) * pseudo.std(ddof=1) / np.sqrt(n)
    return float(1 - np.exp(pseudo.mean() + half)), float(1 - np.exp(pseudo.mean() - half))


def lambda2(covariance: np.ndarray) -> float:
    """Guttman's lambda-2 (1945, *Psychometrika* 10), a lower bound no lower than alpha."""
    k, total = len(covariance), covariance.sum()
    between = covariance - np.diag(np.diag(covariance))
    found = between.sum() + np.sqrt(k / (k - 1) * (between**2).sum())
    return float(found / total) if total > 0 else float("nan")


def lambda4(covariance: np.ndarray) -> float:
    """Guttman's lambda-4: the highest reliability over all splits in two halves.

    A maximum over many splits lies too high in small samples (docs/validation.md), so it is
    compared and not printed.
    """
    return float(split_halves(covariance).max())


def split_halves(covariance: np.ndarray) -> np.ndarray:
    """Reliability by each split in two halves; those of an odd number of items differ by one."""
    k = len(covariance)
    halves = np.array([np.isin(range(k), half) for half in combinations(range(k), k // 2)])
    return 4 * np.einsum("hi,ij,hj->h", halves, covariance, ~halves) / covariance.sum()


def item_rest(covariance: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others; NaN where either does not vary."""
    variance = np.diag(covariance)
    rest = covariance.sum(1) - variance
    spread = np.sqrt(variance * (covariance.sum() - variance - 2 * rest).clip(0))
    return np.divide(rest, spread, out=np.full(len(rest), np.nan), where=spread > 1e-12)


def alpha_if_dropped(covariance: np.ndarray) -> np.ndarray:
    """Alpha of the other items, for each item; NaN where fewer than two would be left."""
    k = len(covariance)
    if k < 3:
        return np.full(k, np.nan)
    others = [np.delete(np.arange(k), item) for item in range(k)]
    return np.array([alpha(covariance[np.ix_(kept, kept)]) for kept in others])


def kmo(correlation: np.ndarray) -> float:
    """Kaiser's (1970, *Psychometrika* 35) measure of sampling adequacy of a regular matrix.

    Squared correlations beside squared partial correlations: near 1 where items share something,
    .5 where pairs only do.
    """
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    apart = ~np.eye(len(correlation), dtype=bool)
    shared = (correlation[apart] ** 2).sum()
    return float(shared / (shared + ((inverse / np.outer(scale, scale))[apart] ** 2).sum()))


def bartlett(correlation: np.ndarray, n: int) -> tuple[float, int, float]:
    """Chi-square, df and p of Bartlett's (1950, *BJSP* 3) test that no two items go together."""
    from scipy import stats

    k = len(correlation)
    value = -np.linalg.slogdet(correlation)[1] * (n - 1 - (2 * k + 5) / 6)
    df = k * (k - 1) // 2
    return float(value), df, float(stats.chi2.sf(value, df))
