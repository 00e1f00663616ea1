"""Where a value per unit comes from: a column of units.csv or an item of responses.csv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.errors import StudyError


def answers(responses: pd.DataFrame, item: str, index: pd.Index, where: str) -> pd.Series:
    """Answer (text) of each unit to one item.

    Raises
    ------
    StudyError : the item is not in the responses.
    """
    rows = responses[responses["item"] == item]
    if rows.empty:
        raise StudyError(
            f"study.yaml, key '{where}': there is no item '{item}' in the codebook; "
            "name an item of codebook.csv."
        )
    return rows.set_index("unit_id")["value"].reindex(index)


def from_source(
    source: Mapping[str, str], responses: pd.DataFrame, units: pd.DataFrame, where: str
) -> pd.Series:
    """Text of a `column` of units (indexed by unit_id) or of an `item` of the responses.

    Raises
    ------
    StudyError : neither is there.
    """
    if "item" in source:
        return answers(responses, source["item"], units.index, f"{where}.item")
    if source["column"] not in units.columns:
        raise StudyError(
            f"study.yaml, key '{where}.column': units.csv has no column '{source['column']}'; "
            f"it has {', '.join(units.columns)}."
        )
    return units[source["column"]]


def holds(
    condition: Mapping[str, Any], responses: pd.DataFrame, units: pd.DataFrame, where: str
) -> pd.Series:
    """Whether each unit has one of the values of a condition (an item, or a column of units)."""
    item = condition["item"]
    known = (responses["item"] == item).any()
    if not known and item in units.columns:
        found = units[item]
    else:
        found = answers(responses, item, units.index, where)
    wanted = {str(value) for value in condition["values"]}
    return found.astype(object).where(found.notna(), "").astype(str).isin(wanted)
