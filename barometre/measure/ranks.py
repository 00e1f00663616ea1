"""Confidence sets of ranks: which places a unit may hold, given how unsure the scores are.

Published only where a study turns ranks on (`measure.ranks`): EY avoids rankings, and so does this
project by default.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from barometre.draws import generator

LEVEL = 0.95
DRAWS = 10_000
NORMAL = 1.959963984540054
CHUNK = 1_000  # draws at a time, so that they stay in the cache
KEPT = 6  # times as many draws as lie beyond the critical value are looked at again


def rank_sets(
    scores: np.ndarray,
    errors: np.ndarray,
    rng: np.random.Generator,
    simultaneous: bool = True,
    stepwise: bool = True,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank of each unit in its confidence set; rank 1 is the largest score.

    Parameters
    ----------
    scores, errors : shape (units,); the errors of different units are independent
    simultaneous : whether all sets hold together with probability `level`, or each for itself
    stepwise : Romano-Wolf step-down, which gives smaller sets at the same level

    Notes
    -----
    Mogstad, Romano, Shaikh & Wilhelm (2024), *Review of Economic Studies* 91, 476-518, section 3:
    a unit's rank lies between one plus the number of units that are surely better and the number
    of all less those that are surely worse; "surely" by the studentised differences, whose
    largest is drawn.
    """
    units = len(scores)
    gap = scores[:, None] - scores[None, :]
    spread = np.hypot(errors[:, None], errors[None, :])
    noise = (rng.standard_normal((draws, units)) * errors).T
    other = ~np.eye(units, dtype=bool)
    if simultaneous:
        ahead = _proven(gap / spread, noise, spread, other, stepwise, level)
        return 1 + ahead.sum(axis=0), units - ahead.sum(axis=1)
    low, high = np.empty(units, dtype=int), np.empty(units, dtype=int)
    for unit in range(units):
        own = other & ((np.arange(units) == unit)[:, None] | (np.arange(units) == unit)[None, :])
        ahead = _proven(gap / spread, noise, spread, own, stepwise, level)
        low[unit], high[unit] = 1 + ahead[:, unit].sum(), units - ahead[unit].sum()
    return low, high


def _proven(
    t: np.ndarray,
    noise: np.ndarray,
    spread: np.ndarray,
    claims: np.ndarray,
    stepwise: bool,
    level: float,
) -> np.ndarray:
    """Which of the claims "row is ahead of column" hold, shape (units, units).

    Each pair is two claims, one for each direction, and only a proven one is set aside.
    """
    draws = noise.shape[1]
    above = draws - int(np.ceil(level * draws))  # draws beyond the critical value
    largest = _largest(noise, spread, claims)
    critical = np.partition(largest, draws - above - 1)[draws - above - 1]
    proven = claims & (t > critical)
    if not stepwise:
        return proven
    # The largest over fewer claims is smaller in every draw, so only the upper draws can matter
    # as long as the new critical value lies above those left out.
    kept = np.argsort(largest)[-min(draws, KEPT * (above + 1)) :]
    floor = largest[kept[0]] if len(kept) < draws else -np.inf
    upper = np.ascontiguousarray(noise[:, kept])
    while True:
        left = claims & ~proven
        if not left.any():
            return proven
        largest = _largest(upper, spread, left)
        critical = np.partition(largest, len(kept) - above - 1)[len(kept) - above - 1]
        if critical <= floor:
            kept, floor, upper = np.arange(draws), -np.inf, noise
            continue
        new = left & (t > critical)
        if not new.any():
            return proven
        proven |= new


def _largest(noise: np.ndarray, spread: np.ndarray, claims: np.ndarray) -> np.ndarray:
    """Largest studentised difference of each draw over the claims, shape (draws,)."""
    found = np.full(noise.shape[1], -np.inf)
    symmetric = bool((claims == claims.T).all())
    for unit in range(len(claims)):
        # Of a pair with both directions the absolute difference says all.
        columns = (
            np.flatnonzero(claims[unit] & (np.arange(len(claims)) > unit))
            if symmetric
            else (np.flatnonzero(claims[unit]))
        )
        if not columns.size:
            continue
        scale = 1 / spread[unit, columns, None]
        for start in range(0, noise.shape[1], CHUNK):
            part = slice(start, start + CHUNK)
            apart = (noise[unit, part] - noise[columns, part]) * scale
            if symmetric:
                np.abs(apart, out=apart)
            np.maximum(found[part], apart.max(axis=0), out=found[part])
    return found


def tau_best(low: np.ndarray, tau: int) -> np.ndarray:
    """Units that may be among the `tau` best: those whose set holds a rank of at most `tau`."""
    return low <= tau


def tiers(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Tiers from 1, the best: a new one begins where a unit is surely behind the whole one before.

    A unit stands in the tier of those ahead of it unless its best possible rank lies beyond the
    worst rank that the first of the tier may hold.
    """
    order = np.lexsort((high, low))
    found = np.empty(len(low), dtype=int)
    tier, reach = 1, high[order[0]] if len(order) else 0
    for unit in order:
        if low[unit] > reach:
            tier, reach = tier + 1, high[unit]
        found[unit] = tier
    return found


def rank_table(index: pd.DataFrame, seed: int, study: str) -> pd.DataFrame:
    """Rows of the contract `ranks`, from the index and its layer (a) and (b) intervals.

    The error of a unit is half the width of its 95 % interval over 1.96; a unit without interval
    has no set.
    """
    known = index.dropna(subset=["index", "index_low", "index_high"])
    columns = ["unit_id", "name", "rank", "set_low", "set_high", "marginal_low", "marginal_high",
               "tier"]  # fmt: skip
    if len(known) < 2:
        return pd.DataFrame(columns=columns)
    scores = known["index"].to_numpy(float)
    width = (known["index_high"] - known["index_low"]).to_numpy(float)
    errors = np.maximum(width / (2 * NORMAL), 1e-9)
    low, high = rank_sets(scores, errors, generator(seed, study, "ranks.simultaneous"))
    own_low, own_high = rank_sets(
        scores, errors, generator(seed, study, "ranks.marginal"), simultaneous=False
    )
    return pd.DataFrame(
        {
            "unit_id": known["unit_id"], "name": known["name"],
            "rank": pd.Series(-scores).rank(method="min").astype(int).to_numpy(),
            "set_low": low, "set_high": high,
            "marginal_low": own_low, "marginal_high": own_high, "tier": tiers(low, high),
        }
    )[columns]  # fmt: skip
