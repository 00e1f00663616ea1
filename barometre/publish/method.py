"""The study's own choices of method in words, where they are not those that EY publishes."""

from __future__ import annotations

from barometre.measure.combinations import RELATIVE, weighting
from barometre.publish.material import Material
from barometre.publish.words import named, number, say

USUAL = {
    "normalisation": ("scale", "data"),
    "aggregation": ("arithmetic",),
    "weights": ("equal", "expert"),
    "outliers": ("none",),
}


def relative(material: Material) -> bool:
    """Whether the index places units among each other instead of on the scale of the answers."""
    return material.study["measure"]["normalisation"] in RELATIVE


def chosen(material: Material) -> bool:
    """Whether any choice is another than the usual."""
    measure, settings = material.study["measure"], _settings(material)
    unusual = any(settings[key] not in values for key, values in USUAL.items())
    return unusual or bool(measure["staged"] or measure["denominators"])


def told(material: Material, language: str) -> str:
    """All choices, separated by semicolons."""
    measure, settings = material.study["measure"], _settings(material)
    parts = [named(f"option.{key}", settings[key], language) for key in USUAL]
    if "power" in measure:
        parts[1] += say("option.power", language, power=number(measure["power"], language, 1))
    if measure["outliers"] == "none":
        parts.pop()
    if measure.get("offset"):
        offset = number(measure["offset"], language)
        parts.append(say("option.offset", language, offset=offset))
    if staged := measure["staged"]:
        names = [material.theme(theme, language) for theme in staged] if staged is not True else []
        parts.append(say("option.staged_some" if names else "option.staged_all", language,
                         themes=", ".join(names)))  # fmt: skip
    if measure["denominators"]:
        items = [
            say(
                "option.divided",
                language,
                below=below,
                item=material.codebook.label(item, language),
            )
            for item, below in measure["denominators"].items()
        ]
        parts.append(", ".join(items))
    return " ; ".join(parts) if language == "fr" else "; ".join(parts)


def _settings(material: Material) -> dict[str, str]:
    measure = material.study["measure"]
    given = {key: measure[key] for key in USUAL if key != "weights"}
    return {**given, "weights": weighting(measure)}
