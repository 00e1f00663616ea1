"""Bootstrap intervals equal boot::boot.ci on the same resamples (reference/boot_bca)."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from barometre.explain import bootstrap

TOLERANCE = {"rel": 1e-10, "abs": 1e-10}


@pytest.fixture
def folder(shared):
    return shared("reference/boot_bca/expected.json").parent


def expected(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def resampled(folder, name):
    return pd.read_csv(folder / f"boot_index_{name}.csv").to_numpy() - 1


def basic(estimate, drawn):
    low, high = bootstrap.percentile(drawn)
    return 2 * estimate - high, 2 * estimate - low


def normal(estimate, drawn):
    middle, reach = 2 * estimate - drawn.mean(), ndtri(0.975) * drawn.std(ddof=1)
    return middle - reach, middle + reach


def compare(ci, estimate, drawn, index):
    assert list(ci["normal"]) == pytest.approx(normal(estimate, drawn), **TOLERANCE)
    assert list(ci["basic"]) == pytest.approx(basic(estimate, drawn), **TOLERANCE)
    assert list(ci["percent"]) == pytest.approx(bootstrap.percentile(drawn), **TOLERANCE)
    assert list(ci["bca"]) == pytest.approx(bootstrap.bca(estimate, drawn, index), **TOLERANCE)


def test_ratio_of_city(folder):
    data, index = pd.read_csv(folder / "input.csv"), resampled(folder, "city")
    u, x = data["u"].to_numpy(float), data["x"].to_numpy(float)
    drawn = x[index].sum(axis=1) / u[index].sum(axis=1)
    want = expected(folder)["city"]
    estimate = x.sum() / u.sum()
    assert want["t0"] == pytest.approx(estimate)
    compare(want, estimate, drawn, index)


def test_influence_of_city(folder):
    data, index = pd.read_csv(folder / "input.csv"), resampled(folder, "city")
    u, x = data["u"].to_numpy(float), data["x"].to_numpy(float)
    text = (folder / "expected.json").read_text(encoding="utf-8")
    # The units' names repeat, so the pairs are kept in their order.
    pairs = json.loads(text, object_pairs_hook=lambda found: found)
    city = dict(dict(pairs)["city"])
    want = [value for _, value in city["empinf"]]
    drawn = x[index].sum(axis=1) / u[index].sum(axis=1)
    found = bootstrap.regression_influence(drawn, index)
    assert found == pytest.approx(np.array(want), rel=1e-9, abs=1e-9)


def test_coefficients_of_mtcars(folder):
    data, index = pd.read_csv(folder / "input_mtcars.csv"), resampled(folder, "mtcars")
    design = np.column_stack([np.ones(len(data)), data["wt"], data["hp"]]).astype(float)
    y = data["mpg"].to_numpy(float)
    drawn = np.array([np.linalg.lstsq(design[row], y[row], rcond=None)[0] for row in index])
    whole = np.linalg.lstsq(design, y, rcond=None)[0]
    for place, ci in enumerate(expected(folder)["mtcars"]["ci"]):
        compare(ci, whole[place], drawn[:, place], index)
