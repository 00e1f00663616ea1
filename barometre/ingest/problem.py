"""One problem of a study, and the lines on which the records of a table begin."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from barometre.errors import StudyError


@dataclass(frozen=True, order=True)
class Problem:
    """A problem: its file below the study, the row and line it stands on (0: the whole file)."""

    file: str
    row: int
    line: int
    said: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        line = f", line {self.line}" if self.line else ""
        return f"{self.file}{row}{line}: {self.said}"


def record_lines(path: Path) -> dict[int, int]:
    """Row (the heading is 1) -> line on which the record begins; blank lines are no record."""
    lines: dict[int, int] = {}
    begins = 1
    with open(path, encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        try:
            for cells in reader:
                if cells:
                    lines[len(lines) + 1] = begins
                begins = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError):
            return lines
    return lines


def whole(error: StudyError, folder: Path, path: str | None = None) -> Problem:
    """A sentence that begins with its path, as a problem of that file."""
    said = str(error)
    for begin in ([path] if path else []) + [f"{folder}/"]:
        if said.startswith(begin):
            break
    else:
        begin = ""
    name = (
        Path(path).relative_to(folder).as_posix() if path and path.startswith(f"{folder}/") else ""
    )
    rest = said.removeprefix(begin)
    if not path and begin:
        name, _, rest = rest.partition(":")
        name, _, place = name.partition(", ")
        rest = f"{place}: {rest}" if place else rest
    elif said.startswith(("codebook.csv", "scales.csv", "study.yaml")):
        name, _, rest = said.partition(",")
    row = re.match(r"[,: ]*row (\d+)[,: ]*", rest)
    line = re.match(r"[,: ]*line (\d+)[,: ]*", rest)
    begun = row or line
    rest = rest[begun.end() :] if begun else rest
    at = int(row.group(1)) if row else 0
    on = int(line.group(1)) if line else 0
    return Problem(name or folder.name, at, on, rest.lstrip(",: "))
