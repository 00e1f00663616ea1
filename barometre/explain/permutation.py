"""Permutation tests of one slope: all permutations where they can be counted, else draws.

Without covariates the outcome is permuted against the predictor; with covariates the residuals
of the reduced model are (Freedman & Lane 1983; Winkler et al. 2014, section 2). The statistic is
studentised by HC3, so that the test keeps its size in large samples when variances differ
(DiCiccio & Romano 2017, section 3). Exact only without covariates and with exchangeable errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np

from barometre.explain.permutation_forms import (
    TIE,
    Ratio,
    all_sums,
    at_least,
    forms,
    observed_parts,
    scaled,
)

ENUMERATED_UNITS = 12
ENUMERATED_DATES = 8
CHUNK = 2_000_000
# Numbers in a block of drawn permutations: what a processor's cache holds.
BLOCK = 200_000


@dataclass(frozen=True)
class Permutation:
    """Result of a permutation test and what was permuted.

    Attributes
    ----------
    p_value : share of statistics at least as large as the observed one
    count : permutations looked at
    enumerated : whether they are all there are
    unit : "units", or the column whose distinct values were permuted
    distinct : how many units or distinct values were permuted
    statistic : "HC3-studentised", "t", "slope" or "|r|"
    scheme : "" or how covariates are held, e.g. "Freedman-Lane"
    """

    p_value: float
    count: int
    enumerated: bool
    unit: str
    distinct: int
    statistic: str
    scheme: str = ""

    def text(self) -> str:
        """One line for the table, read back by `from_text`."""
        how = "enumerated" if self.enumerated else "drawn"
        parts = [f"{self.distinct} {self.unit}", f"{self.count} {how}", self.statistic]
        return ", ".join([*parts, self.scheme] if self.scheme else parts)


def from_text(text: str, p_value: float = float("nan")) -> Permutation:
    """The `Permutation` that `text()` describes."""
    moved, looked, statistic, *scheme = text.split(", ")
    distinct, unit = moved.split(" ", 1)
    count, how = looked.split(" ")
    return Permutation(
        p_value, int(count), how == "enumerated", unit, int(distinct), statistic, "".join(scheme)
    )


def permute_units(
    y: np.ndarray,
    x: np.ndarray,
    controls: np.ndarray,
    draws: int,
    rng: np.random.Generator,
    statistic: str = "HC3-studentised",
    enumerate_up_to: int = ENUMERATED_UNITS,
) -> Permutation:
    """Two-sided permutation test of the slope of `x` in y ~ 1 + x + controls.

    All n! permutations up to n = 12, else `draws` of them with p = (b + 1) / (B + 1)
    (Phipson & Smyth 2010).

    Parameters
    ----------
    y, x : shape (n,)
    controls : shape (n, m), without intercept; m may be 0
    statistic : "HC3-studentised", "t" (classical) or "slope"
    enumerate_up_to : n up to which all permutations are looked at
    """
    several = [forms(y, x, controls, statistic)]
    scheme = "Freedman-Lane" if controls.shape[1] else ""
    return _tests(several, y.size, draws, rng, statistic, scheme, enumerate_up_to)[0]


def permute_terms(
    y: np.ndarray,
    terms: np.ndarray,
    draws: int,
    rng: np.random.Generator,
    statistic: str = "HC3-studentised",
    enumerate_up_to: int = ENUMERATED_UNITS,
) -> list[Permutation]:
    """`permute_units` of each column of `terms` beside the others, all on the same permutations.

    Parameters
    ----------
    y : shape (n,)
    terms : shape (n, k), without intercept
    """
    several = [
        forms(y, terms[:, place], np.delete(terms, place, axis=1), statistic)
        for place in range(terms.shape[1])
    ]
    scheme = "Freedman-Lane" if terms.shape[1] > 1 else ""
    return _tests(several, y.size, draws, rng, statistic, scheme, enumerate_up_to)


def _tests(
    several: list[tuple[Ratio, np.ndarray]],
    n: int,
    draws: int,
    rng: np.random.Generator,
    statistic: str,
    scheme: str,
    enumerate_up_to: int,
) -> list[Permutation]:
    observed = [observed_parts(ratio, residuals) for ratio, residuals in several]
    hits = [0] * len(several)
    if n <= enumerate_up_to:
        for place, (ratio, residuals) in enumerate(several):
            hits[place] = sum(
                at_least(ratio.parts(sums, squares), observed[place])
                for sums, squares in all_sums(ratio, residuals)
            )
        count = factorial(n)
        return [Permutation(b / count, count, True, "units", n, statistic, scheme) for b in hits]
    left = draws
    while left:
        size = min(left, max(1, BLOCK // n))
        orders = shuffles(size, n, rng)
        for place, (ratio, residuals) in enumerate(several):
            drawn = residuals[orders]
            sums, squares = (drawn @ ratio.linear).T, drawn**2 @ ratio.square
            hits[place] += at_least(ratio.parts(sums, squares), observed[place])
        left -= size
    return [
        Permutation((b + 1) / (draws + 1), draws, False, "units", n, statistic, scheme)
        for b in hits
    ]


def shuffles(size: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Independent uniform permutations of 0..n-1, shape (size, n).

    Up to 64 units: 26 random bits above the six of the place, sorted; a row with a tie among the
    random bits is drawn again.
    """
    places = np.arange(n)
    if n > 64:
        return rng.permuted(np.broadcast_to(places, (size, n)), axis=1)
    keys = rng.integers(0, 2**32, size=(size, n), dtype=np.uint32) & ~np.uint32(63)
    keys |= places.astype(np.uint32)
    keys.sort(axis=1)
    high = keys >> np.uint32(6)
    orders = (keys & np.uint32(63)).astype(np.intp)
    for tied in np.flatnonzero((high[:, 1:] == high[:, :-1]).any(axis=1)):
        orders[tied] = rng.permutation(n)
    return orders


def permute_dates(
    y: np.ndarray,
    x: np.ndarray,
    groups: np.ndarray,
    controls: np.ndarray,
    unit: str,
    draws: int,
    rng: np.random.Generator,
    enumerate_up_to: int = ENUMERATED_DATES,
) -> Permutation:
    """Permutation of the distinct values that units share (dates of status), statistic |r|.

    A date is given to all the units that share one, so its spread changes with the
    permutation: the correlation, not the slope, is compared. With covariates it is the partial
    correlation (the predictor is permuted, Draper & Stoneman 1966).

    Parameters
    ----------
    y, x : shape (n,)
    groups : what units share, shape (n,); x must be constant within a group
    controls : shape (n, m), without intercept
    unit : name of the column that holds the groups
    enumerate_up_to : number of distinct values up to which all permutations are looked at

    Raises
    ------
    ValueError : x differs within a group.
    """
    _, first, codes = np.unique(groups, return_index=True, return_inverse=True)
    values = x[first]
    if not np.allclose(values[codes], x, rtol=0, atol=1e-9):
        raise ValueError("the predictor differs between units of one group")
    reduced, _ = np.linalg.qr(np.column_stack([np.ones(y.size), scaled(controls)]))
    residuals = y - reduced @ (reduced.T @ y)

    def squared(rows: np.ndarray) -> np.ndarray:
        moved = rows[:, codes]
        moved = moved - (moved @ reduced) @ reduced.T
        size = (moved**2).sum(axis=1)
        ratio = np.zeros(size.size)
        return np.divide((moved @ residuals) ** 2, size, out=ratio, where=size > 1e-12)

    k = values.size
    least = squared(values[None, :])[0] * (1 - TIE)
    scheme = "Draper-Stoneman" if controls.shape[1] else ""
    enumerated = k <= enumerate_up_to
    hits, count, step = 0, 0, max(1, CHUNK // y.size)
    if enumerated:
        orders = np.array(list(permutations(range(k))), dtype=int)
        for start in range(0, len(orders), step):
            hits += int(np.count_nonzero(squared(values[orders[start : start + step]]) >= least))
        count = len(orders)
        return Permutation(hits / count, count, True, unit, k, "|r|", scheme)
    while count < draws:
        size = min(step, draws - count)
        drawn = rng.permuted(np.broadcast_to(values, (size, k)), axis=1)
        hits += int(np.count_nonzero(squared(drawn) >= least))
        count += size
    return Permutation((hits + 1) / (draws + 1), draws, False, unit, k, "|r|", scheme)
