"""The only place that reads or writes a table: contract, order, digits, line ends.

A contract is a YAML file in `workflow/schemas/tables/`; the same file is the public data
dictionary. Every results table opens with two columns that its contract need not name:
`study`, and `data` ("real" or "simulated"), so that a table torn out of its folder still
says what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

CONTRACTS = Path(__file__).parent.parent / "workflow" / "schemas" / "tables"
STAMP = ("study", "data")
# A second sign must follow, and a number is none: "-oth-" and "=1+1", but not "=" and "-0.5".
FORMULA = r"'*(?!-?[\d.]+(?:[eE][-+]?\d+)?$)[=+\-@\t\r].+"
NUMBER_FORMAT = "%.8g"
DTYPES = {
    "string": "string",
    "date": "string",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
}


@cache
def contract(name: str) -> dict[str, Any]:
    """The contract of table `name`: title, key, columns (name, type, bounds, description)."""
    path = CONTRACTS / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def write(
    frame: pd.DataFrame,
    path: str | Path,
    name: str,
    stamp: Mapping[str, str] | None = None,
) -> None:
    """Check `frame` against contract `name` and write it as CSV, always the same way.

    Rows are sorted by the contract's `sort` (default: its key; an empty list keeps the
    order given), columns put in the contract's order with any extra columns after them,
    numbers printed with eight significant digits, line ends are a bare newline. In a results
    table (with `stamp`) texts that a spreadsheet would run as a formula get an apostrophe before
    them, which `read` takes away again.

    Raises
    ------
    StudyError : the frame breaks its contract; the sentence names column and row.
    """
    import pandas as pd

    terms = contract(name)
    checked = check(frame, name)
    order = terms.get("sort", terms.get("key", []))
    if order:
        checked = checked.sort_values(order, kind="stable")
    if stamp:
        checked = neutralised(checked)
        lead = pd.DataFrame({key: str(stamp[key]) for key in STAMP}, index=checked.index)
        checked = pd.concat([lead, checked], axis=1)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    checked.to_csv(
        path, index=False, lineterminator="\n", float_format=NUMBER_FORMAT, encoding="utf-8"
    )


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with an apostrophe before texts that begin with = + - @, a tab or a line end.

    Numbers, which have their own type, and single signs are left alone.
    """
    return _with_texts(frame, lambda texts: texts.where(~texts.str.match(FORMULA), "'" + texts))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The texts as they were before `neutralised`."""
    masked = f"'{FORMULA}"
    return _with_texts(frame, lambda texts: texts.where(~texts.str.match(masked), texts.str[1:]))


def _with_texts(frame: pd.DataFrame, change: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    """`frame` with `change` made to its text columns, blanks aside."""
    frame = frame.copy(deep=False)
    for name in frame.columns:
        if frame[name].dtype == "string" and frame[name].notna().any():
            given = frame[name].dropna()
            frame.loc[given.index, name] = change(given)
    return frame


def read(path: str | Path, name: str) -> pd.DataFrame:
    """Read a table written by `write`, with the types of its contract and without its stamp.

    Empty cells are missing values; no text ("NA", "NULL", "None") is taken for one.
    """
    import pandas as pd

    raw = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
    bare = raw.drop(columns=[column for column in STAMP if column in raw.columns])
    if len(bare.columns) < len(raw.columns):
        bare = _plain(bare)
    return check(bare, name, source=str(path))


def read_source(path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A table that a study or the register brings along, every cell as the text it is.

    Parameters
    ----------
    columns : the columns to keep, in this order; all where absent

    Raises
    ------
    StudyError : the file is missing or no UTF-8 CSV table, or a column is missing.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise StudyError(f"{path}: this cannot be read as a UTF-8 CSV table ({reason}).") from None
    wanted = list(table.columns if columns is None else columns)
    missing = [column for column in wanted if column not in table]
    if missing:
        raise StudyError(
            f"{path}: column '{missing[0]}' is missing; expected {', '.join(wanted)}; add it, "
            "empty where there is nothing to say."
        )
    return table[wanted]


def check(frame: pd.DataFrame, name: str, source: str | None = None) -> pd.DataFrame:
    """`frame` with the types, columns and order of contract `name`.

    Raises
    ------
    StudyError : a column is missing or unknown, a value cannot be read as its type, is out
        of bounds or missing where it may not be, or a key occurs twice.
    """
    import pandera.errors

    terms = contract(name)
    where = source or f"table {name}"
    columns = _declared(terms, frame.columns, where)
    typed = frame.reindex(columns=list(columns)).reset_index(drop=True)
    for column, field in columns.items():
        typed[column] = _typed(typed[column], field, where)
    try:
        _schema(name, tuple(columns)).validate(typed, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        raise StudyError(_sentence(errors.failure_cases, where)) from None
    return typed


def _declared(terms: Mapping, found: Any, where: str) -> dict[str, Mapping]:
    """Column -> field for the declared columns, then the extra ones a contract allows."""
    import re

    columns = {field["name"]: field for field in terms["columns"]}
    missing = [
        name for name, field in columns.items() if name not in found and not field.get("optional")
    ]
    if missing:
        raise StudyError(f"{where}: column '{missing[0]}' is missing; found {', '.join(found)}.")
    kept = {name: field for name, field in columns.items() if name in found}
    extra = terms.get("extra_columns")
    for name in found:
        if name in kept:
            continue
        if not extra or not re.fullmatch(extra["pattern"], name):
            raise StudyError(f"{where}: column '{name}' is not in its contract.")
        kept[name] = {**extra, "name": name, "nullable": True}
    return kept


def _typed(values: pd.Series, field: Mapping, where: str) -> pd.Series:
    dtype = DTYPES[field["type"]]
    try:
        if field["type"] == "boolean":
            return values.map(_boolean).astype(dtype)
        if field["type"] in ("string", "date"):
            return values.astype(dtype)
        return values.astype("Float64").astype(dtype)
    except (ValueError, TypeError) as error:
        raise StudyError(
            f"{where}, column '{field['name']}': a value cannot be read as {field['type']} "
            f"({error})."
        ) from None


def _boolean(value: Any) -> Any:
    return {"True": True, "true": True, "False": False, "false": False}.get(value, value)


@cache
def _schema(name: str, columns: tuple[str, ...]):
    import pandera.pandas as pa

    terms = contract(name)
    fields = {field["name"]: field for field in terms["columns"]}
    extra = {"nullable": True, **terms.get("extra_columns", {})}
    return pa.DataFrameSchema(
        {
            column: pa.Column(
                DTYPES[fields.get(column, extra)["type"]],
                checks=_checks(fields.get(column, extra)),
                nullable=fields.get(column, extra).get("nullable", False),
            )
            for column in columns
        },
        unique=terms.get("key") or None,
    )


def _checks(field: Mapping) -> list:
    import pandera.pandas as pa

    checks = []
    if "enum" in field:
        checks.append(pa.Check.isin([str(value) for value in field["enum"]]))
    if "minimum" in field:
        checks.append(pa.Check.ge(field["minimum"]))
    if "maximum" in field:
        checks.append(pa.Check.le(field["maximum"]))
    if field["type"] == "date":
        checks.append(pa.Check.str_matches(r"^\d{4}(-\d{2}(-\d{2})?)?$"))
    return checks


def _sentence(failures: pd.DataFrame, where: str) -> str:
    first = failures.iloc[0]
    row = "" if first["index"] is None else f", row {int(first['index']) + 2}"
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    return (
        f"{where}, column '{first['column']}'{row}: {first['failure_case']} breaks "
        f"'{first['check']}'{more}."
    )
