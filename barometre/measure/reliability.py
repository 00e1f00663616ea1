"""Tables `reliability` and `reliability_items`: do the items of a theme go together?

Everything is computed from the units that answered all items of the theme. What needs many units
is given from `MANY_UNITS` on and empty below, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.measure import consistency, factor
from barometre.measure.categorical import categorical_omega, ordinal_alpha
from barometre.measure.consistency import MANY_UNITS
from barometre.measure.polychoric import polychoric
from barometre.measure.scoring import Structure

if TYPE_CHECKING:
    import pandas as pd

# Note -> English and French, filled with n complete units and k items.
NOTES = {
    "formative": (
        "formative model: the items make maturity up, so alpha describes and proves nothing",
        "modèle formatif : les questions composent la maturité, l'alpha décrit et ne prouve rien",
    ),
    "one_item": (
        "one item has no internal consistency",
        "une seule question n'a pas de cohérence interne",
    ),
    "few_units": (
        "units that answered every item: {n}; alpha needs three",
        "unités ayant répondu à toutes les questions : {n} ; l'alpha en demande trois",
    ),
    "steady": ("the answers do not vary", "les réponses ne varient pas"),
    "whole": (
        "omega, ordinal coefficients: the whole is several themes, not one factor",
        "oméga, coefficients ordinaux : l'ensemble réunit plusieurs thèmes, pas un seul facteur",
    ),
    "two_items": (
        "omega: two items do not identify a factor",
        "oméga : deux questions n'identifient pas un facteur",
    ),
    "constant": ("omega: an item does not vary", "oméga : une question ne varie pas"),
    "small": (
        "omega: {n} complete units are too few for {k} items",
        "oméga : {n} unités complètes sont trop peu pour {k} questions",
    ),
    "heywood": ("omega: a uniqueness vanishes", "oméga : une variance propre s'annule"),
    "hundred": (
        "ordinal coefficients and fit need 100 complete units, here {n}",
        "coefficients ordinaux et ajustement : 100 unités complètes requises, ici {n}",
    ),
    "levels": (
        "ordinal coefficients: an item has more than ten levels",
        "coefficients ordinaux : une question a plus de dix niveaux",
    ),
    "improper": (
        "categorical omega: a loading reaches 1",
        "oméga catégoriel : une saturation atteint 1",
    ),
    "no_fit": (
        "fit: the model has nothing left to be tested by, or a uniqueness vanishes",
        "ajustement : le modèle n'a plus rien à tester, ou une variance propre s'annule",
    ),
    "not_dropped": (
        "one of two items cannot be dropped",
        "on ne peut retirer une question sur deux",
    ),
}
LEAST_UNITS = 20
MOST_LEVELS = 10
NUMBERS = (
    "alpha", "alpha_low", "alpha_high", "resampled_low", "resampled_high", "resampling", "lambda2",
    "omega", "ordinal_alpha", "categorical_omega", "kmo", "bartlett_p", "cfi", "rmsea", "srmr",
)  # fmt: skip


def reliability_table(
    scores: np.ndarray, structure: Structure, settings: Mapping[str, Any], rng: np.random.Generator
) -> pd.DataFrame:
    """Table `reliability`: one row per theme, and `whole`, from observed item scores."""
    import pandas as pd

    model = settings["model"]
    rows = [
        {"theme": theme, **_row(complete, np.zeros(complete.shape[1], int), model, rng)}
        for theme, _, complete in _themes(scores, structure)
    ]
    rows.append({"theme": "whole", **_row(_complete(scores), structure.theme_of, model, rng)})
    return pd.DataFrame(rows)


def items_table(
    scores: np.ndarray, structure: Structure, settings: Mapping[str, Any]
) -> pd.DataFrame:
    """Table `reliability_items`: each item beside the others of its theme."""
    import pandas as pd

    rows = []
    for theme, members, complete in _themes(scores, structure):
        n, k = complete.shape
        notes = ["formative"] if settings["model"] == "formative" else []
        rest, dropped = np.full(k, np.nan), np.full(k, np.nan)
        if k < 2 or n < 3:
            notes.append("one_item" if k < 2 else "few_units")
        else:
            covariance = np.cov(complete, rowvar=False)
            rest = consistency.item_rest(covariance)
            dropped = consistency.alpha_if_dropped(covariance)
            notes += ["not_dropped"] if k == 2 else []
        said = _said(notes, n, k)
        rows += [
            {"theme": theme, "item": structure.items[item], "n_units": n, "item_rest": rest[place],
             "alpha_if_dropped": dropped[place], **said}
            for place, item in enumerate(members)
        ]  # fmt: skip
    return pd.DataFrame(rows)


def _complete(scores: np.ndarray) -> np.ndarray:
    return scores[~np.isnan(scores).any(1)]


def _themes(scores: np.ndarray, structure: Structure) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Each theme with the positions of its items and the complete answers to them."""
    members = [np.flatnonzero(structure.theme_of == j) for j in range(len(structure.themes))]
    return [
        (theme, items, _complete(scores[:, items]))
        for theme, items in zip(structure.themes, members, strict=True)
    ]


def _said(notes: list[str], n: int, k: int) -> dict[str, str | None]:
    english, french = (
        "; ".join(NOTES[note][language].format(n=n, k=k) for note in notes) or None
        for language in (0, 1)
    )
    return {"note": english, "note_fr": french}


def _row(
    complete: np.ndarray, factor_of: np.ndarray, model: str, rng: np.random.Generator
) -> dict[str, Any]:
    """A theme, or the whole where the items have several factors."""
    n, k = complete.shape
    found: dict[str, Any] = {**dict.fromkeys(NUMBERS, np.nan), "resampling": None}
    notes = ["formative"] if model == "formative" else []
    if k < 2:
        notes.append("one_item")
    elif n < 3:
        notes.append("few_units")
    else:
        covariance = np.cov(complete, rowvar=False)
        found |= _classical(complete, covariance, rng)
        if np.isnan(found["alpha"]):
            notes.append("steady")
        for part in (_one_factor, _ordinal, _fit):
            numbers, further = part(complete, covariance, factor_of)
            found |= numbers
            notes += [note for note in further if note not in notes]
    return {"n_items": k, "n_units": n, **found, **_said(notes, n, k)}


def _classical(
    complete: np.ndarray, covariance: np.ndarray, rng: np.random.Generator
) -> dict[str, Any]:
    n, k = complete.shape
    value = consistency.alpha(covariance)
    low, high, how = consistency.resampled(complete, rng)
    return {
        "alpha": value,
        **dict(zip(("alpha_low", "alpha_high"), consistency.feldt(value, n, k), strict=True)),
        "resampled_low": low,
        "resampled_high": high,
        "resampling": None if np.isnan(low) else how,
        "lambda2": consistency.lambda2(covariance),
    }


Part = tuple[dict[str, float], list[str]]


def _one_factor(complete: np.ndarray, covariance: np.ndarray, factor_of: np.ndarray) -> Part:
    n, k = complete.shape
    if factor_of.any():
        return {}, ["whole"]
    if k < 3:
        return {}, ["two_items"]
    if not (np.diag(covariance) > 0).all():
        return {}, ["constant"]
    if n < max(LEAST_UNITS, k + 2):
        return {}, ["small"]
    value = factor.omega(covariance)
    return {"omega": value}, ["heywood"] if np.isnan(value) else []


def _ordinal(complete: np.ndarray, covariance: np.ndarray, factor_of: np.ndarray) -> Part:
    n, k = complete.shape
    if n < MANY_UNITS:
        return {}, ["hundred"]
    if factor_of.any() or not (np.diag(covariance) > 0).all():
        return {}, []  # said by `_one_factor`
    if max(len(np.unique(column)) for column in complete.T) > MOST_LEVELS:
        return {}, ["levels"]
    found = polychoric(complete)
    if k < 3:
        return {"ordinal_alpha": ordinal_alpha(found)}, []
    value = categorical_omega(found)
    numbers = {"ordinal_alpha": ordinal_alpha(found), "categorical_omega": value}
    return numbers, ["improper"] if np.isnan(value) else []


def _fit(complete: np.ndarray, covariance: np.ndarray, factor_of: np.ndarray) -> Part:
    """Adequacy for factors, and fit of themes as factors; a theme of one item makes none."""
    n, k = complete.shape
    if n <= k + 1 or not (np.diag(covariance) > 0).all():
        return {}, []
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    if np.linalg.cond(correlation) > consistency.SINGULAR:
        return {}, []
    numbers = {
        "kmo": consistency.kmo(correlation),
        "bartlett_p": consistency.bartlett(correlation, n)[2],
    }
    if n < MANY_UNITS:
        return numbers, ["hundred"]
    kept = np.bincount(factor_of)[factor_of] >= 2
    members = np.unique(factor_of[kept], return_inverse=True)[1]
    part = correlation[np.ix_(kept, kept)]
    model = factor.confirmed(part, members, n) if kept.any() else None
    if model is None or model.df < 1 or not model.proper:
        return numbers, ["no_fit"]
    return numbers | factor.fit_measures(part, model, n), []
