"""Figures of a survey of persons: levels by group, and self-rating beside the test."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    ALARM,
    CLASS_COLOURS,
    CLASS_MARKERS,
    FAINT,
    MUTED,
    canvas,
    fold,
    label_room,
    legend_row,
    number_axis,
    percent_axis,
    row_labels,
)
from barometre.publish.words import number, percent, picked, say
from barometre.study import CLASSES

READABLE = 0.06  # share below which a percentage does not fit into its bar
GAP = 0.45  # between the groups of two items


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    if len(material.table("people_levels")):
        yield "people_levels", levels(material, language)
    themes = material.table("people_themes")
    if len(themes) and themes["self_rating"].notna().any():
        yield "people_themes", test_and_self_rating(material, language)


def levels(material: Material, language: str) -> Figure:
    """Share of each level among all and in each group; a group with a withheld count is blank."""
    table = material.table("people_levels")
    weighted = table["share_weighted"].notna().any()
    column = "share_weighted" if weighted else "share"
    keys = list(dict.fromkeys(zip(table["item"], table["answer"], strict=True)))
    groups = [table[(table["item"] == item) & (table["answer"] == answer)].set_index("level")
              for item, answer in keys]  # fmt: skip
    rows = np.array([place + GAP * _items_before(keys, place) for place in range(len(keys))])
    settings = material.study["people"]
    note = "note_sampled" if settings["sampled"] else "note"
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.people_levels.title", language, units=material.units(language)),
        [say("fig.people_levels.line" if weighted else "fig.people_levels.line_unweighted",
             language)],
        [say(f"fig.people_levels.{note}", language), say("fig.people_levels.forced", language)],
        height=0.3 * (rows[-1] + 1),
        left=label_room([group[f"label_{language}"].iloc[0] for group in groups]),
        right=0.9,
        legend=True,
    )  # fmt: skip
    row_labels(axes, [""] * len(keys))
    axes.set_ylim(rows[-1] + 0.6, -0.6)
    for row, group in zip(rows, groups, strict=True):
        _label(axes, row, group[f"label_{language}"].iloc[0])
        size = group["base"].iloc[0]
        base = "–" if pd.isna(size) else number(size, language)
        axes.annotate(base, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0),
                      textcoords="offset points", va="center_baseline", fontsize=8.5,
                      color=MUTED)  # fmt: skip
        if not group["withheld"].any():
            _bar(axes, row, group, column, language)
    legend_row(
        figure,
        [(CLASS_MARKERS[name], CLASS_COLOURS[name], picked(settings["levels"][name], language))
         for name in CLASSES],
    )  # fmt: skip
    axes.set_xlim(0, 1)
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("axis_share_of_units", language, units=material.units(language)))
    return figure


def _items_before(keys: list[tuple[str, str]], place: int) -> int:
    return len({item for item, _ in keys[: place + 1]}) - 1


def _label(axes, row: float, text: str) -> None:
    axes.annotate(
        text,
        (0, row),
        xycoords=("axes fraction", "data"),
        xytext=(-7, 0),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        fontsize=9,
    )


def _bar(axes, row: float, group, column: str, language: str) -> None:
    """One stacked bar with its percentages, and where the unweighted shares end."""
    start = plain = 0.0
    for name in CLASSES:
        share = float(group.at[name, column])
        axes.barh(row, share, left=start, color=CLASS_COLOURS[name], height=0.74)
        if share >= READABLE:
            ink = "black" if name == "transition" else "white"
            axes.text(start + share / 2, row, percent(share, language), ha="center",
                      va="center_baseline", fontsize=8.5, color=ink)  # fmt: skip
        start += share
        plain += float(group.at[name, "share"])
        if column == "share_weighted" and name != CLASSES[-1]:
            axes.plot([plain], [row], "D", markersize=4.5, markerfacecolor="white",
                      markeredgecolor="black", markeredgewidth=0.7)  # fmt: skip


def test_and_self_rating(material: Material, language: str) -> Figure:
    """Mean points of the test and mean self-rating, theme by theme, hardest theme last."""
    table = material.table("people_themes")
    suffix = "_weighted" if table["test_weighted"].notna().any() else ""
    table = table.sort_values(f"test{suffix}", ascending=False, kind="stable")
    labels = [fold(material.theme(theme, language), 40) for theme in table["theme"]]
    line = "fig.people_themes.line" if suffix else "fig.people_themes.line_unweighted"
    note = "note_sampled" if material.study["people"]["sampled"] else "note"
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.people_themes.title", language, units=material.units(language)),
        [say(line, language)],
        [say(f"fig.people_levels.{note}", language)],
        height=0.45 * len(table) + 0.1,
        left=label_room(labels),
        legend=True,
    )
    row_labels(axes, labels)
    rows = np.arange(len(table))
    test, own = table[f"test{suffix}"], table[f"self_rating{suffix}"]
    axes.hlines(rows, test, own, color=FAINT, linewidth=2)
    axes.plot(test, rows, "o", color=ACCENT, markersize=8)
    axes.plot(own, rows, "s", color=ALARM, markersize=7)
    for row, (low, high) in enumerate(zip(test, own, strict=True)):
        for value, towards in ((low, -1), (high, 1)):
            right = (value >= max(low, high)) if towards > 0 else (value > min(low, high))
            axes.annotate(number(value, language, 0), (value, row),
                          xytext=(9 if right else -9, 0), textcoords="offset points",
                          ha="left" if right else "right", va="center_baseline",
                          fontsize=8.5, color=MUTED)  # fmt: skip
    legend_row(figure, [("o", ACCENT, say("people.test", language)),
                        ("s", ALARM, say("people.self_rating", language))])  # fmt: skip
    axes.set_xlim(0, 100)
    number_axis(axes.xaxis, language, 0)
    axes.set_xlabel(say("axis_points", language))
    return figure
