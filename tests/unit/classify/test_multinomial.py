import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre.classify.multinomial import clopper_pearson, exact_test, outcomes, printable

EY = [0.2, 0.5, 0.3]


def test_39_units_print_20_50_30_to_the_nearest_five_only():
    way, splits = printable(39, EY)
    assert way == "nearest five"
    assert sorted(map(tuple, splits)) == [(7, 20, 12), (8, 19, 12), (8, 20, 11)]


def test_ten_units_print_it_to_the_unit():
    way, splits = printable(10, EY)
    assert (way, splits.tolist()) == ("unit", [[2, 5, 3]])


def test_a_base_that_prints_nothing():
    assert printable(7, EY)[0] == "no"


def test_truncation_is_told_from_rounding():
    # 1/6, 2/6, 3/6 are 16.7, 33.3 and 50 %: cut off they print 16/33/50, which is not a whole
    # of 100, so shares here need not sum to 1.
    assert printable(6, [0.16, 0.33, 0.50])[0] == "truncation"
    assert printable(6, [0.17, 0.33, 0.50])[0] == "unit"


def test_percentages_with_a_decimal_are_held_to_it():
    assert printable(39, [0.205, 0.487, 0.308])[0] == "unit"
    assert printable(40, [0.205, 0.487, 0.308])[0] == "no"


@given(st.integers(1, 25))
def test_all_outcomes_once(n):
    grid = outcomes(n)
    assert len(np.unique(grid, axis=0)) == len(grid) == (n + 1) * (n + 2) // 2
    assert (grid.sum(1) == n).all() and (grid >= 0).all()


@pytest.mark.parametrize("ordering", ["probability", "chi2", "likelihood_ratio", "freeman_tukey"])
def test_exact_test_never_rejects_more_often_than_it_says(ordering):
    from scipy import stats

    grid = outcomes(12)
    chance = stats.multinomial.pmf(grid, 12, EY)
    p_values = np.array([exact_test(counts, EY, ordering) for counts in grid])
    for level in (0.01, 0.05, 0.2):
        assert chance[p_values <= level].sum() <= level + 1e-12


def test_clopper_pearson_at_the_ends():
    assert clopper_pearson(0, 10)[0] == 0 and clopper_pearson(10, 10)[1] == 1
    assert clopper_pearson(2, 2)[0] == pytest.approx(0.158, abs=1e-3)
