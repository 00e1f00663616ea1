"""Alchemer (once SurveyGizmo): the CSV or XLSX of all responses.

The tool's own columns stand first (Response ID, Time Started, Date Submitted, Status, ...). A
question is headed by its text, a part of it by `part:question`: a row of a grid, a text box of a
list, an option of "tick all that apply", or what was typed under "Other - Write In". Colons occur
in texts, too, so a heading is taken apart only where the text behind the colon heads another
column as well, alone or behind another part.

Item codes are slugs (`barometre.ingest.codes`): `question`, `question[part]`, `question[other]`. A
column whose only answer repeats its part is a box; answers that one column joins by `;` become
boxes `question[option]` (`barometre.ingest.boxes`).

Responses are complete, partial or disqualified (`Status`; the last are not complete). A blank of a
partial response after its last answer was not reached. The date of submission is that of complete
responses. Address, place, session and browser never leave the reader.

Options
-------
encoding, separator, sheet : see `barometre.ingest.sheets`
items : code -> code to use instead; parts follow their question
choices : question -> list of its options; an empty list leaves the question whole
dates : `dmy` or `mdy`, where the time stamps do not tell which stands first
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.codebook import Codebook
from barometre.ingest import sheets
from barometre.ingest.boxes import Splitter, choices_of
from barometre.ingest.codes import OTHER, Codes, renamed_of
from barometre.ingest.delimited import Cell
from barometre.ingest.form import TICKED, Form, Item, respondents
from barometre.ingest.headings import Columns, columns_of
from barometre.ingest.wording import key, plain

TOOL = {
    "response id": "id",
    "time started": "started",
    "date submitted": "submitted",
    "status": "complete",
    "language": "language",
    **dict.fromkeys(("contact id", "legacy comments", "comments", "referer", "sessionid"), ""),
    **dict.fromkeys(("session id", "user agent", "extended referer", "longitude", "latitude"), ""),
    **dict.fromkeys(("country", "city", "state region", "postal", "ip address", "tags"), ""),
    **dict.fromkeys(("extended user agent", "link name", "url variables", "email"), ""),
}
DONE = {"complete": True, "partial": False, "disqualified": False}


def is_mine(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first rows are those of this tool."""
    heads = [key(cell or "") for cell in rows[0][:4]]
    return {"time started", "date submitted", "status"} <= set(heads)


def form(path: str | Path, options: Mapping[str, Any], codebook: Codebook | None) -> Form:
    """Items and respondents of an export.

    Raises
    ------
    StudyError : it cannot be read as a table, or a response has no id.
    """
    sheet = sheets.open_sheet(path, options)
    columns = columns_of(sheet.rows, 0, 1, TOOL, str(path), leading=True)
    ids, about, found = respondents(columns, options, lambda text: DONE.get(key(text)))
    codes = Codes(renamed_of(options))
    splitter = Splitter(";", codes, codebook, choices=choices_of(options), typed_apart=True)
    items = _items(columns, codes, splitter)
    told = {
        **sheets.findings(sheet),
        "tool": "Alchemer",
        "heading rows": "1",
        **found,
        "checkbox columns": str(sum(item.kind == "tick" for item in items)),
        **splitter.found,
        "states": "a question left blank and one that was not shown look alike; after the last "
        "answer of a partial response nothing was reached",
    }
    return Form(str(path), ids, items, about, told)


def _items(columns: Columns, codes: Codes, splitter: Splitter) -> list[Item]:
    parted = parts([columns.heads[at] for at in columns.asked])
    # The column of a question itself and those of its parts share the question's code.
    items: list[Item] = []
    for at, (part, question) in zip(columns.asked, parted, strict=True):
        cells = columns.cells[at]
        if not part:
            repeated = sum(two == ("", question) for two in parted) > 1
            code = codes.question(question) if repeated else codes.grid(question)
            items += splitter.items(code, question, cells)
            continue
        code = codes.grid(question)
        label = f"{question} | {part}"
        if key(part).startswith(OTHER):
            items.append(Item(codes.other(code), label, cells, "text"))
        elif {plain(cell) for cell in cells} - {""} == {part}:
            ticked = [TICKED if cell else "" for cell in cells]
            items.append(Item(codes.part(code, part), label, ticked, "tick"))
        else:
            items.append(Item(codes.part(code, part), label, cells))
    return items


def parts(heads: Sequence[str]) -> list[tuple[str, str]]:
    """(part, question) of each heading; the part is "" where the heading is a question."""
    whole = Counter(heads)
    behind = Counter(tail for head in heads for tail in {cut[1] for cut in _cuts(head)})
    found = []
    for head in heads:
        known = [cut for cut in _cuts(head) if whole[cut[1]] or behind[cut[1]] > 1]
        found.append(known[0] if known else ("", head))
    return found


def _cuts(head: str) -> list[tuple[str, str]]:
    """All ways to cut a heading at a colon; of two colons in a row, at the last."""
    ends = [at for at, sign in enumerate(head) if sign == ":" and head[at + 1 : at + 2] != ":"]
    return [
        (plain(head[:at]).rstrip(":"), plain(head[at + 1 :]))
        for at in ends
        if head[:at].strip(": ") and head[at + 1 :].strip()
    ]
