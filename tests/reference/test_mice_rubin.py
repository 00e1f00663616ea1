"""Rubin's rules with Barnard-Rubin degrees of freedom, against R's mice, to 1e-10."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre.measure.intervals import rubin

EXACT = {"rel": 1e-10, "abs": 1e-10}


@pytest.fixture
def expected(shared):
    return json.loads(shared("reference/mice_rubin/expected.json").read_text())


def test_pool_of_regressions(shared, expected):
    data = pd.read_csv(shared("reference/mice_rubin/input_imputed_long.csv"))
    estimates, variances = [], []
    for _, completed in data.groupby(".imp"):
        x = np.column_stack([np.ones(len(completed)), completed["age"], completed["bmi"]])
        y = completed["chl"].to_numpy(float)
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ x.T @ y
        sigma2 = ((y - x @ beta) ** 2).sum() / (len(y) - 3)
        estimates.append(beta)
        variances.append(sigma2 * np.diag(inverse))
    pooled = rubin(np.array(estimates), np.array(variances), 22)
    want = expected["pooled"]
    assert pooled.estimate == pytest.approx(want["estimate"], **EXACT)
    assert pooled.within == pytest.approx(want["ubar"], **EXACT)
    assert pooled.between == pytest.approx(want["b"], **EXACT)
    assert pooled.total == pytest.approx(want["t"], **EXACT)
    assert pooled.df == pytest.approx(want["df"], **EXACT)


@pytest.mark.parametrize(("case", "df"), [("pool_scalar_n39_k3", 36), ("pool_scalar_inf", np.inf)])
def test_pool_of_numbers(expected, case, df):
    given, want = expected["pool_scalar_n39_k3"], expected[case]
    pooled = rubin(np.array(given["Q"]), np.array(given["U"]), df)
    assert float(pooled.estimate) == pytest.approx(want["qbar"], **EXACT)
    assert float(pooled.total) == pytest.approx(want["t"], **EXACT)
    assert float(pooled.df) == pytest.approx(want["df"], **EXACT)
