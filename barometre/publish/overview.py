"""Pages over all shipped studies: what was printed and can be rebuilt, and the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from barometre import tables
from barometre.ingest import register as registers
from barometre.publish.drawn import figure_title
from barometre.publish.facts import facts_table
from barometre.publish.page_frame import render, safe, version
from barometre.publish.tabulate import html_table
from barometre.publish.words import number, picked, say

TIMELINE = "metropoles-opendata/figures/timeline.{language}.svg"
REGISTER_COLUMNS = ["name", "siren", "metropole_since", "predecessor_form", "predecessor_since",
                    "population", "n_communes"]  # fmt: skip
# Said in English only; the French page refers to PROVENANCE.md.
IN_ENGLISH = ["confirmed"]


def write_printed(
    studies: Sequence[Mapping[str, Any]], languages: Sequence[str], results: Path
) -> None:
    """Write `printed.html`: every published figure of every shipped study, and what became of it.

    Parameters
    ----------
    studies : settings of the shipped studies, in the order of the front page
    results : folder of the results
    """
    facts = {
        study["id"]: tables.read(
            results / study["id"] / "tables" / "published_facts.csv", "published_facts"
        )
        for study in studies
    }
    told = [study for study in studies if len(facts[study["id"]])]
    every = pd.concat(list(facts.values()), ignore_index=True)
    parts = []
    for language in languages:
        blocks = [
            {
                "heading": picked(study["title"], language),
                "href": f"{study['id']}/report/{language}.html",
                "badge": say(
                    "simulated_badge" if study["data"] == "simulated" else "real_badge", language
                ),
                "data": study["data"],
                "text": _counted(facts[study["id"]], language),
                "table": safe(facts_table(facts[study["id"]], language)),
            }
            for study in told
        ]
        parts.append(
            {
                "language": language,
                "heading": say("printed.title", language),
                "paragraphs": [
                    say("printed.lead", language, counts=_counted(every, language)),
                    say("printed.how", language),
                    say("printed.simulated", language),
                ],
                "blocks": blocks,
            }
        )
    _page(results / "printed.html", "printed.title", languages, parts)


def _counted(facts: pd.DataFrame, language: str) -> str:
    possible = facts["possible_with_base"]
    agrees = facts["agrees"]
    return say(
        "printed.counts",
        language,
        n=number(len(facts), language),
        yes=number((agrees == "yes").sum(), language),
        rebuilt=number((agrees != "not_rebuilt").sum(), language),
        truncation=number((possible == "truncation").sum(), language),
        impossible=number((possible == "no").sum(), language),
    )


def write_register(languages: Sequence[str], raw: Path, results: Path) -> None:
    """Write `register.html`: the métropoles, their dates and sources, and what was checked.

    Raises
    ------
    StudyError : the register fails a check.
    """
    register = registers.read(raw / "register" / "metropoles.csv")
    shown = register.sort_values(["metropole_since", "name"], kind="stable")
    dates = register["metropole_since"]
    counts = ", ".join(f"{day[:4]} : {n}" for day, n in registers.IN_BEING.items())
    parts = []
    for language in languages:
        figure = results / TIMELINE.format(language=language)
        columns = REGISTER_COLUMNS + (IN_ENGLISH if language == "en" else [])
        blocks: list[dict[str, Any]] = []
        if figure.is_file():
            blocks.append(
                {"figure": TIMELINE.format(language=language), "alt": figure_title(figure)}
            )
        blocks.append(
            {
                "heading": say("register.table", language),
                "table": safe(html_table(shown, language, columns)),
            }
        )
        parts.append(
            {
                "language": language,
                "heading": say("register.title", language),
                "paragraphs": [
                    say("register.lead", language, n=number(len(register), language),
                        dates=number(dates.nunique(), language),
                        most=number(dates.value_counts().iloc[0], language)),
                    say("register.checks", language, counts=counts),
                    say("register.source", language),
                ],
                "blocks": blocks,
            }
        )  # fmt: skip
    _page(results / "register.html", "register.title", languages, parts)


def _page(path: Path, title: str, languages: Sequence[str], parts: list[dict[str, Any]]) -> None:
    first = languages[0]
    render(
        "overview.html",
        path,
        language=first,
        title=say(title, first),
        nature="",
        data="",
        badge="",
        home="index.html",
        links=[
            {"href": f"#{language}", "text": say("read_in", language), "language": language}
            for language in languages
        ],
        footer=say("page_footer", first, version=version(), licence="CC BY 4.0, ODbL"),
        parts=parts,
    )
