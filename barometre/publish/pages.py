"""The pages of a study: one per language, one per table, and the choice of language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.publish import sections
from barometre.publish.drawn import shown
from barometre.publish.figures_slopes import figure_name
from barometre.publish.house import rooms
from barometre.publish.material import Material
from barometre.publish.page_frame import frame, language_links, render, safe, version
from barometre.publish.page_tables import table_link, table_page
from barometre.publish.words import number, percent, picked, say


def write_report(
    material: Material,
    numbers: Mapping[str, Any],
    languages: Sequence[str],
    figures: Path,
    folder: Path,
) -> None:
    """Write `<language>.html`, `index.html` and `tables/<name>.<language>.html` in `folder`.

    Parameters
    ----------
    numbers : contents of numbers.json
    figures : folder of the drawn figures, beside `folder`

    Raises
    ------
    KeyError : a sentence cites a number that numbers.json lacks.
    """
    for language in languages:
        told = material.in_language(language)
        _study_page(told, numbers, language, languages, figures, folder)
        for name in _printed_tables(told):
            table_page(told, name, language, languages, folder)
    titles = [
        {"language": language, "text": material.title(language), "read": say("read_in", language)}
        for language in languages
    ]
    render(
        "chooser.html",
        folder / "index.html",
        titles=titles,
        **frame(material, languages[0], []),
        title=material.title(languages[0]),
        home="../../index.html",
    )


def _printed_tables(material: Material) -> list[str]:
    """Results tables in the order of the rooms; processed tables have no page."""
    ordered = [name for room in rooms(material.study).values() for name in room]
    return [name for name in ordered if name in material.tables]


def _study_page(
    material: Material,
    numbers: Mapping[str, Any],
    language: str,
    languages: Sequence[str],
    figures: Path,
    folder: Path,
) -> None:
    study = material.study
    names = _figure_order(material, figures, language)
    parts = []
    for room in rooms(material.study):
        here = [name for name in names if _room_of(name) == room]
        parts.append(
            {
                "room": room,
                "question": say(f"question.{room}", language),
                "prose": sections.prose(room, material, numbers, language),
                "verdicts": sections.verdicts(material, language) if room == "explain" else [],
                "figures": [_figure(figures, name, language) for name in here],
                "tables": [safe(table) for table in sections.tables(room, material, language)],
                "links": _room_links(material, room, language),
            }
        )
    home = {"href": "../../index.html", "text": say("home", language)}
    render(
        "study.html",
        folder / f"{language}.html",
        **frame(material, language, [*language_links(language, languages), home]),
        title=material.title(language),
        home="../../index.html",
        nature_head=say(f"nature_head_{study['data']}", language),
        data_note=picked(study["data_note"], language),
        cautions=[picked(caution, language) for caution in study.get("cautions", [])],
        key_facts=_key_facts(material, numbers, language),
        sections=parts,
        words={
            name: say(name, language)
            for name in ("read_more", "cite_question", "cite_how", "cite_checks", "all_tables",
                         "sources")
        },
        citation=say(
            "citation", language, version=version(), title=material.title(language),
            nature=say(f"nature_{study['data']}", language), end=study["fieldwork"]["end"],
            licence=study["licence"],
        ),
        table_links=[table_link(name, language) for name in _printed_tables(material)],
        sources=[one if isinstance(one, str) else picked(one, language)
                 for one in study["sources"]],
    )  # fmt: skip


def _figure_order(material: Material, figures: Path, language: str) -> list[str]:
    """Names of the figures that were drawn, in the order of the page."""
    drawn = {
        path.name.removesuffix(f".{language}.svg") for path in figures.glob(f"*.{language}.svg")
    }
    models = [figure_name(model) for model in material.study["analysis"]["models"]]
    models += [f"specifications_{name}".lower() for name in material.study["analysis"]["outcomes"]]
    first = [name for room in sections.FIGURES.values() for name in room]
    first += ["diagram", *models]
    first += ["timeline", "estimators"]
    first += sorted(name for name in drawn if name.startswith("influence_"))
    first += ["slope_range", "slope_items", "detectable_effect", "nonresponse"]
    ordered = [name for name in dict.fromkeys(first) if name in drawn]
    return ordered + sorted(drawn - set(ordered))


def _room_of(figure: str) -> str:
    for room, names in sections.FIGURES.items():
        if figure in names:
            return room
    return "explain"


def _figure(figures: Path, name: str, language: str) -> Any:
    path = figures / f"{name}.{language}.svg"
    return safe(shown(path, f"../figures/{path.name}"))


def _room_links(material: Material, room: str, language: str) -> list[dict[str, str]]:
    mine = rooms(material.study)
    links = [table_link(name, language) for name in mine[room] if name in material.tables]
    place = list(mine).index(room) + 1
    links.append(
        {
            "href": f"../notebooks/{place}_{room}.{language}.html",
            "text": say("notebook_link", language, room=f"{place}"),
        }
    )
    if room == "explain":
        links.append({"href": "../analysis_plan.json", "text": say("plan_link", language)})
    return links


def _key_facts(material: Material, numbers: Mapping[str, Any], language: str) -> list[dict]:
    if material.study.get("people"):
        return _key_facts_of_people(material, numbers, language)
    known, units = numbers["n_known"], material.units(language)
    facts = [
        (
            say("key.of", language, known=number(known, language),
                n=number(numbers["n_units"], language)),
            say("key.units", language, units=units),
        ),
        (
            number(numbers["n_items_scored"], language),
            say("key.items", language, themes=number(numbers["n_themes"], language)),
        ),
        (
            percent(numbers.get("share_cells_missing"), language, 1),
            say("key.missing", language),
        ),
        (
            number(numbers["index_interval_width_median"], language, 1),
            say("key.width", language),
        ),
        (
            say("key.of", language, known=number(numbers["n_borderline"], language),
                n=number(known, language)),
            say("key.borderline", language,
                limit=percent(numbers["borderline_limit"], language)),
        ),
    ]  # fmt: skip
    return [{"value": value, "label": label} for value, label in facts]


def _key_facts_of_people(
    material: Material, numbers: Mapping[str, Any], language: str
) -> list[dict]:
    facts = [
        (
            say("key.of", language, known=number(numbers["n_known"], language),
                n=number(numbers["n_units"], language)),
            say("key.people", language, units=material.units(language)),
        ),
        (
            number(numbers["n_items_scored"], language),
            say("key.items", language, themes=number(numbers["n_themes"], language)),
        ),
        (
            number(numbers.get("people_design_effect"), language, 2),
            say("key.design_effect", language),
        ),
        (
            number(numbers.get("people_n_effective"), language, 0),
            say("key.effective", language),
        ),
        (
            number(numbers.get("people_self_test_correlation"), language, 2),
            say("key.self_test", language),
        ),
    ]  # fmt: skip
    return [{"value": value, "label": label} for value, label in facts]
