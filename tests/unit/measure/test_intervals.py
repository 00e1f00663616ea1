"""Layers (a) and (b): by hand, and coverage of the planted truth."""

import numpy as np
import pytest
from scipy import stats

from barometre.measure import imputation, intervals, scoring
from tests.unit.measure import made


def plan_for(levels, sizes, **changes):
    terms = made.settings(len(sizes))
    return scoring.structure(made.codebook(sizes, **changes), terms, made.responses(levels))


def test_variance_of_a_theme_by_hand():
    levels = np.array([[0.0, 2.0, 5.0, 1.0]])
    plan = plan_for(levels, [3, 1])
    mean, variance, df = intervals.item_variance(scoring.item_scores(levels, plan), plan)
    given = np.array([0.0, 40.0, 100.0])
    assert mean[0] == pytest.approx([given.mean(), 20])
    assert variance[0, 0] == pytest.approx(given.var(ddof=1) / 3)
    assert np.isnan(variance[0, 1])
    assert df[0] == pytest.approx([2, 0])


def test_weighted_variance_of_equal_weights_is_the_plain_one():
    rng = np.random.default_rng(0)
    levels = rng.integers(0, 6, (5, 7)).astype(float)
    plain = plan_for(levels, [3, 4])
    scaled = plan_for(levels, [3, 4], weights=[2.5] * 7)
    scores = scoring.item_scores(levels, plain)
    for one, two in zip(
        intervals.item_variance(scores, plain), intervals.item_variance(scores, scaled), strict=True
    ):
        np.testing.assert_allclose(one, two)


def test_moderation_by_hand():
    variance = np.array([[4.0], [0.0]])
    share, prior = np.full((2, 1), 0.5), np.full((1, 1), 3.0)
    raised, df = intervals.moderated(variance, share, np.ones((2, 1)), prior)
    assert raised[:, 0] == pytest.approx([0.5 * (3 * 4 + 8) / 4, 0.5 * (3 * 4 + 0) / 4])
    assert df[:, 0] == pytest.approx([4, 4])


def common(levels, sizes):
    plan = plan_for(levels, sizes)
    return intervals.common_df(scoring.item_scores(levels, plan), plan)[0]


def test_degrees_of_freedom_of_the_common_spread():
    rng = np.random.default_rng(5)
    units, items = rng.integers(0, 3, (8, 1)), np.array([[0, 1, 3]])
    # All units differ from item to item alike: only the items' own degrees of freedom.
    assert common((units + items).astype(float), [3]) == pytest.approx([2])
    # Residuals of items and remainder by hand.
    levels = np.array([[0.0, 2.0], [1.0, 3.0], [0.0, 0.0], [4.0, 5.0]])
    half = np.diff(levels, axis=1)[:, 0] / 2
    share = 4 * half.mean() ** 2 / (half**2).sum()
    assert common(levels, [2]) == pytest.approx([1 / (share**2 + (1 - share) ** 2 / 3)])


def test_degrees_of_freedom_are_bounded_and_none_without_company():
    noise = np.random.default_rng(6).integers(0, 6, (300, 4)).astype(float)
    assert common(noise, [3, 1]) == pytest.approx([intervals.MOST_PRIOR_DF, 0])
    assert common(noise[:1], [4]) == pytest.approx([0])
    holed = noise[:5].copy()
    holed[1:, :3] = np.nan
    assert common(holed, [4]) == pytest.approx([0])


def test_one_theme_gives_the_index_the_interval_of_the_theme():
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 6, (6, 4)).astype(float)
    plan = plan_for(levels, [4])
    scores = scoring.item_scores(levels, plan)[None]
    theme, index = intervals.pooled_themes(scores, plan), intervals.pooled_index(scores, plan)
    np.testing.assert_allclose(index.total, theme.total[:, 0])
    np.testing.assert_allclose(index.df, theme.df[:, 0])
    low, high = intervals.bounds(index, index.estimate)
    half = stats.t.ppf(0.975, index.df) * np.sqrt(index.total)
    np.testing.assert_allclose(high, np.minimum(index.estimate + half, 100))
    np.testing.assert_allclose(low, np.maximum(index.estimate - half, 0))


def test_one_item_themes_have_no_interval_of_their_own():
    rng = np.random.default_rng(2)
    levels = rng.integers(0, 6, (6, 4)).astype(float)
    plan = plan_for(levels, [3, 1])
    scores = scoring.item_scores(levels, plan)[None]
    themes, index = intervals.pooled_themes(scores, plan), intervals.pooled_index(scores, plan)
    low, _ = intervals.bounds(themes, themes.estimate)
    assert np.isnan(low[:, 1]).all() and not np.isnan(low[:, 0]).any()
    np.testing.assert_allclose(index.total, themes.total[:, 0] / 4)
    lone = plan_for(levels, [1, 1, 1, 1])
    low, high = intervals.bounds(intervals.pooled_index(scores, lone), index.estimate)
    assert np.isnan(low).all() and np.isnan(high).all()


def test_the_interval_holds_the_printed_score():
    pooled = intervals.Pooled(*(np.array([x]) for x in (50.0, 1.0, 0.0, 1.0, 10.0)))
    low, high = intervals.bounds(pooled, np.array([60.0]))
    assert low[0] < 50 and high[0] == 60


def test_missing_answers_widen_the_interval():
    rng = np.random.default_rng(3)
    levels, _, _ = made.planted(rng, 60, [4] * 3)
    holed = levels.copy()
    holed[:30, [0, 1, 4]] = np.nan
    plan = plan_for(levels, [4] * 3)
    shown, known = np.ones(levels.shape, bool), np.ones(60, bool)
    done = imputation.impute(holed, shown, known, plan, 20, np.random.default_rng(0))
    full = intervals.pooled_index(scoring.item_scores(levels, plan)[None], plan)
    some = intervals.pooled_index(scoring.item_scores(done, plan), plan)
    assert (some.between[:30] > 0).all() and (some.between[30:] < 1e-12).all()
    assert some.total[:30].mean() > full.total[:30].mean()


@pytest.mark.parametrize("size", [2, 3, 4, 6])
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_coverage_of_the_index(size, missing):
    """94-98 % of the planted truths, plus or minus three Monte Carlo errors."""
    rng = np.random.default_rng(100 * size + int(100 * missing))
    sizes = [size] * 5
    hits = []
    for _ in range(60 if missing else 120):
        levels, _, truth = made.planted(rng, 22, sizes, missing=missing)
        terms = made.settings(5)
        plan = scoring.structure(made.codebook(sizes), terms, made.responses(levels))
        shown = np.ones(levels.shape, bool)
        _, index = scoring.score(levels, shown, plan, terms)
        known = ~np.isnan(index)
        done = imputation.impute(levels, shown, known, plan, 10, rng)
        pooled = intervals.pooled_index(scoring.item_scores(done, plan), plan)
        low, high = intervals.bounds(pooled, index)
        hits.append(((low <= truth) & (truth <= high))[known].mean())
    # Units of one replicate share their items: the replicate, not the unit, is the draw.
    error = np.std(hits, ddof=1) / np.sqrt(len(hits))
    assert 0.94 - 3 * error < np.mean(hits) < 0.98 + 3 * error
