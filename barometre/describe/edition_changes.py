"""Levels of an edition and changes since another, with their intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

LEVEL, PANEL, OTHERS = "level", "panel", "others"
CONFIDENCE = 0.95
LEAST_OTHERS = 5  # units of each edition; below, a difference of two groups says nothing
NOTES = {
    "forced": (
        "{share:.0f}% by construction: the cut scores of {edition} are set so",
        "{share:.0f} % par construction : les seuils de {edition} sont fixés ainsi",
    ),
    "carried": (
        "cut scores of {edition} carried forward, on the themes both editions have",
        "seuils de {edition} reportés, sur les thèmes que les deux éditions ont",
    ),
    "few": (
        "fewer than {least} units answered one of them only: no difference is given",
        "moins de {least} unités n'ont répondu qu'à l'une : pas de différence donnée",
    ),
    "none": (
        "no theme of {edition} is asked here, so its cut scores cannot be carried",
        "aucun thème de {edition} n'est posé ici, ses seuils ne peuvent être reportés",
    ),
}


def levels_and_changes(
    measure: str, words: Mapping[str, str], scores: Mapping[str, pd.Series]
) -> Iterator[dict[str, Any]]:
    """Rows of the contract `editions` for one measure.

    Parameters
    ----------
    scores : edition -> score of each unit (0-100), oldest first, by the unit's name

    Notes
    -----
    Welch (1947), *Biometrika* 34, 28-35, for the units that answered one of two editions only.
    """
    for name, values in scores.items():
        yield change_row(measure, words, name, LEVEL, mean(values.to_numpy()), len(values))
    for before, after in pairwise(scores):
        first, second = scores[before], scores[after]
        both = first.index.intersection(second.index)
        paired = (second[both] - first[both]).to_numpy()
        more: dict[str, Any] = {"compared_with": before, "base_before": len(both)}
        yield change_row(measure, words, after, PANEL, mean(paired), len(both), **more)
        old, new = first.drop(both).to_numpy(), second.drop(both).to_numpy()
        more = {"compared_with": before, "base_before": len(old)}
        if min(len(old), len(new)) < LEAST_OTHERS:
            more |= noted("few", least=LEAST_OTHERS)
        yield change_row(measure, words, after, OTHERS, welch(old, new), len(new), **more)


def change_row(
    measure: str,
    words: Mapping[str, str],
    edition: str,
    statistic: str,
    found: tuple[float, float, float],
    base: int,
    **more: Any,
) -> dict[str, Any]:
    """One row of the contract `editions`; `found` is estimate, low, high."""
    estimate, low, high = found
    return {"measure": measure, **words, "edition": edition, "statistic": statistic,
            "estimate": estimate, "low": low, "high": high, "base": base, **more}  # fmt: skip


def mean(values: np.ndarray) -> tuple[float, float, float]:
    """Mean with Student's 95 % interval; NaN ends below two values."""
    n = len(values)
    if n == 0:
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    if n < 2:
        return mean, np.nan, np.nan
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return mean, mean - float(reach), mean + float(reach)


def welch(old: np.ndarray, new: np.ndarray) -> tuple[float, float, float]:
    """Difference new - old with Welch's interval; NaN below `LEAST_OTHERS` in either."""
    if min(len(old), len(new)) < LEAST_OTHERS:
        return np.nan, np.nan, np.nan
    test = stats.ttest_ind(new, old, equal_var=False)
    ends = test.confidence_interval(CONFIDENCE)
    return float(new.mean() - old.mean()), float(ends.low), float(ends.high)


def noted(note: str, **values: Any) -> dict[str, str]:
    """A note in both languages, as the columns of a row."""
    english, french = (text.format(**values) for text in NOTES[note])
    return {"note": english, "note_fr": french}
