"""Rows of `make bench` on measuring.

Index under choices on real data, Sobol indices, rank sets, memory of posterior draws.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd

from barometre.measure import alternatives, scoring
from barometre.measure.ranks import rank_sets
from barometre.measure.sensitivity import FACTORS, RESAMPLES, choices_model, design, indices, sobol
from tests.bench import CHOICES, REPEATS, SEED, SHARES, line, same, timed
from tests.conftest import SHARED
from tests.reference import hierarchy
from tests.reference.measure import Asem
from tests.unit.measure import made

ROWS = 1000
DESIGNS = 50
# Seconds that the docs state for R packages that need not be here.
STATED = {"COINr": 588.0, "csranks": 1.2}
UNITS, THEMES, PER_THEME, DRAWS = 1000, 10, 6, 10_000


def asem() -> None:
    """Index under 1,000 choices on the real ASEM data, where its reference is at hand."""
    folder = SHARED / "reference" / "coinr_asem"
    if not folder.is_dir():
        print("index under choices ASEM: needs shared/reference/coinr_asem, which is not here")
        return
    case = Asem(folder)
    variants, design, weights, _ = case.design()
    shares = case.shares(weights)
    many = [design[place % len(design)] for place in range(CHOICES)]
    part = 20

    def one(run: tuple) -> pd.Series:
        most, how, number, mean = run
        table = pd.DataFrame(variants[most, how], columns=case.indicators, index=case.raw.index)
        own = weights.iloc[number]
        return hierarchy.aggregated(table, case.meta["Parent"], case.levels, own, mean)["Index"]

    seconds, index = timed(lambda: hierarchy.index_under_choices(variants, many, shares), REPEATS)
    peer, looped = timed(lambda: np.array([one(run) for run in many[:part]]))
    task = (
        "index under 1000 choices ASEM (peer: loop over runs and aggregates; COINr stated 95.6 s)"
    )
    same(task, index[:part], looped, 1e-8)
    line(task, seconds, peer * CHOICES / part, ">= 2000x (COINr)")
    print(f"  beside COINr's stated 95.6 s: {95.6 / seconds:.0f}x")


def choices(units: int = 51, themes: int = 8) -> Any:
    """Targets under choices of method, of a planted study of about the size of ASEM."""
    random = np.random.default_rng(SEED)
    sizes = [6] * themes
    levels, _, _ = made.planted(random, units, sizes, missing=0.1)
    book, settings = made.codebook(sizes), made.settings(themes)
    plan = scoring.structure(book, settings, made.responses(levels))
    completed = np.where(np.isnan(levels), np.nanmean(levels, axis=0), levels)
    shown = np.ones(levels.shape, dtype=bool)
    known = np.ones(units, dtype=bool)
    variants = alternatives.theme_variants(
        levels, completed[None], shown, known, book, plan, settings
    )
    index = scoring.score(levels, shown, plan, settings)[1]
    return choices_model(variants, index, plan, SHARES, list(FACTORS), random)


def sensitivity() -> None:
    """Sobol indices of four choices, 1,000 rows: 6,000 evaluations, with intervals."""
    from SALib.analyze import sobol as peer_sobol

    warnings.filterwarnings("ignore", "The balance properties of Sobol")  # 1,000, as COINr's
    model, d = choices(), len(FACTORS)
    seconds, found = timed(lambda: sobol(model, d, ROWS, np.random.default_rng(1)), REPEATS)
    evaluated, y = timed(lambda: model(design(d, ROWS, np.random.default_rng(1))), REPEATS)
    base, mixed = y[: 2 * ROWS].reshape(2, ROWS, -1), y[2 * ROWS :].reshape(d, ROWS, -1)
    estimated, _ = timed(lambda: indices(base[0], base[1], mixed), REPEATS)
    problem = {"num_vars": d, "names": list(FACTORS), "bounds": [[0, 1]] * d}
    # SALib wants row by row: A, A with each column of B, B.
    blocks = [base[0], *mixed, base[1]]
    outputs = np.stack(blocks, axis=1).reshape(ROWS * (d + 2), -1)

    def salib() -> list[Any]:
        return [
            peer_sobol.analyze(
                problem, target, calc_second_order=False, num_resamples=RESAMPLES, seed=1
            )
            for target in outputs.T
        ]

    peer, theirs = timed(salib, REPEATS)
    task = "Sobol indices with intervals N=1000 6000 evaluations 2 targets"
    same(f"{task}, total", found["total"].T, [one["ST"] for one in theirs], 1e-10)
    # SALib centres on the mean of all outputs, ours on that of the two base matrices.
    same(f"{task}, first", found["first"].T, [one["S1"] for one in theirs], 1e-3)
    line(f"{task} (peer: SALib analyze on the same outputs)", seconds, peer + evaluated, "-")
    stated = "stated: COINr in R; not run here"
    line(f"{task} ({stated})", seconds, STATED["COINr"], ">= 5000x (COINr)")
    bare = task.replace("with", "without")
    line(f"{bare} ({stated})", evaluated + estimated, STATED["COINr"], ">= 5000x (COINr)")
    _errors(model, d)


def _errors(model: Any, d: int) -> None:
    """Error of the first-order indices, centred and not, over repeated designs."""
    # The truth by a design 16 times as large, of other draws.
    n = 16 * 1024
    y = model(design(d, n, np.random.default_rng(SEED)))
    truth = indices(y[:n], y[n : 2 * n], y[2 * n :].reshape(d, n, -1))[0]
    centred, plain = [], []
    for seed in range(DESIGNS):
        y = model(design(d, ROWS, np.random.default_rng(100 + seed)))
        a, b, ab = y[:ROWS], y[ROWS : 2 * ROWS], y[2 * ROWS :].reshape(d, ROWS, -1)
        centred.append(indices(a, b, ab)[0] - truth)
        plain.append((b * (ab - a)).mean(1) / y[: 2 * ROWS].var(0) - truth)
    ours, other = (np.sqrt(np.mean(np.square(gaps), axis=(0, 1))) for gaps in (centred, plain))
    for target, mine, theirs in zip(("rank shift", "class change"), ours, other, strict=True):
        print(
            f"RMSE of first-order indices {target} N={ROWS} {DESIGNS} designs: centred {mine:.3g}, "
            f"uncentred {theirs:.3g}, ratio {mine / theirs:.2f}, goal about 0.33",
            flush=True,
        )


def ranks() -> None:
    """Simultaneous step-down rank sets of 37 units, 10,000 draws."""
    random = np.random.default_rng(SEED)
    scores, errors = random.normal(50, 10, 37), random.uniform(2, 5, 37)
    seconds, _ = timed(lambda: rank_sets(scores, errors, np.random.default_rng(1)), REPEATS)
    task = "rank sets p=37 R=10000 (stated: csranks in R; not run here)"
    line(task, seconds, STATED["csranks"], ">= 15x")


def memory() -> None:
    """Peak memory of a process that draws the posterior of a large planted study."""
    run = subprocess.run([sys.executable, "-m", "tests.bench_measure"], capture_output=True,
                         text=True, check=True)  # fmt: skip
    print(run.stdout.strip(), flush=True)


def _draw() -> None:
    from barometre.measure.posterior import posterior_draws

    random = np.random.default_rng(SEED)
    sizes = [PER_THEME] * THEMES
    levels, _, _ = made.planted(random, UNITS, sizes)
    plan = scoring.structure(made.codebook(sizes), made.settings(THEMES), made.responses(levels))
    scores = scoring.item_scores(levels, plan)
    ids = np.array([f"u{unit:04d}" for unit in range(UNITS)])
    found = posterior_draws(
        scores[None], scores, np.ones(UNITS, dtype=bool), plan, ids, DRAWS, random
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"memory of {DRAWS} draws x {UNITS} units x {THEMES * PER_THEME} items: peak {peak:.0f} "
        f"MiB, index drawn {found.index.shape}, themes {found.theme_scores.shape}, "
        "goal <= 2048 MiB"
    )


if __name__ == "__main__":
    _draw()
