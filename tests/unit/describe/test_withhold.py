"""No withheld count can be found from what is shown."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from barometre.describe.withhold import interval, small, withheld, withheld_groups

MINIMUM = 5
TABLES = arrays(int, st.tuples(st.integers(2, 4), st.integers(2, 4)), elements=st.integers(0, 30))


def shown_widths(counts, hidden, sums):
    """Width of the interval of each withheld cell, from what is shown alone."""
    blind = np.where(hidden, 0, counts)
    assert (blind == counts)[~hidden].all()
    return {
        (int(row), int(column)): np.diff(interval(counts, hidden, sums, row, column))[0]
        for row, column in np.argwhere(hidden)
    }


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_small_counts_are_withheld_and_cannot_be_narrowed_below_the_threshold(counts):
    sums = withheld_groups(counts.sum(axis=1), MINIMUM)
    hidden = withheld(counts, MINIMUM, sums)
    assert hidden[small(counts, MINIMUM)].all() and hidden[sums].all()
    if hidden.all():
        return  # nothing of the table is shown but sums
    for place, width in shown_widths(counts, hidden, sums).items():
        assert width >= MINIMUM - 1e-6, place


@settings(max_examples=100, deadline=None)
@given(arrays(int, st.integers(1, 8), elements=st.integers(0, 30)))
def test_sizes_of_small_groups_are_withheld_with_enough_others(sizes):
    hidden = withheld_groups(sizes, MINIMUM)
    assert hidden[small(sizes, MINIMUM)].all()
    if hidden.any() and not hidden.all():
        assert hidden.sum() > 1 and sizes[hidden].sum() >= MINIMUM
    if not small(sizes, MINIMUM).any():
        assert not hidden.any()


def test_nothing_is_withheld_without_small_counts():
    assert not withheld(np.array([[5, 0], [9, 12]]), MINIMUM).any()


def test_the_smallest_neighbour_goes_with_it():
    hidden = withheld(np.array([[2, 40, 50], [20, 30, 40], [30, 20, 10]]), MINIMUM)
    assert hidden[0, 0] and hidden[0].sum() >= 2 and hidden[:, 0].sum() >= 2
    assert not hidden.all()


def test_two_small_counts_in_a_line_are_not_left_to_each_other():
    """3 and 1 alone would be known to be 0 to 4."""
    counts = np.array([[3, 1, 60], [40, 50, 60], [45, 55, 65]])
    hidden = withheld(counts, MINIMUM)
    assert hidden[0].all()
    assert min(shown_widths(counts, hidden, np.zeros(3, bool)).values()) >= MINIMUM


def test_a_group_of_three_is_not_told_by_its_size():
    counts = np.array([[3, 0, 0], [20, 30, 40], [30, 20, 10]])
    sums = withheld_groups(counts.sum(axis=1), MINIMUM)
    assert sums.tolist() == [True, False, True]
    hidden = withheld(counts, MINIMUM, sums)
    assert hidden[0].all() and min(shown_widths(counts, hidden, sums).values()) >= MINIMUM


def test_persons_without_an_answer_hide_nothing_by_themselves():
    """Sums of columns count them, so a column is not known to be the sum of its rows."""
    counts = np.array([[2, 40], [30, 40]])
    without = np.array([1, 0])
    hidden = withheld(counts, MINIMUM, without_answer=without)
    whole, marks = np.vstack([counts, without]), np.vstack([hidden, [True, True]])
    low, high = interval(whole, marks, np.zeros(3, bool), 0, 0)
    assert high - low >= MINIMUM


def test_an_interval_is_what_trying_every_count_gives():
    counts = np.array([[2, 5, 9], [4, 3, 7]])
    hidden = np.array([[True, True, False], [True, True, False]])
    places = list(zip(*np.nonzero(hidden), strict=True))
    possible = []
    for values in product(range(10), repeat=len(places)):
        tried = counts.copy()
        for place, value in zip(places, values, strict=True):
            tried[place] = value
        if (tried.sum(0) == counts.sum(0)).all() and (tried.sum(1) == counts.sum(1)).all():
            possible.append(values)
    for at, place in enumerate(places):
        tried = [values[at] for values in possible]
        found = interval(counts, hidden, np.zeros(2, bool), *place)
        assert np.allclose(found, (min(tried), max(tried)))
