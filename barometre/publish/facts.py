"""Published figures as a reader sees them: printed, possible, rebuilt."""

from __future__ import annotations

from typing import Any

import pandas as pd

from barometre.publish.tabulate import html_table
from barometre.publish.words import missing, named, number, percent, say

COLUMNS = ["label", "published", "base_stated", "possible_with_base", "rebuilt", "rebuilt_base",
           "agrees", "note"]  # fmt: skip


def facts_table(facts: pd.DataFrame, language: str) -> str:
    """Rows of the contract `published_facts` as an HTML table with its caption."""
    frame = facts.copy()
    frame["label"] = frame[f"label_{language}"].fillna(frame["label_en"])
    for column in ("published", "rebuilt"):
        pairs = zip(frame[column], frame["unit"], strict=True)
        frame[column] = [_with_unit(value, str(unit), language) for value, unit in pairs]
    marks = frame["relation"].map({"=": "", "~": "≈ "}).fillna(frame["relation"] + " ")
    frame["published"] = marks + frame["published"]
    if language == "fr":
        frame["note"] = frame["note_fr"].fillna(frame["note"])
    return html_table(frame, language, COLUMNS, say("caption.facts", language), limit=len(frame))


def _with_unit(value: Any, unit: str, language: str) -> str:
    """A published figure in print: 20 %, rank 1, 39."""
    if missing(value):
        return "–"
    if unit == "percent":
        return percent(value / 100, language, 0 if value == round(value) else 1)
    if unit == "count":
        return number(value, language)
    return f"{number(value, language)} ({named('fact_unit', unit, language)})"
