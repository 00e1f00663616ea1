"""The first job of a study: are its raw files what they were, and do its parts fit together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre import codebook as codebooks
from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.batch import Batch
from barometre.ingest.cells import impossible
from barometre.ingest.checksums import verify
from barometre.ingest.clean import batch_of
from barometre.ingest.export import Export
from barometre.ingest.read import read_exports
from barometre.study import downloads, sha256

if TYPE_CHECKING:
    import pandas as pd


def check_study(
    settings: Mapping[str, Any], raw: str | Path, exports: Sequence[str], others: Sequence[str]
) -> pd.DataFrame:
    """Check raw files, codebook and exports of a study; stop at the first thing that is wrong.

    Parameters
    ----------
    settings : the study's settings
    raw : folder data/raw, which holds SOURCES.csv and the study's folder
    exports, others : raw files of the study: the exports, and codebook, scales, register, published
        figures and so on

    Returns
    -------
    The table `checked`: file (relative to `raw`), sha256, recorded_in.

    Raises
    ------
    StudyError : a raw file differs from its recorded SHA-256 or has none; an item of the exports
        is not in the codebook or the other way round; an answer is not on its item's scale.
    """
    folder = Path(raw) / settings["id"]
    checked = check_files([*exports, *others], raw, folder, settings["exports"]["download"])
    codebook = codebooks.load(folder, settings["measure"].get("themes", {}))
    export = read_exports(exports, settings["exports"], codebook, settings.get("privacy"))
    check_answers(export, codebook, settings["clean"])
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

    verify(list(paths), f"{raw}/SOURCES.csv")
    fetched = fetched_hashes(folder) if download else {}
    rows = []
    for path in paths:
        found = sha256(path)
        book = fetched.get(Path(path).name, {}).get(found, "SOURCES.csv")
        rows.append((Path(path).relative_to(raw).as_posix(), found, book))
    return pd.DataFrame(rows, columns=["file", "sha256", "recorded_in"])


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
    steps: Sequence[Mapping[str, Any]],
) -> None:
    """Every answer is on its item's scale, every number a number and every date a date.

    Raises
    ------
    StudyError : the first answer that does not fit, with file, response and column.
    """
    for where, said in unfit_answers(export, codebook, steps):
        raise StudyError(f"{where.file}{f', row {where.row}' if where.row else ''} {said}")


@dataclass(frozen=True)
class Place:
    """A record of a file: its name, and its row from 1 where the reader can tell it (else 0)."""

    file: str
    row: int = 0


def unfit_answers(
    export: Export, codebook: Codebook, steps: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Place, str]]:
    """Answers that do not fit the codebook: where each stands and what is wrong with it.

    Unreadable numbers and dates pass where the study has the step `blank_impossible`.
    """
    batch = batch_of(export.answers, export.respondents)
    blanked = any(step["step"] == "blank_impossible" for step in steps)
    rows = _rows(batch, export)
    for item in batch.values.columns:
        if item not in codebook.items.index or codebook.items.at[item, "role"] == "ignore":
            continue
        allowed = set(codebook.levels(item)) | {""}
        kind = codebook.items.at[item, "kind"]
        if kind in ("scale", "choice", "rank", "yes_no", "tick") and len(allowed) > 1:
            wrong = batch.values[item][~batch.values[item].isin(allowed)]
            for respondent, answer in wrong.items():
                yield (
                    rows[respondent],
                    f"(response {respondent}), column '{item}': the answer '{answer}' is not on "
                    f"its scale ({_shortened(allowed - {''})}); add it to scales.csv or correct "
                    "the codebook.",
                )
        elif not blanked:
            for respondent, reason in impossible(batch, item, codebook).items():
                yield (
                    rows[respondent],
                    f"(response {respondent}), column '{item}': "
                    f"'{batch.values.at[respondent, item]}' is {reason}; add the step "
                    "blank_impossible to `clean` in study.yaml to have such answers blanked and "
                    "logged, or correct the codebook.",
                )


def _rows(batch: Batch, export: Export) -> dict[Any, Place]:
    """Respondent -> place, as far as the reader told how many heading rows there are."""
    found = export.reading[export.reading["what"] == "heading rows"]
    heads = dict(zip(found["file"], found["found"], strict=True))
    places: dict[Any, Place] = {}
    at: dict[str, int] = {}
    for respondent, name in batch.respondents["source_file"].items():
        at[name] = at.get(name, 0) + 1
        known = heads.get(name)
        places[respondent] = Place(str(name), at[name] + int(known) if known else 0)
    return places


def _shortened(answers: set[str], most: int = 12) -> str:
    listed = sorted(answers)
    more = ", ..." if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
