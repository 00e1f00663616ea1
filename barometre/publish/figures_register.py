"""When each territory took each legal form: the dates behind every age."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from barometre.publish.material import Material
from barometre.publish.style import (
    ACCENT,
    ALARM,
    CLASS_COLOURS,
    FAINT,
    canvas,
    label_room,
    legend_row,
    on_hover,
    row_labels,
)
from barometre.publish.words import colon, named, say

# Column of units.csv with the first day of a legal form -> its colour, from the looser form to the
# closer one.
FORMS = {
    "first_ca_since": FAINT,
    "first_cu_since": CLASS_COLOURS["transition"],
    "metropole_since": ACCENT,
}
OPENING = "first_open_data_year"
HEIGHT = 0.5


def figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """The timeline, for studies whose units are those of the register."""
    units = material.table("units")
    if "metropole_since" in units and units["metropole_since"].notna().any():
        yield "timeline", timeline(material, units, language)


def timeline(material: Material, units: pd.DataFrame, language: str) -> Figure:
    """One row per unit: its legal forms as spans, the opening of its data as a mark."""
    forms = {name: colour for name, colour in FORMS.items() if name in units}
    dated = units.assign(**{name: _dates(units[name]) for name in forms})
    dated = dated.sort_values(["metropole_since", "name"], kind="stable", na_position="last")
    labels = [str(name) for name in dated["name"]]
    end = pd.Timestamp(material.study["fieldwork"]["end"])
    shared = dated["metropole_since"].dropna()
    figure, (axes,) = canvas(
        material,
        language,
        say("fig.timeline.title", language, units=material.units(language)),
        [say("fig.timeline.line", language, n=len(shared), dates=shared.nunique(),
             most=shared.value_counts().iloc[0])],
        [say("fig.timeline.forms", language)]
        + ([say("fig.timeline.note", language)] if OPENING in units else []),
        height=0.26 * len(labels) + 0.2,
        left=label_room(labels, 8.5),
        legend=True,
    )  # fmt: skip
    entries = [("s", colour, named("milestone", name, language)) for name, colour in forms.items()]
    if OPENING in units:
        entries.append(("^", ALARM, named("milestone", OPENING, language)))
    legend_row(figure, entries)
    for row, (_, unit) in enumerate(dated.iterrows()):
        _spans(axes, row, unit, forms, end, language)
        if OPENING in units:
            _opening(axes, row, unit, end, language)
    row_labels(axes, labels, size=8.5)
    axes.set_xlim(pd.Timestamp("1966-01-01"), end + pd.Timedelta(days=500))
    axes.xaxis.set_major_locator(YearLocator(10))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    return figure


def _spans(
    axes: Axes, row: int, unit: pd.Series, forms: dict[str, str], end: pd.Timestamp, language: str
) -> None:
    """Each form until the next one begins, the last one until the end of fieldwork."""
    known = [(unit[name], name) for name in forms if pd.notna(unit[name])]
    known.sort()
    for place, (start, name) in enumerate(known):
        stop = known[place + 1][0] if place + 1 < len(known) else end
        (bar,) = axes.barh(
            row, stop - start, left=start, height=HEIGHT, color=forms[name], linewidth=0
        )
        on_hover(bar, f"{unit['name']}, {named('milestone', name, language)}{colon(language)}"
                      f"{start:%Y-%m-%d}")  # fmt: skip


def _opening(axes: Axes, row: int, unit: pd.Series, end: pd.Timestamp, language: str) -> None:
    """The year of opening as a mark in its middle, hollow where it is a bound."""
    if pd.isna(unit[OPENING]):
        return
    year = str(unit[OPENING])[:4]
    bound = str(unit.get("bound", "="))
    day = min(pd.Timestamp(f"{year}-07-01"), end)
    inside, edge = (ALARM, "white") if bound == "=" else ("white", ALARM)
    (mark,) = axes.plot(
        day, row, "^", markersize=6, markerfacecolor=inside, markeredgecolor=edge,
        markeredgewidth=0.8,
    )  # fmt: skip
    how = "" if bound == "=" else f"{bound} "
    said = f"{unit['name']}, {named('milestone', OPENING, language)}{colon(language)}{how}{year}"
    on_hover(mark, said)


def _dates(values: pd.Series) -> pd.Series:
    """Dates of the form YYYY-MM-DD."""
    return pd.to_datetime(values.astype("string").str.slice(0, 10), format="%Y-%m-%d")
