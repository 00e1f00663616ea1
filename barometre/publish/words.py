"""Words and numbers as a reader of French or English expects them.

All sentences of figures and pages stand in `words.yaml`, beside each other in both languages.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

THIN = "\u202f"
HARD = "\u00a0"
MINUS = "\u2212"


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("words.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def _places() -> dict[str, str]:
    path = Path(__file__).with_name("places_fr.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def place(name: str, language: str) -> str:
    """A country, economy or group of them as the language calls it; any other name as it is."""
    return _places().get(name, name) if language == "fr" else name


def say(key: str, language: str, **values: object) -> str:
    """The sentence `key` of words.yaml, filled in and typeset.

    Raises
    ------
    KeyError : no such sentence, or a value it needs was not given.
    """
    return typeset(_catalogue()[key][language].format(**values), language)


def has(key: str) -> bool:
    """Whether words.yaml has the sentence `key`."""
    return key in _catalogue()


def named(prefix: str, name: str, language: str) -> str:
    """A printed name for a code (`step.drop_tests`), or the code in plain words."""
    key = f"{prefix}.{name}"
    return say(key, language) if has(key) else name.replace("_", " ")


def typeset(text: str, language: str) -> str:
    """Unbreakable spaces where French wants them; other languages are left as they are."""
    if language != "fr":
        return text
    text = re.sub(r" (?=[;!?])", THIN, text)
    text = re.sub(r" (?=[:%»])", HARD, text)
    return text.replace("« ", f"«{HARD}")


def missing(value: Any) -> bool:
    """Whether a cell holds no value (None, NaN, pandas' NA)."""
    if value is None:
        return True
    try:
        return bool(math.isnan(value))
    except TypeError:
        return type(value).__name__ in ("NAType", "NaTType")


def number(value: Any, language: str, digits: int | None = None) -> str:
    """A number in print: decimal comma and thin spaces in French, a true minus sign.

    Without `digits`, three significant figures, or all digits of an integer.
    """
    if missing(value):
        return say("unknown_value", language)
    value = float(value)
    if digits is None:
        digits = 0 if value == round(value) else _three_figures(value)
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    text = text.replace("-", MINUS)
    if language == "fr":
        return text.replace(",", THIN).replace(".", ",")
    return text


def _three_figures(value: float) -> int:
    return int(min(6, max(0, 2 - math.floor(math.log10(abs(value))))))


def as_written(value: float, language: str) -> str:
    """A number that somebody chose (0.1, 4), with the digits they wrote."""
    return number(value, language, len(f"{value:g}".partition(".")[2]))


def digits_for(low: Any, high: Any) -> int | None:
    """Decimals that print the width of an interval with three significant figures."""
    if missing(low) or missing(high) or not high > low:
        return None
    return int(min(6, max(0, 2 - math.floor(math.log10(high - low)))))


def estimate(value: Any, low: Any, high: Any, language: str) -> str:
    """A value with the decimals of its interval, and more where they would print it as zero."""
    digits = digits_for(low, high)
    if digits is not None and not missing(value) and 0 < abs(value) < 0.5 * 10**-digits:
        digits = int(min(6, -math.floor(math.log10(abs(value)))))
    return number(value, language, digits)


def percent(share: Any, language: str, digits: int = 0) -> str:
    """A share (0-1) as a percentage."""
    if missing(share):
        return say("unknown_value", language)
    space = HARD if language == "fr" else ""
    return f"{number(100 * float(share), language, digits)}{space}%"


def probability(value: Any, language: str) -> str:
    """A probability from a finite number of draws: never printed as 0 or 100 %."""
    if missing(value):
        return say("unknown_value", language)
    if value > 0.995:
        return f">{HARD}{percent(0.99, language)}"
    if value < 0.005:
        return f"<{HARD}{percent(0.01, language)}"
    return percent(value, language)


def interval(low: Any, high: Any, language: str, digits: int | None = None) -> str:
    """[low ; high], with the separator that a decimal comma needs."""
    if missing(low) or missing(high):
        return say("unknown_value", language)
    mark = f"{HARD}; " if language == "fr" else ", "
    return f"[{number(low, language, digits)}{mark}{number(high, language, digits)}]"


def as_range(low: Any, high: Any, language: str) -> str:
    """Lowest to highest, in words: a range is no interval."""
    digits = digits_for(low, high)
    return say("from_to", language, low=number(low, language, digits),
               high=number(high, language, digits))  # fmt: skip


def p_value(value: Any, language: str) -> str:
    """`p = .03` in print, and never zero."""
    if missing(value):
        return f"p{HARD}: {say('unknown_value', language)}"
    if value < 0.001:
        return f"p{HARD}<{HARD}{number(0.001, language, 3)}"
    return f"p{HARD}={HARD}{number(value, language, 2 if value >= 0.1 else 3)}"


def colon(language: str) -> str:
    """A colon and the space around it."""
    return f"{HARD}: " if language == "fr" else ": "


def capital(text: str) -> str:
    """The text with a capital at its start, as a title or an axis wants it."""
    return text[:1].upper() + text[1:]


def fold(label: str, width: int = 46, lines: int = 2) -> str:
    """A label on at most `lines` lines, cut at a word with an ellipsis."""
    return "\n".join(textwrap.wrap(label, width, max_lines=lines, placeholder=" …"))


def picked(words: Mapping[str, str], language: str) -> str:
    """One of the two wordings in study.yaml, typeset."""
    return typeset(words[language], language)
