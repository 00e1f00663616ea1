"""192 specifications of specr (R), fitted by the room's own least squares."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre.explain import ols


def _rows(data, subsets):
    """Rows of a subset named as specr does: `value & value`, or `all`."""
    kept = pd.Series(True, index=data.index)
    for value in [] if subsets == "all" else subsets.split(" & "):
        kept &= (data["group1"] == value) | (data["group2"] == value)
    return data[kept]


def test_every_specification_agrees_with_specr(shared):
    folder = shared("reference/specr_curve")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    data = pd.read_csv(folder / "input.csv")
    specs = pd.read_csv(folder / "specs.csv")
    estimates = []
    for spec in specs.to_dict("records"):
        rows = _rows(data, spec["subsets"])
        extra = [] if spec["controls"] == "no covariates" else spec["controls"].split(" + ")
        used = rows[[spec["y"], spec["x"], *extra]].dropna()
        design = np.column_stack([np.ones(len(used)), used[[spec["x"], *extra]]])
        model = ols.fit(design, used[spec["y"]].to_numpy())
        error = float(model.sigma * np.sqrt(model.bread[1, 1]))
        found = [len(used), model.coef[1], error]
        found += ols.interval(model.coef[1], error, model.n - model.k)
        names = ["fit_nobs", "estimate", "std.error", "conf.low", "conf.high", "p.value"]
        assert found == pytest.approx([spec[name] for name in names], rel=1e-10, abs=1e-10)
        estimates.append(model.coef[1])
    assert len(estimates) == expected["n_specs"] == 192
    assert np.median(estimates) == pytest.approx(expected["median"], abs=1e-10)
