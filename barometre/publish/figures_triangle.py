"""The three class shares as one point of a triangle, with a region only where one exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barometre.classify.multinomial import confidence_region, printable
from barometre.publish.figures_classes import split_words
from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    ALARM,
    FAINT,
    GRID,
    INK,
    MUTED,
    WIDTH,
    canvas,
    legend_row,
)
from barometre.publish.words import named, number, p_value, percent, say
from barometre.study import CLASSES

SIDE = 5.8  # inches
TALL = np.sqrt(0.75)
# Class, alignment and shift of a corner's name; then class, middle, shift and turn of a side's.
CORNERS = (
    ("lagging", "right", (-6, -4)),
    ("transition", "left", (6, -4)),
    ("mature", "center", (0, 8)),
)
SIDES = (
    ("mature", (0.5, 0, 0.5), (-40, 20), 60),
    ("transition", (0, 0.5, 0.5), (40, 20), -60),
    ("lagging", (0.5, 0.5, 0), (0, -26), 0),
)
FORCED, FREE = "index_cut", "kmeans_index"


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """The triangle, where there are class shares."""
    if len(material.table("class_shares")):
        yield "shares_triangle", triangle(material, language)


def triangle(material: Material, language: str) -> Figure:
    """Asked shares, splits that print them, forced and free sizes; fixed cuts with their region."""
    settings = material.study["classify"]
    asked = [settings["shares"][name] for name in CLASSES]
    fixed = at_fixed_cuts(material)
    n = int(material.table("classes")["class"].ne("unknown").sum())
    way, splits = printable(n, asked)
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.triangle.title", language),
        [
            say(f"fig.triangle.line_{settings['shares_from']}", language,
                split=split_words(settings, language)),
            _printable_line(way, n, len(splits), material, language),
        ],
        _notes(material, fixed, language),
        height=SIDE * TALL,
        left=(WIDTH - SIDE) / 2,
        right=(WIDTH - SIDE) / 2,
        below=0.45,
        above=0.3,
        legend=True,
    )  # fmt: skip
    _frame(axes, language)
    if len(fixed):
        _region(axes, fixed["n"].astype(int).tolist())
    if len(splits):
        x, y = corners(splits / n)
        axes.plot(x, y, ".", color=MUTED, markersize=6, zorder=6)
    marks = [(".", MUTED, say("fig.triangle.printable", language))] if len(splits) else []
    for share, marker, colour, key in _points(material, fixed, asked):
        x, y = corners(np.array([share]))
        axes.plot(x, y, marker, color=colour, markersize=7.5, zorder=5, markeredgewidth=1.8)
        marks.append((marker, colour, say(f"fig.triangle.{key}", language)))
    legend_row(figure, marks)
    return figure


def at_fixed_cuts(material: Material) -> pd.DataFrame:
    """Counts of this study at cuts fixed beforehand: its own, or an earlier edition's."""
    own = material.table("fixed_cuts")
    if len(own):
        return own
    carried = material.table("carried_cuts")
    return carried[carried["edition"] == material.study["id"]]


def corners(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of shares (points, classes): lagging left, in transition right, mature on top."""
    return shares[:, 1] + shares[:, 2] / 2, shares[:, 2] * TALL


def _points(
    material: Material, fixed: pd.DataFrame, asked: Sequence[float]
) -> Iterator[tuple[list[float], str, str, str]]:
    """Shares, marker, colour and name of what is drawn, the asked ones last and on top."""
    table = material.table("class_shares")
    for rule, marker, colour in ((FORCED, "x", MUTED), (FREE, "o", ACCENT)):
        rows = table[table["rule"] == rule].set_index("class")
        if len(rows):
            yield rows.loc[list(CLASSES), "share"].astype(float).tolist(), marker, colour, rule
    if len(fixed):
        share = fixed.set_index("class").loc[list(CLASSES), "share"].astype(float).tolist()
        yield share, "s", INK, "fixed"
    yield list(asked), "D", ALARM, f"asked_{material.study['classify']['shares_from']}"


def _printable_line(way: str, n: int, ways: int, material: Material, language: str) -> str:
    key = "fig.triangle.not_printable" if way == "no" else "fig.triangle.printable_line"
    return say(key, language, n=number(n, language), units=material.units(language),
               ways=number(ways, language), way=named("printable", way, language))  # fmt: skip


def _notes(material: Material, fixed: pd.DataFrame, language: str) -> list[str]:
    if fixed.empty:
        return [say("fig.triangle.no_region", language)]
    told: dict[str, Any] = {"p": p_value(fixed["p_value"].iloc[0], language),
                            "n": number(int(fixed["base"].iloc[0]), language)}  # fmt: skip
    kind = "carried" if "carried_from" in fixed else "fixed"
    return [say(f"fig.triangle.region_{kind}", language, **told),
            say("fig.triangle.no_other_region", language)]  # fmt: skip


def _frame(axes: Axes, language: str) -> None:
    """The triangle, a line for each fifth, and what its corners mean."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, TALL)
    for step in range(1, 5):
        share = step / 5
        for one, two in (((1 - share, 0, share), (0, 1 - share, share)),
                         ((share, 1 - share, 0), (share, 0, 1 - share)),
                         ((1 - share, share, 0), (0, share, 1 - share))):  # fmt: skip
            x, y = corners(np.array([one, two]))
            axes.plot(x, y, color=GRID, linewidth=0.9, zorder=1)
        # Each class has its scale on the side that leads to its corner.
        for at, shift, align in (
            ((1 - share, 0, share), (-5, 2), "right"),
            ((0, share, 1 - share), (5, 2), "left"),
            ((share, 1 - share, 0), (0, -11), "center"),
        ):
            x, y = corners(np.array([at]))
            axes.annotate(percent(share, language), (x[0], y[0]), xytext=shift, ha=align,
                          textcoords="offset points", fontsize=8, color=MUTED)  # fmt: skip
    x, y = corners(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    axes.plot(x, y, color=FAINT, linewidth=1.2, zorder=1, clip_on=False)
    for place, (name, align, shift) in enumerate(CORNERS):
        axes.annotate(say(f"fig.triangle.corner_{name}", language), (x[place], y[place]),
                      xytext=shift, textcoords="offset points", ha=align, fontsize=9.5,
                      fontweight="bold")  # fmt: skip
    for name, middle, shift, turn in SIDES:
        x, y = corners(np.array([middle]))
        axes.annotate(say(f"fig.triangle.side_{name}", language), (x[0], y[0]), xytext=shift,
                      textcoords="offset points", rotation=turn, ha="center", va="center",
                      fontsize=9, color=MUTED)  # fmt: skip


def _region(axes: Axes, counts: list[int]) -> None:
    """Shares that the exact test does not reject at 5 %."""
    shares, p_values = confidence_region(counts)
    x, y = corners(shares)
    axes.tricontourf(x, y, p_values, levels=[0.05, 1.01], colors=[INK], alpha=0.12, zorder=2)
    axes.tricontour(x, y, p_values, levels=[0.05], colors=[INK], linewidths=1.1, zorder=3)
