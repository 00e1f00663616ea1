"""Posterior draws: shrunken, consistent, and honest about classes."""

import numpy as np
import pytest

from barometre.classify.ordered import class_sizes, cut
from barometre.measure import posterior, scoring
from tests.unit.measure import made

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}


def drawn(levels, sizes, draws=1000, seed=0, known=None):
    plan = scoring.structure(
        made.codebook(sizes), made.settings(len(sizes)), made.responses(levels)
    )
    scores = scoring.item_scores(levels, plan)
    known = np.ones(len(levels), bool) if known is None else known
    ids = np.array([f"u{i}" for i in range(len(levels))])
    rng = np.random.default_rng(seed)
    return posterior.posterior_draws(scores[None], scores, known, plan, ids, draws, rng), plan


def test_shape_bounds_and_consistency():
    levels, _, _ = made.planted(np.random.default_rng(1), 30, [3, 4, 2])
    found, plan = drawn(levels, [3, 4, 2])
    assert found.index.shape == (1000, 30) and found.theme_scores.shape == (1000, 30, 3)
    assert found.index.min() >= 0 and found.index.max() <= 100
    np.testing.assert_allclose(
        found.theme_scores @ plan.theme_weights, found.index, rtol=0, atol=1e-3
    )


def test_unknown_units_and_unseen_themes_are_nan():
    levels, _, _ = made.planted(np.random.default_rng(2), 20, [3, 3])
    levels[0] = np.nan
    levels[1, :3] = np.nan
    known = np.arange(20) > 0
    found, _ = drawn(levels, [3, 3], known=known)
    assert np.isnan(found.index[:, 0]).all() and not np.isnan(found.index[:, 1:]).any()
    assert np.isnan(found.theme_scores[:, 1, 0]).all()
    np.testing.assert_allclose(found.theme_scores[:, 1, 1], found.index[:, 1], atol=1e-3)


def test_interaction_variance_is_that_of_a_two_way_table():
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(12, 4))
    plan = scoring.structure(
        made.codebook([4, 1]), made.settings(2), made.responses(np.ones((1, 5)))
    )
    full = np.column_stack([scores, rng.normal(size=12)])
    residual = scores - scores.mean(1, keepdims=True) - scores.mean(0) + scores.mean()
    expected = (residual**2).sum() / (11 * 3)
    found = posterior.interaction_variance(full, plan)
    assert found[0] == pytest.approx(expected)
    assert found[1] == pytest.approx(expected), "a theme of one item borrows"


def test_interaction_variance_without_any_pair_takes_all_items_as_one_pool():
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(10, 3))
    plan = scoring.structure(
        made.codebook([1, 1, 1]), made.settings(3), made.responses(np.ones((1, 3)))
    )
    residual = scores - scores.mean(1, keepdims=True) - scores.mean(0) + scores.mean()
    expected = (residual**2).sum() / (9 * 2)
    assert posterior.interaction_variance(scores, plan) == pytest.approx([expected] * 3)


def test_shrinkage_is_the_reliability():
    """Many units, equal errors: the mean of the draws is mu + reliability * (x - mu)."""
    rng = np.random.default_rng(5)
    truth = rng.normal(50, 10, 2000)
    x = truth + rng.normal(0, 10, 2000)
    found = posterior.index_draws(x, np.full(2000, 100.0), 800, rng)
    slope = np.polyfit(x, found.mean(0), 1)[0]
    assert slope == pytest.approx(0.5, abs=0.05)
    assert found.std(0).mean() == pytest.approx(np.sqrt(50), rel=0.05)


def test_no_spread_between_units_draws_them_together():
    rng = np.random.default_rng(6)
    x = 50 + rng.normal(0, 5, 400)
    found = posterior.index_draws(x, np.full(400, 25.0), 500, rng)
    assert found.mean(0).std() < 2


def test_large_studies_get_fewer_draws(monkeypatch):
    monkeypatch.setattr(posterior, "MOST_NUMBERS", 10_000)
    levels, _, _ = made.planted(np.random.default_rng(7), 20, [3, 3])
    assert drawn(levels, [3, 3], draws=4000)[0].index.shape[0] == 500


@pytest.mark.parametrize("reliability", [0.5, 0.9])
def test_stated_probabilities_are_the_frequencies(reliability):
    """The class the same rule gives on true scores, within .03 and Monte Carlo error."""
    rng = np.random.default_rng(int(10 * reliability))
    stated, right = [], []
    for _ in range(60):
        levels, _, truth = made.planted(rng, 39, [3] * 5, reliability)
        found, _ = drawn(levels, [3] * 5, draws=400, seed=rng.integers(1 << 30))
        sizes = class_sizes(39, SHARES)
        codes, true = cut(found.index, sizes), cut(truth, sizes)
        for code in range(3):
            stated.append((codes == code).mean(0))
            right.append(true == code)
    p, y = np.concatenate(stated), np.concatenate(right)
    for low in np.arange(0, 1, 0.2):
        cell = (p >= low) & (p < low + 0.2 + (low > 0.7))
        error = np.sqrt(p[cell].mean() * (1 - p[cell].mean()) / cell.sum())
        assert abs(y[cell].mean() - p[cell].mean()) < 0.03 + 3 * error
