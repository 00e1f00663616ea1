"""Layer (c): the index under other defensible methods. A range, never an interval.

Choices, named as in the OECD/JRC Handbook (2008), steps 4 to 7:

- normalisation: bounds of the scale, or smallest and largest answer (min-max either way); counts
  by their square root instead of their logarithm; ranks (percentiles) only for the sensitivity
  of ranks and classes, never in the 0-100 range;
- weights: nominal, equal, by number of items (all items one pool), first principal component;
- aggregation: arithmetic, geometric, and the mean of power 1/2 between them; the last two on
  1 + 0.99 x, as a zero would wipe out all other themes. The harmonic mean is left out: with
  scores near zero its value is that offset's, not the data's;
- missing answers: mean of what was answered, or imputed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from barometre.codebook import Codebook
from barometre.measure import scoring
from barometre.measure.scoring import Structure

AGGREGATIONS = ("arithmetic", "root", "geometric")
MISSING = ("answered", "imputed")


def theme_variants(
    levels: np.ndarray,
    completed: np.ndarray,
    shown: np.ndarray,
    known: np.ndarray,
    codebook: Codebook,
    structure: Structure,
    settings: Mapping[str, Any],
) -> dict[tuple[str, str], np.ndarray]:
    """Theme scores (known units, themes) for each (normalisation, treatment of missing answers).

    The first entry is the study's own normalisation with the mean of what was answered.
    """
    own = settings["normalisation"]
    bounds = {own: structure, **_other_bounds(levels[known], codebook, structure, own)}
    variants = {}
    names = (*bounds, *(("square_root",) if structure.logged.any() else ()), "rank")
    for name in names:
        for missing in MISSING:
            matrix = levels[known][None] if missing == "answered" else completed[:, known]
            if name == "rank":
                scores = _percentiles(matrix, levels[known])
            elif name == "square_root":
                scores = _by_square_root(matrix, structure)
            else:
                scores = scoring.item_scores(matrix, bounds[name])
            scores = scores.mean(0)
            lenient = settings if missing == "answered" else {**settings, "minimum_answered": 0}
            variants[name, missing] = scoring.theme_means(scores, shown[known], structure, lenient)
    return variants


def _other_bounds(
    levels: np.ndarray, codebook: Codebook, structure: Structure, own: str
) -> dict[str, Structure]:
    """The structure on the bounds the study does not use, where they exist for every item."""
    if own == "scale":
        values = np.where(structure.logged, np.log1p(np.where(structure.logged, levels, 0)), levels)
        low, high = scoring.data_bounds(values)
        flat = ~(high > low)
        low, high = np.where(flat, structure.low, low), np.where(flat, structure.high, high)
        return {"data": replace(structure, low=low, high=high)}
    low, high = scoring.scale_bounds(codebook, structure.items, structure.logged)
    return {"scale": replace(structure, low=low, high=high)} if (high > low).all() else {}


def _by_square_root(matrix: np.ndarray, structure: Structure) -> np.ndarray:
    """Item scores with counts by their square root (Tukey 1977, *EDA*, chapter 3), own bounds."""
    low, high = (
        np.expm1(np.where(structure.logged, b, 0)) for b in (structure.low, structure.high)
    )
    counts = np.sqrt(np.where(structure.logged, matrix, 0.0)) - np.sqrt(low)
    span = np.where(structure.logged, np.sqrt(high) - np.sqrt(low), 1.0)
    return np.where(structure.logged, 100 * counts / span, scoring.item_scores(matrix, structure))


def _percentiles(matrix: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Mid-rank of each answer among the answers given to the item, 0-100."""
    out = np.full(matrix.shape, np.nan)
    for item in range(levels.shape[1]):
        given = np.sort(levels[~np.isnan(levels[:, item]), item])
        if not len(given):
            continue
        column = matrix[:, :, item]
        below = np.searchsorted(given, column, side="left")
        upto = np.searchsorted(given, column, side="right")
        rank = 50.0 * (below + upto) / len(given)
        out[:, :, item] = np.where(np.isnan(column), np.nan, rank)
    return out


def weight_sets(themes: np.ndarray, structure: Structure) -> dict[str, np.ndarray]:
    """Theme weights summing to 1, by name; `nominal` first.

    Principal component: squared loadings of the first component of the correlations between
    themes (Nicoletti, Scarpetta & Boylaud 2000; Handbook, step 6); left out below three units or
    where no theme varies.
    """
    n = len(structure.themes)
    counts = structure.membership.sum(0)
    sets = {
        "nominal": structure.theme_weights,
        "equal": np.full(n, 1 / n),
        "items": counts / counts.sum(),
    }
    loadings = _first_component(themes)
    if loadings is not None:
        sets["component"] = loadings**2
    return sets


def _first_component(themes: np.ndarray) -> np.ndarray | None:
    present = ~np.isnan(themes)
    if len(themes) < 3 or not present.any(0).all():
        return None
    filled = np.where(present, themes, np.nanmean(themes, axis=0))
    spread = filled.std(0)
    if not (spread > 1e-9).any():
        return None
    z = (filled - filled.mean(0)) / np.where(spread > 1e-9, spread, 1.0)
    return np.linalg.eigh(z.T @ z)[1][:, -1]


def aggregate(themes: np.ndarray, weights: np.ndarray, how: str) -> np.ndarray:
    """Index (sets, units) from theme scores (units, themes) and weight sets (sets, themes)."""
    there = ~np.isnan(themes)
    total = weights @ there.T
    with np.errstate(divide="ignore", invalid="ignore"):
        if how == "arithmetic":
            return weights @ np.where(there, themes, 0.0).T / total
        lifted = 1 + 0.99 * np.where(there, np.maximum(themes, 0.0), 0.0)
        if how == "root":
            mean = (weights @ np.where(there, np.sqrt(lifted), 0.0).T / total) ** 2
        else:
            mean = np.exp(weights @ np.where(there, np.log(lifted), 0.0).T / total)
    return np.clip((mean - 1) / 0.99, 0, 100)


def ranges(
    variants: Mapping[tuple[str, str], np.ndarray], structure: Structure
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest index of each known unit over all combinations on the 0-100 scale."""
    own = next(iter(variants))[0]
    sets = weight_sets(variants[own, "imputed"], structure)
    weights = np.array(list(sets.values()))
    found = [
        aggregate(themes, weights, how)
        for (normalisation, _), themes in variants.items()
        if normalisation != "rank"
        for how in AGGREGATIONS
    ]
    stacked = np.concatenate(found)
    return np.nanmin(stacked, axis=0), np.nanmax(stacked, axis=0)
