"""Layer (c): the index under other defensible methods. A range, never an interval.

Choices, named as in the OECD/JRC Handbook (2008), steps 4 to 7, each made by the function that the
study's own method is made by:

- normalisation: bounds of the scale, or smallest and largest answer (min-max either way); counts
  by their square root instead of their logarithm; percentiles only for the sensitivity of ranks
  and classes, never in the 0-100 range;
- weights: nominal, equal, by number of items (all items one pool), first principal component;
- aggregation: arithmetic, geometric, and the mean of power 1/2 between them; the last two on
  1 + 0.99 x, as a zero would wipe out all other themes. The harmonic mean is left out: with
  scores near zero its value is that offset's, not the data's;
- missing answers: mean of what was answered, or imputed.

The study's own method is always among them, and first. Stages, outliers and denominators say what
is measured: they are the study's in every alternative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from barometre.codebook import Codebook
from barometre.measure import normalising, scoring, stages
from barometre.measure.combinations import RELATIVE
from barometre.measure.means import ARITHMETIC, Mean
from barometre.measure.structure import Structure
from barometre.measure.weights import first_component

OTHER_MEANS = (ARITHMETIC, Mean("root", 0.5, 1.0), Mean("geometric", 0.0, 1.0))
MISSING = ("answered", "imputed")


def means(structure: Structure) -> dict[str, Mean]:
    """The study's own mean and the alternatives to it, by name."""
    own = structure.mean
    return {own.name: own, **{mean.name: mean for mean in OTHER_MEANS if mean.name != own.name}}


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
    here = shown[known]
    matrices = {
        "answered": stages.staged(levels[known][None], structure, here),
        "imputed": stages.staged(completed[:, known], structure, here),
    }
    plans = _plans(matrices["answered"][0], codebook, structure)
    variants = {}
    for name, plan in plans.items():
        for missing in MISSING:
            if name == "square_root":
                scores = _by_square_root(matrices[missing], structure)
            else:
                scores = normalising.normalised(matrices[missing], plan)
            scores = scores.mean(0)
            lenient = settings if missing == "answered" else {**settings, "minimum_answered": 0}
            variants[name, missing] = scoring.theme_means(scores, here, structure, lenient)
    return variants


def _plans(levels: np.ndarray, codebook: Codebook, structure: Structure) -> dict[str, Structure]:
    """Normalisation -> the structure on it, the study's own first; of staged levels."""
    own = structure.normalisation
    values = normalising.transformed(levels, structure)
    plans = {own: structure}
    bare = replace(structure, given=())
    if own != "scale" and not structure.divisors:
        low, high = normalising.scale_bounds(codebook, structure)
        if (high > low).all():
            plans["scale"] = replace(bare, low=low, high=high, normalisation="scale")
    if own != "data":
        low, high = normalising.data_bounds(values)
        flat = ~(high > low)
        low, high = np.where(flat, structure.low, low), np.where(flat, structure.high, high)
        plans["data"] = replace(bare, low=low, high=high, normalisation="data")
    if structure.logged.any() and own not in RELATIVE:
        plans["square_root"] = structure
    if own != "percentile":
        given = normalising.given_values(values)
        plans["percentile"] = replace(structure, given=given, normalisation="percentile")
    return plans


def _by_square_root(matrix: np.ndarray, structure: Structure) -> np.ndarray:
    """Item scores with counts by their square root (Tukey 1977, *EDA*, chapter 3), own bounds."""
    low, high = (
        np.expm1(np.where(structure.logged, b, 0)) for b in (structure.low, structure.high)
    )
    scaled = (np.where(structure.logged, matrix, 0.0) - structure.start) / structure.step
    counts = np.sqrt(np.where(structure.logged, scaled, 0.0)) - np.sqrt(low)
    span = np.where(structure.logged, np.sqrt(high) - np.sqrt(low), 1.0)
    return np.where(
        structure.logged, 100 * counts / span, normalising.normalised(matrix, structure)
    )


def weight_sets(themes: np.ndarray, structure: Structure) -> dict[str, np.ndarray]:
    """Theme weights summing to 1, by name; `nominal` first.

    The first component is left out below three units or where no theme varies.
    """
    n = len(structure.themes)
    counts = structure.membership.sum(0)
    sets = {
        "nominal": structure.theme_weights,
        "equal": np.full(n, 1 / n),
        "items": counts / counts.sum(),
    }
    loadings = first_component(themes)
    if loadings is not None:
        sets["component"] = loadings**2
    return sets


def aggregate(themes: np.ndarray, weights: np.ndarray, mean: Mean) -> np.ndarray:
    """Index (sets, units) from theme scores (units, themes) and weight sets (sets, themes)."""
    there = ~np.isnan(themes)
    total = weights @ there.T
    with np.errstate(divide="ignore", invalid="ignore"):
        return mean.down(weights @ np.where(there, mean.up(themes), 0.0).T / total)


def ranges(
    variants: Mapping[tuple[str, str], np.ndarray], structure: Structure
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest index of each known unit over all combinations on the 0-100 scale.

    NaN where the study's own normalisation is relative: its index is on another scale.
    """
    if structure.relative:
        return (np.full(len(next(iter(variants.values()))), np.nan),) * 2
    own = next(iter(variants))[0]
    sets = weight_sets(variants[own, "imputed"], structure)
    weights = np.array(list(sets.values()))
    found = [
        aggregate(themes, weights, mean)
        for (normalisation, _), themes in variants.items()
        if normalisation not in RELATIVE
        for mean in means(structure).values()
    ]
    stacked = np.concatenate(found)
    return np.nanmin(stacked, axis=0), np.nanmax(stacked, axis=0)
