"""Drafts of a codebook from an XLSForm, an SPSS file or a bare table."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.draft import Draft, from_questions
from barometre.ingest.limesurvey import SYSTEM, TIMING
from barometre.ingest.limits import check_file
from barometre.ingest.questions import Labels, read_questions
from barometre.ingest.values import iso_date, number
from barometre.ingest.wording import plain
from barometre.ingest.xlsform import form_rows, from_form

FEW = 12  # different answers that still look like a list of options
# Read in a process of its own: some files end the reader's process.
SPSS = """
import json, sys, pyreadstat
_, meta = pyreadstat.read_sav(sys.argv[1], metadataonly=True)
print(json.dumps([meta.column_names, meta.column_names_to_labels,
    {k: {str(int(c) if isinstance(c, float) and c.is_integer() else c): t for c, t in v.items()}
     for k, v in meta.variable_value_labels.items()}, meta.readstat_variable_types]))
"""


def draft_of(path: str | Path) -> tuple[Draft, str]:
    """A draft of the codebook in or behind a file, and what the file is.

    Raises
    ------
    StudyError : the file cannot be read as a questionnaire or as a table.
    """
    check_file(path)
    suffix = Path(path).suffix.lower()
    if suffix in (".lss", ".lsa"):
        return from_questions(read_questions(path)), "LimeSurvey structure"
    if suffix == ".txt" and Path(path).read_bytes()[:200].startswith(
        (b"id\trelated_id", b"class\t")
    ):
        return from_questions(read_questions(path)), "LimeSurvey structure"
    if suffix in (".sav", ".zsav"):
        return from_spss(path), "SPSS file"
    if suffix == ".xlsx" and (rows := form_rows(path)) is not None:
        return from_form(*rows), "XLSForm"
    return from_table(path), "table"


def from_spss(path: str | Path) -> Draft:
    """The draft of an SPSS file, by its variable and value labels."""
    command = [sys.executable, "-c", SPSS, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        raise StudyError(f"{path}: reading the labels took more than a minute.") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["the reader's process ended"])[-1]
        raise StudyError(
            f"{path}: the labels cannot be read ({last}); draft the codebook from the "
            "questionnaire's structure or a CSV export instead."
        )
    names, labels, answers, types = json.loads(done.stdout)
    draft = Draft()
    for name in names:
        said = {"": plain(labels.get(name) or name)}
        options = {code: {"": plain(text)} for code, text in answers.get(name, {}).items()}
        if options:
            ordered = len(options) > 2 and all(re.fullmatch(r"-?\d+", code) for code in options)
            draft.add(name, "scale" if ordered else "choice", said, options)
        else:
            draft.add(name, "text" if types.get(name) == "string" else "number", said)
    return draft


def from_table(path: str | Path) -> Draft:
    """The draft of a bare table with one row per respondent, by what stands in its columns."""
    rows = sheets.open_sheet(path, {}).rows
    heads = [plain(cell or "") for cell in rows[0]]
    tool = heads[:1] == ["id"] and {"submitdate", "lastpage"} <= set(heads)
    draft = Draft()
    for at, head in enumerate(heads):
        cells = [plain(row[at] or "") for row in rows[1:] if at < len(row)]
        own = tool and (head in SYSTEM or TIMING.fullmatch(head))
        if not head or own or (tool and "[" not in head and not any(cells)):
            continue
        kind, options = kind_of([cell for cell in cells if cell])
        kind = "tick" if kind == "yes_no" and tool and "N" not in cells else kind
        answers: dict[str, Labels] = {option: {"": option} for option in options}
        draft.add(head, kind, {"": head}, answers or None)
        draft.guesses.append((head, f"kind {kind}", "the cells of its column"))
    return draft


def kind_of(cells: list[str]) -> tuple[str, list[Any]]:
    """What the cells of a column look like, and the options where they are few."""
    different = sorted(set(cells))
    if different and set(different) <= {"Y", "N"}:
        return "yes_no", []
    numbers = all(number(cell) == number(cell) for cell in different)
    if different and numbers:
        whole = all(re.fullmatch(r"\d{1,2}", cell) for cell in different)
        if whole and 2 < len(different) <= FEW and len(cells) >= 3 * len(different):
            return "scale", sorted(different, key=int)
        return "number", []
    if different and all(iso_date(cell) for cell in different):
        return "date", []
    if 1 < len(different) <= FEW and len(cells) >= 3 * len(different):
        return "choice", different
    return "text", []
