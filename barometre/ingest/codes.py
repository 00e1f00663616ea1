"""Item codes for tools that have none: slugs of the wording, each once in an export.

A question is the slug of its text (`how_often_do_you_use_it`), a row of a grid or an option of it
`question[row]`, the text typed under "Other" `question[other]`. Where a slug is taken, the later
one gets a number (`question_2`), so codes depend on the order of the columns only among texts that
begin alike. A text without any ASCII letter or digit is `question`, a part `part`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barometre.errors import StudyError
from barometre.ingest.wording import plain, slug

OTHER = "other"


class Codes:
    """The codes given so far in one export.

    Parameters
    ----------
    renamed : code found by this class -> code to use; parts follow their question
    """

    def __init__(self, renamed: Mapping[str, Any] | None = None) -> None:
        self._renamed = renamed or {}
        self._taken: set[str] = set()
        self._grids: dict[str, str] = {}

    def question(self, text: str) -> str:
        """The code of a new question with this wording."""
        return self.own(slug(text) or "question")

    def grid(self, text: str) -> str:
        """The code of the question that all rows of a grid share."""
        if text not in self._grids:
            self._grids[text] = self.question(text)
        return self._grids[text]

    def part(self, question: str, text: str) -> str:
        """The code of a row or an option of a question."""
        part = slug(text, 40) or "part"
        # `other` is kept for what is typed under "Other".
        return self._free(f"{question}[{{}}]", f"{part}_option" if part == OTHER else part)

    def other(self, question: str) -> str:
        """The code of what was typed under "Other"."""
        return self._free(f"{question}[{{}}]", OTHER)

    def own(self, code: str) -> str:
        """A code that the tool gave by itself, renamed if the study asks for it."""
        found = self._free("{}", code)
        return str(self._renamed.get(found, found))

    def _free(self, form: str, text: str) -> str:
        number = 1
        while (code := form.format(text if number == 1 else f"{text}_{number}")) in self._taken:
            number += 1
        self._taken.add(code)
        return code


def renamed_of(options: Mapping[str, Any]) -> dict[str, str]:
    """`exports.options.items` as a mapping.

    Raises
    ------
    StudyError : it is something else.
    """
    found = options.get("items", {})
    if not isinstance(found, Mapping):
        raise StudyError(
            "exports.options.items: this is not a mapping from the codes of the export to the "
            "codes to use, such as {q1: age}."
        )
    return {str(code): plain(str(new)) for code, new in found.items()}
