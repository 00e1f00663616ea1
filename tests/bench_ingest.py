"""Responses of 60 items read and cleaned, beside Arrow's bare parse of the same file.

`python tests/bench_ingest.py [--responses 1000000]`: seconds of processor time of this process,
their ratio, and the most memory it held. The file is generated: LimeSurvey's CSV with codes, NULL
bare, every unit's name another.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from tests.unit.ingest import made

SYSTEM = ("id", "submitdate", "lastpage", "startlanguage", "seed")
GRID = [f"q{at:02d}" for at in range(40)]
BOXES = [f"m[SQ{at:03d}]" for at in range(8)]
OTHERS = ["yn1", "yn2", "yn3", "yn4", "n1", "n2", "n3", "d1", "d2", "unit", "t1", "t2"]
STEPS = [
    {"step": "drop_tests", "item": "unit"},
    {"step": "drop_exact_duplicates"},
    {"step": "drop_unfinished", "minimum_answered": 0.5},
    {"step": "flag_outliers", "item": ["n1", "n2"], "ratio": 50},
    {"step": "blank_impossible"},
    {"step": "flag_straightliners"},
]


def write(path: Path, n: int) -> None:
    """A CSV of `n` responses."""
    draw = np.random.default_rng(1)
    with open(path, "w", encoding="utf-8", newline="") as target:
        heads = [*SYSTEM, *GRID, *BOXES, *OTHERS]
        target.write(",".join(f'"{head}"' for head in heads) + "\r\n")
        for begin in range(0, n, 50_000):
            m = min(50_000, n - begin)

            def one_of(*texts: str, m: int = m) -> np.ndarray:
                return np.array(texts)[draw.integers(0, len(texts), m)]

            columns: list[Any] = [[f'"{begin + at + 1}"' for at in range(m)]]
            columns += [
                one_of('"2026-10-01 10:00:00"'),
                one_of('"5"'),
                one_of('"fr"'),
                one_of('"1"'),
            ]
            columns += [one_of(*(f'"{level}"' for level in range(6)), '""') for _ in GRID]
            columns += [one_of('"Y"', '""') for _ in BOXES]
            columns += [one_of('"Y"', '"N"', '""', "") for _ in range(4)]
            columns.append([f'"{number}"' for number in draw.integers(1000, 900_000, m)])
            columns.append([f'"{number / 10}"' for number in draw.integers(1, 1000, m)])
            columns.append(one_of("", '"12"', '"15"'))
            for month in ("01", "06"):
                columns.append(
                    [f'"20{y:02d}-{month}-01 00:00:00"' for y in draw.integers(0, 25, m)]
                )
            columns.append([f'"Ville {begin + at}"' for at in range(m)])
            columns.append(one_of('"libre"', '""'))
            columns.append([f'"un texte, {number}"' for number in draw.integers(0, 1000, m)])
            target.writelines(",".join(row) + "\r\n" for row in zip(*columns, strict=True))


def seconds(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Processor time, time on the clock, and the result of one call."""
    clock, start = time.monotonic(), time.process_time()
    found = call()
    return time.process_time() - start, time.monotonic() - clock, found


def main() -> None:
    """Print one row for each step, and the ratio."""
    from pyarrow import csv

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    n = parser.parse_args().responses
    kinds = {"n1": "number", "n2": "number", "n3": "number", "d1": "date", "d2": "date"}
    items = [made.item(code, "scale", "score", theme="t", scale="s") for code in GRID]
    items += [made.item(code, "tick") for code in BOXES]
    for code in OTHERS:
        kind = "yes_no" if code.startswith("yn") else kinds.get(code, "text")
        shown = "yn1=Y" if code == "n3" else ""
        items.append(made.item(code, kind, "unit" if code == "unit" else "measure", shown_if=shown))
    with tempfile.TemporaryDirectory() as folder:
        codebook = made.codebook(Path(folder), items, made.scale("s", *"012345"))
        path = Path(folder) / "responses.csv"
        write(path, n)
        settings = {"reader": "limesurvey", "options": {}}
        bare = seconds(lambda: csv.read_csv(path).num_rows)
        read = seconds(lambda: read_exports([path], settings, codebook))
        export = read[2]
        done = seconds(lambda: clean(export.answers, export.respondents, codebook, STEPS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{n} responses x 60 items: processor s, clock s")
    for task, row in (("Arrow's bare parse", bare), ("read", read), ("clean", done)):
        print(f"  {task}: {row[0]:.1f}, {row[1]:.1f}")
    ratios = [bare[at] / (read[at] + done[at]) for at in (0, 1)]
    print(f"  throughput to Arrow's: {ratios[0]:.2f} (clock {ratios[1]:.2f}), goal >= 0.25")
    print(f"  most memory held: {peak:.2f} GiB, goal <= 4")


if __name__ == "__main__":
    main()
