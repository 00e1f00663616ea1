"""Which tool wrote an export, by its first rows."""

from __future__ import annotations

from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest import delimited, kobo, sheets
from barometre.ingest.limits import check_file
from barometre.ingest.wording import plain

# First heading of a LimeSurvey export whose headings are texts, in some of its languages.
FULL_HEADINGS = {"id de la reponse", "id de la réponse", "response id", "antwort id"}
LARGE = 20_000_000  # bytes
CANNOT = {
    ".lsa": "a LimeSurvey archive",
    ".lss": "a LimeSurvey structure",
    ".json": "a JSON export",
    ".sav": "an SPSS file",
    ".zsav": "an SPSS file",
    ".dta": "a Stata file",
}


def reader_of(path: str | Path) -> str:
    """Name of the reader for a file.

    Raises
    ------
    StudyError : the file is of no form that a reader knows, or of one that cannot be read yet.
    """
    check_file(path)
    if (kind := CANNOT.get(Path(path).suffix.lower())) is not None:
        raise StudyError(
            f"{path}: {kind} cannot be read yet; export the responses as CSV or XLSX with question "
            "codes as headings."
        )
    rows = _first_rows(path)
    heads = [plain(cell or "").casefold() for cell in rows[0]]
    if heads[0] == "id" and {"submitdate", "lastpage"} <= set(heads):
        return "limesurvey"
    if any(row and plain(row[0] or "").casefold() == "respondent id" for row in rows[:10]):
        return "surveymonkey"
    if kobo.is_mine(rows):
        return "kobo"
    if heads[0] in FULL_HEADINGS:
        raise StudyError(
            f"{path}: this is a LimeSurvey export with texts as headings, which cannot be read "
            "yet; export again with 'Question code' as headings."
        )
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
