"""Staged themes: a level counts only when all the stages below it are met.

The scored items of a staged theme are its stages, in questionnaire order, as in the staged
representation of maturity models (CMMI). A stage is met when its answer has the highest level of
its scale. The first stage that is not met counts what it was given; those above count nothing,
asked or not. Above a stage that was left unanswered nothing is known, unless one below it is known
to be unmet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.measure.structure import Stages, Structure

ORDERED = ("scale", "yes_no", "tick")


def stages_of(
    settings: Mapping[str, Any], codebook: Codebook, structure: Structure
) -> Stages | None:
    """The staged themes that `measure.staged` names: all, some or none.

    Raises
    ------
    StudyError : a named theme has one item, or a stage has no ordered answers.
    """
    asked = settings.get("staged") or False
    if asked is False:
        return None
    named = structure.themes if asked is True else tuple(asked)
    counts = structure.membership.sum(0)
    chosen = np.array([theme in named for theme in structure.themes])
    for theme, count in zip(structure.themes, counts, strict=True):
        if asked is not True and theme in named and count < 2:
            raise StudyError(
                f"study.yaml, key 'measure.staged': theme '{theme}' has one scored item, so no "
                "stage lies below another; take it out of the list."
            )
    chosen &= counts >= 2
    if not chosen.any():
        raise StudyError(
            "study.yaml, key 'measure.staged': no theme has two scored items, so no stage lies "
            "below another; take the key out."
        )
    for item, theme in zip(structure.items, structure.theme_of, strict=True):
        kind = codebook.items.at[item, "kind"]
        if chosen[theme] and kind not in ORDERED:
            raise StudyError(
                f"study.yaml, key 'measure.staged': item '{item}' of the staged theme "
                f"'{structure.themes[theme]}' is of kind '{kind}', which has no level at which a "
                f"stage is met; a stage is of kind {', '.join(ORDERED)}."
            )
    low, high = np.array([codebook.bounds(item) for item in structure.items], dtype=float).T
    return Stages(chosen, low, high)


def staged(levels: np.ndarray, structure: Structure, shown: np.ndarray | None) -> np.ndarray:
    """Levels (..., units, items) as far as the stages below them are met.

    Parameters
    ----------
    shown : of the shape of `levels` or (units, items); an item that a condition hid is skipped
        unless a stage below it is unmet. None: everything was shown.
    """
    stages = structure.stages
    if stages is None:
        return levels
    out = levels.copy()
    hidden = np.zeros(levels.shape, bool) if shown is None else np.isnan(levels) & ~shown
    for theme in np.flatnonzero(stages.themes):
        blocked = np.zeros(levels.shape[:-1], dtype=bool)
        unknown = np.zeros(levels.shape[:-1], dtype=bool)
        for item in np.flatnonzero(structure.theme_of == theme):
            level, low = levels[..., item], stages.low[item]
            counted = np.where(unknown & (level > low), np.nan, level)
            out[..., item] = np.where(blocked, low, counted)
            blocked = blocked | (level < stages.high[item])
            unknown = unknown | (np.isnan(level) & ~hidden[..., item])
    return out
