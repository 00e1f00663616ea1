"""Enumeration against brute force, and the size and power of the primary test."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from barometre.draws import generator
from barometre.explain import ols, permutation
from barometre.explain.permutation import from_text, permute_dates, permute_units

STATISTICS = ("HC3-studentised", "t", "slope")


def statistic(design: np.ndarray, y: np.ndarray, kind: str) -> float:
    """Absolute statistic of the last column, by the textbook formula."""
    model = ols.fit(design, y)
    assert model is not None
    slope = abs(model.coef[-1])
    if kind == "slope":
        return slope
    if kind == "t":
        return slope / np.sqrt(model.sigma**2 * model.bread[-1, -1])
    return slope / np.sqrt(ols.hc(model, "HC3")[-1, -1])


def brute(y: np.ndarray, x: np.ndarray, controls: np.ndarray, kind: str) -> tuple[float, float]:
    """Share of all permutations at least as large, counting near ties out and in."""
    reduced = np.column_stack([np.ones(y.size), controls])
    residuals = y - reduced @ np.linalg.lstsq(reduced, y, rcond=None)[0]
    design = np.column_stack([reduced, x])
    observed = statistic(design, residuals, kind)
    found = np.array(
        [statistic(design, residuals[list(order)], kind) for order in permutations(range(y.size))]
    )
    return (found > observed * (1 + 1e-7)).mean(), (found >= observed * (1 - 1e-7)).mean()


@pytest.mark.parametrize("kind", STATISTICS)
@settings(max_examples=12, deadline=None)
@given(
    n=st.integers(4, 6),
    m=st.integers(0, 1),
    seed=st.integers(0, 2**32 - 1),
    tied=st.booleans(),
)
def test_enumeration_equals_brute_force(kind, n, m, seed, tied) -> None:
    rng = np.random.default_rng(seed)
    n = n + 1 if n + m < 5 else n
    x, y, controls = rng.normal(size=n), rng.normal(size=n), rng.normal(size=(n, m))
    if tied:
        x = np.arange(n) // 2 + 0.0
    least, most = brute(y, x, controls, kind)
    test = permute_units(y, x, controls, 1, generator(1, "s", "p"), kind)
    assert test.enumerated and test.count == np.prod(np.arange(1, n + 1))
    assert least - 1e-12 <= test.p_value <= most + 1e-12
    if not tied:
        assert test.p_value == pytest.approx(most, abs=1e-12)


@pytest.mark.parametrize("kind", STATISTICS)
def test_seven_units_equal_brute_force(kind) -> None:
    rng = np.random.default_rng(5)
    x, y, controls = rng.normal(size=7), rng.normal(size=7), rng.normal(size=(7, 1))
    for held in (controls[:, :0], controls):
        test = permute_units(y, x, held, 1, generator(1, "s", "p"), kind)
        assert test.p_value == pytest.approx(brute(y, x, held, kind)[1], abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), m=st.integers(0, 1))
def test_dates_equal_brute_force(seed, m) -> None:
    rng = np.random.default_rng(seed)
    codes = np.array([0, 0, 0, 1, 1, 2, 3, 4, 4])
    values, y, controls = rng.normal(size=5), rng.normal(size=9), rng.normal(size=(9, m))

    def partial(order: tuple[int, ...]) -> float:
        reduced = np.column_stack([np.ones(9), controls])
        moved, left = (
            v - reduced @ np.linalg.lstsq(reduced, v, rcond=None)[0]
            for v in (values[list(order)][codes], y)
        )
        return abs(moved @ left) / np.sqrt((moved @ moved) * (left @ left))

    observed = partial((0, 1, 2, 3, 4))
    wanted = np.mean([partial(o) >= observed * (1 - 1e-9) for o in permutations(range(5))])
    names = np.array(["2015", "2016", "2017", "2018", "2020"])[codes]
    test = permute_dates(y, values[codes], names, controls, "since", 1, generator(1, "s", "p"))
    assert test.p_value == pytest.approx(wanted, abs=1e-12)
    assert (test.unit, test.distinct, test.count, test.enumerated) == ("since", 5, 120, True)


def test_dates_that_differ_within_a_group_are_refused() -> None:
    x = np.array([1.0, 2, 3, 3])
    with pytest.raises(ValueError, match="differs between units of one group"):
        permute_dates(
            x, x, np.array(list("aabb")), x[:, None][:, :0], "d", 1, generator(1, "s", "p")
        )


def planted(slope: float, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ages as skewed as the register's, an outcome in points, `slope` points per year."""
    x = rng.exponential(3, size=n)
    return x, slope * x + rng.normal(0, 10, size=n)


@pytest.mark.parametrize(("n", "replicates"), [(8, 400), (10, 200)])
def test_size_where_nothing_is_planted(n, replicates) -> None:
    """5 % are found with all orders enumerated, within three Monte Carlo errors."""
    rng = np.random.default_rng(11)
    p_values = []
    for _ in range(replicates):
        x, y = planted(0.0, n, rng)
        test = permute_units(y, x, np.empty((n, 0)), 1, rng)
        assert test.enumerated
        p_values.append(test.p_value)
    for level in (0.05, 0.2, 0.5):
        error = np.sqrt(level * (1 - level) / replicates)
        assert abs(np.mean(np.array(p_values) <= level) - level) <= 3 * error, level


def test_a_large_planted_slope_is_found_at_ten_units() -> None:
    rng = np.random.default_rng(12)
    tests = []
    for _ in range(6):
        x = np.linspace(1, 10, 10)
        y = 8 * x + rng.normal(0, 10, size=10)  # two and a half sd of noise over the range
        tests.append(permute_units(y, x, np.empty((10, 0)), 1, rng))
    assert all(test.enumerated and test.count == 3_628_800 for test in tests)
    assert all(test.p_value <= 0.01 for test in tests)


def test_drawn_orders_agree_with_all_of_them(monkeypatch) -> None:
    x, y = planted(2.0, 9, np.random.default_rng(3))
    everything = permute_units(y, x, np.empty((9, 0)), 1, generator(1, "s", "p"))
    monkeypatch.setattr(permutation, "ENUMERATED_UNITS", 8)
    draws = 20_000
    some = permute_units(y, x, np.empty((9, 0)), draws, generator(1, "s", "p"))
    error = np.sqrt(everything.p_value * (1 - everything.p_value) / draws)
    assert some.p_value == pytest.approx(everything.p_value, abs=4 * error)
    again = permute_units(y, x, np.empty((9, 0)), draws, generator(1, "s", "p"))
    assert some == again, "same seed, same p-value"


def test_shared_dates_are_worth_their_number() -> None:
    """Outcome and predictor both set by six dates: units as if independent reject far too often."""
    rng = np.random.default_rng(8)
    codes = np.repeat(np.arange(6), 3)
    units, dates = [], []
    for _ in range(150):
        x, y = rng.normal(size=6)[codes], rng.normal(size=6)[codes] + 0.2 * rng.normal(size=18)
        none = np.empty((18, 0))
        units.append(permute_units(y, x, none, 199, rng).p_value <= 0.05)
        dates.append(permute_dates(y, x, codes, none, "d", 199, rng).p_value <= 0.05)
    assert np.mean(dates) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)
    assert np.mean(units) > 0.2


def test_text_is_read_back() -> None:
    rng = np.random.default_rng(1)
    y, x = rng.normal(size=14), rng.normal(size=14)
    for controls in (np.empty((14, 0)), rng.normal(size=(14, 1))):
        test = permute_units(y, x, controls, 99, generator(1, "s", "p"))
        assert from_text(test.text(), test.p_value) == test
        assert not test.enumerated and test.count == 99
        assert test.p_value >= 1 / 100


@pytest.mark.parametrize("n", [13, 39, 64, 65])
def test_shuffles_are_uniform_permutations(n: int) -> None:
    orders = permutation.shuffles(20_000, n, np.random.default_rng(3))
    assert (np.sort(orders, axis=1) == np.arange(n)).all()
    for place in (0, n // 2, n - 1):
        seen = np.bincount(orders[:, place], minlength=n)
        squares = ((seen - 20_000 / n) ** 2 / (20_000 / n)).sum()
        assert squares < chi2.ppf(1 - 1e-4, n - 1)
    both = np.bincount(orders[:, 0] * n + orders[:, 1], minlength=n * n)
    assert (both[:: n + 1] == 0).all() and both.max() < 20_000 / (n * (n - 1)) * 4 + 20


def test_tied_keys_are_drawn_again() -> None:
    class Ties(np.random.Generator):
        def integers(self, *args, **kwargs):
            return super().integers(0, 64, size=kwargs["size"], dtype=np.uint32)

    orders = permutation.shuffles(400, 20, Ties(np.random.PCG64(1)))
    assert (np.sort(orders, axis=1) == np.arange(20)).all()
    assert not (orders == np.arange(20)).all(axis=1).any()
    assert np.unique(orders[:, 0]).size == 20


@pytest.mark.parametrize("n", [8, 20])
def test_terms_together_are_terms_one_by_one(n: int) -> None:
    rng = np.random.default_rng(2)
    terms = rng.normal(size=(n, 2))
    y = terms @ [0.6, 0.2] + rng.normal(size=n)
    both = permutation.permute_terms(y, terms, 4000, np.random.default_rng(5))
    for place, found in enumerate(both):
        alone = permutation.permute_units(
            y, terms[:, place], terms[:, [1 - place]], 4000, np.random.default_rng(5)
        )
        assert alone == found and found.scheme == "Freedman-Lane"
