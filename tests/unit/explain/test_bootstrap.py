"""bootstrap.py: the same slopes as one fit each, and an interval that covers."""

import numpy as np
import pytest

from barometre.explain import bootstrap, ols


def planted(rng, n, slope):
    x = rng.gamma(2, 5, n)
    return x, slope * x + rng.normal(0, 3, n)


def test_slopes_and_errors_equal_a_fit_of_each_resample():
    rng = np.random.default_rng(1)
    x, y = planted(rng, 12, 0.5)
    index = bootstrap.resamples(12, rng, 40)
    slope, error = bootstrap.slopes(x, y, index)
    for row, chosen in enumerate(index):
        fit = ols.fit(np.column_stack([np.ones(12), x[chosen]]), y[chosen])
        assert slope[row] == pytest.approx(fit.coef[1])
        assert error[row] == pytest.approx(np.sqrt(ols.hc(fit, "HC3")[1, 1]))


def test_a_resample_without_spread_has_no_slope():
    x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0])
    slope, _ = bootstrap.slopes(x, y, np.array([[0, 0, 0], [0, 1, 2]]))
    assert np.isnan(slope[0]) and slope[1] == pytest.approx(0.5)


def test_the_studentised_interval_covers_the_planted_slope():
    rng, replicates, covered = np.random.default_rng(2), 300, 0
    for _ in range(replicates):
        x, y = planted(rng, 15, 0.5)
        fit = ols.fit(np.column_stack([np.ones(15), x]), y)
        error = float(np.sqrt(ols.hc(fit, "HC3")[1, 1]))
        drawn, errors = bootstrap.slopes(x, y, bootstrap.resamples(15, rng, 499))
        low, high = bootstrap.studentised(float(fit.coef[1]), error, drawn, errors)
        covered += low <= 0.5 <= high
    # Four Monte Carlo standard errors below 95 %.
    assert covered / replicates > 0.95 - 4 * np.sqrt(0.95 * 0.05 / replicates)


def test_quantiles_beyond_the_draws_are_their_ends():
    drawn = np.arange(1.0, 20.0)
    assert list(bootstrap.interpolated(drawn, np.array([0.001, 0.999]))) == [1.0, 19.0]
    assert bootstrap.interpolated(drawn, np.array([0.5]))[0] == pytest.approx(10.0)
