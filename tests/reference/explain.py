"""What the explain room computes beside the stored references: one row per quantity.

`rows` is the one place where agreement is measured: `test_explain.py` asserts each difference
against its tolerance, and the table of agreement in the docs prints the same rows.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import ndtri

from barometre.draws import generator
from barometre.explain import bootstrap, ols, ordinal, permutation, wald
from tests.reference import ospo

MODELS = {
    "mtcars": ("input.csv", "mpg", ["wt", "hp"], slice(None), 1e-9),
    "mtcars12": ("input.csv", "mpg", ["wt", "hp"], slice(0, 12), 1e-9),
    "longley": (
        "input_longley.csv",
        "Employed",
        ["GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"],
        slice(None),
        1e-6,
    ),
    "longley2": ("input_longley.csv", "Employed", ["GNP", "Unemployed"], slice(None), 1e-9),
    "stackloss": (
        "input_stackloss.csv",
        "stack.loss",
        ["Air.Flow", "Water.Temp", "Acid.Conc."],
        slice(None),
        1e-9,
    ),
}
SPECR = "specr 1.0.1"
CLUB = "clubSandwich 0.5.8"
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


def _row(quantity, against, pairs, tolerance, kind="relative"):
    """One row; `pairs` are (ours, theirs), numbers or lists of numbers."""
    worst = 0.0
    for ours, theirs in pairs:
        ours, theirs = np.ravel(np.array(ours, float)), np.ravel(np.array(theirs, float))
        assert ours.shape == theirs.shape and np.isfinite(ours).all(), quantity
        gap = np.abs(ours - theirs)
        if kind == "relative":
            gap = gap / np.maximum(np.abs(theirs), 1e-300)
        worst = max(worst, float(gap.max()))
    return {
        "quantity": quantity,
        "against": against,
        "kind": kind,
        "largest_difference": worst,
        "tolerance": tolerance,
    }


def _expected(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def _values(named):
    return list(named.values())


def _fitted(folder, name):
    file, outcome, terms, kept, _ = MODELS[name]
    data = pd.read_csv(folder / file).iloc[kept]
    design = np.column_stack([np.ones(len(data)), data[terms].to_numpy(float)])
    return ols.fit(design, data[outcome].to_numpy(float))


def _ols_robust(folder):
    expected = _expected(folder)
    for names, tolerance, where in (
        (["mtcars", "mtcars12", "longley2", "stackloss"], 1e-9, "four data sets"),
        (["longley"], 1e-6, "longley, near-dependent"),
    ):
        yield from _least_squares(folder, expected["models"], names, tolerance, where)
    model = _fitted(folder, "mtcars")
    data = pd.read_csv(folder / "input.csv")
    for kind in ols.CR:
        covariances, dfs = [], []
        for by in ("cyl", "carb"):
            want = expected["mtcars_clustered"][f"{by}_{kind}"]
            covariance, df = ols.cr(model, data[by].to_numpy(), kind)
            covariances.append((covariance, want["vcov"]))
            dfs.append((df, want["df_satterthwaite"]))
        yield _row(f"{kind} covariance, two clusterings", CLUB, covariances, 1e-9)
        yield _row(f"{kind} Satterthwaite degrees of freedom", CLUB, dfs, 1e-9)
    found = wald.htz(model, data["carb"].to_numpy(), np.array([1, 2]))
    want = expected["wald_HTZ_carb"]
    ours = [found.statistic, found.df_numerator, found.df_denominator, found.p_value]
    theirs = [want["Fstat"], want["df_num"], want["df_denom"], want["p"]]
    yield _row("HTZ Wald: F, degrees of freedom, p-value", CLUB, [(ours, theirs)], 1e-9)
    stack = _fitted(folder, "stackloss")
    y = stack.design @ stack.coef + stack.residuals
    want = expected["rlm_huber_stackloss"]
    # MASS rounds the normal consistency factor of the MAD to .6745.
    huber = sm.RLM(y, stack.design, M=sm.robust.norms.HuberT()).fit(
        maxiter=500, tol=1e-13, scale_est=_rounded_mad
    )
    pair = ([*huber.params, huber.scale], [*_values(want["coef"]), want["s"]])
    yield _row("Huber: coefficients and scale, MAD factor .6745", "MASS 7.3-58.2", [pair], 1e-9)


def _rounded_mad(_, residuals):
    return np.median(np.abs(residuals)) / 0.6745


def _least_squares(folder, expected, names, tolerance, where):
    fits = [(_fitted(folder, name), expected[name]) for name in names]
    pairs = [([*m.coef, m.sigma], [*_values(want["coef"]), want["sigma"]]) for m, want in fits]
    yield _row(f"coefficients and sigma ({where})", "R 4.2.2", pairs, tolerance)
    for kind in ("const", *ols.HC):
        pairs = [(_tests(m, kind), _want_tests(want["robust"][kind])) for m, want in fits]
        label = "classical" if kind == "const" else kind
        quantity = f"{label}: covariance, error, t, p, interval ({where})"
        yield _row(quantity, "sandwich 3.0.2", pairs, max(tolerance, 1e-9))
    pairs = [
        (ols.bell_mccaffrey(m), want["CR2_each_obs_own_cluster"]["df_satterthwaite"])
        for m, want in fits
    ]
    yield _row(f"HC2 Bell-McCaffrey degrees of freedom ({where})", CLUB, pairs, tolerance)
    pairs = []
    for m, want in fits:
        covariance, df = ols.cr(m, np.arange(m.n), "CR2")
        p = [ols.interval(*each)[2] for each in zip(m.coef, _errors(covariance), df, strict=True)]
        theirs = want["CR2_each_obs_own_cluster"]
        pairs += [(covariance, theirs["vcov"]), (df, theirs["df_satterthwaite"]), (p, theirs["p"])]
    yield _row(f"CR2, each unit its own cluster ({where})", CLUB, pairs, tolerance)
    pairs = [(m.leverage, want["hat"]) for m, want in fits]
    pairs += [(ols.leave_one_out(m)[1], want["cooks"]) for m, want in fits]
    yield _row(f"leverage and Cook's distance ({where})", "R 4.2.2", pairs, tolerance)
    pairs = [(_press(m), want["press"]) for m, want in fits]
    yield _row(f"leave-one-out prediction error, PRESS ({where})", "R 4.2.2", pairs, tolerance)


def _errors(covariance):
    return np.sqrt(np.diag(covariance))


def _covariance(model, kind):
    return model.sigma**2 * model.bread if kind == "const" else ols.hc(model, kind)


def _tests(model, kind):
    covariance = _covariance(model, kind)
    errors = _errors(covariance)
    ends = np.array(
        [ols.interval(c, e, model.n - model.k) for c, e in zip(model.coef, errors, strict=True)]
    )
    parts = [covariance.ravel(), errors, model.coef / errors, ends[:, 2], ends[:, :2].ravel()]
    return np.concatenate(parts)


def _want_tests(want):
    parts = [np.ravel(want["vcov"]), _values(want["se"]), _values(want["t"]), _values(want["p"])]
    return np.concatenate([*parts, np.ravel(want["ci95"])])


def _press(model):
    without, _ = ols.leave_one_out(model)
    y = model.design @ model.coef + model.residuals
    return float(((y - (model.design * without).sum(axis=1)) ** 2).sum())


def _permutation_exact(folder):
    expected, data = _expected(folder), pd.read_csv(folder / "input.csv")
    y, rng = data["y"].to_numpy(float), generator(1, "reference", "permutation")
    none = np.empty((len(data), 0))
    own = "own enumeration in R 4.2.2"
    pairs, lanes = [], []
    for term, other, key in (("x", "z", "pearson_exact"), ("z", "x", "pearson_exact_z")):
        x, want = data[term].to_numpy(float), expected["n8"][key]
        test = permutation.permute_units(y, x, none, 1, rng, "slope")
        dates = permutation.permute_dates(y, x, np.arange(8), none, "date", 1, rng)
        assert test.count == dates.count == 40320 and test.enumerated and dates.enumerated
        pairs += [(test.p_value, want["p_two"]), (dates.p_value, want["p_two"])]
        lane = permutation.permute_units(y, x, data[[other]].to_numpy(float), 1, rng, "t")
        model = ols.fit(np.column_stack([np.ones(8), x, data[other]]), y)
        t = model.coef[1] / (model.sigma * np.sqrt(model.bread[1, 1]))
        want = expected["n8"][f"freedman_lane_exact_{term}"]
        lanes += [(lane.p_value, want["p_two"]), (lane.count, want["n_perm"]), (t, want["t"])]
    yield _row("correlation over all 40,320 orders: p, units and dates", own, pairs, 1e-12)
    yield _row("Freedman-Lane over all 40,320 orders: t, p, count", own, lanes, 1e-12)
    sleep = pd.read_csv(folder / "input_sleep.csv")
    want = expected["sleep"]["two_sample_exact_p_two"]
    test = permutation.permute_units(
        sleep["extra"].to_numpy(float),
        sleep["group"].to_numpy(float),
        np.empty((len(sleep), 0)),
        DRAWS,
        rng,
        "slope",
    )
    error = np.sqrt(want * (1 - want) / DRAWS)
    yield _row(
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
    table = expected["stackloss_permuco_freedman_lane_np1e5"]
    want = table["resampled Pr(>|t|)"][3]
    error = np.sqrt(2 * want * (1 - want) / DRAWS)
    pair = (test.p_value / error, want / error)
    quantity = "Freedman-Lane, 100,000 drawn orders: p"
    yield _row(quantity, "permuco 1.1.3", [pair], 4, "Monte Carlo errors")


def _boot_bca(folder):
    text = (folder / "expected.json").read_text(encoding="utf-8")
    expected = json.loads(text)
    city, index = pd.read_csv(folder / "input.csv"), _resamples(folder, "city")
    u, x = city["u"].to_numpy(float), city["x"].to_numpy(float)
    drawn = x[index].sum(axis=1) / u[index].sum(axis=1)
    cases = [(expected["city"], x.sum() / u.sum(), drawn, index)]
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
        for place, ci in enumerate(expected["mtcars"]["ci"])
    ]
    peer = "boot 1.3-28.1"
    for kind, interval in INTERVALS.items():
        pairs = [(interval(each, sample, rows), ci[kind]) for ci, each, sample, rows in cases]
        yield _row(f"{kind} interval, saved resamples, four statistics", peer, pairs, 1e-10)
    yield _row("empirical influence by regression", peer, [influence], 1e-9, "absolute")


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
    expected = _expected(folder)
    results = expected["results"]
    data = pd.read_csv(folder / "input.csv")
    levels = {name: expected["level_orders"][name] for name in ("Infl", "Type", "Cont")}
    codes = data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy()
    housing = ordinal.fit(codes, _dummies(data, levels), data["Freq"].to_numpy(float))
    wine = pd.read_csv(folder / "input_wine.csv")
    design = _dummies(wine, {"temp": ["cold", "warm"], "contact": ["no", "yes"]})
    rating = ordinal.fit(wine["rating"].to_numpy() - 1, design)
    assert housing.converged and rating.converged
    polr = results["polr_housing_logistic"]
    theirs = [*_values(polr["coef"]), *_values(polr["zeta"])]
    found, errors = [*housing.slopes, *housing.cuts], _errors(housing.covariance)
    mass = "MASS 7.3-58.2 polr"
    yield _row("slopes and cut points (housing)", mass, [(found, theirs)], 1e-5, "absolute")
    yield _row("standard errors", mass, [(errors, _values(polr["se"]))], 1e-5, "absolute")
    pair = (housing.log_likelihood, polr["loglik"])
    yield _row("log-likelihood", mass, [pair], 1e-8, "absolute")
    coefs, spreads, likelihoods = [], [], []
    for fit, want in ((housing, results["clm_housing_logit"]), (rating, results["clm_wine"])):
        errors, slopes = _errors(fit.covariance), fit.slopes.size
        coefs.append(([*fit.cuts, *fit.slopes], _values(want["coef"])))
        spreads.append(([*errors[slopes:], *errors[:slopes]], _values(want["se"])))
        likelihoods.append((fit.log_likelihood, want["loglik"]))
    clm = "ordinal 2022.11-16 clm"
    yield _row("cut points and slopes (housing, wine)", clm, coefs, 1e-8, "absolute")
    yield _row("standard errors (housing, wine)", clm, spreads, 1e-8, "absolute")
    yield _row("log-likelihood (housing, wine)", clm, likelihoods, 1e-8, "absolute")


def _dummies(data, levels):
    columns = [
        (data[name] == level).to_numpy(float)
        for name, values in levels.items()
        for level in values[1:]
    ]
    return np.column_stack(columns)


def _ospo(export):
    expected = json.loads(
        (Path(__file__).parent / "ospo_polr" / "expected.json").read_text(encoding="utf-8")
    )
    table = ospo.made(export)[3]
    table = table[table["estimator"] == "ordered_logit"]
    for name, want in expected.items():
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
        yield _row(quantity, "MASS 7.3-58.2 polr", [(ours, theirs)], 1e-5, "absolute")
        counts = [(slope["n"], want["n"])]
        yield _row(f"ordered logit {name}: rows used", "the R script", counts, 0, "exact")


def _specr_curve(folder):
    expected, data = _expected(folder), pd.read_csv(folder / "input.csv")
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
    assert len(estimates) == expected["n_specs"] == 192
    quantity = "192 specifications: estimate, error, t, p, interval"
    yield _row(quantity, SPECR, pairs, 1e-10, "absolute")
    yield _row("192 specifications: rows used", SPECR, counts, 0, "exact")
    quartiles = np.quantile(estimates, [0.25, 0.5, 0.75])
    theirs = [expected[name] for name in ("q25", "median", "q75")]
    yield _row("median and quartiles of the curve", SPECR, [(quartiles, theirs)], 1e-10, "absolute")


def _subset(data, named):
    """Rows of a subset named as specr does: `value & value`, or `all`."""
    kept = pd.Series(True, index=data.index)
    for value in [] if named == "all" else named.split(" & "):
        kept &= (data["group1"] == value) | (data["group2"] == value)
    return data[kept]


COMPARISONS = {
    "reference/ols_robust": _ols_robust,
    "reference/permutation_exact": _permutation_exact,
    "reference/boot_bca": _boot_bca,
    "reference/ordinal_polr": _ordinal_polr,
    "reference/specr_curve": _specr_curve,
    ospo.EXPORT: _ospo,
}
