"""Layer (c): every alternative by hand, and the range that holds them."""

import numpy as np
import pytest

from barometre.measure import alternatives, scoring
from barometre.measure.means import ARITHMETIC, Mean
from tests.unit.measure import made

THEMES = np.array([[0.0, 100.0], [50.0, 50.0], [20.0, np.nan]])
EVEN = np.array([[0.5, 0.5]])
GEOMETRIC, ROOT = Mean("geometric", 0.0, 1.0), Mean("root", 0.5, 1.0)


def test_arithmetic_is_the_index():
    assert alternatives.aggregate(THEMES, EVEN, ARITHMETIC)[0] == pytest.approx([50, 50, 20])


def test_geometric_and_root_on_the_stated_offset():
    geometric = (np.sqrt(1 * 100) - 1) / 0.99
    root = (((1 + 10) / 2) ** 2 - 1) / 0.99
    assert alternatives.aggregate(THEMES, EVEN, GEOMETRIC)[0] == pytest.approx([geometric, 50, 20])
    assert alternatives.aggregate(THEMES, EVEN, ROOT)[0] == pytest.approx([root, 50, 20])
    assert geometric < root < 50


def variants(levels, sizes, shown=None, **changes):
    terms = made.settings(len(sizes), **changes)
    book = made.codebook(sizes)
    plan = scoring.structure(book, terms, made.responses(levels))
    shown = np.ones(levels.shape, bool) if shown is None else shown
    index = scoring.score(levels, shown, plan, terms)[1]
    known = ~np.isnan(index)
    filled = np.where(np.isnan(levels), 2.0, levels)[None]
    found = alternatives.theme_variants(levels, filled, shown, known, book, plan, terms)
    return found, plan, index


def test_variants_are_the_treatments_by_the_normalisations():
    levels = np.array([[1.0, 2, 3], [3, np.nan, 0], [4, 4, 1], [np.nan] * 3])
    found, plan, _ = variants(levels, [2, 1])
    assert list(found)[0] == ("scale", "answered")
    assert {name for name, _ in found} == {"scale", "data", "percentile"}
    assert found["scale", "answered"][:, 0] == pytest.approx([30, 60, 80])
    assert found["scale", "imputed"][:, 0] == pytest.approx([30, 50, 80])
    assert found["data", "answered"][:, 1] == pytest.approx([100, 0, 100 / 3])
    assert found["percentile", "answered"][:, 1] == pytest.approx([500 / 6, 100 / 6, 50])
    assert plan.theme_weights == pytest.approx([0.5, 0.5])


def test_a_constant_item_keeps_its_scale_bounds():
    levels = np.array([[2.0, 0], [2, 5], [2, 1]])
    found, _, _ = variants(levels, [1, 1])
    assert found["data", "answered"][:, 0] == pytest.approx([40, 40, 40])


def test_range_holds_the_index_and_stays_on_the_scale():
    levels, _, _ = made.planted(np.random.default_rng(1), 25, [2, 3, 4], missing=0.1)
    found, plan, index = variants(levels, [2, 3, 4])
    low, high = alternatives.ranges(found, plan)
    known = index[~np.isnan(index)]
    assert (low <= known + 1e-9).all() and (known <= high + 1e-9).all()
    assert (low >= 0).all() and (high <= 100).all()


def test_ranks_never_enter_the_range():
    levels, _, _ = made.planted(np.random.default_rng(2), 25, [2, 3])
    found, plan, _ = variants(levels, [2, 3])
    spoilt = {
        key: np.full_like(themes, 1e6) if key[0] == "percentile" else themes
        for key, themes in found.items()
    }
    np.testing.assert_array_equal(
        alternatives.ranges(found, plan), alternatives.ranges(spoilt, plan)
    )


def test_weight_sets_sum_to_one():
    rng = np.random.default_rng(3)
    levels = rng.integers(0, 6, (30, 6)).astype(float)
    found, plan, _ = variants(levels, [1, 2, 3])
    sets = alternatives.weight_sets(found["scale", "imputed"], plan)
    assert list(sets) == ["nominal", "equal", "items", "component"]
    assert sets["items"] == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    for weights in sets.values():
        assert weights.sum() == pytest.approx(1) and (weights >= 0).all()


def test_first_component_of_two_correlated_themes_and_noise():
    rng = np.random.default_rng(4)
    shared = rng.normal(size=500)
    themes = np.column_stack([shared, shared, rng.normal(size=500)])
    plan = scoring.structure(
        made.codebook([1, 1, 1]), made.settings(3), made.responses(np.ones((1, 3)))
    )
    weights = alternatives.weight_sets(themes, plan)["component"]
    assert weights[:2] == pytest.approx([0.5, 0.5], abs=0.01) and weights[2] < 0.02


def test_counts_by_square_root_by_hand():
    counts = np.array([[0.0], [9.0], [99.0], [25.0]])
    book = made.codebook([1], kind="count")
    terms = made.settings(1, normalisation="data")
    plan = scoring.structure(book, terms, made.responses(counts))
    shown, known = np.ones(counts.shape, bool), np.ones(4, bool)
    found = alternatives.theme_variants(counts, counts[None], shown, known, book, plan, terms)
    assert [name for name, _ in found][::2] == ["data", "square_root", "percentile"]
    roots = 100 * np.sqrt(counts[:, 0]) / np.sqrt(99)
    assert found["square_root", "answered"][:, 0] == pytest.approx(roots)
    low, _ = alternatives.ranges(found, plan)
    assert low == pytest.approx(roots), "the logarithm lifts every count between the bounds"
