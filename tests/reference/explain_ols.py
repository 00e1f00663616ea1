"""Least squares, robust covariances and Huber beside sandwich, clubSandwich and MASS."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from barometre.explain import ols, wald
from tests.reference.compared import errors, expected, row, values

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
CLUB = "clubSandwich 0.5.8"


def _fitted(folder, name):
    file, outcome, terms, kept, _ = MODELS[name]
    data = pd.read_csv(folder / file).iloc[kept]
    design = np.column_stack([np.ones(len(data)), data[terms].to_numpy(float)])
    return ols.fit(design, data[outcome].to_numpy(float))


def ols_robust(folder):
    stored = expected(folder)
    for names, tolerance, where in (
        (["mtcars", "mtcars12", "longley2", "stackloss"], 1e-9, "four data sets"),
        (["longley"], 1e-6, "longley, near-dependent"),
    ):
        yield from _least_squares(folder, stored["models"], names, tolerance, where)
    model = _fitted(folder, "mtcars")
    data = pd.read_csv(folder / "input.csv")
    for kind in ols.CR:
        covariances, dfs = [], []
        for by in ("cyl", "carb"):
            want = stored["mtcars_clustered"][f"{by}_{kind}"]
            covariance, df = ols.cr(model, data[by].to_numpy(), kind)
            covariances.append((covariance, want["vcov"]))
            dfs.append((df, want["df_satterthwaite"]))
        yield row(f"{kind} covariance, two clusterings", CLUB, covariances, 1e-9)
        yield row(f"{kind} Satterthwaite degrees of freedom", CLUB, dfs, 1e-9)
    found = wald.htz(model, data["carb"].to_numpy(), np.array([1, 2]))
    want = stored["wald_HTZ_carb"]
    ours = [found.statistic, found.df_numerator, found.df_denominator, found.p_value]
    theirs = [want["Fstat"], want["df_num"], want["df_denom"], want["p"]]
    yield row("HTZ Wald: F, degrees of freedom, p-value", CLUB, [(ours, theirs)], 1e-9)
    stack = _fitted(folder, "stackloss")
    y = stack.design @ stack.coef + stack.residuals
    want = stored["rlm_huber_stackloss"]
    # MASS rounds the normal consistency factor of the MAD to .6745.
    huber = sm.RLM(y, stack.design, M=sm.robust.norms.HuberT()).fit(
        maxiter=500, tol=1e-13, scale_est=_rounded_mad
    )
    pair = ([*huber.params, huber.scale], [*values(want["coef"]), want["s"]])
    yield row("Huber: coefficients and scale, MAD factor .6745", "MASS 7.3-58.2", [pair], 1e-9)


def _rounded_mad(_, residuals):
    return np.median(np.abs(residuals)) / 0.6745


def _least_squares(folder, stored, names, tolerance, where):
    fits = [(_fitted(folder, name), stored[name]) for name in names]
    pairs = [([*m.coef, m.sigma], [*values(want["coef"]), want["sigma"]]) for m, want in fits]
    yield row(f"coefficients and sigma ({where})", "R 4.2.2", pairs, tolerance)
    for kind in ("const", *ols.HC):
        pairs = [(_tests(m, kind), _want_tests(want["robust"][kind])) for m, want in fits]
        label = "classical" if kind == "const" else kind
        quantity = f"{label}: covariance, error, t, p, interval ({where})"
        yield row(quantity, "sandwich 3.0.2", pairs, max(tolerance, 1e-9))
    pairs = [
        (ols.bell_mccaffrey(m), want["CR2_each_obs_own_cluster"]["df_satterthwaite"])
        for m, want in fits
    ]
    yield row(f"HC2 Bell-McCaffrey degrees of freedom ({where})", CLUB, pairs, tolerance)
    pairs = []
    for m, want in fits:
        covariance, df = ols.cr(m, np.arange(m.n), "CR2")
        p = [ols.interval(*each)[2] for each in zip(m.coef, errors(covariance), df, strict=True)]
        theirs = want["CR2_each_obs_own_cluster"]
        pairs += [(covariance, theirs["vcov"]), (df, theirs["df_satterthwaite"]), (p, theirs["p"])]
    yield row(f"CR2, each unit its own cluster ({where})", CLUB, pairs, tolerance)
    pairs = [(m.leverage, want["hat"]) for m, want in fits]
    pairs += [(ols.leave_one_out(m)[1], want["cooks"]) for m, want in fits]
    yield row(f"leverage and Cook's distance ({where})", "R 4.2.2", pairs, tolerance)
    pairs = [(_press(m), want["press"]) for m, want in fits]
    yield row(f"leave-one-out prediction error, PRESS ({where})", "R 4.2.2", pairs, tolerance)


def _covariance(model, kind):
    return model.sigma**2 * model.bread if kind == "const" else ols.hc(model, kind)


def _tests(model, kind):
    covariance = _covariance(model, kind)
    spread = errors(covariance)
    ends = np.array(
        [ols.interval(c, e, model.n - model.k) for c, e in zip(model.coef, spread, strict=True)]
    )
    parts = [covariance.ravel(), spread, model.coef / spread, ends[:, 2], ends[:, :2].ravel()]
    return np.concatenate(parts)


def _want_tests(want):
    parts = [np.ravel(want["vcov"]), values(want["se"]), values(want["t"]), values(want["p"])]
    return np.concatenate([*parts, np.ravel(want["ci95"])])


def _press(model):
    without, _ = ols.leave_one_out(model)
    y = model.design @ model.coef + model.residuals
    return float(((y - (model.design * without).sum(axis=1)) ** 2).sum())
