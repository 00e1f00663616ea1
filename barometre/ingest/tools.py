"""The survey tools whose exports are read as forms, in the order in which they are tried.

Each is a module with `is_mine` (does it know the first rows?) and `form` (items and respondents),
from which `reader` makes the three tables of `Export` and `barometre new` drafts a codebook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.ingest import (
    alchemer,
    eusurvey,
    google_forms,
    jisc,
    microsoft_forms,
    qualtrics,
    sphinx,
)
from barometre.ingest.export import Export
from barometre.ingest.form import export

TOOLS = {
    "qualtrics": qualtrics,
    "eusurvey": eusurvey,
    "jisc": jisc,
    "microsoft_forms": microsoft_forms,
    "alchemer": alchemer,
    "google_forms": google_forms,
    "sphinx": sphinx,
}


def reader(tool: str) -> Callable[[str | Path, Mapping[str, Any], Codebook | None], Export]:
    """How a tool's exports are read.

    The function raises StudyError where the tool's `form` does, where two items have one code, and
    where a column is not in the codebook.
    """

    def read(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Export:
        return export(TOOLS[tool].form(path, options, codebook), codebook)

    return read
