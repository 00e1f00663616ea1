"""Levels on one scale (OECD/JRC *Handbook*, step 5): min-max, z-score, rank, percentile.

Min-max and z-score are the same line through two points, so both are told by the level that scores
0 and the level that scores 100:

- scale: ends of the answer scale;
- data: smallest and largest answer;
- zscore: five standard deviations below and above the mean, which makes mean 50 and standard
  deviation 10 (T-scores, McCall 1922, *How to Measure in Education*).

Rank and percentile look a level up among the answers given to its item. Equal answers share their
places.
"""

from __future__ import annotations

import numpy as np

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.measure.combinations import RELATIVE
from barometre.measure.structure import Structure

SPREADS = 5.0  # standard deviations from the mean to either end


def normalised(levels: np.ndarray, structure: Structure) -> np.ndarray:
    """Levels (..., units, items) on 0-100, as the structure's normalisation says."""
    values = transformed(levels, structure)
    if structure.given:
        return looked_up(values, structure.given, structure.normalisation)
    span = structure.high - structure.low
    return 100.0 * (values - structure.low) / span


def transformed(levels: np.ndarray, structure: Structure) -> np.ndarray:
    """Levels after logarithm and winsorising, where an item has them."""
    scaled = (np.where(structure.logged, levels, 0.0) - structure.start) / structure.step
    values = np.where(structure.logged, np.log1p(np.where(structure.logged, scaled, 0.0)), levels)
    return np.clip(values, structure.floor, structure.ceiling)


def positions(values: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many of the sorted `given` lie below each value, and how many do not lie above it."""
    return np.searchsorted(given, values, side="left"), np.searchsorted(given, values, side="right")


def looked_up(values: np.ndarray, given: tuple[np.ndarray, ...], how: str) -> np.ndarray:
    """Place of each value (..., items) among the sorted values given to its item.

    Parameters
    ----------
    how : percentile, 100 times the mid-rank over n; or rank, the mean rank from 0 (last) to 100
    """
    out = np.full(values.shape, np.nan)
    for item, others in enumerate(given):
        if not len(others):
            continue
        below, upto = positions(values[..., item], others)
        if how == "percentile":
            place = 50.0 * (below + upto) / len(others)
        else:
            place = 50.0 * np.maximum(below + upto - 1, 0) / max(len(others) - 1, 1)
        out[..., item] = np.where(np.isnan(values[..., item]), np.nan, np.minimum(place, 100.0))
    return out


def given_values(values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Sorted known values of each column of (units, items)."""
    return tuple(np.sort(column[~np.isnan(column)]) for column in values.T)


def bounds(
    codebook: Codebook, structure: Structure, normalisation: str, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Level that scores 0 and level that scores 100 of each item, after any logarithm.

    Parameters
    ----------
    values : (units, items) as of `transformed`

    Raises
    ------
    StudyError : open or equal bounds, or a level outside of them.
    """
    found = data_bounds(values)
    if normalisation == "scale":
        low, high = scale_bounds(codebook, structure)
    else:
        low, high = standard_bounds(values) if normalisation == "zscore" else found
    for position, item in enumerate(structure.items):
        where = f"codebook.csv, scored item '{item}'"
        if not high[position] > low[position]:
            raise StudyError(_no_span(where, structure, position, low[position], high[position]))
        ends = found[0][position], found[1][position]
        if ends[0] < low[position] or ends[1] > high[position]:
            raise StudyError(_outside(where, normalisation, ends, low[position], high[position]))
    return low, high


def scale_bounds(codebook: Codebook, structure: Structure) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest possible level of each item, after any logarithm."""
    ends = np.array([codebook.bounds(item) for item in structure.items], dtype=float).T
    low, high = transformed(ends, structure)
    return low, high


def data_bounds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest observed value of each column of (units, items); NaN where none."""
    seen = ~np.isnan(values)
    low = np.where(seen, values, np.inf).min(0)
    high = np.where(seen, values, -np.inf).max(0)
    any_seen = seen.any(0)
    return np.where(any_seen, low, np.nan), np.where(any_seen, high, np.nan)


def standard_bounds(values: np.ndarray, spreads: float = SPREADS) -> tuple[np.ndarray, np.ndarray]:
    """Mean less and plus `spreads` standard deviations of each column; NaN where unknown."""
    seen = ~np.isnan(values)
    n = seen.sum(0)
    mean = np.divide(
        np.where(seen, values, 0.0).sum(0), n, out=np.full(n.shape, np.nan), where=n > 0
    )
    squares = (np.where(seen, values - mean, 0.0) ** 2).sum(0)
    spread = np.sqrt(np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n > 1))
    return mean - spreads * spread, mean + spreads * spread


def _no_span(where: str, structure: Structure, item: int, low: float, high: float) -> str:
    normalisation = structure.normalisation
    if not structure.sampled[structure.theme_of[item]] and low == high:
        return (
            f"{where}: no unit meets the stages below it, so nothing of it counts and it cannot be "
            f"normalised by '{normalisation}'; set measure.normalisation to 'scale'."
        )
    if np.isnan(low) or np.isnan(high):
        hint = (
            "it has no lowest or highest level; give it a scale or minimum and maximum"
            if normalisation == "scale"
            else "too few answered it"
            if normalisation == "zscore"
            else "nobody answered it"
        )
        return f"{where}: {hint}, so it cannot be put on 0-100; or give it the role 'measure'."
    return (
        f"{where}: its only level is {low:g}, so it cannot tell units apart on 0-100; give it the "
        "role 'measure'."
    )


def _outside(
    where: str, normalisation: str, ends: tuple[float, float], low: float, high: float
) -> str:
    if normalisation in RELATIVE:
        return (
            f"{where}: a level lies beyond {SPREADS:g} standard deviations, and z-scores give such "
            "a level more weight than all others; set measure.normalisation to 'percentile' or "
            "'scale', or measure.outliers to 'winsorise' where it is a number."
        )
    return (
        f"{where}: levels go from {ends[0]:g} to {ends[1]:g}, outside of its bounds {low:g} to "
        f"{high:g}; mend its scale, minimum or maximum."
    )
