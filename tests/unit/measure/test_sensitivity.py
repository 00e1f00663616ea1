"""Sobol indices against functions whose indices are known, and the table."""

import numpy as np
import pytest

from barometre.measure import alternatives, scoring, sensitivity
from tests.unit.measure import made

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}


def ishigami(points, offset=0.0):
    """Ishigami & Homma (1990), a = 7, b = 0.1."""
    x = np.pi * (2 * points - 1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return (y + offset)[:, None]


FIRST = np.array([0.3139, 0.4424, 0.0])
TOTAL = np.array([0.5576, 0.4424, 0.2437])


def test_ishigami():
    found = sensitivity.sobol(ishigami, 3, 2048, np.random.default_rng(1))
    assert found["first"][:, 0] == pytest.approx(FIRST, abs=0.02)
    assert found["total"][:, 0] == pytest.approx(TOTAL, abs=0.02)
    assert (found["first_low"] <= found["first"]).all()
    assert (found["first"] <= found["first_high"]).all()


def test_centring_makes_a_shift_harmless():
    near = sensitivity.sobol(ishigami, 3, 512, np.random.default_rng(2))
    far = sensitivity.sobol(lambda p: ishigami(p, 1000.0), 3, 512, np.random.default_rng(2))
    np.testing.assert_allclose(near["first"], far["first"], atol=1e-8)
    np.testing.assert_allclose(near["first_low"], far["first_low"], atol=1e-8)


def test_additive_model_has_equal_first_and_total():
    found = sensitivity.sobol(
        lambda p: (3 * p[:, 0] + p[:, 1])[:, None], 2, 1024, np.random.default_rng(3)
    )
    assert found["first"][:, 0] == pytest.approx([0.9, 0.1], abs=0.02)
    assert found["total"][:, 0] == pytest.approx([0.9, 0.1], abs=0.02)


def test_a_steady_output_has_no_indices():
    found = sensitivity.sobol(lambda p: np.ones((len(p), 1)), 2, 64, np.random.default_rng(4))
    assert np.isnan(found["first"]).all() and np.isnan(found["total"]).all()


def table(sizes, n=30, missing=0.1, seed=0, **changes):
    rng = np.random.default_rng(seed)
    levels, _, _ = made.planted(rng, n, sizes, missing=missing)
    terms = made.settings(len(sizes), **changes)
    book = made.codebook(sizes)
    plan = scoring.structure(book, terms, made.responses(levels))
    shown = np.ones(levels.shape, bool)
    index = scoring.score(levels, shown, plan, terms)[1]
    known = ~np.isnan(index)
    filled = np.where(np.isnan(levels), 2.0, levels)[None]
    variants = alternatives.theme_variants(levels, filled, shown, known, book, plan, terms)
    return sensitivity.sensitivity_table(
        variants, index[known], plan, SHARES, np.random.default_rng(seed)
    )


def test_table_names_every_choice_for_every_target():
    found = table([3, 2, 4])
    assert list(found["assumption"]) == [*sensitivity.FACTORS] * 2
    assert list(found["target"].unique()) == list(sensitivity.TARGETS)
    assert (found["total"] >= -1e-9).all()
    assert (found["total_high"] >= found["first_order_low"]).all()


def test_a_choice_that_does_not_exist_is_blank():
    found = table([5], missing=0.0).set_index(["target", "assumption"])
    for target in sensitivity.TARGETS:
        for choice in ("weights", "aggregation", "missing"):
            assert np.isnan(found.loc[(target, choice), "total"])
    assert found.loc[("mean_rank_shift", "normalisation"), "total"] == pytest.approx(1, abs=0.05)


def test_same_seed_same_table():
    assert table([3, 2], seed=5).equals(table([3, 2], seed=5))
