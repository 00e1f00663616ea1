"""Which tool wrote an export, by its first rows."""

from __future__ import annotations

from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest import delimited, kobo, sheets, statfile_open
from barometre.ingest.limesurvey_archive import is_archive
from barometre.ingest.limesurvey_codes import MANDATORY
from barometre.ingest.limesurvey_headings import texts_as_headings
from barometre.ingest.limesurvey_vv import is_vv
from barometre.ingest.limits import check_file
from barometre.ingest.tools import TOOLS
from barometre.ingest.wording import plain

LIMESURVEY_FORMS = {".lsa", ".json", ".dat"}
LARGE = 20_000_000  # bytes


def reader_of(path: str | Path) -> str:
    """Name of the reader for a file.

    Raises
    ------
    StudyError : the file is of no form that a reader knows, or of one that cannot be read yet.
    """
    check_file(path)
    suffix = Path(path).suffix.lower()
    if suffix == ".lss":
        raise StudyError(
            f"{path}: a LimeSurvey structure cannot be read yet; export the responses as CSV or "
            "XLSX with question codes as headings."
        )
    if suffix in statfile_open.SUFFIXES:
        names = set(statfile_open.open_table(path, rows=False).values.columns)
        return "limesurvey" if names >= MANDATORY else "statfile"
    if suffix == ".lsa" and not is_archive(path):
        raise StudyError(
            f"{path}: this is no whole LimeSurvey archive with responses in it; export it again."
        )
    if suffix in LIMESURVEY_FORMS or (suffix not in sheets.WORKBOOKS and is_vv(path)):
        return "limesurvey"
    rows = _first_rows(path)
    heads = [plain(cell or "").casefold() for cell in rows[0]]
    if heads[0] == "id" and set(heads) >= MANDATORY:
        return "limesurvey"
    if any(row and plain(row[0] or "").casefold() == "respondent id" for row in rows[:10]):
        return "surveymonkey"
    if kobo.is_mine(rows):
        return "kobo"
    for name, tool in TOOLS.items():
        if tool.is_mine(rows):
            return name
    if texts_as_headings([cell or "" for cell in rows[0]]):
        return "limesurvey"
    raise StudyError(
        f"{path}: the form of this file is not recognised from its {len(rows[0])} headings; name "
        "it with --reader (table: one row per respondent; long_table needs --study)."
    )


def _first_rows(path: str | Path) -> list[list[delimited.Cell]]:
    """The first rows of a table; of a large text, those in its first part."""
    if (
        Path(path).suffix.lower() in sheets.WORKBOOKS | sheets.PARQUET
        or Path(path).stat().st_size < LARGE
    ):
        return sheets.open_sheet(path, {}).rows
    return delimited.first_rows(path)
