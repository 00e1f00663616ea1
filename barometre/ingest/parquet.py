"""Parquet files by columns: each column's different values as the texts an export would print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from barometre.errors import StudyError
from barometre.ingest.columns import Column, Columns
from barometre.ingest.delimited import Sheet
from barometre.ingest.sheets import cell_text

CELLS = 200_000_000  # a file of a few kilobytes can claim any number of rows


def read_parquet(path: str | Path) -> Columns:
    """The table in a Parquet file.

    Raises
    ------
    StudyError : the file is broken or empty, unfolds too far, or has a column of lists or bytes.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            shape = file.metadata.num_rows, file.metadata.num_columns
            if shape[0] * shape[1] > CELLS:
                raise StudyError(
                    f"{path}: {shape[0]} rows of {shape[1]} columns are more than {CELLS} cells; "
                    "split the file."
                )
            names = file.schema_arrow.names
            if not names or not shape[0]:
                raise StudyError(f"{path}: the file is empty; export it again.")
            if len(set(names)) < len(names):
                raise StudyError(f"{path}: two columns have one name; rename one.")
            columns = {name: _column(file, name, path) for name in names}
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        first = str(error).split("\n")[0]
        raise StudyError(f"{path}: this cannot be read as a Parquet file ({first}).") from None
    return Columns(columns, "", False)


def _column(file: Any, name: str, path: str | Path) -> Column:
    import pyarrow as pa

    kind = file.schema_arrow.field(name).type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise StudyError(
            f"{path}, column '{name}': its cells are of the type {kind}, which is no answer; write "
            "one column per option, as texts, numbers or dates."
        )
    column = file.read([name]).column(name)
    if pa.types.is_null(kind):
        column = column.cast(pa.string())
    if not pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    one = column.unify_dictionaries().combine_chunks()
    codes = one.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype("int32")
    return Column(codes, [_text(value) for value in one.dictionary.to_pylist()])


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return (cell_text(value) or "").replace("\0", "")


def as_sheet(table: Columns) -> Sheet:
    """The same table as rows of cells, the headings first."""
    texts = [[*column.texts, None] for column in table.columns.values()]
    codes = [column.codes.tolist() for column in table.columns.values()]
    body = [
        [own[code] for own, code in zip(texts, row, strict=True)]
        for row in zip(*codes, strict=True)
    ]
    return Sheet([list(table.columns), *body], "parquet", "", False)
