"""Krippendorff's alpha: how far coders agree beyond chance."""

from __future__ import annotations

import numpy as np


def alpha(codes: np.ndarray) -> float:
    """Alpha for nominal codes.

    Parameters
    ----------
    codes : shape (coders, units), NaN where a coder left a unit uncoded

    Returns
    -------
    1 for perfect agreement, 0 for what chance gives, below 0 for less; NaN where fewer than two
    codes can be compared or all codes are the same, when chance cannot disagree.

    Notes
    -----
    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*, sections A to C: 1 minus
    observed over expected disagreement in the coincidence matrix.
    """
    values = np.unique(codes[~np.isnan(codes)])
    counts = np.array([(codes == value).sum(axis=0) for value in values], dtype=float)
    coders = counts.sum(axis=0)
    pairable = coders >= 2
    counts, coders = counts[:, pairable], coders[pairable]
    total = coders.sum()
    if total < 2:
        return float("nan")
    matches = (counts * (counts - 1)).sum(axis=0) / (coders - 1)
    observed = total - matches.sum()
    margins = counts.sum(axis=1)
    expected = (total**2 - (margins**2).sum()) / (total - 1)
    return float(1 - observed / expected) if expected > 0 else float("nan")


def bootstrap(
    codes: np.ndarray, rng: np.random.Generator, resamples: int = 2000
) -> tuple[float, float]:
    """95 % percentile interval of alpha over resampled units; NaN below three units."""
    units = codes.shape[1]
    if units < 3:
        return float("nan"), float("nan")
    drawn = [alpha(codes[:, rng.integers(0, units, units)]) for _ in range(resamples)]
    known = [one for one in drawn if one == one]
    if len(known) < resamples / 2:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
