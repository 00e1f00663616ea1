"""Simulated answers in the shape of a LimeSurvey export (CSV, question codes, answer codes).

The shape is that of a genuine export of LimeSurvey 6 (data/raw/metropoles-demo): UTF-8 with a
byte order mark, commas, rows that end in CRLF, every given cell in quotes. A bare cell is NULL: a
question hidden by its condition, a page not reached, a blank number or date. A blank text, an
unanswered list and an unticked box are quoted and empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from barometre.codebook import Codebook
from barometre.ingest.states import condition

SYSTEM = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")
NULL_WHEN_BLANK = {"number", "count", "date"}
BOM = "\ufeff"


@dataclass(frozen=True)
class Response:
    """One row of the export.

    Attributes
    ----------
    answers : item -> answer; what is absent was left blank
    started : when the form was opened
    minutes : how long it took
    last_page : last page seen, where the form was given up; None for a complete response
    language, seed : as LimeSurvey keeps them
    """

    answers: Mapping[str, str]
    started: datetime
    minutes: int
    seed: int
    last_page: int | None = None
    language: str = "fr"

    def with_answers(self, **changes: str) -> Response:
        """The same response with other answers; an empty one is blank."""
        return replace(self, answers={**self.answers, **changes})


@dataclass(frozen=True)
class Form:
    """A questionnaire on its pages.

    Attributes
    ----------
    codebook : items in their order
    first_items : first item of each page, from the first page on
    page_of, kinds, conditions : page, kind and conditions of each item, found from these
    """

    codebook: Codebook
    first_items: Sequence[str]
    page_of: Mapping[str, int] = field(init=False)
    kinds: Mapping[str, str] = field(init=False)
    conditions: Mapping[str, list[tuple[str, set[str]]]] = field(init=False)

    def __post_init__(self) -> None:
        page, pages = 0, {}
        for item in self.codebook.items.index:
            page += item in self.first_items
            pages[str(item)] = page
        items = self.codebook.items
        conditions = {
            str(item): condition(str(text), items.index, f"codebook.csv, item '{item}'")
            for item, text in items["shown_if"].items()
            if text
        }
        object.__setattr__(self, "page_of", pages)
        object.__setattr__(self, "kinds", items["kind"].to_dict())
        object.__setattr__(self, "conditions", conditions)

    def shown(self, item: str, answers: Mapping[str, str]) -> bool:
        """Whether the item's conditions are met by answers that were themselves shown."""
        return all(
            answers.get(asked, "") in wanted and self.shown(asked, answers)
            for asked, wanted in self.conditions.get(item, [])
        )


def export_text(form: Form, responses: Sequence[Response]) -> str:
    """The whole file as text; responses are numbered in the order in which they were started."""
    items = list(form.page_of)
    lines = [_line([*SYSTEM, *items])]
    for number, response in enumerate(sorted(responses, key=lambda one: one.started), start=1):
        lines.append(_line([*_system(number, response, form), *_cells(response, form)]))
    return BOM + "".join(lines)


def _system(number: int, response: Response, form: Form) -> list[str | None]:
    ended = f"{response.started + timedelta(minutes=response.minutes):%Y-%m-%d %H:%M:%S}"
    last = response.last_page
    return [
        str(number),
        ended if last is None else None,
        str(max(form.page_of.values()) if last is None else last),
        response.language,
        str(response.seed),
        f"{response.started:%Y-%m-%d %H:%M:%S}",
        ended,
    ]


def _cells(response: Response, form: Form) -> list[str | None]:
    """Cells in the order of the questionnaire; None is NULL."""
    cells: list[str | None] = []
    for item, page in form.page_of.items():
        answer, kind = response.answers.get(item, ""), form.kinds[item]
        reached = response.last_page is None or page <= response.last_page
        asked = reached and form.shown(item, response.answers)
        if not asked or (not answer and kind in NULL_WHEN_BLANK):
            cells.append(None)
        else:
            cells.append(f"{answer} 00:00:00" if kind == "date" else answer)
    return cells


def _line(cells: Sequence[str | None]) -> str:
    quoted = ("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in cells)
    return ",".join(quoted) + "\r\n"
