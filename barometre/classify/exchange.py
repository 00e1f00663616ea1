"""k-means in many dimensions by exchange, with free sizes or with sizes tied to the class order.

Lloyd's steps stop at partitions that moving a single unit would improve; exchange (Hartigan & Wong
1979, *Applied Statistics* 28/1; Hartigan 1975, *Clustering Algorithms*, ch. 4) goes on from
there. Plain NumPy, so that the bytes do not hang on the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from barometre.classify.exchange_many import free_partitions

GAIN = 1e-9
ROUNDS = 200


def free_partition(
    points: np.ndarray, k: int, starts: int, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """Best of many starts of k-means with exchange, sizes free.

    Parameters
    ----------
    points : (units, dimensions), no NaN, at least k distinct rows

    Returns
    -------
    labels (units,) 0 to k - 1 in no order, and the within sum of squares.
    """
    everybody = np.ones((1, len(points)), dtype=bool)
    labels = free_partitions(points, everybody, k, starts, rng)[0]
    if (labels < 0).any():
        raise ValueError(f"{k} classes need {k} distinct points")
    return labels, within_squares(points, labels)


def sized_partition(
    points: np.ndarray,
    order_by: np.ndarray,
    sizes: Sequence[int],
    starts: int,
    rng: np.random.Generator,
    first: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """Size-constrained k-means whose sizes are tied to the order of the class means.

    Among partitions with `sizes` whose classes have increasing means of `order_by`, the smallest
    within sum of squares that was found: assignment (Bradley, Bennett & Demiriz 2000, with
    `scipy.optimize.linear_sum_assignment`) and exchange of pairs from the cut of the sorted
    `order_by`, which always meets the tie, and from random starts. Without the tie the best
    solution often gives the smallest size to the wrong class.

    Parameters
    ----------
    points : (units, dimensions), no NaN
    order_by : (units,) the index
    sizes : lowest class first, each at least 1, adding up to the units
    first : a partition (units,) with these sizes to start from as well

    Returns
    -------
    labels (units,), 0 lowest, and the within sum of squares.
    """
    labels = np.empty(len(points), dtype=int)
    labels[np.argsort(order_by, kind="stable")] = np.repeat(np.arange(len(sizes)), sizes)
    squared = _squared_distances(points, points)
    best = _swap_pairs(points, squared, order_by, labels)
    lowest = within_squares(points, best)
    if first is not None and _in_order(order_by, first, len(sizes)):
        found = _swap_pairs(points, squared, order_by, first)
        if within_squares(points, found) < lowest - GAIN:
            best, lowest = found, within_squares(points, found)
    for start in range(starts):
        # Far-apart centres miss optima whose classes lie close together; units at random find them.
        chosen = rng.choice(len(points), len(sizes), replace=False)
        centres = points[chosen] if start % 2 else _spread_centres(points, len(sizes), rng)
        found = _assign_sizes(points, order_by, sizes, centres)
        if not _in_order(order_by, found, len(sizes)):
            continue
        found = _swap_pairs(points, squared, order_by, found)
        within = within_squares(points, found)
        if within < lowest - GAIN:
            best, lowest = found, within
    return best, lowest


def within_squares(points: np.ndarray, labels: np.ndarray) -> float:
    """Sum of squared distances of points (units, dimensions) to the mean of their class."""
    return float(
        sum(
            ((points[labels == label] - points[labels == label].mean(0)) ** 2).sum()
            for label in np.unique(labels)
        )
    )


def _spread_centres(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Starting centres by k-means++ (Arthur & Vassilvitskii 2007)."""
    chosen = [int(rng.integers(len(points)))]
    nearest = ((points - points[chosen[0]]) ** 2).sum(1)
    for _ in range(k - 1):
        total = nearest.sum()
        if total <= 0:
            chosen.append(int(rng.integers(len(points))))
            continue
        chosen.append(
            int(min(np.searchsorted(nearest.cumsum(), rng.random() * total), len(points) - 1))
        )
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(1))
    return points[chosen]


def _squared_distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(-1)


def _centres(points: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    member = (labels[:, None] == np.arange(k)).astype(float)
    return (member.T @ points) / np.maximum(member.sum(0), 1)[:, None]


def _assign_sizes(
    points: np.ndarray, order_by: np.ndarray, sizes: Sequence[int], centres: np.ndarray
) -> np.ndarray:
    """Alternate centres and best assignment; at each step the sizes follow the order of means."""
    from scipy.optimize import linear_sum_assignment

    k = len(sizes)
    nearest = _squared_distances(points, centres).argmin(1)
    level = [order_by[nearest == label].mean() if (nearest == label).any() else np.inf
             for label in range(k)]  # fmt: skip
    centres = centres[np.argsort(level, kind="stable")]
    seats = np.repeat(np.arange(k), sizes)
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        cost = _squared_distances(points, centres)[:, seats]
        taken = seats[linear_sum_assignment(cost)[1]]
        if (taken == labels).all():
            break
        labels = taken
        means = [order_by[labels == label].mean() for label in range(k)]
        centres = _centres(points, labels, k)[np.argsort(means, kind="stable")]
    return labels


def _in_order(order_by: np.ndarray, labels: np.ndarray, k: int) -> bool:
    means = [order_by[labels == label].mean() for label in range(k)]
    return bool(np.all(np.diff(means) >= 0))


def _swap_pairs(
    points: np.ndarray, squared: np.ndarray, order_by: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Swap the pair of units that gains most and keeps the class means in order, until none does.

    A swap of i in class A and j in class B lowers the within sum of squares by
    (2 S_A.d + d.d) / n_A + (d.d - 2 S_B.d) / n_B, with d = x_j - x_i and S the class sums.
    """
    labels = labels.copy()
    k = int(labels.max()) + 1
    counts = np.bincount(labels, minlength=k)
    for _ in range(ROUNDS * k):
        member = (labels[:, None] == np.arange(k)).astype(float)
        lean = points @ (member.T @ points).T / counts
        totals = member.T @ order_by
        best: tuple[float, int, int] = (GAIN, -1, -1)
        for low in range(k):
            for high in range(low + 1, k):
                one, two = np.flatnonzero(labels == low), np.flatnonzero(labels == high)
                apart = squared[np.ix_(one, two)]
                gain = apart / counts[low] + apart / counts[high]
                gain += 2 * (lean[two, low][None, :] - lean[one, low][:, None])
                gain -= 2 * (lean[two, high][None, :] - lean[one, high][:, None])
                rise = order_by[two][None, :] - order_by[one][:, None]
                gain = np.where(_stays_ordered(totals, counts, low, high, rise), gain, -np.inf)
                at = np.unravel_index(gain.argmax(), gain.shape)
                if gain[at] > best[0]:
                    best = (float(gain[at]), int(one[at[0]]), int(two[at[1]]))
        if best[1] < 0:
            break
        labels[[best[1], best[2]]] = labels[[best[2], best[1]]]
    return labels


def _stays_ordered(
    totals: np.ndarray, counts: np.ndarray, low: int, high: int, rise: np.ndarray
) -> np.ndarray:
    """Whether the class means of the index stay in order after each swap, shape of `rise`."""
    means = [
        (totals[label] + (rise if label == low else -rise if label == high else 0.0))
        / counts[label]
        for label in range(len(counts))
    ]
    ordered = np.ones(rise.shape, dtype=bool)
    for lower in range(len(means) - 1):
        ordered &= means[lower] <= means[lower + 1] + 1e-12
    return ordered
