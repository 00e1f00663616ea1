"""Figures of the explain room: maturity against each predictor, specifications, delays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.placing import place
from barometre.publish.style import (
    ACCENT,
    CLASS_COLOURS,
    CLASS_MARKERS,
    FAINT,
    MUTED,
    canvas,
    class_legend,
    number_axis,
    percent_axis,
)
from barometre.publish.words import interval, number, p_value, picked, say
from barometre.study import CLASSES

NAMED_POINTS = 40  # above, only the five most influential points are named
DRAWN_POINTS = 400  # above, points are counted in cells
FEW_DF = 4.0


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    for model in material.study["analysis"]["models"]:
        if model["role"] != "primary":
            continue
        points = model_points(material, model)
        if len(points) >= 3 and points["x"].nunique() > 1:
            name = f"{model['outcome']}_on_{model['predictor']}".lower()
            yield name, slope(material, model, points, language)
    for predictor, curve in material.table("delay_curve").groupby("predictor", sort=False):
        yield f"delay_{predictor}".replace("delay_delay", "delay"), delay(
            material, str(predictor), curve, language
        )
    for curve_name, curve in material.table("specification_curve").groupby("curve", sort=False):
        if curve["estimate"].notna().sum() > 1:
            suffix = "".join(c if c.isalnum() else "_" for c in str(curve_name))
            yield f"specifications_{suffix}", specifications(
                material, str(curve_name), curve, language
            )


def model_points(material: Material, model: Mapping[str, Any]) -> pd.DataFrame:
    """Raw points of a model: unit_id, name, x, y, bound, class, p of the class."""
    plan = material.study["analysis"]
    outcome = plan["outcomes"][model["outcome"]]
    predictors = material.table("predictors")
    x = predictors[predictors["predictor"] == model["predictor"]].rename(columns={"value": "x"})
    index = material.table("index")[["unit_id", "name", "index"]].rename(columns={"index": "y"})
    points = index.merge(x[["unit_id", "x", "bound"]], on="unit_id")
    responses = material.table("responses")
    if outcome.get("item"):
        level = responses[responses["item"] == outcome["item"]].set_index("unit_id")["level"]
        points["y"] = points["unit_id"].map(level).astype(float)
    if outcome.get("transform") == "log1p":
        points["y"] = np.log1p(points["y"])
    if model.get("where"):
        asked = responses[responses["item"] == model["where"]["item"]]
        kept = asked[asked["value"].isin(model["where"]["values"])]["unit_id"]
        points = points[points["unit_id"].isin(kept)]
    points = points.merge(material.table("classes")[["unit_id", "class"]], on="unit_id", how="left")
    return points[points["x"].notna() & points["y"].notna()].reset_index(drop=True)


def headline_row(material: Material, model: Mapping[str, Any]) -> pd.Series | None:
    """The row of regression.csv that carries a model's interval: HC2-BM where there is one."""
    table = material.table("regression")
    rows = table[
        (table["outcome"] == model["outcome"])
        & (table["term"] == model["predictor"])
        & (table["model"].str.endswith(f"~{model['predictor']}"))
        & (table["estimator"] == "ols")
    ]
    for kind in ("HC2-BM", "CR2", "HC3"):
        if (rows["cov_type"] == kind).any():
            return rows[rows["cov_type"] == kind].iloc[0]
    return rows.iloc[0] if len(rows) else None


def slope(material: Material, model: Mapping[str, Any], points: pd.DataFrame, language: str):
    """Raw points, the fitted line and its band, and what the test says."""
    plan = material.study["analysis"]
    outcome, predictor = (
        plan["outcomes"][model["outcome"]],
        plan["predictors"][model["predictor"]],
    )
    row = headline_row(material, model)
    labels = {
        "outcome": picked(outcome["label"], language),
        "predictor": picked(predictor["label"], language),
    }
    lines = [say("fig.slope.n", language, n=number(len(points), language),
                 units=material.units(language))]  # fmt: skip
    if row is not None:
        lines.append(_slope_words(row, language))
    bounded = points["bound"].fillna("=").ne("=")
    notes = [say("fig.slope.band", language)]
    if bounded.any():
        notes.append(say("fig.slope.bound", language, n=number(bounded.sum(), language)))
    if row is not None and pd.notna(row["df"]) and row["df"] < FEW_DF:
        notes.append(say("fig.slope.few_df", language, df=number(row["df"], language, 1)))
    notes.append(say("fig.slope.association", language))
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.slope.title", language, **labels),
        lines,
        notes,
        height=4.3,
        left=0.85,
        legend=len(points) <= DRAWN_POINTS,
    )
    if row is not None and not model.get("controls"):
        _line_with_band(axes, points, row["df"])
    _limits(axes, points, language)
    if len(points) > DRAWN_POINTS:
        _counted(axes, points)
    else:
        present = [n for n in (*reversed(CLASSES), "unknown") if (points["class"] == n).any()]
        class_legend(figure, language, present)
        _marked(axes, points, bounded)
        order = _influence_order(material, row, points)
        first = order if len(points) <= NAMED_POINTS else order[:5]
        place(axes, points["x"].to_list(), points["y"].to_list(), points["name"].to_list(), first)
    axes.set_xlabel(_with_unit(labels["predictor"], predictor, language))
    axes.set_ylabel(_with_unit(labels["outcome"], outcome, language))
    return figure


def _slope_words(row: pd.Series, language: str) -> str:
    return say(
        "fig.slope.estimate",
        language,
        estimate=number(row["estimate"], language),
        ci=interval(row["ci_low"], row["ci_high"], language),
        cov=row["cov_type"],
        p=p_value(row["p_value_permutation"], language),
    )


def _with_unit(label: str, definition: Mapping[str, Any], language: str) -> str:
    unit = definition.get("unit")
    return f"{label} ({picked(unit, language)})" if unit else label


def _line_with_band(axes, points: pd.DataFrame, df: Any) -> None:
    """OLS line; pointwise 95 % band of the mean from the HC2 covariance and the slope's df."""
    from scipy import stats

    design = np.column_stack([np.ones(len(points)), points["x"]])
    bread = np.linalg.pinv(design.T @ design)
    coefficients = bread @ design.T @ points["y"].to_numpy()
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    residuals = points["y"].to_numpy() - design @ coefficients
    weights = residuals**2 / np.clip(1 - leverage, 1e-9, None)
    covariance = bread @ (design.T * weights) @ design @ bread
    grid = np.linspace(points["x"].min(), points["x"].max(), 60)
    at = np.column_stack([np.ones(60), grid])
    freedom = float(df) if pd.notna(df) and df > 0 else len(points) - 2
    half = stats.t.ppf(0.975, freedom) * np.sqrt(np.einsum("ij,jk,ik->i", at, covariance, at))
    middle = at @ coefficients
    axes.fill_between(grid, middle - half, middle + half, color=ACCENT, alpha=0.13, linewidth=0)
    axes.plot(grid, middle, color=ACCENT, linewidth=1.6)


def _limits(axes, points: pd.DataFrame, language: str) -> None:
    for side, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        low, high = points[side].min(), points[side].max()
        margin = 0.07 * (high - low or 1)
        getattr(axes, f"set_{side}lim")(low - margin, high + margin)
        axis.set_major_locator(_whole_ticks())
        number_axis(axis, language)


def _whole_ticks():
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10])


def _marked(axes, points: pd.DataFrame, bounded: pd.Series) -> None:
    for name in (*CLASSES, "unknown"):
        for open_mark in (False, True):
            some = points[(points["class"] == name) & (bounded == open_mark)]
            axes.plot(
                some["x"],
                some["y"],
                CLASS_MARKERS[name],
                color=CLASS_COLOURS[name],
                markersize=6.5 if len(points) <= NAMED_POINTS else 4.5,
                markerfacecolor="white" if open_mark else CLASS_COLOURS[name],
                linestyle="none",
            )


def _counted(axes, points: pd.DataFrame) -> None:
    """Discs whose area is the number of units, on a grid of at most 16 by 16 cells."""
    cells = points[["x", "y"]].copy()
    for side in ("x", "y"):
        if cells[side].nunique() > 16:
            edges = np.linspace(cells[side].min(), cells[side].max(), 17)
            place_of = np.clip(np.digitize(cells[side], edges) - 1, 0, 15)
            cells[side] = (edges[place_of] + edges[place_of + 1]) / 2
    counts = cells.value_counts(sort=False).reset_index()
    area = 500 * counts["count"] / counts["count"].max()
    axes.scatter(counts["x"], counts["y"], s=area, color=FAINT, edgecolor=MUTED, linewidth=0.6)


def _influence_order(material: Material, row: pd.Series | None, points: pd.DataFrame) -> list[int]:
    """Points by Cook's distance, largest first."""
    table = material.table("influence")
    if row is None or table.empty:
        return list(points.index)
    cook = table[(table["model"] == row["model"]) & (table["term"] == row["term"])]
    distance = points["unit_id"].map(
        cook.drop_duplicates("unit_id").set_index("unit_id")["cooks_distance"]
    )
    return list(distance.fillna(0).astype(float).sort_values(ascending=False, kind="stable").index)


def delay(material: Material, predictor: str, curve: pd.DataFrame, language: str) -> Figure:
    """Share of units still without the event, by delay (Kaplan-Meier)."""
    definition = material.study["analysis"]["predictors"].get(predictor, {})
    label = picked(definition["label"], language) if definition else predictor
    curve = curve.sort_values("delay_years")
    events, censored = int(curve["events"].sum()), int(curve["censored"].sum())
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.delay.title", language, label=label),
        [
            say("fig.delay.line", language, n=number(events + censored, language),
                events=number(events, language), censored=number(censored, language),
                units=material.units(language))
        ],
        [say("fig.delay.note", language)],
        height=3.8,
        left=0.85,
    )  # fmt: skip
    years = np.concatenate([[0.0], curve["delay_years"]])
    without = np.concatenate([[1.0], curve["share_without"]])
    low = np.concatenate([[1.0], curve["low"].astype(float).fillna(curve["share_without"])])
    high = np.concatenate([[1.0], curve["high"].astype(float).fillna(curve["share_without"])])
    axes.fill_between(years, low, high, step="post", color=ACCENT, alpha=0.13, linewidth=0)
    axes.step(years, without, where="post", color=ACCENT, linewidth=1.8)
    marks = curve[curve["censored"] > 0]
    axes.plot(marks["delay_years"], marks["share_without"], "|", color=ACCENT, markersize=9,
              markeredgewidth=1.4)  # fmt: skip
    axes.set_ylim(0, 1.02)
    axes.set_xlim(0, None)
    axes.set_xlabel(say("axis_delay", language))
    axes.set_ylabel(say("axis_without", language))
    percent_axis(axes.yaxis, language)
    number_axis(axes.xaxis, language)
    return figure


def specifications(material: Material, name: str, curve: pd.DataFrame, language: str) -> Figure:
    """The slope per standard deviation under every defensible definition, smallest first."""
    known = curve[curve["estimate"].notna()].sort_values("estimate", kind="stable")
    labels = [_specification_words(material, row, language) for _, row in known.iterrows()]
    shown = len(known) <= 60
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.curve.title", language),
        [say("fig.curve.line", language, n=number(len(known), language), curve=name)],
        [say("fig.curve.note", language)],
        height=0.22 * len(known) + 0.2 if shown else 4.2,
        left=4.3 if shown else 0.85,
    )
    from barometre.publish.style import fold, row_labels

    rows = np.arange(len(known))
    axes.hlines(rows, known["ci_low"], known["ci_high"], color=ACCENT, linewidth=1.4)
    axes.plot(known["estimate"], rows, "o", color=ACCENT, markersize=5)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    if shown:
        row_labels(axes, [fold(label, 66, 1) for label in labels], size=8.5)
    else:
        axes.set_yticks([])
    axes.set_xlabel(say("axis_slope_sd", language))
    number_axis(axes.xaxis, language)
    return figure


def _specification_words(material: Material, row: pd.Series, language: str) -> str:
    plan = material.study["analysis"]
    predictor = plan["predictors"].get(row["predictor"])
    words = picked(predictor["label"], language) if predictor else row["predictor"]
    outcome = plan["outcomes"].get(row["outcome"])
    second = picked(outcome["label"], language) if outcome else row["outcome"]
    fixed = {"curve", "spec_id", "outcome", "predictor", "estimator", "estimate", "ci_low",
             "ci_high", "p_value", "n"}  # fmt: skip
    others = [str(row[column]) for column in row.index if column not in fixed and row[column]]
    return " · ".join([words, second, say(f"estimator_{row['estimator']}", language), *others])
