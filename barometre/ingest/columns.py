"""Large CSV files taken apart by columns: Arrow cuts the cells, each text is looked at once.

A column is a list of its different texts and, for each response, which of them it gave. What a
reader does to texts (recode, check, take for blank) is then done once per text and not once per
cell. Quoted and bare blanks stay apart (`""` is a text, a bare blank is NULL).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.delimited import separator_of
from barometre.ingest.states import condition

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

STATES = ("answered", "empty", "not_shown", "not_reached", "refused", "unknown")
HEAD = 1 << 16
BLOCK = 1 << 23  # bytes; no cell of a questionnaire is longer


@dataclass(frozen=True)
class Column:
    """The cells of one column.

    Attributes
    ----------
    codes : for each response the position in `texts`, -1 for NULL; int32, shape (responses,)
    texts : the different texts; after a recoding two may be the same
    """

    codes: np.ndarray
    texts: list[str]

    def of_texts(self, function: Callable[[str], Any], null: Any, dtype: Any) -> np.ndarray:
        """`function` of each cell's text, and `null` for NULL; shape (responses,)."""
        import numpy as np

        return np.array([*map(function, self.texts), null], dtype=dtype)[self.codes]

    def blank(self) -> np.ndarray:
        """Which cells are NULL or an empty text."""
        return self.of_texts(lambda text: text == "", True, bool)

    def counts(self) -> dict[str, int]:
        """How often each text stands there; NULL counts as an empty text."""
        import numpy as np

        found = dict.fromkeys([*self.texts, ""], 0)
        for text, n in zip(["", *self.texts], np.bincount(self.codes + 1).tolist(), strict=False):
            found[text] += n
        return {text: n for text, n in found.items() if n}

    def recoded(self, texts: list[str]) -> Column:
        """The column with other texts in the place of its own."""
        return replace(self, texts=texts)


@dataclass(frozen=True)
class Columns:
    """A table by columns, with the separator and whether bare and quoted blanks both occur."""

    columns: dict[str, Column]
    separator: str
    tells_bare: bool


def read_columns(path: str | Path, options: Mapping[str, Any]) -> Columns | None:
    """The table in a UTF-8 CSV file; None where it is anything else or not quite even.

    What comes back as None is for the readers of single cells, which say what is wrong.
    """
    import pyarrow as pa
    from pyarrow import csv

    with open(path, "rb") as source:
        raw = source.read(HEAD)
        quotes = raw.count(b'"')
        while chunk := source.read(BLOCK):
            quotes += chunk.count(b'"')
    if quotes % 2:
        return None  # a quote is not closed, which Arrow does not mind
    try:
        head = raw.decode("utf-8", "strict" if len(raw) < HEAD else "ignore").removeprefix("\ufeff")
        whole = head[: head.rindex("\n")] if len(raw) == HEAD else head
        separator = options.get("separator") or separator_of(whole, str(path))
    except (UnicodeDecodeError, ValueError, StudyError):
        return None
    if options.get("encoding", "utf-8").lower() not in ("utf-8", "utf8", "utf-8-sig"):
        return None
    parse = csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    read = csv.ReadOptions(block_size=BLOCK)
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        with csv.open_csv(path, read_options=read, parse_options=parse) as opened:
            names = opened.schema.names
        if len(set(names)) < len(names):
            return None
        convert = csv.ConvertOptions(
            column_types=dict.fromkeys(names, text),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        table = csv.read_csv(path, read_options=read, parse_options=parse, convert_options=convert)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    columns: dict[str, Column] = {}
    for name in names:
        columns[name] = _column(table.column(0))
        table = table.remove_column(0)  # its memory is free for the next
    if any("\0" in text for column in columns.values() for text in column.texts):
        return None
    bare = any((column.codes < 0).any() for column in columns.values())
    quoted = any("" in column.texts for column in columns.values())
    return Columns(columns, separator, bare and quoted)


def _column(chunked: Any) -> Column:
    one = chunked.unify_dictionaries().combine_chunks()
    codes = one.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Column(codes, one.dictionary.to_pylist())


def settle(
    columns: Mapping[str, Column], codebook: Codebook | None, unreached: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """State of every cell as a position in `STATES`; `barometre.ingest.states.settle` by columns.

    Parameters
    ----------
    unreached : item -> which cells stand after the last page seen; items may be absent
    """
    import numpy as np

    at = {state: np.int8(number) for number, state in enumerate(STATES)}
    settled = {}
    for item, column in columns.items():
        known = codebook is not None and item in codebook.items.index
        told = codebook.states(item) if known and codebook is not None else {}
        special = {answer: at[state] for answer, state in told.items() if state != "answered"}
        state = column.of_texts(
            lambda text, special=special: special.get(text, 0) if text else at["empty"],  # type: ignore[misc]
            at["empty"],
            np.int8,
        )
        blank = column.blank()
        shown_if = (
            str(codebook.items.at[item, "shown_if"]) if known and codebook is not None else ""
        )
        if shown_if and codebook is not None:
            row = codebook.items.index.get_loc(item) + 2
            asked = condition(shown_if, codebook.items.index, f"codebook.csv, row {row}")
            for other, wanted in asked:
                if other in columns:
                    met = columns[other].of_texts(wanted.__contains__, "" in wanted, bool)
                    state[blank & ~met] = at["not_shown"]
        if item in unreached:
            state[blank & unreached[item]] = at["not_reached"]
        settled[item] = state
    return settled


def long_table(
    ids: list[str], columns: Mapping[str, Column], settled: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """The canonical long table as categories: one row per respondent and item."""
    import numpy as np
    import pandas as pd

    n, k = len(ids), len(columns)
    texts: dict[str, int] = {}
    values = np.empty((n, k), dtype=np.int32)
    states = np.empty((n, k), dtype=np.int8)
    places = [
        np.array([*(texts.setdefault(t, len(texts)) if t else -1 for t in one.texts), -1], np.int32)
        for one in columns.values()
    ]
    for rows in _blocks(n):
        for at, (item, column) in enumerate(columns.items()):
            values[rows, at] = places[at][column.codes[rows]]
            states[rows, at] = settled[item][rows]
    respondents, items = np.empty((n, k), dtype=np.int32), np.empty((n, k), dtype=np.int16)
    respondents[:] = np.arange(n)[:, None]
    items[:] = np.arange(k)

    def categories(codes: np.ndarray, names: Any) -> pd.Categorical:
        dtype = pd.CategoricalDtype(pd.Index(list(names), dtype=object))
        return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)

    return pd.DataFrame(
        {
            "respondent_id": categories(respondents.ravel(), ids),
            "item": categories(items.ravel(), columns),
            "value": categories(values.ravel(), texts),
            "state": categories(states.ravel(), STATES),
        },
        copy=False,
    )


def _blocks(n: int, rows: int = 8192) -> Iterator[slice]:
    """Rows in blocks that stay in the processor's cache while a table is turned round."""
    yield from (slice(begin, begin + rows) for begin in range(0, n, rows))


def _turned(table: np.ndarray) -> np.ndarray:
    """The transpose of a table, in memory order."""
    import numpy as np

    result = np.empty(table.shape[::-1], dtype=table.dtype)
    for rows in _blocks(len(table)):
        result[:, rows] = table[rows].T
    return result


def grid_of(
    answers: pd.DataFrame, respondents: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Values and states, respondents x items, of a long table of categories.

    None where the table is no whole grid in the order of `long_table`.
    """
    import numpy as np
    import pandas as pd

    if not all(isinstance(dtype, pd.CategoricalDtype) for dtype in answers.dtypes):
        return None
    ids, items = (answers[name].cat.categories for name in ("respondent_id", "item"))
    n, k = len(ids), len(items)
    if len(answers) != n * k or not ids.equals(respondents.astype(object)):
        return None
    who, what, value, state = (
        answers[name].cat.codes.to_numpy().reshape(n, k)
        for name in ("respondent_id", "item", "value", "state")
    )
    if (who != np.arange(n)[:, None]).any() or (what != np.arange(k)[None, :]).any():
        return None
    texts = np.array([*answers["value"].cat.categories, ""], dtype=object)
    value, state = _turned(value), _turned(state)
    values = {item: _compact(value[at], texts) for at, item in enumerate(items)}
    dtype = answers["state"].dtype
    states = {
        item: pd.Categorical.from_codes(state[at], dtype=dtype, validate=False)
        for at, item in enumerate(items)
    }
    index = pd.Index(respondents, dtype=object)
    return (
        pd.DataFrame(values, index=index, copy=False),
        pd.DataFrame(states, index=index, copy=False),
    )


def _compact(codes: np.ndarray, texts: np.ndarray) -> pd.Categorical:
    """A column with its own few texts for categories; "", for blank (-1), is always one."""
    import numpy as np
    import pandas as pd

    used = np.zeros(len(texts), dtype=bool)
    used[codes] = True
    used[-1] = False
    own = np.flatnonzero(used)
    place = np.zeros(len(texts), dtype=np.int32)
    place[own] = np.arange(1, len(own) + 1)
    dtype = pd.CategoricalDtype(pd.Index(["", *texts[own]], dtype=object))
    return pd.Categorical.from_codes(place[codes], dtype=dtype, validate=False)
