"""Variance of a curve's estimates by choice: planted components, balanced and absent."""

import numpy as np
import pytest

from barometre.explain.decomposition import variance_components


def test_balanced_one_way_equals_the_mean_squares() -> None:
    rng = np.random.default_rng(1)
    groups, each = 6, 5
    level = np.repeat(3 * rng.normal(size=groups), each)
    y = level + rng.normal(size=groups * each)
    table = y.reshape(groups, each)
    within = table.var(axis=1, ddof=1).mean()
    between = each * table.mean(axis=1).var(ddof=1)
    found = variance_components(y, {"definition": np.repeat(np.arange(groups), each).astype(str)})
    assert found["residual"] == pytest.approx(within, rel=1e-5)
    assert found["definition"] == pytest.approx((between - within) / each, rel=1e-5)


def test_a_choice_that_moves_nothing_has_no_variance() -> None:
    y = np.array([1.0, 1.2, 3.0, 3.2])
    found = variance_components(
        y, {"moves": ["a", "a", "b", "b"], "idle": ["p", "q", "q", "p"], "alone": ["x"] * 4}
    )
    assert found["idle"] == pytest.approx(0, abs=1e-9)
    assert found["alone"] == 0
    assert found["moves"] > 10 * found["residual"]


def test_equal_estimates_have_no_variance() -> None:
    assert variance_components(np.ones(3), {"a": ["x", "y", "y"]}) == {"a": 0.0, "residual": 0.0}
