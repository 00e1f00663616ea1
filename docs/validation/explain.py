"""Size and power of the primary test on planted studies, and whether the verdict text agrees.

About an hour on an idle core: `python docs/validation/page.py explain`.

Each replicate draws ages, plants an outcome with a known slope and sends both through the
production test (`barometre.explain.permutation`), interval and verdict rule, at a nominal 5 %. The
first TOLD replicates of each cell also have their verdict written in both languages, and the
sentence is read back and held to the numbers.

A p-value is drawn in stages: with 999 draws, and with more (all permutations at last, where the
production test enumerates) only while the draws leave its side of .05 in doubt by less than 6.5
standard errors.
"""

import itertools
from dataclasses import dataclass
from math import comb
from zlib import crc32

import numpy as np
import pandas as pd

from barometre.explain import decision, ols, permutation
from barometre.publish.verdict import sentences
from tests.unit.explain.said import Numbers, disagreements
from tests.unit.explain.study import model, plan

NOMINAL = 0.05
REPLICATES = 20000
TOLD = 500
STAGES = (999, 9_999, 99_999)
SURE = 6.5
REFERENCE = pd.Timestamp("2020-03-01")
VARIANCES = ("equal", "age-dependent")
EFFECTS = {"no effect": 0.0, "small effect": 0.5, "large effect": 1.0}
# METHODS section 3, size at nominal 5 %: (equal, age-dependent) variance.
STATED = {
    10: {"hc3_t": (0.04, 0.08), "hc2_bm": (0.02, 0.07), "permutation_t": (0.04, 0.18),
         "permutation": (0.04, 0.11)},
    22: {"hc3_t": (0.05, 0.07), "hc2_bm": (0.04, 0.07), "permutation_t": (0.05, 0.21),
         "permutation": (0.05, 0.09)},
    39: {"hc3_t": (0.05, 0.07), "hc2_bm": (0.04, 0.06), "permutation_t": (0.05, 0.20),
         "permutation": (0.05, 0.08)},
    101: {"hc3_t": (0.05, 0.05), "hc2_bm": (0.05, 0.05), "permutation_t": (0.055, 0.21),
          "permutation": (0.05, 0.055)},
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A kind of planted study.

    Attributes
    ----------
    n : units
    shape : "register", "leverage" or "dates"
    shared : standard deviation of an error that units of one date share
    """

    name: str
    n: int
    shape: str
    shared: float = 0.0


CELLS = (
    *(Cell(f"n={n}", n, "register") for n in STATED),
    Cell("n=10 leverage", 10, "leverage"),
    Cell("n=22 leverage", 22, "leverage"),
    Cell("register dates n=22", 22, "dates"),
    Cell("register dates n=22 shared error", 22, "dates", 1.0),
)


def register():
    """Ages of status and of the form before, in years, of the 22 métropoles; the status dates."""
    table = pd.read_csv("data/raw/register/metropoles.csv", dtype=str)
    ages = {
        name: ((REFERENCE - pd.to_datetime(table[name])).dt.days / 365.25).to_numpy()
        for name in ("metropole_since", "predecessor_since")
    }
    return ages["metropole_since"], ages["predecessor_since"], table["metropole_since"].to_numpy()


STATUS, BEFORE, DATES = register()
BEFORE = BEFORE[np.isfinite(BEFORE)]


def ages(cell, rng):
    """Ages of the units of one replicate: those of the register, or one unit far above (Nice)."""
    if cell.shape == "dates":
        return STATUS
    if cell.shape == "leverage":
        return np.append(rng.normal(5, 0.5, cell.n - 1), 9.0)
    return rng.choice(BEFORE, cell.n, replace=cell.n > BEFORE.size)


def outcome(cell, x, variance, slope, rng):
    """Errors of mean zero whose spread grows from 1 to 3 with age where variance depends on it."""
    noise = rng.standard_normal(x.size)
    if variance != "equal":
        noise = noise * (1 + 2 * (x - x.min()) / np.ptp(x))
    if cell.shared:
        _, codes = np.unique(DATES, return_inverse=True)
        noise = noise + cell.shared * rng.standard_normal(codes.max() + 1)[codes]
    return slope * x / x.std(ddof=1) + noise


def staged(test, last, stages=STAGES):
    """The test with ever more draws while its side of .05 is in doubt.

    Parameters
    ----------
    test : function of (draws, whether all permutations are looked at)
    last : whether the production test enumerates, so that all of them settle the rest
    """
    for draws in stages:
        found = test(draws, False)
        doubt = SURE * np.sqrt(NOMINAL * (1 - NOMINAL) / draws)
        if not last or abs(found.p_value - NOMINAL) > doubt:
            return found
    return test(0, True)


def by_units(x, y, rng, statistic="HC3-studentised"):
    """Permutation of units, as in production."""
    none = np.empty((x.size, 0))

    def test(draws, everything):
        limit = permutation.ENUMERATED_UNITS if everything else 0
        return permutation.permute_units(y, x, none, draws, rng, statistic, limit)

    return staged(test, statistic != "t" and x.size <= permutation.ENUMERATED_UNITS)


def by_dates(x, y, rng):
    """Permutation of the register's eight status dates, as in production."""
    none = np.empty((x.size, 0))

    def test(draws, everything):
        limit = permutation.ENUMERATED_DATES if everything else 0
        return permutation.permute_dates(y, x, DATES, none, "date", draws, rng, limit)

    # All 40,320 orders of eight dates cost less than many draws.
    return staged(test, True, STAGES[:2])


@dataclass(frozen=True)
class Found:
    """What one replicate gives: the rows of its regression table and its p-values."""

    rows: list
    numbers: Numbers
    p_values: dict
    verdict: str


def replicate(cell, variance, slope, rng, compared=True):
    """One planted study through test, interval and rule."""
    x = ages(cell, rng)
    y = outcome(cell, x, variance, slope, rng)
    fit = ols.fit(np.column_stack([np.ones(x.size), x]), y)
    estimate, df = float(fit.coef[1]), float(ols.bell_mccaffrey(fit)[1])
    ends = {
        "HC2-BM": (df, *ols.interval(estimate, float(np.sqrt(ols.hc(fit, "HC2")[1, 1])), df)),
        "HC3": (x.size - 2.0,
                *ols.interval(estimate, float(np.sqrt(ols.hc(fit, "HC3")[1, 1])), x.size - 2.0)),
    }  # fmt: skip
    units = by_units(x, y, rng)
    tests = {"HC2-BM": units, "HC3": units}
    if cell.shape == "dates":
        covariance, degrees = ols.cr(fit, DATES, "CR2")
        error, df_dates = float(np.sqrt(covariance[1, 1])), float(degrees[1])
        ends["CR2"] = (df_dates, *ols.interval(estimate, error, df_dates))
        tests["CR2"] = tests["HC2-BM"] = by_dates(x, y, rng)
    carrier = ends.get("CR2", ends["HC2-BM"])
    weakest = min(ends[kind][0] for kind in ends if kind != "HC3")
    p = tests["HC2-BM"].p_value
    verdict = decision.verdict(weakest, carrier[1], carrier[2], p)
    numbers = Numbers(x.size, estimate, carrier[1], carrier[2], p, weakest, p,
                      dates=tests["CR2"].distinct if "CR2" in tests else None)  # fmt: skip
    p_values = {"permutation": units.p_value, "hc3_t": ends["HC3"][3], "hc2_bm": ends["HC2-BM"][3]}
    if "CR2" in tests:
        p_values["permutation_dates"] = p
    if compared:
        p_values["permutation_t"] = by_units(x, y, rng, "t").p_value
    return Found(regression(estimate, ends, tests, verdict, x.size), numbers, p_values, verdict)


def regression(estimate, ends, tests, verdict, n, term="age_x", holm=None):
    """Rows of the regression table that the sentences read."""
    return [
        {
            "outcome": "index", "model": f"index~{term}", "estimator": "ols", "cov_type": kind,
            "role": "primary", "term": term, "estimate": estimate, "df": df, "ci_low": low,
            "ci_high": high, "p_value_permutation": tests[kind].p_value,
            "permutation_unit": tests[kind].text(), "n": n, "n_bounds": 0,
            "p_value_holm": (holm or tests[kind].p_value) if kind == "HC2-BM" else np.nan,
            "verdict": verdict if kind == "HC2-BM" else None,
        }
        for kind, (df, low, high, _) in ends.items()
    ]  # fmt: skip


def agrees(found):
    """Whether the verdict, written in both languages, agrees with the replicate's numbers."""
    table, analysis = pd.DataFrame(found.rows), plan(model())
    for language in ("fr", "en"):
        (said,) = sentences(table, analysis, language)
        wrong = disagreements(said, found.numbers, language)
        if wrong:
            print(wrong, flush=True)
            return False
    return True


def share(check, cell, figure, hits, bound="", stated=""):
    """A row: the share of replicates in which something happened."""
    value, count = float(np.mean(hits)), len(hits)
    error = np.sqrt(value * (1 - value) / count)
    return (check, cell, count, figure, value, error, bound, stated)


def of_cell(cell, variance, effect, replicates):
    """Rows of one cell: size or power of each test, the verdict, and what is said of it."""
    name = f"{cell.name} variance={variance} {effect}"
    rng = np.random.default_rng([20201210, crc32(name.encode())])
    null = effect == "no effect"
    found = [
        replicate(cell, variance, EFFECTS[effect], rng, compared=null) for _ in range(replicates)
    ]
    stated = STATED[cell.n] if cell.shape == "register" and null else {}
    for kind in found[0].p_values:
        value = stated.get(kind, ("", ""))[VARIANCES.index(variance)]
        yield share(
            "size" if null else "power", name, kind,
            [one.p_values[kind] <= NOMINAL for one in found], _bound(cell, variance, kind, null),
            value,
        )  # fmt: skip
    given = [one.verdict in (decision.POSITIVE, decision.NEGATIVE) for one in found]
    bound = "<= 0.06" if null and variance == "equal" and not cell.shared else ""
    yield share("size" if null else "power", name, "verdict", given, bound)
    yield share("verdict", name, "no_verdict", [one.verdict == decision.NONE for one in found])
    told = [agrees(one) for one in found[:TOLD]]
    yield share("text", name, "verdict_text_agrees", told, ">= 1")


def _bound(cell, variance, kind, null):
    """The primary test under its stated null: equal variances, units or dates exchangeable."""
    primary = "permutation_dates" if cell.shape == "dates" else "permutation"
    exchangeable = variance == "equal"
    return "<= 0.06" if null and exchangeable and kind == primary else ""


def family(replicates, n=39):
    """Two primary models of one study that holds nothing: is any of the two given a verdict?"""
    name = f"n={n} two primary models variance=equal no effect"
    rng = np.random.default_rng([20201210, crc32(name.encode())])
    cell = Cell(name, n, "register")
    any_given, told = [], []
    analysis = plan(model(), model("earliness_x"))
    for number in range(replicates):
        y = rng.standard_normal(n)
        fits = []
        for _ in range(2):
            x = ages(cell, rng)
            fit = ols.fit(np.column_stack([np.ones(n), x]), y)
            df = float(ols.bell_mccaffrey(fit)[1])
            error = float(np.sqrt(ols.hc(fit, "HC2")[1, 1]))
            estimate = float(fit.coef[1])
            fits.append((estimate, df, ols.interval(estimate, error, df), by_units(x, y, rng)))
        holm = decision.holm(np.array([test.p_value for *_, test in fits]))
        rows, numbers, given = [], [], []
        for term, adjusted, (estimate, df, (low, high, p), test) in zip(
            ("age_x", "earliness_x"), holm, fits, strict=True
        ):
            verdict = decision.verdict(df, low, high, adjusted)
            given.append(verdict in (decision.POSITIVE, decision.NEGATIVE))
            ends, tests = {"HC2-BM": (df, low, high, p)}, {"HC2-BM": test}
            rows += regression(estimate, ends, tests, verdict, n, term, adjusted)
            numbers.append(Numbers(n, estimate, low, high, test.p_value, df, adjusted, tests=2))
        any_given.append(any(given))
        if number < TOLD:
            table = pd.DataFrame(rows)
            wrong = [
                one
                for language in ("fr", "en")
                for said, known in zip(sentences(table, analysis, language), numbers, strict=True)
                for one in disagreements(said, known, language)
            ]
            told.append(not wrong)
    yield share("size", name, "any_verdict", any_given, "<= 0.06")
    yield share("text", name, "verdict_text_agrees", told, ">= 1")


def without_verdict():
    """Exact share of the samples of ten of the 22 whose status age has too few df.

    Samples with the same number of units at each date have the same design, so the 646,646
    samples are weighed by their counts instead of being run through.
    """
    values, sizes = np.unique(STATUS, return_counts=True)
    few = fewest = total = 0
    for counts in itertools.product(*(range(size + 1) for size in sizes)):
        if sum(counts) != 10:
            continue
        weight = int(
            np.prod([comb(size, count) for size, count in zip(sizes, counts, strict=True)])
        )
        x = np.repeat(values, counts)
        fit = ols.fit(np.column_stack([np.ones(10), x]), np.zeros(10))
        df = float(ols.bell_mccaffrey(fit)[1]) if fit else 0.0
        by_date = float(ols.cr(fit, x, "CR2")[1][1]) if fit and np.ptp(x) else 0.0
        total += weight
        few += weight * (df < decision.MINIMUM_DF)
        fewest += weight * (min(df, by_date) < decision.MINIMUM_DF)
    cell = "register ten of 22"
    yield ("design", cell, total, "share_hc2_bm_df_below_4", few / total, 0.0, "", 0.63)
    yield ("design", cell, total, "share_no_verdict_by_date", fewest / total)


def rows(replicates):
    """Design of the register; every cell by variance and effect; two models at once."""
    yield from without_verdict()
    for cell, variance, effect in itertools.product(CELLS, VARIANCES, EFFECTS):
        yield from of_cell(cell, variance, effect, replicates)
    yield from family(replicates)
