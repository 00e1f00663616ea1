"""SPSS and Stata files (.sav, .zsav, .por, .dta) with one row per respondent.

Items are the variables' names and values are codes, as the file stores them; dates are in ISO form.
Values that the file declares missing (single ones, ranges, Stata's .a to .z) stay values of the
state `refused` or `unknown`, by their label; the codebook's own states go first. Variables of a
multiple-response set that holds dichotomies are boxes: `Y` where they have the counted value, blank
where they have the one other. Sets, missing values and their labels are told in the reading.

Options
-------
respondent, submitted, complete, items, other_items, blank : see `barometre.ingest.tabular`
encoding : a codec name, where the file names none or a wrong one
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import tabular
from barometre.ingest.draft import state_of
from barometre.ingest.export import Export
from barometre.ingest.statfile_open import StatTable, open_table

if TYPE_CHECKING:
    import pandas as pd


def read(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read one file.

    Raises
    ------
    StudyError : the file cannot be read, or a variable is not in the codebook.
    """
    table = open_table(path, encoding=options.get("encoding"))
    if table.values.empty:
        raise StudyError(f"{path}: there are no responses in it; export it again.")
    values, boxes = _boxes(table)
    found = {
        **table.found,
        "shape": "",
        **boxes,
        **_missing_told(table),
    }
    renamed = options.get("items", {})
    states = {
        renamed.get(name, name): {one: _state(table, name, one) for one in declared}
        for name, declared in table.missing.items()
        if declared
    }
    return tabular.wide_export(values.fillna(""), options, codebook, path, found, states)


def _boxes(table: StatTable) -> tuple[pd.DataFrame, dict[str, str]]:
    """Dichotomies of multiple-response sets as boxes, and the sets in words."""
    values, told = table.values.copy(), {}
    for name, one in table.sets.items():
        said = f"{one['label'] or name}: {', '.join(one['variables'])}"
        if counted := one["counted"]:
            said += f" (boxes, ticked where {counted})"
            for variable in one["variables"]:
                values[variable] = _ticked(values[variable], counted, table.missing[variable])
        told[f"multiple-response set {name}"] = said
    return values, told


def _ticked(cells: pd.Series, counted: str, missing: list[str]) -> pd.Series:
    """`Y` for the counted value, blank for the others but for those declared missing."""
    kept = {text: text for text in missing} | {counted: "Y"}
    return cells.map(lambda cell: kept.get(cell, ""))


def _state(table: StatTable, variable: str, answer: str) -> str:
    label = table.answers.get(variable, {}).get(answer, "")
    return state_of(answer, {"": label}) or "unknown"


def _missing_told(table: StatTable) -> dict[str, str]:
    """Values declared missing that occur, with their labels."""
    told = []
    for variable, declared in table.missing.items():
        for answer in declared:
            label = table.answers.get(variable, {}).get(answer, "no label")
            told.append(f"{variable} {answer} ({label}): {_state(table, variable, answer)}")
    return {"values declared missing": "; ".join(told) or "none occur"}
