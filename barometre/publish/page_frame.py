"""What all pages share: templates, version, the frame that says what the data are."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from barometre.publish.material import Material
from barometre.publish.words import say

TEMPLATES = Path(__file__).with_name("templates")
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
OTHER = {"fr": "en", "en": "fr"}


@cache
def version() -> str:
    """The one version number of the project."""
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def render(template: str, path: Path, **values: Any) -> None:
    """Write one page from its template."""
    path.parent.mkdir(parents=True, exist_ok=True)
    html = _environment().get_template(template).render(**values)
    path.write_text(html, encoding="utf-8", newline="\n")


def frame(material: Material, language: str, links: list[dict[str, str]]) -> dict[str, Any]:
    """What every page of the study carries: badge, nature, links, footer."""
    data = material.study["data"]
    return {
        "language": language,
        "data": data,
        "badge": say("simulated_badge" if data == "simulated" else "real_badge", language),
        "nature": say(f"nature_{data}", language),
        "links": links,
        "footer": say(
            "page_footer", language, version=version(), licence=material.study["licence"]
        ),
    }


def safe(html: str) -> Markup:
    """HTML that was escaped where it was made."""
    return Markup(html)


def language_links(language: str, languages: Sequence[str], stem: str = "") -> list[dict]:
    """The same page in the other language, where it is written."""
    other = OTHER[language]
    if other not in languages:
        return []
    text = say("other_language", language)
    return [{"href": f"{stem}{other}.html", "text": text, "language": other}]
