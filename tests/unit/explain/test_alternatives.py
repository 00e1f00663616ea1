"""Theil-Sen against scipy, fractional logit against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import theilslopes

from barometre.explain.alternatives import fractional_logit, theil_sen


@pytest.mark.parametrize("n", [10, 22, 39])
@pytest.mark.parametrize("seed", range(5))
def test_theil_sen_equals_scipy(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(size=n)
    slope, low, high = theil_sen(x, y)
    wanted = theilslopes(y, x, alpha=0.95)
    assert slope == pytest.approx(wanted.slope, abs=1e-12)
    # Both take whole ranks around the same reach; they may round it to neighbouring ranks.
    slopes = np.sort([(y[j] - y[i]) / (x[j] - x[i]) for i in range(n) for j in range(i + 1, n)])
    for mine, theirs in ((low, wanted.low_slope), (high, wanted.high_slope)):
        places = [int(np.abs(slopes - end).argmin()) for end in (mine, theirs)]
        assert abs(places[0] - places[1]) <= 1


def test_theil_sen_with_ties_takes_pairs_that_differ() -> None:
    x = np.array([1.0, 1, 1, 2, 2, 3, 4, 4])
    y = np.array([2.0, 3, 1, 4, 4, 5, 9, 7])
    pairs = [
        (y[j] - y[i]) / (x[j] - x[i]) for i in range(8) for j in range(i + 1, 8) if x[i] != x[j]
    ]
    slope, low, high = theil_sen(x, y)
    assert slope == pytest.approx(np.median(pairs))
    assert low <= slope <= high


def test_theil_sen_interval_covers() -> None:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(400):
        x = rng.normal(size=15)
        _, low, high = theil_sen(x, 2 * x + rng.standard_t(3, size=15))
        hits += low <= 2 <= high
    assert hits / 400 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400)


def test_theil_sen_without_spread() -> None:
    assert np.isnan(theil_sen(np.ones(5), np.arange(5.0))).all()


@pytest.mark.parametrize("controls", [0, 2])
def test_fractional_logit_equals_statsmodels(controls: int) -> None:
    rng = np.random.default_rng(3)
    n = 60
    design = np.column_stack([np.ones(n), 1900 + 20 * rng.normal(size=(n, 1 + controls))])
    share = rng.beta(2, 3, size=n)
    effects, errors = fractional_logit(design, share)
    k = design.shape[1]
    fit = sm.GLM(share, design, family=sm.families.Binomial()).fit(cov_type="HC0", tol=1e-14)
    chance = fit.fittedvalues
    density = chance * (1 - chance)
    assert effects == pytest.approx(density.mean() * fit.params[1:], rel=1e-6)

    # Delta method by numerical derivatives of the average marginal effect.
    def effect(at: np.ndarray) -> np.ndarray:
        probability = 1 / (1 + np.exp(-design @ at))
        return (probability * (1 - probability)).mean() * at[1:]

    jacobian = np.empty((k - 1, k))
    for place in range(k):
        step = np.zeros(k)
        step[place] = 1e-6 / np.abs(design[:, place]).max()
        jacobian[:, place] = (effect(fit.params + step) - effect(fit.params - step)) / (
            2 * step[place]
        )
    covariance = fit.cov_params() * n / (n - k)
    wanted = np.sqrt(np.diag(jacobian @ covariance @ jacobian.T))
    assert errors == pytest.approx(wanted, rel=1e-4)


def test_fractional_logit_has_nothing_to_say_under_separation() -> None:
    design = np.column_stack([np.ones(10), np.arange(10.0)])
    effects, errors = fractional_logit(design, (np.arange(10) > 4).astype(float))
    assert np.isnan(effects).all() and np.isnan(errors).all()
