"""A codebook turned back into questions, so that the next edition is fielded from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.states import condition

PART = re.compile(r"(?P<code>[^\[\]/]+)(?:\[(?P<part>[^\[\]]+)\])?(?:\[(?P<second>\d)\])?")
LANGUAGES = ("fr", "en")
TEXTS = {"comment", "other", "othercomment", "filecount"}


@dataclass
class Asked:
    """One question of the next edition.

    Attributes
    ----------
    kind : LimeSurvey's type
    items : (part, item) of each item in it; the part is "" where the question has none
    scales : names of its answer scales, one or two
    """

    code: str
    kind: str
    theme: str
    items: list[tuple[str, str]] = field(default_factory=list)
    scales: list[str] = field(default_factory=list)
    other: bool = False
    comment: bool = False


def questions(codebook: Codebook) -> list[Asked]:
    """The questions of a codebook, in order.

    Raises
    ------
    StudyError : an item's code is not of the form code, code[part] or code[part][scale].
    """
    members: dict[str, list[tuple[str, str, str]]] = {}
    for row, item in enumerate(codebook.items.index, start=2):
        match = PART.fullmatch(str(item).replace("/", "[", 1) + ("]" if "/" in str(item) else ""))
        if match is None:
            raise StudyError(
                f"codebook.csv, row {row}: '{item}' is not of the form code, code[part] or "
                "code[part][1], so no question can be made of it."
            )
        members.setdefault(match["code"], []).append(
            (match["part"] or "", match["second"] or "", str(item))
        )
    return [_question(code, parts, codebook) for code, parts in members.items()]


def _question(code: str, parts: list[tuple[str, str, str]], codebook: Codebook) -> Asked:
    about = codebook.items
    told = [(part, second, item) for part, second, item in parts if part not in TEXTS]
    told = told or parts
    first = told[0][2]
    kind, scale = about.at[first, "kind"], about.at[first, "scale"]
    theme = next((about.at[i, "theme"] for _, _, i in told if about.at[i, "theme"]), "")
    asked = Asked(code, "", theme)
    asked.other = any(part == "other" for part, _, _ in parts)
    comments = {part for part, _, _ in parts if part.endswith("comment")}
    if not told[0][0]:
        single = {"yes_no": "Y", "number": "N", "count": "N", "date": "D", "tick": "Y"}
        asked.kind = single.get(kind, "T" if not scale else "O" if "comment" in comments else "L")
        if any(part == "filecount" for part, _, _ in parts):
            asked.kind = "|"
        asked.items = [("", first)]
    elif any(second for _, second, _ in told):
        asked.kind = "1"
        seconds = {s: about.at[i, "scale"] for _, s, i in reversed(told)}
        asked.scales = [seconds[second] for second in sorted(seconds)]
        asked.items = [(part, item) for part, second, item in told if second == min(seconds)]
        return asked
    else:
        boxes = {item for _, _, item in told if about.at[item, "kind"] == "tick"}
        if boxes:
            asked.kind = "P" if comments else "M"
            told = [row for row in told if row[2] in boxes]
        elif kind == "rank":
            asked.kind = "R"
        elif scale:
            asked.kind = "H" if kind == "choice" else "F"
        elif all("_" in part for part, _, _ in told):
            asked.kind = ":" if kind in ("number", "count") else ";"
        else:
            asked.kind = "K" if kind in ("number", "count") else "Q"
        asked.items = [(part, item) for part, _, item in told]
    asked.scales = [scale] if scale else []
    return asked


def wording(asked: Asked, codebook: Codebook, language: str) -> tuple[str, dict[str, str]]:
    """The question's own text and that of each part: what stands before and behind the last bar."""
    labels = {item: codebook.label(item, language) for _, item in asked.items}
    if not asked.items[0][0]:
        return labels[asked.items[0][1]], {}
    heads = {text.rpartition(" | ")[0] for text in labels.values()}
    head = heads.pop() if len(heads) == 1 else ""
    if not head:
        return asked.code, {part: labels[item] for part, item in asked.items}
    return head, {part: labels[item].removeprefix(f"{head} | ") for part, item in asked.items}


def relevance(asked: Asked, codebook: Codebook) -> list[tuple[str, list[str]]]:
    """Conditions of a question: item and the answers at which it is shown."""
    text = str(codebook.items.at[asked.items[0][1], "shown_if"])
    if not text:
        return []
    found = condition(text, codebook.items.index, "codebook.csv")
    return [(item, sorted(values)) for item, values in found]


def answers(scale: str, codebook: Codebook) -> Iterator[tuple[str, dict[str, str]]]:
    """Code and labels of the answers of a scale; `-oth-` is LimeSurvey's own."""
    rows = codebook.scales[codebook.scales["scale"] == scale]
    for row in rows.to_dict("records"):
        if row["answer"] != "-oth-":
            labels = {one: row[f"label_{one}"] or row["answer"] for one in LANGUAGES}
            yield str(row["answer"]), labels
