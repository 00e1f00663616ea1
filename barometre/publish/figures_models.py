"""Figures that a referee of the slopes asks for: estimators, influence, power."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    ALARM,
    FAINT,
    MUTED,
    canvas,
    fold,
    label_room,
    legend_row,
    number_axis,
    on_hover,
    row_labels,
)
from barometre.publish.words import colon, interval, named, number, say

MOST_INFLUENTIAL = 12
INFLUENCE_UNITS = 250


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    slopes = primary_slopes(material)
    if len(slopes):
        yield "estimators", estimators(material, slopes, language)
        effects = _of_primaries(material, slopes)
        if len(effects):
            yield "detectable_effect", detectable(material, effects, language)
        for model in slopes["model"].unique():
            moved = influential(material, str(model))
            if len(moved):
                own = slopes[slopes["model"] == model].iloc[0]
                name = f"influence_{own['outcome']}_{own['term']}".lower()
                yield name, influence(material, moved, own, language)


def primary_slopes(material: Material) -> pd.DataFrame:
    """Rows of the regression on the predictor of each primary model that have an estimate."""
    table = material.table("regression")
    # A model is named outcome~predictor, without controls here, perhaps with a [condition].
    predictor = table["model"].str.split("[").str[0].str.split("~").str[1]
    own = (table["term"] == predictor) & (table["estimator"] != "ordered_logit")
    primaries = table.loc[table["role"] == "primary", "model"].unique()
    return table[own & table["estimate"].notna() & table["model"].isin(primaries)]


def estimators(material: Material, slopes: pd.DataFrame, language: str) -> Figure:
    """The slope of each primary model under every estimator and error, with its interval."""
    models = list(slopes["model"].unique())
    # Least squares without an interval is the same point once more.
    kept = slopes[slopes["ci_low"].notna() | (slopes["estimator"] != "ols")]
    rows = [kept[kept["model"] == model] for model in models]
    labels = [[_estimator(row, language) for _, row in part.iterrows()] for part in rows]
    figure, axes = canvas(
        material,
        language,
        say("fig.estimators.title", language),
        [say("fig.estimators.line", language)],
        [say("fig.estimators.note", language)],
        height=0.27 * max(map(len, labels)) + 0.3,
        left=label_room([label for part in labels for label in part], 8.5),
        panels=len(models),
        gap=0.45,
        above=0.3,
    )
    # Each panel has its own unit, and all panels the same list of estimators where it can.
    order = list(dict.fromkeys(label for part in labels for label in part))
    for panel, part, own in zip(axes, rows, labels, strict=True):
        for (_, row), label in zip(part.iterrows(), own, strict=True):
            place = order.index(label)
            bare = pd.isna(row["ci_low"])
            if not bare:
                panel.hlines(place, row["ci_low"], row["ci_high"], color=ACCENT, linewidth=1.5)
            (mark,) = panel.plot(
                row["estimate"],
                place,
                "o",
                color=ACCENT,
                markersize=5.5,
                markerfacecolor="white" if bare else ACCENT,
            )
            ends = interval(row["ci_low"], row["ci_high"], language)
            said = "" if bare else f" {ends}"
            on_hover(mark, f"{label}{colon(language)}{number(row['estimate'], language)}{said}")
        panel.axvline(0, color=MUTED, linewidth=0.9)
        first = part.iloc[0]
        title = material.panel(str(first["outcome"]), str(first["term"]), language)
        panel.set_title(title, fontsize=8.5, loc="left", color=MUTED)
        panel.set_xlabel(say("axis_slope_short", language))
        panel.locator_params(axis="x", nbins=5)
        number_axis(panel.xaxis, language)
        panel.set_yticks([])
        panel.grid(axis="y", visible=False)
    row_labels(axes[0], order, size=8.5)
    return figure


def _estimator(row: pd.Series, language: str) -> str:
    name = named("estimator", row["estimator"], language)
    plain = row["estimator"] in ("theil_sen", "fractional_logit", "huber")
    return name if plain else f"{name}, {named('cov', row['cov_type'], language)}"


def _of_primaries(material: Material, slopes: pd.DataFrame) -> pd.DataFrame:
    table = material.table("detectable_effect")
    wanted = set(zip(slopes["outcome"], slopes["term"], strict=True))
    known = table[table["minimum_detectable_effect"].notna()]
    pairs = zip(known["outcome"], known["predictor"], strict=True)
    return known[[pair in wanted for pair in pairs]]


def detectable(material: Material, effects: pd.DataFrame, language: str) -> Figure:
    """Smallest slope that a study of n units finds, beside the effect stated in the plan."""
    groups = list(effects.groupby(["outcome", "predictor"], sort=False))
    figure, axes = canvas(
        material,
        language,
        say("fig.detectable.title", language),
        [say("fig.detectable.line", language)],
        [say("fig.detectable.note", language)],
        height=2.6,
        left=0.85,
        panels=len(groups),
        gap=0.7,
        above=0.3,
        legend=True,
        same_y=False,
    )
    legend_row(
        figure,
        [("o", ACCENT, say("detectable", language)), ("_", ALARM, say("stated", language))],
    )
    for panel, ((outcome, predictor), part) in zip(axes, groups, strict=True):
        part = part.sort_values("n")
        panel.plot(part["n"], part["minimum_detectable_effect"], "o-", color=ACCENT, linewidth=1.4)
        stated = part["stated_effect"].dropna()
        if len(stated):
            panel.axhline(abs(stated.iloc[0]), color=ALARM, linewidth=1.2, linestyle=(0, (5, 3)))
        panel.set_ylim(0, None)
        panel.set_xlim(0, None)
        title = material.panel(str(outcome), str(predictor), language)
        panel.set_title(title, fontsize=8.5, loc="left", color=MUTED)
        panel.set_xlabel(say("axis_n", language))
        number_axis(panel.yaxis, language)
        number_axis(panel.xaxis, language)
    axes[0].set_ylabel(say("axis_slope", language))
    return figure


def influential(material: Material, model: str) -> pd.DataFrame:
    """The units whose absence moves the slope of a model most, most first."""
    table = material.table("influence")
    rows = table[table["model"] == model]
    if len(rows) > INFLUENCE_UNITS:
        return rows.iloc[:0]
    table = material.table("regression")
    slope = table.loc[(table["model"] == model) & (table["estimator"] == "ols"), "estimate"].iloc[0]
    moved = (rows["estimate_without"] - slope).abs().sort_values(ascending=False, kind="stable")
    return rows.loc[moved.index[:MOST_INFLUENTIAL]]


def influence(material: Material, moved: pd.DataFrame, own: pd.Series, language: str) -> Figure:
    """The slope without each of the most influential units of a model.

    Parameters
    ----------
    moved : rows of `influence`
    own : row of `regression` with the slope of all units
    """
    names = material.table("index").set_index("unit_id")["name"].to_dict()
    units = [str(names.get(unit, unit)) for unit in moved["unit_id"]]
    labels = [fold(say("without", language, name=name), 60, 1) for name in units]
    predictor = material.predictor(str(own["term"]), language)
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.influence.title", language, predictor=predictor),
        [say("fig.influence.line", language, n=number(len(moved), language),
             of=number(own["n"], language))],
        [say("fig.influence.note", language)],
        height=0.24 * len(moved) + 0.2,
        left=label_room(labels, 8.5),
    )  # fmt: skip
    for place, slope in enumerate(moved["estimate_without"]):
        axes.hlines(place, own["estimate"], slope, color=FAINT, linewidth=2)
        (mark,) = axes.plot(slope, place, "o", color=ACCENT, markersize=5)
        on_hover(mark, f"{units[place]}{colon(language)}{number(slope, language)}")
    axes.axvline(own["estimate"], color=MUTED, linewidth=1.1, linestyle=(0, (4, 3)))
    axes.axvline(0, color=MUTED, linewidth=0.9)
    row_labels(axes, labels, size=8.5)
    axes.set_xlabel(say("axis_slope", language))
    number_axis(axes.xaxis, language)
    return figure
