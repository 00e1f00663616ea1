"""No withheld count can be found from what is shown."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from barometre.describe.withhold import withheld

MINIMUM = 5
TABLES = arrays(int, st.tuples(st.integers(1, 4), st.integers(2, 4)), elements=st.integers(0, 30))


@settings(max_examples=200, deadline=None)
@given(TABLES)
def test_small_counts_are_withheld_and_never_alone_in_a_line(counts):
    hidden = withheld(counts, MINIMUM)
    assert hidden[(counts > 0) & (counts < MINIMUM)].all()
    for lines, marks in ((counts, hidden), (counts.T, hidden.T)):
        for line, mark in zip(lines, marks, strict=True):
            # One alone only where all its neighbours are 0, so that its sum is it.
            assert mark.sum() != 1 or (line[~mark] == 0).all()


def test_nothing_is_withheld_without_small_counts():
    assert not withheld(np.array([[5, 0], [9, 12]]), MINIMUM).any()


def test_the_smallest_neighbour_goes_with_it():
    hidden = withheld(np.array([[2, 40, 50], [20, 30, 40], [30, 20, 10]]), MINIMUM)
    assert hidden[0].tolist() == [True, True, False]
    assert not hidden[:, 2].any() or hidden[:, 2].sum() >= 2


def test_sums_leave_more_than_one_answer():
    """Every withheld cell of a 2 x 3 table could hold another count with the same sums."""
    counts = np.array([[2, 10, 20], [8, 9, 11]])
    hidden = withheld(counts, MINIMUM)
    places = list(zip(*np.nonzero(hidden), strict=True))
    possible = []
    for values in product(range(31), repeat=len(places)):
        tried = counts.copy()
        for place, value in zip(places, values, strict=True):
            tried[place] = value
        if (tried.sum(0) == counts.sum(0)).all() and (tried.sum(1) == counts.sum(1)).all():
            possible.append(values)
    for place in zip(*possible, strict=True):
        assert len(set(place)) > 1
