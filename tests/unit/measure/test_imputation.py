"""Layer (a): observed values never change, and imputed ones are answers that somebody gave."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.measure import imputation, scoring
from tests.unit.measure import made

SIZES = [3, 4, 1]


def gaps(seed, n=25, missing=0.2):
    rng = np.random.default_rng(seed)
    levels, _, _ = made.planted(rng, n, SIZES, missing=missing)
    shown = rng.random(levels.shape) > 0.1
    levels[~shown] = np.nan
    terms = made.settings(len(SIZES))
    plan = scoring.structure(made.codebook(SIZES), terms, made.responses(levels))
    known = ~np.isnan(scoring.score(levels, shown, plan, terms)[1])
    return levels, shown, known, plan


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([4, 9, 25]))
def test_observed_stays_and_imputed_is_an_observed_level(seed, n):
    levels, shown, known, plan = gaps(seed, n)
    done = imputation.impute(levels, shown, known, plan, 5, np.random.default_rng(seed))
    observed = ~np.isnan(levels)
    for completed in done:
        np.testing.assert_array_equal(completed[observed], levels[observed])
        assert np.isnan(completed[~shown]).all()
        assert np.isnan(completed[~known][~observed[~known]]).all()
        for item in range(levels.shape[1]):
            given_levels = set(levels[observed[:, item] & known, item])
            imputed = completed[~observed[:, item] & shown[:, item] & known, item]
            assert set(imputed[~np.isnan(imputed)]) <= given_levels
            assert not given_levels or not np.isnan(imputed).any()


def test_nothing_missing_gives_one_data_set():
    levels = np.arange(16.0).reshape(2, 8) % 6
    plan = scoring.structure(made.codebook(SIZES), made.settings(3), made.responses(levels))
    done = imputation.impute(
        levels, np.ones(levels.shape, bool), np.ones(2, bool), plan, 5, np.random.default_rng(0)
    )
    np.testing.assert_array_equal(done, levels[None])


def test_same_seed_same_values():
    levels, shown, known, plan = gaps(3)
    first, second = (
        imputation.impute(levels, shown, known, plan, 4, np.random.default_rng(9)) for _ in "ab"
    )
    np.testing.assert_array_equal(first, second)
    assert (np.nan_to_num(first[0]) != np.nan_to_num(first[1])).any()


def test_an_item_nobody_answered_stays_empty():
    levels, shown, known, plan = gaps(4)
    levels[:, 2] = np.nan
    done = imputation.impute(levels, shown, known, plan, 3, np.random.default_rng(0))
    assert np.isnan(done[:, :, 2]).all()


def test_imputation_mends_the_bias_of_hard_items():
    """Weak units skip the hard item: the mean of what was answered flatters them."""
    rng = np.random.default_rng(5)
    n = 400
    ability = rng.normal(size=n)
    answers = np.column_stack(
        [ability + shift + rng.normal(scale=0.4, size=n) for shift in (0.8, 0.8, 0.8, -1.2)]
    )
    levels = np.clip(np.floor((answers + 3) / 6 * 6), 0, 5)
    true = levels[:, 3].mean()
    holed = levels.copy()
    holed[(ability < 0) & (rng.random(n) < 0.7), 3] = np.nan
    plan = scoring.structure(made.codebook([4]), made.settings(1), made.responses(levels))
    done = imputation.impute(
        holed, np.ones(levels.shape, bool), np.ones(n, bool), plan, 20, np.random.default_rng(1)
    )
    assert np.nanmean(holed[:, 3]) - true > 0.3
    assert done[:, :, 3].mean() == pytest.approx(true, abs=0.1)
