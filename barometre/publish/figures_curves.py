"""Figures of the explain room beside the slopes: delays as censored times, specifications."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    MUTED,
    canvas,
    fold,
    label_room,
    number_axis,
    percent_axis,
    row_labels,
)
from barometre.publish.words import capital, number, picked, say

NAMED_SPECIFICATIONS = 60


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    for predictor, curve in material.table("delay_curve").groupby("predictor", sort=False):
        yield str(predictor), delay(material, str(predictor), curve, language)
    for number_of_curve, (name, curve) in enumerate(
        material.table("specification_curve").groupby("curve", sort=False), start=1
    ):
        if curve["estimate"].notna().sum() > 1:
            yield (
                f"specifications_{number_of_curve}",
                specifications(material, str(name), curve, language),
            )


def delay(material: Material, predictor: str, curve: pd.DataFrame, language: str) -> Figure:
    """Share of units still without the event, by delay (Kaplan-Meier)."""
    definition = material.study["analysis"]["predictors"].get(predictor, {})
    label = picked(definition["label"], language) if definition else predictor
    curve = curve.sort_values("delay_years")
    events, censored = int(curve["events"].sum()), int(curve["censored"].sum())
    figure, (axes,) = canvas(
        material,
        language,
        capital(say("fig.delay.title", language, label=label)),
        [
            say("fig.delay.line", language, n=number(events + censored, language),
                events=number(events, language), censored=number(censored, language),
                units=material.units(language))
        ],
        [say("fig.delay.note", language)],
        height=3.8,
        left=0.85,
    )  # fmt: skip
    years = np.concatenate([[0.0], curve["delay_years"]])
    without = np.concatenate([[1.0], curve["share_without"]])
    low = np.concatenate([[1.0], curve["low"].astype(float).fillna(curve["share_without"])])
    high = np.concatenate([[1.0], curve["high"].astype(float).fillna(curve["share_without"])])
    axes.fill_between(years, low, high, step="post", color=ACCENT, alpha=0.13, linewidth=0)
    axes.step(years, without, where="post", color=ACCENT, linewidth=1.8)
    marks = curve[curve["censored"] > 0]
    axes.plot(marks["delay_years"], marks["share_without"], "|", color=ACCENT, markersize=9,
              markeredgewidth=1.4)  # fmt: skip
    axes.set_ylim(0, 1.02)
    axes.set_xlim(0, None)
    axes.set_xlabel(say("axis_delay", language))
    axes.set_ylabel(say("axis_without", language))
    percent_axis(axes.yaxis, language)
    number_axis(axes.xaxis, language)
    return figure


def specifications(material: Material, name: str, curve: pd.DataFrame, language: str) -> Figure:
    """The slope per standard deviation under every defensible definition, smallest first."""
    known = curve[curve["estimate"].notna()].sort_values("estimate", kind="stable")
    labels = [_specification_words(material, row, language) for _, row in known.iterrows()]
    shown = len(known) <= NAMED_SPECIFICATIONS
    labels = [fold(label, 66, 1) for label in labels]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.curve.title", language),
        [say("fig.curve.line", language, n=number(len(known), language), curve=name)],
        [say("fig.curve.note", language)],
        height=0.22 * len(known) + 0.2 if shown else 4.2,
        left=label_room(labels, 8.5) if shown else 0.85,
    )
    rows = np.arange(len(known))
    axes.hlines(rows, known["ci_low"], known["ci_high"], color=ACCENT, linewidth=1.4)
    axes.plot(known["estimate"], rows, "o", color=ACCENT, markersize=5)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    if shown:
        row_labels(axes, labels, size=8.5)
    else:
        axes.set_yticks([])
    axes.set_xlabel(say("axis_slope_sd", language))
    number_axis(axes.xaxis, language)
    return figure


def _specification_words(material: Material, row: pd.Series, language: str) -> str:
    plan = material.study["analysis"]
    predictor = plan["predictors"].get(row["predictor"])
    words = picked(predictor["label"], language) if predictor else row["predictor"]
    outcome = plan["outcomes"].get(row["outcome"])
    second = picked(outcome["label"], language) if outcome else row["outcome"]
    fixed = {"curve", "spec_id", "outcome", "predictor", "estimator", "estimate", "ci_low",
             "ci_high", "p_value", "n"}  # fmt: skip
    others = [str(row[column]) for column in row.index if column not in fixed and row[column]]
    return " · ".join([words, second, say(f"estimator_{row['estimator']}", language), *others])
