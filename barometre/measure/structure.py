"""What counts where in the index, as `scoring.structure` resolves it from codebook and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from barometre.measure.combinations import RELATIVE
from barometre.measure.means import ARITHMETIC, Mean

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Stages:
    """Themes whose items are stages, in questionnaire order.

    Attributes
    ----------
    themes : whether the theme is staged, shape (themes,)
    low, high : lowest and highest level of each item's scale, shape (items,)
    """

    themes: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Structure:
    """What counts where, and on which scale.

    Attributes
    ----------
    items : codes of the scored items, in questionnaire order
    themes : theme keys, in the order of print
    theme_of : position in `themes` of each item's theme, shape (items,)
    weights : weight of each item within its theme, shape (items,)
    low, high : level that scores 0 and level that scores 100, after the logarithm where `logged`,
        shape (items,)
    logged : whether log1p((level - start) / step) is taken first, shape (items,); of a count
        (kind `count`) start is 0 and step 1
    theme_weights : nominal weight of each theme, summing to 1, shape (themes,)
    start, step : of the logarithm, shape (items,) or a number
    floor, ceiling : winsorised ends, after any logarithm, shape (items,) or a number
    normalisation : setting `measure.normalisation`
    given : sorted values of each item, where scores are ranks or percentiles among them
    mean : how themes make the index
    stages : which themes are staged; None where none is
    divisors : item -> what its level is divided by, by unit
    """

    items: tuple[str, ...]
    themes: tuple[str, ...]
    theme_of: np.ndarray
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    logged: np.ndarray
    theme_weights: np.ndarray
    start: np.ndarray | float = 0.0
    step: np.ndarray | float = 1.0
    floor: np.ndarray | float = -np.inf
    ceiling: np.ndarray | float = np.inf
    normalisation: str = "scale"
    given: tuple[np.ndarray, ...] = ()
    mean: Mean = ARITHMETIC
    stages: Stages | None = None
    divisors: Mapping[str, pd.Series] = field(default_factory=dict)

    @property
    def membership(self) -> np.ndarray:
        """1 where the item belongs to the theme, shape (items, themes)."""
        return (self.theme_of[:, None] == np.arange(len(self.themes))).astype(float)

    @property
    def sampled(self) -> np.ndarray:
        """Whether a theme's items are a sample of a pool of such items, shape (themes,).

        Stages are not: each is a step of one staircase, which counts as one item.
        """
        if self.stages is None:
            return np.ones(len(self.themes), dtype=bool)
        return ~self.stages.themes

    @property
    def relative(self) -> bool:
        """Whether scores place a unit among the others instead of on the scale of the answers."""
        return self.normalisation in RELATIVE

    @property
    def linear(self) -> bool:
        """Whether the index is linear in the levels of a unit's answers."""
        return self.mean.linear and not self.given and self.stages is None
