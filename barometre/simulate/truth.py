"""What was planted, as tables that lie beside the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.simulate.model import Planted, expected_levels, levels_per_sd


@dataclass(frozen=True)
class Simulated:
    """A simulated study: text of the export, and the truth behind it.

    Attributes
    ----------
    export : the LimeSurvey file
    truth : one row per unit: unit_id, maturity (standard deviations), expected_index (0-100, over
        endlessly repeated answers to the same items), then the predictors in years
    planted : one row per predictor: slope of maturity in standard deviations per year, that of the
        predictor alone in a model (total), and the second in index points
    """

    export: str
    truth: pd.DataFrame
    planted: pd.DataFrame


def expected_index(
    planted: Planted,
    factors: np.ndarray,
    thresholds: Sequence[np.ndarray],
    codebook: Codebook,
    items: Sequence[str],
    themes: Sequence[str],
) -> np.ndarray:
    """Index of each unit without the chance of single answers: mean of theme means, 0-100.

    Parameters
    ----------
    factors : standing in each theme, shape (units, themes)
    thresholds : of each item
    """
    scores = _by_theme(
        [
            100 * expected_levels(planted, factors[:, themes.index(theme)], cuts) / len(cuts)
            for theme, cuts in zip(_theme_of(codebook, items), thresholds, strict=True)
        ],
        _theme_of(codebook, items),
        themes,
    )
    return scores.mean(axis=0)


def points_per_sd(
    planted: Planted,
    factors: np.ndarray,
    thresholds: Sequence[np.ndarray],
    codebook: Codebook,
    items: Sequence[str],
    themes: Sequence[str],
) -> float:
    """Index points per standard deviation of maturity, averaged over the units."""
    slopes = _by_theme(
        [
            np.array(
                100 * levels_per_sd(planted, factors[:, themes.index(theme)], cuts) / len(cuts)
            )
            for theme, cuts in zip(_theme_of(codebook, items), thresholds, strict=True)
        ],
        _theme_of(codebook, items),
        themes,
    )
    return float(slopes.mean())


def total_slopes(planted: Planted, many: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Slope of maturity on each predictor alone, which takes in what goes along with it.

    Parameters
    ----------
    many : predictor -> years of very many units drawn as those of the study
    """
    explained = sum(
        slope * np.nan_to_num(many[name] - planted.centres[name])
        for name, slope in planted.slopes.items()
    )
    found = {}
    for name in planted.slopes:
        there = np.isfinite(many[name])
        years, level = many[name][there], np.asarray(explained)[there]
        found[name] = float(np.cov(years, level)[0, 1] / years.var(ddof=1))
    return found


def planted_table(planted: Planted, totals: Mapping[str, float], points: float) -> pd.DataFrame:
    """The table `planted`; see `Simulated`."""
    return pd.DataFrame(
        {
            "predictor": list(planted.slopes),
            "slope_sd_per_year": list(planted.slopes.values()),
            "total_slope_sd_per_year": [totals[name] for name in planted.slopes],
            "total_slope_points_per_year": [points * totals[name] for name in planted.slopes],
        }
    )


def _theme_of(codebook: Codebook, items: Sequence[str]) -> list[str]:
    return [str(codebook.items.at[item, "theme"]) for item in items]


def _by_theme(
    values: Sequence[np.ndarray], theme_of: Sequence[str], themes: Sequence[str]
) -> np.ndarray:
    """Mean of the items of each theme, themes first."""
    return np.array(
        [
            np.mean([value for value, own in zip(values, theme_of, strict=True) if own == theme], 0)
            for theme in themes
        ]
    )
