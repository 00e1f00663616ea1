"""Does a class stay the same class when other units are in the data?

Bootstrap Jaccard (Hennig 2007, "Cluster-wise assessment of cluster stability", *Computational
Statistics & Data Analysis* 52): resample the units, sort the resample by the same rule, and
compare each class with its counterpart on the units that are in both. The counterpart here is
the class of the same place in the order, one to one; fpc takes the most similar one, so that one
class may be the counterpart of two. As in fpc (`multipleboot=FALSE`), each drawn unit counts
once, and a class of which no unit was drawn has similarity 0.

Resampling gives labels once (resamples, units), -1 for units left out; similarities and the
consensus matrix are both read off them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from barometre.classify.consensus import together, within_and_between
from barometre.classify.exchange import sized_partition
from barometre.classify.exchange_many import free_partitions
from barometre.classify.methods import HEADLINE
from barometre.classify.ordered import class_sizes
from barometre.classify.space import LARGE, Space
from barometre.study import CLASSES

RESAMPLES = 1000
SEARCHED, LARGE_SEARCHED = 300, 100  # resamples of a rule that has to be searched for
RESAMPLE_STARTS, LARGE_STARTS = 5, 3
SUBSET = 0.5
CHUNK_CELLS = 4_000_000


def bootstrap(n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Which units are in each resample drawn with replacement, (resamples, units)."""
    return _present(rng.integers(0, n, (resamples, n)), n)


def subsets(n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Which units are in each half of the units, drawn without replacement."""
    order = rng.random((resamples, n)).argsort(1)
    return order.argsort(1) < max(len(CLASSES), int(SUBSET * n))


def class_stability(
    values: np.ndarray, codes: np.ndarray, shares: Mapping[str, float], rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Table `class_stability` of the headline cut, and the labels of its bootstrap.

    Parameters
    ----------
    values, codes : index and headline class of the units with an index (units,)
    shares : class -> share, as in study.yaml

    Returns
    -------
    One row per class: mean Jaccard over resamples, 2.5 % and 97.5 % quantiles; mean over halves
    of the units; how often a unit of the class is sorted with another one of it, and with one of
    another class. Labels (resamples, units) of the bootstrap under the rule's name.
    """
    labels = cut_codes(values, shares, bootstrap(len(values), RESAMPLES, rng))
    halves = cut_codes(values, shares, subsets(len(values), RESAMPLES, rng))
    similar = resampled_jaccard(codes, labels)
    low, high = np.quantile(similar, [0.025, 0.975], axis=0)
    within, between = within_and_between(together(labels), codes)
    table = pd.DataFrame(
        {
            "class": list(CLASSES),
            "jaccard_mean": similar.mean(0),
            "jaccard_low": low,
            "jaccard_high": high,
            "jaccard_subset": resampled_jaccard(codes, halves).mean(0),
            "together_within": within,
            "together_between": between,
        }
    )
    return table, {HEADLINE: labels}


def sized_codes(space: Space, shares: Mapping[str, float], rng: np.random.Generator) -> np.ndarray:
    """Labels (resamples, units) of size-constrained k-means in theme space under the bootstrap."""
    n = len(space.index)
    resamples, starts = (
        (SEARCHED, RESAMPLE_STARTS) if n <= LARGE else (LARGE_SEARCHED, LARGE_STARTS)
    )
    present = bootstrap(n, resamples, rng)
    labels = np.full(present.shape, -1)
    for row, inside in enumerate(present):
        if inside.sum() < len(CLASSES):
            continue
        sizes = list(class_sizes(int(inside.sum()), shares).values())
        if min(sizes) > 0:
            labels[row, inside] = sized_partition(
                space.points[inside], space.index[inside], sizes, starts, rng
            )[0]
    return labels


def cut_codes(values: np.ndarray, shares: Mapping[str, float], present: np.ndarray) -> np.ndarray:
    """Labels (resamples, units) of the index cut on each resample, all at once.

    Parameters
    ----------
    values : index (units,), no NaN
    present : (resamples, units); a resample of fewer units than classes has no labels
    """
    n = len(values)
    order = np.argsort(values, kind="stable")
    edges = np.full((n + 1, len(CLASSES) - 1), n)
    for size in range(len(CLASSES), n + 1):
        edges[size] = np.cumsum(list(class_sizes(size, shares).values()))[:-1]
    labels = np.empty(present.shape, dtype=int)
    step = max(1, CHUNK_CELLS // n)
    for at in range(0, len(present), step):
        chunk = present[at : at + step][:, order]
        rank = chunk.cumsum(1) - 1
        count = chunk.sum(1)
        found = (rank[:, :, None] >= edges[count][:, None, :]).sum(-1)
        labelled = chunk & (count >= len(CLASSES))[:, None]
        labels[at : at + step, order] = np.where(labelled, found, -1)
    return labels


def resampled_jaccard(whole: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Jaccard (resamples, classes) of each class of `whole` (units,) with that of its place."""
    original = np.where(labels >= 0, whole, -1)
    return paired_jaccard(original, labels, len(CLASSES))


def paired_jaccard(original: np.ndarray, found: np.ndarray, k: int) -> np.ndarray:
    """Jaccard of class c with class c, from codes (..., units) with -1 for units left out."""
    return np.stack(
        [
            _ratio(
                ((original == code) & (found == code)).sum(-1),
                ((original == code) | (found == code)).sum(-1),
            )
            for code in range(k)
        ],
        axis=-1,
    )


def jaccard_matrix(original: np.ndarray, found: np.ndarray, k: int) -> np.ndarray:
    """Jaccard of every class of one labelling (units,) with every class of another, (k, k)."""
    one = original[:, None] == np.arange(k)
    two = found[:, None] == np.arange(k)
    both = one.T.astype(int) @ two.astype(int)
    return _ratio(both, one.sum(0)[:, None] + two.sum(0)[None, :] - both)


def cluster_jaccard(
    points: np.ndarray,
    cluster: Callable[[np.ndarray], np.ndarray],
    drawn: np.ndarray,
    k: int,
    matching: str = "ordered",
) -> np.ndarray:
    """Jaccard (resamples, classes) of any clustering under given resamples.

    Parameters
    ----------
    points : (units, dimensions)
    cluster : points -> labels 0 to k - 1, in the order of the classes where `matching` is
        `ordered`
    drawn : positions drawn, (resamples, units)
    matching : `ordered` (class c with class c) or `greedy` (with the most similar one, as fpc)
    """
    whole = cluster(points)
    rows = []
    for draw in drawn:
        kept = _first_seen(draw)
        similar = jaccard_matrix(whole[kept], cluster(points[kept]), k)
        rows.append(np.diag(similar) if matching == "ordered" else similar.max(1))
    return np.array(rows)


def free_jaccard(
    points: np.ndarray,
    whole: np.ndarray,
    drawn: np.ndarray,
    k: int,
    starts: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Jaccard (resamples, classes) of k-means with exchange, all resamples at once.

    Matched greedily, as fpc: the classes of free k-means have no order of their own.

    Parameters
    ----------
    points : (units, dimensions)
    whole : labels (units,) 0 to k - 1 of all units, whose classes the columns are
    drawn : positions drawn, (resamples, units)
    """
    present = _present(drawn, len(points))
    found = free_partitions(points, present, k, starts, rng)
    one = (whole == np.arange(k)[:, None]) & present[:, None, :]
    two = found[:, None, :] == np.arange(k)[:, None]
    both = one.astype(float) @ two.transpose(0, 2, 1).astype(float)
    either = one.sum(2)[:, :, None] + two.sum(2)[:, None, :] - both
    return _ratio(both, either).max(2)


def _present(drawn: np.ndarray, n: int) -> np.ndarray:
    """Which of n units are among the positions drawn, (resamples, n)."""
    present = np.zeros((len(drawn), n), dtype=bool)
    np.put_along_axis(present, drawn, True, axis=1)
    return present


def _first_seen(draw: np.ndarray) -> np.ndarray:
    """Distinct positions in the order drawn, as R's `unique` gives them."""
    return draw[np.sort(np.unique(draw, return_index=True)[1])]


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=np.asarray(whole) > 0)
