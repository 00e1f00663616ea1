"""What is known of units beside their answers: a register of all of them, tables of attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from barometre import tables
from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

COLUMN = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Register:
    """What is known of units beside their answers.

    Attributes
    ----------
    table : one row per unit, indexed by the register's key; None where the study has no register
    attributes : further columns, indexed by the same key
    key : name of the key column
    names : printed name by key, from the attributes; empty where they have none
    """

    table: pd.DataFrame | None
    attributes: pd.DataFrame | None
    key: str
    names: Mapping[str, str]


def read_register(settings: Mapping[str, Any], raw: str) -> Register:
    """The register and attribute tables of a study, as text.

    Parameters
    ----------
    settings : `units` of study.yaml
    raw : folder data/raw

    Raises
    ------
    StudyError : a file lacks the key column or a column asked for, a key stands twice, or two
        tables have a column of the same name.
    """
    name = settings["register_key"]
    table = None
    if settings.get("register"):
        path = f"{raw}/register/{settings['register']}"
        table = _keyed(path, name)
        for column in settings["columns"]:
            if column not in table.columns:
                raise StudyError(
                    f"{path}: there is no column '{column}' (units.columns in study.yaml); the "
                    f"columns are {', '.join(table.columns)}."
                )
    attributes = None
    names: dict[str, str] = {}
    for attribute in settings["attributes"]:
        further = _keyed(f"{raw}/{attribute}", name)
        if "name" in further:
            names |= further["name"].to_dict()
        further = further[[c for c in further.columns if COLUMN.fullmatch(c) and c != "name"]]
        if attributes is None:
            attributes = further
            continue
        both = attributes.columns.intersection(further.columns)
        if len(both):
            raise StudyError(
                f"{raw}/{attribute}: the column '{both[0]}' also stands in another attribute "
                "table of the study; rename one."
            )
        attributes = attributes.join(further, how="outer")
    return Register(table, attributes, name, names)


def _keyed(path: str, name: str) -> pd.DataFrame:
    table = tables.read_source(path)
    if name not in table.columns:
        raise StudyError(
            f"{path}: there is no column '{name}' (units.register_key in study.yaml); the columns "
            f"are {', '.join(table.columns)}."
        )
    twice = table[name].duplicated()
    if twice.any():
        row = int(twice.idxmax())
        raise StudyError(f"{path}, row {row + 2}: {name} '{table.at[row, name]}' stands twice.")
    return table.set_index(name)
