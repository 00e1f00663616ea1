"""Plain tables (CSV, TSV, XLSX, XLS, ODS, Parquet), a row per respondent or per answer.

`table`
    Row 1 holds the item codes; each further row is one respondent. Options: `respondent` (column
    with the respondent's id; else rows are numbered 1, 2, ...), `items` (mapping from a heading
    of the file to the item code to use), `code_ends` (text that ends the code in each heading,
    e.g. `". "` for LimeSurvey's headings with code and text), `other_items: ignore` (columns that
    the codebook does not list are passed over and named in the reading, else they stop the run),
    `submitted` and `complete` (columns; complete is true where the cell is filled and not `0`,
    `N`, `No`, `Non`, `False`).

`long_table`
    Each row is one answer. Options: `respondent`, `item`, `value` (names of the columns; all three
    needed), `items` (mapping from the file's item names to codes), `other_items` as above. `value`
    may be a mapping column -> part where each row has several answers: item `health` and column
    `Terms of use` with part `terms` give `health[terms]`. An item that has no row for a respondent
    is `empty`.

Both take

- `encoding`, `separator`, `sheet` (see `barometre.ingest.sheets`), `decimal`, `dates` (see
  `barometre.ingest.notation`);
- `heading_row` (row number of the headings, default 1) and `footer_rows` (number of lines under
  the table, e.g. a licence);
- `where` and `except` (column -> value or list of values): only the rows that have, or have not,
  one of them; the others (another edition, a sub-total) are counted in the reading;
- `blank` (list of texts that mean a blank answer, e.g. `["N/A"]`; none by default, since people
  type them) and `states` (text -> state of the cells that say so, e.g. `{"-": unknown}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import listed, notation, sheets, states
from barometre.ingest.export import Export
from barometre.ingest.respondents import reading_table, respondents_table
from barometre.ingest.rows import body_of, need

if TYPE_CHECKING:
    import pandas as pd

FALSE = {"", "0", "n", "no", "non", "false", "faux"}
SUBMITTED = "date of submission"
SAID = ("unknown", "refused", "empty")  # states that the text of a cell can stand for


def read_wide(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read a table with one row per respondent.

    Raises
    ------
    StudyError : a heading is missing, repeated or not in the codebook, an id is missing or
        repeated, or a row is longer than the headings.
    """
    sheet, table, found = body_of(path, options)
    found = {
        **sheets.findings(sheet),
        "shape": "",  # told once the items are known, in this place
        "heading rows": str(options.get("heading_row", 1)),
        **found,
    }
    return wide_export(table, options, codebook, path, found, point=not sheet.separator)


def wide_export(
    table: pd.DataFrame,
    options: Mapping[str, Any],
    codebook: Codebook | None,
    path: str | Path,
    found: Mapping[str, str],
    declared: Mapping[str, Mapping[str, str]] | None = None,
    point: bool = True,
) -> Export:
    """A table of texts with one row per respondent as an export.

    Parameters
    ----------
    options : of the reader `table`
    declared : item -> answer -> state, for answers that the file itself declares missing
    point : whether numbers are written with a decimal point, as files with typed cells are read

    Raises
    ------
    StudyError : see `read_wide`.
    """
    special = {
        name: options[name] for name in ("respondent", "submitted", "complete") if name in options
    }
    for name, column in special.items():
        need(table, column, f"exports.options.{name}", path)
    ids = (
        table[special["respondent"]]
        if "respondent" in special
        else table.index.to_series().map(lambda number: str(number + 1))
    )
    values = table.drop(columns=list(special.values())).rename(columns=options.get("items", {}))
    if "code_ends" in options:
        values = values.rename(columns=lambda heading: heading.partition(options["code_ends"])[0])
        _unrepeated(values.columns, path)
    unnamed = [name for name in values.columns if name.startswith("column ")]
    values = values.drop(columns=[name for name in unnamed if not values[name].any()])
    values.index = ids.to_numpy()
    passed_over: list[str] = []
    if codebook is not None and options.get("other_items") == "ignore":
        known = values.columns.isin(codebook.items.index)
        passed_over = list(values.columns[~known])
        values = values.loc[:, known]
    complete = None
    if "complete" in special:
        complete = [text.casefold() not in FALSE for text in table[special["complete"]]]
    shape = f"one row per respondent: {len(values)} rows, {values.shape[1]} items"
    told = {**found, "shape": shape, "other columns passed over": ", ".join(passed_over) or "none"}
    return _export(
        values,
        options,
        codebook,
        path,
        told,
        point,
        declared,
        complete=complete,
        submitted=table[special["submitted"]] if "submitted" in special else None,
    )


def _unrepeated(codes: pd.Index, path: str | Path) -> None:
    twice = codes[codes.duplicated()]
    if len(twice):
        raise StudyError(
            f"{path}: two headings have the code '{twice[0]}' (exports.options.code_ends); rename "
            "one, or give the codes with exports.options.items."
        )


def read_long(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
    """Read a table with one row per respondent and item.

    Raises
    ------
    StudyError : a column named in the options is missing, an item is not in the codebook, or a
        respondent has two rows for one item that differ.
    """
    sheet, table, found = body_of(path, options)
    chosen = _triples(table, options, path)
    passed_over: list[str] = []
    if codebook is not None and options.get("other_items") == "ignore":
        known = chosen["item"].isin(codebook.items.index)
        passed_over = sorted(set(chosen["item"][~known]))
        chosen = chosen[known]
    again = chosen.duplicated()
    chosen = chosen[~again]
    twice = chosen.duplicated(["respondent", "item"])
    if twice.any():
        respondent, item = chosen.loc[twice, ["respondent", "item"]].iloc[0]
        row = int(chosen.index[twice][0]) + int(options.get("heading_row", 1)) + 1
        raise StudyError(
            f"{path}, row {row}: '{respondent}' has a second row for the item "
            f"'{item}' with another value; choose one edition or source with "
            "'exports.options.where' in study.yaml."
        )
    values = chosen.pivot(index="respondent", columns="item", values="value").fillna("")
    values = values[list(dict.fromkeys(chosen["item"]))]
    if codebook is not None:
        known_first = [item for item in codebook.items.index if item in values.columns]
        values = values[[*known_first, *values.columns.difference(known_first, sort=False)]]
    below = len(sheet.rows) - int(options.get("heading_row", 1))
    said = {
        "shape": f"one row per answer: {chosen.index.nunique()} of {below} rows used, "
        f"{values.shape[0]} respondents, {values.shape[1]} items",
        **found,
        "rows that say again what an earlier one said": str(int(again.sum())),
        "other items passed over": ", ".join(passed_over) or "none",
    }
    return _export(
        values.rename_axis(index=None, columns=None),
        options,
        codebook,
        path,
        {**sheets.findings(sheet), **said},
        point=not sheet.separator,
    )


def _triples(table: pd.DataFrame, options: Mapping[str, Any], path: str | Path) -> pd.DataFrame:
    """Columns respondent, item and value, one row per answer; rows keep their index."""
    import pandas as pd

    for role in ("respondent", "item", "value"):
        if role not in options:
            raise StudyError(
                f"exports.options.{role}: the long table {path} needs the name of its column; the "
                f"columns are {', '.join(table.columns)}."
            )
    several = isinstance(options["value"], Mapping)
    parts = options["value"] if several else {options["value"]: ""}
    for role, names in (("respondent", [options["respondent"]]), ("item", [options["item"]]),
                        ("value", list(parts))):  # fmt: skip
        for name in names:
            need(table, name, f"exports.options.{role}", path)
    items = table[options["item"]].replace(options.get("items", {}))
    frames = [
        pd.DataFrame(
            {
                "respondent": table[options["respondent"]],
                "item": items + f"[{part}]" if several else items,
                "value": table[column],
            }
        )
        for column, part in parts.items()
    ]
    return pd.concat(frames).sort_index(kind="stable") if several else frames[0]


def _export(
    values: pd.DataFrame,
    options: Mapping[str, Any],
    codebook: Codebook | None,
    path: str | Path,
    found: Mapping[str, str],
    point: bool,
    declared: Mapping[str, Mapping[str, str]] | None = None,
    submitted: pd.Series | None = None,
    complete: list[bool] | None = None,
) -> Export:
    import pandas as pd

    values = values.copy()
    if codebook is not None:
        listed.check_listed(values.columns, codebook, str(path))
        for item in values.columns:
            values[item] = states.coded(values[item], item, codebook)
    texts = {item: list(values[item].unique()) for item in values.columns}
    if submitted is not None:
        texts[SUBMITTED] = list(submitted.unique())
    changes, told = notation.uniform(
        texts,
        options,
        codebook,
        str(path),
        dated=[SUBMITTED] if submitted is not None else [],
        point=point,
    )
    for item in values.columns.intersection(list(changes)):
        values[item] = values[item].map(lambda text, use=changes[item]: use.get(text, text))
    if submitted is not None:
        submitted = submitted.map(lambda text: changes.get(SUBMITTED, {}).get(text, text))
    never = pd.DataFrame(False, index=values.index, columns=values.columns)
    settled = states.settle(values, codebook, unreached=never)
    for item, said in (declared or {}).items():
        if item in values.columns:
            told_by_file = values[item].map(said).where(settled[item] == "answered")
            settled[item] = told_by_file.fillna(settled[item])
    for text, state in _said(options).items():
        settled = settled.mask(values == text, state)
    keep = listed.kept(values.columns, codebook)
    reading = {
        **found,
        **told,
        "states": "a plain table cannot tell why a cell is blank",
    }
    return Export(
        answers=states.long_table(values[keep], settled[keep]),
        respondents=respondents_table(values.index, path, submitted=submitted, complete=complete),
        reading=reading_table(path, reading),
    )


def _said(options: Mapping[str, Any]) -> dict[str, str]:
    """`states` of the options: text -> state."""
    said = {str(text): str(state) for text, state in options.get("states", {}).items()}
    for text, state in said.items():
        if state not in SAID or not text:
            raise StudyError(
                f"study.yaml, key 'exports.options.states': the state '{state}' of '{text}' is "
                f"none of {', '.join(SAID)}."
            )
    return said
