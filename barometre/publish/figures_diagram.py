"""The assumed causal diagram, drawn from the plan."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from barometre.explain.diagram import UNMEASURED, Diagram, diagram
from barometre.publish.material import Material
from barometre.publish.style import ACCENT, INK, MUTED, WIDTH, canvas, fold
from barometre.publish.words import capital, picked, say

Box = tuple[float, float, float, float]  # centre, half width and half height, in inches
HALF = 1.15
HEIGHT = 3.4
MARGIN = 0.25


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """The diagram of every study that asks about an age or a speed."""
    found = diagram(material.study["analysis"])
    if found is not None:
        yield "diagram", drawn(material, found, language)


def drawn(material: Material, found: Diagram, language: str) -> Figure:
    """Boxes for what the plan names, arrows for what is asked and for what is assumed."""
    plan = material.study["analysis"]
    words = [picked(plan["diagram"], language)] if "diagram" in plan else []
    adjusted = any(found.confounder in model["controls"] for model in plan["models"])
    kind = UNMEASURED if found.confounder == UNMEASURED else "adjusted" if adjusted else "stated"
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.diagram.title", language),
        [say("fig.diagram.line", language)],
        [*words, say(f"fig.diagram.{kind}", language)],
        height=HEIGHT,
        left=MARGIN,
        right=MARGIN,
        below=0.1,
    )
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH - 2 * MARGIN)
    axes.set_ylim(0, HEIGHT)
    boxes = placed(found)
    for name, box in boxes.items():
        _box(axes, box, _label(material, name, language), dashed=name == UNMEASURED)
    for pairs, colour, width in ((found.assumed, MUTED, 1.1), (found.asked, ACCENT, 2.4)):
        for start, end in pairs:
            stacked = any(end in part and len(part) > 1 for part in (found.ages, found.outcomes))
            _arrow(axes, boxes[start], boxes[end], colour, width, stacked)
    return figure


def placed(found: Diagram) -> dict[str, Box]:
    """Where each box stands: ages and speeds left to right, outcomes last, size on top."""
    width = WIDTH - 2 * MARGIN
    left, middle, right = HALF + 0.05, width / 2, width - HALF - 0.05
    columns = [
        (found.ages, left, 1.35),
        (found.speeds, middle, 0.45),
        (found.outcomes, right, 1.35),
    ]
    if not found.ages:
        columns[1] = (found.speeds, left, 1.0)
    boxes: dict[str, Box] = {found.confounder: (middle, HEIGHT - 0.4, HALF, 0.3)}
    for names, x, y in columns:
        low = y - 0.45 * (len(names) - 1)
        for place, name in enumerate(reversed(names)):
            boxes[name] = (x, max(0.4, low) + 0.9 * place, HALF, 0.32)
    return boxes


def _label(material: Material, name: str, language: str) -> str:
    plan = material.study["analysis"]
    if name == UNMEASURED:
        return capital(picked(plan["unmeasured"], language))
    if name in plan["outcomes"]:
        return capital(material.outcome(name, language))
    return capital(material.predictor(name, language))


def _box(axes: Axes, box: Box, label: str, dashed: bool) -> None:
    x, y, wide, high = box
    axes.add_patch(
        FancyBboxPatch(
            (x - wide, y - high), 2 * wide, 2 * high, boxstyle="round,pad=0,rounding_size=0.08",
            facecolor="white", edgecolor=MUTED, linewidth=1.2, linestyle="--" if dashed else "-",
        )
    )  # fmt: skip
    axes.text(x, y, fold(label, 30, 3), ha="center", va="center", fontsize=9, color=INK)


def _arrow(axes: Axes, start: Box, end: Box, colour: str, width: float, stacked: bool) -> None:
    """An arrow between two boxes; into the side of one that stands over or under another."""
    side = end[0] - end[2] if start[0] < end[0] else end[0] + end[2]
    point = (side, end[1]) if stacked else _edge(end, start[:2])
    axes.add_patch(
        FancyArrowPatch(
            _edge(start, point), point, arrowstyle="-|>", mutation_scale=13, color=colour,
            linewidth=width, shrinkA=1, shrinkB=2,
        )
    )  # fmt: skip


def _edge(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the centre of a box to a point leaves the box."""
    x, y, wide, high = box
    run, rise = towards[0] - x, towards[1] - y
    reach = min(wide / abs(run) if run else 1e9, high / abs(rise) if rise else 1e9)
    return x + reach * run, y + reach * rise
