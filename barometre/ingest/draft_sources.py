"""Drafts of a codebook from an XLSForm, an SPSS or Stata file, a survey tool's export or a bare
table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.draft import Draft, from_questions
from barometre.ingest.form import Form
from barometre.ingest.limesurvey_codes import MANDATORY, from_underscores, own
from barometre.ingest.limits import check_file
from barometre.ingest.questions import Labels, read_questions
from barometre.ingest.recognise import reader_of
from barometre.ingest.statfile_open import SUFFIXES, open_table
from barometre.ingest.tools import TOOLS
from barometre.ingest.values import iso_date, number
from barometre.ingest.wording import plain
from barometre.ingest.xlsform import form_rows, from_form

FEW = 12  # different answers that still look like a list of options


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
    if suffix in SUFFIXES:
        return from_statfile(path), "SPSS or Stata file"
    if suffix == ".xlsx" and (rows := form_rows(path)) is not None:
        return from_form(*rows), "XLSForm"
    tool = _tool(path)
    if tool in TOOLS:
        return from_export(TOOLS[tool].form(path, {}, None)), f"{tool} export"
    return from_table(path), "table"


def _tool(path: str | Path) -> str:
    """Name of the reader that recognises a file; "" where none does."""
    try:
        return reader_of(path)
    except StudyError:
        return ""


def from_statfile(path: str | Path) -> Draft:
    """The draft of an SPSS or Stata file, by its variable and value labels."""
    table = open_table(path, rows=False)
    names = list(table.values.columns)
    tool = set(names) >= MANDATORY
    codes = from_underscores(names, [], 1) if tool else {}
    boxes = {name for one in table.sets.values() if one["counted"] for name in one["variables"]}
    draft = Draft()
    for name in names:
        if tool and own(name):
            continue
        item, said = codes.get(name, name), {"": plain(table.labels[name] or name)}
        answers = table.answers.get(name, {})
        options = {code: {"": plain(text)} for code, text in answers.items()}
        if name in boxes:
            draft.add(item, "tick", said)
        elif set(options) == {"Y", "N"}:
            draft.add(item, "yes_no", said)
        elif set(options) - set(table.missing[name]):
            ordered = len(options) > 2 and all(re.fullmatch(r"-?\d+", code) for code in options)
            draft.add(item, "scale" if ordered else "choice", said, options)
            draft.without_level(draft.items[-1]["scale"], table.missing[name])
        else:
            draft.add(item, table.kinds[name], said)
    return draft


def from_export(form: Form) -> Draft:
    """The draft of a survey tool's export: wording of questions and options, kinds and answers.

    Kinds and answers that the export does not tell are guessed from the cells.
    """
    draft = Draft()
    for item in form.items:
        kind, told = item.kind, dict(item.answers)
        if not kind and told:
            kind = "choice"
        elif not kind or kind == "rank":
            guessed, options = kind_of([cell for cell in item.cells if cell])
            kind, told = kind or guessed, {option: option for option in options}
        answers = {code: {"": text} for code, text in told.items()}
        draft.add(item.code, kind, {"": item.label}, answers or None)
        if not item.kind and not item.answers:
            draft.guesses.append((item.code, f"kind {kind}", "the cells of its column"))
    return draft


def from_table(path: str | Path) -> Draft:
    """The draft of a bare table with one row per respondent, by what stands in its columns."""
    rows = sheets.open_sheet(path, {}).rows
    heads = [plain(cell or "") for cell in rows[0]]
    tool = heads[:1] == ["id"] and set(heads) >= MANDATORY
    draft = Draft()
    for at, head in enumerate(heads):
        cells = [plain(row[at] or "") for row in rows[1:] if at < len(row)]
        if not head or (tool and own(head)) or (tool and "[" not in head and not any(cells)):
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
