"""Least squares of many specifications at once: slope, HC2 error, Bell-McCaffrey df.

The same numbers as `ols.fit` one by one (tests hold the two together): each specification is a
row of arrays in which the units it leaves out are zero, and its columns are made orthogonal by
modified Gram-Schmidt, twice (Bjorck 1996, *Numerical Methods for Least Squares Problems*, 2.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from barometre.explain.ols import NO_ROOM

# Numbers in a block of specifications: what a processor's cache holds.
BLOCK = 16_000


@dataclass(frozen=True)
class Slopes:
    """Of each specification, shape (s,); NaN where it cannot be fitted."""

    estimate: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray


def slopes(x: np.ndarray, y: np.ndarray, controls: np.ndarray, kept: np.ndarray) -> Slopes:
    """Slopes of y per standard deviation of x, with an intercept and the same controls.

    Parameters
    ----------
    x : predictor of each specification, shape (s, n); what is not `kept` is ignored
    y : shape (n,)
    controls : shape (n, c)
    kept : units of each specification, shape (s, n)
    """
    step = max(1, BLOCK // max(1, y.size))
    blocks = [
        _block(x[first : first + step], y, controls, kept[first : first + step])
        for first in range(0, len(x), step)
    ]
    return Slopes(*np.hstack(blocks)) if blocks else Slopes(*np.empty((6, 0)))


def _block(x: np.ndarray, y: np.ndarray, controls: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Fields of `Slopes` of some specifications, shape (6, s)."""
    n = kept.sum(axis=1)
    width = 2 + controls.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        first = kept / np.sqrt(n)[:, None]
        outcome = np.where(kept, y, 0.0)
        own = np.where(kept, x, 0.0)
        raw = _squared(own)
        own = _free(own, [first])
        before = _squared(own)
        varies = before > 1e-18 * raw
        own /= np.sqrt(before / (n - 1))[:, None]
        basis = [first]
        for column in controls.T:
            free = _free(np.where(kept, column, 0.0), basis)
            basis.append(free / np.sqrt(_squared(free))[:, None])
        own = _free(own, basis[1:]) if len(basis) > 1 else own
        size = _squared(own)
        estimable = varies & (size > 1e-18 * (n - 1)) & (n > width)
        basis.append(own / np.sqrt(size)[:, None])
        estimate = np.einsum("sn,sn->s", own, outcome) / size
        stacked = np.stack(basis, axis=1)
        residual = _free(outcome, basis)
        leverage = np.einsum("skn,skn->sn", stacked, stacked)
        room = np.where(kept, 1 - leverage, 1.0)
        weight = np.where(room > NO_ROOM, (own / size[:, None]) ** 2 / room, 0.0)
        error = np.sqrt(np.einsum("sn,sn,sn->s", weight, residual, residual))
        inner = (stacked * weight[:, None]) @ stacked.transpose(0, 2, 1)
        squares = np.einsum("sn,sn,sn->s", weight, weight, 1 - 2 * leverage)
        squares += (inner**2).sum(axis=(1, 2))
        df = np.einsum("sn,sn->s", weight, room) ** 2 / squares
        reach = stdtrit(df, 0.975) * error
        p_value = 2 * stdtr(df, -np.abs(estimate) / error)
    found = np.array([estimate, error, df, estimate - reach, estimate + reach, p_value])
    return np.where(estimable, found, np.nan)


def _squared(values: np.ndarray) -> np.ndarray:
    return np.einsum("sn,sn->s", values, values)


def _free(values: np.ndarray, basis: list[np.ndarray]) -> np.ndarray:
    """`values` (s, n) less their part along each orthonormal direction, taken away twice."""
    for _ in range(2):
        for direction in basis:
            along = np.einsum("sn,sn->s", direction, values)
            values = values - along[:, None] * direction
    return values
