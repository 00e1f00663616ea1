"""Levels to 0-100, themes, index: by hand, and what must hold for any answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from barometre.errors import StudyError
from barometre.measure import scoring
from tests.unit.measure import made

NAN = np.nan


def scored(levels, sizes, shown=None, book=None, **changes):
    levels = np.asarray(levels, float)
    book = book or made.codebook(sizes)
    terms = made.settings(len(sizes), **changes)
    plan = scoring.structure(book, terms, made.responses(levels))
    shown = np.ones(levels.shape, bool) if shown is None else np.asarray(shown)
    return scoring.score(levels, shown, plan, terms)


def test_mean_of_levels_as_published():
    themes, index = scored([[0, 5, 2, 2, 3], [5, 5, 5, 5, 5]], [2, 3])
    assert themes[0] == pytest.approx([50, 100 * 7 / 15])
    assert index[0] == pytest.approx((50 + 100 * 7 / 15) / 2)
    assert index[1] == 100


def test_theme_counts_only_with_enough_answers():
    themes, index = scored([[5, NAN, NAN, 1], [5, 5, NAN, 1]], [3, 1])
    assert np.isnan(themes[0, 0]) and index[0] == pytest.approx(20)
    assert themes[1, 0] == 100 and index[1] == pytest.approx(60)


def test_not_shown_is_not_missing():
    levels = [[5, NAN, NAN, 1]]
    hidden = [[True, False, False, True]]
    themes, index = scored(levels, [3, 1], shown=hidden)
    assert themes[0] == pytest.approx([100, 20]) and index[0] == pytest.approx(60)


def test_theme_not_shown_at_all_is_not_missing():
    terms = {"minimum_themes": 1.0}
    levels = [[NAN, NAN, 1, 1]]
    _, index = scored(levels, [2, 2], shown=[[False, False, True, True]], **terms)
    assert index[0] == pytest.approx(20)
    _, index = scored(levels, [2, 2], **terms)
    assert np.isnan(index[0])


def test_index_unknown_below_minimum_themes():
    _, index = scored([[1, NAN, NAN], [1, 1, NAN]], [1, 1, 1], minimum_themes=0.6)
    assert np.isnan(index[0]) and index[1] == pytest.approx(20)


def test_item_and_theme_weights():
    book = made.codebook([2, 1], weights=[3.0, 1.0, 1.0])
    themes, index = scored([[5, 1, 0]], [2, 1], book=book, theme_weights={"t0": 3})
    assert themes[0, 0] == pytest.approx((300 + 20) / 4)
    assert index[0] == pytest.approx(0.75 * 80)


def test_counts_are_logged_and_put_on_data_bounds():
    levels = np.array([[0.0], [9.0], [99.0]])
    book = made.codebook([1], kind="count")
    themes, _ = scored(levels, [1], book=book, normalisation="data")
    assert themes[:, 0] == pytest.approx([0, 50, 100])


def test_count_without_bounds_is_refused_on_scale():
    with pytest.raises(StudyError, match="i000.*minimum and maximum"):
        scored(np.array([[1.0]]), [1], book=made.codebook([1], kind="count"))


def test_constant_item_is_refused_on_data_bounds():
    with pytest.raises(StudyError, match="only level is 2"):
        scored([[2], [2]], [1], normalisation="data")


def test_level_outside_the_scale_is_refused():
    with pytest.raises(StudyError, match="i000.*outside"):
        scored([[6]], [1])


def test_unknown_theme_weight_is_refused():
    with pytest.raises(StudyError, match=r"theme_weights\.zz"):
        scored([[1]], [1], theme_weights={"zz": 1})


def test_level_matrix_keeps_states():
    levels = np.array([[1.0, NAN], [NAN, 2.0]])
    states = [["answered", "not_shown"], ["unknown", "answered"]]
    answers = made.responses(levels, states)
    plan = scoring.structure(made.codebook([2]), made.settings(1), answers)
    ids, matrix, shown = scoring.level_matrix(answers.sample(frac=1, random_state=1), plan)
    assert list(ids) == ["u0000", "u0001"]
    np.testing.assert_array_equal(matrix, levels)
    np.testing.assert_array_equal(shown, [[True, False], [True, True]])


def test_leading_axes_are_vectorised():
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 6, (4, 3, 7, 5)).astype(float)
    levels[rng.random(levels.shape) < 0.2] = np.nan
    shown = np.ones((7, 5), bool)
    terms = made.settings(2)
    plan = scoring.structure(made.codebook([2, 3]), terms, made.responses(levels[0, 0]))
    themes, index = scoring.score(levels, shown, plan, terms)
    assert themes.shape == (4, 3, 7, 2) and index.shape == (4, 3, 7)
    one_themes, one_index = scoring.score(levels[2, 1], shown, plan, terms)
    np.testing.assert_array_equal(themes[2, 1], one_themes)
    np.testing.assert_array_equal(index[2, 1], one_index)


ANSWERS = hnp.arrays(float, (3, 7), elements=st.sampled_from([0, 1, 2, 3, 4, 5, NAN]))


@given(ANSWERS)
def test_scores_stay_within_bounds(levels):
    themes, index = scored(levels, [2, 4, 1])
    for values in (themes, index):
        known = values[~np.isnan(values)]
        assert ((known >= 0) & (known <= 100)).all()


@given(ANSWERS, st.integers(0, 2), st.integers(0, 6))
def test_a_higher_answer_never_lowers_the_index(levels, unit, item):
    before = scored(levels, [2, 4, 1])[1]
    if levels[unit, item] == 5 or np.isnan(levels[unit, item]):
        return
    raised = levels.copy()
    raised[unit, item] += 1
    after = scored(raised, [2, 4, 1])[1]
    if not np.isnan(before[unit]):
        assert after[unit] >= before[unit]
    others = np.arange(3) != unit
    np.testing.assert_array_equal(before[others], after[others])


@given(ANSWERS, st.permutations(range(3)))
def test_order_of_units_does_not_matter(levels, order):
    _, index = scored(levels, [2, 4, 1])
    _, moved = scored(levels[list(order)], [2, 4, 1])
    np.testing.assert_allclose(moved, index[list(order)], rtol=1e-12)
