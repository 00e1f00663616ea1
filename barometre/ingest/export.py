"""What every reader gives: the answers of an export, who gave them, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Export:
    """The exports of a study as three tables, each of the contract of the same name.

    Attributes
    ----------
    answers : one row per respondent and item (respondent_id, item, value, state), without
        personal items
    respondents : one row per response (respondent_id, complete, submitted, last_page, language,
        duration_seconds, source_file)
    reading : what the reader found out by itself or could not tell (file, what, found)
    """

    answers: pd.DataFrame
    respondents: pd.DataFrame
    reading: pd.DataFrame
