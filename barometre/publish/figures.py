"""The list of figures, and the function that draws those a study's tables allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from barometre.publish import (
    figures_absent,
    figures_answers,
    figures_classes,
    figures_curves,
    figures_diagram,
    figures_editions,
    figures_index,
    figures_layers,
    figures_models,
    figures_people,
    figures_ranks,
    figures_register,
    figures_resampled,
    figures_slopes,
    figures_triangle,
)
from barometre.publish.material import Material
from barometre.publish.style import save

THEMES = (
    figures_index,
    figures_ranks,
    figures_classes,
    figures_triangle,
    figures_resampled,
    figures_diagram,
    figures_slopes,
    figures_models,
    figures_curves,
    figures_layers,
    figures_absent,
    figures_register,
    figures_answers,
    figures_editions,
    figures_people,
)


def all_figures(material: Material, language: str) -> Iterator[tuple[str, Figure]]:
    """Every figure of a study with its name, in the order of the pages."""
    told = material.in_language(language)
    for theme in THEMES:
        yield from theme.figures(told, language)


def draw_all(material: Material, languages: Sequence[str], folder: str | Path) -> list[str]:
    """Write each figure once per language as `<name>.<language>.svg`; returns the names.

    Raises
    ------
    OSError : the folder cannot be written.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    names: dict[str, None] = {}
    for language in languages:
        for name, figure in all_figures(material, language):
            save(figure, Path(folder) / f"{name}.{language}.svg")
            names[name] = None
    return list(names)
