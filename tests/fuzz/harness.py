"""One fuzzed file through the front door: it is read with every row accounted for, or refused.

Anything but a `StudyError` is a fault of the program, and so is a table in which a response or a
cell is missing, stands twice or has a state that there is not.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest import clean
from barometre.ingest.draft_sources import draft_of
from barometre.ingest.export import Export
from barometre.ingest.read import READERS, read_exports
from barometre.ingest.recognise import reader_of
from barometre.ingest.units import STATES

SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".xlsx",
    ".ods",
    ".json",
    ".lsa",
    ".lss",
    ".parquet",
    ".xls",
    ".csv.gz",
    ".sav",
    ".dat",
)
# Readers to name beside the one that recognises the tool; `long_table` needs options.
NAMED = (None, *sorted(set(READERS) - {"long_table"}), "long_table")
OPTIONS = {"long_table": {"respondent": "id", "item": "item", "value": "value"}}
STEPS = [
    {"step": "drop_exact_duplicates"},
    {"step": "drop_abandoned"},
    {"step": "blank_impossible"},
    {"step": "flag_straightliners"},
]


def outcome(data: bytes, suffix: str, reader: str | None) -> str:
    """`read` or `refused`.

    Raises
    ------
    AssertionError : what was read does not add up.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export{suffix}"
        path.write_bytes(data)
        if suffix in (".lss", ".lsa", ".txt", ".csv", ".xlsx"):
            with contextlib.suppress(StudyError):
                from_structure(path)
        try:
            named = reader or reader_of(path)
            settings = {"reader": named, "options": OPTIONS.get(named, {})}
            export = read_exports([path], settings, None)
        except StudyError as error:
            sentence = str(error)
            assert sentence and "Traceback" not in sentence
            return "refused"
    adds_up(export)
    return "read"


def from_structure(path: Path) -> None:
    """The codebook drafted from a file: every item once, every scale defined."""
    draft, _ = draft_of(path)
    scales = {row["scale"] for row in draft.scales}
    assert all(row["scale"] in scales for row in draft.items if row["scale"])


def adds_up(export: Export) -> None:
    """Every response by every item once, states that exist, blanks without a value."""
    answers, respondents = export.answers, export.respondents
    ids = respondents["respondent_id"].astype(str)
    assert not ids.duplicated().any(), "a response stands twice"
    assert not answers.duplicated(["respondent_id", "item"]).any(), "a cell stands twice"
    assert set(answers["respondent_id"].astype(str)) <= set(ids), "an answer of nobody"
    items = answers["item"].nunique()
    assert len(answers) == len(respondents) * items, "cells are missing"
    assert set(answers["state"]) <= set(STATES), "an unknown state"
    values = answers["value"].astype(object)
    blank = values.isna() | (values == "")
    answered = answers["state"].astype(object) == "answered"
    assert not (blank & answered).any(), "answered without an answer"
    if items and len(respondents):
        cleaned = clean.clean(answers, respondents, NOTHING_KNOWN, STEPS)
        removed = int((cleaned.log["action"] == "removed").sum())
        assert len(cleaned.batch.values) + removed == len(respondents)


def _nothing_known():
    """A codebook without items."""
    import pandas as pd

    from barometre import codebook
    from barometre.study import schema

    columns = (list(schema(name)["properties"]) for name in ("codebook", "scale"))
    return codebook.built(*(pd.DataFrame(columns=names, dtype=str) for names in columns))


NOTHING_KNOWN = _nothing_known()
