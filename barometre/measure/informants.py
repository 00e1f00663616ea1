"""Do several people who answered for the same unit agree? Intraclass correlation.

The people of a unit are not the same as those of another, so the model is one-way: ICC(1) for
one person and ICC(1,k) for the mean of k (Shrout & Fleiss 1979, *Psychological Bulletin* 86;
intervals of McGraw & Wong 1996, *Psychological Methods* 1), with k the effective number where
units have unequal numbers (Donner 1986, *International Statistical Review* 54).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.codebook import Codebook
from barometre.measure import scoring

if TYPE_CHECKING:
    import pandas as pd

# Note -> English and French.
NOTES = {
    "too_few": (
        "needs two units, and two respondents in one of them",
        "il faut deux unités, et deux répondants dans l'une d'elles",
    ),
    "no_spread": (
        "the respondents of each unit say the same, so there is no interval",
        "les répondants de chaque unité disent la même chose : pas d'intervalle",
    ),
    "steady": ("the scores do not vary", "les scores ne varient pas"),
    "few": (
        "fewer than five units have several respondents: the interval says how little is known",
        "moins de cinq unités ont plusieurs répondants : l'intervalle dit combien on en sait peu",
    ),
}
FEW = 5


def informants_table(
    answers: pd.DataFrame, codebook: Codebook, settings: Mapping[str, Any]
) -> pd.DataFrame:
    """Table `informants`: index and themes, from the table `informant_answers`.

    Each respondent is scored as a unit is.
    """
    import pandas as pd

    unit_of = answers.drop_duplicates("respondent_id").set_index("respondent_id")["unit_id"]
    own = answers.drop(columns="unit_id").rename(columns={"respondent_id": "unit_id"})
    plan = scoring.structure(codebook, settings, own)
    ids, levels, shown = scoring.level_matrix(own, plan)
    themes, index = scoring.score(levels, shown, plan, settings)
    units = unit_of.loc[ids].to_numpy()
    columns = {"index": index, **dict(zip(plan.themes, themes.T, strict=True))}
    return pd.DataFrame(
        [{"theme": name, **agreement(scores, units)} for name, scores in columns.items()]
    )


def agreement(scores: np.ndarray, units: np.ndarray, level: float = 0.95) -> dict[str, Any]:
    """ICC(1) and ICC(1,k) of scores (respondents,), NaN where unknown, and what they rest on."""
    known = ~np.isnan(scores)
    scores, codes = scores[known], np.unique(units[known], return_inverse=True)[1]
    size = np.bincount(codes)
    n, a = len(scores), len(size)
    found: dict[str, Any] = {
        "n_units": a,
        "n_units_several": int((size >= 2).sum()),
        "n_respondents": n,
        **dict.fromkeys(("k", "icc1", "icc1_low", "icc1_high"), np.nan),
        **dict.fromkeys(("icc1k", "icc1k_low", "icc1k_high", "sd_within"), np.nan),
    }
    if a < 2 or n == a:
        return found | _said("too_few")
    mean = np.bincount(codes, scores) / size
    between = (size * (mean - scores.mean()) ** 2).sum() / (a - 1)
    within = ((scores - mean[codes]) ** 2).sum() / (n - a)
    k = (n - (size**2).sum() / n) / (a - 1)
    found |= {"k": k, "sd_within": np.sqrt(within)}
    if between < 1e-12:
        return found | _said("steady" if within < 1e-12 else None)
    ratio = np.array([np.nan, np.nan]) if within < 1e-12 else _ratios(between / within, a, n, level)
    for end, f in zip(("low", "high"), ratio, strict=True):
        found |= {f"icc1_{end}": _cut((f - 1) / (f + k - 1)), f"icc1k_{end}": _cut(1 - 1 / f)}
    found |= {
        "icc1": _cut((between - within) / (between + (k - 1) * within)),
        "icc1k": _cut((between - within) / between),
    }
    few = "few" if found["n_units_several"] < FEW else None
    return found | _said("no_spread" if within < 1e-12 else few)


def _cut(value: float) -> float:
    """At least -1, the lowest agreement of two; with k near 1 the formulas run far below."""
    return max(float(value), -1.0)


def _ratios(f: float, a: int, n: int, level: float) -> np.ndarray:
    """Ends of the interval of the ratio of mean squares."""
    from scipy import stats

    tail = (1 + level) / 2
    return np.array([f / stats.f.ppf(tail, a - 1, n - a), f * stats.f.ppf(tail, n - a, a - 1)])


def _said(note: str | None) -> dict[str, str | None]:
    english, french = NOTES[note] if note else (None, None)
    return {"note": english, "note_fr": french}
