"""Alpha and omega where their value is known, and why a cell is empty."""

import numpy as np
import pandas as pd
import pytest

from barometre.measure import reliability, scoring
from tests.unit.measure import made


def test_alpha_of_parallel_items():
    covariance = np.full((4, 4), 1.0) + np.diag([1.0] * 4)
    root = np.linalg.cholesky(covariance)
    z = np.random.default_rng(0).normal(size=(50, 4))
    z = np.linalg.qr(z - z.mean(0))[0] * np.sqrt(49)
    scores = z @ root.T
    assert reliability.alpha(scores) == pytest.approx(4 / 3 * (1 - 8 / 20))
    assert reliability.omega(np.cov(scores, rowvar=False)) == pytest.approx(16 / 20, abs=1e-6)


def test_omega_of_a_known_factor():
    loadings, unique = np.array([0.9, 0.7, 0.5, 1.4]), np.array([0.5, 0.6, 0.9, 2.0])
    covariance = np.outer(loadings, loadings) + np.diag(unique)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum())
    assert reliability.omega(covariance) == pytest.approx(expected, abs=1e-6)


def test_feldt_covers():
    """Covariance with alpha .8, n = 20: the 95 % interval holds it 95 % of the time."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(1000):
        scores = rng.normal(size=(20, 1)) + rng.normal(size=(20, 4))
        low, high = reliability.feldt(reliability.alpha(scores), 20, 4)
        hits += low <= 0.8 <= high
    assert hits / 1000 == pytest.approx(0.95, abs=0.021)


def table(levels, sizes, model="reflective"):
    terms = made.settings(len(sizes), model=model)
    plan = scoring.structure(made.codebook(sizes), terms, made.responses(levels))
    scores = scoring.item_scores(levels, plan)
    return reliability.reliability_table(scores, plan, terms).set_index("theme")


def test_table_says_why_a_cell_is_empty():
    levels, _, _ = made.planted(np.random.default_rng(2), 60, [1, 2, 4])
    found = table(levels, [1, 2, 4])
    assert list(found.index) == ["t0", "t1", "t2", "whole"]
    assert np.isnan(found.loc["t0", "alpha"]) and "one item" in found.loc["t0", "note"]
    assert found.loc["t1", "alpha"] > 0 and "two items" in found.loc["t1", "note"]
    assert found.loc["t2", "omega"] > 0 and pd.isna(found.loc["t2", "note"])
    assert np.isnan(found.loc["whole", "omega"]) and found.loc["whole", "alpha"] > 0


def test_small_samples_and_formative_models_are_noted():
    levels, _, _ = made.planted(np.random.default_rng(3), 10, [4])
    note = table(levels, [4], model="formative").loc["t0", "note"]
    assert note.startswith("formative") and "10 complete units are too few" in note


def test_listwise_count():
    levels, _, _ = made.planted(np.random.default_rng(4), 30, [4])
    levels[:7, 0] = np.nan
    assert table(levels, [4]).loc["t0", "n_units"] == 23
