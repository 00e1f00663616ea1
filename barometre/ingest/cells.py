"""Cleaning steps that look at single cells: they flag or blank, and never correct."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import median
from typing import Any

from barometre.codebook import Codebook
from barometre.ingest.batch import Batch, Entry, items_of, known_keys
from barometre.ingest.values import iso_date, number

NUMBERS = {"number", "count"}


def flag_outliers(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Flag numbers that look like a slip of the unit of measure; nothing is changed.

    `item` (one or a list); a number is flagged below `low` or above `high`, or where it is more
    than `ratio` times the median of the positive answers or less than the median / `ratio`.
    """
    known_keys(parameters, {"item", "low", "high", "ratio"}, "flag_outliers")
    entries: list[Entry] = []
    for item in items_of(batch, parameters, "flag_outliers"):
        given = {
            str(one): value
            for one, text in batch.values[item].items()
            if text and not math.isnan(value := number(text))
        }
        positive = [value for value in given.values() if value > 0]
        middle = median(positive) if positive else math.nan
        for one, value in given.items():
            if reason := _outlying(value, middle, parameters):
                text = batch.values.at[one, item]
                entries.append(("flagged", one, item, text, text, reason))
    return batch, entries


def _outlying(value: float, middle: float, parameters: Mapping[str, Any]) -> str:
    low, high, ratio = (parameters.get(name) for name in ("low", "high", "ratio"))
    if low is not None and value < low:
        return f"below {low:g}"
    if high is not None and value > high:
        return f"above {high:g}"
    if ratio is not None and value > 0 and (value > middle * ratio or value < middle / ratio):
        return f"more than {ratio:g} times away from the median {middle:.10g}"
    return ""


def blank_impossible(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Blank numbers and dates that cannot be: unreadable, or outside the codebook's bounds.

    Bounds are `minimum` and `maximum` of the codebook; `item` restricts the step to some items.
    """
    known_keys(parameters, {"item"}, "blank_impossible")
    items = items_of(batch, parameters, "blank_impossible") if "item" in parameters else [
        item for item in batch.values.columns if item in codebook.items.index
    ]  # fmt: skip
    entries: list[Entry] = []
    for item in items:
        reasons = impossible(batch, item, codebook)
        entries.extend(
            ("changed", one, item, batch.values.at[one, item], None, reason)
            for one, reason in reasons.items()
        )
        if reasons:
            batch = batch.blanked(item, list(reasons))
    return batch, entries


def impossible(batch: Batch, item: str, codebook: Codebook) -> dict[str, str]:
    """Respondent -> why the answer to an item cannot be."""
    row = codebook.items.loc[item]
    if row["kind"] not in NUMBERS | {"date"}:
        return {}
    coded = set(codebook.levels(item))
    low, high = row["minimum"], row["maximum"]
    reasons = {}
    for one, text in batch.values[item].items():
        if not text or text in coded:
            continue
        if row["kind"] == "date":
            day = iso_date(text)
            wrong = not day, bool(low) and day < low, bool(high) and day[: len(high)] > high
        else:
            value = number(text)
            wrong = (
                math.isnan(value),
                bool(low) and value < float(low),
                bool(high) and value > float(high),
            )
        words = (
            f"not a {'date' if row['kind'] == 'date' else 'number'}",
            f"below the smallest possible, {low}",
            f"above the largest possible, {high}",
        )
        if any(wrong):
            reasons[str(one)] = words[wrong.index(True)]
    return reasons


def flag_straightliners(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Flag respondents who gave one and the same answer to all items of every answer scale.

    Only scales that at least `minimum_items` (default 8) scored items share are looked at, and only
    respondents who answered that many of them.
    """
    known_keys(parameters, {"minimum_items"}, "flag_straightliners")
    least = int(parameters.get("minimum_items", 8))
    scored = codebook.scored()
    blocks = []
    for _, rows in scored[scored["scale"] != ""].groupby("scale", sort=False):
        items = rows.index.intersection(batch.values.columns)
        if len(items) >= least:
            blocks.append(list(items))
    entries: list[Entry] = []
    for one in batch.values.index if blocks else []:
        answers = [[text for text in batch.values.loc[one, items] if text] for items in blocks]
        long_enough = [block for block in answers if len(block) >= least]
        if long_enough and all(len(set(block)) == 1 for block in long_enough):
            said = ", ".join(block[0] for block in long_enough)
            entries.append(
                ("flagged", str(one), None, said, said, "the same answer to every item of a scale")
            )
    return batch, entries
