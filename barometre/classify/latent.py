"""Latent classes on the answers themselves: which patterns of levels go together?

Items are taken as categories, without their order and without the index, so the view shares
nothing with the cut but the answers. Within a class items are independent (Lazarsfeld & Henry 1968,
*Latent Structure Analysis*; Goodman 1974, *Biometrika* 61). Fitted by StepMix (EM, an unanswered
item left out of the likelihood), which gives poLCA's results (`tests/reference`). Likelihoods
have many local optima: many short runs, and the best few of them to the end.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

STARTS, FINALISTS = 50, 3
SHORT_STEPS, LONG_STEPS = 100, 20_000
SHORT_GAIN, LONG_GAIN = 1e-6, 1e-9  # of the mean log-likelihood, a step
MOST_LEVELS = 10


@dataclass(frozen=True)
class Fit:
    """A fitted latent-class model.

    Attributes
    ----------
    log_likelihood : of all units
    parameters : number of free parameters
    shares : class shares (classes,)
    chances : posterior probability of each class (units, classes)
    probabilities : probability of each code of each item (classes, items, codes)
    """

    log_likelihood: float
    parameters: int
    shares: np.ndarray
    chances: np.ndarray
    probabilities: np.ndarray

    def bic(self) -> float:
        """BIC, smaller is better."""
        return -2 * self.log_likelihood + self.parameters * np.log(len(self.chances))


def fit(
    codes: np.ndarray,
    k: int,
    rng: np.random.Generator,
    starts: int = STARTS,
    gain: float = LONG_GAIN,
) -> Fit:
    """Best of many starts.

    Parameters
    ----------
    codes : answers as codes 0, 1, ... (units, items), NaN where there is none
    k : number of classes
    gain : of the mean log-likelihood in one step, below which the best runs end
    """
    seeds = rng.integers(2**31, size=starts if k > 1 else 1).tolist()
    short = [(_run(codes, k, seed, SHORT_STEPS, SHORT_GAIN), seed) for seed in seeds]
    order = sorted(range(len(short)), key=lambda run: -short[run][0].score(codes))
    finals = [_run(codes, k, short[run][1], LONG_STEPS, gain) for run in order[:FINALISTS]]
    best = max(finals, key=lambda model: model.score(codes))
    probabilities = np.asarray(best.get_parameters()["measurement"]["pis"])
    return Fit(
        log_likelihood=float(best.score(codes) * len(codes)),
        parameters=free_parameters(codes, k),
        shares=np.asarray(best.weights_),
        chances=best.predict_proba(codes),
        probabilities=probabilities.reshape(k, codes.shape[1], -1),
    )


def free_parameters(codes: np.ndarray, k: int) -> int:
    """Free parameters of k classes: shares, and levels less one of each item in each class."""
    levels = [len(np.unique(item[~np.isnan(item)])) for item in codes.T]
    return k - 1 + k * sum(count - 1 for count in levels)


def categories(levels: np.ndarray, k: int) -> np.ndarray | None:
    """Answers as codes, with as many levels as the number of units can bear.

    Parameters
    ----------
    levels : item levels (units, items), NaN where there is none

    Returns
    -------
    The levels as they are where k classes have no more parameters than there are units, else each
    item in two halves; None where those are too many as well. Items of a single level, or of more
    than `MOST_LEVELS` (counts), are left out.
    """
    kept = [item for item in levels.T if 2 <= len(_levels_of(item)) <= MOST_LEVELS]
    if not kept:
        return None
    for coded in (_as_answered, _halves):
        codes = np.column_stack([coded(item) for item in kept])
        if free_parameters(codes, k) <= len(codes):
            return codes
    return None


def _levels_of(item: np.ndarray) -> np.ndarray:
    return np.unique(item[~np.isnan(item)])


def _as_answered(item: np.ndarray) -> np.ndarray:
    codes = np.searchsorted(_levels_of(item), item).astype(float)
    return np.where(np.isnan(item), np.nan, codes)


def _halves(item: np.ndarray) -> np.ndarray:
    """1 at or above the level that parts the answers most evenly, else 0."""
    levels, known = _levels_of(item)[1:], item[~np.isnan(item)]
    above = (known[:, None] >= levels).mean(0)
    edge = levels[np.abs(above - 0.5).argmin()]
    return np.where(np.isnan(item), np.nan, (item >= edge).astype(float))


def _run(codes: np.ndarray, k: int, seed: int, steps: int, gain: float) -> Any:
    """One start of StepMix; a run that reaches the last step is used as it is."""
    from sklearn.exceptions import ConvergenceWarning
    from stepmix import StepMix

    model = StepMix(
        k, measurement="categorical_nan", random_state=seed, max_iter=steps, abs_tol=gain,
        progress_bar=0,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(codes)
