"""The statistic of a permutation test as forms that are linear in the permuted residuals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

# Sums taken in another order differ in their last bits; equal statistics must count as equal.
TIE = 1e-9


@dataclass(frozen=True)
class Ratio:
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


def forms(
    y: np.ndarray, x: np.ndarray, controls: np.ndarray, statistic: str
) -> tuple[Ratio, np.ndarray]:
    n = y.size
    reduced, _ = np.linalg.qr(np.column_stack([np.ones(n), scaled(controls)]))
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
    return Ratio(linear, weights, gram, float(residuals @ residuals), kind), residuals


def scaled(controls: np.ndarray) -> np.ndarray:
    if not controls.shape[1]:
        return controls
    centred = controls - controls.mean(axis=0)
    return centred / np.sqrt((centred**2).sum(axis=0))


def observed_parts(ratio: Ratio, residuals: np.ndarray) -> tuple[float, float]:
    top, bottom = ratio.parts(ratio.linear.T @ residuals, np.asarray(ratio.square @ residuals**2))
    return float(top), float(bottom)


def at_least(parts: tuple[np.ndarray, np.ndarray], observed: tuple[float, float]) -> int:
    top, bottom = parts
    return int(np.count_nonzero(top * observed[1] >= observed[0] * (1 - TIE) * bottom))


def all_sums(ratio: Ratio, residuals: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
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
