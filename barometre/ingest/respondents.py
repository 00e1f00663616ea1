"""The two small tables beside the answers: who responded, and how the file was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd


def respondents_table(
    ids: pd.Index, path: str | Path, submitted: Sequence[str] | None = None, **columns: Any
) -> pd.DataFrame:
    """One row per response in the order of the file, of the contract `respondents`.

    Raises
    ------
    StudyError : a response has no id or an id stands twice.
    """
    import pandas as pd

    names = pd.Series(ids, dtype="string")
    blank = names.isna() | (names == "")
    if blank.any():
        raise StudyError(
            f"{path}: response number {int(blank.idxmax()) + 1} has no id; is a part of the file "
            "missing?"
        )
    if names.duplicated().any():
        raise StudyError(
            f"{path}: the response id {names[names.duplicated()].iloc[0]} stands twice; remove the "
            "export that repeats it."
        )
    empty = [pd.NA] * len(names)
    days = empty
    if submitted is not None:
        day = {text: day_of(text) for text in set(submitted)}
        days = [day[text] for text in submitted]
    fields = {"complete": empty, "last_page": empty, "language": empty, "duration_seconds": empty}
    fields.update({name: list(values) for name, values in columns.items() if values is not None})
    frame = pd.DataFrame({"respondent_id": names, "submitted": pd.array(days, dtype="string")})
    return frame.assign(
        complete=pd.array(fields["complete"], dtype="boolean"),
        last_page=pd.array(fields["last_page"], dtype="Int64"),
        language=pd.array(fields["language"], dtype="string"),
        duration_seconds=pd.array(fields["duration_seconds"], dtype="Float64"),
        source_file=Path(path).name,
    )


def day_of(text: str | None) -> Any:
    """The ISO date at the head of a time stamp; missing where there is none.

    1980-01-01 is what LimeSurvey writes into anonymised responses without a date stamp: it says
    that the response was submitted, not when.
    """
    import re

    import pandas as pd

    found = re.match(r"\d{4}-\d{2}-\d{2}", text or "")
    if not found or found.group() == "1980-01-01":
        return pd.NA
    return found.group()


def reading_table(path: str | Path, found: Mapping[str, str]) -> pd.DataFrame:
    """What was found out, one row each, of the contract `reading`."""
    import pandas as pd

    rows = [(Path(path).name, what, finding) for what, finding in found.items()]
    return pd.DataFrame(rows, columns=["file", "what", "found"])
