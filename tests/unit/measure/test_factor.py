"""Factors and polychoric correlations of known truths."""

import numpy as np
import pytest
from scipy import stats

from barometre.measure import categorical, consistency, factor
from barometre.measure.polychoric import bivariate_normal, polychoric


def test_omega_of_a_known_factor():
    loadings, unique = np.array([0.9, 0.7, 0.5, 1.4]), np.array([0.5, 0.6, 0.9, 2.0])
    covariance = np.outer(loadings, loadings) + np.diag(unique)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum())
    assert factor.omega(covariance) == pytest.approx(expected, abs=1e-6)


def test_omega_is_empty_where_a_uniqueness_vanishes():
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]])
    assert np.isnan(factor.omega(heywood))


def test_two_correlated_factors_are_found_exactly():
    loadings, factor_of = np.array([0.8, 0.6, 0.7, 0.9, 0.5, 0.6]), np.array([0, 0, 0, 1, 1, 1])
    between = np.array([[1, 0.4], [0.4, 1]])
    covariance = np.outer(loadings, loadings) * between[np.ix_(factor_of, factor_of)]
    covariance += np.diag(1 - loadings**2)
    model = factor.confirmed(covariance, factor_of, 200)
    assert model.loadings == pytest.approx(loadings, abs=1e-5)
    assert model.factors[0, 1] == pytest.approx(0.4, abs=1e-5)
    assert model.df == 8 and model.proper
    assert factor.fit_measures(covariance, model, 200) == pytest.approx(
        {"cfi": 1, "rmsea": 0, "srmr": 0}, abs=1e-5
    )


@pytest.mark.parametrize("r", [-0.95, -0.3, 0.0, 0.6, 0.99])
def test_bivariate_normal(r):
    h, k = np.array([-1.5, 0.0, 0.4, np.inf, -np.inf]), np.array([0.3, 0.0, -2.0, 0.7, 1.0])
    known = stats.multivariate_normal([0, 0], [[1, r], [r, 1]])
    expected = [known.cdf(pair) for pair in zip(h[:3], k[:3], strict=True)]
    found = bivariate_normal(h, k, r)
    assert found[:3] == pytest.approx(expected, abs=1e-7)
    assert found[3:] == pytest.approx([stats.norm.cdf(0.7), 0.0], abs=1e-12)


def cut_answers(n, r, seed=0):
    rng = np.random.default_rng(seed)
    latent = np.sqrt(r) * rng.normal(size=(n, 1)) + np.sqrt(1 - r) * rng.normal(size=(n, 4))
    return latent, (latent[..., None] > np.array([-0.5, 0.8, 1.5])).sum(-1).astype(float)


def test_polychoric_sees_through_the_steps():
    latent, answers = cut_answers(20_000, 0.5)
    found = polychoric(answers)
    assert found.correlation[np.tril_indices(4, -1)] == pytest.approx(0.5, abs=0.03)
    assert found.thresholds[0] == pytest.approx([-0.5, 0.8, 1.5], abs=0.03)
    exact = consistency.alpha(np.cov(latent, rowvar=False))
    assert categorical.ordinal_alpha(found) == pytest.approx(exact, abs=0.01)
    # The sum of the answers as given is less reliable than what lies behind them.
    plain = consistency.alpha(np.cov(answers, rowvar=False))
    assert categorical.categorical_omega(found) == pytest.approx(plain, abs=0.01)
    assert plain < categorical.ordinal_alpha(found) - 0.02


def test_categorical_omega_is_the_squared_correlation_of_sum_and_common_part():
    """Reliability by its definition: correlation of two sums that share only the factor."""
    rng = np.random.default_rng(3)
    common = rng.normal(size=(200_000, 1))
    sums = []
    for _ in range(2):
        latent = np.sqrt(0.4) * common + np.sqrt(0.6) * rng.normal(size=(200_000, 4))
        sums.append((latent[..., None] > np.array([0.2, 1.5])).sum((-1, -2)))
    _, answers = cut_answers(10, 0.4)
    latent = np.sqrt(0.4) * common[:20_000] + np.sqrt(0.6) * rng.normal(size=(20_000, 4))
    answers = (latent[..., None] > np.array([0.2, 1.5])).sum(-1).astype(float)
    found = categorical.categorical_omega(polychoric(answers))
    assert found == pytest.approx(np.corrcoef(*sums)[0, 1], abs=0.015)


def test_variance_of_a_polychoric_correlation():
    many = [polychoric(cut_answers(300, 0.5, seed)[1][:, :2]) for seed in range(200)]
    seen = np.var([one.correlation[0, 1] for one in many], ddof=1)
    assert np.mean([one.variance[0, 1] for one in many]) == pytest.approx(seen, rel=0.3)


def test_steps_of_a_scale_carry_over_to_the_sum():
    _, answers = cut_answers(3000, 0.5)
    uneven = np.array([0.0, 1.0, 2.0, 10.0])[answers.astype(int)]
    assert categorical.categorical_omega(polychoric(5 * answers)) == pytest.approx(
        categorical.categorical_omega(polychoric(answers))
    )
    assert categorical.categorical_omega(polychoric(uneven)) == pytest.approx(
        consistency.alpha(np.cov(uneven, rowvar=False)), abs=0.02
    )
