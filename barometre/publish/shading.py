"""What figures of many small cells share: shades, bands of classes, names with their class's p."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from barometre.publish.material import Material
from barometre.publish.style import ACCENT, CLASS_COLOURS, CLASS_MARKERS, INK, fold
from barometre.publish.words import probability, say

BLANK = np.array(to_rgb("#EDF2F7"))  # not white, so that a square of it shows on the page
NOTHING = np.array(to_rgb("#B5AFA6"))
FULL = np.array(to_rgb(ACCENT))


def shade(share: float) -> str:
    """Colour of a share, from white for 0 to full for 1."""
    return to_hex(BLANK + share * (FULL - BLANK))


def shaded(shares: np.ndarray) -> np.ndarray:
    """Colours (..., 3) of shares (...); grey where unknown."""
    colours = BLANK + np.nan_to_num(shares)[..., None] * (FULL - BLANK)
    return np.where(np.isnan(shares)[..., None], NOTHING, colours)


def shade_legend(
    labels: Sequence[str], classes: Sequence[str], language: str
) -> list[tuple[str, str, str]]:
    """Entries of `legend_row`: shades from 0 to 1 under `labels`, then the classes of the bands."""
    steps = np.linspace(0, 1, len(labels)).tolist()
    shades = [("s", shade(step), label) for step, label in zip(steps, labels, strict=True)]
    bands = [(CLASS_MARKERS[name], CLASS_COLOURS[name], say(f"class_{name}", language))
             for name in dict.fromkeys(classes)]  # fmt: skip
    return shades + bands


def class_bands(axes: Axes, classes: Sequence[str], width: float, across: bool = False) -> None:
    """Class of each row as a band left of the cells, and a line where the class changes.

    Parameters
    ----------
    classes : class of each row, top to bottom
    width : of the band, in units of the x axis
    across : the columns are the same units as the rows
    """
    left = axes.get_xlim()[0]
    bottom = len(classes) - 0.5
    for name in dict.fromkeys(classes):
        rows = [row for row, one in enumerate(classes) if one == name]
        first, last = rows[0] - 0.5, rows[-1] + 0.5
        boxes = [((left - width, first), width, last - first)]
        if across:
            boxes.append(((first, bottom), last - first, width))
        for corner, wide, high in boxes:
            axes.add_patch(Rectangle(corner, wide, high, facecolor=CLASS_COLOURS[name],
                                     linewidth=0, clip_on=False))  # fmt: skip
        if last < bottom:
            axes.axhline(last, color=INK, linewidth=0.9)
            if across:
                axes.axvline(last, color=INK, linewidth=0.9)


def sure_labels(material: Material, units: Sequence[str], language: str) -> list[str]:
    """Names with the probability of the unit's class: a class is never shown without it."""
    names = material.table("index").set_index("unit_id")["name"]
    classes = material.table("classes").set_index("unit_id")
    own = {unit: classes.at[unit, f"p_{classes.at[unit, 'class']}"] for unit in units}
    return [f"{fold(str(names[unit]), 32, 1)} {probability(own[unit], language)}" for unit in units]
