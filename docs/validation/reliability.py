"""Coverage of the intervals of alpha, and what small samples do to other coefficients.

A few minutes on one core: `python docs/validation/page.py reliability`.

One factor behind four items, cut at six levels in equal steps ("even") or so that most answers
are low ("low"); the truth is the coefficient of the population, by numerical integration. Units
are draws of a process here, as they must be for an interval of alpha to mean anything.
"""

import numpy as np

from barometre.measure import categorical, consistency
from barometre.measure.polychoric import bivariate_normal, polychoric

UNITS = (10, 39, 101)
ALPHA = (0.5, 0.7, 0.9)
CUTS = {"even": np.arange(-2, 3) * 0.8, "low": np.arange(0, 5) * 0.7}
ITEMS = 4
REPLICATES = 1000
# An estimate of categorical omega takes a hundred times as long as an interval of alpha.
SLOWER = 4


def latent(alpha):
    """Correlation of the normal variables whose own alpha this is (Spearman-Brown)."""
    return alpha / (ITEMS - (ITEMS - 1) * alpha)


def population_alpha(r, cuts):
    """Alpha of the answers, from their exact covariances."""
    h, k = np.broadcast_arrays(cuts[:, None], cuts[None, :])
    flat = bivariate_normal(h, k, 0.0)
    between = (bivariate_normal(h, k, r) - flat).sum()
    variance = (bivariate_normal(np.minimum(h, k), np.inf + h * 0, 0.0) - flat).sum()
    covariance = np.full((ITEMS, ITEMS), between) + (variance - between) * np.eye(ITEMS)
    return consistency.alpha(covariance)


def answers(rng, n, r, cuts):
    """Levels (n, items) of units drawn from the population; drawn again where nothing varies."""
    while True:
        common, own = rng.normal(size=(n, 1)), rng.normal(size=(n, ITEMS))
        levels = ((np.sqrt(r) * common + np.sqrt(1 - r) * own)[..., None] > cuts).sum(-1)
        if np.ptp(levels, axis=0).min() > 0 and np.ptp(levels.sum(1)) > 0:
            return levels.astype(float)


def intervals_of(levels, rng):
    """Every interval of alpha that the room knows."""
    covariance = np.cov(levels, rowvar=False)
    n = len(levels)
    return {
        "feldt": consistency.feldt(consistency.alpha(covariance), n, ITEMS),
        "normal": consistency.duhachek(covariance, n),
        "jackknife": consistency.jackknife(levels),
        "bootstrap": consistency.bootstrap(levels, rng, 1000),
    }


def rows(replicates):
    """Coverage per cell; then how far lambda-4 and categorical omega lie from the truth."""
    for shape, cuts in CUTS.items():
        for alpha in ALPHA:
            r = latent(alpha)
            truth = population_alpha(r, cuts)
            for n in UNITS:
                cell = f"n={n} alpha={truth:.2f} answers={shape}"
                rng = np.random.default_rng([n, int(10 * alpha), list(CUTS).index(shape)])
                yield from covered(rng, n, r, cuts, truth, cell, replicates)
                yield from beside(rng, n, r, cuts, truth, cell, replicates // SLOWER)


def covered(rng, n, r, cuts, truth, cell, replicates):
    """Share of each kind of interval that holds the truth; an empty one does not."""
    hits = {}
    for _ in range(replicates):
        for kind, (low, high) in intervals_of(answers(rng, n, r, cuts), rng).items():
            hits.setdefault(kind, []).append(low <= truth <= high)
    for kind, held in hits.items():
        share = np.mean(held)
        error = np.sqrt(share * (1 - share) / replicates)
        yield ("alpha_coverage", cell, replicates, kind, share, error)


def beside(rng, n, r, cuts, truth, cell, replicates):
    """Mean of what is estimated less alpha's truth, which four such items share."""
    gaps = {"lambda4": [], "categorical_omega": []}
    for _ in range(replicates):
        levels = answers(rng, n, r, cuts)
        gaps["lambda4"].append(consistency.lambda4(np.cov(levels, rowvar=False)) - truth)
        if n >= consistency.MANY_UNITS:
            omega = categorical.categorical_omega(polychoric(levels))
            gaps["categorical_omega"].append(omega - truth)
    for figure, found in gaps.items():
        known = np.array(found)[np.isfinite(found)]
        if len(known):
            error = known.std(ddof=1) / np.sqrt(len(known))
            yield ("estimate_minus_truth", cell, len(known), figure, known.mean(), error)
