"""Posterior (shrunken) draws of theme scores and index, from which class probabilities come.

Raw draws add noise to noise: a unit's observed index already carries its item error, so draws
around it spread too far. Here each unit is drawn towards the mean of the units in proportion to
what is error in it (normal hierarchical model; Gelman et al. 2013, *Bayesian Data Analysis*,
section 5.4, uniform prior on the standard deviation between units).

Where answers are missing, each completed data set gets its turn and the draws are mixed (Gelman et
al. 2013, section 18.2): an imputed answer is not a second source of error on top of the item's own.

Only the error that *differs* between units is drawn: unit by item, within themes. That an item
is hard for everybody shifts all units alike and moves none past another, so it is no part of the
draws, while it is a part of the intervals.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from barometre.draws import Draws
from barometre.measure.intervals import index_and_slopes, squared_weights, theme_shares
from barometre.measure.structure import Structure

GRID = 400
# Steps towards the themes whose mean is the index drawn; one is exact for the arithmetic mean.
STEPS = 4
CHUNK = 200
# Numbers that are kept, 400 MB before compression: 10,000 draws of 1,000 units on ten themes.
# Larger studies get fewer (at least `LEAST`: a Monte Carlo error of a probability of up to .023).
MOST_NUMBERS = 100_000_000
LEAST = 500


def interaction_variance(scores: np.ndarray, structure: Structure) -> np.ndarray:
    """Variance of unit by item within each theme, from observed item scores (units, items).

    Residual mean square of the additive model unit + item, fitted to what is there by
    alternating means. A theme of one item borrows the mean of the other themes; if none has two
    items, that of all items taken as one pool. A staged theme counts as one item, its score.

    Returns
    -------
    (themes,), in squared points of a single item; 0 where the study has one item only.
    """
    found = np.array(
        [_residual_variance(scores[:, structure.theme_of == j]) for j in _themes(structure)]
    )
    found = np.where(structure.sampled, found, np.nan)
    if np.isnan(found).all():
        pool = scores if structure.stages is None else _theme_means(scores, structure)
        whole = _residual_variance(pool)
        return np.full(len(found), 0.0 if np.isnan(whole) else whole)
    return np.where(np.isnan(found), np.nanmean(found), found)


def _themes(structure: Structure) -> range:
    return range(len(structure.themes))


def _residual_variance(scores: np.ndarray, rounds: int = 50) -> float:
    several = (~np.isnan(scores)).sum(1) >= 2
    values = scores[several]
    there = ~np.isnan(values)
    df = there.sum() - there.any(1).sum() - there.any(0).sum() + 1
    if not several.any() or df < 1:
        return float("nan")
    residual = np.where(there, values, 0.0)
    for _ in range(rounds):
        for axis in (1, 0):
            count = np.maximum(there.sum(axis, keepdims=True), 1)
            residual = np.where(there, residual - residual.sum(axis, keepdims=True) / count, 0.0)
    return float((residual**2).sum() / df)


def posterior_draws(
    completed: np.ndarray,
    observed: np.ndarray,
    known: np.ndarray,
    structure: Structure,
    units: np.ndarray,
    draws: int,
    rng: np.random.Generator,
) -> Draws:
    """Draws of all units, index and themes consistent with each other.

    Parameters
    ----------
    completed : item scores after imputation, (m, units, items)
    observed : item scores as given, (units, items)
    known : units whose index is known; the others are NaN in every draw
    draws : number wanted; fewer are made where `MOST_NUMBERS` would be passed
    """
    there = ~np.isnan(completed[0][known])
    item_error = np.nan_to_num(squared_weights(there, structure))
    item_error = item_error * interaction_variance(observed[known], structure)
    m, n_themes = len(completed), len(structure.themes)
    made = int(min(draws, max(LEAST, MOST_NUMBERS // max(known.sum() * n_themes, 1))))
    all_scores = np.full((made, len(known), n_themes), np.nan, dtype=np.float32)
    all_index = np.full((made, len(known)), np.nan)
    for number in range(min(m, made)):
        x = _theme_means(completed[number, known], structure)
        index, slopes = index_and_slopes(x, structure)
        weight = theme_shares(x, structure)
        turns = np.arange(number, made, m)
        places = index_draws(index, (slopes**2 * item_error).sum(-1), len(turns), rng)
        for start, scores in _theme_draws(x, item_error, slopes, places, structure, rng):
            turn = turns[start : start + len(scores), None]
            all_scores[turn, known.nonzero()[0]] = scores
            all_index[turn, known.nonzero()[0]] = _index_of(
                np.nan_to_num(scores), weight, structure
            )
    return Draws(units, np.array(structure.themes), all_index, all_scores)


def _theme_means(scores: np.ndarray, structure: Structure) -> np.ndarray:
    there = ~np.isnan(scores)
    weight = np.where(there, structure.weights, 0.0) @ structure.membership
    total = (np.where(there, scores, 0.0) * structure.weights) @ structure.membership
    return np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)


def _index_of(scores: np.ndarray, weight: np.ndarray, structure: Structure) -> np.ndarray:
    """Index (draws, units) of theme scores (draws, units, themes)."""
    summed = np.einsum("dut,ut->du", structure.mean.up(scores), weight, optimize=True)
    return structure.mean.down(summed)


def index_draws(
    x: np.ndarray, error: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws (draws, units) of the true values behind x ~ N(true, error), true ~ N(mu, tau^2).

    tau is drawn from its posterior on a grid, mu and the true values given it, so that the
    probabilities allow for not knowing the spread between few units.
    """
    if len(x) < 3 or not (error > 0).any():
        return np.broadcast_to(x, (draws, len(x))).copy()
    error = np.maximum(error, 1e-6)
    tau = (np.arange(GRID) + 0.5) / GRID * 3 * max(float(x.std(ddof=1)), 1e-3)
    precision = 1 / (error + tau[:, None] ** 2)
    centre = (precision * x).sum(1) / precision.sum(1)
    log_p = 0.5 * (np.log(precision).sum(1) - np.log(precision.sum(1)))
    log_p = log_p - 0.5 * (precision * (x - centre[:, None]) ** 2).sum(1)
    weight = np.exp(log_p - log_p.max())
    cell = rng.choice(GRID, size=draws, p=weight / weight.sum())
    between = tau[cell, None] ** 2
    mu = centre[cell] + rng.normal(size=draws) / np.sqrt(precision[cell].sum(1))
    kept = between / (between + error)
    out = np.empty((draws, len(x)))
    for start in range(0, draws, CHUNK):
        part = slice(start, start + CHUNK)
        mean = mu[part, None] + kept[part] * (x - mu[part, None])
        out[part] = mean + np.sqrt(kept[part] * error) * rng.normal(size=mean.shape)
    return out


def _theme_draws(
    x: np.ndarray,
    error: np.ndarray,
    share: np.ndarray,
    index: np.ndarray,
    structure: Structure,
    rng: np.random.Generator,
) -> Iterator[tuple[int, np.ndarray]]:
    """Theme draws (chunk, units, themes) whose mean is the index drawn, within 0-100.

    With the place of the first of each chunk.

    Multivariate shrinkage towards the theme means, then the conditional normal given the index
    drawn (the update of kriging), so that themes and index never contradict each other. Of a mean
    that is not arithmetic the update is repeated, its slopes `share` held.
    """
    absent = np.isnan(x)
    centre = np.nan_to_num(np.nanmean(np.where(absent.all(0), 0.0, x), axis=0))
    deviation = np.where(absent, 0.0, x - centre)
    noise = np.where(absent, 1e8, np.maximum(error, 1e-9))
    true = _between(deviation, np.where(absent, 0.0, error))
    gain = true @ np.linalg.inv(true + noise[:, :, None] * np.eye(x.shape[1]))
    mean = centre + (gain @ deviation[:, :, None])[:, :, 0]
    spread = true - gain @ true
    values, vectors = np.linalg.eigh((spread + spread.transpose(0, 2, 1)) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    pull = (spread @ share[:, :, None])[:, :, 0]
    scale = (share * pull).sum(-1, keepdims=True)
    # Where the themes carry no error of their own, the shift is spread evenly over those there.
    even = np.where(absent, 0.0, 1.0)
    pull = np.where(scale > 1e-9, pull / np.maximum(scale, 1e-9), even)
    weight = theme_shares(x, structure)
    for start in range(0, len(index), CHUNK):
        wanted = index[start : start + CHUNK]
        normal = rng.normal(size=(len(wanted), *x.shape))
        drawn = mean + np.einsum("utk,duk->dut", root, normal, optimize=True)
        for _ in range(1 if structure.mean.linear else STEPS):
            off = wanted - _mean_of(drawn, weight, share, structure)
            drawn = np.clip(drawn + off[:, :, None] * pull, 0, 100)
        yield start, np.where(absent, np.nan, drawn).astype(np.float32)


def _mean_of(
    drawn: np.ndarray, weight: np.ndarray, share: np.ndarray, structure: Structure
) -> np.ndarray:
    if structure.mean.linear:
        return (drawn * share).sum(-1)
    return _index_of(np.clip(drawn, 0, 100), weight, structure)


def _between(deviation: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Covariance of the true theme scores: shrunken observed covariance less the error."""
    from sklearn.covariance import ledoit_wolf

    if len(deviation) < 3:
        return np.zeros((deviation.shape[1], deviation.shape[1]))
    observed = ledoit_wolf(deviation, assume_centered=True)[0]
    values, vectors = np.linalg.eigh(observed - np.diag(error.mean(0)))
    return vectors * np.maximum(values, 0.0) @ vectors.T
