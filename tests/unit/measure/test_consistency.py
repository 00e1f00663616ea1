"""Alpha, its intervals and its companions where their value is known."""

import numpy as np
import pytest

from barometre.measure import consistency, factor

PARALLEL = np.full((4, 4), 1.0) + np.eye(4)  # alpha .8


def test_coefficients_of_parallel_items_are_all_the_same():
    assert consistency.alpha(PARALLEL) == pytest.approx(0.8)
    assert consistency.lambda2(PARALLEL) == pytest.approx(0.8)
    assert consistency.lambda4(PARALLEL) == pytest.approx(0.8)
    assert factor.omega(PARALLEL) == pytest.approx(0.8, abs=1e-6)
    assert consistency.alpha_if_dropped(PARALLEL) == pytest.approx([0.75] * 4)
    assert consistency.item_rest(PARALLEL) == pytest.approx([3 / np.sqrt(2 * 12)] * 4)


def test_alpha_is_the_mean_of_the_split_halves_and_below_lambda2():
    loadings = np.array([0.9, 0.7, 0.5, 1.4])
    covariance = np.outer(loadings, loadings) + np.diag([0.5, 0.6, 0.9, 2.0])
    halves = consistency.split_halves(covariance)
    assert halves.mean() == pytest.approx(consistency.alpha(covariance))
    assert consistency.alpha(covariance) < consistency.lambda2(covariance) < halves.max()


def test_jackknife_by_hand():
    scores = np.random.default_rng(0).normal(size=(12, 1)) + np.random.default_rng(1).normal(
        size=(12, 3)
    )
    log = [
        np.log(1 - consistency.alpha(np.cov(part, rowvar=False)))
        for part in (scores, *(np.delete(scores, unit, 0) for unit in range(12)))
    ]
    pseudo = 12 * log[0] - 11 * np.array(log[1:])
    half = 2.200985160082949 * pseudo.std(ddof=1) / np.sqrt(12)
    expected = 1 - np.exp(pseudo.mean() + np.array([half, -half]))
    assert consistency.jackknife(scores) == pytest.approx(expected)


def test_bootstrap_by_hand():
    scores = np.random.default_rng(2).normal(size=(130, 1)) + np.random.default_rng(3).normal(
        size=(130, 4)
    )
    rng = np.random.default_rng(4)
    counts = rng.multinomial(130, np.full(130, 1 / 130), size=100)
    slow = [
        consistency.alpha(np.cov(np.repeat(scores, count, 0), rowvar=False)) for count in counts
    ]
    found = consistency.bootstrap(scores, np.random.default_rng(4), 100)
    assert found == pytest.approx(np.quantile(slow, [0.025, 0.975]))
    low, high, how = consistency.resampled(scores, np.random.default_rng(4))
    assert how == "bootstrap" and low < consistency.alpha(np.cov(scores, rowvar=False)) < high


@pytest.mark.parametrize("how", ["feldt", "duhachek", "jackknife"])
def test_intervals_cover(how):
    """Covariance with alpha .8, n = 20: the 95 % interval holds it 95 % of the time."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(1000):
        scores = rng.normal(size=(20, 1)) + rng.normal(size=(20, 4))
        covariance = np.cov(scores, rowvar=False)
        low, high = {
            "feldt": lambda c: consistency.feldt(consistency.alpha(c), 20, 4),
            "duhachek": lambda c: consistency.duhachek(c, 20),
            "jackknife": lambda _, s=scores: consistency.jackknife(s),
        }[how](covariance)
        hits += low <= 0.8 <= high
    # The normal interval is known to fall short at n = 20: the reason why it is not printed.
    expected = {"feldt": 0.95, "duhachek": 0.925, "jackknife": 0.95}[how]
    assert hits / 1000 == pytest.approx(expected, abs=0.025)


def test_adequacy_of_unrelated_and_of_related_items():
    rng = np.random.default_rng(7)
    apart = np.corrcoef(rng.normal(size=(300, 4)), rowvar=False)
    assert consistency.bartlett(apart, 300)[2] > 0.01
    assert consistency.bartlett(PARALLEL / 2, 300)[2] < 1e-10
    assert consistency.kmo(PARALLEL / 2) > 0.75 > consistency.kmo(apart)
    pair = np.array([[1, 0.4], [0.4, 1]])
    assert consistency.kmo(pair) == pytest.approx(0.5)
