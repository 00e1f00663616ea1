"""Figure of the editions: small multiples, one theme each, and the share that has started."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import ACCENT, ALARM, INK, MUTED, WIDTH, canvas, fold
from barometre.publish.words import number, percent, say

COLUMNS = 4
ROW = 1.75  # inches
GAP = 0.55


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """The figure, where the study is compared with earlier editions."""
    if len(material.table("editions")):
        yield "editions", editions(material, language)


def editions(material: Material, language: str) -> Figure:
    """Mean of each theme in each edition with its interval, and the panel's change."""
    table = material.table("editions")
    table = table[table["measure"] != "index"]
    measures = list(dict.fromkeys(table["measure"]))
    rows = ceil(len(measures) / COLUMNS)
    height = rows * ROW + (rows - 1) * GAP
    figure, (frame,) = canvas(
        material,
        language,
        say("fig.editions.title", language),
        [say("fig.editions.line", language)],
        [say("fig.editions.started", language), say("fig.editions.note", language)],
        height=height,
        left=0.5,
        right=0.3,
        above=0.25,
        below=0.35,
    )
    frame.set_axis_off()
    box = frame.get_position()
    total = figure.get_figheight()
    width = (box.width * WIDTH - (COLUMNS - 1) * 0.4) / COLUMNS
    names = _names(table)
    for place, measure in enumerate(measures):
        column, row = place % COLUMNS, place // COLUMNS
        left = box.x0 * WIDTH + column * (width + 0.4)
        top = box.y1 * total - row * (ROW + GAP)
        axes = figure.add_axes(
            (left / WIDTH, (top - ROW + 0.3) / total, width / WIDTH, (ROW - 0.3) / total)
        )
        _panel(axes, table[table["measure"] == measure], names, language)
    return figure


def _names(table: pd.DataFrame) -> list[str]:
    """Editions in their order of time, as the names of the studies sort."""
    return sorted(set(table["edition"]))


def _panel(axes: Axes, rows: pd.DataFrame, names: list[str], language: str) -> None:
    share = rows["measure"].iloc[0] == "started"
    scale = 100 if share else 1
    levels = rows[rows["statistic"] == "level"].set_index("edition")
    known = [name for name in names if name in levels.index and levels.at[name, "base"] > 0]
    at = [names.index(name) for name in known]
    means = [scale * levels.at[name, "estimate"] for name in known]
    axes.plot(at, means, "o-", color=ACCENT, markersize=5.5, linewidth=1.6)
    for x, name in zip(at, known, strict=True):
        axes.vlines(x, scale * levels.at[name, "low"], scale * levels.at[name, "high"],
                    color=ACCENT, linewidth=2, alpha=0.5)  # fmt: skip
    panel = rows[rows["statistic"] == "panel"]
    for change in panel.itertuples():
        before = levels.at[change.compared_with, "estimate"]
        beside = names.index(change.edition) + 0.14
        axes.vlines(beside, before + change.low, before + change.high, color=ALARM, linewidth=1.4,
                    alpha=0.5)  # fmt: skip
        axes.plot([beside], [before + change.estimate], "D", color=ALARM, markersize=4.5)
    for x, mean in zip(at, means, strict=True):
        words = percent(mean / 100, language) if share else number(mean, language, 0)
        axes.annotate(words, (x, mean), xytext=(-6, 4), textcoords="offset points", ha="right",
                      fontsize=8, color=INK)  # fmt: skip
    axes.set_title(fold(rows[f"label_{language}"].iloc[0], 26), fontsize=9, loc="left", color=INK)
    axes.set_xlim(-0.45, len(names) - 0.5)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100])
    axes.set_xticks(range(len(names)), [name.rpartition("-")[2] for name in names], color=MUTED)
    axes.tick_params(labelsize=8)
