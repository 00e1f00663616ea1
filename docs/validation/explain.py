"""Size and power of the primary test, and how often the register lets a study of ten speak.

About 25 minutes on one core at 20,000 replicates: `python docs/validation/page.py explain 20000`;
cells that enumerate all permutations take a tenth of them.

Each replicate plants an outcome with a known slope on a fixed predictor and sends it through the
production test (`barometre.explain.permutation`), at a nominal 5 %.
"""

import itertools
from math import comb

import numpy as np
import pandas as pd

from barometre.explain import decision, ols, permutation

NOMINAL = 0.05
DRAWS = 999
REPLICATES = 20000
REFERENCE = pd.Timestamp("2020-03-01")
NO_CONTROLS = 0


def register():
    """Status age and age of the form before, in years, of the 22 métropoles; the status dates."""
    table = pd.read_csv("data/raw/register/metropoles.csv", dtype=str)
    ages = {
        name: ((REFERENCE - pd.to_datetime(table[name])).dt.days / 365.25).to_numpy()
        for name in ("metropole_since", "predecessor_since")
    }
    return ages["metropole_since"], ages["predecessor_since"], table["metropole_since"].to_numpy()


def predictors(rng):
    """Name -> ages of n units, with the spread of the register's form before."""
    _, before, _ = register()
    before = before[np.isfinite(before)]
    cells = {f"n={n}": rng.choice(before, n, replace=n > before.size) for n in (10, 22, 39, 101)}
    # Nice: one unit far older than all others.
    cells["n=10 leverage"] = np.append(rng.normal(5, 0.5, 9), 9.0)
    cells["n=22 leverage"] = np.append(rng.normal(5, 0.5, 21), 9.0)
    return cells


def noise(rng, x, variance):
    """Errors of mean zero; their spread grows from 1 to 3 with age where variance depends on it."""
    drawn = rng.standard_normal(x.size)
    if variance == "equal":
        return drawn
    return drawn * (1 + 2 * (x - x.min()) / np.ptp(x))


def rejects(rng, x, variance, slope):
    """Whether the HC3-studentised permutation test rejects, and the verdict of a single model."""
    y = slope * x + noise(rng, x, variance)
    test = permutation.permute_units(y, x, np.empty((x.size, NO_CONTROLS)), DRAWS, rng)
    model = ols.fit(np.column_stack([np.ones(x.size), x]), y)
    df = float(ols.bell_mccaffrey(model)[1])
    error = float(np.sqrt(ols.hc(model, "HC2")[1, 1]))
    low, high, _ = ols.interval(model.coef[1], error, df)
    verdict = decision.verdict(df, low, high, test.p_value)
    return test.p_value <= NOMINAL, verdict in (decision.POSITIVE, decision.NEGATIVE)


def rejects_dates(rng, x, dates, shared):
    """Whether permuting the register's dates rejects, with errors shared by date or not."""
    _, codes = np.unique(dates, return_inverse=True)
    y = rng.standard_normal(x.size) + shared * rng.standard_normal(codes.max() + 1)[codes]
    none = np.empty((x.size, NO_CONTROLS))
    by_date = permutation.permute_dates(y, x, dates, none, "date", DRAWS, rng)
    by_unit = permutation.permute_units(y, x, none, DRAWS, rng)
    return by_date.p_value <= NOMINAL, by_unit.p_value <= NOMINAL


def row(check, cell, replicates, figure, value, error=0.0, bound=""):
    """One row of the room's part."""
    return {
        "check": check,
        "cell": cell,
        "replicates": replicates,
        "figure": figure,
        "value": f"{value:.4f}",
        "mc_error": f"{error:.4f}",
        "bound": bound,
    }


def share(check, cell, figure, hits, bound=""):
    """Row of the share of replicates in which something happened."""
    value, count = float(np.mean(hits)), len(hits)
    error = np.sqrt(value * (1 - value) / count)
    return row(check, cell, count, figure, value, error, bound)


def without_verdict():
    """Exact share of the samples of ten of the 22 whose status age has too few df.

    Samples with the same number of units at each date have the same design, so the 646,646
    samples are weighed by their counts instead of being run through.
    """
    age, _, dates = register()
    values, sizes = np.unique(age, return_counts=True)
    few = fewest = total = 0
    for counts in itertools.product(*(range(size + 1) for size in sizes)):
        if sum(counts) != 10:
            continue
        weight = int(
            np.prod([comb(size, count) for size, count in zip(sizes, counts, strict=True)])
        )
        x = np.repeat(values, counts)
        model = ols.fit(np.column_stack([np.ones(10), x]), np.zeros(10))
        df = float(ols.bell_mccaffrey(model)[1]) if model else 0.0
        by_date = float(ols.cr(model, x, "CR2")[1][1]) if model and np.ptp(x) else 0.0
        total += weight
        few += weight * (df < decision.MINIMUM_DF)
        fewest += weight * (min(df, by_date) < decision.MINIMUM_DF)
    cell = "register ten of 22"
    yield row("design", cell, total, "share_hc2_bm_df_below_4", few / total)
    yield row("design", cell, total, "share_no_verdict_by_date", fewest / total)


def rows(replicates):
    """Design of the register, size and power per cell, shared dates."""
    rng = np.random.default_rng(20201210)
    yield from without_verdict()
    for name, x in predictors(rng).items():
        enumerated = x.size <= permutation.ENUMERATED_UNITS
        runs = replicates // 10 if enumerated else replicates
        effect = 1 / x.std(ddof=1)
        for variance, slope in itertools.product(("equal", "age-dependent"), (0.0, 0.5, 1.0)):
            if slope and variance != "equal":
                continue
            count = runs if slope == 0 else runs // 10
            found = [rejects(rng, x, variance, slope * effect) for _ in range(count)]
            what = "size" if slope == 0 else f"power_at_{slope:g}_sd"
            check = what.split("_")[0]
            cell = f"{name} variance={variance}"
            bound = "<= 0.06" if slope == 0 and variance == "equal" else ""
            yield share(check, cell, f"{what}_permutation", [one for one, _ in found], bound)
            yield share(check, cell, f"{what}_verdict", [one for _, one in found])
    age, _, dates = register()
    for shared in (0.0, 1.0):
        found = [rejects_dates(rng, age, dates, shared) for _ in range(replicates // 10)]
        cell = f"register dates n=22 shared_error={shared:g}"
        yield share("size", cell, "size_dates_permuted", [one for one, _ in found])
        yield share("size", cell, "size_units_permuted", [one for _, one in found])
