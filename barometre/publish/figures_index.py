"""Figures of the measure room: the index with its doubts, and what a method's choice moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    CLASS_COLOURS,
    CLASS_MARKERS,
    MUTED,
    canvas,
    class_legend,
    fold,
    label_room,
    legend_row,
    number_axis,
    percent_axis,
    row_labels,
)
from barometre.publish.words import capital, named, number, probability, say, typeset
from barometre.study import CLASSES

NAMED_UNITS = 60  # above, names cannot be read and are left out
DRAWN_UNITS = 400  # above, units are counted instead of drawn
LAST_COLUMN = "p_of_class"


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    scored = ordered_units(material)
    if scored["index"].notna().any():
        if len(scored) <= NAMED_UNITS:
            yield "index", index_by_name(material, scored, language)
        elif len(scored) <= DRAWN_UNITS:
            yield "index", index_in_order(material, scored, language)
        else:
            yield "index", index_counted(material, scored, language)
    if material.table("sensitivity")["total"].notna().any():
        yield "sensitivity", sensitivity(material, language)


def ordered_units(material: Material) -> pd.DataFrame:
    """Index joined with classes, highest index first, units without an index last."""
    classes = material.table("classes").drop(columns="name")
    frame = material.table("index").merge(classes, on="unit_id", how="left")
    frame["class"] = frame["class"].fillna("unknown")
    frame[LAST_COLUMN] = frame[[f"p_{name}" for name in CLASSES]].max(axis=1)
    for name in CLASSES:
        of_class = frame["class"] == name
        frame.loc[of_class, LAST_COLUMN] = frame.loc[of_class, f"p_{name}"]
    return frame.sort_values(["index", "name"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )


def index_by_name(material: Material, scored: pd.DataFrame, language: str) -> Figure:
    """One row per unit: index, its interval, the range of methods, the class and its p."""
    labels = [fold(name, 38, 1) for name in scored["name"]]
    figure, (axes,) = canvas(
        material,
        language,
        say(
            "fig.index.title",
            language,
            units=material.units(language),
            index=material.index_label(language),
        ),
        [_base(material, scored, language), _marks("", scored, language)],
        [*_doubts(scored, language), say("fig.class_p", language)],
        height=0.21 * len(scored) + 0.1,
        left=label_room(labels),
        right=1.35,
        legend=True,
    )
    class_legend(figure, language, _present(scored))
    row_labels(axes, labels)
    rows = np.arange(len(scored))
    known = scored["index"].notna().to_numpy()
    axes.hlines(
        rows[known],
        scored["range_low"][known],
        scored["range_high"][known],
        color=GREY_RANGE,
        linewidth=7,
    )
    for name in _present(scored):
        of_class = (scored["class"] == name).to_numpy() & known
        _intervals(axes, scored[of_class], rows[of_class], name)
    for row, unit in scored.iterrows():
        axes.annotate(
            _class_words(unit, language),
            (1, int(str(row))),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=8.5,
            color=MUTED,
        )
    axes.set_xlim(0, 101.5)
    axes.set_xlabel(_axis(material, language))
    number_axis(axes.xaxis, language)
    return figure


GREY_RANGE = "#DDE2E6"


def _axis(material: Material, language: str) -> str:
    return say(
        "axis_index",
        language,
        index=material.index_label(language),
        ends=material.ends(language),
    )


def _reasons(scored: pd.DataFrame, language: str) -> list[str]:
    """Why no unit has an interval, where a setting of the study is the reason."""
    column = "note_fr" if language == "fr" else "note"
    if column not in scored or scored["index_low"].notna().any():
        return []
    return [
        capital(typeset(str(text), language)) + "." for text in scored[column].dropna().unique()
    ]


def _marks(many: str, scored: pd.DataFrame, language: str) -> str:
    alone = _reasons(scored, language) and scored["range_low"].isna().all()
    return say(f"fig.index.line{'_alone' if alone else ''}{many}", language)


def _doubts(scored: pd.DataFrame, language: str) -> list[str]:
    """What interval and range are, or why there is none."""
    found = _reasons(scored, language) or [say("fig.index.interval", language)]
    return (
        [*found, say("fig.index.range", language)] if scored["range_low"].notna().any() else found
    )


def _intervals(axes, units: pd.DataFrame, rows: np.ndarray, name: str) -> None:
    colour = CLASS_COLOURS[name]
    axes.hlines(rows, units["index_low"], units["index_high"], color=colour, linewidth=1.6)
    axes.plot(units["index"], rows, CLASS_MARKERS[name], color=colour, markersize=6)


def _class_words(unit: pd.Series, language: str) -> str:
    label = say(f"class_{unit['class']}", language)
    if unit["class"] == "unknown" or pd.isna(unit[LAST_COLUMN]):
        return label
    return f"{label} {probability(unit[LAST_COLUMN], language)}"


def _present(scored: pd.DataFrame) -> list[str]:
    return [name for name in (*reversed(CLASSES), "unknown") if (scored["class"] == name).any()]


def _base(material: Material, scored: pd.DataFrame, language: str) -> str:
    known = int(scored["index"].notna().sum())
    return say(
        "n_known", language,
        n=number(len(scored), language), units=material.units(language),
        known=number(known, language), unknown=number(len(scored) - known, language),
    )  # fmt: skip


def index_in_order(material: Material, scored: pd.DataFrame, language: str) -> Figure:
    """Too many units to name: each a thin line, lowest to highest."""
    known = scored[scored["index"].notna()].iloc[::-1].reset_index(drop=True)
    figure, (axes,) = canvas(
        material,
        language,
        say(
            "fig.index.title",
            language,
            units=material.units(language),
            index=material.index_label(language),
        ),
        [_base(material, scored, language), _marks("_many", scored, language)],
        _doubts(scored, language),
        height=4.2,
        legend=True,
    )
    class_legend(figure, language, _present(known))
    axes.vlines(known.index, known["range_low"], known["range_high"], color=GREY_RANGE, linewidth=2)
    for name in _present(known):
        units = known[known["class"] == name]
        colour = CLASS_COLOURS[name]
        axes.vlines(units.index, units["index_low"], units["index_high"], color=colour, linewidth=1)
        axes.plot(units.index, units["index"], CLASS_MARKERS[name], color=colour, markersize=3)
    axes.set_ylim(0, 100)
    axes.set_xlim(-1, len(known))
    axes.set_ylabel(_axis(material, language))
    axes.set_xlabel(say("axis_units_ordered", language, units=material.units(language)))
    number_axis(axes.yaxis, language)
    number_axis(axes.xaxis, language)
    return figure


def index_counted(material: Material, scored: pd.DataFrame, language: str) -> Figure:
    """Too many units to draw: how many have which index, by class."""
    known = scored[scored["index"].notna()]
    width = (known["index_high"] - known["index_low"]).median()
    figure, (axes,) = canvas(
        material,
        language,
        say(
            "fig.index.title_counted",
            language,
            units=material.units(language),
            index=material.index_label(language),
        ),
        [_base(material, scored, language)],
        _reasons(scored, language)
        or [say("fig.index.interval_counted", language, width=number(width, language, 0))],
        height=3.8,
        legend=True,
    )
    present = [name for name in CLASSES if (known["class"] == name).any()]
    class_legend(figure, language, present)
    edges = np.linspace(0, 100, 41)
    axes.hist(
        [known.loc[known["class"] == name, "index"] for name in present],
        bins=list(edges),
        stacked=True,
        color=[CLASS_COLOURS[name] for name in present],
        edgecolor="white",
        linewidth=0.4,
    )
    axes.set_xlim(0, 100)
    axes.set_xlabel(_axis(material, language))
    axes.set_ylabel(say("axis_count", language, units=material.units(language)))
    number_axis(axes.yaxis, language)
    number_axis(axes.xaxis, language)
    return figure


def sensitivity(material: Material, language: str) -> Figure:
    """How much of the movement each choice of method explains, alone and with others."""
    table = material.table("sensitivity")
    targets = [name for name in ("mean_rank_shift", "class_change") if name in set(table["target"])]
    choices = list(dict.fromkeys(table["assumption"]))
    labels = [named("choice", name, language) for name in choices]
    figure, panels = canvas(
        material,
        language,
        say("fig.sensitivity.title", language),
        [say("fig.sensitivity.line", language)],
        [say("fig.sensitivity.note", language)],
        height=0.42 * len(choices) + 0.2,
        left=label_room(labels),
        panels=len(targets),
        above=0.3,
        legend=True,
    )
    marks = (("first_order", -0.12, CLASS_COLOURS["unknown"]), ("total", 0.12, ACCENT))
    entries = [("o", colour, say(f"sobol_{kind}", language)) for kind, _, colour in marks]
    legend_row(figure, entries)
    row_labels(panels[0], labels)
    for axes, target in zip(panels, targets, strict=True):
        rows = table[table["target"] == target].set_index("assumption").reindex(choices)
        for kind, shift, colour in marks:
            at = np.arange(len(choices)) + shift
            axes.hlines(at, rows[f"{kind}_low"], rows[f"{kind}_high"], color=colour, linewidth=2)
            axes.plot(rows[kind], at, "o", color=colour)
        axes.set_xlim(-0.05, 1.05)
        axes.grid(axis="y", visible=False)
        axes.set_title(say(f"target_{target}", language), fontsize=9.5, loc="left", color=MUTED)
        percent_axis(axes.xaxis, language)
        axes.set_xlabel(say("axis_variance", language))
    return figure
