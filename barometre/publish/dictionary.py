"""The data dictionary: every table contract, rendered for readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from barometre import tables as contracts
from barometre.publish.page_frame import render, version
from barometre.publish.words import say, typeset


def dictionary(language: str) -> Iterator[dict[str, Any]]:
    """One entry per contract, by name: title, description, key and columns with their terms."""
    for path in sorted(contracts.CONTRACTS.glob("*.yaml")):
        terms = contracts.contract(path.stem)
        columns = [column(field, language) for field in terms["columns"]]
        extra = terms.get("extra_columns")
        if extra:
            columns.append(column({**extra, "name": "…"}, language))
        yield {
            "name": path.stem,
            "title": told(terms, "title", language),
            "description": told(terms, "description", language),
            "key": ", ".join(terms.get("key", [])),
            "columns": columns,
        }


def told(terms: Mapping[str, Any], key: str, language: str) -> str:
    """Text of a contract in a language; in English where dictionary_fr.yaml lacks it."""
    english = " ".join(str(terms[key]).split())
    return typeset(french().get(english, english), "fr") if language == "fr" else english


@cache
def french() -> dict[str, str]:
    """English text of the contracts -> French."""
    path = Path(__file__).with_name("dictionary_fr.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def column(field: dict[str, Any], language: str) -> dict[str, str]:
    """Name, type, bounds and meaning of a column."""
    bounds = [
        f"{mark} {field[key]:g}"
        for key, mark in (("minimum", "≥"), ("maximum", "≤"))
        if key in field
    ]
    if "enum" in field:
        bounds.append(", ".join(str(value) for value in field["enum"]))
    if field.get("nullable"):
        bounds.append(say("dictionary.nullable", language))
    return {
        "name": field["name"],
        "type": say(f"type.{field['type']}", language),
        "bounds": "; ".join(bounds),
        "description": told(field, "description", language),
    }


def write_dictionary(languages: Sequence[str], path: Path) -> None:
    """Write the dictionary, one part per language, as one page."""
    parts = [
        {
            "language": language,
            "heading": say("front.dictionary", language),
            "lead": say("dictionary.lead", language),
            "stamp": say("dictionary.stamp", language),
            "key": say("dictionary.key", language),
            "tables": list(dictionary(language)),
        }
        for language in languages
    ]
    first = languages[0]
    render(
        "dictionary.html",
        path,
        language=first,
        title=say("front.dictionary", first),
        nature="",
        data="",
        badge="",
        home="index.html",
        links=[{"href": f"#{part['language']}", "text": part["heading"]} for part in parts],
        footer=say("page_footer", first, version=version(), licence="CC BY 4.0"),
        parts=parts,
    )
