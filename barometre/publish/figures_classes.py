"""Figures of the classify room: who is in which class, how surely, and what classes look like."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barometre.publish.figures_index import DRAWN_UNITS, NAMED_UNITS, ordered_units
from barometre.publish.material import Material
from barometre.publish.shading import class_bands, shade_legend, shaded, sure_labels
from barometre.publish.style import (
    ALARM,
    CLASS_COLOURS,
    CLASS_MARKERS,
    INK,
    MUTED,
    canvas,
    class_legend,
    fold,
    label_room,
    legend_row,
    number_axis,
    percent_axis,
    row_labels,
)
from barometre.publish.words import named, number, percent, probability, say
from barometre.study import CLASSES

SCORES = (0, 25, 50, 75, 100)


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Figures of this theme that the study's tables allow, with their names."""
    scored = ordered_units(material)
    if scored["p_mature"].notna().any():
        yield "class_probabilities", probabilities(material, scored, language)
    if len(verdict := theme_verdict(material, scored)):
        yield "theme_probabilities", probabilities(material, verdict, language, "themes")
    themes = material.table("theme_scores")
    if themes["theme"].nunique() > 1:
        yield "theme_heat", theme_heat(material, scored, language)
        yield "theme_profile", theme_profile(material, language)
    if len(material.table("class_shares")):
        yield "class_shares", shares(material, language)


def theme_verdict(material: Material, scored: pd.DataFrame) -> pd.DataFrame:
    """`scored` with the classes from all themes and their probabilities, where they are verdict."""
    rules = material.table("class_verdict")
    if "sized_themes" not in set(rules.loc[rules["is_verdict"].fillna(False), "rule"]):
        return scored.iloc[:0]
    methods = material.table("class_methods")
    own = methods[methods["method"] == "sized_themes"].drop(columns="method").set_index("unit_id")
    found = scored.drop(columns=list(own.columns)).join(own, on="unit_id")
    chance = [row[f"p_{row['class']}"] if row["class"] in CLASSES else np.nan
              for row in found.to_dict("records")]  # fmt: skip
    limit = material.study["classify"]["borderline"]
    return found.assign(borderline=pd.array(np.array(chance, float) < limit, dtype="boolean"))


def probabilities(
    material: Material, scored: pd.DataFrame, language: str, rule: str = "cut"
) -> Figure:
    """Probability of each class, unit by unit, highest index first.

    Parameters
    ----------
    rule : `cut`, or `themes` where the classes are those from all themes
    """
    known = scored[scored["p_mature"].notna()].reset_index(drop=True)
    named_rows = len(known) <= NAMED_UNITS
    limit = material.study["classify"]["borderline"]
    doubtful = int(known["borderline"].fillna(False).sum())
    labels = known["name"].where(~known["borderline"].fillna(False), known["name"] + " *")
    labels = [fold(name, 40, 1) for name in labels]
    figure, (axes,) = canvas(
        material,
        language,
        say(f"fig.probabilities.title_{rule}", language, units=material.units(language)),
        [
            say(
                f"fig.probabilities.line_{'named' if named_rows else 'many'}", language,
                doubtful=number(doubtful, language), n=number(len(known), language),
                units=material.units(language), limit=percent(limit, language),
            )
        ],
        [say("fig.probabilities.note", language), say("fig.class_p_forced", language)],
        height=0.2 * len(known) + 0.1 if named_rows else 4.2,
        left=label_room(labels) if named_rows else 0.8,
        legend=True,
    )  # fmt: skip
    class_legend(figure, language, list(reversed(CLASSES)))
    if not named_rows:
        known = _at_most(known.iloc[::-1].reset_index(drop=True), DRAWN_UNITS)
    start = np.zeros(len(known))
    order = reversed(CLASSES) if named_rows else CLASSES
    for name in order:
        share = known[f"p_{name}"].fillna(0).to_numpy(dtype=float)
        colour = CLASS_COLOURS[name]
        if named_rows:
            axes.barh(known.index, share, left=start, color=colour, height=0.78)
            _write_inside(axes, share, start, name, language)
        else:
            axes.fill_between(known["place"], start, start + share, color=colour, step="mid", lw=0)
        start = start + share
    if named_rows:
        row_labels(axes, labels)
        axes.set_xlim(0, 1)
        percent_axis(axes.xaxis, language)
        axes.set_xlabel(say("axis_probability", language))
        return figure
    axes.set_ylim(0, 1)
    axes.set_xlim(known["place"].iloc[0], known["place"].iloc[-1])
    axes.set_xlabel(say("axis_units_ordered", language, units=material.units(language)))
    axes.set_ylabel(say("axis_probability", language))
    percent_axis(axes.yaxis, language)
    number_axis(axes.xaxis, language)
    return figure


def _at_most(units: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Units in order, neighbours averaged beyond `limit` of them; `place` is the rank."""
    place = np.arange(1, len(units) + 1)
    group = place if len(units) <= limit else place * limit // (len(units) + 1)
    chances = units[[f"p_{name}" for name in CLASSES]].astype(float).assign(place=place)
    return chances.groupby(group).mean().reset_index(drop=True)


def _write_inside(axes, share: np.ndarray, start: np.ndarray, name: str, language: str) -> None:
    for row, (value, left) in enumerate(zip(share, start, strict=True)):
        if value >= 0.1:
            axes.text(
                left + value / 2,
                row,
                probability(value, language),
                ha="center",
                va="center_baseline",
                fontsize=8,
                color=INK if name == "transition" else "white",
            )


def theme_heat(material: Material, scored: pd.DataFrame, language: str) -> Figure:
    """Score of each unit on each theme, highest index first, the class as a band."""
    known = scored[scored["index"].notna()]
    # Units of one index may lie on both sides of a cut: the class comes first.
    level = known["class"].map(CLASSES.index)
    known = known.loc[level.sort_values(ascending=False, kind="stable").index]
    grid = material.table("theme_scores").pivot(index="unit_id", columns="theme", values="score")
    themes = [theme for theme in material.study["measure"]["themes"] if theme in grid.columns]
    cells = grid.reindex(index=known["unit_id"], columns=themes).to_numpy(float, na_value=np.nan)
    named_rows = len(known) <= NAMED_UNITS
    labels = sure_labels(material, known["unit_id"].tolist(), language)
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.heat.title", language, units=material.units(language)),
        [say("fig.heat.line", language)],
        [say("fig.heat.note", language), *([say("fig.name_p", language)] if named_rows else [])],
        height=0.17 * len(known) if named_rows else 4.6,
        left=label_room(labels, 8) if named_rows else 0.9,
        below=0.25,
        above=0.55,
        legend=True,
    )
    classes = known["class"].tolist()
    scores = [number(score, language) for score in SCORES]
    legend_row(figure, shade_legend(scores, classes, language))
    axes.imshow(shaded(cells / 100), interpolation="none", aspect="auto")
    axes.grid(visible=False)
    if named_rows:
        row_labels(axes, labels, size=8)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_ylim(len(known) - 0.5, -0.5)
    class_bands(axes, classes, 0.008 * len(themes))
    for place, theme in enumerate(themes):
        axes.annotate(fold(material.theme(theme, language), max(14, 118 // len(themes)), 3),
                      (place, -0.5), xytext=(0, 5), textcoords="offset points", ha="center",
                      va="bottom", fontsize=7.5, color=MUTED)  # fmt: skip
    if not named_rows:
        label = say("axis_units_descending", language, units=material.units(language))
        axes.set_ylabel(label, labelpad=14)
    return figure


def theme_profile(material: Material, language: str) -> Figure:
    """Mean score of each class on each theme, with the spread of its units."""
    scores = material.table("theme_scores").merge(
        material.table("classes")[["unit_id", "class"]], on="unit_id"
    )
    themes = [
        theme for theme in material.study["measure"]["themes"] if theme in set(scores["theme"])
    ]
    present = [name for name in CLASSES if (scores["class"] == name).any()]
    sizes = material.table("classes")["class"].value_counts()
    labels = [fold(material.theme(theme, language), 40) for theme in themes]
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.profile.title", language),
        [
            say(
                "fig.profile.line", language,
                sizes=", ".join(
                    f"{say(f'class_{name}', language)} {number(sizes.get(name, 0), language)}"
                    for name in reversed(present)
                ),
            )
        ],
        [say("fig.profile.note", language), say("fig.profile.by_construction", language)],
        height=0.55 * len(themes),
        left=label_room(labels),
        legend=True,
    )  # fmt: skip
    class_legend(figure, language, list(reversed(present)))
    row_labels(axes, labels)
    for place, name in enumerate(reversed(present)):
        of_class = scores[scores["class"] == name]
        spread = of_class.groupby("theme")["score"].agg(["mean", "min", "max"]).reindex(themes)
        rows = np.arange(len(themes)) + 0.2 * (place - (len(present) - 1) / 2)
        colour = CLASS_COLOURS[name]
        axes.hlines(rows, spread["min"], spread["max"], color=colour, linewidth=1.4, alpha=0.55)
        axes.plot(spread["mean"], rows, CLASS_MARKERS[name], color=colour, markersize=7.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel(say("axis_theme_score", language, ends=material.ends(language)))
    number_axis(axes.xaxis, language)
    return figure


def shares(material: Material, language: str) -> Figure:
    """Shares that each rule finds beside the published (or borrowed) ones."""
    table = material.table("class_shares")
    settings = material.study["classify"]
    rules = list(dict.fromkeys(table["rule"]))
    origin = settings["shares_from"]
    labels = [fold(named("rule", rule, language), 34) for rule in rules]
    figure, panels = canvas(
        material,
        language,
        say(f"fig.shares.title_{origin}", language),
        [
            say(f"fig.shares.line_{origin}", language, split=split_words(settings, language)),
            say("fig.shares.line_marks", language),
        ],
        [say("fig.shares.note", language)],
        height=0.42 * len(rules) + 0.15,
        left=label_room(labels),
        panels=3,
        gap=0.7,
        above=0.3,
    )
    row_labels(panels[0], labels)
    for axes, name in zip(panels, CLASSES, strict=True):
        rows = table[table["class"] == name].set_index("rule").reindex(rules)
        target = settings["shares"][name]
        axes.axvline(target, color=ALARM, linewidth=1.3, linestyle=(0, (4, 2)))
        axes.grid(axis="y", visible=False)
        free = rows["share_low"].notna().to_numpy()
        at = np.arange(len(rules))
        colour = CLASS_COLOURS[name]
        axes.hlines(at[free], rows["share_low"][free], rows["share_high"][free], color=colour, lw=2)
        axes.plot(rows["share"][free], at[free], CLASS_MARKERS[name], color=colour, markersize=7)
        axes.plot(
            rows["share"][~free], at[~free], CLASS_MARKERS[name],
            color=colour, markersize=8, markerfacecolor="white", markeredgewidth=1.6,
        )  # fmt: skip
        title = f"{say(f'class_{name}', language)} ({percent(target, language)})"
        axes.set_title(title, fontsize=9.5, loc="left", color=MUTED)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1])
        percent_axis(axes.xaxis, language)
    panels[1].set_xlabel(say("axis_share_of_units", language, units=material.units(language)))
    return figure


def split_words(settings, language: str) -> str:
    """The split asked for, mature first: 20 / 50 / 30 %."""
    parts = [number(100 * settings["shares"][name], language) for name in reversed(CLASSES)]
    return say("split", language, mature=parts[0], transition=parts[1], lagging=parts[2])
