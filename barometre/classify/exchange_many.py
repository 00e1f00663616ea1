"""k-means with exchange on many resamples and from many starts, all at once.

A resample is a row of which units are in it; nothing is copied. One row of the arrays below is
one start on one resample: rows go through Lloyd's steps together until each stands still, then
through exchange (Hartigan 1975, *Clustering Algorithms*, ch. 4), every row moving at each step the
unit that gains most. Lloyd's steps alone find worse optima.
"""

from __future__ import annotations

import numpy as np

GAIN = 1e-9
ROUNDS = 600
CHUNK_CELLS = 100_000


def free_partitions(
    points: np.ndarray, present: np.ndarray, k: int, starts: int, rng: np.random.Generator
) -> np.ndarray:
    """Best of many starts on each resample.

    Parameters
    ----------
    points : (units, dimensions), no NaN
    present : (resamples, units), which units are in each

    Returns
    -------
    labels (resamples, units), 0 to k - 1 in no order; -1 for units left out, and throughout where
    no start found k classes.
    """
    middle = points - points.mean(0)
    best = np.full(present.shape, -1)
    step = max(1, CHUNK_CELLS // (len(points) * starts * k))
    for at in range(0, len(present), step):
        chunk = present[at : at + step]
        rows = np.repeat(chunk, starts, axis=0)
        labels = _lloyd(middle, rows, _spread(middle, rows, k, rng))
        apart = _distinct(_between(middle, labels, k).reshape(len(chunk), starts))
        if apart.any():
            labels[apart] = _exchange(middle, labels[apart], k)
        between = np.where(apart, _between(middle, labels, k), -np.inf).reshape(-1, starts)
        first = (between >= between.max(1, keepdims=True) - GAIN).argmax(1)
        chosen = labels.reshape(len(chunk), starts, -1)[np.arange(len(chunk)), first]
        found = np.isfinite(between.max(1))
        best[at : at + step][found] = chosen[found]
    return best


def _between(points: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Sum of squares between classes, of each row; minus infinity where a class is empty."""
    _, sums, counts = _sums(points, labels, k)
    between = ((sums**2).sum(2) / np.maximum(counts, 1)).sum(0)
    return np.where((counts > 0).all(0), between, -np.inf)


def _distinct(between: np.ndarray) -> np.ndarray:
    """Which starts (resamples * starts,) found what no earlier start of their resample found."""
    again = np.zeros(between.shape, dtype=bool)
    whole = np.isfinite(between)
    known = np.where(whole, between, -1.0)
    for start in range(1, between.shape[1]):
        near = np.abs(known[:, :start] - known[:, start, None]) <= GAIN
        again[:, start] = near.any(1)
    return (~again & whole).ravel()


def _spread(
    points: np.ndarray, present: np.ndarray, k: int, rng: np.random.Generator
) -> np.ndarray:
    """Starting centres (k, rows, dimensions) by k-means++ (Arthur & Vassilvitskii 2007)."""
    rows, n = present.shape
    norms = (points**2).sum(1)
    chance = present.astype(float)
    centres = np.empty((k, rows, points.shape[1]))
    nearest = np.full((rows, n), np.inf)
    for label in range(k):
        total = chance.cumsum(1)
        drawn = rng.random(rows) * total[:, -1]
        unit = np.minimum((total <= drawn[:, None]).sum(1), n - 1)
        centres[label] = points[unit]
        apart = norms - 2 * centres[label] @ points.T + norms[unit][:, None]
        nearest = np.minimum(nearest, np.maximum(apart, 0.0))
        chance = np.where(present, nearest, 0.0)
    return centres


def _sums(
    points: np.ndarray, labels: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Membership (k, rows, units), class sums (k, rows, dimensions), counts (k, rows)."""
    member = (labels[None] == np.arange(k)[:, None, None]).astype(float)
    sums = (member.reshape(-1, len(points)) @ points).reshape(k, len(labels), -1)
    return member, sums, member.sum(2)


def _lloyd(points: np.ndarray, present: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Labels (rows, units) where Lloyd's steps stand still; -1 for units left out."""
    k = len(centres)
    labels = np.full(present.shape, -1)
    moving = np.arange(len(present))
    for _ in range(ROUNDS):
        flat = centres.reshape(-1, points.shape[1])
        near = ((flat**2).sum(1) / 2)[:, None] - flat @ points.T
        near = near.reshape(k, len(moving), -1)
        least, nearest = near[0], np.zeros(near[0].shape, dtype=int)
        for label in range(1, k):
            closer = near[label] < least
            least = np.where(closer, near[label], least)
            nearest[closer] = label
        nearest[~present[moving]] = -1
        changed = (nearest != labels[moving]).any(1)
        labels[moving] = nearest
        moving, nearest = moving[changed], nearest[changed]
        if not len(moving):
            break
        _, sums, counts = _sums(points, nearest, k)
        centres = sums / np.maximum(counts, 1)[:, :, None]
    return labels


def _exchange(points: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Move one unit of each row at a time, the one that gains most, until none gains."""
    labels = labels.copy()
    norms = (points**2).sum(1)
    moving = np.arange(len(labels))
    for _ in range(ROUNDS):
        now = labels[moving]
        member, sums, counts = _sums(points, now, k)
        centres = (sums / np.maximum(counts, 1)[:, :, None]).reshape(-1, points.shape[1])
        apart = (norms - 2 * centres @ points.T + (centres**2).sum(1)[:, None]).reshape(
            member.shape
        )
        leave = np.where(counts > 1, counts / np.maximum(counts - 1, 1), 0.0)[:, :, None]
        enter = (counts / (counts + 1))[:, :, None]
        loss = (member * apart * leave).sum(0)
        cost = np.where(member > 0, np.inf, apart * enter)
        gain = np.where(now >= 0, loss - cost.min(0), -np.inf)
        unit = gain.argmax(1)
        row = np.arange(len(moving))
        better = gain[row, unit] > GAIN
        moving, row, unit = moving[better], row[better], unit[better]
        if not len(moving):
            break
        labels[moving, unit] = cost[:, row, unit].argmin(0)
    return labels
