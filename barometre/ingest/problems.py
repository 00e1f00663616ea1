"""Every problem of a study at once: settings, codebook, scales, published figures, exports.

The jobs of a build stop at the first problem; this gathers them all, with the line of the file
that each stands on. Both use the same checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from barometre import codebook as codebooks
from barometre import study
from barometre.describe.facts import published_problems
from barometre.errors import StudyError
from barometre.ingest.check import unfit_answers
from barometre.ingest.checksums import verify
from barometre.ingest.clean import clean
from barometre.ingest.export import Export
from barometre.ingest.problem import Problem, record_lines, whole
from barometre.ingest.read import read_exports
from barometre.ingest.settings_problems import loaded, settings_problems
from barometre.ingest.states import condition
from barometre.ingest.units import lay_out


def problems(folder: str | Path) -> list[Problem]:
    """Problems of the study in `folder`, sorted by file and row; none where all is well."""
    folder = Path(folder)
    if not folder.is_dir():
        return [Problem(folder.name, 0, 0, "there is no such study folder.")]
    found = list(settings_problems(folder))
    settings = loaded(folder, found)
    themes = (settings or {}).get("measure", {}).get("themes")
    try:
        found.extend(_tables(folder, themes))
        codebook = codebooks.tolerant(folder)
    except StudyError as error:
        found.append(whole(error, folder))
        codebook = None
    found.extend(_published(folder))
    if codebook is not None:
        found.extend(_conditions(folder, codebook))
    if settings is not None:
        found.extend(_exports(folder, settings, codebook))
    return sorted(set(found))


def _tables(folder: Path, themes: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Problems of codebook.csv and scales.csv."""
    missing = [name for name, _ in codebooks.TABLES if not (folder / f"{name}.csv").is_file()]
    for name in missing:
        yield Problem(f"{name}.csv", 0, 0, "the file is missing; every study has one.")
    if missing:
        return
    lines = {f"{name}.csv": record_lines(folder / f"{name}.csv") for name, _ in codebooks.TABLES}
    for name, row, said in codebooks.problems(folder, themes):
        yield Problem(name, row, lines[name].get(row, 0), said.lstrip(", :"))


def _published(folder: Path) -> Iterator[Problem]:
    path = folder / "published.csv"
    if not path.is_file():
        yield Problem("published.csv", 0, 0, "the file is missing; the header alone is allowed.")
        return
    lines = record_lines(path)
    for row, said in published_problems(path):
        yield Problem("published.csv", row, lines.get(row, 0), said.lstrip(", :"))


def _conditions(folder: Path, codebook: codebooks.Codebook) -> Iterator[Problem]:
    """Conditions of the codebook that cannot be read, or ask for an answer no scale has."""
    lines = record_lines(folder / "codebook.csv")
    for row, (item, text) in enumerate(codebook.items["shown_if"].items(), start=2):
        if not text:
            continue
        try:
            parts = condition(str(text), codebook.items.index, "")
        except StudyError as error:
            said = str(error).lstrip(", :")
            yield Problem("codebook.csv", row, lines.get(row, 0), said)
            continue
        for asked, wanted in parts:
            allowed = set(codebook.levels(asked)) | {""}
            if len(allowed) > 1 and (lost := sorted(wanted - allowed)):
                said = (
                    f"item '{item}' is shown if '{asked}' is '{lost[0]}', which is not on the "
                    f"scale of '{asked}'; mend 'shown_if' or scales.csv."
                )
                yield Problem("codebook.csv", row, lines.get(row, 0), said)


def _exports(
    folder: Path, settings: Mapping[str, Any], codebook: codebooks.Codebook | None
) -> Iterator[Problem]:
    """Problems of the raw files: their checksums, their form, and answers off the codebook."""
    try:
        paths = study.export_files(settings, folder)
    except StudyError:
        return  # told with the missing files
    absent = [path for path in paths if not Path(path).is_file()]
    if absent and settings["exports"]["download"]:
        return  # not fetched yet: the build fetches and checks them
    recorded = study.definition_files(settings, folder.parent, folder.name)
    for path in [*recorded, str(folder / "published.csv"), *paths]:
        try:
            verify([path], f"{folder.parent}/SOURCES.csv")
        except StudyError as error:
            yield whole(error, folder, path)
    if codebook is None:
        return
    try:
        export = read_exports(paths, settings["exports"], codebook, settings.get("privacy"))
    except StudyError as error:
        yield whole(error, folder, paths[0] if len(paths) == 1 else None)
        return
    yield from _cleaning(folder, settings, codebook, export)
    named = {Path(path).name: path for path in paths}
    lines: dict[str, dict[int, int]] = {}
    for place, said in unfit_answers(export, codebook, settings["clean"]):
        path = named.get(place.file, place.file)
        if place.row and path not in lines:
            text = Path(path).suffix.lower() in (".csv", ".tsv", ".txt")
            lines[path] = _raw_lines(Path(path)) if text else {}
        at = lines.get(path, {}).get(place.row, 0)
        yield Problem(f"exports/{place.file}", place.row, at, said)


def _cleaning(
    folder: Path, settings: Mapping[str, Any], codebook: codebooks.Codebook, export: Export
) -> Iterator[Problem]:
    """Steps that name what is not there, and responses that are no unit."""
    try:
        batch = clean(export.answers, export.respondents, codebook, settings["clean"]).batch
    except StudyError as error:
        yield whole(error, folder)
        return
    try:
        lay_out(batch, codebook, settings["units"], str(folder.parent), str(folder / "matches.csv"))
    except StudyError as error:
        yield whole(error, folder)


def _raw_lines(path: Path) -> dict[int, int]:
    """Lines of the records of an export; none where it is not plain UTF-8."""
    try:
        return record_lines(path)
    except UnicodeDecodeError:
        return {}
