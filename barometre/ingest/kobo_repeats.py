"""Repeats of a KoBoToolbox or ODK form: the lines of another table, joined to their responses."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.delimited import Cell
from barometre.ingest.form import Item
from barometre.ingest.kobo_columns import Table, items_of, known_of

LINE = re.compile(r"\[\d+\]\.")
MOST = 100_000  # columns that the lines of one repeat may become


def is_repeat(heads: Sequence[Cell]) -> bool:
    """Whether a table of these headings holds the lines of a repeat."""
    return bool({"_parent_index", "PARENT_KEY"} & set(heads))


def lines(
    name: str, table: Table, main: Table, repeats: Mapping[str, Table], codebook: Codebook | None
) -> tuple[list[Item], dict[str, list[str]]]:
    """The items of a repeat, one for each of its questions and lines: `members[2].age`.

    Raises
    ------
    StudyError : a line belongs to no response, or they are too many.
    """
    places = _places(name, table, main, repeats, frozenset())
    first = LINE.sub("[1].", places[0][1]) if places else f"{name}[1]."
    items, told = items_of(table, known_of(codebook, first))
    every = dict.fromkeys(sorted({prefix for _, prefix in places}, key=_order))
    if len(every) * len(items) > MOST:
        raise StudyError(
            f"{table.where}: {len(every)} lines of {len(items)} questions are more than {MOST} "
            "items; leave the repeat out of the export, or name it in no `repeats`."
        )
    found = []
    for prefix in every:
        rows = [(who, row) for row, (who, own) in enumerate(places) if own == prefix]
        for item in items:
            cells, seen = [""] * main.rows, [False] * main.rows
            for who, row in rows:
                cells[who], seen[who] = item.cells[row], True
            found.append(Item(f"{prefix}{item.code}", item.label, cells, item.kind, seen=seen))
    return found, told


def _order(prefix: str) -> list[tuple[str, int]]:
    return [(name, int(line)) for name, line in re.findall(r"([^\[\].]+)\[(\d+)\]", prefix)]


def _places(
    name: str, table: Table, main: Table, repeats: Mapping[str, Table], within: frozenset[str]
) -> list[tuple[int, str]]:
    """Row of the response and beginning of the codes (`members[2].`) of each line of a repeat."""
    if name in within:
        raise StudyError(f"{table.where}: the lines of repeats belong to each other in a circle.")
    key, own = ("PARENT_KEY", "KEY") if "PARENT_KEY" in table.cells else ("_parent_index", "_index")
    if key not in table.cells:
        raise StudyError(f"{table.where}: there is no column _parent_index or PARENT_KEY.")
    tables = table.cells.get("_parent_table_name", [""] * table.rows)
    count: dict[tuple[str, str], int] = {}
    above: dict[str, list[tuple[int, str]]] = {}
    found = []
    for row, (index, of) in enumerate(zip(table.cells[key], tables, strict=True)):
        parent = of if of in repeats and of != name else _parent(index, own, name, main, repeats)
        if parent:
            if parent not in above:
                above[parent] = _places(parent, repeats[parent], main, repeats, within | {name})
            who, prefix = above[parent][_row(repeats[parent], own, index, table, row)]
        else:
            who, prefix = _row(main, own, index, table, row), ""
        count[parent, index] = count.get((parent, index), 0) + 1
        found.append((who, f"{prefix}{name}[{count[parent, index]}]."))
    return found


def _parent(index: str, own: str, name: str, main: Table, repeats: Mapping[str, Table]) -> str:
    """The repeat that a line of ODK belongs to, by its key; "" for the responses themselves."""
    if own != "KEY" or index in main.cells.get("KEY", []):
        return ""
    found = (other for other, table in repeats.items() if index in table.cells.get("KEY", []))
    return next((other for other in found if other != name), "")


def _row(parent: Table, own: str, index: str, table: Table, row: int) -> int:
    """The row of `parent` with this index; without a column of them they are numbered from 1."""
    indices = parent.cells.get(own) or [str(at + 1) for at in range(parent.rows)]
    try:
        return indices.index(index)
    except ValueError:
        raise StudyError(
            f"{table.where}, row {row + 2}: the line belongs to the response '{index}', which is "
            "not in the export; export responses and repeats together."
        ) from None


def with_lines(codebook: Codebook | None, codes: Collection[str]) -> Codebook | None:
    """A questionnaire's codebook with a row for each line of its repeats that an export has.

    A questionnaire asks for `members[1].age` and stands for every line; the codebook of a study
    lists the lines that it uses.
    """
    if codebook is None or "relevance" not in codebook.items:
        return codebook
    import pandas as pd

    items = codebook.items
    more = {
        code: LINE.sub("[1].", code)
        for code in codes
        if code not in items.index and LINE.sub("[1].", code) in items.index
    }
    rows = items.loc[list(more.values())].set_axis(pd.Index(list(more), name=items.index.name))
    for code, first in more.items():
        for one, own in zip(LINE.finditer(first), LINE.finditer(code), strict=True):
            told = str(rows.at[code, "shown_if"]).replace(one.group(), own.group())
            rows.at[code, "shown_if"] = told
    return Codebook(pd.concat([items, rows]), codebook.scales)
