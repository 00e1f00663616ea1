"""Ordered logit against MASS::polr and ordinal::clm (R), as stored in shared/reference."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre.explain import ordinal


@pytest.fixture
def reference(shared):
    folder = shared("reference/ordinal_polr")
    return folder, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def dummies(data, levels):
    columns = {
        f"{name}{level}": (data[name] == level).astype(float)
        for name, values in levels.items()
        for level in values[1:]
    }
    return pd.DataFrame(columns)


def test_housing_equals_polr_and_clm(reference):
    folder, expected = reference
    data = pd.read_csv(folder / "input.csv")
    levels = {name: expected["level_orders"][name] for name in ("Infl", "Type", "Cont")}
    codes = data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy()
    design = dummies(data, levels)
    fit = ordinal.fit(codes, design.to_numpy(), data["Freq"].to_numpy(float))
    assert fit.converged
    clm = expected["results"]["clm_housing_logit"]
    names = ["Low|Medium", "Medium|High", *design]
    found = dict(zip(names, [*fit.cuts, *fit.slopes], strict=True))
    assert found == pytest.approx(clm["coef"], abs=1e-8)
    errors = np.sqrt(np.diag(fit.covariance))
    found = dict(zip([*design, "Low|Medium", "Medium|High"], errors, strict=True))
    assert found == pytest.approx(clm["se"], abs=1e-7)
    polr = expected["results"]["polr_housing_logistic"]
    assert dict(zip(design, fit.slopes, strict=True)) == pytest.approx(polr["coef"], abs=1e-5)
    assert list(fit.cuts) == pytest.approx(list(polr["zeta"].values()), abs=1e-5)
    assert fit.log_likelihood == pytest.approx(polr["loglik"], abs=1e-8)


def test_wine_equals_clm(reference):
    folder, expected = reference
    data = pd.read_csv(folder / "input_wine.csv")
    design = dummies(data, {"temp": ["cold", "warm"], "contact": ["no", "yes"]})
    fit = ordinal.fit(data["rating"].to_numpy() - 1, design.to_numpy())
    wanted = expected["results"]["clm_wine"]
    assert [*fit.cuts, *fit.slopes] == pytest.approx(list(wanted["coef"].values()), abs=1e-8)
    assert fit.log_likelihood == pytest.approx(wanted["loglik"], abs=1e-8)
