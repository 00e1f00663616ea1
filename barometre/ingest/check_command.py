"""`python -m barometre check STUDY`: every problem of a study at once, before anything is built."""

from __future__ import annotations

import argparse
from pathlib import Path

from barometre.errors import StudyError
from barometre.ingest.problems import problems


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `check`."""
    parser.add_argument("study", help="name of a folder in data/raw, or its path")
    parser.add_argument("--raw", default="data/raw", help="folder of the studies")


def run(arguments: argparse.Namespace) -> None:
    """Print the problems, sorted by file and row.

    Raises
    ------
    StudyError : there is a problem; the sentence counts them.
    """
    folder = study_folder(arguments.study, arguments.raw)
    found = problems(folder)
    for problem in found:
        print(problem)
    if found:
        raise StudyError(f"{folder}: {len(found)} problem{'s' * (len(found) > 1)}, listed above.")
    print(f"{folder}: nothing is wrong.")


def study_folder(named: str, raw: str) -> Path:
    """The folder of a study that is named by its path or by its name in `raw`."""
    return Path(named) if Path(named).is_dir() else Path(raw) / named
