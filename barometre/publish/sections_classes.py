"""The tables on classes that stand in a section of the page itself."""

from __future__ import annotations

from barometre.publish.material import Material
from barometre.publish.tabulate import captioned, worded
from barometre.publish.words import named


def verdict(material: Material, language: str) -> str:
    """Which of the two rules with the sizes asked for is the verdict."""
    frame = worded(material.table("class_verdict"), "reason", language)
    columns = ["rule", "n", "is_verdict", "jaccard_lowest", "differ", "reason"]
    return captioned(frame, language, columns, "class_verdict")


def fixed(material: Material, language: str) -> str:
    """Sizes at cuts fixed beforehand, with their intervals and test."""
    columns = ["class", "cut", "n", "base", "share", "share_low", "share_high", "share_asked",
               "p_value"]  # fmt: skip
    return captioned(material.table("fixed_cuts"), language, columns, "fixed_cuts")


def carried(material: Material, language: str) -> str:
    """Sizes of the editions at carried cut scores."""
    columns = ["edition", "class", "n", "base", "share", "share_low", "share_high", "share_asked",
               "p_value"]  # fmt: skip
    return captioned(material.table("carried_cuts"), language, columns, "carried_cuts")


def neighbours(material: Material, language: str) -> str:
    """Units next to each fixed cut, with the probability of either side."""
    frame = material.table("cut_neighbours").copy()
    for column in ("group_above", "group_below"):
        frame[column] = frame[column].map(lambda name: named("class_name", name, language))
    columns = ["cut", "name", "index", "group_above", "p_above", "group_below", "p_below",
               "official_score", "official_group"]  # fmt: skip
    if frame["official_score"].isna().all():
        columns = columns[:-2]
    return captioned(frame, language, columns, "cut_neighbours")


def split(material: Material, language: str) -> str:
    """The split audit."""
    frame = material.table("split_audit")
    frame = worded(frame, "note", language)
    columns = ["rule", "n", "sizes", "printable", "p_value", "note"]
    return captioned(frame, language, columns, "split_audit")
