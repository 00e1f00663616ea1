"""What the readers of survey tools find in an export: items with wording and cells, respondents.

A reader turns the tool's columns into a `Form`; `export` turns any form into the three tables of
`Export`, and `barometre new` drafts a codebook from it. The same for all tools:

- an option that was ticked has the value `Y`, else nothing, as LimeSurvey writes it;
- a blank is `not_shown` where the codebook's `shown_if` is not met or the tool says that the
  question was not seen, `not_reached` in an incomplete response after its last answer (who ticked
  one box of a question has reached all of them), else `empty`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import listed, states
from barometre.ingest.export import Export
from barometre.ingest.headings import Columns
from barometre.ingest.respondents import reading_table, respondents_table
from barometre.ingest.stamps import read_stamps, seconds_between

if TYPE_CHECKING:
    import pandas as pd

TICKED = "Y"  # the value of a box, as LimeSurvey writes it


@dataclass(frozen=True)
class Item:
    """One item of an export.

    Attributes
    ----------
    label : its wording, `question | part` where it is a part of a question
    cells : answers of all respondents, "" where blank
    kind : `tick`, `rank` or `text` where the export tells, else ""
    answers : code -> label of its answers, where a key lists them
    seen : whether each respondent saw it; None where the export does not tell
    """

    code: str
    label: str
    cells: list[str]
    kind: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    seen: list[bool] | None = None


@dataclass(frozen=True)
class Form:
    """The items of an export, its respondents, and how it was read.

    Attributes
    ----------
    ids : id of each response
    about : columns of the table of respondents (complete, submitted, language, duration_seconds)
    found : what goes into the table `reading`
    """

    where: str
    ids: list[str]
    items: list[Item]
    about: Mapping[str, Sequence[Any] | None]
    found: Mapping[str, str]


def export(form: Form, codebook: Codebook | None) -> Export:
    """The three tables of a form, without the items that the codebook calls personal.

    Raises
    ------
    StudyError : two items have one code, or an item is not in the codebook.
    """
    values = answers_of(form, codebook)
    return tables_of(form, values, _settled(values, form, codebook), codebook)


def answers_of(form: Form, codebook: Codebook | None) -> pd.DataFrame:
    """Answers of a form in the spelling of the codebook's scales, responses x items.

    Raises
    ------
    StudyError : two items have one code, or an item is not in the codebook.
    """
    import pandas as pd

    once: dict[str, Item] = {}
    for item in form.items:
        if item.code in once:
            raise StudyError(
                f"{form.where}: '{once[item.code].label}' and '{item.label}' would both have the "
                f"code '{item.code}'; give one another code with exports.options.items."
            )
        once[item.code] = item
    values = pd.DataFrame({code: item.cells for code, item in once.items()}, dtype=object)
    values = values.reindex(range(len(form.ids))).set_axis(pd.Index(form.ids, dtype=object))
    if codebook is not None:
        listed.check_listed(values.columns, codebook, form.where)
        for code in values.columns:
            values[code] = states.coded(values[code], code, codebook)
    return values


def tables_of(
    form: Form, values: pd.DataFrame, settled: pd.DataFrame, codebook: Codebook | None
) -> Export:
    """The three tables from answers and their states, both responses x items."""
    keep = listed.kept(values.columns, codebook)
    return Export(
        answers=states.long_table(values[keep], settled[keep]),
        respondents=respondents_table(values.index, form.where, **form.about),
        reading=reading_table(form.where, form.found),
    )


def _settled(values: pd.DataFrame, form: Form, codebook: Codebook | None) -> pd.DataFrame:
    """States of all cells; see the head of this module."""
    import pandas as pd

    seen = pd.DataFrame(False, index=values.index, columns=values.columns)
    told = [item for item in form.items if item.seen is not None]
    for item in told:
        seen[item.code] = item.seen
    complete = form.about.get("complete") or [None] * len(form.ids)
    incomplete = pd.Series([done is False for done in complete], index=values.index)
    reached = values.ne("") | seen
    for boxes in _questions_of_boxes(form.items):
        reached[boxes] = reached[boxes].mask(reached[boxes].any(axis=1), True)
    unreached = states.after_last_answer(reached).mul(incomplete, axis=0)
    settled = states.settle(values, codebook, unreached)
    for item in told:
        unseen = (settled[item.code] == "empty") & ~seen[item.code]
        settled[item.code] = settled[item.code].mask(unseen, "not_shown")
    return settled


def _questions_of_boxes(items: Sequence[Item]) -> list[list[str]]:
    """The codes of the boxes of each question: whoever ticked one has seen them all."""
    boxes: dict[str, list[str]] = {}
    for item in items:
        if item.kind == "tick":
            boxes.setdefault(item.code.partition("[")[0], []).append(item.code)
    return list(boxes.values())


def respondents(
    columns: Columns, options: Mapping[str, Any], done: Callable[[str], bool | None]
) -> tuple[list[str], dict[str, Any], dict[str, str]]:
    """Ids, columns of the table of respondents, and findings, from the tool's own columns.

    Parameters
    ----------
    options : of the study; `dates` is used
    done : what the column `complete` says: whether the response was submitted

    Responses without an id are numbered. Where the tool gives no duration, it is the time from
    start to submission.
    """
    n = len(columns.cells[0]) if columns.cells else 0
    about: dict[str, Any] = {}
    found: dict[str, str] = {}
    stamps = {
        role: read_stamps(cells, options.get("dates"))
        for role in ("started", "submitted")
        if (cells := columns.of(role)) is not None
    }
    if stamps:
        found["dates"] = next(iter(stamps.values())).finding
    if (cells := columns.of("duration")) is not None:
        about["duration_seconds"] = [float(t) if t.isdecimal() else None for t in cells]
    elif len(stamps) == 2:
        about["duration_seconds"] = seconds_between(stamps["started"], stamps["submitted"])
    if (cells := columns.of("language")) is not None:
        about["language"] = [text or None for text in cells]
    if (cells := columns.of("complete")) is not None:
        about["complete"] = [done(text) for text in cells]
    if "submitted" in stamps:
        days, complete = stamps["submitted"].days, about.get("complete") or [None] * n
        about["submitted"] = [
            "" if over is False else day for day, over in zip(days, complete, strict=True)
        ]
    ids = columns.of("id")
    found["responses"] = _counted(n, about.get("complete"))
    found["columns"] = columns.told
    if ids is None:
        found["ids"] = "the export has none; responses are numbered 1, 2, ... in its order"
    return ids or [str(number + 1) for number in range(n)], about, found


def _counted(n: int, complete: Sequence[bool | None] | None) -> str:
    if complete is None:
        return f"{n}; the export does not say which are complete"
    return f"{n}, of which complete {sum(done is True for done in complete)}"
