"""The forms in which LimeSurvey gives responses, beside CSV and XLSX, as one table each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import (
    limesurvey_archive,
    limesurvey_dat,
    limesurvey_json,
    limesurvey_vv,
    statfile_open,
)
from barometre.ingest.limesurvey_codes import (
    MANDATORY,
    SYSTEM,
    TABLE_NAME,
    from_underscores,
    undecimal,
)
from barometre.ingest.structure import structure_codebook

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = {"number", "count"}


@dataclass(frozen=True)
class Responses:
    """Responses as LimeSurvey keeps them.

    Attributes
    ----------
    table : cells as text with NULL as missing, columns under item codes
    found : what was found out about the file, for the table `reading`
    tells_null : whether NULL and a blank text are told apart
    codebook : the study's, or the one of the questionnaire that the file itself carries
    """

    table: pd.DataFrame
    found: dict[str, str]
    tells_null: bool
    codebook: Codebook | None


def open_form(
    path: str | Path, options: Mapping[str, Any], codebook: Codebook | None
) -> Responses | None:
    """The responses in an archive, JSON, VV or SPSS export; None for any other file.

    Raises
    ------
    StudyError : the file is of one of these forms and cannot be read.
    """
    suffix = Path(path).suffix.lower()
    encoding = options.get("encoding")
    if suffix == ".lsa":
        codebook = codebook or structure_codebook(path)
        table = limesurvey_archive.read_archive(path)
        opened = Responses(table, {"form": "archive"}, True, codebook)
    elif suffix == ".json":
        table = limesurvey_json.read_json(path, encoding)
        opened = Responses(table, {"form": "JSON"}, True, codebook)
    elif suffix == ".dat":
        table, found = limesurvey_dat.read_dat(path, codebook, encoding)
        opened = Responses(table, {"form": "SPSS, answers and syntax", **found}, False, codebook)
    elif suffix in statfile_open.SUFFIXES:
        opened = _sav(path, codebook, encoding)
    elif limesurvey_vv.is_vv(path):
        opened = _vv(path, codebook, encoding)
    else:
        return None
    _check(opened.table, str(path))
    return replace(opened, table=_tidied(opened.table, opened.codebook))


def _vv(path: str | Path, codebook: Codebook | None, encoding: str | None) -> Responses:
    table = limesurvey_vv.read_vv(path, encoding)
    keyed = [name for name in table.columns if TABLE_NAME.fullmatch(name)]
    if keyed and codebook is not None and "key" in codebook.items:
        keys = dict(zip(codebook.items["key"], codebook.items.index, strict=True))
        codes = {name: keys.get(name, name) for name in table.columns}
    elif keyed:
        raise StudyError(
            f"{path}, row 2: '{keyed[0]}' is a name of LimeSurvey's own tables (VV of version 1); "
            "name the questionnaire (.lss or .lsa) with --structure, or export the VV again in the "
            "last version."
        )
    else:
        known = [] if codebook is None else codebook.items.index
        codes = from_underscores(table.columns, known, 0)
    found = {"form": f"VV, version {1 if keyed else 2}"}
    return Responses(table.rename(columns=codes), found, True, codebook)


def _sav(path: str | Path, codebook: Codebook | None, encoding: str | None) -> Responses:
    opened = statfile_open.open_table(path, encoding=encoding)
    known = [] if codebook is None else codebook.items.index
    codes = from_underscores(opened.values.columns, known, 1)
    table = opened.values.rename(columns=codes)
    return Responses(table, {"form": "SPSS file", **opened.found}, False, codebook)


def _check(table: pd.DataFrame, where: str) -> None:
    """The columns that every export of LimeSurvey has, and no name twice.

    Raises
    ------
    StudyError : one is missing, or a name stands twice.
    """
    missing = [name for name in SYSTEM if name in MANDATORY and name not in table.columns]
    if missing:
        raise StudyError(
            f"{where}: there is no column '{missing[0]}', which LimeSurvey writes into every "
            "export of responses; export them again with question codes (or correct "
            "'exports.reader' in study.yaml)."
        )
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise StudyError(f"{where}: two columns are '{twice[0]}'; export the responses again.")


def _tidied(table: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    """One sign for a line break, as CSV has it; numbers without the decimals of a database."""
    known = {} if codebook is None else codebook.items["kind"].to_dict()
    for name in table.columns:
        cells = table[name].dropna()
        if name in known:
            number = known[name] in NUMBERS
        else:
            number = len(cells) > 0 and all(cell[-11:-10] == "." for cell in cells)
        tidy = undecimal if number else _one_break
        table[name] = table[name].map(tidy, na_action="ignore").astype(object)
    return table


def _one_break(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")
