"""KoBoToolbox and ODK: the data as XLSX or CSV, repeats on sheets or in files of their own.

Item codes
----------
A question keeps its name in the form, without its groups: `profile/country` and `profile.country`
are `country`; names that come in two groups keep them, `home/size` and `work/size`. Boxes of a
select_multiple are `reason/employment`. The column that sums the boxes up is passed over; where it
is all there is, the codebook's boxes are read from it. A question of a repeat is
`members[1].age`, `members[2].age`, ... line by line, and `homes[1].rooms[2].size` in a repeat of a
repeat. Headings may be labels (in any language of the codebook) instead of names.

Values
------
A box is `Y` (1, True) or blank. Labels become names where the codebook has a scale.

States
------
A blank is `not_shown` where the codebook's `shown_if` is not met and in lines of a repeat that the
response does not have, else `empty`: the tool does not say whether a question was skipped or not
relevant. It keeps finished forms only, so all are complete.

Left behind
-----------
The tool's own columns (`_id`, `_uuid`, `_submission_time`, `start`, `end`, `_validation_status`,
...; `KEY`, `SubmissionDate`, ... of ODK), of which the id, the date of submission and the duration
are kept; device, telephone number, user and every coordinate (also those of questions) never
leave the reader.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`; `sheet` is that of the responses
repeats : name of a repeat -> its sheet, or its file beside the export; sheets of repeats are found
    by themselves
items : code -> code to use instead
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.delimited import Cell
from barometre.ingest.export import Export
from barometre.ingest.form import Form, Item, export
from barometre.ingest.kobo_columns import Table, items_of, known_of, table_of
from barometre.ingest.kobo_repeats import is_repeat, lines, with_lines
from barometre.ingest.limesurvey_answers import NO, YES
from barometre.ingest.limits import check_file
from barometre.ingest.stamps import read_stamps, seconds_between

IDS = ("_id", "_uuid", "KEY", "meta/instanceID", "instanceID")
SUBMITTED = ("_submission_time", "SubmissionDate", "end")
STATUS = ("_validation_status", "ReviewState")


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    heads = set(rows[0])
    return {"_uuid", "_submission_time"} <= heads or {"KEY", "SubmissionDate"} <= heads


def read(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read one export of KoBoToolbox or ODK.

    Raises
    ------
    StudyError : it cannot be read as a table, a line of a repeat belongs to no response, or a
        column is not in the codebook.
    """
    found = form(path, options, codebook)
    return export(found, with_lines(codebook, [item.code for item in found.items]))


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : as `read`.
    """
    sheet, main, repeats = _tables(path, options)
    ids = next((main.cells[name] for name in IDS if name in main.cells), None)
    n = main.rows
    items, told = items_of(main, known_of(codebook))
    for name, table in repeats.items():
        more, said = lines(name, table, main, repeats, codebook)
        items += more
        told = {key: [*told[key], *said[key]] for key in told}
    renamed = options.get("items", {})
    items = [replace(item, code=renamed.get(item.code, item.code)) for item in items]
    lined = with_lines(codebook, [item.code for item in items])
    items = [_yes_or_no(item, lined) for item in items]
    about, times = _about(main)
    found = {
        **sheets.findings(sheet),
        "tool": "KoBoToolbox or ODK",
        "heading rows": "1",
        "responses": f"{n}, all finished",
        "columns": f"{len(main.heads)}, of which items {len(items)} with the lines of repeats",
        **{
            f"repeat {name}": f"{table.rows} lines, {len(table.heads)} columns"
            for name, table in repeats.items()
        },
        **{what: ", ".join(names) or "none" for what, names in told.items()},
        **times,
        "states": "a question skipped and one that was not relevant look alike; conditions come "
        "from the codebook",
    }
    if ids is None:
        found["ids"] = "the export has none; responses are numbered 1, 2, ... in its order"
    return Form(str(path), ids or [str(at + 1) for at in range(n)], items, about, found)


def _tables(
    path: str | Path, options: Mapping[str, Any]
) -> tuple[sheets.Sheet, Table, dict[str, Table]]:
    """The table of responses and those of repeats by name."""
    named = dict(options.get("repeats", {}))
    inside = sheets.names(path)
    opened = {name: sheets.open_sheet(path, {**options, "sheet": name}) for name in inside}
    if not inside:
        main = sheets.open_sheet(path, options)
    else:
        own = options.get("sheet")
        own = inside[own] if isinstance(own, int) else own
        own = own or next((name for name in inside if not is_repeat(opened[name].rows[0])), "")
        if own not in opened:
            raise StudyError(
                f"{path}: no sheet holds the responses; the sheets are {', '.join(inside)} "
                "(exports.options.sheet in study.yaml)."
            )
        main = opened.pop(own)
        for name, sheet in opened.items():
            if name not in named.values() and is_repeat(sheet.rows[0]):
                named[name] = name
    repeats = {}
    for name, place in named.items():
        beside = Path(path).with_name(Path(place).name)
        if place not in opened and not beside.is_file():
            raise StudyError(
                f"{path}, key 'exports.options.repeats': '{place}' is no sheet of the export and "
                "no file beside it."
            )
        check_file(beside)
        rows = (opened[place] if place in opened else sheets.open_sheet(beside, {})).rows
        repeats[name] = table_of(rows, f"{path}, repeat '{name}'")
    return main, table_of(main.rows, str(path)), repeats


def _yes_or_no(item: Item, codebook: Codebook | None) -> Item:
    """An answer to a question of yes and no, or an acknowledgement, as Y, N or nothing."""
    if codebook is None or item.code not in codebook.items.index:
        return item
    kind = codebook.items.at[item.code, "kind"]
    if kind not in ("yes_no", "tick") or item.kind == "tick":
        return item
    no = "N" if kind == "yes_no" else ""
    words = dict.fromkeys((*YES, "OK", "1"), "Y") | dict.fromkeys((*NO, "2"), no)
    return replace(item, cells=[words.get(text, text) for text in item.cells])


def _about(main: Table) -> tuple[dict[str, Any], dict[str, str]]:
    """Columns of the table of respondents, and what was found out on them."""
    about: dict[str, Any] = {"complete": [True] * main.rows}
    found = {}
    name = next((one for one in SUBMITTED if one in main.cells), None)
    if name is not None:
        stamps = read_stamps(main.cells[name])
        about["submitted"] = stamps.days
        found["dates"] = stamps.finding
    if {"start", "end"} <= set(main.cells):
        start, end = (read_stamps(main.cells[one]) for one in ("start", "end"))
        about["duration_seconds"] = seconds_between(start, end)
    for status in STATUS:
        given = [text for text in main.cells.get(status, []) if text]
        if given:
            counted = {text: given.count(text) for text in sorted(set(given))}
            found["reviewed"] = ", ".join(f"{text} {n}" for text, n in counted.items())
    return about, found
