"""Cleaning steps that look at single cells: they flag or blank, and never correct."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.ingest.batch import Batch, Entry, distinct, hits, items_of, known_keys
from barometre.ingest.values import iso_date, numbers, written_out

if TYPE_CHECKING:
    import numpy as np

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
        column = batch.values[item]
        codes, texts = distinct(column)
        said = numbers(texts)
        middle = _median(said[codes])
        out = hits(column, dict(zip(texts, _outlying(said, middle, parameters), strict=True)).get)
        entries.extend(
            ("flagged", one, item, text, text, reason) for one, (text, reason) in out.items()
        )
    return batch, entries


def _median(given: np.ndarray) -> float:
    """Median of the positive numbers; NaN where there is none."""
    import numpy as np

    positive = given[given > 0]
    return float(np.median(positive)) if len(positive) else math.nan


def _outlying(values: np.ndarray, middle: float, parameters: Mapping[str, Any]) -> list[str]:
    """Why each number is out of the way; "" where it is not, or is no number."""
    import numpy as np

    low, high, ratio = (parameters.get(name) for name in ("low", "high", "ratio"))
    reasons = np.full(len(values), "", dtype=object)
    if ratio is not None:
        far = (values > 0) & ((values > middle * ratio) | (values < middle / ratio))
        reasons[far] = f"more than {ratio:g} times away from the median {middle:.10g}"
    if high is not None:
        reasons[values > high] = f"above {high:g}"
    if low is not None:
        reasons[values < low] = f"below {low:g}"
    return list(reasons)


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
        column = batch.values[item]
        entries.extend(
            ("changed", one, item, column.at[one], None, reason) for one, reason in reasons.items()
        )
        if reasons:
            batch = batch.blanked(item, list(reasons))
    return batch, entries


def impossible(batch: Batch, item: str, codebook: Codebook) -> dict[str, str]:
    """Respondent -> why the answer to an item cannot be."""
    row = codebook.items.loc[item]
    kind = row["kind"]
    if kind not in NUMBERS | {"date"}:
        return {}
    coded = set(codebook.levels(item))
    low, high = row["minimum"], row["maximum"]
    words = (
        f"not a {'date' if kind == 'date' else 'number'}",
        f"below the smallest possible, {low}",
        f"above the largest possible, {high}",
    )

    least = float(low) if low and kind != "date" else -math.inf
    most = float(high) if high and kind != "date" else math.inf

    column = batch.values[item]
    codes, texts = distinct(column)
    said = numbers(texts) if kind != "date" else None

    def reason(at: int, text: str) -> str:
        if not text or text in coded:
            return ""
        if said is None:
            day = iso_date(text)
            wrong = not day, bool(low) and day < low, bool(high) and day[: len(high)] > high
        else:
            if least <= said[at] <= most:
                return ""
            wrong = math.isnan(said[at]), said[at] < least, said[at] > most
        return words[wrong.index(True)] if any(wrong) else ""

    reasons = {text: reason(at, text) for at, text in enumerate(texts)}
    return {one: why for one, (_, why) in hits(column, reasons.get).items()}


def read_numbers(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Numbers with words read as numbers: "12 M€", "3,5 millions d'euros", "250 k€", "80 %".

    `item` (one or a list); `counts_in` is what the item counts in (default 1; 1000000 for an item
    in millions), so that "12 M€" reads 12 there. Only a number, one multiplier and one unit are
    understood; "about 12", "12-15" or two numbers are left as they are (`blank_impossible` then
    blanks them). Each reading is logged as changed.
    """
    known_keys(parameters, {"item", "counts_in"}, "read_numbers")
    counts_in = float(parameters.get("counts_in", 1))
    entries: list[Entry] = []
    for item in items_of(batch, parameters, "read_numbers"):
        coded = set(codebook.levels(item)) if item in codebook.items.index else set()

        def reading(text: str, coded: set[str] = coded) -> str:
            return "" if text in coded else written_out(text, counts_in)

        read = hits(batch.values[item], reading)
        entries.extend(
            ("changed", one, item, text, new, "a number with its unit, read as a number")
            for one, (text, new) in read.items()
        )
        batch = batch.told(item, {one: new for one, (_, new) in read.items()})
    return batch, entries
