"""Ordered classes on the index: a cut at given sizes, and the probability of each class.

Size-constrained k-means on one dimension, sizes tied to the order of the class means, has
an exact optimum: the sorted index cut at the cumulative sizes. Take any partition with these
sizes whose means are ordered. With its means kept as centres, the sum of squares falls when
low values are given to low centres (rearrangement inequality), which is the cut, and falls
again when the centres move to the cut's own means. (Fisher 1958, "On grouping for maximum
homogeneity", *JASA* 53; sizes as in Bradley, Bennett & Demiriz 2000, *Constrained k-means
clustering*, MSR-TR-2000-65.) Without the tie the optimum may put the smallest class in the
middle. Tests hold the cut against dynamic programming and brute force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from barometre.draws import Draws
from barometre.errors import StudyError
from barometre.study import CLASSES

TIE = 1e-9
CHUNK_CELLS = 1_000_000


def class_sizes(n: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Whole class sizes that meet `shares` as well as n allows, by largest remainder.

    The method of Hamilton (Balinski & Young 2001, *Fair Representation*, ch. 3). Among equal
    remainders the class with the larger share is served first, then the lower class.

    Parameters
    ----------
    n : number of units with an index
    shares : class -> share, in any order; they sum to 1

    Returns
    -------
    class -> size, lowest class first; 39 units at .3/.5/.2 give 12, 19 and 8.

    Raises
    ------
    StudyError : fewer units than classes, or shares that do not sum to 1.
    """
    if n < len(CLASSES):
        raise StudyError(
            f"index.csv: {n} units have an index, and {len(CLASSES)} classes need at least "
            f"{len(CLASSES)}; add units or lower measure.minimum_answered in study.yaml."
        )
    wanted = np.array([float(shares[name]) for name in CLASSES])
    if abs(wanted.sum() - 1) > TIE:
        raise StudyError(
            f"study.yaml, key 'classify.shares': the shares sum to {wanted.sum():g} and must "
            "sum to 1."
        )
    exact = n * wanted
    sizes = np.floor(exact + TIE).astype(int)
    remainder = np.round(exact - sizes, 9)
    served = np.lexsort((np.arange(len(CLASSES)), -wanted, -remainder))
    sizes[served[: n - sizes.sum()]] += 1
    return {name: int(size) for name, size in zip(CLASSES, sizes, strict=True)}


def cut(index: np.ndarray, sizes: Mapping[str, int] | Sequence[int]) -> np.ndarray:
    """Class of each unit when the sorted index is cut at `sizes`.

    Units with the same index at a cut are told apart by their order along the last axis: the
    earlier one goes to the lower class. (Units are sorted by unit_id everywhere, so the same
    tie falls the same way in every run.)

    Parameters
    ----------
    index : (..., units), NaN where unknown
    sizes : class -> size, or the sizes from the lowest class up

    Returns
    -------
    Codes (..., units): 0 lagging, 1 transition, 2 mature, -1 where the index is NaN.

    Raises
    ------
    ValueError : the sizes do not add up to the number of known units of every row.
    """
    counts = [sizes[name] for name in CLASSES] if isinstance(sizes, Mapping) else list(sizes)
    index = np.asarray(index, dtype=float)
    known = ~np.isnan(index)
    if np.any(known.sum(-1) != sum(counts)):
        raise ValueError(f"sizes {counts} do not add up to the number of units with an index")
    order = np.argsort(index, axis=-1, kind="stable")
    by_rank = np.full(index.shape[-1], -1)
    by_rank[: sum(counts)] = np.repeat(np.arange(len(counts)), counts)
    codes = np.empty(index.shape, dtype=int)
    np.put_along_axis(codes, order, np.broadcast_to(by_rank, index.shape), axis=-1)
    return codes


def class_table(
    index: pd.DataFrame, draws: Draws, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Table `classes`: the headline class of each unit and the probability of each class.

    A probability is the share of posterior (shrunken) draws of the index in which the same rule,
    with the same sizes, puts the unit in the class: "the class the rule would give on true
    scores". Its Monte Carlo error is at most 1 / (2 sqrt(draws)). A unit is borderline when the
    probability of its own class is below the threshold: where no class reaches it, and also
    where another class is the likelier one (missing answers can do that).

    Parameters
    ----------
    index : table `index`
    draws : draws of the same units, layers (a) and (b)
    settings : section `classify` of study.yaml

    Returns
    -------
    The table, and the codes (units,) of its column `class` (-1 unknown).

    Raises
    ------
    StudyError : fewer units with an index than classes.
    ValueError : index and draws do not know the same units.
    """
    scores = index["index"].to_numpy(float)
    known = ~np.isnan(scores)
    sizes = class_sizes(int(known.sum()), settings["shares"])
    codes = cut(scores, sizes)
    drawn = _aligned(draws, index["unit_id"], known)
    chances = np.full((len(scores), len(CLASSES)), np.nan)
    chances[known] = cut_chances(drawn, sizes)
    table = pd.DataFrame({"unit_id": index["unit_id"], "name": index["name"]})
    table["class"] = class_names(codes)
    for name in reversed(CLASSES):
        table[f"p_{name}"] = chances[:, CLASSES.index(name)]
    own = chances[np.arange(len(codes)), np.maximum(codes, 0)]
    below = pd.array(own < settings["borderline"], dtype="boolean")
    below[~known] = pd.NA
    table["borderline"] = below
    return table, codes


def cut_chances(drawn: np.ndarray, sizes: Mapping[str, int]) -> np.ndarray:
    """Share of draws (draws, units) in which the cut gives each class, shape (units, classes)."""
    counts = np.zeros((drawn.shape[1], len(CLASSES)))
    step = max(1, CHUNK_CELLS // drawn.shape[1])
    for at in range(0, len(drawn), step):
        codes = cut(drawn[at : at + step], sizes)
        for code in range(len(CLASSES)):
            counts[:, code] += (codes == code).sum(0)
    return counts / len(drawn)


def chances_of(classes: pd.DataFrame) -> np.ndarray:
    """Probabilities of a table `classes`, lowest class first, (units, classes)."""
    return classes[[f"p_{name}" for name in CLASSES]].to_numpy(float)


def class_names(codes: np.ndarray) -> list[str]:
    """Names of class codes; -1 is `unknown`."""
    return [CLASSES[code] if code >= 0 else "unknown" for code in codes]


def cut_values(index: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Index values that part the classes: halfway between the neighbours on either side.

    Returns
    -------
    (classes - 1,), lowest first; NaN where a neighbouring class is empty.
    """
    values = np.full(len(CLASSES) - 1, np.nan)
    for lower in range(len(CLASSES) - 1):
        below, above = index[codes == lower], index[codes == lower + 1]
        if len(below) and len(above):
            values[lower] = (below.max() + above.min()) / 2
    return values


def _aligned(draws: Draws, units: pd.Series, known: np.ndarray) -> np.ndarray:
    """Draws of the known units, in the order of the index table."""
    place = {str(unit): column for column, unit in enumerate(draws.units)}
    missing = [unit for unit in units[known] if unit not in place]
    if missing:
        raise ValueError(f"draws.npz does not hold the unit {missing[0]}")
    drawn = draws.index[:, [place[unit] for unit in units[known]]]
    if np.isnan(drawn).any():
        raise ValueError("draws.npz has no index for a unit whose index is known")
    return drawn
