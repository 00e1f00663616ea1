"""Kendall's W of rankings with ties, and its p-value by permutation within units."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np

DRAWS = 9999
LARGEST = 2_000_000  # numbers in one step of the exact distribution: about a second in all
CELLS = 5_000_000


def kendalls_w(ranks: np.ndarray) -> float:
    """Agreement of the units, from 0 (none) to 1 (all rank alike), corrected for ties.

    Parameters
    ----------
    ranks : mean ranks for ties, shape (units, options), nothing missing

    Returns
    -------
    12 S / (n^2 (m^3 - m) - n sum T), S the squared deviations of the rank sums, T the sum of
    t^3 - t over a unit's ties; NaN below two units or two options, or where all is tied.

    Notes
    -----
    Kendall, M. G. (1948), Rank Correlation Methods, chapter 6.
    """
    units, options = ranks.shape
    if units < 2 or options < 2:
        return float("nan")
    tied = (ranks[:, :, None] == ranks[:, None, :]).sum(axis=2)
    ties = (tied.astype(float) ** 2 - 1).sum()  # each of t tied options adds t^2 - 1
    widest = units**2 * (options**3 - options) - units * ties
    return float(np.clip(12 * _spread(ranks.sum(axis=0)) / widest, 0, 1)) if widest else np.nan


def permutation_p(ranks: np.ndarray, random: np.random.Generator, draws: int = DRAWS) -> float:
    """P-value of W when every order of a unit's own ranks is as likely as any other.

    Exact where the distribution of the rank sums can be listed, else (1 + hits) / (1 + draws)
    with `draws` random orders (Phipson and Smyth 2010, SAGMB 9, article 39).
    """
    units, options = ranks.shape
    if np.isnan(kendalls_w(ranks)):
        return float("nan")
    exact = exact_p(ranks)
    if exact is not None:
        return exact
    observed = _spread(ranks.sum(axis=0))
    hits = 0
    step = max(1, CELLS // ranks.size)
    for start in range(0, draws, step):
        size = min(step, draws - start)
        orders = random.permuted(np.broadcast_to(ranks, (size, units, options)), axis=2)
        hits += int((_spread(orders.sum(axis=1)) >= observed - 1e-9).sum())
    return (1 + hits) / (1 + draws)


def exact_p(ranks: np.ndarray, largest: int = LARGEST) -> float | None:
    """Exact p-value of W, or None where its distribution is too large to list.

    Rank sums are added up unit by unit. They are exchangeable under the null, so that sums which
    differ in their order only are one case: 10 units and 4 options have 24^10 orders but only
    some hundreds of cases.
    """
    options = ranks.shape[1]
    if factorial(options) > 5040:
        return None
    doubled = np.rint(2 * ranks).astype(np.int64)  # mean ranks are halves: integers add exactly
    sums = np.zeros((1, options), dtype=np.int64)
    chance = np.ones(1)
    for row in np.sort(doubled, axis=1):
        orders = np.array(sorted(set(permutations(row.tolist()))), dtype=np.int64)
        if len(sums) * len(orders) > largest // options:
            return None
        added = np.sort((sums[:, None, :] + orders[None, :, :]).reshape(-1, options), axis=1)
        weights = np.repeat(chance / len(orders), len(orders))
        sums, chance = _merged(added, weights)
    observed = _spread(doubled.sum(axis=0).astype(float))
    return float(min(1.0, chance[_spread(sums.astype(float)) >= observed - 1e-6].sum()))


def _merged(sums: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Equal rows of `sums` once, with the total of their chances."""
    order = np.lexsort(sums.T)
    sums, chance = sums[order], chance[order]
    first = np.r_[True, (sums[1:] != sums[:-1]).any(axis=1)]
    return sums[first], np.add.reduceat(chance, np.flatnonzero(first))


def _spread(sums: np.ndarray) -> np.ndarray:
    """Squared deviations of rank sums from their mean, over the last axis."""
    return ((sums - sums.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
