"""Theme space: where the units with a known index lie, for rules that look at all themes.

The axes are the theme scores, 0-100, each stretched by the square root of its theme's weight, so
that distances weigh themes as the index does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify.ordered import class_sizes

LARGE = 300  # units above which searches take fewer starts


@dataclass(frozen=True)
class Space:
    """What the views see of the units with a known index.

    Attributes
    ----------
    index : (units,)
    points : weighted theme scores (units, themes), missing ones filled in
    filled : number of theme scores that were filled in
    sizes : class sizes of the headline, lowest first
    themes : themes of the columns of `points`
    stretch : what each theme's scores are multiplied by (themes,)
    levels : answers as item levels (units, items), NaN where there is none
    """

    index: np.ndarray
    points: np.ndarray
    filled: int
    sizes: tuple[int, ...]
    themes: tuple[str, ...] = ()
    stretch: np.ndarray | float = 1.0
    levels: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))


def theme_space(
    index: pd.DataFrame,
    themes: pd.DataFrame,
    settings: Mapping[str, Any],
    weights: Mapping[str, float],
) -> Space:
    """The known units in theme space.

    A missing theme score is filled in as the unit's index plus how far the theme lies, on
    average, from the index (additive two-way imputation), within 0-100: it keeps the unit's own
    level, where the theme's mean would pull the unit towards the middle. For views only.
    """
    scores = themes.pivot(index="unit_id", columns="theme", values="score")
    used = [theme for theme in weights if weights[theme] > 0 and theme in scores.columns]
    grid = scores.reindex(index=index["unit_id"], columns=used).to_numpy(float)
    level = index["index"].to_numpy(float)
    share = np.array([weights[theme] for theme in used])
    stretch = np.sqrt(share / share.mean())
    sizes = class_sizes(len(level), settings["shares"])
    return Space(
        index=level,
        points=completed(grid, level) * stretch,
        filled=int(np.isnan(grid).sum()),
        sizes=tuple(sizes.values()),
        themes=tuple(used),
        stretch=stretch,
    )


def completed(grid: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Theme scores (units, themes) with the missing ones filled in from the index (units,)."""
    seen = ~np.isnan(grid)
    apart = np.where(seen, grid - level[:, None], 0.0).sum(0) / np.maximum(seen.sum(0), 1)
    return np.where(seen, grid, np.clip(level[:, None] + apart, 0, 100))
