"""Figure of the ranks, for studies that turn them on: places a unit may hold, and tiers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from barometre.publish.material import Material
from barometre.publish.style import ACCENT, FAINT, GRID, canvas, fold, label_room, row_labels
from barometre.publish.words import say

NAMED_UNITS = 60


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """The figure, where the study has ranks and its units can be read."""
    if 1 < len(material.table("ranks")) <= NAMED_UNITS:
        yield "ranks", ranks(material, language)


def ranks(material: Material, language: str) -> Figure:
    """One row per unit: its rank, the set of its own, the sets that hold together."""
    table = material.table("ranks").sort_values(["tier", "rank", "name"], kind="stable")
    labels = [fold(name, 38, 1) for name in table["name"]]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.ranks.title", language, units=material.units(language)),
        [say("fig.ranks.line", language)],
        [say("fig.ranks.note", language)],
        height=0.21 * len(table) + 0.1,
        left=label_room(labels),
    )
    row_labels(axes, labels)
    rows = np.arange(len(table))
    for tier in sorted(set(table["tier"]))[::2]:
        inside = rows[(table["tier"] == tier).to_numpy()]
        axes.axhspan(inside[0] - 0.5, inside[-1] + 0.5, color=GRID, zorder=0)
    axes.hlines(rows, table["set_low"], table["set_high"], color=FAINT, linewidth=2.5)
    axes.hlines(
        rows, table["marginal_low"], table["marginal_high"], color=ACCENT, linewidth=4.5, alpha=0.5
    )
    axes.plot(table["rank"], rows, "o", color=ACCENT, markersize=5.5)
    axes.set_xlim(0.5, len(table) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(say("axis_rank", language))
    return figure
