"""Kendall's W and its permutation p-value, against hand values and brute force."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.describe.agreement import exact_p, kendalls_w, permutation_p


def test_w_by_hand():
    """Rank sums 4, 6, 8: S = 8, W = 12 * 8 / (9 * 24)."""
    ranks = np.array([[1, 2, 3], [1, 3, 2], [2, 1, 3]], dtype=float)
    assert kendalls_w(ranks) == pytest.approx(96 / 216)


def test_w_with_ties_by_hand():
    """Two units, ranks 1 2.5 2.5: sums 2 5 5, S = 6, T = 6 each: 72 / (96 - 24) = 1."""
    ranks = np.array([[1, 2.5, 2.5], [1, 2.5, 2.5]])
    assert kendalls_w(ranks) == pytest.approx(1.0)
    # 1 2.5 2.5 and 3 1 2: sums 4, 3.5, 4.5, S = .5, W = 12 * .5 / (96 - 2 * 6).
    assert kendalls_w(np.array([[1, 2.5, 2.5], [3, 1, 2]])) == pytest.approx(6 / 84)


def test_w_of_friedman():
    """W = chi2 / (n (m - 1)), with the Friedman statistic of scipy, ties included."""
    from scipy.stats import friedmanchisquare, rankdata

    scores = np.random.default_rng(4).integers(0, 4, (12, 5)).astype(float)
    expected = friedmanchisquare(*scores.T).statistic / (12 * 4)
    assert kendalls_w(rankdata(scores, axis=1)) == pytest.approx(expected)


def test_all_alike_and_nothing_to_say():
    alike = np.tile([1.0, 2, 3, 4], (10, 1))
    assert kendalls_w(alike) == 1
    # Only the 24 orders in which all ten agree reach it.
    assert permutation_p(alike, np.random.default_rng(0)) == pytest.approx(24 / 24**10, rel=1e-9)
    assert np.isnan(kendalls_w(alike[:1]))
    assert np.isnan(permutation_p(alike[:1], np.random.default_rng(0)))
    assert np.isnan(kendalls_w(np.full((3, 4), 2.5)))


def brute_force(ranks):
    """Every order of every unit, one by one."""
    own = [sorted(set(permutations(row))) for row in ranks.tolist()]
    middle = ranks.shape[0] * (ranks.shape[1] + 1) / 2
    observed = ((ranks.sum(axis=0) - middle) ** 2).sum()
    spreads = [((np.sum(rows, axis=0) - middle) ** 2).sum() for rows in product(*own)]
    return float(np.mean(np.array(spreads) >= observed - 1e-9))


@pytest.mark.parametrize(
    "ranks",
    [
        [[1, 2, 3], [1, 3, 2], [2, 1, 3], [1, 2, 3]],
        [[1, 2.5, 2.5], [1, 2, 3], [2, 1, 3]],
        [[1, 2, 3, 4], [2, 1, 3, 4], [1, 2, 3.5, 3.5]],
    ],
)
def test_exact_p_is_that_of_brute_force(ranks):
    ranks = np.array(ranks, dtype=float)
    assert exact_p(ranks) == pytest.approx(brute_force(ranks), abs=1e-12)


def test_exact_p_of_the_printed_table():
    """Table of Friedman (1937) in Siegel and Castellan: n = 4, m = 3, chi2 = 6.5 has p .042."""
    ranks = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 3, 2]], dtype=float)
    assert kendalls_w(ranks) * 4 * 2 == pytest.approx(6.5)
    assert round(exact_p(ranks), 3) == 0.042


def test_monte_carlo_where_the_list_is_too_long():
    random = np.random.default_rng(3)
    ranks = random.permuted(np.tile([1.0, 2, 3, 4], (10, 1)), axis=1)
    exact = exact_p(ranks)
    assert exact_p(ranks, largest=100) is None
    from unittest.mock import patch

    with patch("barometre.describe.agreement.exact_p", return_value=None):
        drawn = permutation_p(ranks, np.random.default_rng(5))
    assert abs(drawn - exact) < 4 * np.sqrt(exact * (1 - exact) / 9999) + 1e-3


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_w_and_p_do_not_depend_on_names_or_order(units, options, seed):
    random = np.random.default_rng(seed)
    ranks = random.permuted(np.tile(np.arange(1.0, options + 1), (units, 1)), axis=1)
    moved = ranks[random.permutation(units)][:, random.permutation(options)]
    assert 0 <= kendalls_w(ranks) <= 1
    assert kendalls_w(moved) == pytest.approx(kendalls_w(ranks))
    assert exact_p(moved) == pytest.approx(exact_p(ranks), abs=1e-12)
