"""Tables as HTML: numbers as the language writes them, long tables cut with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from barometre.publish.words import has, missing, named, number, say

ROWS_SHOWN = 200
CODED = {  # column -> prefix of the printed names of its codes
    "class": "class_name",
    "class_to": "class_name",
    "class_a": "class_name",
    "class_b": "class_name",
    "nearest": "class_name",
    "verdict": "verdict_name",
    "agrees": "agrees",
    "possible_with_base": "possible",
    "rule": "rule",
    "method": "rule",
    "method_a": "rule",
    "method_b": "rule",
    "step": "step",
    "assumption": "choice",
    "target": "target_name",
    "role": "role",
    "printable": "printable",
    "cov_type": "cov",
    "joint_null": "joint_null",
    "sample": "sample",
    "adjustment": "adjustment",
    "estimator": "estimator",
}

# Column -> (pattern of what its cells say, sentence of words.yaml).
PHRASES = {
    "permutation_unit": [
        (
            re.compile(
                r"(?P<distinct>\d+) (?P<unit>\S+), (?P<count>\d+) (?P<how>\w+), "
                r"(?P<statistic>[^,]+)(?P<scheme>.*)"
            ),
            "permutation_unit",
        )
    ],
    "joint_test": [
        (re.compile(r"median of (?P<k>\d+) slopes, (?P<count>\d+) permutations"), "joint_test"),
        (
            re.compile(r"none: (?P<n>\d+) units share (?P<dates>\d+) dates of (?P<predictor>\S+)"),
            "joint_none",
        ),
    ],
}


def html_table(
    frame: pd.DataFrame,
    language: str,
    columns: Sequence[str] | None = None,
    caption: str = "",
    names: Mapping[str, str] | None = None,
    limit: int = ROWS_SHOWN,
) -> str:
    """The first `limit` rows as an HTML table, in its own scrolling box.

    Parameters
    ----------
    columns : which columns, in order; default all
    names : column -> heading; default the printed name in words.yaml, else the code
    """
    kept = list(frame.columns if columns is None else columns)
    shown = frame[kept].head(limit)
    numeric = {name: pd.api.types.is_numeric_dtype(frame[name].dtype) and not
               pd.api.types.is_bool_dtype(frame[name].dtype) for name in kept}  # fmt: skip
    digits = {name: _digits(frame[name]) for name in kept if numeric[name]}
    head = "".join(
        f"<th{_numeric_class(numeric[name])}>{escape(_heading(name, language, names))}</th>"
        for name in kept
    )
    body = "\n".join(
        "<tr>"
        + "".join(
            f"<td{_numeric_class(numeric[name])}>"
            f"{escape(cell(value, name, language, digits.get(name)))}</td>"
            for name, value in zip(kept, row, strict=True)
        )
        + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table>{title}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def captioned(frame: pd.DataFrame, language: str, columns: Sequence[str], caption: str) -> str:
    """The table under its caption in words.yaml; nothing where it has no rows."""
    if frame.empty:
        return ""
    return html_table(frame, language, columns, say(f"caption.{caption}", language))


def worded(frame: pd.DataFrame, column: str, language: str) -> pd.DataFrame:
    """A table whose sentences in `column` are those of the language, where it has both."""
    if language == "fr" and f"{column}_fr" in frame:
        return frame.assign(**{column: frame[f"{column}_fr"].fillna(frame[column])})
    return frame.copy()


def _numeric_class(numeric: bool) -> str:
    return ' class="n"' if numeric else ""


def _heading(name: str, language: str, names: Mapping[str, str] | None) -> str:
    if names and name in names:
        return names[name]
    return say(f"column.{name}", language) if has(f"column.{name}") else name


def _digits(values: pd.Series) -> int | None:
    """Decimals for a column: none for whole numbers, three for shares, two above."""
    known = values.dropna().astype(float)
    if known.empty or (known == known.round()).all():
        return 0
    largest = known.abs().max()
    return 3 if largest <= 1 else 2 if largest < 20 else 1


def cell(value: Any, column: str, language: str, digits: int | None = None) -> str:
    """One cell in print; an unknown value is a dash, never a zero."""
    if missing(value):
        return "–"
    if isinstance(value, bool):
        return say("word_yes" if value else "word_no", language)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return say("word_yes" if value else "word_no", language)
    if isinstance(value, int | float):
        if column.startswith("p_value") and 0 < value < 0.001:
            return f"< {number(0.001, language, 3)}"
        if column.startswith("p_value"):
            return number(value, language, 3)
        if digits == 3 and 0 < value < 0.0005:
            return f"< {number(0.001, language, 3)}"
        if digits is not None and value != 0 and abs(value) < 0.5 * 10**-digits:
            return number(value, language)
        return number(value, language, digits)
    for pattern, key in PHRASES.get(column, []):
        if found := pattern.fullmatch(str(value)):
            return say(f"phrase.{key}", language, **_parts(found.groupdict(), language))
    if column in CODED:
        return named(CODED[column], str(value), language)
    return str(value)


def _parts(found: Mapping[str, str], language: str) -> dict[str, str]:
    """Parts of a phrase: whole numbers and known words as the language writes them."""
    return {
        name: number(int(part), language) if part.isdigit()
        else say(f"phrase.{part}", language) if has(f"phrase.{part}") else part
        for name, part in found.items()
    }  # fmt: skip
