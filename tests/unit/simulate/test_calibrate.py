import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre.errors import StudyError
from barometre.simulate import calibrate
from barometre.simulate.model import even_thresholds, graded


@pytest.mark.parametrize(
    ("value", "relation", "base", "count"),
    [
        (14, "=", 35, 5),  # 14.29
        (37, "=", 35, 13),  # 37.14
        (94, "=", 35, 33),  # 94.29
        (51, "=", 39, 20),  # 51.28
        (62, "=", 39, 24),  # 61.54
        (60, "~", 39, 23),  # 58.97
        (15, "<", 39, 5),  # 12.8; 6 would be 15.4
        (40, ">", 39, 16),  # 41.0; 15 would be 38.5
        (40, "<", 10, 3),  # 4 of 10 is 40, not below
        (40, ">", 10, 5),
    ],
)
def test_nearest_count(value, relation, base, count):
    assert calibrate.count_for(value, relation, base) == count


def test_an_inequality_that_no_count_fulfils():
    with pytest.raises(StudyError, match="no count out of 10 is > 100 %"):
        calibrate.count_for(100, ">", 10)


def fact(item, value, levels, base="", relation="="):
    return {
        "fact": f"{item} {levels}", "statistic": "share", "item": item, "value": str(value),
        "relation": relation, "levels": levels, "rebuilt_base": base,
    }  # fmt: skip


def test_targets_are_counts_at_or_above_a_level():
    facts = [
        fact("a", 14, ">=3", "35"),
        fact("a", 37, "=0", "35"),
        fact("b", 62, "<=2"),
        {"fact": "n", "statistic": "n_units"},
    ]
    found = calibrate.targets(facts, 39)
    assert found == {"a": (35, {3: 5, 1: 22}), "b": (39, {3: 15})}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ([fact("a", 14, ">=3", "35"), fact("a", 37, "=0")], "one base"),
        ([fact("a", 14, ">=3"), fact("a", 80, "<=2")], "one figure"),
        ([fact("a", 14, "=3")], "not of the form"),
    ],
)
def test_figures_that_cannot_be_pinned_stop(facts, words):
    with pytest.raises(StudyError, match=words):
        calibrate.targets(facts, 39)


@given(st.integers(0, 2**32 - 1), st.integers(5, 60), st.data())
def test_pinned_thresholds_give_the_counts_and_rise(seed, n, data):
    response = np.random.default_rng(seed).normal(size=n)
    steps = sorted(data.draw(st.sets(st.integers(1, 5), min_size=1, max_size=3)))
    counts = sorted(
        data.draw(st.sets(st.integers(0, n), min_size=len(steps), max_size=len(steps))),
        reverse=True,
    )
    wanted = dict(zip(steps, counts, strict=True))
    cuts = calibrate.pinned(response, even_thresholds(0.3, 0.55, 5), wanted)
    levels = graded(response, cuts)
    assert {step: int((levels >= step).sum()) for step in steps} == wanted
    assert (np.diff(cuts) > 0).all()


def test_units_keep_their_order_and_free_thresholds_their_distance():
    response = np.array([0.1, 0.9, -0.7, 2.0, 0.4])
    even = even_thresholds(0.0, 0.5, 5)
    cuts = calibrate.pinned(response, even, {3: 4})
    assert np.diff(cuts) == pytest.approx([0.5] * 4)
    levels = graded(response, cuts)
    assert (np.diff(levels[np.argsort(response)]) >= 0).all()
    assert calibrate.pinned(response, even, {}) is even


def test_a_higher_level_reached_by_more_stops():
    with pytest.raises(StudyError, match="must be reached by fewer"):
        calibrate.pinned(np.arange(5.0), even_thresholds(0, 0.5, 5), {2: 2, 4: 3})
