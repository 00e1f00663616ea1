"""Permutation tests of one slope: all permutations where they can be counted, else draws.

Without covariates the outcome is permuted against the predictor; with covariates the residuals
of the reduced model are (Freedman & Lane 1983; Winkler et al. 2014, section 2). The statistic is
studentised by HC3, so that the test keeps its size in large samples when variances differ
(DiCiccio & Romano 2017, section 3). Exact only without covariates and with exchangeable errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from math import factorial

import numpy as np

ENUMERATED_UNITS = 12
ENUMERATED_DATES = 8
CHUNK = 2_000_000
# Sums taken in another order differ in their last bits; equal statistics must count as equal.
TIE = 1e-9


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


@dataclass(frozen=True)
class _Ratio:
    """The squared statistic as a ratio of forms of the permuted residuals.

    linear : positions x forms, applied to the residuals; the first half projects on the basis
        (the predictor last), the second half weighs the same (only for HC3)
    square : position weights applied to the squared residuals (only for HC3)
    gram : basis' W basis (only for HC3)
    total : sum of squared residuals
    """

    linear: np.ndarray
    square: np.ndarray
    gram: np.ndarray
    total: float
    kind: str

    def parts(self, sums: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numerator and denominator, from form sums (forms, ...) and square sums (...)."""
        rank = self.gram.shape[0]
        projections = sums[:rank]
        top = projections[-1] ** 2
        if self.kind == "slope":
            return top, np.ones_like(top)
        if self.kind == "t":
            return top, self.total - (projections**2).sum(axis=0)
        bottom = squares.copy()
        for first in range(rank):
            inner = -2 * sums[rank + first]
            for second in range(rank):
                inner += self.gram[first, second] * projections[second]
            bottom += projections[first] * inner
        return top, bottom


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
    n = y.size
    scheme = "Freedman-Lane" if controls.shape[1] else ""
    ratio, residuals = _forms(y, x, controls, statistic)
    observed = _observed(ratio, residuals)
    if n <= enumerate_up_to:
        hits = sum(
            _at_least(ratio.parts(sums, squares), observed)
            for sums, squares in _all_sums(ratio, residuals)
        )
        count = factorial(n)
        return Permutation(hits / count, count, True, "units", n, statistic, scheme)
    hits, left = 0, draws
    while left:
        size = min(left, max(1, CHUNK // n))
        drawn = rng.permuted(np.broadcast_to(residuals, (size, n)), axis=1)
        hits += _at_least(ratio.parts((drawn @ ratio.linear).T, drawn**2 @ ratio.square), observed)
        left -= size
    return Permutation((hits + 1) / (draws + 1), draws, False, "units", n, statistic, scheme)


def _forms(
    y: np.ndarray, x: np.ndarray, controls: np.ndarray, statistic: str
) -> tuple[_Ratio, np.ndarray]:
    n = y.size
    reduced, _ = np.linalg.qr(np.column_stack([np.ones(n), _scaled(controls)]))
    own = x - reduced @ (reduced.T @ x)
    own -= reduced @ (reduced.T @ own)
    own /= np.sqrt(own @ own)
    residuals = y - reduced @ (reduced.T @ y)
    # The constant is left out of the forms: residuals sum to zero in any order.
    basis = np.column_stack([reduced[:, 1:], own])
    room = 1 - (basis**2).sum(axis=1) - 1 / n
    weights = np.where(room > 1e-10, own**2 / np.maximum(room, 1e-10) ** 2, 0.0)
    kind = {"HC3-studentised": "hc3", "t": "t", "slope": "slope"}[statistic]
    linear = np.hstack([basis, weights[:, None] * basis]) if kind == "hc3" else basis
    gram = basis.T @ (weights[:, None] * basis)
    return _Ratio(linear, weights, gram, float(residuals @ residuals), kind), residuals


def _scaled(controls: np.ndarray) -> np.ndarray:
    if not controls.shape[1]:
        return controls
    centred = controls - controls.mean(axis=0)
    return centred / np.sqrt((centred**2).sum(axis=0))


def _observed(ratio: _Ratio, residuals: np.ndarray) -> tuple[float, float]:
    top, bottom = ratio.parts(ratio.linear.T @ residuals, np.asarray(ratio.square @ residuals**2))
    return float(top), float(bottom)


def _at_least(parts: tuple[np.ndarray, np.ndarray], observed: tuple[float, float]) -> int:
    top, bottom = parts
    return int(np.count_nonzero(top * observed[1] >= observed[0] * (1 - TIE) * bottom))


def _all_sums(ratio: _Ratio, residuals: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Form sums of all n! permutations, in blocks.

    Which residuals go to the first half of the places is chosen; within each half every
    arrangement is summed once, and all pairs of halves are added. For n = 10 that is 252 blocks
    of 120 x 120 instead of 3.6 million rows of ten.
    """
    n = residuals.size
    half = n // 2
    first = np.array(list(permutations(range(half))), dtype=int).reshape(-1, half)
    second = np.array(list(permutations(range(n - half))), dtype=int)
    everyone = set(range(n))
    for chosen in combinations(range(n), half):
        left = residuals[list(chosen)][first]
        right = residuals[sorted(everyone - set(chosen))][second]
        sums = (left @ ratio.linear[:half]).T[:, :, None] + (right @ ratio.linear[half:]).T[:, None]
        squares = (left**2 @ ratio.square[:half])[:, None] + right**2 @ ratio.square[half:]
        yield sums, squares


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
    reduced, _ = np.linalg.qr(np.column_stack([np.ones(y.size), _scaled(controls)]))
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
