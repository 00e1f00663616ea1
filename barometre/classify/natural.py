"""The natural classes of an index: exact k-means on one dimension, sizes left free.

Sorted values are cut where the within sum of squares is smallest, by dynamic programming
(Fisher 1958; Wang & Song 2011, "Ckmeans.1d.dp", *The R Journal* 3/2). The best last cut moves
right as values are added, so each layer is solved by divide and conquer in O(n log n)
(Grønlund et al. 2017, "Fast exact k-means, k-medians and Bregman divergence clustering in 1D").
"""

from __future__ import annotations

import numpy as np

DENSE_LIMIT = 100
CHUNK_CELLS = 2_000_000


def natural_cut(index: np.ndarray, k: int = 3) -> np.ndarray:
    """Codes (units,) of exact k-means on `index` (units,): 0 lowest to k - 1, -1 where NaN.

    Equal values always share a class.

    Raises
    ------
    ValueError : fewer than k distinct values.
    """
    known = ~np.isnan(index)
    values = index[known]
    if len(np.unique(values)) < k:
        raise ValueError(f"{k} classes need {k} distinct values")
    order = np.argsort(values, kind="stable")
    sizes, _ = optimal_sizes(values[order], k)
    codes = np.empty(len(values), dtype=int)
    codes[order] = np.repeat(np.arange(k), sizes)
    result = np.full(len(index), -1)
    result[known] = codes
    return result


def optimal_sizes(ordered: np.ndarray, k: int) -> tuple[np.ndarray, float]:
    """Sizes (k,) of the best contiguous groups of sorted values (n,), and their sum of squares."""
    n = len(ordered)
    sums, squares = _running(ordered[None, :])
    sums, squares = sums[0], squares[0]
    best = _cost(sums, squares, np.zeros(n, dtype=int), np.arange(1, n + 1))
    starts = [np.zeros(n + 1, dtype=int)]
    layer = np.concatenate([[0.0], best])
    for group in range(2, k + 1):
        layer, start = _next_layer(layer, sums, squares, group)
        starts.append(start)
    ends = [n]
    for start in reversed(starts[1:]):
        ends.append(int(start[ends[-1]]))
    return np.diff([0, *reversed(ends)]), float(layer[n])


def natural_sizes(samples: np.ndarray, k: int = 3) -> np.ndarray:
    """Sizes (samples, k), lowest class first, of exact k-means on each row of (samples, units)."""
    ordered = np.sort(samples, axis=-1)
    n = ordered.shape[-1]
    if k == 3:
        step = max(1, CHUNK_CELLS // (8 * (n + 1)))
        parts = [_three_sizes(ordered[at : at + step]) for at in range(0, len(ordered), step)]
        return np.concatenate(parts)
    if n > DENSE_LIMIT:
        return np.array([optimal_sizes(row, k)[0] for row in ordered])
    step = max(1, CHUNK_CELLS // (n + 1) ** 2)
    parts = [_dense_sizes(ordered[at : at + step], k) for at in range(0, len(ordered), step)]
    return np.concatenate(parts)


def _three_sizes(ordered: np.ndarray) -> np.ndarray:
    """Three groups of all rows (samples, units) at once: the last cut needs the whole only.

    The best first cut of a stretch moves right with the stretch's end, so the ends are solved
    midpoints first, all of one depth together, each between the cuts of its solved neighbours.
    """
    rows, n = ordered.shape
    sums, squares = _running(ordered)
    row = np.arange(rows)[:, None]
    cost = np.full((rows, n + 1), np.inf)
    start = np.zeros((rows, n + 1), dtype=int)
    stretches = [(2, n - 1)]
    while stretches:
        ends = np.array([(low + high) // 2 for low, high in stretches])
        left = np.array([low - 1 for low, _ in stretches])
        right = np.array([high + 1 for _, high in stretches])
        lowest = np.where(left >= 2, start[:, np.maximum(left, 2)], 1)
        highest = np.where(right <= n - 1, start[:, np.minimum(right, n - 1)], n - 1)
        highest = np.minimum(highest, ends - 1)
        lengths = (highest - lowest + 1).ravel()
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        tried = np.arange(lengths.sum()) - np.repeat(offsets - lowest.ravel(), lengths)
        base = np.repeat(np.repeat(np.arange(rows) * (n + 1), len(ends)), lengths)
        end = np.repeat(np.tile(ends, rows), lengths)
        first, last = sums.ravel()[base + tried], sums.ravel()[base + end]
        total = -(first**2) / tried - (last - first) ** 2 / (end - tried)
        least = np.minimum.reduceat(total, offsets)
        hit = np.where(total == np.repeat(least, lengths), tried, n)
        start[:, ends] = np.minimum.reduceat(hit, offsets).reshape(rows, len(ends))
        cost[:, ends] = least.reshape(rows, len(ends)) + squares[:, ends]
        stretches = [
            part
            for (low, high), middle in zip(stretches, ends.tolist(), strict=True)
            for part in ((low, middle - 1), (middle + 1, high))
            if part[0] <= part[1]
        ]
    inner = np.arange(2, n)
    span = sums[:, n:] - sums[:, 2:n]
    tail = squares[:, n:] - squares[:, 2:n] - span**2 / (n - inner)
    second = inner[(cost[:, 2:n] + tail).argmin(1)]
    first_cut = start[row[:, 0], second]
    return np.stack([first_cut, second - first_cut, n - second], axis=1)


def _dense_sizes(ordered: np.ndarray, k: int) -> np.ndarray:
    """All rows at once, every cut tried: faster than divide and conquer for few units."""
    rows, n = ordered.shape
    sums, squares = _running(ordered)
    start, end = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
    length = np.maximum(end - start, 1)
    span = sums[:, None, :] - sums[:, :, None]
    cost = squares[:, None, :] - squares[:, :, None] - span**2 / length
    cost[:, end[0][None, :] <= start] = np.inf
    layer = cost[:, 0, :]
    starts = []
    for _ in range(k - 1):
        total = layer[:, :, None] + cost
        starts.append(total.argmin(axis=1))
        layer = np.take_along_axis(total, starts[-1][:, None, :], axis=1)[:, 0, :]
    ends = [np.full(rows, n)]
    for chosen in reversed(starts):
        ends.append(chosen[np.arange(rows), ends[-1]])
    ends.append(np.zeros(rows, dtype=int))
    return np.diff(np.stack(ends[::-1], axis=1), axis=1)


def _running(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Running sums of centred values and of their squares, with a leading 0."""
    centred = ordered - ordered.mean(-1, keepdims=True)
    lead = np.zeros((len(centred), 1))
    return (
        np.concatenate([lead, centred.cumsum(-1)], axis=1),
        np.concatenate([lead, (centred**2).cumsum(-1)], axis=1),
    )


def _cost(sums: np.ndarray, squares: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Sum of squares within values start .. end - 1."""
    span = sums[end] - sums[start]
    return squares[end] - squares[start] - span**2 / (end - start)


def _next_layer(
    layer: np.ndarray, sums: np.ndarray, squares: np.ndarray, group: int
) -> tuple[np.ndarray, np.ndarray]:
    """Best cost of the first `end` values in `group` groups, and where the last group starts."""
    n = len(layer) - 1
    cost = np.full(n + 1, np.inf)
    start = np.zeros(n + 1, dtype=int)
    # Each open stretch: ends first..last, whose last group starts between left and right.
    first, last = np.array([group]), np.array([n])
    left, right = np.array([group - 1]), np.array([n - 1])
    while len(first):
        middle = (first + last) // 2
        high = np.minimum(right, middle - 1)
        lengths = high - left + 1
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        tried = np.arange(lengths.sum()) - np.repeat(offsets - left, lengths)
        ends = np.repeat(middle, lengths)
        totals = layer[tried] + _cost(sums, squares, tried, ends)
        lowest = np.minimum.reduceat(totals, offsets)
        hit = np.where(totals == np.repeat(lowest, lengths), tried, n)
        chosen = np.minimum.reduceat(hit, offsets)
        cost[middle], start[middle] = lowest, chosen
        first, last, left, right = (
            np.concatenate(pair)
            for pair in (
                (first, middle + 1),
                (middle - 1, last),
                (left, chosen),
                (chosen, right),
            )
        )
        is_open = first <= last
        first, last, left, right = (part[is_open] for part in (first, last, left, right))
    return cost, start
