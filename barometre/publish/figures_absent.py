"""What those that did not answer could make of a slope: bounds beside the interval."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    FAINT,
    MUTED,
    canvas,
    label_room,
    number_axis,
    on_hover,
    row_labels,
)
from barometre.publish.verdict import carriers
from barometre.publish.words import colon, interval, number, say

PANELS = 3


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """One figure where units are known not to have answered and their predictor is known."""
    rows = bounded(material)
    if len(rows):
        yield "nonresponse", absent(material, rows.head(PANELS), language)


def bounded(material: Material) -> pd.DataFrame:
    """Slopes of the primary models with bounds, beside the interval behind the verdict."""
    regression = material.table("regression")
    bounds = material.table("nonresponse")
    bounds = bounds[(bounds["quantity"] == "slope") & bounds["low"].notna()].set_index("model")
    found = []
    for _, row in carriers(regression).iterrows():
        if row["model"] not in bounds.index:
            continue
        shared = regression[
            (regression["model"] == row["model"])
            & (regression["term"] == row["term"])
            & (regression["cov_type"] == "CR2")
        ]
        ends = shared.iloc[0] if len(shared) else row
        at = bounds.loc[row["model"]]
        found.append(
            {
                "outcome": row["outcome"], "term": row["term"], "estimate": row["estimate"],
                "ci_low": ends["ci_low"], "ci_high": ends["ci_high"],
                "low": at["low"], "high": at["high"], "n": at["n"], "n_absent": at["n_absent"],
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def absent(material: Material, rows: pd.DataFrame, language: str) -> Figure:
    """For each slope: its interval, and the bounds over all units; two things, not to be merged."""
    labels = [say("absent.interval", language), say("absent.bounds", language)]
    figure, axes = canvas(
        material,
        language,
        say("fig.absent.title", language),
        [say("fig.absent.line", language)],
        [say("fig.absent.note", language)],
        height=1.0,
        left=label_room(labels, 9),
        panels=len(rows),
        gap=0.45,
        above=0.6,
    )
    for panel, (_, row) in zip(axes, rows.iterrows(), strict=True):
        panel.hlines(0, row["ci_low"], row["ci_high"], color=ACCENT, linewidth=1.8)
        (mark,) = panel.plot(row["estimate"], 0, "o", color=ACCENT, markersize=6)
        ends = interval(row["ci_low"], row["ci_high"], language)
        on_hover(mark, f"{labels[0]}{colon(language)}{number(row['estimate'], language)} {ends}")
        (bar,) = panel.barh(
            1, row["high"] - row["low"], left=row["low"], height=0.36, color=FAINT, linewidth=0
        )
        on_hover(bar, f"{labels[1]}{colon(language)}{interval(row['low'], row['high'], language)}")
        panel.axvline(0, color=MUTED, linewidth=0.9)
        counts = say("absent.counts", language, n=number(row["n"], language),
                     absent=number(row["n_absent"], language))  # fmt: skip
        title = material.panel(str(row["outcome"]), str(row["term"]), language)
        panel.set_title(f"{title}\n{counts}", fontsize=8.5, loc="left", color=MUTED)
        panel.set_xlabel(say("axis_slope_short", language))
        panel.locator_params(axis="x", nbins=5)
        number_axis(panel.xaxis, language)
        panel.set_yticks([])
        panel.grid(axis="y", visible=False)
    row_labels(axes[0], labels, size=9)
    return figure
