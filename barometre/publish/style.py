"""One look for all figures, and the one function that saves them.

Text is measured with DejaVu Sans, which comes with Matplotlib, so that positions are the same
everywhere; it is shown in the reader's own narrower face, so labels never grow into each other.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from barometre.publish.material import Material
from barometre.publish.words import fold as fold
from barometre.publish.words import number, percent, say

INK = "#1E2A35"
MUTED = "#56636E"
FAINT = "#C9D0D6"
GRID = "#E6EAED"
ACCENT = "#1B6CA8"
ALARM = "#A3195B"
# Distinguishable with the three common colour-vision deficiencies and in grey (dark, light, dark
# with another marker); classes always carry both colour and marker.
CLASS_COLOURS = {
    "lagging": "#B9502A",
    "transition": "#E0A526",
    "mature": "#1B6CA8",
    "unknown": "#8A949C",
}
CLASS_MARKERS = {"lagging": "v", "transition": "o", "mature": "^", "unknown": "x"}
STATE_COLOURS = {
    "answered": "#1B6CA8",
    "empty": "#B9502A",
    "not_reached": "#E0A526",
    "refused": "#A3195B",
    "unknown": "#8A949C",
    "not_shown": "#E6EAED",
}
FACE = "'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
WIDTH = 9.0  # inches
_FAMILY = re.compile(r"font-family: [^;\"]*; ?")
_TAG = re.compile(r"<[^>]*>")
_LONG = re.compile(r"(\d\.\d\d)\d+")  # a hundredth of a point is enough, and steadier
_TRAILING = re.compile(r"[ \t]+\n")
_NAMED = re.compile(r'<g id="named-(\d+)">')
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "barometre",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.solid_capstyle": "butt",
}


def canvas(
    material: Material,
    language: str,
    title: str,
    lines: Sequence[str] = (),
    notes: Sequence[str] = (),
    height: float = 4.0,
    left: float = 0.7,
    right: float = 0.35,
    below: float = 0.55,
    above: float = 0.1,
    panels: int = 1,
    gap: float = 0.5,
    legend: bool = False,
    same_y: bool = True,
) -> tuple[Figure, list[Axes]]:
    """A figure with its title, explanation, notes, source and, where due, SIMULATED.

    All lengths are inches, so nothing moves when a label grows.

    Parameters
    ----------
    title : what the figure shows
    lines : under the title: n, what is drawn
    notes : under the axes: what the intervals mean, what to beware of
    height : of the axes
    left, right : margins beside the axes
    below, above : room for the x axis' labels and for text above the axes
    panels, gap : axes side by side
    legend : leave a line for `class_legend`
    same_y : whether the panels share their y axis

    Returns
    -------
    The figure and its axes, left to right.
    """
    matplotlib.rcParams.update(STYLE)
    badge = say("simulated_badge", language) if material.simulated else ""
    head = textwrap.wrap(title, 68 if badge else 84)
    subhead = [part for line in lines for part in textwrap.wrap(line, 122)]
    foot = [part for note in (*notes, source_line(material, language)) for part in _wrapped(note)]
    top = 0.22 + 0.27 * len(head) + 0.2 * len(subhead) + 0.08 + above + (0.3 if legend else 0)
    bottom = below + 0.17 * len(foot) + 0.16
    total = top + height + bottom
    figure = Figure(figsize=(WIDTH, total), facecolor="white")
    figure.set_label(title)
    y = total - 0.34
    for text in head:
        figure.text(0.2 / WIDTH, y / total, text, fontsize=13.5, fontweight="bold")
        y -= 0.27
    for text in subhead:
        figure.text(0.2 / WIDTH, y / total, text, fontsize=9.5, color=MUTED)
        y -= 0.2
    figure.legend_y = (y - 0.08) / total  # type: ignore[attr-defined]
    y = 0.14 + 0.17 * (len(foot) - 1)
    for text in foot:
        figure.text(0.2 / WIDTH, y / total, text, fontsize=8, color=MUTED)
        y -= 0.17
    if badge:
        _stamp(figure, badge, total)
    span = WIDTH - left - right - gap * (panels - 1)
    axes: list[Axes] = []
    for panel in range(panels):
        x = left + panel * (span / panels + gap)
        box = (x / WIDTH, bottom / total, span / panels / WIDTH, height / total)
        axes.append(figure.add_axes(box, sharey=axes[0] if axes and same_y else None))
    return figure, axes


def _wrapped(note: str) -> list[str]:
    return textwrap.wrap(note, 142)


def _stamp(figure: Figure, badge: str, total: float) -> None:
    """The word that cannot be turned off: a badge at the top right."""
    figure.text(
        (WIDTH - 0.85) / WIDTH,
        (total - 0.3) / total,
        badge,
        ha="center",
        va="center",
        fontsize=10.5,
        fontweight="bold",
        color="white",
        bbox={"boxstyle": "square,pad=0.45", "facecolor": ALARM, "edgecolor": "none"},
    )


def source_line(material: Material, language: str) -> str:
    """Study, nature of the data and licence, under every figure."""
    return say(
        "source_line",
        language,
        title=material.title(language),
        nature=say(f"nature_{material.study['data']}", language),
        licence=material.study["licence"],
    )


def number_axis(axis, language: str, digits: int | None = None) -> None:
    """Tick labels in the reader's language."""

    def written(value: float, _: object) -> str:
        decimals = len(f"{value:.6g}".partition(".")[2]) if digits is None else digits
        return number(value, language, decimals)

    axis.set_major_formatter(FuncFormatter(written))


def percent_axis(axis, language: str) -> None:
    """Tick labels of shares, as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language)))


def legend_row(figure: Figure, entries: Sequence[tuple[str, str, str]]) -> None:
    """Marker, colour and label of what is drawn, in a row under the explanation."""
    from matplotlib.lines import Line2D

    x, y = 0.2, figure.legend_y  # type: ignore[attr-defined]
    middle = y + 0.042 / figure.get_figheight()
    for marker, colour, label in entries:
        at = [x / WIDTH + 0.008]
        figure.add_artist(
            Line2D(at, [middle], marker=marker, color=colour, markersize=6.5, linestyle="none")
        )
        figure.text(x / WIDTH + 0.02, y, label, fontsize=9)
        x += 0.36 + 0.068 * len(label)


def class_legend(figure: Figure, language: str, classes: Sequence[str]) -> None:
    """The classes; colour and marker both tell them apart."""
    legend_row(
        figure,
        [
            (CLASS_MARKERS[name], CLASS_COLOURS[name], say(f"class_{name}", language))
            for name in classes
        ],
    )


def row_labels(
    axes: Axes, labels: Sequence[str], size: float = 9, bold: Collection[int] = ()
) -> None:
    """Labels of horizontal rows, first row on top; each may take two lines."""
    axes.set_yticks([])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    for row, label in enumerate(labels):
        parts = label.split("\n")
        for number_of_line, part in enumerate(parts):
            axes.annotate(
                part,
                (0, row),
                xycoords=("axes fraction", "data"),
                xytext=(-7, (len(parts) - 1) * 5.5 - 11 * number_of_line),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                fontsize=size,
                fontweight="bold" if row in bold else "normal",
            )


def label_room(labels: Sequence[str], size: float = 9) -> float:
    """Inches that the longest line of `labels` needs, with its distance from the axes."""
    longest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    return 0.42 + longest * size * 0.52 / 72


def on_hover(artist: Artist, text: str) -> None:
    """Have a browser show `text` over an artist: a <title> in the SVG, no script."""
    artist.hover = text  # type: ignore[attr-defined]


def svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes every time: no date, ids from a fixed salt."""
    told = {"Date": None, "Creator": None, "Title": figure.get_label()}
    named: list[Any] = figure.findobj(lambda artist: hasattr(artist, "hover"))
    for number_of_artist, artist in enumerate(named):
        artist.set_gid(f"named-{number_of_artist}")
    with matplotlib.rc_context(STYLE), io.StringIO() as target:
        figure.savefig(target, format="svg", metadata=told)
        text = target.getvalue()
    text = _FAMILY.sub("", text).replace("*{stroke", f"text{{font-family: {FACE}}} *{{stroke", 1)
    text = _TAG.sub(lambda tag: _LONG.sub(r"\1", tag.group()), text)
    text = _NAMED.sub(
        lambda found: f"{found[0]}<title>{escape(named[int(found[1])].hover)}</title>", text
    )
    return _TRAILING.sub("\n", text)


def save(figure: Figure, path: str | Path) -> None:
    """Write a figure; nothing else in the project does."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(svg(figure), encoding="utf-8", newline="\n")
