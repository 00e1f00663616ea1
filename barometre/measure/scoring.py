"""Answers to scores: item levels on 0-100, themes as means of items, the index as mean of themes.

The rule is the one EY publishes for its barometer: the level of a theme is the plain arithmetic
mean of the levels given to its statements. Terms follow the OECD/JRC *Handbook on Constructing
Composite Indicators* (2008), part 1, steps 5 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.codebook import Codebook
from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Structure:
    """What counts where, and on which bounds.

    Attributes
    ----------
    items : codes of the scored items, in questionnaire order
    themes : theme keys, in the order of print
    theme_of : position in `themes` of each item's theme, shape (items,)
    weights : weight of each item within its theme, shape (items,)
    low, high : level that scores 0 and level that scores 100, after the logarithm where `logged`,
        shape (items,)
    logged : whether log(1 + level) is taken first (kind `count`), shape (items,)
    theme_weights : nominal weight of each theme, summing to 1, shape (themes,)
    """

    items: tuple[str, ...]
    themes: tuple[str, ...]
    theme_of: np.ndarray
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    logged: np.ndarray
    theme_weights: np.ndarray

    @property
    def membership(self) -> np.ndarray:
        """1 where the item belongs to the theme, shape (items, themes)."""
        return (self.theme_of[:, None] == np.arange(len(self.themes))).astype(float)


def structure(
    codebook: Codebook, settings: Mapping[str, Any], responses: pd.DataFrame
) -> Structure:
    """Structure of a study's index.

    Parameters
    ----------
    codebook : the study's codebook
    settings : section `measure` of study.yaml
    responses : table `responses`; gives the bounds where `normalisation` is `data`

    Raises
    ------
    StudyError : no scored item, a theme without items or unknown, open or equal bounds, a level
        outside of the bounds, weights that are all zero.
    """
    rows = codebook.scored()
    if rows.empty:
        raise StudyError(
            "codebook.csv: no item has the role 'score'; give it to the items that make the index."
        )
    items = tuple(str(item) for item in rows.index)
    themes = tuple(settings.get("themes") or dict.fromkeys(rows["theme"]))
    _check_themes(themes, rows["theme"], settings)
    logged = (rows["kind"] == "count").to_numpy()
    levels = _transformed(_grid(responses, items)[1], logged)
    low, high = _bounds(codebook, items, logged, settings["normalisation"], levels)
    given = settings.get("theme_weights") or {}
    theme_weights = np.array([float(given.get(theme, 1.0)) for theme in themes])
    if theme_weights.sum() <= 0:
        raise StudyError(
            "study.yaml, key 'measure.theme_weights': all weights are 0; give at least one theme "
            "a positive weight."
        )
    return Structure(
        items=items,
        themes=themes,
        theme_of=np.array([themes.index(theme) for theme in rows["theme"]]),
        weights=rows["weight"].to_numpy(float),
        low=low,
        high=high,
        logged=logged,
        theme_weights=theme_weights / theme_weights.sum(),
    )


def level_matrix(
    responses: pd.DataFrame, structure: Structure
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels of the scored items as given, before any logarithm.

    Returns
    -------
    unit_ids (units,) sorted; levels (units, items), NaN where an answer has no level; shown
    (units, items), False where a condition of the questionnaire hid the item.
    """
    return _grid(responses, structure.items)


def item_scores(levels: np.ndarray, structure: Structure) -> np.ndarray:
    """Levels (..., units, items) on 0-100 within each item's bounds (min-max, Handbook step 5)."""
    span = structure.high - structure.low
    return 100.0 * (_transformed(levels, structure.logged) - structure.low) / span


def score(
    levels: np.ndarray, shown: np.ndarray, structure: Structure, settings: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Theme scores and index.

    A theme is the weighted mean of its answered items and counts when at least
    `minimum_answered` of the items shown were answered; the index is the weighted mean of the
    themes that count, known when they are at least `minimum_themes` of the themes shown. An item
    that was not shown is neither answered nor missing; nor is a theme of which nothing was shown.

    Parameters
    ----------
    levels : (..., units, items), NaN where not answered
    shown : (units, items) or of the shape of `levels`
    settings : section `measure` of study.yaml

    Returns
    -------
    theme scores (..., units, themes) and index (..., units), 0-100, NaN where unknown.
    """
    themes = theme_means(item_scores(levels, structure), shown, structure, settings)
    return themes, index_of(themes, shown, structure, settings)


def theme_means(
    scores: np.ndarray, shown: np.ndarray, structure: Structure, settings: Mapping[str, Any]
) -> np.ndarray:
    """Weighted mean of the answered items of each theme, from item scores (..., units, items)."""
    member = structure.membership
    answered = ~np.isnan(scores)
    weighted = member * structure.weights[:, None]
    total = np.where(answered, scores, 0.0) @ weighted
    weight = answered @ weighted
    n_answered = answered @ member
    n_shown = (shown | answered) @ member
    counts = (weight > 0) & (n_answered >= settings["minimum_answered"] * n_shown - 1e-9)
    return np.divide(total, weight, out=np.full(total.shape, np.nan), where=counts)


def index_of(
    themes: np.ndarray, shown: np.ndarray, structure: Structure, settings: Mapping[str, Any]
) -> np.ndarray:
    """Weighted mean of the themes that count, from theme scores (..., units, themes)."""
    counts = ~np.isnan(themes)
    weight = counts @ structure.theme_weights
    total = np.where(counts, themes, 0.0) @ structure.theme_weights
    n_shown = np.maximum((shown @ structure.membership > 0).sum(-1), counts.sum(-1))
    known = (weight > 0) & (counts.sum(-1) >= settings["minimum_themes"] * n_shown - 1e-9)
    return np.divide(total, weight, out=np.full(total.shape, np.nan), where=known)


def _grid(
    responses: pd.DataFrame, items: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    scored = responses[responses["item"].isin(items)]
    levels = scored.pivot(index="unit_id", columns="item", values="level")
    states = scored.pivot(index="unit_id", columns="item", values="state")
    units = sorted(str(unit) for unit in responses["unit_id"].unique())
    levels = levels.reindex(index=units, columns=list(items))
    states = states.reindex(index=units, columns=list(items))
    shown = (states != "not_shown").fillna(True).to_numpy(bool)
    return np.array(units, dtype=object), levels.to_numpy(float), shown


def _transformed(levels: np.ndarray, logged: np.ndarray) -> np.ndarray:
    return np.where(logged, np.log1p(np.where(logged, levels, 0.0)), levels)


def _bounds(
    codebook: Codebook,
    items: tuple[str, ...],
    logged: np.ndarray,
    normalisation: str,
    levels: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    found = data_bounds(levels)
    if normalisation == "data":
        low, high = found
    else:
        low, high = scale_bounds(codebook, items, logged)
    for position, item in enumerate(items):
        where = f"codebook.csv, scored item '{item}'"
        if not high[position] > low[position]:
            raise StudyError(_no_span(where, normalisation, low[position], high[position]))
        if found[0][position] < low[position] or found[1][position] > high[position]:
            raise StudyError(
                f"{where}: levels go from {found[0][position]:g} to {found[1][position]:g}, "
                f"outside of its bounds {low[position]:g} to {high[position]:g}; mend its scale, "
                "minimum or maximum."
            )
    return low, high


def _no_span(where: str, normalisation: str, low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        hint = (
            "nobody answered it"
            if normalisation == "data"
            else "it has no lowest or highest level; give it a scale or minimum and maximum"
        )
        return f"{where}: {hint}, so it cannot be put on 0-100; or give it the role 'measure'."
    return (
        f"{where}: its only level is {low:g}, so it cannot tell units apart on 0-100; give it the "
        "role 'measure'."
    )


def scale_bounds(
    codebook: Codebook, items: tuple[str, ...], logged: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest possible level of each item, after the logarithm of counts."""
    bounds = np.array([codebook.bounds(item) for item in items], dtype=float)
    bounds = np.where(logged[:, None], np.log1p(np.where(logged[:, None], bounds, 0.0)), bounds)
    return bounds[:, 0], bounds[:, 1]


def data_bounds(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest observed value of each column of (units, items); NaN where none."""
    seen = ~np.isnan(levels)
    low = np.where(seen, levels, np.inf).min(0)
    high = np.where(seen, levels, -np.inf).max(0)
    any_seen = seen.any(0)
    return np.where(any_seen, low, np.nan), np.where(any_seen, high, np.nan)


def _check_themes(themes: tuple[str, ...], used: pd.Series, settings: Mapping[str, Any]) -> None:
    for theme in used.unique():
        if theme not in themes:
            raise StudyError(
                f"codebook.csv: theme '{theme}' of a scored item is not in measure.themes "
                f"({', '.join(themes)})."
            )
    for theme in themes:
        if theme not in set(used):
            raise StudyError(
                f"study.yaml, key 'measure.themes.{theme}': no scored item of codebook.csv has "
                "this theme; give it one or take the theme out."
            )
    for theme in settings.get("theme_weights") or {}:
        if theme not in themes:
            raise StudyError(
                f"study.yaml, key 'measure.theme_weights.{theme}': there is no such theme; the "
                f"themes are {', '.join(themes)}."
            )
