"""What the explain room computes beside the stored references: one row per quantity.

`rows` is the one place where agreement is measured: `test_explain.py` asserts each difference
against its tolerance, and the table of agreement in the docs prints the same rows.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from barometre.draws import generator
from barometre.explain import bootstrap, ols, ordinal, permutation
from barometre.explain.decomposition import variance_components
from tests.reference import ospo
from tests.reference.compared import errors, expected, row, values
from tests.reference.explain_ols import ols_robust

SPECR = "specr 1.0.1"
DRAWS = 100_000


def rows(shared: Path) -> list[dict[str, object]]:
    """Agreement of every quantity with its reference, in the order of the docs' table.

    Parameters
    ----------
    shared : the folder that holds `reference/` (and, for OSPO, `realdata/`)

    Returns
    -------
    dicts with `reference` (folder), `quantity`, `against` (peer and version), `kind` of difference
    ("relative", "absolute", "Monte Carlo errors" or "exact" for counts), `largest_difference` and
    `tolerance`; references that are not there are left out.
    """
    found: list[dict[str, object]] = []
    for name, compare in COMPARISONS.items():
        folder = shared / name
        if folder.exists():
            label = "ospo_polr" if name == ospo.EXPORT else folder.name
            found += [{"reference": label, **row} for row in compare(folder)]
    return found


def _permutation_exact(folder):
    stored, data = expected(folder), pd.read_csv(folder / "input.csv")
    y, rng = data["y"].to_numpy(float), generator(1, "reference", "permutation")
    none = np.empty((len(data), 0))
    own = "own enumeration in R 4.2.2"
    pairs, lanes = [], []
    for term, other, key in (("x", "z", "pearson_exact"), ("z", "x", "pearson_exact_z")):
        x, want = data[term].to_numpy(float), stored["n8"][key]
        test = permutation.permute_units(y, x, none, 1, rng, "slope")
        dates = permutation.permute_dates(y, x, np.arange(8), none, "date", 1, rng)
        assert test.count == dates.count == 40320 and test.enumerated and dates.enumerated
        pairs += [(test.p_value, want["p_two"]), (dates.p_value, want["p_two"])]
        lane = permutation.permute_units(y, x, data[[other]].to_numpy(float), 1, rng, "t")
        model = ols.fit(np.column_stack([np.ones(8), x, data[other]]), y)
        t = model.coef[1] / (model.sigma * np.sqrt(model.bread[1, 1]))
        want = stored["n8"][f"freedman_lane_exact_{term}"]
        lanes += [(lane.p_value, want["p_two"]), (lane.count, want["n_perm"]), (t, want["t"])]
    yield row("correlation over all 40,320 orders: p, units and dates", own, pairs, 1e-12)
    yield row("Freedman-Lane over all 40,320 orders: t, p, count", own, lanes, 1e-12)
    sleep = pd.read_csv(folder / "input_sleep.csv")
    want = stored["sleep"]["two_sample_exact_p_two"]
    test = permutation.permute_units(
        sleep["extra"].to_numpy(float),
        sleep["group"].to_numpy(float),
        np.empty((len(sleep), 0)),
        DRAWS,
        rng,
        "slope",
    )
    error = np.sqrt(want * (1 - want) / DRAWS)
    yield row(
        "two groups, 100,000 drawn orders beside all 184,756 splits: p",
        "exactRankTests, coin",
        [(test.p_value / error, want / error)],
        4,
        "Monte Carlo errors",
    )
    stack = pd.read_csv(folder / "input_stackloss.csv")
    test = permutation.permute_units(
        stack["stack.loss"].to_numpy(float),
        stack["Acid.Conc."].to_numpy(float),
        stack[["Air.Flow", "Water.Temp"]].to_numpy(float),
        DRAWS,
        rng,
        "t",
    )
    table = stored["stackloss_permuco_freedman_lane_np1e5"]
    want = table["resampled Pr(>|t|)"][3]
    error = np.sqrt(2 * want * (1 - want) / DRAWS)
    pair = (test.p_value / error, want / error)
    quantity = "Freedman-Lane, 100,000 drawn orders: p"
    yield row(quantity, "permuco 1.1.3", [pair], 4, "Monte Carlo errors")


def _boot_bca(folder):
    text = (folder / "expected.json").read_text(encoding="utf-8")
    stored = json.loads(text)
    city, index = pd.read_csv(folder / "input.csv"), _resamples(folder, "city")
    u, x = city["u"].to_numpy(float), city["x"].to_numpy(float)
    drawn = x[index].sum(axis=1) / u[index].sum(axis=1)
    cases = [(stored["city"], x.sum() / u.sum(), drawn, index)]
    # The names of the units repeat, so the pairs are kept in their order.
    named = dict(dict(json.loads(text, object_pairs_hook=list))["city"])["empinf"]
    influence = (bootstrap.regression_influence(drawn, index), [value for _, value in named])
    cars, index = pd.read_csv(folder / "input_mtcars.csv"), _resamples(folder, "mtcars")
    design = np.column_stack([np.ones(len(cars)), cars["wt"], cars["hp"]]).astype(float)
    y = cars["mpg"].to_numpy(float)
    drawn = np.array([ols.fit(design[row], y[row]).coef for row in index])
    whole = ols.fit(design, y).coef
    cases += [
        (ci, whole[place], drawn[:, place], index)
        for place, ci in enumerate(stored["mtcars"]["ci"])
    ]
    peer = "boot 1.3-28.1"
    for kind, interval in INTERVALS.items():
        pairs = [(interval(each, sample, rows), ci[kind]) for ci, each, sample, rows in cases]
        yield row(f"{kind} interval, saved resamples, four statistics", peer, pairs, 1e-10)
    yield row("empirical influence by regression", peer, [influence], 1e-9, "absolute")


def _resamples(folder, name):
    return pd.read_csv(folder / f"boot_index_{name}.csv").to_numpy() - 1


def _basic(estimate, drawn, _):
    low, high = bootstrap.percentile(drawn)
    return 2 * estimate - high, 2 * estimate - low


def _normal(estimate, drawn, _):
    middle, reach = 2 * estimate - drawn.mean(), ndtri(0.975) * drawn.std(ddof=1)
    return middle - reach, middle + reach


INTERVALS = {
    "normal": _normal,
    "basic": _basic,
    "percent": lambda estimate, drawn, index: bootstrap.percentile(drawn),
    "bca": bootstrap.bca,
}


def _ordinal_polr(folder):
    stored = expected(folder)
    results = stored["results"]
    data = pd.read_csv(folder / "input.csv")
    levels = {name: stored["level_orders"][name] for name in ("Infl", "Type", "Cont")}
    codes = data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy()
    housing = ordinal.fit(codes, _dummies(data, levels), data["Freq"].to_numpy(float))
    wine = pd.read_csv(folder / "input_wine.csv")
    design = _dummies(wine, {"temp": ["cold", "warm"], "contact": ["no", "yes"]})
    rating = ordinal.fit(wine["rating"].to_numpy() - 1, design)
    assert housing.converged and rating.converged
    polr = results["polr_housing_logistic"]
    theirs = [*values(polr["coef"]), *values(polr["zeta"])]
    found, spread = [*housing.slopes, *housing.cuts], errors(housing.covariance)
    mass = "MASS 7.3-58.2 polr"
    yield row("slopes and cut points (housing)", mass, [(found, theirs)], 1e-5, "absolute")
    yield row("standard errors", mass, [(spread, values(polr["se"]))], 1e-5, "absolute")
    pair = (housing.log_likelihood, polr["loglik"])
    yield row("log-likelihood", mass, [pair], 1e-8, "absolute")
    coefs, spreads, likelihoods = [], [], []
    for fit, want in ((housing, results["clm_housing_logit"]), (rating, results["clm_wine"])):
        spread, slopes = errors(fit.covariance), fit.slopes.size
        coefs.append(([*fit.cuts, *fit.slopes], values(want["coef"])))
        spreads.append(([*spread[slopes:], *spread[:slopes]], values(want["se"])))
        likelihoods.append((fit.log_likelihood, want["loglik"]))
    clm = "ordinal 2022.11-16 clm"
    yield row("cut points and slopes (housing, wine)", clm, coefs, 1e-8, "absolute")
    yield row("standard errors (housing, wine)", clm, spreads, 1e-8, "absolute")
    yield row("log-likelihood (housing, wine)", clm, likelihoods, 1e-8, "absolute")


def _dummies(data, levels):
    columns = [
        (data[name] == level).to_numpy(float)
        for name, values in levels.items()
        for level in values[1:]
    ]
    return np.column_stack(columns)


def _ospo(export):
    stored = expected(Path(__file__).parent / "ospo_polr")
    table = ospo.made(export)[3]
    table = table[table["estimator"] == "ordered_logit"]
    for name, want in stored.items():
        if "~" not in name:
            continue
        outcome, predictor = name.split(" ~ ")
        rows = table[
            (table["outcome"] == outcome) & table["model"].str.startswith(f"{outcome}~{predictor}")
        ]
        slope = rows[rows["term"] == predictor].iloc[0]
        cuts = rows.loc[rows["term"].str.startswith("cut "), "estimate"]
        ours = [slope["estimate"], slope["std_error"], *cuts]
        theirs = [want["slope"], want["std_error"], *want["cuts"]]
        quantity = f"ordered logit {name}: slope, error, cut points"
        yield row(quantity, "MASS 7.3-58.2 polr", [(ours, theirs)], 1e-5, "absolute")
        counts = [(slope["n"], want["n"])]
        yield row(f"ordered logit {name}: rows used", "the R script", counts, 0, "exact")


def _specr_curve(folder):
    stored, data = expected(folder), pd.read_csv(folder / "input.csv")
    specs = pd.read_csv(folder / "specs.csv")
    names = ["estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high"]
    pairs, counts, estimates = [], [], []
    for spec in specs.to_dict("records"):
        kept = _subset(data, spec["subsets"])
        extra = [] if spec["controls"] == "no covariates" else spec["controls"].split(" + ")
        used = kept[[spec["y"], spec["x"], *extra]].dropna()
        design = np.column_stack([np.ones(len(used)), used[[spec["x"], *extra]]])
        model = ols.fit(design, used[spec["y"]].to_numpy())
        slope = float(model.coef[1])
        error = float(model.sigma * np.sqrt(model.bread[1, 1]))
        low, high, p_value = ols.interval(slope, error, model.n - model.k)
        ours = [slope, error, slope / error, p_value, low, high]
        pairs.append((ours, [spec[name] for name in names]))
        counts.append((len(used), spec["fit_nobs"]))
        estimates.append(slope)
    assert len(estimates) == stored["n_specs"] == 192
    quantity = "192 specifications: estimate, error, t, p, interval"
    yield row(quantity, SPECR, pairs, 1e-10, "absolute")
    yield row("192 specifications: rows used", SPECR, counts, 0, "exact")
    quartiles = np.quantile(estimates, [0.25, 0.5, 0.75])
    theirs = [stored[name] for name in ("q25", "median", "q75")]
    yield row("median and quartiles of the curve", SPECR, [(quartiles, theirs)], 1e-10, "absolute")
    choices = {name: specs[name].astype(str) for name in ("subsets", "controls", "y", "x")}
    found = values(variance_components(np.array(estimates), choices))
    shares = np.array(found) / sum(found)
    tight = expected(Path(__file__).parent / "specr_icc")
    theirs = [tight[name] for name in (*choices, "Residual")]
    quantity = "variance of the estimates by choice, shares"
    yield row(quantity, "lme4 1.1-31, run to the end", [(shares, theirs)], 1e-6, "absolute")
    # lme4 stops where the deviance moves by less than 1e-8; specr keeps that default.
    theirs = stored["variance_decomposition"]["icc"]
    yield row(f"{quantity}, default stop", SPECR, [(shares, theirs)], 1e-5, "absolute")


def _subset(data, named):
    """Rows of a subset named as specr does: `value & value`, or `all`."""
    kept = pd.Series(True, index=data.index)
    for value in [] if named == "all" else named.split(" & "):
        kept &= (data["group1"] == value) | (data["group2"] == value)
    return data[kept]


COMPARISONS = {
    "reference/ols_robust": ols_robust,
    "reference/permutation_exact": _permutation_exact,
    "reference/boot_bca": _boot_bca,
    "reference/ordinal_polr": _ordinal_polr,
    "reference/specr_curve": _specr_curve,
    ospo.EXPORT: _ospo,
}
