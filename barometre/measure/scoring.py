"""Answers to scores: item levels on 0-100, themes as means of items, the index as mean of themes.

The rule is the one EY publishes for its barometer: the level of a theme is the plain arithmetic
mean of the levels given to its statements. Whatever else `study.yaml` may ask for is resolved once,
by `structure`, and carried by it. Terms follow the OECD/JRC *Handbook on Constructing Composite
Indicators* (2008), part 1, steps 3 to 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.measure import denominators, normalising, outliers, stages, weights
from barometre.measure.combinations import DERIVED
from barometre.measure.means import mean_of
from barometre.measure.structure import Structure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Structure", "index_of", "item_scores", "level_matrix", "score", "structure",
           "theme_means"]  # fmt: skip


def structure(
    codebook: Codebook,
    settings: Mapping[str, Any],
    responses: pd.DataFrame,
    units: pd.DataFrame | None = None,
) -> Structure:
    """Structure of a study's index.

    Parameters
    ----------
    codebook : the study's codebook
    settings : section `measure` of study.yaml
    responses : table `responses`; gives the bounds, winsorised ends and weights that are derived
    units : table `units`, for denominators that are one of its columns

    Raises
    ------
    StudyError : no scored item, a theme without items or unknown, open or equal bounds, a level
        outside of the bounds, weights that are all zero; what the options ask for and the answers
        do not allow.
    """
    rows = codebook.scored()
    if rows.empty:
        raise StudyError(
            "codebook.csv: no item has the role 'score'; give it to the items that make the index."
        )
    items = tuple(str(item) for item in rows.index)
    themes = tuple(settings.get("themes") or dict.fromkeys(rows["theme"]))
    _check_themes(themes, rows["theme"], settings)
    divisors = denominators.divisors(settings, codebook, responses, units)
    plan = Structure(
        items=items,
        themes=themes,
        theme_of=np.array([themes.index(theme) for theme in rows["theme"]]),
        weights=rows["weight"].to_numpy(float),
        low=np.full(len(items), np.nan),
        high=np.full(len(items), np.nan),
        # A count that was divided is none any more.
        logged=((rows["kind"] == "count") & ~rows.index.isin(list(divisors))).to_numpy(),
        theme_weights=_given_weights(themes, settings),
        normalisation=settings["normalisation"],
        mean=mean_of(settings),
        divisors=divisors,
    )
    levels, shown = level_matrix(responses, plan)[1:]
    plan = _without_outliers(plan, codebook, settings, levels)
    plan = replace(plan, stages=stages.stages_of(settings, codebook, plan))
    plan = _on_one_scale(plan, codebook, levels, shown)
    return _weighted(plan, settings, levels, shown)


def _given_weights(themes: tuple[str, ...], settings: Mapping[str, Any]) -> np.ndarray:
    given = settings.get("theme_weights") or {}
    theme_weights = np.array([float(given.get(theme, 1.0)) for theme in themes])
    if theme_weights.sum() <= 0:
        raise StudyError(
            "study.yaml, key 'measure.theme_weights': all weights are 0; give at least one theme "
            "a positive weight."
        )
    return theme_weights / theme_weights.sum()


def _without_outliers(
    plan: Structure, codebook: Codebook, settings: Mapping[str, Any], levels: np.ndarray
) -> Structure:
    """The structure with the treatment that `measure.outliers` asks for, item by item."""
    how = settings.get("outliers", "none")
    if how == "none":
        return plan
    kinds = codebook.items.loc[list(plan.items), "kind"]
    treatable = np.flatnonzero(kinds.isin(denominators.DIVIDED))
    if not len(treatable):
        raise StudyError(
            "study.yaml, key 'measure.outliers': no scored item is a number or a count, and the "
            "ends of an answer scale are no outliers; take the key out."
        )
    values = normalising.transformed(levels, plan)
    n = len(plan.items)
    if how == "winsorise":
        floor, ceiling = np.full(n, -np.inf), np.full(n, np.inf)
        for item in treatable:
            floor[item], ceiling[item] = outliers.caps(values[:, item], plan.items[item])
        return replace(plan, floor=floor, ceiling=ceiling)
    start, step, logged = np.zeros(n), np.ones(n), plan.logged.copy()
    for item in treatable:
        # Of a count the logarithm is taken whether or not it has outliers.
        if logged[item] or not outliers.outlying(values[:, item]):
            continue
        ends = np.array(codebook.bounds(plan.items[item]))
        closed = np.isfinite(ends).all() and plan.items[item] not in plan.divisors
        seen = levels[~np.isnan(levels[:, item]), item]
        low, high = ends if closed else (seen.min(), seen.max())
        start[item], step[item] = outliers.log_scale(low, high)
        logged[item] = True
    return replace(plan, start=start, step=step, logged=logged)


def _on_one_scale(
    plan: Structure, codebook: Codebook, levels: np.ndarray, shown: np.ndarray
) -> Structure:
    """The structure with the bounds, or the answers to look up, of its normalisation."""
    if plan.normalisation == "scale" and plan.divisors:
        item = next(iter(plan.divisors))
        raise StudyError(
            f"study.yaml, key 'measure.denominators.{item}': what is divided has no bounds of its "
            "own; set measure.normalisation to data, zscore, rank or percentile."
        )
    counted = stages.staged(levels, plan, shown)
    values = normalising.transformed(counted, plan)
    low, high = normalising.bounds(codebook, plan, plan.normalisation, values)
    looked_up = plan.normalisation in ("rank", "percentile")
    given = normalising.given_values(values) if looked_up else ()
    return replace(plan, low=low, high=high, given=given)


def _weighted(
    plan: Structure, settings: Mapping[str, Any], levels: np.ndarray, shown: np.ndarray
) -> Structure:
    """The structure with weights derived from the scores, where the study asks for that."""
    how = settings.get("weights", "expert")
    if how not in DERIVED:
        return plan
    themes, index = score(levels, shown, plan, settings)
    known = ~np.isnan(index)
    return replace(plan, theme_weights=weights.derived(how, themes[known]))


def level_matrix(
    responses: pd.DataFrame, structure: Structure
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels of the scored items as given, before any logarithm; divided by their denominators.

    Returns
    -------
    unit_ids (units,) sorted; levels (units, items), NaN where an answer has no level; shown
    (units, items), False where a condition of the questionnaire hid the item.
    """
    items = list(structure.items)
    scored = responses[responses["item"].isin(items)]
    levels = scored.pivot(index="unit_id", columns="item", values="level")
    states = scored.pivot(index="unit_id", columns="item", values="state")
    units = sorted(str(unit) for unit in responses["unit_id"].unique())
    levels = levels.reindex(index=units, columns=items)
    for item, below in structure.divisors.items():
        levels[item] = levels[item] / below.reindex(units)
    states = states.reindex(index=units, columns=items)
    shown = (states != "not_shown").fillna(True).to_numpy(bool)
    return np.array(units, dtype=object), levels.to_numpy(float), shown


def item_scores(
    levels: np.ndarray, structure: Structure, shown: np.ndarray | None = None
) -> np.ndarray:
    """Levels (..., units, items) on 0-100 within each item's bounds (min-max, Handbook step 5).

    Or as the structure says: staged, winsorised, as z-score, rank or percentile.

    Parameters
    ----------
    shown : (units, items), which only staged themes ask for; None: everything was shown
    """
    return normalising.normalised(stages.staged(levels, structure, shown), structure)


def score(
    levels: np.ndarray, shown: np.ndarray, structure: Structure, settings: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Theme scores and index.

    A theme is the weighted mean of its answered items and counts when at least
    `minimum_answered` of the items shown were answered; the index is the weighted mean (of
    whatever kind) of the themes that count, known when they are at least `minimum_themes` of the
    themes shown. An item that was not shown is neither answered nor missing; nor is a theme of
    which nothing was shown.

    Parameters
    ----------
    levels : (..., units, items), NaN where not answered
    shown : (units, items) or of the shape of `levels`
    settings : section `measure` of study.yaml

    Returns
    -------
    theme scores (..., units, themes) and index (..., units), 0-100, NaN where unknown.
    """
    scores = item_scores(levels, structure, shown)
    themes = theme_means(scores, shown, structure, settings)
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
    """Mean of the themes that count, from theme scores (..., units, themes)."""
    counts = ~np.isnan(themes)
    weight = counts @ structure.theme_weights
    total = np.where(counts, structure.mean.up(themes), 0.0) @ structure.theme_weights
    n_shown = np.maximum((shown @ structure.membership > 0).sum(-1), counts.sum(-1))
    known = (weight > 0) & (counts.sum(-1) >= settings["minimum_themes"] * n_shown - 1e-9)
    return structure.mean.down(
        np.divide(total, weight, out=np.full(total.shape, np.nan), where=known)
    )


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
