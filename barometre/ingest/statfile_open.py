"""SPSS and Stata files opened: a child reads them, and PSPP where the child cannot."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.errors import StudyError
from barometre.ingest import guarded

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = {".sav", ".zsav", ".por", ".dta"}
PSPP = "pspp-convert"


@dataclass(frozen=True)
class StatTable:
    """One file.

    Attributes
    ----------
    values : texts, respondents x variables; missing where the cell is (system-)missing
    labels : variable -> its wording
    answers : variable -> answer -> label
    missing : variable -> the answers that the file declares missing, of those that occur (or,
        without rows, that have a label)
    sets : multiple-response set -> its label, variables, and counted value (empty for categories)
    kinds : variable -> text, date or number
    found : what was found out about the file itself, for the table `reading`
    """

    values: pd.DataFrame
    labels: dict[str, str]
    answers: dict[str, dict[str, str]]
    missing: dict[str, list[str]]
    sets: dict[str, dict[str, Any]]
    kinds: dict[str, str]
    found: dict[str, str]


def open_table(path: str | Path, rows: bool = True, encoding: str | None = None) -> StatTable:
    """Read a `.sav`, `.zsav`, `.por` or `.dta` file.

    Parameters
    ----------
    rows : False to leave out the answers
    encoding : a codec name where the file names none or a wrong one

    Raises
    ------
    StudyError : the file cannot be read, with the reason.
    """
    path = Path(path)
    if not path.is_file() or not path.stat().st_size:
        raise StudyError(f"{path}: the file is empty or missing; export it again.")
    until = guarded.deadline(path)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ended = _child(path, folder, rows, encoding, until)
        by_pspp = not ended.well and ended.of_the_reader and path.suffix.lower() != ".dta"
        if by_pspp and shutil.which(PSPP):
            copy = folder / "converted.sav"
            converted = guarded.run([PSPP, str(path), str(copy)], path, until)
            if converted.well and copy.is_file():
                again = _child(copy, folder, rows, encoding, until)
                if again.well:
                    return _table(
                        folder, rows, f"PSPP, since the usual reader failed ({ended.why})"
                    )
        if not ended.well:
            hint = "" if shutil.which(PSPP) else ", or install PSPP, which reads more of them"
            raise StudyError(
                f"{path}: this SPSS or Stata file cannot be read ({ended.why}); export it again, "
                f"or as CSV{hint}."
            )
        return _table(folder, rows, "pyreadstat")


def _child(
    path: Path, folder: Path, rows: bool, encoding: str | None, until: float
) -> guarded.Ended:
    what = "rows" if rows else "names"
    command = [sys.executable, "-m", "barometre.ingest.statfile_child", str(path), str(folder)]
    return guarded.run([*command, what, *([encoding] if encoding else [])], path, until)


def _table(folder: Path, rows: bool, reader: str) -> StatTable:
    import pandas as pd

    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    with open(folder / "columns.jsonl", encoding="utf-8") as source:
        columns = [json.loads(line) for line in source]
    names = about["names"]
    cells = dict(zip(names, columns, strict=True)) if rows else {name: [] for name in names}
    found = {"encoding": about["encoding"] or "not told", "read by": reader}
    if about["mended"]:
        found["mended before reading"] = "; ".join(about["mended"])
    return StatTable(
        pd.DataFrame(cells, columns=names, dtype=object),
        about["labels"],
        about["answers"],
        about["missing"],
        about["sets"],
        about["kinds"],
        found,
    )
