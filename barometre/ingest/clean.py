"""Cleaning: named steps in the order of study.yaml, every removed row and changed cell logged.

docs/cleaning.md lists the steps with their parameters. After each step the rows that went in are
the rows that came out plus the rows that the log says were removed; a run in which they are not
stops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.ingest import cells, drops, flags, repeats
from barometre.ingest.batch import Batch, Entry, Step, changed_cells
from barometre.ingest.columns import grid_of

if TYPE_CHECKING:
    import pandas as pd

STEPS: dict[str, tuple[Step, str]] = {
    "drop_marked": (drops.drop_marked, "rows marked for exclusion"),
    "drop_without_consent": (drops.drop_without_consent, "responses without consent"),
    "drop_tests": (drops.drop_tests, "tests of the form"),
    "drop_abandoned": (drops.drop_abandoned, "forms opened and left"),
    "drop_unfinished": (drops.drop_unfinished, "responses given up too early"),
    "drop_exact_duplicates": (drops.drop_exact_duplicates, "forms sent twice"),
    "drop_repeated_units": (repeats.drop_repeated_units, "further responses of the same unit"),
    "merge_repeated_units": (repeats.merge_repeated_units, "responses merged into another"),
    "aggregate_units": (repeats.aggregate_units, "responses counted together with another"),
    "read_numbers": (cells.read_numbers, "nothing: numbers written out are read"),
    "flag_outliers": (cells.flag_outliers, "nothing: outliers are flagged"),
    "blank_impossible": (cells.blank_impossible, "nothing: impossible values are blanked"),
    "flag_straightliners": (flags.flag_straightliners, "nothing: straightliners are flagged"),
    "flag_speeders": (flags.flag_speeders, "nothing: speeders are flagged"),
}
LOG = ["step", "action", "respondent_id", "item", "before", "after", "reason"]


@dataclass(frozen=True)
class Cleaned:
    """Responses after all steps, with the tables `cleaning_log` and `response_flow`.

    `several` holds the respondents that the step `aggregate_units` counted as one, as they were
    before it; None where a study has no such step.
    """

    batch: Batch
    log: pd.DataFrame
    flow: pd.DataFrame
    several: repeats.Several | None = None


class RowsLostError(AssertionError):
    """A step lost or invented rows: a fault of the program, not of the study."""


def batch_of(answers: pd.DataFrame, respondents: pd.DataFrame) -> Batch:
    """The long table of answers as respondents x items; respondents keep their order.

    A respondent without any row in `answers` has every item empty. A table of categories that is
    a whole grid, as large exports are read, stays one of categories.
    """
    about = respondents.set_index("respondent_id")
    whole = grid_of(answers, about.index)
    if whole is not None:
        return Batch(*whole, about)
    items = list(dict.fromkeys(answers["item"]))
    ids = list(about.index)
    wide = answers.pivot(index="respondent_id", columns="item", values=["value", "state"])
    return Batch(
        values=wide["value"].reindex(index=ids, columns=items).astype(object).fillna(""),
        states=wide["state"].reindex(index=ids, columns=items).astype(object).fillna("empty"),
        respondents=about,
    )


def clean(
    answers: pd.DataFrame,
    respondents: pd.DataFrame,
    codebook: Codebook,
    steps: Sequence[Mapping[str, Any]],
) -> Cleaned:
    """Run the steps of study.yaml.

    Parameters
    ----------
    answers, respondents : tables of the contracts of the same names
    steps : `clean` of study.yaml; each names its step and its parameters

    Raises
    ------
    StudyError : a step names an unknown item or parameter.
    RowsLostError : rows in are not rows out plus rows logged.
    """
    batch = batch_of(answers, respondents)
    n = len(batch.values)
    kept_out = left_behind(batch, codebook)
    told = f"; personal columns left behind: {', '.join(kept_out)}" if kept_out else ""
    flow = [("read", n, n, f"nothing: rows as exported{told}")]
    log: list[tuple[str, str, str | None, str | None, str | None, str | None, str]] = [
        ("read", "left behind", None, item, None, None, "its answers are personal data")
        for item in kept_out
    ]
    several = None
    for parameters in steps:
        name = parameters["step"]
        label = _label(name, [row[0] for row in flow])
        function, reason = STEPS[name]
        if name == "aggregate_units" and several is None:
            several = repeats.several(batch, parameters)
        after, entries = function(batch, parameters, codebook)
        check_conserved(batch, after, entries, label)
        flow.append((label, len(batch.values), len(after.values), reason))
        log.extend((label, *entry) for entry in entries)
        batch = after
    return Cleaned(batch, _log_table(log), _flow_table(flow), several)


def left_behind(batch: Batch, codebook: Codebook) -> list[str]:
    """Items of the codebook that the reader took for personal, though they are not declared so."""
    roles = codebook.items["role"]
    return [item for item in roles.index[roles != "personal"] if item not in batch.values.columns]


def check_conserved(before: Batch, after: Batch, entries: Sequence[Entry], step: str) -> None:
    """Rows in = rows out + rows logged as removed, each once; blanks and spellings logged too."""
    import numpy as np

    gone = [entry[1] for entry in entries if entry[0] == "removed"]
    rows_in, rows_out = before.values.index, after.values.index
    stay = np.arange(len(rows_in))
    if gone or not rows_out.equals(rows_in):
        stay = rows_in.get_indexer(rows_out)
        every = np.concatenate([stay, rows_in.get_indexer(gone)])
        if len(every) != len(rows_in) or not np.array_equal(np.sort(every), np.arange(len(every))):
            raise RowsLostError(
                f"step {step}: {len(rows_in)} rows in, {len(rows_out)} out, {len(gone)} logged."
            )
    changed = (
        0
        if before.values is after.values
        else sum(
            changed_cells(before.values[item], after.values[item], stay) for item in before.values
        )
    )
    logged = sum(entry[0] == "changed" for entry in entries)
    if changed != logged:
        raise RowsLostError(f"step {step}: {changed} cells changed, {logged} logged.")


def _label(name: str, used: Sequence[str]) -> str:
    """The step's name, numbered when a study uses it again."""
    times = sum(label.split(" ")[0] == name for label in used)
    return name if not times else f"{name} {times + 1}"


def _log_table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=LOG).astype("string")


def _flow_table(rows: Sequence[tuple[str, int, int, str]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["step", "rows_in", "rows_out", "reason"])
    return frame.assign(position=range(len(frame)))
