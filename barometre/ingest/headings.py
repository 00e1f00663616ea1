"""The columns of an export by their headings: those of the tool and those of the questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from barometre.errors import StudyError
from barometre.ingest.delimited import Cell
from barometre.ingest.wording import key, plain

# What a tool's own column is for; any other word: it never leaves the reader.
ROLES = {"id", "started", "submitted", "complete", "language", "duration"}


@dataclass(frozen=True)
class Columns:
    """Headings and cells of one export, column by column.

    Attributes
    ----------
    heads : heading of each column, with uniform spaces
    cells : answers of each column, "" where blank
    own : role -> column of the tool's own that plays it (the first that does)
    dropped : the tool's other columns, names and addresses among them
    asked : columns of questions, in their order; columns without heading and answer are left out
    """

    heads: list[str]
    cells: list[list[str]]
    own: dict[str, int]
    dropped: list[int]
    asked: list[int]

    @property
    def told(self) -> str:
        """The number of columns of the file, and of what."""
        tools = len(self.heads) - len(self.asked) - self.blank
        return (
            f"{len(self.heads)}: {tools} of the tool, {len(self.asked)} of questions, "
            f"{self.blank} without heading and answer"
        )

    @property
    def blank(self) -> int:
        """Columns without heading and answer."""
        return len(self.heads) - len(self.asked) - len(self.own) - len(self.dropped)

    def of(self, role: str) -> list[str] | None:
        """The cells of the tool's column with this role; None where there is none."""
        return self.cells[self.own[role]] if role in self.own else None


def columns_of(
    rows: Sequence[Sequence[Cell]],
    heading: int,
    first: int,
    tool: Mapping[str, str],
    where: str,
    *,
    leading: bool = False,
    left_out: Collection[int] = (),
) -> Columns:
    """Columns of a table whose headings stand in one row.

    Parameters
    ----------
    rows : all records of the file
    heading, first : number from 0 of the record with the headings, and of the first response
    tool : heading of the tool's own columns, as `wording.key` makes it -> role, or "" for a column
        that never leaves the reader
    leading : whether the tool's columns stand before the first question only, so that a later one
        of such a heading is a question
    left_out : further columns that are no questions

    Raises
    ------
    StudyError : a record has more cells than there are headings.
    """
    heads = [plain(cell or "") for cell in rows[heading]]
    body = rows[first:]
    for number, row in enumerate(body, start=first + 1):
        if any(row[len(heads) :]):
            raise StudyError(
                f"{where}, record {number}: {len(row)} cells under {len(heads)} headings; quote "
                "the cells that contain the separator, or export again."
            )
    cells = [
        [plain(row[at] or "") if at < len(row) else "" for row in body] for at in range(len(heads))
    ]
    own: dict[str, int] = {}
    dropped: list[int] = []
    asked: list[int] = []
    for at, head in enumerate(heads):
        role = "" if at in left_out else tool.get(key(head)) if head else None
        if at not in left_out and leading and asked:
            role = None
        if role is None:
            asked += [at] if head or any(cells[at]) else []
        elif role in ROLES and role not in own:
            own[role] = at
        else:
            dropped.append(at)
    return Columns(heads, cells, own, dropped, asked)
