"""Many specifications at once are the specifications one by one."""

import numpy as np
import pytest

from barometre.explain import many, ols


@pytest.mark.parametrize("controls", [0, 1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_equal_to_one_fit_after_the_other(controls: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, specs = 25, 12
    x = 50 + 10 * rng.normal(size=(specs, n)) ** 3
    z = 1e3 + rng.normal(size=(n, controls)) + x[:1].T / 5
    y = 40 + x[0] / 10 + rng.normal(size=n)
    kept = rng.random((specs, n)) < 0.7
    found = many.slopes(np.where(kept, x, np.nan), y, z, kept)
    for spec in range(specs):
        rows = kept[spec]
        own = x[spec, rows] / x[spec, rows].std(ddof=1)
        model = ols.fit(np.column_stack([np.ones(rows.sum()), own, z[rows]]), y[rows])
        error = np.sqrt(ols.hc(model, "HC2")[1, 1])
        df = ols.bell_mccaffrey(model)[1]
        wanted = [model.coef[1], error, df, *ols.interval(model.coef[1], error, df)]
        ours = [
            getattr(found, name)[spec]
            for name in ("estimate", "std_error", "df", "low", "high", "p_value")
        ]
        assert ours == pytest.approx(wanted, rel=1e-8, abs=1e-10)


def test_a_unit_that_alone_carries_the_slope_adds_nothing_to_the_error() -> None:
    x = np.array([[0.0, 0, 0, 0, 1]])
    y = np.array([1.0, 2, 3, 4, 9])
    found = many.slopes(x, y, np.empty((5, 0)), np.ones((1, 5), bool))
    model = ols.fit(np.column_stack([np.ones(5), x[0] / x[0].std(ddof=1)]), y)
    assert found.std_error[0] == pytest.approx(np.sqrt(ols.hc(model, "HC2")[1, 1]))


def test_what_cannot_be_fitted_is_nan() -> None:
    y = np.arange(6.0)
    x = np.array([[1.0] * 6, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6.0]])
    kept = np.ones((3, 6), bool)
    kept[2, 2:] = False
    found = many.slopes(x, y + x[1] ** 2, np.empty((6, 0)), kept)
    assert np.isnan(found.estimate).tolist() == [True, False, True]
    doubled = many.slopes(x[1:2], y, x[1:2].T * 2, kept[:1])
    assert np.isnan(doubled.estimate[0])
