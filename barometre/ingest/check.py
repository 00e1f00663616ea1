"""The first job of a study: are its raw files what they were, and do its parts fit together?"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre import codebook as codebooks
from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.batch import Batch
from barometre.ingest.cells import impossible
from barometre.ingest.clean import batch_of
from barometre.ingest.export import Export
from barometre.ingest.read import read_exports
from barometre.study import downloads, sha256

if TYPE_CHECKING:
    import pandas as pd


def check_study(
    settings: Mapping[str, Any], raw: str | Path, exports: Sequence[str], definition: Sequence[str]
) -> pd.DataFrame:
    """Check raw files, codebook and exports of a study; stop at the first thing that is wrong.

    Parameters
    ----------
    settings : the study's settings
    raw : folder data/raw, which holds SOURCES.csv and the study's folder
    exports, definition : raw files of the study

    Returns
    -------
    The table `checked`: file (relative to `raw`), sha256, recorded_in.

    Raises
    ------
    StudyError : a raw file differs from its recorded SHA-256 or has none; an item of the exports
        is not in the codebook or the other way round; an answer is not on its item's scale.
    """
    folder = Path(raw) / settings["id"]
    checked = check_files([*exports, *definition], raw, folder, settings["exports"]["download"])
    codebook = codebooks.load(folder, settings["measure"].get("themes", {}))
    export = read_exports(exports, settings["exports"], codebook)
    check_answers(export, codebook, exports, settings["clean"])
    return checked


def check_files(
    paths: Sequence[str], raw: str | Path, folder: Path, download: bool
) -> pd.DataFrame:
    """SHA-256 of each raw file, held against SOURCES.csv, or downloads.csv for what is fetched.

    Raises
    ------
    StudyError : a file has another hash than the recorded one, or none is recorded.
    """
    import pandas as pd

    recorded = recorded_hashes(Path(raw) / "SOURCES.csv")
    fetched = fetched_hashes(folder) if download else {}
    rows = []
    for path in paths:
        relative = Path(path).relative_to(raw).as_posix()
        found = sha256(path)
        right = fetched.get(Path(path).name) if "/exports/" in relative else None
        if right is not None:
            if found not in right:
                raise StudyError(
                    f"{path}: this is not the file that was published (SHA-256 {found[:12]}..., "
                    f"expected {' or '.join(f'{known[:12]}...' for known in right)} as in "
                    f"{folder}/downloads.csv); delete it and fetch it again."
                )
            rows.append((relative, found, right[found]))
            continue
        if relative not in recorded:
            raise StudyError(
                f"{path}: the file is not in {raw}/SOURCES.csv; record it with "
                "`python -m barometre sources`."
            )
        if found != recorded[relative]:
            raise StudyError(
                f"{path}: the raw file has changed since it was recorded (SHA-256 {found[:12]}..., "
                f"expected {recorded[relative][:12]}... as in {raw}/SOURCES.csv); restore it, or "
                "record the change with `python -m barometre sources`."
            )
        rows.append((relative, found, "SOURCES.csv"))
    return pd.DataFrame(rows, columns=["file", "sha256", "recorded_in"])


def recorded_hashes(path: Path) -> dict[str, str]:
    """Path relative to data/raw -> SHA-256, from SOURCES.csv."""
    with open(path, encoding="utf-8", newline="") as source:
        return {row["path"]: row["sha256"] for row in csv.DictReader(source)}


def fetched_hashes(folder: Path) -> dict[str, dict[str, str]]:
    """File -> right SHA-256 -> whose it is, from downloads.csv."""
    right: dict[str, dict[str, str]] = {}
    for row in downloads(folder):
        known = {
            row["sha256_mirror"]: "downloads.csv, mirror",
            row["sha256_publisher"]: "downloads.csv, publisher",
        }
        right[row["file"]] = {digest: whose for digest, whose in known.items() if digest}
    return right


def check_answers(
    export: Export,
    codebook: Codebook,
    paths: Sequence[str],
    steps: Sequence[Mapping[str, Any]],
) -> None:
    """Every answer is on its item's scale, every number a number and every date a date.

    Unreadable numbers and dates pass where the study has the step `blank_impossible`.

    Raises
    ------
    StudyError : the first answer that does not fit, with file, response and column.
    """
    batch = batch_of(export.answers, export.respondents)
    blanked = any(step["step"] == "blank_impossible" for step in steps)
    for item in batch.values.columns:
        if item not in codebook.items.index or codebook.items.at[item, "role"] == "ignore":
            continue
        allowed = set(codebook.levels(item)) | {""}
        kind = codebook.items.at[item, "kind"]
        if kind in ("scale", "choice", "rank", "yes_no", "tick") and len(allowed) > 1:
            wrong = batch.values[item][~batch.values[item].isin(allowed)]
            if len(wrong):
                raise StudyError(
                    f"{_place(batch, wrong.index[0], export)}, column '{item}': the answer "
                    f"'{wrong.iloc[0]}' is not on its scale ({_shortened(allowed - {''})}); add it "
                    f"to scales.csv or correct the codebook."
                )
        elif not blanked:
            for respondent, reason in impossible(batch, item, codebook).items():
                raise StudyError(
                    f"{_place(batch, respondent, export)}, column '{item}': "
                    f"'{batch.values.at[respondent, item]}' is {reason}; add the step "
                    "blank_impossible to `clean` in study.yaml to have such answers blanked and "
                    "logged, or correct the codebook."
                )


def _place(batch: Batch, respondent: Any, export: Export) -> str:
    """File and row of a response, as far as the reader told how many heading rows there are."""
    name = batch.respondents.at[respondent, "source_file"]
    heads = export.reading.set_index(["file", "what"])["found"].get((name, "heading rows"))
    same = batch.respondents.index[batch.respondents["source_file"] == name]
    row = f", row {list(same).index(respondent) + 1 + int(heads)}" if heads else ""
    return f"{name}{row} (response {respondent})"


def _shortened(answers: set[str], most: int = 12) -> str:
    listed = sorted(answers)
    more = ", ..." if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
