"""Which units stay together? The consensus matrix of a rule over resamples of the units.

Monti, Tamayo, Mesirov & Golub 2003, "Consensus clustering", *Machine Learning* 52: for each pair,
of the resamples that hold both, the share in which the rule puts them in one class. Near 0 or 1
the pair's fate is clear; in between it hangs on which other units are in the data.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from barometre.study import CLASSES

NAMED_UNITS = 200  # above, neighbours of one class share a row: the table stays bounded
GROUPS = 100


def together(labels: np.ndarray) -> np.ndarray:
    """Consensus matrix (units, units): of the resamples with both, the share that joins them.

    Monti, Tamayo, Mesirov & Golub 2003, "Consensus clustering", *Machine Learning* 52. NaN for a
    pair that was never drawn together.
    """
    present = (labels >= 0).astype(float)
    both = present.T @ present
    joined = sum(
        (labels == code).T.astype(float) @ (labels == code).astype(float)
        for code in range(len(CLASSES))
    )
    return np.divide(joined, both, out=np.full(both.shape, np.nan), where=both > 0)


def within_and_between(consensus: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean consensus of pairs inside each class, and of its units with all others (classes,).

    NaN where there is no such pair.
    """
    within, between = np.full(len(CLASSES), np.nan), np.full(len(CLASSES), np.nan)
    pairs = ~np.eye(len(codes), dtype=bool) & ~np.isnan(consensus)
    for code in range(len(CLASSES)):
        inside = codes == code
        own = pairs & inside[:, None] & inside
        other = pairs & inside[:, None] & ~inside
        within[code] = consensus[own].mean() if own.any() else np.nan
        between[code] = consensus[other].mean() if other.any() else np.nan
    return within, between


def consensus_table(
    units: pd.Series,
    index: np.ndarray,
    codes: np.ndarray,
    labels: Mapping[str, np.ndarray],
    rules: tuple[str, ...],
) -> pd.DataFrame:
    """Table `consensus`: one row per pair of places, ordered by class and then by index.

    A place is one unit; above `NAMED_UNITS` units it is a group of neighbours of one class, at
    most about `GROUPS` of them in all, and a row is the mean over its pairs of units.

    Parameters
    ----------
    units, index, codes : ids, index and headline class of the units with an index, in one order
    labels : rule -> labels (resamples, units); a rule without labels has an empty column
    rules : columns of the table
    """
    order = np.lexsort((index, codes))
    places = _places(codes[order])
    size = np.bincount(places)
    count = np.outer(size, size) - np.diag(size)
    one, two = np.nonzero(np.triu(count))
    first = np.searchsorted(places, np.arange(len(size)))
    ids = units.to_numpy(object)[order][first]
    names = np.array(CLASSES, dtype=object)[codes[order][first]]
    table = pd.DataFrame(
        {
            "place_a": one + 1, "place_b": two + 1, "unit_a": ids[one], "unit_b": ids[two],
            "class_a": names[one], "class_b": names[two],
            "pairs": np.where(one == two, count[one, two] // 2, count[one, two]),
        }
    )  # fmt: skip
    for rule in rules:
        table[rule] = np.nan
        if rule in labels:
            matrix = together(labels[rule][:, order])
            table[rule] = _means(matrix, places, len(size))[one, two]
    return table


def _places(codes: np.ndarray) -> np.ndarray:
    """Place of each unit, from 0: its own, or its group's where there are too many units."""
    n = len(codes)
    if n <= NAMED_UNITS:
        return np.arange(n)
    places, begun = np.empty(n, dtype=int), 0
    for code in np.unique(codes):
        inside = np.flatnonzero(codes == code)
        groups = max(1, round(GROUPS * len(inside) / n))
        places[inside] = begun + np.arange(len(inside)) * groups // len(inside)
        begun += groups
    return places


def _means(matrix: np.ndarray, places: np.ndarray, k: int) -> np.ndarray:
    """Mean of the off-diagonal cells of each pair of places (k, k); NaN cells left out."""
    member = (places[:, None] == np.arange(k)).astype(float)
    known = ~np.isnan(matrix)
    np.fill_diagonal(known, False)
    total = member.T @ np.where(known, matrix, 0.0) @ member
    count = member.T @ known.astype(float) @ member
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
