"""Maturity against age and against speed of organisation: raw points, line, band, verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from barometre.explain import ols
from barometre.explain.cases import Cases, Tables, assemble
from barometre.publish.material import Material
from barometre.publish.placing import place
from barometre.publish.style import ACCENT, FAINT, MUTED, canvas, number_axis, on_hover
from barometre.publish.words import (
    capital,
    colon,
    digits_for,
    estimate,
    interval,
    number,
    p_value,
    picked,
    say,
)

NAMED_POINTS = 40  # above, only the five most influential points are named
DRAWN_POINTS = 400  # above, points are counted in cells
CELLS = 16
FEW_DF = 4.0
GRID = 41


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """One figure per primary model with at least three units and a predictor that varies."""
    for model in material.study["analysis"]["models"]:
        case = model_cases(material, model)
        if model["role"] == "primary" and len(case.x) >= 3 and np.ptp(case.x) > 0:
            yield figure_name(model), slope(material, model, case, language)


def figure_name(model: Mapping[str, Any]) -> str:
    """File name of a model's figure."""
    restricted = "_where" if model.get("where") else ""
    return f"{model['outcome']}_on_{model['predictor']}{restricted}".lower()


def model_cases(material: Material, model: Mapping[str, Any]) -> Cases:
    """The complete cases that the model itself was fitted on."""
    names = ("index", "responses", "units", "classes", "predictors")
    tables = Tables(*(material.table(name) for name in names))
    return assemble(model, material.study["analysis"], tables)


def slope_rows(material: Material, case: Cases) -> dict[str, pd.Series]:
    """Rows of regression.csv for the predictor of a model, by kind of covariance."""
    table = material.table("regression")
    rows = table[
        (table["model"] == case.name)
        & (table["term"] == case.predictor)
        & (table["estimator"] == "ols")
    ]
    return {str(row["cov_type"]): row for _, row in rows.iterrows()}


def slope(material: Material, model: Mapping[str, Any], case: Cases, language: str) -> Figure:
    """Raw points, the fitted line with its band, and what interval and test say."""
    plan = material.study["analysis"]
    outcome = plan["outcomes"][model["outcome"]]
    predictor = plan["predictors"][model["predictor"]]
    labels = {"outcome": picked(outcome["label"], language),
              "predictor": picked(predictor["label"], language)}  # fmt: skip
    rows = slope_rows(material, case)
    figure, (axes,) = canvas(
        material,
        language,
        capital(say("fig.slope.title", language, **labels)),
        [say("fig.slope.n", language, n=number(len(case.x), language),
             units=material.units(language)), *slope_words(rows, language)],
        _notes(case, rows, language),
        height=4.3,
        left=0.85,
    )  # fmt: skip
    line = None if case.control_names else _line_with_band(axes, case)
    _limits(axes, case, language)
    if len(case.x) > DRAWN_POINTS:
        _counted(axes, case, language)
    else:
        found = material.table("units").set_index("unit_id")["name"]
        names = [str(found[unit]) for unit in case.units]
        _marked(axes, case, [
            f"{name}{colon(language)}{number(x, language)}, {number(y, language)}"
            for name, x, y in zip(names, case.x, case.y, strict=True)
        ])  # fmt: skip
        order = influence_order(material, case)
        first = order if len(case.x) <= NAMED_POINTS else order[:5]
        place(axes, case.x, case.y, names, first, line=line)
    axes.set_xlabel(capital(_with_unit(labels["predictor"], predictor, language)))
    axes.set_ylabel(capital(_with_unit(labels["outcome"], outcome, language)))
    return figure


def slope_words(rows: Mapping[str, pd.Series], language: str) -> list[str]:
    """Slope, interval and permutation p; for units that share dates, both ways of counting."""
    if "HC2-BM" not in rows:
        return []
    units = rows["HC2-BM"]
    shared = rows.get("CR2")
    tested = units if shared is None else rows["HC3"]
    digits = digits_for(units["ci_low"], units["ci_high"])
    words = [
        say(
            "fig.slope.estimate", language,
            estimate=estimate(units["estimate"], units["ci_low"], units["ci_high"], language),
            ci=interval(units["ci_low"], units["ci_high"], language, digits),
            p=p_value(tested["p_value_permutation"], language),
        )
    ]  # fmt: skip
    if shared is not None:
        digits = digits_for(shared["ci_low"], shared["ci_high"])
        words.append(
            say(
                "fig.slope.shared", language,
                ci=interval(shared["ci_low"], shared["ci_high"], language, digits),
                p=p_value(shared["p_value_permutation"], language),
            )
        )  # fmt: skip
    return words


def _notes(case: Cases, rows: Mapping[str, pd.Series], language: str) -> list[str]:
    kind = "band" if case.groups is None else "band_shared"
    notes = [] if case.control_names else [say(f"fig.slope.{kind}", language)]
    if not case.exact.all():
        bounded = int((~case.exact).sum())
        notes.append(say("fig.slope.bound", language, n=number(bounded, language)))
    freedom = [rows[kind]["df"] for kind in ("HC2-BM", "CR2") if kind in rows]
    weakest = min((value for value in freedom if pd.notna(value)), default=FEW_DF)
    if weakest < FEW_DF:
        notes.append(say("fig.slope.few_df", language, df=number(weakest, language, 1)))
    return [*notes, say("fig.slope.association", language)]


def _with_unit(label: str, definition: Mapping[str, Any], language: str) -> str:
    unit = definition.get("unit")
    return f"{label} ({picked(unit, language)})" if unit else label


def _line_with_band(axes: Axes, case: Cases) -> np.ndarray:
    """Draw the mean line and its band; returns the ends of the line, shape (2, 2)."""
    grid = np.linspace(case.x.min(), case.x.max(), GRID)
    if case.groups is None:
        middle, low, high = ols.band(case.x, case.y, grid).T
    else:
        middle, low, high = shared_band(case, grid).T
    axes.fill_between(grid, low, high, color=ACCENT, alpha=0.13, linewidth=0)
    axes.plot(grid, middle, color=ACCENT, linewidth=1.6)
    return np.column_stack([grid, middle])[[0, -1]]


def shared_band(case: Cases, grid: np.ndarray) -> np.ndarray:
    """As `ols.band`, with the CR2 covariance of units that share a date: shape (g, 3)."""
    rows = np.full((grid.size, 3), np.nan)
    for number_of_point, point in enumerate(grid):
        # With x counted from the point, the intercept is the fitted value there.
        model = ols.fit(np.column_stack([np.ones(case.x.size), case.x - point]), case.y)
        if model is None or case.groups is None:
            continue
        covariance, df = ols.cr(model, case.groups, "CR2")
        low, high, _ = ols.interval(model.coef[0], float(np.sqrt(covariance[0, 0])), df[0])
        rows[number_of_point] = model.coef[0], low, high
    return rows


def _limits(axes: Axes, case: Cases, language: str) -> None:
    for values, axis, limit in (
        (case.x, axes.xaxis, axes.set_xlim),
        (case.y, axes.yaxis, axes.set_ylim),
    ):
        margin = 0.07 * (np.ptp(values) or 1)
        limit(values.min() - margin, values.max() + margin)
        axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10]))
        number_axis(axis, language)


def _marked(axes: Axes, case: Cases, names: Sequence[str]) -> None:
    """One mark per unit, hollow where its predictor is a bound, named under the pointer."""
    size = 6 if len(case.x) <= NAMED_POINTS else 4
    for x, y, exact, name in zip(case.x, case.y, case.exact, names, strict=True):
        face = ACCENT if exact else "white"
        (mark,) = axes.plot(x, y, "o", color=ACCENT, markersize=size, markerfacecolor=face)
        on_hover(mark, name)


def _counted(axes: Axes, case: Cases, language: str) -> None:
    """Discs whose area is the number of units, on a grid of at most 16 by 16 cells."""
    cells = pd.DataFrame({"x": _celled(case.x), "y": _celled(case.y)})
    counts = cells.value_counts(sort=False).reset_index()
    area = 500 * counts["count"] / counts["count"].max()
    for (_, cell), size in zip(counts.iterrows(), area, strict=True):
        disc = axes.scatter(
            cell["x"], cell["y"], s=size, color=FAINT, edgecolor=MUTED, linewidth=0.6
        )
        on_hover(disc, f"n = {number(cell['count'], language)}")


def _celled(values: np.ndarray) -> np.ndarray:
    if len(np.unique(values)) <= CELLS:
        return values
    edges = np.linspace(values.min(), values.max(), CELLS + 1)
    cell = np.clip(np.digitize(values, edges) - 1, 0, CELLS - 1)
    return (edges[cell] + edges[cell + 1]) / 2


def influence_order(material: Material, case: Cases) -> Sequence[int]:
    """Places of the units of a model by Cook's distance, largest first."""
    table = material.table("influence")
    rows = table[(table["model"] == case.name) & (table["term"] == case.predictor)]
    distance = rows.drop_duplicates("unit_id").set_index("unit_id")["cooks_distance"]
    values = distance.reindex(case.units).astype(float).fillna(0).to_numpy()
    return [int(number_of_unit) for number_of_unit in np.argsort(-values, kind="stable")]
