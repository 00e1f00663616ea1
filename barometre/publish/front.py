"""The front page of all shipped studies, the dictionary and the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.publish import manifest, numbers, overview, prose
from barometre.publish.dictionary import write_dictionary
from barometre.publish.drawn import figure_title
from barometre.publish.house import rooms
from barometre.publish.page_frame import render, version
from barometre.publish.words import number, picked, say

# The headline figure of a study is that of its first primary model; the index where it has none;
# levels by group where its units are persons.
FALLBACK_FIGURES = ("index", "people_levels")


def write_front(
    studies: Sequence[Mapping[str, Any]], config: Mapping[str, Any], root: Path
) -> None:
    """Write results/index.html, results/dictionary.html and results/manifest.json.

    Parameters
    ----------
    studies : settings of the shipped studies
    config : draws, permutations, seed, languages
    root : the project's folder
    """
    results = root / "results"
    languages = config["languages"]
    ordered = sorted(studies, key=lambda study: (study["data"] != "real", study["id"]))
    parts = [_part(ordered, language, results) for language in languages]
    first = languages[0]
    render(
        "front.html",
        results / "index.html",
        language=first,
        title=say("front.title", first),
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
    write_dictionary(languages, results / "dictionary.html")
    overview.write_printed(ordered, languages, results)
    overview.write_register(languages, root / "data" / "raw", results)
    whole = manifest.build(root, studies, config)
    (results / "manifest.json").write_text(manifest.text(whole), encoding="utf-8", newline="\n")


def _part(studies: Sequence[Mapping[str, Any]], language: str, results: Path) -> dict[str, Any]:
    real = sum(study["data"] == "real" for study in studies)
    return {
        "language": language,
        "heading": say("front.title", language),
        "lead": say("front.lead", language, n_real=number(real, language),
                    n_simulated=number(len(studies) - real, language)),
        "studies": [_study(study, language, results) for study in studies],
        "trust_heading": say("front.trust_heading", language),
        "trust": say("front.trust", language),
        "dictionary": say("front.dictionary", language),
        "printed": say("printed.title", language),
        "register": say("register.title", language),
    }  # fmt: skip


def _study(study: Mapping[str, Any], language: str, results: Path) -> dict[str, Any]:
    name = study["id"]
    cited = numbers.load(results / name / "numbers.json")
    figure = headline_figure(study, results / name / "figures", language)
    links = [
        {
            "href": f"{name}/notebooks/{place}_{room}.{language}.html",
            "text": say("notebook_link", language, room=say(f"room.{room}", language)),
        }
        for place, room in enumerate(rooms(study), start=1)
    ]
    links.append({"href": f"{name}/numbers.json", "text": "numbers.json"})
    return {
        "href": f"{name}/report/{language}.html",
        "title": picked(study["title"], language),
        "data": study["data"],
        "badge": say("simulated_badge" if study["data"] == "simulated" else "real_badge", language),
        "data_note": picked(study["data_note"], language),
        "sentence": prose.write(
            "front.sentence_people" if study.get("people") else "front.sentence",
            language,
            cited,
            units=picked(study["unit"]["many"], language),
        ),
        "figure": f"{name}/figures/{figure.name}" if figure else "",
        "alt": figure_title(figure) if figure else "",
        "links": links,
    }


def headline_figure(study: Mapping[str, Any], figures: Path, language: str) -> Path | None:
    """The figure that stands for a study: its first primary model's, else its index."""
    from barometre.publish.figures_slopes import figure_name

    primary = [model for model in study["analysis"]["models"] if model["role"] == "primary"]
    for stem in [*(figure_name(model) for model in primary[:1]), *FALLBACK_FIGURES]:
        path = figures / f"{stem}.{language}.svg"
        if path.is_file():
            return path
    return None
