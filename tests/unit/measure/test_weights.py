"""Weights derived from the scores, against definitions and against each other."""

import numpy as np
import pytest

from barometre.errors import StudyError
from barometre.measure import scoring, weights
from barometre.measure.combinations import DERIVED
from tests.unit.measure import made


def test_pca_is_the_eigenvector_of_the_correlations():
    rng = np.random.default_rng(1)
    scores = rng.normal(50, 10, (60, 4))
    scores[:, 1] += scores[:, 0]
    values, vectors = np.linalg.eigh(np.corrcoef(scores, rowvar=False))
    assert weights.derived("pca", scores) == pytest.approx(vectors[:, values.argmax()] ** 2)


def test_entropy_by_hand():
    scores = np.array([[50.0, 10.0], [50.0, 90.0]])
    share = np.array([0.1, 0.9])
    apart = 1 + (share * np.log(share)).sum() / np.log(2)
    assert apart > 0
    assert weights.derived("entropy", scores) == pytest.approx([0, 1])
    scores[0, 0] = 40
    even = np.array([40, 50]) / 90
    first = 1 + (even * np.log(even)).sum() / np.log(2)
    expected = np.array([first, apart]) / (first + apart)
    assert weights.derived("entropy", scores) == pytest.approx(expected)


def test_benefit_of_doubt_where_every_unit_is_best_at_its_own_theme():
    assert weights.derived("benefit_of_doubt", 100 * np.eye(3)) == pytest.approx([1 / 3] * 3)


def test_benefit_of_doubt_gives_a_dominated_unit_its_best_ratio():
    """Each unit's linear programme against a search over directions of weights."""
    rng = np.random.default_rng(2)
    scores = rng.uniform(10, 90, (12, 2))
    angle = np.linspace(0, np.pi / 2, 20001)
    sets = np.column_stack([np.cos(angle), np.sin(angle)])
    sets /= (sets @ scores.T).max(1, keepdims=True)
    best = sets @ scores.T
    found = np.zeros(2)
    for unit in range(12):
        # Of equally good sets of a unit, the one that is best for all units together.
        good = best[:, unit] >= best[:, unit].max() - 1e-6
        found += sets[good][best[good].sum(1).argmax()]
    assert weights.derived("benefit_of_doubt", scores) == pytest.approx(
        found / found.sum(), abs=0.02
    )


def test_order_of_units_does_not_matter():
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 21, (30, 5)) * 5.0
    scores[4, 2] = np.nan
    for how in DERIVED:
        one = weights.derived(how, scores)
        assert one.sum() == pytest.approx(1) and (one >= 0).all()
        assert weights.derived(how, scores[::-1]) == pytest.approx(one, abs=1e-6)


@pytest.mark.parametrize(
    ("how", "units", "least"), [("pca", 11, 12), ("benefit_of_doubt", 3, 4), ("entropy", 1, 2)]
)
def test_too_few_units_state_the_minimum(how, units, least):
    scores = np.random.default_rng(4).uniform(0, 100, (units, 4))
    with pytest.raises(StudyError, match=f"'{how}' needs at least {least} units.*are {units}"):
        weights.derived(how, scores)


def test_themes_that_do_not_vary_are_one_sentence():
    with pytest.raises(StudyError, match="no theme differs"):
        weights.derived("pca", np.full((20, 2), 50.0))


def test_the_structure_carries_the_derived_weights_to_every_room():
    levels = made.planted(np.random.default_rng(5), 40, [3, 3, 3])[0]
    answers, book = made.responses(levels), made.codebook([3, 3, 3])
    for how in DERIVED:
        terms = made.settings(3, weights=how)
        plan = scoring.structure(book, terms, answers)
        themes, index = scoring.score(levels, np.ones(levels.shape, bool), plan, terms)
        assert plan.theme_weights == pytest.approx(weights.derived(how, themes))
        assert index == pytest.approx(themes @ plan.theme_weights)
