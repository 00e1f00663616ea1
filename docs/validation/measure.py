"""Coverage of the intervals and calibration of the class probabilities, on planted studies.

About ten minutes on one core at 200 replicates: `python docs/validation/page.py measure 200`.

Each replicate plants units with correlated true themes and items drawn from a pool of 400 items
per theme (`tests/unit/measure/made.py`); the truth of a unit is its mean over the whole pool. The
answers walk through the production functions. Standard errors are between replicates, since the
units of one replicate share their items.
"""

import numpy as np

from barometre.classify.ordered import class_sizes, cut
from barometre.measure import imputation, intervals, posterior, scoring
from tests.unit.measure import made

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}
THEMES = 5
DRAWS = 1000
REPLICATES = 200


def replicate(rng, n, items, reliability, missing):
    """Coverage of index and themes, and (stated probability, whether right) of every class."""
    sizes = [items] * THEMES
    levels, true_themes, truth = made.planted(rng, n, sizes, reliability, missing=missing)
    terms = made.settings(THEMES)
    plan = scoring.structure(made.codebook(sizes), terms, made.responses(levels))
    shown = np.ones(levels.shape, bool)
    themes, index = scoring.score(levels, shown, plan, terms)
    known = ~np.isnan(index)
    completed = imputation.impute(levels, shown, known, plan, terms["imputations"], rng)
    filled = scoring.item_scores(completed, plan)
    low, high = intervals.bounds(intervals.pooled_index(filled, plan), index)
    covered = ((low <= truth) & (truth <= high))[known].mean()
    low, high = intervals.bounds(intervals.pooled_themes(filled, plan), themes)
    there = ~np.isnan(low)
    theme_covered = ((low <= true_themes) & (true_themes <= high))[there].mean()
    observed = scoring.item_scores(levels, plan)
    found = posterior.posterior_draws(filled, observed, known, plan, np.arange(n), DRAWS, rng)
    rule = class_sizes(int(known.sum()), SHARES)
    codes, true = cut(found.index[:, known], rule), cut(truth[known], rule)
    stated = np.stack([(codes == code).mean(0) for code in range(3)], axis=1)
    return covered, theme_covered, stated, true[:, None] == np.arange(3)


def tenths(stated, right):
    """Per tenth of the stated probability: sum of (right - stated), and cells, of a replicate."""
    cell = np.minimum((stated * 10).astype(int), 9).ravel()
    gap = (right - stated).ravel()
    return np.bincount(cell, gap, minlength=10), np.bincount(cell, minlength=10)


def row(check, cell, replicates, figure, value, error, bound=""):
    """One row of the room's part."""
    return {
        "check": check,
        "cell": cell,
        "replicates": replicates,
        "figure": figure,
        "value": f"{value:.4f}",
        "mc_error": f"{error:.4f}",
        "bound": bound,
    }


def rows(replicates):
    """Coverage per cell, then calibration by tenth of the stated probability."""
    pooled = {0.0: [], 0.15: []}
    for missing in pooled:
        for n in (10, 39, 101):
            for reliability in (0.5, 0.7, 0.9):
                for items in (2, 3, 4, 5, 6) if not missing else (3,):
                    cell = f"n={n} reliability={reliability} items={items} missing={missing}"
                    rng = np.random.default_rng([n, int(10 * reliability), items, int(missing > 0)])
                    runs = [
                        replicate(rng, n, items, reliability, missing) for _ in range(replicates)
                    ]
                    for column, figure in enumerate(("index_coverage", "theme_coverage")):
                        values = np.array([run[column] for run in runs])
                        error = values.std(ddof=1) / np.sqrt(replicates)
                        bound = ">= 0.94" if figure == "index_coverage" else ""
                        mean = values.mean()
                        yield row("coverage", cell, replicates, figure, mean, error, bound)
                    pooled[missing] += [tenths(run[2], run[3]) for run in runs]
    for missing, runs in pooled.items():
        gaps = np.array([run[0] for run in runs])
        counts = np.array([run[1] for run in runs])
        for tenth in range(10):
            total = counts[:, tenth].sum()
            value = gaps[:, tenth].sum() / total
            error = np.sqrt(((gaps[:, tenth] - value * counts[:, tenth]) ** 2).sum()) / total
            cell = f"all cells missing={missing} stated {tenth / 10:.1f}-{tenth / 10 + 0.1:.1f}"
            yield row("calibration", cell, len(runs), "frequency_minus_stated", value, error)
