import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.classify import natural
from barometre.classify.natural import natural_cut, natural_sizes, optimal_sizes


def within(ordered, sizes):
    parts = np.split(ordered, np.cumsum(sizes)[:-1])
    return sum(((part - part.mean()) ** 2).sum() for part in parts)


def smallest(ordered, k):
    n = len(ordered)
    return min(
        within(ordered, np.diff([0, *edges, n]))
        for edges in itertools.combinations(range(1, n), k - 1)
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=14), st.integers(1, 4))
def test_exact_against_brute_force(values, k):
    ordered = np.sort(np.array(values, dtype=float))
    sizes, cost = optimal_sizes(ordered, k)
    assert cost == pytest.approx(smallest(ordered, k), abs=1e-9)
    assert within(ordered, sizes) == pytest.approx(cost, abs=1e-9)
    for found in (natural._dense_sizes, natural_sizes):
        assert within(ordered, found(ordered[None], k)[0]) == pytest.approx(cost, abs=1e-9)


@pytest.mark.parametrize("n", [40, 150, 700])
def test_both_algorithms_agree(n):
    samples = np.sort(np.random.default_rng(n).gamma(2, 10, (5, n)))
    for row, sizes in zip(samples, natural._dense_sizes(samples, 3), strict=True):
        assert optimal_sizes(row, 3)[0].tolist() == sizes.tolist()
    assert (natural_sizes(samples) == natural._dense_sizes(samples, 3)).all()


@given(st.lists(st.integers(0, 6), min_size=5, max_size=40).filter(lambda x: len(set(x)) >= 3))
def test_equal_values_share_a_class_and_order_is_kept(values):
    index = np.array([*map(float, values), np.nan])
    codes = natural_cut(index, 3)
    assert codes[-1] == -1
    order = np.argsort(index[:-1], kind="stable")
    assert (np.diff(codes[order]) >= 0).all()
    assert set(codes[:-1]) == {0, 1, 2}
    for value in set(values):
        assert len(set(codes[:-1][index[:-1] == value])) == 1


def test_fewer_values_than_classes():
    with pytest.raises(ValueError, match="distinct"):
        natural_cut(np.array([1.0, 1, 2, np.nan]), 3)
