"""Reliability of answers on few ordered levels, through polychoric correlations."""

from __future__ import annotations

import numpy as np

from barometre.measure.consistency import alpha
from barometre.measure.factor import least_squares_loadings
from barometre.measure.polychoric import Polychoric, bivariate_normal


def ordinal_alpha(found: Polychoric) -> float:
    """Alpha of the normal variables behind the answers.

    That of a scale without steps, on which nobody answered, and so mostly above alpha (Zumbo,
    Gadermann & Zeisser 2007, *Journal of Modern Applied Statistical Methods* 6).
    """
    return alpha(found.correlation)


def categorical_omega(found: Polychoric) -> float:
    """Omega of the sum of the answers as given (Green & Yang 2009, *Psychometrika* 74, eq. 21).

    One factor behind the normal variables, by diagonally weighted least squares; the share of the
    variance of the sum of the scores that it makes. NaN where a loading reaches 1.
    """
    loadings = least_squares_loadings(found.correlation, 1 / found.variance)
    if (np.abs(loadings) >= 1).any():
        return float("nan")
    common = _sum_variance(found, np.outer(loadings, loadings))
    return common / _sum_variance(found, found.correlation)


def _sum_variance(found: Polychoric, correlation: np.ndarray) -> float:
    """Variance of the sum of scores where normal variables so correlated are cut at thresholds."""
    from scipy import special

    total = 0.0
    for i, one in enumerate(found.thresholds):
        for j, two in enumerate(found.thresholds):
            h, k = np.broadcast_arrays(one[:, None], two[None, :])
            r = correlation[i, j]
            both = special.ndtr(np.minimum(h, k)) if r >= 1 else bivariate_normal(h, k, r)
            shared = both - special.ndtr(h) * special.ndtr(k)
            total += float(found.steps[i] @ shared @ found.steps[j])
    return total
