"""Imputed delays: the planted slope comes back, censoring times taken as delays do not give it."""

import numpy as np
import pytest

from barometre.explain import beside, censored, models, ols
from tests.unit.explain.study import case, model, plan, tables

TRUE = -3.0


def planted(n: int, delays: str, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Delay or censoring time, whether it is exact, and an outcome that falls 3 points a year."""
    rng = np.random.default_rng(seed)
    delay = {
        "weibull": lambda: 5 * rng.weibull(1.4, n),
        "lognormal": lambda: np.exp(rng.normal(1.2, 0.6, n)),
        "normal": lambda: rng.normal(3, 3, n),
    }[delays]()
    age = rng.uniform(3, 5, n)
    y = 60 + TRUE * delay + rng.normal(0, 6, n)
    return np.minimum(delay, age), delay <= age, y


def pooled(value, exact, y, seed=1, m=10):
    late = np.full((~exact).sum(), np.inf)
    rng = np.random.default_rng(seed)
    return censored.imputed_slope(value[exact], y[exact], y[~exact], value[~exact], late, rng, m)


@pytest.mark.parametrize("delays", ["weibull", "lognormal", "normal"])
def test_planted_slope_is_recovered_and_censored_as_observed_is_biased(delays: str) -> None:
    value, exact, y = planted(700, delays, seed=3)
    assert 0.25 < 1 - exact.mean() < 0.6
    slope, error, _ = pooled(value, exact, y)
    assert slope == pytest.approx(TRUE, abs=3.5 * error)
    naive = ols.fit(np.column_stack([np.ones(y.size), value]), y)
    assert naive is not None
    off = naive.coef[1] - TRUE
    assert off < -4 * np.sqrt(ols.hc(naive, "HC2")[1, 1])


def test_interval_covers_and_is_narrower_than_that_of_the_complete_cases() -> None:
    covered, shorter = 0, []
    for seed in range(40):
        value, exact, y = planted(50, "weibull", seed)
        slope, error, df = pooled(value, exact, y, seed)
        low, high, _ = ols.interval(slope, error, df)
        covered += low <= TRUE <= high
        alone = ols.fit(np.column_stack([np.ones(exact.sum()), value[exact]]), y[exact])
        shorter.append(error / np.sqrt(ols.hc(alone, "HC2")[1, 1]))
    assert covered >= 35  # 95 % of 40 less three Monte Carlo errors
    assert np.median(shorter) < 1


def test_imputed_delays_lie_beyond_their_bounds_and_exact_ones_stay() -> None:
    value, exact, y = planted(60, "normal", 4)
    low = np.where(np.arange((~exact).sum()) % 2, value[~exact], -np.inf)
    high = np.where(np.isfinite(low), np.inf, value[~exact])
    rng = np.random.default_rng(1)
    found = censored.imputed_delays(value[exact], y[exact], y[~exact], low, high, rng, 7)
    assert found.shape == (7, 60)
    assert (found[:, : exact.sum()] == value[exact]).all()
    late = found[:, exact.sum() :]
    assert ((late >= low) & (late <= high)).all()
    assert (late.std(axis=0) > 0).all()


def test_same_seed_same_bytes() -> None:
    value, exact, y = planted(40, "weibull", 5)
    assert pooled(value, exact, y) == pooled(value, exact, y)
    assert pooled(value, exact, y) != pooled(value, exact, y, seed=2)


def test_too_few_exact_delays_give_nothing() -> None:
    value, exact, y = planted(40, "weibull", 6)
    exact = np.arange(40) < 4
    assert np.isnan(pooled(value, exact, y)).all()


def test_row_stands_beside_the_complete_cases() -> None:
    frames = tables(40)
    analysis = plan(model("delay_x", role="beside"), model("age_x"))
    one, other = case(frames, analysis), case(frames, analysis, 1)
    assert beside.imputed_delay(other, np.random.default_rng(1)) == []
    table = models.regression([one], analysis, 99, seed=1, study="s")
    row = table[table["cov_type"] == "HC2, imputed delays"].iloc[0]
    assert row["role"] == "beside" and row["term"] == "delay_x" and row["n"] == 40
    assert np.isnan(row["p_value"]) and row["ci_low"] < row["estimate"] < row["ci_high"]
    assert table[table["cov_type"] == "HC2-BM"].iloc[0]["n"] == one.y.size < 40
