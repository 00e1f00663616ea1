"""Weights of the themes that are derived from the scores (OECD/JRC *Handbook*, step 6).

- pca: squared loadings of the first principal component of the correlations between themes
  (Nicoletti, Scarpetta & Boylaud 2000, OECD working paper 226);
- entropy: one less Shannon's entropy of a theme's shares over units: what is spread unevenly tells
  more (Zeleny 1982, *Multiple Criteria Decision Making*, chapter 7);
- benefit_of_doubt: each unit's own most favourable weights (Melyn & Moesen 1991; Cherchye et al.
  2007, *Social Indicators Research* 82), averaged over units, so that all are measured alike: the
  cross-efficiency of Sexton, Silkman & Hogan (1986), with the benevolent second goal of Doyle &
  Green (1994, *JORS* 45) where a unit has several best sets.

They are derived once, from the scores as given, and held in every draw: weights are a choice of
method (layer c), and weights that moved with the draws would be counted as doubt about the answers.
"""

from __future__ import annotations

import numpy as np

from barometre.errors import StudyError

PCA_UNITS = 3  # units per theme, the least of the rules that the Handbook lists in its step 4


def derived(how: str, themes: np.ndarray) -> np.ndarray:
    """Weights that sum to 1, shape (themes,).

    Parameters
    ----------
    how : one of `combinations.DERIVED`
    themes : scores (units, themes), 0-100, NaN where unknown; unknown scores take the theme's mean

    Raises
    ------
    StudyError : too few units, or no theme varies.
    """
    units, k = themes.shape
    least = {"pca": PCA_UNITS * k, "benefit_of_doubt": k, "entropy": 2}[how]
    where = f"study.yaml, key 'measure.weights': '{how}'"
    if units < least:
        raise StudyError(
            f"{where} needs at least {least} units with an index for {k} themes, and there are "
            f"{units}; take 'equal' or 'expert'."
        )
    there = ~np.isnan(themes)
    if not there.any(0).all() or not (np.ptp(filled(themes), axis=0) > 1e-9).any():
        raise StudyError(
            f"{where}: a theme has no score, or no theme differs between units; take 'equal'."
        )
    if how == "pca":
        loadings = first_component(themes)
        assert loadings is not None
        return loadings**2
    scores = filled(themes)
    return entropy(scores) if how == "entropy" else benefit_of_doubt(scores)


def filled(themes: np.ndarray) -> np.ndarray:
    """Theme scores with the mean of the theme where unknown."""
    return np.where(np.isnan(themes), np.nanmean(themes, axis=0), themes)


def first_component(themes: np.ndarray) -> np.ndarray | None:
    """Loadings of the first principal component of the correlations between themes.

    A theme that does not vary has none. None below three units, or where no theme varies.
    """
    present = ~np.isnan(themes)
    if len(themes) < 3 or not present.any(0).all():
        return None
    complete = filled(themes)
    spread = complete.std(0)
    if not (spread > 1e-9).any():
        return None
    z = (complete - complete.mean(0)) / np.where(spread > 1e-9, spread, 1.0)
    return np.linalg.eigh(z.T @ z)[1][:, -1]


def entropy(scores: np.ndarray) -> np.ndarray:
    """Entropy weights of complete scores (units, themes), at least 0 each."""
    total = scores.sum(0)
    share = np.divide(scores, total, out=np.full(scores.shape, 1 / len(scores)), where=total > 0)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    apart = np.maximum(1 + (share * logs).sum(0) / np.log(len(scores)), 0.0)
    return apart / apart.sum()


def benefit_of_doubt(scores: np.ndarray) -> np.ndarray:
    """Mean over units of the weights that make the most of each, of complete scores.

    A unit's weights maximise its own weighted sum, while with the same weights no unit passes 1.
    """
    from scipy.optimize import linprog

    profiles, first, count = np.unique(scores, axis=0, return_index=True, return_counts=True)
    del first
    best = profiles[_undominated(profiles)]
    others = scores.sum(0)
    weights = np.zeros(scores.shape[1])
    for profile, times in zip(profiles, count, strict=True):
        if not profile.any():
            continue
        own = linprog(-profile, A_ub=best, b_ub=np.ones(len(best)), method="highs")
        shared = linprog(
            -others,
            A_ub=np.vstack([best, -profile]),
            b_ub=np.append(np.ones(len(best)), own.fun + 1e-9),
            method="highs",
        )
        chosen = shared.x if shared.status == 0 else own.x
        weights += times * chosen
    return weights / weights.sum()


def _undominated(profiles: np.ndarray) -> np.ndarray:
    """Which distinct profiles no other equals or passes on every theme."""
    return np.array([((profiles >= profile).all(1)).sum() == 1 for profile in profiles], dtype=bool)
