"""A slope over other methods of scoring and over other items: two doubts, two figures."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    FAINT,
    MUTED,
    canvas,
    fold,
    label_room,
    number_axis,
    on_hover,
    row_labels,
)
from barometre.publish.words import as_range, capital, colon, interval, named, number, say

CHOICES = ("normalisation", "weights", "aggregation", "missing")
PANELS = 3


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of the models whose outcome is the index."""
    methods = material.table("slope_range")
    methods = methods[methods["estimate"].notna()]
    if len(methods):
        yield "slope_range", over_methods(material, methods, language)
    items = material.table("slope_items")
    items = items[items["low"].notna()]
    if len(items):
        yield "slope_items", over_items(material, items.head(PANELS), language)


def over_methods(material: Material, methods: pd.DataFrame, language: str) -> Figure:
    """Slopes under each option of each choice; a range under stated choices, never an interval."""
    models = list(methods["model"].unique())[:PANELS]
    rows = _options(methods)
    labels = [
        named("choice", choice, language) if option is None
        else named(f"option.{choice}", option, language)
        for choice, option in rows
    ]  # fmt: skip
    own = methods[methods["model"] == models[0]]
    figure, axes = canvas(
        material,
        language,
        say("fig.methods.title", language),
        [say("fig.methods.line", language, n=number(len(own), language))],
        [say("fig.methods.note", language)],
        height=0.24 * len(rows) + 0.3,
        left=label_room(labels, 8.5),
        panels=len(models),
        gap=0.45,
        above=0.3,
    )
    for panel, model in zip(axes, models, strict=True):
        part = methods[methods["model"] == model]
        for place, (choice, option) in enumerate(rows):
            if option is not None:
                _strip(panel, place, part[part[choice] == option], labels[place], language)
        panel.axvline(part["estimate"].iloc[0], color=ACCENT, linewidth=1.1, linestyle=(0, (4, 3)))
        _finish(panel, material, str(part["predictor"].iloc[0]), language)
    heads = {place for place, (_, option) in enumerate(rows) if option is None}
    row_labels(axes[0], [capital(label) for label in labels], size=8.5, bold=heads)
    return figure


def _options(methods: pd.DataFrame) -> list[tuple[str, str | None]]:
    """A heading for each choice that has several options, then its options in table order."""
    rows: list[tuple[str, str | None]] = []
    for choice in CHOICES:
        options = list(dict.fromkeys(methods[choice]))
        if len(options) > 1:
            rows += [(choice, None), *((choice, str(option)) for option in options)]
    return rows or [("aggregation", str(methods["aggregation"].iloc[0]))]


def _strip(panel: Axes, place: int, part: pd.DataFrame, label: str, language: str) -> None:
    slopes = part["estimate"].astype(float)
    (bar,) = panel.barh(
        place, slopes.max() - slopes.min(), left=slopes.min(), height=0.34, color=FAINT, linewidth=0
    )
    on_hover(bar, f"{label}{colon(language)}{as_range(slopes.min(), slopes.max(), language)}")
    panel.plot(sorted(set(slopes)), [place] * slopes.nunique(), "|", color=MUTED, markersize=7)


def over_items(material: Material, items: pd.DataFrame, language: str) -> Figure:
    """How far other items of the same kind would move each slope, for these units."""
    labels = [say("items.t", language), say("items.resampled", language)]
    figure, axes = canvas(
        material,
        language,
        say("fig.items.title", language),
        [say("fig.items.line", language, n=number(items["n_items"].iloc[0], language))],
        [say("fig.items.note", language)],
        height=0.9,
        left=label_room(labels, 8.5),
        panels=len(items),
        gap=0.45,
        above=0.3,
    )
    for panel, (_, row) in zip(axes, items.iterrows(), strict=True):
        ends = [("low", "high"), ("resampled_low", "resampled_high")]
        for place, (low, high) in enumerate(ends):
            panel.hlines(place, row[low], row[high], color=ACCENT, linewidth=1.8)
            (mark,) = panel.plot(row["estimate"], place, "o", color=ACCENT, markersize=5.5)
            said = f"{number(row['estimate'], language)} {interval(row[low], row[high], language)}"
            on_hover(mark, f"{labels[place]}{colon(language)}{said}")
        _finish(panel, material, str(row["predictor"]), language)
    row_labels(axes[0], labels, size=8.5)
    return figure


def _finish(panel: Axes, material: Material, predictor: str, language: str) -> None:
    panel.axvline(0, color=MUTED, linewidth=0.9)
    panel.use_sticky_edges = False
    panel.margins(x=0.06)
    panel.set_title(fold(capital(material.predictor(predictor, language)), 34), fontsize=9.5,
                    loc="left", color=MUTED)  # fmt: skip
    panel.set_xlabel(say("axis_slope_short", language))
    panel.locator_params(axis="x", nbins=5)
    number_axis(panel.xaxis, language)
    panel.set_yticks([])
    panel.grid(axis="y", visible=False)
