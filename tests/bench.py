"""Speeds as ratios, ours beside a plain Python peer in one run on one core: `make bench`.

Each line: task, our seconds, the peer's seconds, their ratio, the goal. The goals were set against
R packages (COINr, fpc, permuco), which need not be here: the peer is the loop that an analyst
would write with NumPy, pandas or scikit-learn. It does a part of the work and is scaled up, as
its time is linear in it. Both sides must give the same result, or the run stops.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"  # before NumPy is loaded

import shutil  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import statsmodels.api as sm  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402

from barometre.classify.exchange import free_partition  # noqa: E402
from barometre.classify.natural import natural_cut  # noqa: E402
from barometre.classify.stability import cluster_jaccard, free_jaccard  # noqa: E402
from barometre.codebook import Codebook  # noqa: E402
from barometre.explain.permutation import permute_terms, permute_units  # noqa: E402
from barometre.explain.specifications import Curve, Spec, estimates  # noqa: E402
from barometre.measure.alternatives import OTHER_MEANS, aggregate, theme_variants  # noqa: E402
from barometre.measure.scoring import Structure  # noqa: E402

SEED = 20201210
REPEATS = 3
PERMUTATIONS = 100_000
CHOICES = 1000
RESAMPLES = 1000
# Seconds that the docs state for R packages that need not be here; fpc's by number of units.
STATED = {"permuco": 1.6, "specr": 2.5}
STATED_FPC = {39: 1.38, 1000: 9.48}
SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}


def timed(call: Callable[[], Any], repeats: int = 1) -> tuple[float, Any]:
    """Best seconds of `repeats` calls, and the last result.

    Seconds of this process alone, on one thread: another job on the machine does not count.
    """
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        found = call()
        seconds.append(time.process_time() - start)
    return min(seconds), found


def line(task: str, ours: float, peer: float | None, goal: str) -> None:
    """Print one row of the table."""
    other = (
        ("nobody", "-")
        if peer is None
        else (f"{peer:.3g}", f"{peer / ours:.2g}x" if peer < 100 * ours else f"{peer / ours:.0f}x")
    )
    print(f"{task}, {ours:.3g}, {other[0]}, {other[1]}, {goal}", flush=True)


def same(task: str, first: Any, second: Any, tolerance: float) -> None:
    """Stop where the two sides do not agree: their speeds would say nothing."""
    gap = float(np.nanmax(np.abs(np.asarray(first, float) - np.asarray(second, float))))
    if not gap <= tolerance:
        sys.exit(f"{task}: ours and the peer's differ by {gap:.3g}, more than {tolerance:g}")


def freedman_lane() -> None:
    """HC3-studentised slope of both of two terms, 39 units, 100,000 permutations of residuals."""
    random = np.random.default_rng(SEED)
    n, part = 39, 3000
    terms = random.normal(size=(n, 2))
    y = 0.25 * terms[:, 0] + 0.4 * terms[:, 1] + random.normal(size=n)
    seconds, ours = timed(
        lambda: permute_terms(y, terms, PERMUTATIONS, np.random.default_rng(1)), REPEATS
    )

    def statistic(design: np.ndarray, outcome: np.ndarray) -> float:
        inverse = np.linalg.inv(design.T @ design)
        slopes = inverse @ design.T @ outcome
        lever = ((design @ inverse) * design).sum(axis=1)
        scaled = ((outcome - design @ slopes) / (1 - lever)) ** 2
        spread = inverse @ (design.T * scaled) @ design @ inverse
        return float(abs(slopes[2]) / np.sqrt(spread[2, 2]))

    def loop() -> list[float]:
        rng = np.random.default_rng(2)
        found = []
        for term in (0, 1):
            design = np.column_stack([np.ones(n), terms[:, 1 - term], terms[:, term]])
            reduced = design[:, :2]
            fitted = reduced @ np.linalg.lstsq(reduced, y, rcond=None)[0]
            observed = statistic(design, y)
            hits = sum(
                statistic(design, fitted + rng.permutation(y - fitted)) >= observed
                for _ in range(part)
            )
            found.append((1 + hits) / (1 + part))
        return found

    peer, p_values = timed(loop)
    task = "Freedman-Lane HC3 1e5 permutations 2 terms n=39"
    same(task, [test.p_value for test in ours], p_values, 5 * np.sqrt(0.25 / part))
    line(f"{task} (peer: NumPy loop)", seconds, peer * PERMUTATIONS / part, "-")
    line(f"{task} (stated: permuco in R; not run here)", seconds, STATED["permuco"], ">= 20x")


def specifications() -> None:
    """Table of 512 specifications with HC2 intervals: 32 predictors, 16 samples, 2 controls."""
    random = np.random.default_rng(SEED)
    n = 100
    controls, y = random.normal(size=(n, 2)), random.normal(size=n)
    specs = []
    for predictor in range(32):
        x = random.normal(size=n)
        for sample in range(16):
            rows = np.flatnonzero(random.random(n) < 0.8) if sample else np.arange(n)
            specs.append(Spec(f"age_{predictor}", "ols", f"sample {sample}", rows, x[rows]))
    curve = Curve("bench", "index", "two", y, controls, specs)
    seconds, table = timed(lambda: estimates(curve), 5 * REPEATS)

    def loop() -> list[list[float]]:
        found = []
        for spec in specs:
            own = spec.x / spec.x.std(ddof=1)
            design = np.column_stack([np.ones(spec.x.size), own, controls[spec.rows]])
            fit = sm.OLS(y[spec.rows], design).fit(cov_type="HC2", use_t=True)
            found.append([fit.params[1], *fit.conf_int()[1], fit.pvalues[1]])
        return found

    peer, theirs = timed(loop)
    task = "512 specifications with intervals as a tidy table n=100"
    same(task, table["estimate"], [row[0] for row in theirs], 1e-10)
    line(f"{task} (peer: statsmodels loop)", seconds, peer, "-")
    line(f"{task} (stated: specr in R; not run here)", seconds, STATED["specr"], ">= 300x")


def all_permutations() -> None:
    """All 3,628,800 permutations of ten units, HC3-studentised slope."""
    x, y = np.random.default_rng(SEED).normal(size=(2, 10))
    none = np.empty((10, 0))
    seconds, found = timed(lambda: permute_units(y, x, none, 1, np.random.default_rng(1)), REPEATS)
    if (found.count, found.enumerated) != (3_628_800, True):
        sys.exit("all 10! permutations: not all were looked at")
    line("all 10! permutations HC3", seconds, None, "< 1 s")


def under_choices() -> None:
    """Index of 51 units, 49 items, 8 themes under 1,000 choices of method (the size of ASEM)."""
    random = np.random.default_rng(SEED)
    units, items, themes, part = 51, 49, 8, 100
    levels = random.integers(1, 6, (units, items)).astype(float)
    levels[0], levels[1] = 1.0, 4.0
    theme_of = np.arange(items) % themes
    structure = Structure(
        items=tuple(f"i{item}" for item in range(items)),
        themes=tuple(f"t{theme}" for theme in range(themes)),
        theme_of=theme_of,
        weights=np.ones(items),
        low=np.full(items, 1.0),
        high=np.full(items, 6.0),
        logged=np.zeros(items, dtype=bool),
        theme_weights=np.full(themes, 1 / themes),
    )
    settings = {"normalisation": "scale", "minimum_answered": 0.5}
    weights = random.dirichlet(np.full(themes, 16.0), CHOICES)
    bounds = random.choice(["scale", "data"], CHOICES)
    means = random.choice(["arithmetic", "geometric"], CHOICES)
    kinds = {mean.name: mean for mean in OTHER_MEANS}
    everybody, shown = np.ones(units, dtype=bool), np.ones((units, items), dtype=bool)
    codebook = Codebook(pd.DataFrame(), pd.DataFrame())

    def ours() -> np.ndarray:
        variants = theme_variants(
            levels, levels[None], shown, everybody, codebook, structure, settings
        )
        index = np.empty((CHOICES, units))
        for bound in ("scale", "data"):
            for how in ("arithmetic", "geometric"):
                chosen = (bounds == bound) & (means == how)
                index[chosen] = aggregate(variants[bound, "answered"], weights[chosen], kinds[how])
        return index

    def one(table: pd.DataFrame, choice: int) -> pd.Series:
        low, high = (1.0, 6.0) if bounds[choice] == "scale" else (table.min(), table.max())
        scores = 100 * (table - low) / (high - low)
        mean = scores.T.groupby(theme_of).mean().T
        weight = pd.Series(weights[choice])
        if means[choice] == "arithmetic":
            return mean.mul(weight, axis=1).sum(axis=1)
        return (np.exp(np.log(1 + 0.99 * mean).mul(weight, axis=1).sum(axis=1)) - 1) / 0.99

    seconds, index = timed(ours, REPEATS)
    table = pd.DataFrame(levels)
    peer, looped = timed(lambda: np.array([one(table, choice) for choice in range(part)]))
    task = "index under 1000 choices 51 units x 49 items (peer: pandas loop)"
    same(task, index[:part], looped, 1e-8)
    line(task, seconds, peer * CHOICES / part, ">= 2000x (COINr)")


def stability(n: int, dimensions: int, part: int, goal: str) -> None:
    """Bootstrap Jaccard of free k-means, k = 3, ten starts, 1,000 resamples."""
    random = np.random.default_rng(SEED)
    centres = random.choice(3, n, p=list(SHARES.values()))
    points = random.normal(size=(n, dimensions)) + 6.0 * centres[:, None]
    drawn = random.integers(0, n, (RESAMPLES, n))

    def scikit(chosen: np.ndarray) -> np.ndarray:
        return KMeans(3, n_init=10, random_state=1).fit(chosen).labels_

    def ours_at_once() -> np.ndarray:
        if dimensions == 1:
            return cluster_jaccard(points, lambda x: natural_cut(x[:, 0]), drawn, 3, "greedy")
        rng = np.random.default_rng(1)
        whole = free_partition(points, 3, 10, rng)[0]
        return free_jaccard(points, whole, drawn, 3, 10, rng)

    seconds, ours = timed(ours_at_once)
    peer, theirs = timed(lambda: cluster_jaccard(points, scikit, drawn[:part], 3, "greedy"))
    what = "index" if dimensions == 1 else f"{dimensions} themes"
    task = f"stability B=1000 k=3 n={n} {what} (peer: scikit-learn KMeans loop)"
    same(task, np.sort(ours[:part].mean(axis=0)), np.sort(theirs.mean(axis=0)), 0.01)
    line(task, seconds, peer * (RESAMPLES + 1) / (part + 1), goal)  # one more: all units
    if dimensions > 1:
        in_r = fpc_seconds(points)
        how = "peer: fpc in R" if in_r is not None else "stated: fpc in R; not run here"
        line(f"stability B=1000 k=3 n={n} {what} ({how})", seconds, in_r or STATED_FPC[n], goal)


def fpc_seconds(points: np.ndarray) -> float | None:
    """Processor seconds of fpc::clusterboot on the same points; None without R or fpc."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    code = (
        "suppressPackageStartupMessages(library(fpc)); x <- as.matrix(read.csv(stdin()));"
        f"cat(sum(system.time(clusterboot(x, B={RESAMPLES}, bootmethod='boot', count=FALSE, seed=1,"
        "clustermethod=kmeansCBI, krange=3, runs=10, scaling=FALSE))[1:2]))"
    )
    table = pd.DataFrame(points).to_csv(index=False)
    code = code.replace("stdin()", "file('stdin')")
    run = subprocess.run([rscript, "-e", code], input=table, capture_output=True, text=True)
    return float(run.stdout.split()[-1]) if run.returncode == 0 else None


def main() -> None:
    """Print the table."""
    from tests import bench_measure

    print("task, ours s, peer s, ratio, goal")
    freedman_lane()
    all_permutations()
    specifications()
    under_choices()
    bench_measure.asem()
    bench_measure.sensitivity()
    bench_measure.ranks()
    bench_measure.memory()
    stability(39, 1, 100, ">= 8x (fpc)")
    stability(1000, 1, 50, ">= 5x (fpc)")
    stability(39, 6, 100, ">= 8x (fpc)")
    stability(1000, 6, 50, ">= 5x (fpc)")


if __name__ == "__main__":
    main()
