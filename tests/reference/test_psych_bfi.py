"""Alpha and Feldt's interval to 1e-12, omega of one factor to 1e-5, against psych and lavaan."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre.measure.reliability import alpha, feldt, omega

SCALES = ("agree", "consc", "extra", "neuro", "open")


@pytest.fixture
def reference(shared):
    expected = json.loads(shared("reference/psych_bfi/expected.json").read_text())
    data = pd.read_csv(shared("reference/psych_bfi/input.csv"))
    data[expected["reversed_items"]] = 7 - data[expected["reversed_items"]]
    return data, expected["scales"]


@pytest.mark.parametrize("scale", SCALES)
def test_scale(reference, scale):
    data, scales = reference
    want = scales[scale]
    complete = data[want["items"]].dropna().to_numpy(float)
    n, k = complete.shape
    assert n == want["n_complete"]
    value = alpha(complete)
    assert value == pytest.approx(want["alpha_raw_complete"], abs=1e-12)
    assert feldt(value, n, k) == pytest.approx(want["alpha_feldt_ci95"], abs=1e-12)
    found = omega(np.cov(complete, rowvar=False))
    assert found == pytest.approx(want["omega_total_cfa_ml"], abs=1e-5)
