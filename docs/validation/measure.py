"""Coverage of the intervals and calibration of the class probabilities, on planted studies.

About an hour on one core, nearly all of it for imputations:
`python docs/validation/page.py measure`.

Each replicate plants units with correlated true themes and items drawn from a pool of 400 items
per theme (`tests/unit/measure/made.py`); the truth of a unit is its mean over the whole pool. The
answers walk through the production functions. Standard errors are between replicates, since the
units of one replicate share their items. Every cell has a seed of its own.
"""

import functools
import itertools

import numpy as np

from barometre.classify.ordered import class_sizes, cut
from barometre.measure import imputation, intervals, posterior, scoring
from tests.unit.measure import made

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}
UNITS = (10, 39, 101)
RELIABILITY = (0.5, 0.7, 0.9)
ITEMS = (2, 3, 4, 5, 6)
MISSING = (0.0, 0.15)
THEMES = 5
DRAWS = 1000
REPLICATES = 2000
COVERED = "0.94 to 0.98"
# Class probabilities are pooled over the cells, so a tenth of the replicates will do.
CALIBRATED = 10
APART = "-0.03 to 0.03"


def study(rng, n, sizes, reliability, missing):
    """One planted study: levels, item scores completed, theme scores and index, true themes."""
    levels, truth, _ = made.planted(rng, n, sizes, reliability, missing=missing)
    terms = made.settings(len(sizes))
    plan = structure(tuple(sizes))
    shown = np.ones(levels.shape, bool)
    themes, index = scoring.score(levels, shown, plan, terms)
    known = ~np.isnan(index)
    completed = imputation.impute(levels, shown, known, plan, terms["imputations"], rng)
    return levels, scoring.item_scores(completed, plan), themes, index, truth


@functools.cache
def structure(sizes):
    """Themes of these sizes on the bounds of the scale, which no answer changes."""
    nobody = made.responses(np.zeros((1, sum(sizes))))
    return scoring.structure(made.codebook(sizes), made.settings(len(sizes)), nobody)


def covered(pooled, score, truth):
    """Share of the intervals that hold the truth."""
    low, high = intervals.bounds(pooled, score)
    return ((low <= truth) & (truth <= high))[~np.isnan(low)].mean()


def stated_and_right(rng, levels, filled, index, truth, plan):
    """Stated probability of every class of every unit, and whether the true scores give it."""
    known = ~np.isnan(index)
    observed = scoring.item_scores(levels, plan)
    units = np.arange(len(index))
    found = posterior.posterior_draws(filled, observed, known, plan, units, DRAWS, rng)
    rule = class_sizes(int(known.sum()), SHARES)
    codes, true = cut(found.index[:, known], rule), cut(truth.mean(1)[known], rule)
    stated = np.stack([(codes == code).mean(0) for code in range(3)], axis=1)
    return stated, true[:, None] == np.arange(3)


def cell(n, sizes, reliability, missing, replicates):
    """Coverage of index and themes of each replicate, and the tenths of the first of them."""
    seed = [n, int(10 * reliability), sizes[0], int(missing > 0), len(sizes)]
    rng, other = np.random.default_rng(seed), np.random.default_rng([*seed, 1])
    plan, shares, gaps = structure(tuple(sizes)), [], []
    for number in range(replicates):
        levels, filled, themes, index, truth = study(rng, n, sizes, reliability, missing)
        shares.append(
            (
                covered(intervals.pooled_index(filled, plan), index, truth.mean(1)),
                covered(intervals.pooled_themes(filled, plan), themes, truth),
            )
        )
        if number < replicates // CALIBRATED:
            gaps.append(tenths(*stated_and_right(other, levels, filled, index, truth, plan)))
    return np.array(shares), gaps


def tenths(stated, right):
    """Per tenth of the stated probability: sum of (right - stated), and cells, of a replicate."""
    cell = np.minimum((stated * 10).astype(int), 9).ravel()
    gap = (right - stated).ravel()
    return np.bincount(cell, gap, minlength=10), np.bincount(cell, minlength=10)


def rows(replicates):
    """Coverage per cell, then calibration by tenth of the stated probability."""
    for missing in MISSING:
        pooled = []
        for n, reliability, items in itertools.product(UNITS, RELIABILITY, ITEMS):
            shares, gaps = cell(n, [items] * THEMES, reliability, missing, replicates)
            name = f"n={n} reliability={reliability} items={items} missing={missing}"
            yield from coverage(name, shares, COVERED)
            pooled += gaps
        yield from calibration(f"all cells missing={missing}", pooled)
    # One theme alone: its items tell little of their own spread, so nothing is claimed at .9.
    for reliability in RELIABILITY:
        shares, _ = cell(39, [2], reliability, 0.0, replicates)
        yield from coverage(f"n=39 reliability={reliability} items=2, one theme", shares)


def coverage(name, shares, bound=""):
    """Coverage of a cell, of index and themes."""
    error = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
    for column, figure in enumerate(("index_coverage", "theme_coverage")):
        mean = shares[:, column].mean()
        yield ("coverage", name, len(shares), figure, mean, error[column], bound)


def calibration(name, pooled):
    """Frequency less stated probability, by tenth of the latter."""
    gaps, counts = (np.array(part) for part in zip(*pooled, strict=True))
    for tenth in range(10):
        total = counts[:, tenth].sum()
        value = gaps[:, tenth].sum() / total
        error = np.sqrt(((gaps[:, tenth] - value * counts[:, tenth]) ** 2).sum()) / total
        where = f"{name} stated {tenth / 10:.1f}-{tenth / 10 + 0.1:.1f}"
        figure = "frequency_minus_stated"
        yield ("calibration", where, len(pooled), figure, value, error, APART)
