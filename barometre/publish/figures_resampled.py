"""Figures of how firm the classes are: who stays together, and who sits well in a class."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barometre.publish.figures_index import DRAWN_UNITS, NAMED_UNITS
from barometre.publish.material import Material
from barometre.publish.shading import class_bands, shade_legend, shaded, sure_labels
from barometre.publish.style import (
    CLASS_COLOURS,
    MUTED,
    WIDTH,
    canvas,
    class_legend,
    label_room,
    legend_row,
    number_axis,
    row_labels,
)
from barometre.publish.words import number, percent, say
from barometre.study import CLASSES

SIDE = 5.6  # inches of a matrix without names


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Consensus matrix and silhouettes, where the study has them."""
    if len(material.table("consensus")):
        yield "consensus", consensus(material, language)
    if len(material.table("silhouettes")):
        yield "silhouettes", silhouettes(material, language)


def consensus(material: Material, language: str) -> Figure:
    """How often two units are sorted together: the cut below the diagonal, all themes above."""
    table = material.table("consensus")
    both = bool(table["sized_themes"].notna().any())
    k = int(table["place_b"].max())
    classes, units = _of_places(table, k)
    labels = sure_labels(material, units, language)
    named_rows = k <= NAMED_UNITS
    left = label_room(labels, 7.5) if named_rows else 0.9
    side = WIDTH - left - 0.35 if named_rows else SIDE
    kind = "both" if both else "cut"
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.consensus.title", language),
        [say(f"fig.consensus.line_{kind}", language)],
        [
            say("fig.consensus.note", language),
            say("fig.consensus.smooth", language),
            *([say("fig.name_p", language)] if named_rows else []),
        ],
        height=side,
        left=left,
        right=WIDTH - left - side,
        below=0.25 if named_rows else 0.5,
        legend=True,
    )
    parts = [percent(share, language) for share in (0.25, 0.5, 0.75)]
    ends = [say(f"fig.consensus.{name}", language) for name in ("never", "always")]
    shades = [ends[0], *parts, ends[1]]
    legend_row(figure, shade_legend(shades, classes, language))
    axes.imshow(_pixels(table, k, both), interpolation="none", aspect="auto",
                extent=(-0.5, k - 0.5, k - 0.5, -0.5))  # fmt: skip
    axes.grid(visible=False)
    if named_rows:
        row_labels(axes, labels, size=7.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_ylim(k - 0.5, -0.5)
    axes.set_xlim(-0.5, k - 0.5)
    class_bands(axes, classes, 0.012 * k, across=True)
    if not named_rows:
        label = say("axis_units_descending", language, units=material.units(language))
        axes.set_xlabel(label, labelpad=12)
    return figure


def _of_places(table: pd.DataFrame, k: int) -> tuple[list[str], list[str]]:
    """Class and unit of each place, highest first."""
    first = table.drop_duplicates("place_a").set_index("place_a")[["class_a", "unit_a"]]
    last = table.drop_duplicates("place_b").set_index("place_b")[["class_b", "unit_b"]]
    found = pd.concat([first.set_axis(["class", "unit"], axis=1),
                       last.set_axis(["class", "unit"], axis=1)])  # fmt: skip
    found = found[~found.index.duplicated()].reindex(range(k, 0, -1))
    return found["class"].tolist(), found["unit"].tolist()


def _pixels(table: pd.DataFrame, k: int, both: bool) -> np.ndarray:
    """Colours (k, k, 3), highest place first; the diagonal and unknown cells are grey."""
    share = np.full((k, k), np.nan)
    one = k - table["place_a"].to_numpy(int)
    two = k - table["place_b"].to_numpy(int)  # the higher place stands further up
    share[one, two] = table["index_cut"].to_numpy(float, na_value=np.nan)
    above = "sized_themes" if both else "index_cut"
    share[two, one] = table[above].to_numpy(float, na_value=np.nan)
    return shaded(share)


def silhouettes(material: Material, language: str) -> Figure:
    """Silhouette width of each unit by class, on the index and on all themes."""
    table = material.table("silhouettes")
    index = material.table("index").set_index("unit_id")
    table = table.assign(
        index=table["unit_id"].map(index["index"]),
        level=table["class"].map({name: place for place, name in enumerate(CLASSES)}),
    )  # fmt: skip
    spaces = [space for space in ("index", "themes") if (table["space"] == space).any()]
    first = table[table["space"] == spaces[0]].sort_values(["level", "index"], ascending=False)
    labels = sure_labels(material, first["unit_id"].tolist(), language)
    named_rows = len(first) <= NAMED_UNITS
    figure, panels = canvas(
        material,
        language,
        say("fig.silhouettes.title", language),
        [say("fig.silhouettes.line", language)],
        [
            say("fig.silhouettes.note", language),
            *([say("fig.name_p", language)] if named_rows else []),
        ],
        height=0.17 * len(first) + 0.1 if named_rows else 4.6,
        left=label_room(labels, 8) if named_rows else 0.5,
        panels=len(spaces),
        gap=0.35,
        above=0.6,
        legend=True,
        same_y=named_rows,
    )
    class_legend(
        figure, language, [name for name in reversed(CLASSES) if name in set(first["class"])]
    )
    for axes, space in zip(panels, spaces, strict=True):
        rows = table[table["space"] == space].set_index("unit_id").loc[first["unit_id"]]
        if not named_rows:
            rows = rows.sort_values(["level", "silhouette"], ascending=False, kind="stable")
        _widths(axes, rows, named_rows)
        astray = int((rows["silhouette"] < 0).sum())
        told = say("fig.silhouettes.panel", language, astray=number(astray, language),
                   n=number(len(rows), language),
                   mean=number(rows["silhouette"].mean(), language, 2))  # fmt: skip
        axes.set_title(f"{say(f'fig.silhouettes.{space}', language)}\n{told}", fontsize=9,
                       loc="left", color=MUTED)  # fmt: skip
        axes.set_xticks([-1, -0.5, 0, 0.5, 1])
        number_axis(axes.xaxis, language)
        axes.set_xlabel(say("axis_silhouette", language))
    if named_rows:
        row_labels(panels[0], labels, size=8)
    return figure


def _widths(axes: Axes, rows: pd.DataFrame, named_rows: bool) -> None:
    """Bars from 0 in the colour of the class, one per unit or, of very many, per neighbours."""
    if len(rows) > DRAWN_UNITS:
        group = np.arange(len(rows)) * DRAWN_UNITS // len(rows)
        rows = rows.groupby(["class", group], sort=False)["silhouette"].mean().reset_index("class")
    places, values = np.arange(len(rows)), rows["silhouette"].to_numpy(float)
    if named_rows:
        colours = [CLASS_COLOURS[name] for name in rows["class"]]
        axes.barh(places, values, color=colours, height=0.78, linewidth=0)
    else:
        for name in dict.fromkeys(rows["class"]):
            own = (rows["class"] == name).to_numpy()
            # A class of one unit still has a step of its own height.
            ends = np.concatenate([places[own] - 0.5, places[own][-1:] + 0.5])
            steps = np.concatenate([values[own], values[own][-1:]])
            axes.fill_betweenx(ends, 0, steps, step="post", color=CLASS_COLOURS[name], linewidth=0)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    axes.set_xlim(-1, 1)
    axes.set_yticks([])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
