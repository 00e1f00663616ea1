"""The measure room: from responses to theme scores, index, their doubt, and draws.

1. theme scores and index by the published rule (`scoring`);
2. layer (a), unanswered items imputed many times (`imputation`), and layer (b), items as a sample
   of a pool: 95 % intervals (`intervals`) and posterior draws (`posterior`);
3. layer (c), other defensible methods: a range (`alternatives`) and which choice moves the
   result most (`sensitivity`);
4. reliability of each theme and item (`reliability`), effective beside nominal weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.draws import Draws, generator
from barometre.errors import StudyError
from barometre.measure import alternatives, intervals, scoring
from barometre.measure.blanks import noted
from barometre.measure.imputation import impute
from barometre.measure.normalising import normalised
from barometre.measure.posterior import posterior_draws
from barometre.measure.reliability import items_table, reliability_table
from barometre.measure.sensitivity import sensitivity_table
from barometre.measure.structure import Structure

RESERVED = ("unit_id", "name", "group", "index", "study", "data", "note", "note_fr")


@dataclass(frozen=True)
class Measured:
    """All that the room hands over: the tables of its contracts, and the draws."""

    index: pd.DataFrame
    theme_scores: pd.DataFrame
    theme_weights: pd.DataFrame
    reliability: pd.DataFrame
    reliability_items: pd.DataFrame
    sensitivity: pd.DataFrame
    draws: Draws


def measure(
    responses: pd.DataFrame,
    units: pd.DataFrame,
    codebook: Codebook,
    settings: Mapping[str, Any],
    classify: Mapping[str, Any],
    draws: int,
    seed: int,
    study: str,
) -> Measured:
    """Score a study.

    Parameters
    ----------
    responses, units : tables of the ingest room
    settings, classify : sections `measure` and `classify` of study.yaml
    draws : posterior draws wanted

    Raises
    ------
    StudyError : no unit has an index, a theme has the name of a column, or as `scoring.structure`.
    """
    plan = scoring.structure(codebook, settings, responses, units)
    _check_names(plan)
    ids, levels, shown = aligned(responses, units, plan)
    themes, index = scoring.score(levels, shown, plan, settings)
    known = ~np.isnan(index)
    _check_zeros(themes[known], ids[known], plan)
    if not known.any():
        raise StudyError(
            f"responses.csv: none of the {len(ids)} units answered enough for an index; check the "
            "levels in scales.csv, or lower measure.minimum_answered or minimum_themes."
        )
    completed = impute(
        levels, shown, known, plan, settings["imputations"], generator(seed, study, "imputation")
    )
    filled = scoring.item_scores(completed, plan, shown)
    observed = scoring.item_scores(levels, plan, shown)
    variants = alternatives.theme_variants(
        levels, completed, shown, known, codebook, plan, settings
    )
    made = posterior_draws(
        filled, observed, known, plan, ids, draws, generator(seed, study, "posterior")
    )
    print(
        f"{known.sum()} of {len(ids)} units have an index; "
        f"{(np.isnan(levels) & shown)[known].mean():.1%} of their items shown were not answered, "
        f"{len(completed)} completed data sets; {len(made.index)} of {draws} draws kept, Monte "
        f"Carlo error of a probability at most {0.5 / np.sqrt(len(made.index)):.3f}."
    )
    _print_choices(plan)
    return Measured(
        index=_index_table(ids, units, levels, shown, themes, index, filled, variants, plan),
        theme_scores=_theme_table(ids, levels, themes, filled, plan),
        theme_weights=theme_weights(themes, index, plan, settings),
        reliability=reliability_table(
            normalised(levels[known], plan),
            plan,
            settings,
            generator(seed, study, "reliability"),
        ),
        reliability_items=items_table(normalised(levels[known], plan), plan, settings),
        sensitivity=sensitivity_table(
            variants, index[known], plan, classify["shares"], generator(seed, study, "sensitivity")
        ),
        draws=made,
    )


def _check_names(plan: Structure) -> None:
    for theme in plan.themes:
        if theme in RESERVED:
            raise StudyError(
                f"study.yaml, key 'measure.themes.{theme}': '{theme}' is already a column of "
                "index.csv; choose another key for the theme."
            )


def _check_zeros(themes: np.ndarray, ids: np.ndarray, plan: Structure) -> None:
    """A mean that one zero makes zero is refused where a theme that weighs has a zero."""
    if not plan.mean.needs_positive:
        return
    zero = (themes <= 0) & (plan.theme_weights > 0)
    if zero.any():
        unit, theme = np.argwhere(zero)[0]
        raise StudyError(
            f"study.yaml, key 'measure.aggregation': unit '{ids[unit]}' scores 0 on theme "
            f"'{plan.themes[theme]}', and the {plan.mean.name} mean with a 0 is 0 whatever the "
            "other themes say; set measure.offset to 1, which takes the mean on 1-100, or "
            "measure.aggregation to 'arithmetic'."
        )


def _print_choices(plan: Structure) -> None:
    """Derived weights and treated items, to the log."""
    weights = ", ".join(
        f"{theme} {weight:.3f}"
        for theme, weight in zip(plan.themes, plan.theme_weights, strict=True)
    )
    n = len(plan.items)
    capped = np.isfinite(np.broadcast_to(plan.floor, n))
    logged = np.broadcast_to(plan.step, n) != 1.0
    for what, chosen in (("winsorised", capped), ("by logarithm", logged)):
        if chosen.any():
            print(f"{what}: {', '.join(np.array(plan.items)[chosen])}")
    print(f"{plan.mean.name} mean of the themes, weights {weights}")


def aligned(
    responses: pd.DataFrame, units: pd.DataFrame, plan: Structure
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, levels and what was shown, in the order of the sorted units.

    A unit without responses has only gaps.
    """
    found, levels, shown = scoring.level_matrix(responses, plan)
    ids = np.array(sorted(units["unit_id"].astype(str)), dtype=object)
    stray = sorted(set(found) - set(ids))
    if stray:
        raise StudyError(
            f"responses.csv: unit '{stray[0]}' is not in units.csv; rebuild both from the exports."
        )
    at = np.searchsorted(ids.astype(str), found.astype(str))
    all_levels = np.full((len(ids), len(plan.items)), np.nan)
    all_shown = np.ones(all_levels.shape, dtype=bool)
    all_levels[at], all_shown[at] = levels, shown
    return ids, all_levels, all_shown


def _index_table(
    ids: np.ndarray,
    units: pd.DataFrame,
    levels: np.ndarray,
    shown: np.ndarray,
    themes: np.ndarray,
    index: np.ndarray,
    filled: np.ndarray,
    variants: Mapping[tuple[str, str], np.ndarray],
    plan: Structure,
) -> pd.DataFrame:
    known = ~np.isnan(index)
    low, high = intervals.bounds(intervals.pooled_index(filled, plan), index)
    if plan.relative:
        low, high = (np.full(len(ids), np.nan),) * 2
    range_low, range_high = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    range_low[known], range_high[known] = alternatives.ranges(variants, plan)
    rows = units.assign(unit_id=units["unit_id"].astype(str)).set_index("unit_id").loc[ids]
    answered = ~np.isnan(levels)
    inside = range_low <= range_high  # False where there is no range
    table = pd.DataFrame(
        {
            "unit_id": ids,
            "name": rows["name"].to_numpy(),
            "group": rows["group"].to_numpy(),
            "index": index,
            "index_low": low,
            "index_high": high,
            "range_low": np.where(inside, np.fmin(range_low, index), np.nan),
            "range_high": np.where(inside, np.fmax(range_high, index), np.nan),
            "n_items_answered": answered.sum(1),
            "n_items_shown": (shown | answered).sum(1),
            **{theme: themes[:, j] for j, theme in enumerate(plan.themes)},
        }
    )
    return noted(table, plan, known & np.isnan(low))


def _theme_table(
    ids: np.ndarray, levels: np.ndarray, themes: np.ndarray, filled: np.ndarray, plan: Structure
) -> pd.DataFrame:
    low, high = intervals.bounds(intervals.pooled_themes(filled, plan), themes)
    if plan.relative:
        low, high = (np.full(themes.shape, np.nan),) * 2
    answered = (~np.isnan(levels)) @ plan.membership
    n = len(plan.themes)
    blank = ~np.isnan(themes) & (plan.relative | ~plan.sampled)
    table = pd.DataFrame(
        {
            "unit_id": np.repeat(ids, n),
            "theme": np.tile(plan.themes, len(ids)),
            "score": themes.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "n_items": np.tile(plan.membership.sum(0).astype(int), len(ids)),
            "n_answered": answered.astype(int).ravel(),
        }
    )
    return noted(table, plan, blank.ravel())


def theme_weights(
    themes: np.ndarray, index: np.ndarray, plan: Structure, settings: Mapping[str, Any]
) -> pd.DataFrame:
    """Table `theme_weights`: nominal weight, and correlation of theme and index over units.

    Becker, Saisana, Paruolo & Vandecasteele (2017, *Ecological Indicators* 80): what a weight
    does depends on the spread and correlations of the themes, not on the weight alone.
    """
    labels = settings.get("themes") or {}
    rows = []
    for j, theme in enumerate(plan.themes):
        both = ~np.isnan(themes[:, j]) & ~np.isnan(index)
        x, y = themes[both, j], index[both]
        varied = both.sum() >= 3 and np.ptp(x) > 1e-9 and np.ptp(y) > 1e-9
        rows.append(
            {
                "theme": theme,
                "label": labels.get(theme, {}).get("en", theme),
                "label_fr": labels.get(theme, {}).get("fr", theme),
                "nominal_weight": plan.theme_weights[j],
                "effective_weight": np.clip(np.corrcoef(x, y)[0, 1], -1, 1) if varied else np.nan,
            }
        )
    return pd.DataFrame(rows)
