"""Where to write the names of points so that none covers another name or a point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

CHARACTER = 0.56  # mean width of a character, in font sizes
AROUND = (
    (1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 1), (-0.8, 1), (0.8, -1), (-0.8, -1),
    (1.3, 2), (-1.3, 2), (1.3, -2), (-1.3, -2), (0, 2.2), (0, -2.2),
)  # fmt: skip


def place(
    axes: Axes,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    labels: Sequence[str],
    first: Sequence[int] | None = None,
    size: float = 8,
    colour: str = "#56636E",
    line: np.ndarray | None = None,
) -> list[int]:
    """Write a label beside each point where there is room; the others stay without.

    Greedy: labels are placed in the order `first` (default: as given), each at the nearest of
    fourteen places that touches no point, no earlier label, no line and no border.

    Parameters
    ----------
    x, y : points in data units, shape (n,)
    first : indices of the labels to place, most important first
    line : ends of a straight line that labels keep off, in data units, shape (2, 2)

    Returns
    -------
    Indices of the labels that were written.
    """
    xy = np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)])
    scale = 72 / axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    points = axes.transData.transform(xy) * scale
    frame = np.asarray(axes.get_window_extent().extents) * scale
    boxes = [(px - 4, py - 4, px + 4, py + 4) for px, py in points]
    kept_off = [] if line is None else _along(axes.transData.transform(line) * scale)
    written = []
    for index in range(len(labels)) if first is None else first:
        px, py = points[index]
        width, height = CHARACTER * size * len(labels[index]), 1.15 * size
        for dx, dy in AROUND:
            back = width if dx < 0 else 0 if dx > 0 else width / 2
            left = px + 6 * dx - back
            low = py + dy * (height * 0.75) - height / 2
            box = (left, low, left + width, low + height)
            others = boxes[:index] + boxes[index + 1 :] + kept_off
            if _inside(box, frame) and not any(_touch(box, other) for other in others):
                boxes.append(box)
                axes.annotate(
                    labels[index],
                    tuple(xy[index]),
                    xytext=(left - px if dx > 0 else left + width - px if dx < 0 else 0, low - py),
                    textcoords="offset points",
                    ha="left" if dx > 0 else "right" if dx < 0 else "center",
                    va="bottom",
                    fontsize=size,
                    color=colour,
                    # A name that is not right beside its point is tied to it.
                    arrowprops=_leader(dx) if abs(dy) >= 0.8 else None,
                )
                written.append(index)
                break
    return written


def _leader(dx: float) -> dict[str, object]:
    """A thin line from the nearer end of a name to its point."""
    near = 0.5 if dx == 0 else 0.0 if dx > 0 else 1.0
    return {"arrowstyle": "-", "color": "#8A949C", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3,
            "relpos": (near, 0.5)}  # fmt: skip


def _along(ends: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Small boxes along a line, a few points apart."""
    steps = max(2, int(np.hypot(*(ends[1] - ends[0])) / 4))
    at = ends[0] + np.linspace(0, 1, steps)[:, None] * (ends[1] - ends[0])
    return [(x - 1.5, y - 1.5, x + 1.5, y + 1.5) for x, y in at]


def _touch(one, other) -> bool:
    return not (
        one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    )


def _inside(box, frame) -> bool:
    return box[0] >= frame[0] and box[2] <= frame[2] and box[1] >= frame[1] and box[3] <= frame[3]
