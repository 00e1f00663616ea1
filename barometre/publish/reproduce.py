"""Rebuild the shipped studies where no result exists, and compare with what is committed."""

from __future__ import annotations

import argparse
import csv
import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from barometre.errors import StudyError, fail
from barometre.publish.platforms import this_platform

TOLERANCE = 1e-6
COMPARED_AS_NUMBERS = {".csv", ".json"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of `python -m barometre reproduce`."""
    parser.add_argument("--cores", default="4", help="cores for the rebuild (default 4)")
    parser.add_argument("--keep", metavar="FOLDER", help="rebuild in this new folder and keep it")


def run(arguments: argparse.Namespace) -> None:
    """Rebuild in a folder without `results/`, compare, name every file that differs."""
    root = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="barometre ") as temporary:
        copy = Path(arguments.keep or temporary) / "checkout"
        export_without_results(root, copy)
        build(copy, arguments.cores)
        committed = tracked(root, "results")
        differences = list(compare(root, copy, committed))
    if differences:
        print("\n".join(differences), file=sys.stderr)
        fail(f"{len(differences)} of {len(committed)} committed results do not reproduce.")
    print(f"All {len(committed)} committed results reproduce.")


def tracked(root: Path, *paths: str) -> list[str]:
    """Files that git tracks below `paths`, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *paths], cwd=root, capture_output=True, check=False
    )
    if listed.returncode:
        raise StudyError(f"{root}: this is not a git checkout, so nothing says what is committed.")
    return sorted(name for name in listed.stdout.decode().split("\0") if name)


def export_without_results(root: Path, copy: Path) -> None:
    """Copy every tracked file but the results."""
    for name in tracked(root):
        if not name.startswith("results/") and (root / name).is_file():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target)


def build(copy: Path, cores: str) -> None:
    """Run the whole workflow in `copy`; a failed run ends here, with its own message."""
    command = [sys.executable, "-m", "snakemake", "--cores", cores, "--forceall"]
    if subprocess.run(command, cwd=copy, check=False).returncode:
        fail("The rebuild failed; its message is above.")


def compare(committed: Path, rebuilt: Path, names: list[str]) -> Iterator[str]:
    """One sentence for each result that is missing, new or different.

    On the platform of the committed manifest bytes are compared; elsewhere numbers in tables
    and JSON to 1e-6, text exactly, and figures, notebooks and pages through those tables.
    """
    same_platform = platform_of(committed) == this_platform()
    made = {
        str(path.relative_to(rebuilt))
        for path in (rebuilt / "results").rglob("*")
        # Snakemake leaves a hidden time stamp in every folder that a rule makes.
        if path.is_file() and not path.name.startswith(".")
    }
    for name in sorted(made - set(names)):
        yield f"{name}: built, but not committed"
    for name in names:
        if name not in made:
            yield f"{name}: committed, but not built"
            continue
        old, new = committed / name, rebuilt / name
        if old.read_bytes() == new.read_bytes():
            continue
        if same_platform:
            yield f"{name}: the bytes differ"
        elif Path(name).suffix in COMPARED_AS_NUMBERS and name != "results/manifest.json":
            reason = first_difference(cells(old), cells(new))
            if reason:
                yield f"{name}: {reason}"


def platform_of(root: Path) -> dict[str, str]:
    """The platform that the committed manifest was made on."""
    path = root / "results" / "manifest.json"
    if not path.is_file():
        raise StudyError(f"{path}: the manifest is missing, so there is nothing to compare with.")
    return json.loads(path.read_text(encoding="utf-8"))["platform"]


def cells(path: Path) -> list[tuple[str, str]]:
    """(place, text) of every cell of a table or leaf of a JSON file."""
    if path.suffix == ".json":
        return list(leaves("", json.loads(path.read_text(encoding="utf-8"))))
    with open(path, encoding="utf-8", newline="") as source:
        return [
            (f"row {row}, column {column + 1}", text)
            for row, record in enumerate(csv.reader(source), start=1)
            for column, text in enumerate(record)
        ]


def leaves(place: str, value: object) -> Iterator[tuple[str, str]]:
    """(key path, text) of every leaf of a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{place}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(f"{place}[{number}]", inner)
    else:
        yield place, str(value)


def first_difference(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> str | None:
    """Where two files differ by more than the tolerance, or None."""
    if len(old) != len(new):
        return f"{len(old)} cells committed, {len(new)} built"
    for (place, before), (_, after) in zip(old, new, strict=True):
        if before != after and not close(before, after):
            return f"{place}: {before} committed, {after} built"
    return None


def close(before: str, after: str) -> bool:
    """Whether two texts are numbers that agree to the tolerance."""
    try:
        return math.isclose(float(before), float(after), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except ValueError:
        return False
