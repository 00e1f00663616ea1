"""HC0-HC5, CR0-CR3, Satterthwaite degrees of freedom and influence against sandwich and
clubSandwich (R), as stored in shared/reference/ols_robust."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre.explain import ols

FORMULAS = {
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


@pytest.fixture
def reference(shared):
    folder = shared("reference/ols_robust")
    return folder, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def fitted(folder, name):
    file, outcome, terms, rows, tolerance = FORMULAS[name]
    data = pd.read_csv(folder / file).iloc[rows]
    design = np.column_stack([np.ones(len(data)), data[terms].to_numpy(float)])
    model = ols.fit(design, data[outcome].to_numpy(float))
    assert model is not None
    return model, tolerance


@pytest.mark.parametrize("name", list(FORMULAS))
def test_coefficients_and_covariances(reference, name):
    folder, expected = reference
    model, tolerance = fitted(folder, name)
    terms = expected["models"][name]
    assert model.coef == pytest.approx(list(terms["coef"].values()), rel=tolerance)
    assert model.sigma == pytest.approx(terms["sigma"], rel=tolerance)
    for kind in ols.HC:
        errors = np.sqrt(np.diag(ols.hc(model, kind)))
        assert errors == pytest.approx(list(terms["robust"][kind]["se"].values()), rel=tolerance)
        intervals = [
            ols.interval(c, e, model.n - model.k) for c, e in zip(model.coef, errors, strict=True)
        ]
        assert np.array(intervals)[:, :2].ravel() == pytest.approx(
            np.array(terms["robust"][kind]["ci95"]).ravel(), rel=tolerance
        )
        assert np.array(intervals)[:, 2] == pytest.approx(
            list(terms["robust"][kind]["p"].values()), rel=max(tolerance, 1e-8)
        )


@pytest.mark.parametrize("name", list(FORMULAS))
def test_bell_mccaffrey(reference, name):
    folder, expected = reference
    model, tolerance = fitted(folder, name)
    terms = expected["models"][name]["CR2_each_obs_own_cluster"]
    assert ols.bell_mccaffrey(model) == pytest.approx(terms["df_satterthwaite"], rel=tolerance)
    covariance, df = ols.cr(model, np.arange(model.n), "CR2")
    assert np.sqrt(np.diag(covariance)) == pytest.approx(terms["se"], rel=tolerance)
    assert df == pytest.approx(terms["df_satterthwaite"], rel=tolerance)


@pytest.mark.parametrize("name", list(FORMULAS))
def test_influence(reference, name):
    folder, expected = reference
    model, tolerance = fitted(folder, name)
    terms = expected["models"][name]
    assert model.leverage == pytest.approx(terms["hat"], rel=tolerance)
    without, distance = ols.leave_one_out(model)
    assert distance == pytest.approx(terms["cooks"], rel=tolerance, abs=1e-12)
    keep = np.arange(model.n) != 3
    y = model.design @ model.coef + model.residuals
    assert without[3] == pytest.approx(ols.fit(model.design[keep], y[keep]).coef, rel=1e-6)


@pytest.mark.parametrize("by", ["cyl", "carb"])
@pytest.mark.parametrize("kind", ols.CR)
def test_clusters(reference, by, kind):
    folder, expected = reference
    model, _ = fitted(folder, "mtcars")
    groups = pd.read_csv(folder / "input.csv")[by].to_numpy()
    terms = expected["mtcars_clustered"][f"{by}_{kind}"]
    covariance, df = ols.cr(model, groups, kind)
    assert covariance.ravel() == pytest.approx(np.array(terms["vcov"]).ravel(), rel=1e-9)
    assert df == pytest.approx(terms["df_satterthwaite"], rel=1e-9)
