"""LimeSurvey's JSON export: `{"responses": [{"id": 1, "gov1": "Y", ...}, ...]}`.

NULL is `null` and a blank is `""`, so the two stay apart. Older versions give each response under
its number, `{"responses": [{"1": {"id": ...}}]}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.errors import StudyError
from barometre.ingest.delimited import decode

if TYPE_CHECKING:
    import pandas as pd


def read_json(path: str | Path, encoding: str | None = None) -> pd.DataFrame:
    """The responses, null as missing, columns under the names that the file gives them.

    Raises
    ------
    StudyError : it is no JSON of that form, or a cell is neither text, number nor null.
    """
    import pandas as pd

    text, _ = decode(Path(path).read_bytes(), str(path), encoding)
    try:
        found = json.loads(
            text.removeprefix("\ufeff"),
            parse_int=str,
            parse_float=str,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise StudyError(
            f"{path}: the JSON is nested deeper than any export; it is refused."
        ) from None
    except ValueError as error:
        raise StudyError(f"{path}: this is no whole JSON document ({error}).") from None
    records = found.get("responses") if isinstance(found, dict) else None
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise StudyError(
            f'{path}: expected LimeSurvey\'s form {{"responses": [{{...}}, ...]}}; export the '
            "responses as JSON, or as CSV."
        )
    rows = [_record(one) for one in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise StudyError(
                f"{path}, response {number}: {len(row)} of {len(names)} columns; the file was "
                "edited, export it again."
            )
        _check_cells(row, f"{path}, response {number}")
    return pd.DataFrame(
        [[row[name] for name in names] for row in rows], columns=names, dtype=object
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _record(record: dict[str, Any]) -> dict[str, Any]:
    """The response itself, where it stands under its number."""
    inside = list(record.values())
    return inside[0] if len(inside) == 1 and isinstance(inside[0], dict) else record


def _check_cells(row: dict[str, Any], where: str) -> None:
    for name, cell in row.items():
        if cell is not None and not isinstance(cell, str):
            raise StudyError(
                f"{where}, '{name}': a cell is a text, a number or null, and this is "
                f"{type(cell).__name__}; the file was edited, export it again."
            )
