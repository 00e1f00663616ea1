"""Does a class stay the same class when other units are in the data?

Bootstrap Jaccard (Hennig 2007, "Cluster-wise assessment of cluster stability", *Computational
Statistics & Data Analysis* 52): resample the units, sort the resample by the same rule, and
compare each class with its counterpart on the units that are in both. The counterpart here is
the class of the same place in the order, one to one; fpc takes the most similar one, so that one
class may be the counterpart of two. As in fpc (`multipleboot=FALSE`), each drawn unit counts
once, and a class of which no unit was drawn has similarity 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from barometre.classify.exchange_many import free_partitions
from barometre.classify.ordered import class_sizes, cut
from barometre.study import CLASSES

RESAMPLES = 1000
CHUNK_CELLS = 4_000_000


def class_stability(
    index: np.ndarray, shares: Mapping[str, float], rng: np.random.Generator
) -> pd.DataFrame:
    """Table `class_stability`: Jaccard of each headline class under the bootstrap of units.

    Parameters
    ----------
    index : (units,), NaN where unknown
    shares : class -> share, as in study.yaml

    Returns
    -------
    One row per class: mean over resamples, 2.5 % and 97.5 % quantiles.
    """
    values = index[~np.isnan(index)]
    drawn = rng.integers(0, len(values), (RESAMPLES, len(values)))
    similar = cut_jaccard(values, shares, drawn)
    low, high = np.quantile(similar, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "class": list(CLASSES),
            "jaccard_mean": similar.mean(0),
            "jaccard_low": low,
            "jaccard_high": high,
        }
    )


def cut_jaccard(values: np.ndarray, shares: Mapping[str, float], drawn: np.ndarray) -> np.ndarray:
    """Jaccard (resamples, classes) of the index cut under given resamples, all at once.

    Parameters
    ----------
    values : index (units,), no NaN
    drawn : positions drawn, (resamples, units); a resample of fewer distinct units than classes
        has similarity 0 throughout
    """
    n = len(values)
    order = np.argsort(values, kind="stable")
    whole = cut(values, class_sizes(n, shares))[order]
    edges = np.zeros((n + 1, len(CLASSES) - 1), dtype=int)
    for size in range(len(CLASSES), n + 1):
        edges[size] = np.cumsum(list(class_sizes(size, shares).values()))[:-1]
    parts = []
    step = max(1, CHUNK_CELLS // n)
    for at in range(0, len(drawn), step):
        chunk = drawn[at : at + step]
        present = np.zeros((len(chunk), n), dtype=bool)
        np.put_along_axis(present, chunk, True, axis=1)
        present = present[:, order]
        rank = present.cumsum(1) - 1
        edge = edges[present.sum(1)]
        codes = (rank[:, :, None] >= edge[:, None, :]).sum(-1)
        codes = np.where(present, codes, -1)
        original = np.where(present, whole, -1)
        parts.append(paired_jaccard(original, codes, len(CLASSES)))
    similar = np.concatenate(parts)
    few = np.array([len(np.unique(row)) < len(CLASSES) for row in drawn]) if n < 20 else False
    return np.where(np.asarray(few)[..., None], 0.0, similar)


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
    present = np.zeros((len(drawn), len(points)), dtype=bool)
    np.put_along_axis(present, drawn, True, axis=1)
    found = free_partitions(points, present, k, starts, rng)
    one = (whole == np.arange(k)[:, None]) & present[:, None, :]
    two = found[:, None, :] == np.arange(k)[:, None]
    both = one.astype(float) @ two.transpose(0, 2, 1).astype(float)
    either = one.sum(2)[:, :, None] + two.sum(2)[:, None, :] - both
    return _ratio(both, either).max(2)


def _first_seen(draw: np.ndarray) -> np.ndarray:
    """Distinct positions in the order drawn, as R's `unique` gives them."""
    return draw[np.sort(np.unique(draw, return_index=True)[1])]


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=np.asarray(whole) > 0)
