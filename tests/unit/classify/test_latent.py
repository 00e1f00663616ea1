import numpy as np
import pytest

from barometre.classify import latent


def answers(n, items, rng, clear=0.9):
    """Two classes that answer yes with probability `clear` or 1 - `clear`, by turns."""
    group = np.arange(n) % 2
    return (rng.random((n, items)) < np.where(group, clear, 1 - clear)[:, None]) * 1.0, group


def test_one_class_is_the_product_of_the_margins():
    codes, _ = answers(80, 4, np.random.default_rng(1))
    found = latent.fit(codes, 1, np.random.default_rng(2))
    share = codes.mean(0)
    plain = (codes * np.log(share) + (1 - codes) * np.log(1 - share)).sum()
    assert found.log_likelihood == pytest.approx(plain, abs=1e-6)
    assert found.parameters == 4
    assert found.bic() == pytest.approx(-2 * plain + 4 * np.log(80), abs=1e-5)


def test_planted_classes_are_found_and_an_unanswered_item_is_left_out():
    codes, group = answers(200, 8, np.random.default_rng(3))
    codes[0, :4] = np.nan
    found = latent.fit(codes, 2, np.random.default_rng(4), starts=5)
    same = (found.chances.argmax(1) == group).mean()
    assert max(same, 1 - same) > 0.97
    assert found.chances.sum(1) == pytest.approx(np.ones(200))
    again = latent.fit(codes, 2, np.random.default_rng(4), starts=5)
    assert (found.chances == again.chances).all()


def test_levels_are_halved_where_the_units_cannot_bear_them():
    rng = np.random.default_rng(5)
    levels = rng.integers(0, 4, (120, 10)).astype(float)
    assert latent.free_parameters(levels, 3) == 2 + 3 * 10 * 3
    assert latent.categories(levels, 3).max() == 3
    halved = latent.categories(levels[:40], 3)
    assert halved.max() == 1 and latent.free_parameters(halved, 3) == 32
    assert latent.categories(levels[:30], 3) is None


def test_a_half_is_the_split_nearest_to_even_and_empty_stays_empty():
    item = np.array([0, 0, 1, 2, 2, 2, np.nan, 5])
    whole = np.column_stack([item] * 9)
    halves = latent.categories(np.vstack([whole] * 4), 3)[:8, 0]
    assert halves[~np.isnan(item)].tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert np.isnan(halves[6])


def test_counts_and_constant_items_are_no_categories():
    counts = np.column_stack([np.arange(200.0), np.ones(200)])
    assert latent.categories(counts, 3) is None
