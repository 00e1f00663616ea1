"""`python -m barometre simulate STUDY`: write the export and the truth of a simulated study."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from barometre.simulate.truth import Simulated

STUDIES = ("syntec-2020", "ey-2018", "ey-2021", "ey-2023", "ey-2025", "agents-2020")
SEED = 20201210
EXPORT = "results-survey.csv"
DECIMALS = {"maturity": 4, "expected_index": 2}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `simulate`."""
    parser.add_argument("study", help=f"one of {', '.join(STUDIES)}")
    parser.add_argument("--raw", default="data/raw", help="folder with codebooks and register")
    parser.add_argument("--out", help="folder to write to; default the study's own")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}, as shipped")


def run(arguments: argparse.Namespace) -> None:
    """Write exports/results-survey.csv, truth.csv and planted.csv.

    Raises
    ------
    StudyError : there is no simulation of this study, or its codebook or figures do not allow it.
    """
    raw = Path(arguments.raw)
    out = Path(arguments.out) if arguments.out else raw / arguments.study
    write(simulation(arguments.study)(raw, arguments.seed), out)
    print(f"written to {out}; record the files with `python -m barometre sources`", file=sys.stderr)


def simulation(name: str) -> Callable[[Path, int], Simulated]:
    """The function that simulates a study.

    Raises
    ------
    StudyError : there is none.
    """
    if name not in STUDIES:
        raise StudyError(
            f"there is no simulation of '{name}'; the simulated studies are {', '.join(STUDIES)}."
        )
    from barometre.simulate import agents_2020, ey, syntec_2020

    if name in ey.EDITIONS:
        return ey.simulation(name)
    return {"syntec-2020": syntec_2020.simulate, "agents-2020": agents_2020.simulate}[name]


def write(simulated: Simulated, out: Path) -> None:
    """Write the three files, always the same bytes for the same study."""
    (out / "exports").mkdir(parents=True, exist_ok=True)
    (out / "exports" / EXPORT).write_bytes(simulated.export.encode("utf-8"))
    for name in ("truth", "planted"):
        text = _text(getattr(simulated, name))
        (out / f"{name}.csv").write_bytes(text.encode("utf-8"))


def _text(table: pd.DataFrame) -> str:
    shown = table.copy()
    for column in shown.columns[1:]:
        digits = DECIMALS.get(column, 3)
        shown[column] = [f"{value:.{digits}f}" if value == value else "" for value in shown[column]]
    return shown.to_csv(index=False, lineterminator="\n")
