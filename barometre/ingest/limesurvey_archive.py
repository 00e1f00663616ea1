"""LimeSurvey's archive (.lsa): a zip of XML that carries the questionnaire and the responses.

It is the fullest form: NULL fields are absent, blank ones are empty elements, and the table of
timings says on which page a question stands. The list of participants in it is never opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from barometre.errors import StudyError
from barometre.ingest.limesurvey_codes import from_keys
from barometre.ingest.limits import BROKEN, whole_xml
from barometre.ingest.questions import Question, read_questions

if TYPE_CHECKING:
    import pandas as pd

MOST = 300_000_000  # bytes of one table, unpacked


def read_archive(path: str | Path) -> pd.DataFrame:
    """The responses of an archive, NULL as missing, columns under item codes.

    Raises
    ------
    StudyError : it is no whole archive with one table of responses, or a table is broken.
    """
    questions = read_questions(path)
    codes = from_keys(questions)
    try:
        with zipfile.ZipFile(path) as archive:
            table = _table(archive, ".lsr", codes, path)
            if any(name.endswith(".lsi") for name in archive.namelist()):
                timings = _table(archive, ".lsi", timing_codes(questions), path)
                table = _beside(table, timings, path)
    except BROKEN as error:
        raise StudyError(f"{path}: this is no whole LimeSurvey archive ({error}).") from None
    return table


def is_archive(path: str | Path) -> bool:
    """Whether a file is a zip with a table of responses in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".lsr") for name in archive.namelist())
    except BROKEN:
        return False


def timing_codes(questions: list[Question]) -> dict[str, str]:
    """`452781X1X1time` as `nomcollTime`, `452781X1time` as `groupTime1`, as in a CSV export."""
    codes = {f"{question.key}time": f"{question.code}Time" for question in questions}
    for question in questions:
        group = question.key.rpartition("X")[0]
        codes[f"{group}time"] = f"groupTime{group.rpartition('X')[2]}"
    return codes


def _table(
    archive: zipfile.ZipFile, suffix: str, codes: dict[str, str], path: str | Path
) -> pd.DataFrame:
    import pandas as pd

    inside = [info for info in archive.infolist() if info.filename.endswith(suffix)]
    if len(inside) != 1 or inside[0].file_size > MOST:
        raise StudyError(
            f"{path}: expected one {suffix} table of at most {MOST / 1e6:.0f} MB in the archive "
            f"and found {len(inside)}; export the survey archive again, of a survey with responses."
        )
    where = f"{path}, {inside[0].filename}"
    names: list[str] = []
    rows: list[dict[str, str]] = []
    with archive.open(inside[0]) as source:
        for tag, cells in _elements(source, where):
            if tag == "fieldname":
                names.append(cells[0][1])
            else:
                rows.append(_record(cells, f"{where}, row {len(rows) + 1}"))
    tags = {_tag(name): name for name in names}
    for number, row in enumerate(rows, start=1):
        if unknown := [tag for tag in row if tag not in tags]:
            raise StudyError(
                f"{where}, row {number}: the field '{unknown[0]}' is not in the table's list of "
                "fields; export the archive again."
            )
    body = [[row.get(tag) for tag in tags] for row in rows]
    columns = [codes.get(name, name) for name in tags.values()]
    return pd.DataFrame(body, columns=columns, dtype=object)


def _tag(name: str) -> str:
    """The element's name of a field: XML names begin with no digit and hold no `#`."""
    return f"_{name.replace('#', '-')}" if name[:1].isdigit() else name


def _elements(source: IO[bytes], where: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each `fieldname` and each `row` with its cells, one after the other."""
    from defusedxml.ElementTree import iterparse

    with whole_xml(where):
        for _, element in iterparse(source, forbid_dtd=True):
            if element.tag == "fieldname":
                yield "fieldname", [("", element.text or "")]
            elif element.tag == "row":
                yield "row", [(cell.tag, cell.text or "") for cell in element]
                element.clear()


def _record(cells: list[tuple[str, str]], where: str) -> dict[str, str]:
    record = dict(cells)
    if len(record) < len(cells):
        raise StudyError(f"{where}: a field stands twice; export the archive again.")
    return record


def _beside(table: pd.DataFrame, timings: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """The timings of each response behind its answers."""
    if "id" not in table or "id" not in timings or timings["id"].duplicated().any():
        raise StudyError(
            f"{path}: responses and timings have no ids in common; export the archive again."
        )
    own = ["id", *(name for name in timings.columns if name not in table.columns)]
    return table.merge(timings[own], on="id", how="left", validate="m:1")
