"""The codebook that a questionnaire itself gives, for reading an export of it without a study.

Codes, kinds, options, wording in every language and conditions are those of the questionnaire.
What a study decides is left open: every item is a `measure`, so none is removed as personal but
places on a map.

The tables of the codebook have columns beyond those of codebook.csv and scales.csv: `label_<xx>`
for each further language, and `relevance`, the questionnaire's own condition of the items for
which `shown_if` cannot say it.
"""

from __future__ import annotations

from pathlib import Path

from barometre.codebook import Codebook, built
from barometre.errors import StudyError
from barometre.ingest.draft import Draft
from barometre.ingest.draft_sources import draft_of
from barometre.study import schema


def structure_codebook(path: str | Path) -> Codebook:
    """The codebook of a questionnaire (.lss, .lsa, .txt, XLSForm, .sav).

    Raises
    ------
    StudyError : the file is missing, is no questionnaire, or asks nothing.
    """
    if not Path(path).is_file():
        raise StudyError(f"{path}: there is no such file.")
    draft, what = draft_of(path)
    if what == "table":
        raise StudyError(
            f"{path}: this is a table and no questionnaire; give the survey's structure (.lss, "
            ".lsa, .txt, XLSForm or .sav)."
        )
    if not draft.items:
        raise StudyError(f"{path}: there is no question in it.")
    return codebook_of(draft)


def beside(path: str | Path, export: str | Path) -> Path:
    """Where a structure is: at its path, or in the folder of the export."""
    found = Path(path)
    return found if found.is_absolute() or found.is_file() else Path(export).parent / found


def codebook_of(draft: Draft) -> Codebook:
    """A draft as a codebook, with what it knows and without what it guesses of roles and themes."""
    import pandas as pd

    items = pd.DataFrame(draft.items).fillna("").assign(theme="")
    items["role"] = items["role"].where(items["item"].isin(draft.settled), "measure")
    items["relevance"] = [dict(draft.untold).get(item, "") for item in items["item"]]
    scales = pd.DataFrame(draft.scales).fillna("")
    terms = {name: list(schema(name)["properties"]) for name in ("codebook", "scale")}
    book = built(
        items.reindex(columns=terms["codebook"], fill_value=""),
        scales.reindex(columns=terms["scale"], fill_value=""),
    )
    beyond = items.set_index("item").drop(columns=terms["codebook"], errors="ignore")
    more = scales.drop(columns=terms["scale"], errors="ignore")
    return Codebook(book.items.join(beyond), book.scales.join(more))
