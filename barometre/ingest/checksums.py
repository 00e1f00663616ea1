"""Checksums of the raw files: one command writes `data/raw/SOURCES.csv`, every run reads it.

    python -m barometre sources

Listed is every file below `data/raw` that holds material: exports, codebooks, scales, published
figures, the register. Not listed are `study.yaml` (settings) and `PROVENANCE.md` (prose), and what
a study downloads, which `downloads.csv` pins.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

from barometre import study
from barometre.errors import StudyError

COLUMNS = ("path", "bytes", "sha256", "licence", "source")
UNLISTED = {"SOURCES.csv", "study.yaml", "PROVENANCE.md"}
RAW = Path("data/raw")


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `python -m barometre sources`."""
    parser.add_argument(
        "--raw", default=str(RAW), help="folder of the raw files (default data/raw)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Write SOURCES.csv and say what is new, changed or gone since it was last written."""
    raw = Path(arguments.raw)
    before = recorded(raw / "SOURCES.csv")
    after = listing(raw, before)
    with open(raw / "SOURCES.csv", "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(after[path] for path in sorted(after))
    for path in sorted({*before, *after}):
        if path not in before:
            print(f"new      {path}")
        elif path not in after:
            print(f"gone     {path}")
        elif before[path]["sha256"] != after[path]["sha256"]:
            print(f"changed  {path}")
    print(f"{raw / 'SOURCES.csv'}: {len(after)} files")


def listing(raw: Path, known: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Path below `raw` -> its row; licence and source are kept from `known` where it has them."""
    rows = {}
    for path in sorted(raw.rglob("*")):
        name = path.relative_to(raw).as_posix()
        if not path.is_file() or not _material(path, raw):
            continue
        given = known.get(name, {})
        rows[name] = {
            "path": name,
            "bytes": str(path.stat().st_size),
            "sha256": study.sha256(path),
            "licence": given.get("licence") or _licence(path, raw),
            "source": given.get("source") or f"{path.relative_to(raw).parts[0]}/PROVENANCE.md",
        }
    return rows


def recorded(sources: str | Path) -> dict[str, dict[str, str]]:
    """Rows of SOURCES.csv by path; none where there is no file yet."""
    if not Path(sources).is_file():
        return {}
    with open(sources, encoding="utf-8", newline="") as source:
        return {row["path"]: row for row in csv.DictReader(source)}


def verify(paths: list[str], sources: str) -> None:
    """Stop at the first raw file that is not what was recorded.

    Parameters
    ----------
    paths : raw files, below the folder of `sources`
    sources : path of SOURCES.csv

    Raises
    ------
    StudyError : a file is missing, is not recorded, or its SHA-256 is another than the recorded
        one; for a download, than both of those in its study's downloads.csv.
    """
    raw = Path(sources).parent
    known = recorded(sources)
    for path in paths:
        if not Path(path).is_file():
            raise StudyError(
                f"{path}: the file is missing; put it back (from git, or fetch the study again)."
            )
        name = Path(path).resolve().relative_to(raw.resolve()).as_posix()
        expected = {known[name]["sha256"]} if name in known else _pinned(raw, name)
        if not expected:
            raise StudyError(
                f"{path}: the file has no row in {sources}; if it belongs there, record it with "
                "`python -m barometre sources`."
            )
        found = study.sha256(path)
        if found not in expected:
            book = sources if name in known else f"{raw}/{name.split('/')[0]}/downloads.csv"
            raise StudyError(
                f"{path}: the file has changed: its SHA-256 is {found[:12]}... and {book} expects "
                f"{min(expected)[:12]}...; put the recorded file back, or, if the change is meant, "
                "record it (`python -m barometre sources`)."
            )


def _material(path: Path, raw: Path) -> bool:
    parts = path.relative_to(raw).parts
    if path.name in UNLISTED or any(part.startswith((".", "~")) for part in parts):
        return False
    fetched = (
        len(parts) > 2 and parts[1] == "exports" and (raw / parts[0] / "downloads.csv").exists()
    )
    return len(parts) > 1 and not fetched


def _licence(path: Path, raw: Path) -> str:
    settings = raw / path.relative_to(raw).parts[0] / "study.yaml"
    if not settings.is_file():
        return "see PROVENANCE.md"
    said = (study.read_yaml(settings) or {}).get("licence")
    return said or study.schema("study")["properties"]["licence"]["default"]


def _pinned(raw: Path, name: str) -> set[str]:
    """Both right hashes of a download; none for another file."""
    folder, _, rest = name.partition("/exports/")
    if not rest or not (raw / folder / "downloads.csv").is_file():
        return set()
    rows = [row for row in study.downloads(raw / folder) if row["file"] == rest]
    return {row[key] for row in rows for key in ("sha256_publisher", "sha256_mirror") if row[key]}
