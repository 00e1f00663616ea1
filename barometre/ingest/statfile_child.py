"""The reader of SPSS and Stata files, in a process of its own: `FILE FOLDER rows|names [CODEC]`.

It writes `about.json` (variables, labels, user-missing values, multiple-response sets) and
`columns.jsonl` (one list of texts a variable, null where the cell is missing) into the folder.
Numbers are bare where they are whole, dates are in ISO form, and values that the file declares
missing stay values: what they mean is told by their labels.
"""

from __future__ import annotations

import datetime
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from barometre.ingest.savfile import mended

# Dates that pyreadstat leaves as seconds since the first day of the Gregorian calendar.
EPOCH = datetime.datetime(1582, 10, 14)
PERIODS = ("QYR", "MOYR", "WKYR")
DATES = (*PERIODS, "DATE", "ADATE", "EDATE", "SDATE", "JDATE", "YMDHMS", "TD", "TC")
OLD_CODEC = "WINDOWS-1252"


def read(path: Path, folder: Path, rows: bool, codec: str | None) -> None:
    """Read one file and write what is in it."""
    source, told = _mended(path, folder)
    columns, meta, codec_told = _read(source, path.suffix.lower(), rows, codec)
    spell = {name: _speller(name, meta) for name in meta.column_names}
    labelled = meta.variable_value_labels
    missing = {}
    with open(folder / "columns.jsonl", "w", encoding="utf-8") as target:
        for name in meta.column_names:
            cells = columns[name] if rows else list(labelled.get(name, {}))
            texts = [spell[name](cell) for cell in cells]
            missing[name] = _missing(cells, texts, name, meta)
            if rows:
                target.write(json.dumps(texts) + "\n")
    about = {
        "names": meta.column_names,
        "labels": {name: label or "" for name, label in meta.column_names_to_labels.items()},
        "answers": {
            name: {spell[name](value): label for value, label in answers.items()}
            for name, answers in labelled.items()
        },
        "kinds": {name: _kind(name, meta) for name in meta.column_names},
        "missing": missing,
        "sets": {name: _set(one, meta) for name, one in (meta.mr_sets or {}).items()},
        "encoding": codec_told or meta.file_encoding or "",
        "mended": told,
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _mended(path: Path, folder: Path) -> tuple[Path, list[str]]:
    """The file to read: a mended copy where that is needed."""
    if path.suffix.lower() not in (".sav", ".zsav"):
        return path, []
    found = mended(path.read_bytes())
    if found is None:
        return path, []
    copy = folder / "mended.sav"
    copy.write_bytes(found[0])
    return copy, found[1]


def _read(
    path: Path, suffix: str, rows: bool, codec: str | None
) -> tuple[dict[str, Any], Any, str]:
    """Columns, metadata and the codec if it is not the one that the file names."""
    import pyreadstat

    with open(path, "rb") as source:
        portable = suffix == ".por" and source.read(4) != b"$FL2"  # PSPP converts to .sav
    if portable:
        columns, meta = pyreadstat.read_por(str(path), output_format="dict", metadataonly=not rows)
        return columns, meta, ""
    reader: Any = pyreadstat.read_dta if suffix == ".dta" else pyreadstat.read_sav
    reading = partial(
        reader, str(path), output_format="dict", metadataonly=not rows, user_missing=True
    )
    try:
        columns, meta = reading(encoding=codec)
        return columns, meta, codec or ""
    except pyreadstat.ReadstatError as error:
        if codec or "convert string" not in str(error):
            raise
    columns, meta = reading(encoding=OLD_CODEC)
    return columns, meta, f"{OLD_CODEC} (the bytes are not what the file says)"


def _text(cell: Any) -> str | None:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(float(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def _speller(name: str, meta: Any) -> Callable[[Any], str | None]:
    """How a variable's cells are spelled: Stata's missing values with their point."""
    if meta.original_variable_types.get(name, "").startswith(PERIODS):
        return _first_day
    if _kind(name, meta) == "text":
        return _text
    return lambda cell: f".{cell}" if isinstance(cell, str) else _text(cell)


def _kind(name: str, meta: Any) -> str:
    """`text`, `date` or `number`."""
    if meta.readstat_variable_types[name] == "string":
        return "text"
    how = meta.original_variable_types.get(name, "").lstrip("%-").upper()
    return "date" if how.startswith(DATES) else "number"


def _first_day(cell: Any) -> str | None:
    """The first day of a month, quarter or week."""
    if not isinstance(cell, float) or not abs(cell) < 1e12:
        return _text(cell)
    return (EPOCH + datetime.timedelta(seconds=cell)).date().isoformat()


def _missing(cells: Iterable[Any], texts: Iterable[str | None], name: str, meta: Any) -> list[str]:
    """Which different answers of a variable the file declares missing."""
    ranges = meta.missing_ranges.get(name, [])
    tagged = _kind(name, meta) != "text"
    found: dict[str, None] = {}
    for cell, text in zip(cells, texts, strict=True):
        tag = tagged and isinstance(cell, str)
        if text is not None and (tag or any(_within(cell, one) for one in ranges)):
            found[text] = None
    return list(found)


def _set(one: Mapping[str, Any], meta: Any) -> dict[str, Any]:
    """A multiple-response set; `counted` is the ticked value of dichotomies, else empty."""
    return {
        "label": one["label"],
        "variables": [name for name in meta.column_names if name in one["variable_list"]],
        "counted": str(one["counted_value"]) if one["is_dichotomy"] else "",
    }


def _within(cell: Any, limits: Mapping[str, Any]) -> bool:
    try:
        return bool(limits["lo"] <= cell <= limits["hi"])
    except TypeError:  # a text beside limits that are numbers
        return False


if __name__ == "__main__":
    source, folder, what, *codec = sys.argv[1:]
    read(Path(source), Path(folder), what == "rows", codec[0] if codec else None)
