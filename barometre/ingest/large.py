"""Large CSV exports of LimeSurvey and plain tables, read by columns.

The tables are those that the readers of single cells give for the same file (a test compares
them); where a file is not plain enough for this way, it is left to those readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.ingest import (
    limesurvey,
    limesurvey_answers,
    listed,
    notation,
    parquet,
    sheets,
    states,
    tabular,
)
from barometre.ingest.columns import STATES, Column, Columns, long_table, read_columns, settle
from barometre.ingest.delimited import SEPARATORS
from barometre.ingest.export import Export
from barometre.ingest.limesurvey_codes import MANDATORY, own, participants
from barometre.ingest.respondents import reading_table, respondents_table

if TYPE_CHECKING:
    import numpy as np

LARGE = 20_000_000  # bytes
PLAIN = {
    "respondent",
    "submitted",
    "complete",
    "blank",
    "items",
    "encoding",
    "separator",
    "decimal",
    "dates",
}  # options of `table` that are understood here
SUFFIXES = {".csv", ".tsv", ".tab", ".txt"}
PACKED = 10  # Parquet takes about a tenth of the room of the same table as CSV


def read_large(
    path: str | Path,
    reader: str,
    options: Mapping[str, Any],
    codebook: Codebook | None,
    least: int = LARGE,
) -> Export | None:
    """Read a CSV of at least `least` bytes by columns; None where that way is not for it.

    Raises
    ------
    StudyError : as the reader of that name does.
    """
    suffix = Path(path).suffix.lower()
    packed = suffix in sheets.PARQUET
    if reader not in ("limesurvey", "table") or not (packed or suffix in SUFFIXES):
        return None
    if Path(path).stat().st_size * (PACKED if packed else 1) < least:
        return None
    table = parquet.read_parquet(path) if packed else read_columns(path, options)
    if table is None:
        return None
    if reader == "limesurvey":
        return _limesurvey(table, path, options, codebook)
    return _plain(table, path, options, codebook)


def _limesurvey(
    table: Columns, path: str | Path, options: Mapping[str, Any], codebook: Codebook | None
) -> Export | None:
    """LimeSurvey's CSV with question codes and answer codes; see `barometre.ingest.limesurvey`."""
    import numpy as np
    import pandas as pd

    names = list(table.columns)
    if names[0] != "id" or not set(names) >= MANDATORY:
        return None
    known = set() if codebook is None else set(codebook.items.index)
    if codebook is not None and any("." in name or " " in name for name in names):
        return None
    if codebook is not None and codebook.items.get("relevance", pd.Series()).astype(bool).any():
        return None  # conditions that are evaluated row by row
    columns = [name for name in names if name in known or not own(name)]
    if not known.issuperset(participants(names)):
        return None
    items = {
        name: table.columns[name]
        for name in columns
        if name in known or "[" in name or not table.columns[name].blank().all()
    }
    if codebook is not None and "structure" in options and not known.issuperset(items):
        return None  # codes in another spelling
    if codebook is not None:
        listed.check_listed(items, codebook, str(path))
    items = {item: _unmasked(column) for item, column in items.items()}
    if codebook is not None and any(
        not _coded(item, column, codebook) for item, column in items.items()
    ):
        return None  # full answers, or Y and N as 1 and 2: told in words by the reader of cells
    if codebook is None:
        counts = {item: column.counts() for item, column in items.items()}
        hints = limesurvey_answers.refuse_texts(counts, str(path))
    else:
        closed = {item: one.counts() for item, one in items.items() if codebook.levels(item)}
        hints = limesurvey_answers.off_scale(closed, codebook)
    complete = ~table.columns["submitdate"].blank()
    timed, pages_from = limesurvey.pages(names, codebook)
    last = table.columns["lastpage"].of_texts(_whole, -1, np.int32)
    settled = settle(items, codebook, _unreached(items, timed, last, complete))
    if table.tells_bare:
        for item, column in items.items():
            if not _null_is_blank(item, column, codebook):
                bare = (column.codes < 0) & (settled[item] == STATES.index("empty"))
                settled[item][bare] = STATES.index("not_shown")
    kept = listed.kept(items, codebook)
    ids = _texts(table.columns["id"])
    seconds = table.columns.get("interviewtime")
    language = table.columns.get("startlanguage")
    told = {
        **_file(table),
        "tool": "LimeSurvey",
        "heading style": "question codes",
        "heading rows": "1",
        "responses": f"{len(ids)}, of which complete {int(complete.sum())}",
        "columns": f"{len(names)}, of which items {len(items)}",
        "pages": pages_from,
        "states": "NULL and blank are told apart"
        if table.tells_bare
        else "this format cannot tell NULL from blank: conditions come from the codebook only",
        **hints,
    }
    return Export(
        answers=long_table(ids, {k: items[k] for k in kept}, {k: settled[k] for k in kept}),
        respondents=respondents_table(
            ids,  # type: ignore[arg-type]
            path,
            complete=complete,
            submitted=_texts(table.columns["submitdate"]),
            last_page=[None if page < 0 else page for page in last.tolist()],
            language=_texts(language, null=None) if language is not None else None,
            duration_seconds=_decimals(seconds) if seconds is not None else None,
        ),
        reading=reading_table(path, told),
    )


def _plain(
    table: Columns, path: str | Path, options: Mapping[str, Any], codebook: Codebook | None
) -> Export | None:
    """A plain table with one row per respondent; see `barometre.ingest.tabular`."""
    names = [name.strip() for name in table.columns]
    special = {o: options[o] for o in ("respondent", "submitted", "complete") if o in options}
    if not set(options) <= PLAIN or "" in names or len(set(names)) < len(names):
        return None
    if not set(special.values()) <= set(names):
        return None
    gone = {str(text) for text in options.get("blank", [])}
    trimmed = {
        name: column.recoded(["" if (t := text.strip()) in gone else t for text in column.texts])
        for name, column in zip(names, table.columns.values(), strict=True)
    }
    renamed = options.get("items", {})
    items = {
        renamed.get(name, name): column
        for name, column in trimmed.items()
        if name not in special.values()
    }
    if codebook is not None:
        listed.check_listed(items, codebook, str(path))
        items = {
            item: column.recoded(_on_scale(item, column, codebook))
            for item, column in items.items()
        }
    texts: dict[str, list[str]] = {item: column.texts for item, column in items.items()}
    if "submitted" in special:
        texts[tabular.SUBMITTED] = trimmed[special["submitted"]].texts
    changes, notations = notation.uniform(
        texts,
        options,
        codebook,
        str(path),
        dated=[tabular.SUBMITTED] if "submitted" in special else [],
        point=not table.separator,
    )
    items = {item: _changed(column, changes.get(item, {})) for item, column in items.items()}
    settled = settle(items, codebook, {})
    kept = listed.kept(items, codebook)
    n = len(next(iter(trimmed.values())).codes)
    ids = (
        _texts(trimmed[special["respondent"]])
        if "respondent" in special
        else [str(number + 1) for number in range(n)]
    )
    complete = None
    if "complete" in special:
        yes = lambda text: text.casefold() not in tabular.FALSE  # noqa: E731
        complete = trimmed[special["complete"]].of_texts(yes, False, bool)
    told = {
        **_file(table),
        "shape": f"one row per respondent: {n} rows, {len(items)} items",
        "heading rows": "1",
        **notations,
        "states": "a plain table cannot tell why a cell is blank",
    }
    return Export(
        answers=long_table(ids, {k: items[k] for k in kept}, {k: settled[k] for k in kept}),
        respondents=respondents_table(
            ids,  # type: ignore[arg-type]
            path,
            submitted=_texts(
                _changed(trimmed[special["submitted"]], changes.get(tabular.SUBMITTED, {}))
            )
            if "submitted" in special
            else None,
            complete=complete,
        ),
        reading=reading_table(path, told),
    )


def _file(table: Columns) -> dict[str, str]:
    how = {"read": "by columns, as it is large"}
    if not table.separator:
        return {"encoding": "parquet", "separator": "none (parquet)", **how}
    separator = SEPARATORS.get(table.separator, table.separator)
    return {"encoding": "utf-8", "separator": separator, **how}


def _changed(column: Column, changes: Mapping[str, str]) -> Column:
    if not changes:
        return column
    return column.recoded([changes.get(text, text) for text in column.texts])


def _unmasked(column: Column) -> Column:
    if not any(text.startswith("'=") for text in column.texts):
        return column
    return column.recoded([t[1:] if t.startswith("'=") else t for t in column.texts])


def _on_scale(item: str, column: Column, codebook: Codebook) -> list[str]:
    """The column's texts in the spelling of its scale."""
    import pandas as pd

    if not codebook.items.at[item, "scale"]:
        return column.texts
    return list(states.coded(pd.Series(column.texts, dtype=object), item, codebook))


def _coded(item: str, column: Column, codebook: Codebook) -> bool:
    """Whether all answers are codes."""
    import pandas as pd

    texts = pd.Series(column.texts, dtype=object, name=item)
    return list(limesurvey_answers.one_coded(texts, codebook)) == column.texts


def _null_is_blank(item: str, column: Column, codebook: Codebook | None) -> bool:
    """Whether LimeSurvey writes NULL for a blank: numbers and dates."""
    if codebook is not None:
        return codebook.items.at[item, "kind"] in limesurvey.NULL_IS_BLANK
    return all(limesurvey.NUMBER_OR_DATE.fullmatch(text) for text in column.texts if text)


def _unreached(
    items: Mapping[str, Column], timed: Mapping[str, int], last: np.ndarray, complete: np.ndarray
) -> dict[str, np.ndarray]:
    """Cells of incomplete responses after the last page seen, or after the last answer."""
    import numpy as np

    if timed:
        seen = np.maximum(last, 0)
        return {item: (timed.get(item, 0) > seen) & ~complete for item in items}
    after = ~complete
    found: dict[str, np.ndarray] = {}
    for item in reversed(list(items)):
        after = after & (items[item].codes < 0)
        found[item] = after
    return found


def _texts(column: Column, null: str | None = "") -> list[Any]:
    import numpy as np

    return np.array([*column.texts, null], dtype=object)[column.codes].tolist()


def _whole(text: str) -> int:
    number = float(text) if text.replace(".", "", 1).isdigit() else -1
    return int(number) if number == int(number) else -1


def _decimals(column: Column) -> np.ndarray:
    import pandas as pd

    return pd.to_numeric(pd.Series(_texts(column)), errors="coerce").to_numpy()
