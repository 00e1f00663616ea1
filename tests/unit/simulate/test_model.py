import numpy as np
import pytest

from barometre.simulate import model

PLANTED = model.Planted(
    slopes={"age": 0.5}, centres={"age": 10.0}, residual=0.3, theme_share=0.6, loading=0.8
)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_maturity_rises_by_the_planted_slope_and_the_offset(rng):
    age = np.repeat([10.0, 12.0, np.nan], 4000)
    offset = np.repeat([0.0, 0.0, -0.25], 4000)
    level = model.maturity(PLANTED, {"age": age}, offset, rng).reshape(3, -1)
    assert level.mean(axis=1) == pytest.approx([0.0, 1.0, -0.25], abs=0.02)
    assert level.std(axis=1) == pytest.approx([0.3] * 3, abs=0.01)


def test_themes_share_the_stated_variance_with_maturity(rng):
    level = rng.standard_normal(20_000)
    factors = model.theme_factors(PLANTED, level, 3, rng)
    assert factors.std(axis=0) == pytest.approx([1, 1, 1], abs=0.02)
    found = np.corrcoef(np.column_stack([level, factors]).T)
    assert found[0, 1:] ** 2 == pytest.approx([0.6] * 3, abs=0.02)
    assert found[1, 2] == pytest.approx(0.6, abs=0.02)


def test_responses_load_on_their_theme(rng):
    factors = rng.standard_normal((20_000, 2))
    responses = model.responses(PLANTED, factors, rng)
    assert np.corrcoef(responses[:, 0], factors[:, 0])[0, 1] == pytest.approx(0.8, abs=0.01)
    assert responses.std(axis=0) == pytest.approx([1, 1], abs=0.02)


def test_levels_count_the_thresholds_passed():
    cuts = model.even_thresholds(0.5, 0.5, 5)
    assert cuts == pytest.approx([-0.5, 0.0, 0.5, 1.0, 1.5])
    assert model.graded(np.array([-2.0, -0.4, 0.6, 9.0]), cuts).tolist() == [0, 1, 3, 5]


def test_expected_levels_are_the_mean_of_many_answers(rng):
    cuts = model.even_thresholds(0.1, 0.55, 5)
    factor = np.array([-1.0, 0.0, 1.5])
    many = model.responses(PLANTED, np.tile(factor, (40_000, 1)), rng)
    assert model.expected_levels(PLANTED, factor, cuts) == pytest.approx(
        model.graded(many, cuts).mean(axis=0), abs=0.02
    )


def test_levels_per_sd_is_the_derivative_of_the_expected_level():
    cuts = model.even_thresholds(0.1, 0.55, 5)
    factor, step = np.linspace(-2, 2, 9), 1e-5
    # One standard deviation of maturity moves a theme by the root of its shared variance.
    moved = model.expected_levels(PLANTED, factor + step * np.sqrt(0.6), cuts)
    numeric = (moved - model.expected_levels(PLANTED, factor, cuts)).mean() / step
    assert model.levels_per_sd(PLANTED, factor, cuts) == pytest.approx(numeric, rel=1e-3)


def test_first_choices_of_plackett_luce_follow_the_worths(rng):
    worth = np.log([3.0, 2.0, 1.0])
    orders = model.plackett_luce(np.tile(worth, (30_000, 1)), rng)
    first = np.bincount(orders[:, 0], minlength=3) / 30_000
    assert first == pytest.approx([3 / 6, 2 / 6, 1 / 6], abs=0.01)
    # Given that the first is best, the second is 2:1 between the others.
    second = orders[orders[:, 0] == 0, 1]
    assert (second == 1).mean() == pytest.approx(2 / 3, abs=0.015)
