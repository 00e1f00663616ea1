"""Questions whose answers stand joined in one cell, as items: boxes, ranks, or the question itself.

How a cell is taken apart is in `barometre.ingest.choices`. The options are, in this order, those
that `exports.options.choices` lists for the question; those of the codebook (its boxes
`question[option]`, with the option's text behind the last bar of the label); those that the data
show. A question that the codebook lists by itself stays whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.choices import options_of, pieces, ranking_of, split
from barometre.ingest.codes import OTHER, Codes
from barometre.ingest.form import TICKED, Item
from barometre.ingest.wording import plain

UNLISTED = "unlisted"


def choices_of(options: Mapping[str, Any]) -> dict[str, list[str]]:
    """`exports.options.choices`: question -> texts of its options.

    Raises
    ------
    StudyError : it is something else.
    """
    found = options.get("choices", {})
    if not isinstance(found, Mapping) or not all(isinstance(one, list) for one in found.values()):
        raise StudyError(
            "exports.options.choices: this is not a mapping from a question's code to the list of "
            "its options, such as {tools: ['Git', 'Yes, both']}; an empty list leaves the question "
            "whole."
        )
    return {str(code): [plain(str(text)) for text in texts] for code, texts in found.items()}


@dataclass
class Splitter:
    """Takes questions apart whose answers are joined in one cell.

    Attributes
    ----------
    joint : what stands between two answers, see `choices.JOINTS`
    codes : of the export
    choices : question -> its options, none for a question that is not to be taken apart
    in_order : whether the tool writes answers in the order of the form, a typed text last
    closed : whether the tool writes the joint behind the last answer, too
    typed_apart : whether what is typed under "Other" has a column of its own, so that the rest of
        a cell is `question[unlisted]` and not `question[other]`
    notes : what was found out about the options
    """

    joint: str
    codes: Codes
    codebook: Codebook | None = None
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    in_order: bool = False
    closed: bool = False
    typed_apart: bool = False
    notes: list[str] = field(default_factory=list)

    def items(
        self, code: str, label: str, cells: list[str], part: str = "", known: Sequence[str] = ()
    ) -> list[Item]:
        """The items of a question (or of the row `part` of a grid): its boxes, ranks, or itself.

        Parameters
        ----------
        known : its options, where the export tells them
        """
        item = f"{code}[{part}]" if part else code
        if item in self.choices:
            boxes = {text: self._box(code, part, text) for text in self.choices[item]}
        elif (in_codebook := self._in_codebook(item)) is not None:
            boxes = in_codebook
        elif known:
            boxes = {text: self._box(code, part, text) for text in known}
            self.notes.append(item)
        elif ranked := len(ranking_of(cells, self.joint)) or self._ranked_in_codebook(item):
            return self._ranks(item, label, cells, ranked)
        else:
            given = [cell for cell in cells if cell]
            sure = self.closed and bool(given) and all(cell.endswith(self.joint) for cell in given)
            found = options_of(cells, self.joint, in_order=self.in_order, sure=sure)
            boxes = {text: self._box(code, part, text) for text in found}
            self.notes += [item] if boxes else []
            self.notes += [f"'{text}' taken whole" for text in found if self.joint in text]
        return self._boxes(item, label, cells, boxes) if boxes else [Item(item, label, cells)]

    def _in_codebook(self, item: str) -> dict[str, str] | None:
        """Text -> code of the boxes that the codebook lists; none where it is one item there.

        None where the codebook lists neither.
        """
        if self.codebook is None:
            return None
        about = self.codebook.items
        if item in about.index:
            return {}
        boxes: dict[str, str] = {}
        start = _inside(item)
        for code in about.index[about["kind"] == "tick"]:
            if str(code).startswith(start):
                for language in ("fr", "en"):
                    text = self.codebook.label(code, language).rpartition(" | ")[2]
                    boxes[plain(text)] = str(code)
        return boxes or None

    def _ranked_in_codebook(self, item: str) -> int:
        """Number of ranks of a question that the codebook lists as `question[1]`, ..."""
        if self.codebook is None:
            return 0
        kinds = self.codebook.items["kind"]
        return sum(str(code).startswith(_inside(item)) for code in kinds.index[kinds == "rank"])

    def _box(self, code: str, part: str, text: str) -> str:
        return self.codes.part(code, f"{part} {text}" if part else text)

    def _boxes(
        self, item: str, label: str, cells: list[str], boxes: Mapping[str, str]
    ) -> list[Item]:
        """One item for each option, and one for the typed text if there is any."""
        answers = [split(cell, boxes, self.joint) for cell in cells]
        ticked = [{boxes[text] for text in picked} for picked, _ in answers]
        labels = {code: f"{label} | {text}" for text, code in boxes.items()}
        found = [
            Item(code, text, [TICKED if code in row else "" for row in ticked], "tick")
            for code, text in labels.items()
        ]
        typed = [rest for _, rest in answers]
        name = UNLISTED if self.typed_apart else OTHER
        other = f"{_inside(item)}{name}]"
        if any(typed) or (self.codebook is not None and other in self.codebook.items.index):
            found.append(Item(other, f"{label} | {name}", typed, "text"))
        return found

    def _ranks(self, item: str, label: str, cells: list[str], n: int) -> list[Item]:
        rows = [pieces(cell, self.joint) for cell in cells]
        start = _inside(item)
        self.notes.append(f"{item} is a ranking")
        return [
            Item(
                f"{start}{rank + 1}]",
                f"{label} | {rank + 1}",
                [row[rank] if rank < len(row) else "" for row in rows],
                "rank",
            )
            for rank in range(n)
        ]

    @property
    def found(self) -> dict[str, str]:
        """The finding for the table `reading`."""
        return {"questions taken apart into boxes": "; ".join(self.notes) or "none"}


def _inside(item: str) -> str:
    """Beginning of the codes of an item's parts: `q[`, and `q[row_` for `q[row]`."""
    return f"{item[:-1]}_" if item.endswith("]") else f"{item}["
