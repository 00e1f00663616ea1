"""Figures of the ingest and describe rooms: who answered, what is missing, what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    FAINT,
    INK,
    MUTED,
    STATE_COLOURS,
    canvas,
    fold,
    label_room,
    number_axis,
    percent_axis,
    row_labels,
)
from barometre.publish.words import interval, named, number, p_value, percent, say

STATES = ("answered", "unknown", "refused", "empty", "not_reached", "not_shown")
ITEMS_SHOWN = 30  # above, missing answers are shown by theme
SHARES_SHOWN = 36


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    if len(material.table("response_flow")):
        yield "response_flow", response_flow(material, language)
    if len(material.table("missing_answers")):
        yield "missing_answers", missing_answers(material, language)
    for name in ("adoption", "brakes"):
        table = material.table(name)
        if table["estimate"].notna().any():
            yield name, shares(material, name, language)
    if len(material.table("priorities")):
        yield "priorities", priorities(material, language)


def response_flow(material: Material, language: str) -> Figure:
    """Rows left after each cleaning step."""
    flow = material.table("response_flow").sort_values("position")
    start = int(flow["rows_in"].iloc[0])
    labels = [fold(_step(step, language), 40) for step in flow["step"]]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.flow.title", language),
        [say("fig.flow.line", language, start=number(start, language),
             end=number(flow["rows_out"].iloc[-1], language))],
        [say("fig.flow.note", language)],
        height=0.42 * len(flow) + 0.1,
        left=label_room(labels),
        right=1.5,
    )  # fmt: skip
    row_labels(axes, labels)
    rows = np.arange(len(flow))
    axes.barh(rows, flow["rows_in"], color=FAINT, height=0.55)
    axes.barh(rows, flow["rows_out"], color=ACCENT, height=0.55)
    for row, (rows_in, rows_out) in enumerate(zip(flow["rows_in"], flow["rows_out"], strict=True)):
        change = int(rows_out - rows_in)
        words = number(rows_out, language)
        if change:
            words += f"  ({'+' if change > 0 else ''}{number(change, language)})"
        axes.annotate(
            words,
            (max(rows_in, rows_out), row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=9,
            color=INK if change else MUTED,
        )
    axes.set_xlim(0, max(flow["rows_in"].max(), flow["rows_out"].max()))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(say("axis_rows", language))
    number_axis(axes.xaxis, language)
    return figure


def _step(step: str, language: str) -> str:
    """Printed name of a step; one that is used again carries its number."""
    used_again = re.fullmatch(r"(.+)[ _](\d+)", step)
    if used_again:
        return f"{named('step', used_again[1], language)} ({used_again[2]})"
    return named("step", step, language)


def missing_answers(material: Material, language: str) -> Figure:
    """State of the cells, by item, or by theme where items are many."""
    table = material.table("missing_answers").sort_values("position")
    by_item = len(table) <= ITEMS_SHOWN
    if by_item:
        counts = table.set_index("item")[list(STATES)]
        labels = [_item_label(material, item, language) for item in counts.index]
    else:
        group = table["theme"].fillna("").replace("", "other")
        counts = table.groupby(group, sort=False)[list(STATES)].sum()
        labels = [
            say("not_in_a_theme", language) if theme == "other" else material.theme(theme, language)
            for theme in counts.index
        ]
    shares_of_row = counts.astype(float).div(counts.astype(float).sum(axis=1), axis=0)
    cells = int(counts.to_numpy().sum())
    asked = cells - int(counts["not_shown"].sum())
    labels = [fold(label, 56 if by_item else 48, 1 if by_item else 2) for label in labels]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.missing.title", language),
        [
            say("fig.missing.line", language, n=number(table.loc[:, list(STATES)].iloc[0].sum(),
                language), items=number(len(table), language),
                share=percent(1 - counts["answered"].sum() / max(asked, 1), language, 1))
        ],
        [say("fig.missing.note", language)],
        height=(0.27 if by_item else 0.4) * len(counts) + 0.1,
        left=label_room(labels),
        legend=True,
    )  # fmt: skip
    row_labels(axes, labels)
    present = [state for state in STATES if counts[state].sum()]
    start = np.zeros(len(counts))
    for state in present:
        share = shares_of_row[state].fillna(0).to_numpy()
        axes.barh(range(len(counts)), share, left=start, color=STATE_COLOURS[state], height=0.72)
        start = start + share
    _state_legend(figure, present, language)
    axes.set_xlim(0, 1)
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("axis_cells", language))
    return figure


def _state_legend(figure: Figure, states: list[str], language: str) -> None:
    from matplotlib.patches import Rectangle

    x = 0.2
    height = figure.get_figheight()
    width = figure.get_figwidth()
    for state in states:
        y = figure.legend_y - 0.01 / height  # type: ignore[attr-defined]
        figure.add_artist(
            Rectangle((x / width, y), 0.14 / width, 0.12 / height, color=STATE_COLOURS[state])
        )
        label = say(f"state_{state}", language)
        figure.text((x + 0.2) / width, y, label, fontsize=9)
        x += 0.5 + 0.085 * len(label)


def _item_label(material: Material, item: str, language: str) -> str:
    if item in material.codebook.items.index:
        return material.codebook.label(item, language)
    return item


def shares(material: Material, name: str, language: str) -> Figure:
    """Share of units with each practice (or brake), on the item's own base."""
    table = material.table(name)
    whole = table[(table["group"] == "all") & table["estimate"].notna()]
    cut = len(whole) > SHARES_SHOWN
    whole = whole.sort_values("estimate", ascending=False, kind="stable").head(SHARES_SHOWN)
    lines = [say(f"fig.{name}.line", language, units=material.units(language),
                 base=_base_words(whole["base"], language))]  # fmt: skip
    if cut:
        lines.append(say("fig.shares_cut", language, shown=number(SHARES_SHOWN, language)))
    labels = [fold(label, 60) for label in whole[f"label_{language}"]]
    tall = any("\n" in label for label in labels)
    figure, (axes,) = canvas(
        material,
        language,
        say(f"fig.{name}.title", language, units=material.units(language)),
        lines,
        [say("fig.wilson", language)],
        height=(0.37 if tall else 0.28) * len(whole) + 0.1,
        left=label_room(labels, 8.5),
        right=1.1,
    )
    row_labels(axes, labels, size=8.5)
    rows = np.arange(len(whole))
    axes.hlines(rows, whole["low"], whole["high"], color=ACCENT, linewidth=2, alpha=0.5)
    axes.plot(whole["estimate"], rows, "o", color=ACCENT, markersize=6, clip_on=False)
    for row, (count, base) in enumerate(zip(whole["n"], whole["base"], strict=True)):
        words = f"{number(count, language)} / {number(base, language)}"
        axes.annotate(words, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0),
                      textcoords="offset points", va="center_baseline", fontsize=8.5,
                      color=MUTED)  # fmt: skip
    axes.set_xlim(0, 1)
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("axis_share_of_base", language, units=material.units(language)))
    return figure


def _base_words(bases: pd.Series, language: str) -> str:
    low, high = int(bases.min()), int(bases.max())
    if low == high:
        return number(low, language)
    return say("from_to", language, low=number(low, language), high=number(high, language))


def priorities(material: Material, language: str) -> Figure:
    """Mean rank of each priority with its interval, and how far the units agree."""
    table = material.table("priorities").sort_values("rank")
    first = table.iloc[0]
    labels = [fold(label, 50) for label in table[f"label_{language}"]]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.priorities.title", language, units=material.units(language)),
        [
            say("fig.priorities.line", language, n=number(table["base"].max(), language),
                units=material.units(language), w=number(first["kendalls_w"], language, 2),
                p=p_value(first["p_value"], language))
        ],
        [say("fig.priorities.note", language)],
        height=0.5 * len(table) + 0.1,
        left=label_room(labels),
        right=1.7,
    )  # fmt: skip
    row_labels(axes, labels)
    rows = np.arange(len(table))
    axes.hlines(rows, table["low"], table["high"], color=ACCENT, linewidth=2, alpha=0.5)
    axes.plot(table["estimate"], rows, "o", color=ACCENT, markersize=7)
    for row, unit in enumerate(table.itertuples()):
        words = f"{number(unit.estimate, language, 1)} {interval(unit.low, unit.high, language, 1)}"
        axes.annotate(words, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0),
                      textcoords="offset points", va="center_baseline", fontsize=8.5,
                      color=MUTED)  # fmt: skip
    axes.set_xlim(0.8, len(table) + 0.2)
    axes.set_xticks(range(1, len(table) + 1))
    axes.set_xlabel(say("axis_mean_rank", language))
    number_axis(axes.xaxis, language)
    return figure
