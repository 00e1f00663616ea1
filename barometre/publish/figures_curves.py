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
    on_hover,
    percent_axis,
    row_labels,
)
from barometre.publish.words import (
    capital,
    colon,
    interval,
    missing,
    named,
    number,
    p_value,
    picked,
    say,
)

NAMED_SPECIFICATIONS = 60


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    for predictor, curve in material.table("delay_curve").groupby("predictor", sort=False):
        yield str(predictor), delay(material, str(predictor), curve, language)
    table = material.table("specification_curve")
    for outcome, rows in table.groupby("outcome", sort=False):
        if rows["estimate"].notna().sum() > 1:
            yield (
                f"specifications_{outcome}".lower(),
                specifications(material, str(outcome), rows, language),
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


def specifications(material: Material, outcome: str, table: pd.DataFrame, language: str) -> Figure:
    """The slope per standard deviation under every definition, curve by curve.

    Curves have different nulls or adjustment sets, so they stand under each other and are
    never pooled.
    """
    labels: list[str] = []
    rows: list[pd.Series | None] = []
    for name, curve in table.groupby("curve", sort=False):
        labels.append(_curve_words(material, str(name), curve, language))
        rows.append(None)
        known = curve[curve["estimate"].notna()].sort_values("estimate", kind="stable")
        labels += [_specification_words(material, row, language) for _, row in known.iterrows()]
        rows += [row for _, row in known.iterrows()]
    shown = len(rows) <= NAMED_SPECIFICATIONS
    labels = [fold(label, 84, 1) for label in labels]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.curve.title", language, outcome=material.outcome(outcome, language)),
        [say("fig.curve.line", language, n=number(len(table), language),
             curves=number(table["curve"].nunique(), language))],
        [say("fig.curve.note", language), say("fig.curve.null", language)],
        height=0.22 * len(rows) + 0.2 if shown else 4.2,
        left=label_room(labels, 8.5) if shown else 0.85,
    )  # fmt: skip
    for place, row in enumerate(rows):
        if row is not None:
            axes.hlines(place, row["ci_low"], row["ci_high"], color=ACCENT, linewidth=1.4)
            (mark,) = axes.plot(row["estimate"], place, "o", color=ACCENT, markersize=5)
            ends = interval(row["ci_low"], row["ci_high"], language)
            slope = number(row["estimate"], language)
            on_hover(mark, f"{labels[place]}{colon(language)}{slope} {ends}")
    axes.axvline(0, color=MUTED, linewidth=0.9)
    if shown:
        heads = {place for place, row in enumerate(rows) if row is None}
        row_labels(axes, labels, size=8.5, bold=heads)
    else:
        axes.set_yticks([])
        axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(say("axis_slope_sd", language))
    number_axis(axes.xaxis, language)
    return figure


def _curve_words(material: Material, name: str, curve: pd.DataFrame, language: str) -> str:
    """Family of predictors, adjustment, and the joint test of a curve."""
    row = curve.iloc[0]
    family = named("family", str(row["predictor"]).split("_")[0], language)
    adjusted = str(row.get("adjustment", "none"))
    terms = [material.predictor(term, language) for term in adjusted.split("+")]
    how = (
        say("unadjusted", language)
        if adjusted == "none"
        else say("adjusted", language, terms=", ".join(terms))
    )
    joint = row.get("joint_p_value")
    test = "" if missing(joint) else f" ({p_value(float(str(joint)), language)})"
    return f"{family}, {how}{test}"


def _specification_words(material: Material, row: pd.Series, language: str) -> str:
    words = [
        material.predictor(str(row["predictor"]), language),
        named("estimator", row["estimator"], language),
    ]
    sample = row.get("sample")
    if not missing(sample) and sample != "all":
        words.append(named("sample", str(sample), language))
    return ", ".join(words)
