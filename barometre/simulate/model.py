"""The model behind simulated answers: maturity, themes, answer scales.

1. Maturity of a unit, in standard deviations: the planted slopes times its predictors (age,
   earliness ...), counted from a stated centre, plus what its kind adds, plus normal noise.
2. Each theme of a unit shares the part `theme_share` of its variance with maturity; the rest is the
   theme's own.
3. Behind each answer stands a continuous response that loads on the theme with `loading`; the
   answer is the number of the item's thresholds that the response passes (a graded response model:
   Samejima 1969, Psychometrika Monograph 17, in its normal ogive form).

Nothing here knows of a study; no number is drawn but from the generator handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Planted:
    """What the simulation plants, to be found again by the rooms.

    Attributes
    ----------
    slopes : predictor -> slope of maturity, in standard deviations of maturity per year
    centres : predictor -> value at which it adds nothing
    residual : standard deviation of maturity that no predictor explains
    theme_share : share of a theme's variance that is maturity, 0-1
    loading : correlation of a response with its theme, 0-1
    """

    slopes: Mapping[str, float]
    centres: Mapping[str, float]
    residual: float
    theme_share: float
    loading: float


def maturity(
    planted: Planted,
    predictors: Mapping[str, np.ndarray],
    offset: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Maturity of each unit in standard deviations, shape (units,).

    Parameters
    ----------
    predictors : predictor -> years, shape (units,); NaN (no such age) adds nothing
    offset : what the kind of unit adds, shape (units,)
    """
    explained = sum(
        slope * np.nan_to_num(predictors[name] - planted.centres[name])
        for name, slope in planted.slopes.items()
    )
    return explained + offset + planted.residual * rng.standard_normal(len(offset))


def theme_factors(
    planted: Planted, level: np.ndarray, themes: int, rng: np.random.Generator
) -> np.ndarray:
    """Each unit's standing in each theme, shape (units, themes)."""
    own = rng.standard_normal((len(level), themes))
    return np.sqrt(planted.theme_share) * level[:, None] + np.sqrt(1 - planted.theme_share) * own


def responses(planted: Planted, factors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Continuous responses, from the factor of each item's theme; shape (units, items)."""
    noise = rng.standard_normal(factors.shape)
    return planted.loading * factors + np.sqrt(1 - planted.loading**2) * noise


def even_thresholds(difficulty: float, spacing: float, steps: int) -> np.ndarray:
    """`steps` thresholds around `difficulty`, `spacing` standard deviations apart."""
    return difficulty + spacing * (np.arange(steps) - (steps - 1) / 2)


def graded(response: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Level of each response: how many thresholds (rising) it passes; same shape as `response`."""
    return np.searchsorted(thresholds, response, side="left")


def expected_levels(planted: Planted, factor: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Mean level over endlessly repeated answers to one item, for each value of its factor."""
    return _passing(planted, factor, thresholds).sum(axis=1)


def levels_per_sd(planted: Planted, factor: np.ndarray, thresholds: np.ndarray) -> float:
    """How many levels the expected answer rises per standard deviation of maturity, on average."""
    from scipy.stats import norm

    spread = np.sqrt(1 - planted.loading**2)
    away = (planted.loading * factor[:, None] - thresholds) / spread
    through = planted.loading * np.sqrt(planted.theme_share) / spread
    return float((norm.pdf(away) * through).sum(axis=1).mean())


def _passing(planted: Planted, factor: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Chance of passing each threshold, shape (units, thresholds)."""
    from scipy.stats import norm

    spread = np.sqrt(1 - planted.loading**2)
    return norm.cdf((planted.loading * factor[:, None] - thresholds) / spread)


def plackett_luce(worth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ranking of each unit, best first: option numbers, shape (units, options).

    Parameters
    ----------
    worth : logarithm of each option's worth to each unit, shape (units, options)

    Notes
    -----
    Adding Gumbel noise and sorting draws from the Plackett-Luce model (Yellott 1977, Journal of
    Mathematical Psychology 15, 109-144).
    """
    return np.argsort(-(worth + rng.gumbel(size=worth.shape)), axis=1, kind="stable")
