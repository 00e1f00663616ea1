"""k-means with exchange on many resamples and from many starts, all at once.

A resample is a row of which units are in it; nothing is copied. One row of the arrays below is
one start on one resample: rows go through Lloyd's steps together until each stands still, then
through exchange (Hartigan 1975, *Clustering Algorithms*, ch. 4), until no move of a single unit
gains. Lloyd's steps alone find worse optima. Two starts of a resample that meet in one partition
go on as one: what follows is the same for both. Where units are many, starts take their first
steps on some of them.
"""

from __future__ import annotations

import numpy as np

GAIN = 1e-9
ROUNDS = 600
CHUNK_CELLS = 1_000_000
FIRST_UNITS = 250  # on which starts take their first steps where there are twice as many
MEETINGS = (1, 2, 4)  # steps after which starts that have met go on as one


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
    coarse = middle.astype(np.float32)  # enough for starts and Lloyd's steps; exchange is exact
    best = np.full(present.shape, -1)
    step = max(1, CHUNK_CELLS // (len(points) * starts * k))
    for at in range(0, len(present), step):
        chunk = present[at : at + step]
        rows = np.repeat(chunk, starts, axis=0)
        begun = _begun(coarse, middle, rows, k, starts, rng)
        labels = _lloyd(coarse, middle, rows, *begun, starts)
        apart = _distinct(_between(middle, labels, k).reshape(len(chunk), starts))
        if apart.any():
            labels[apart] = _exchange(middle, labels[apart], k)
        between = np.where(apart, _between(middle, labels, k), -np.inf).reshape(-1, starts)
        first = (between >= between.max(1, keepdims=True) - GAIN).argmax(1)
        chosen = labels.reshape(len(chunk), starts, -1)[np.arange(len(chunk)), first]
        found = np.isfinite(between.max(1))
        best[at : at + step][found] = chosen[found]
    return best


def _begun(
    coarse: np.ndarray,
    points: np.ndarray,
    present: np.ndarray,
    k: int,
    starts: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Centres (classes, rows, dimensions) to go on from, and the rows that met no earlier start."""
    n = len(points)
    if n < 2 * FIRST_UNITS:
        return _spread(coarse, present, k, rng), np.arange(len(present))
    few = np.sort(rng.choice(n, FIRST_UNITS, replace=False))
    own = present[:, few]
    centres = _spread(coarse[few], own, k, rng)
    labels = _lloyd(coarse[few], points[few], own, centres, np.arange(len(own)), starts)
    _, sums, counts = _sums(points[few], labels, k)
    going = np.flatnonzero((labels >= 0).any(1))
    return (sums / np.maximum(counts, 1)[:, :, None])[:, going], going


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
    chance = present.astype(points.dtype)
    centres = np.empty((k, rows, points.shape[1]), dtype=points.dtype)
    nearest = np.full((rows, n), np.inf, dtype=points.dtype)
    for label in range(k):
        total = chance.cumsum(1)
        drawn = rng.random(rows) * total[:, -1]
        unit = np.minimum((total <= drawn[:, None]).sum(1), n - 1)
        centres[label] = points[unit]
        apart = norms - 2 * centres[label] @ points.T + norms[unit][:, None]
        nearest = np.minimum(nearest, np.maximum(apart, 0))
        chance = nearest * present
    return centres


def _sums(
    points: np.ndarray, labels: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Membership (k, rows, units), class sums (k, rows, dimensions), counts (k, rows)."""
    member = (labels[None] == np.arange(k, dtype=labels.dtype)[:, None, None]).astype(float)
    sums = (member.reshape(-1, len(points)) @ points).reshape(k, len(labels), -1)
    return member, sums, member.sum(2)


def _lloyd(
    coarse: np.ndarray,
    points: np.ndarray,
    present: np.ndarray,
    centres: np.ndarray,
    moving: np.ndarray,
    starts: int,
) -> np.ndarray:
    """Labels (rows, units) where Lloyd's steps stand still; -1 for units left out.

    A row that has met an earlier start of its resample is -1 throughout.

    Parameters
    ----------
    coarse : the points in single precision, enough for distances; sums are of the points
    centres, moving : centres (classes, rows, dimensions) of the rows that are begun
    """
    k = len(centres)
    labels = np.full(present.shape, -1, dtype=np.int8)
    between = np.full(len(present), -np.inf)
    for step in range(ROUNDS):
        nearest = _nearest(coarse, centres.astype(np.float32))
        nearest[~present[moving]] = -1
        changed = (nearest != labels[moving]).any(1)
        labels[moving] = nearest
        moving, nearest = moving[changed], nearest[changed]
        if not len(moving):
            break
        _, sums, counts = _sums(points, nearest, k)
        centres = sums / np.maximum(counts, 1)[:, :, None]
        between[moving] = (sums * centres).sum((0, 2))
        if step in MEETINGS:
            alone = _distinct(between.reshape(-1, starts))
            kept = alone[moving]
            labels[moving[~kept]] = -1
            moving, centres = moving[kept], centres[:, kept]
            if not len(moving):
                break
    return labels


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The nearest of the centres (k, rows, dimensions) to each unit, (rows, units)."""
    k, rows, dimensions = centres.shape
    flat = centres.reshape(-1, dimensions)
    near = ((flat**2).sum(1) / 2)[:, None] - flat @ points.T
    near = near.reshape(k, rows, -1)
    least, nearest = near[0], np.zeros(near[0].shape, dtype=np.int8)
    for label in range(1, k):
        np.copyto(nearest, label, where=near[label] < least)
        np.minimum(least, near[label], out=least)
    return nearest


def _exchange(points: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Move units of each row until none gains: all that gain where that lowers the within sum of
    squares together, else the one that gains most."""
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
        leave = np.where(counts > 1, counts / np.maximum(counts - 1, 1), 0.0)
        enter = counts / (counts + 1)
        loss, least = np.full(now.shape, -np.inf), np.full(now.shape, np.inf)
        for label in range(k):
            own = member[label] > 0
            np.copyto(loss, apart[label] * leave[label][:, None], where=own)
            apart[label] *= enter[label][:, None]
            np.copyto(apart[label], np.inf, where=own)
            np.minimum(least, apart[label], out=least)
        gain = loss - least
        better = gain.max(1) > GAIN
        moving, now, gain, apart = moving[better], now[better], gain[better], apart[:, better]
        if not len(moving):
            break
        nearest = apart.argmin(0).astype(now.dtype)
        together = np.where(gain > GAIN, nearest, now)
        between = ((sums**2).sum(2) / np.maximum(counts, 1)).sum(0)[better]
        raised = _between(points, together, k) > between + GAIN
        row, unit = np.arange(len(moving)), gain.argmax(1)
        now[row, unit] = nearest[row, unit]
        labels[moving] = np.where(raised[:, None], together, now)
    return labels
