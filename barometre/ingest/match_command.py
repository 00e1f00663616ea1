"""`python -m barometre match STUDY`: list the answers that are no unit of the register.

They go to the study's matches.csv with the nearest names; a person fills in `unit_id`, and the
next build reads it.
"""

from __future__ import annotations

import argparse
from collections import Counter

from barometre import codebook, study
from barometre.errors import StudyError
from barometre.ingest.check_command import study_folder
from barometre.ingest.clean import clean
from barometre.ingest.matching import write_matches
from barometre.ingest.read import read_exports
from barometre.ingest.roster import read_register
from barometre.ingest.units import matches_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `match`."""
    parser.add_argument("study", help="name of a folder in data/raw, or its path")
    parser.add_argument("--raw", default="data/raw", help="folder of the studies")


def run(arguments: argparse.Namespace) -> None:
    """Match the cleaned responses and say how each was; list the rest.

    Raises
    ------
    StudyError : the study has no register, or some answers are still undecided.
    """
    folder = study_folder(arguments.study, arguments.raw)
    settings = study.load(folder)
    raw = str(folder.parent)
    register = read_register(settings["units"], raw)
    if register.table is None:
        raise StudyError(f"{folder}/study.yaml: units.register names no register to match with.")
    items = codebook.load(folder)
    paths = study.export_files(settings, folder)
    export = read_exports(paths, settings["exports"], items, settings["privacy"])
    batch = clean(export.answers, export.respondents, items, settings["clean"]).batch
    found = matches_of(batch, settings["units"], register, str(folder / "matches.csv"))
    for way, n in sorted(Counter(match.way for match in found.values()).items()):
        print(f"{way}: {n}")
    for answer, match in found.items():
        if match.way == "similar name":
            print(f"  '{answer}' is {match.unit} {register.table.at[match.unit, 'name']}, "
                  f"similarity {match.score:.2f}")  # fmt: skip
    undecided = {answer: match for answer, match in found.items() if not match.unit}
    if undecided:
        new = write_matches(folder / "matches.csv", undecided)
        raise StudyError(
            f"{folder}/matches.csv: {len(undecided)} answers are no unit of the register ({new} "
            "newly listed); fill in unit_id where one is meant, and remove the other responses "
            "with the step drop_marked."
        )
