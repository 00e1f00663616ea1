"""Sentences whose numbers come from numbers.json, written as the language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barometre.publish import words


class Cited:
    """A number that a sentence cites; the format says how: `percent`, `p`, or decimals."""

    def __init__(self, value: Any, language: str):
        self.value = value
        self.language = language

    def __format__(self, how: str) -> str:
        if isinstance(self.value, str):
            return self.value
        if how.startswith("percent"):
            return words.percent(self.value, self.language, int(how[7:] or 0))
        if how == "p":
            return words.p_value(self.value, self.language)
        return words.number(self.value, self.language, int(how) if how else None)


def write(key: str, language: str, numbers: Mapping[str, Any], **more: Any) -> str:
    """The sentence `key` of words.yaml with its numbers.

    Raises
    ------
    KeyError : the sentence cites a number that is not in `numbers`.
    """
    cited = {name: Cited(value, language) for name, value in numbers.items()}
    return words.say(key, language, **{**cited, **more})
