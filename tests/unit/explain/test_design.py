"""Power, errors of sign and size, and the detectable slope, by simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import nct
from scipy.stats import t as student
from statsmodels.stats.power import TTestPower

from barometre import tables as contracts
from barometre.explain import design, ols
from tests.unit.explain.study import case, model, plan, tables


@pytest.mark.parametrize(("effect", "df"), [(0.5, 4.0), (1.0, 8.0), (2.5, 20.0), (-1.5, 6.3)])
def test_operating_characteristics_equal_a_simulation(effect: float, df: float) -> None:
    draws = 200_000
    rng = np.random.default_rng(2)
    estimate = effect + rng.normal(size=draws)
    error = np.sqrt(rng.chisquare(df, size=draws) / df)
    found = np.abs(estimate / error) > student.ppf(0.975, df)
    at = design.operating(effect, 1.0, df)
    power = found.mean()
    assert at.power == pytest.approx(power, abs=4 * np.sqrt(power * (1 - power) / draws))
    wrong = np.sign(estimate[found]) != np.sign(effect)
    spread = np.sqrt(max(wrong.mean() * (1 - wrong.mean()), 1e-6) / found.sum())
    assert at.type_s == pytest.approx(wrong.mean(), abs=4 * spread)
    size = np.abs(estimate[found]) / abs(effect)
    assert at.type_m == pytest.approx(size.mean(), abs=4 * size.std() / np.sqrt(found.sum()))


@pytest.mark.parametrize("df", [3.0, 8.0, 37.0])
@pytest.mark.parametrize("effect", [0.3, 1.0, 3.0])
def test_power_equals_the_noncentral_t(effect: float, df: float) -> None:
    reach = student.ppf(0.975, df)
    wanted = nct.sf(reach, df, effect) + nct.cdf(-reach, df, effect)
    assert design.operating(effect, 1.0, df).power == pytest.approx(wanted, abs=2e-4)


def test_power_equals_statsmodels() -> None:
    wanted = TTestPower().power(effect_size=0.6, nobs=20, alpha=0.05)
    found = design.operating(0.6, 1 / np.sqrt(20), 19)
    assert found.power == pytest.approx(wanted, abs=2e-4)


def test_no_effect_has_the_size_of_the_test_and_no_errors_of_sign() -> None:
    at = design.operating(0.0, 1.0, 9.0)
    assert at.power == pytest.approx(0.05, abs=1e-4)
    assert np.isnan(at.type_s) and np.isnan(at.type_m)


@pytest.mark.parametrize("df", [2.1, 4.0, 8.0, 40.0])
def test_minimum_detectable_effect_has_power_four_fifths(df: float) -> None:
    least = design.minimum_detectable(0.7, df)
    assert design.operating(least, 0.7, df).power == pytest.approx(0.8, abs=1e-6)


def test_minimum_detectable_effect_needs_a_spread() -> None:
    assert np.isnan(design.minimum_detectable(0.0, 5.0))
    assert np.isnan(design.minimum_detectable(1.0, 0.0))
    assert np.isnan(design.minimum_detectable(np.nan, 5.0))


def test_the_table_holds_when_studies_are_simulated() -> None:
    """Power at the stated slope, of the very test that the regression makes, at ten units."""
    frames = tables(n=10, seed=3)
    analysis = plan(model(), age_x={"stated_effect": 1.2})
    one = case(frames, analysis)
    found = contracts.check(
        design.detectable_effects([one], analysis, 1, "s"), "detectable_effect"
    ).set_index("n")
    assert list(found.index) == [10, 22, 39]
    row = found.loc[10]
    assert row["sd_predictor"] == pytest.approx(one.x.std(ddof=1))
    fit = ols.fit(one.design, one.y)
    assert fit is not None
    rng, replicates = np.random.default_rng(9), 2000
    df = ols.bell_mccaffrey(fit)[1]
    for effect, wanted in (
        (1.2, row["power_at_stated_effect"]),
        (row["minimum_detectable_effect"], 0.8),
    ):
        hits = 0
        for _ in range(replicates):
            y = effect * one.x + rng.normal(0, fit.sigma, size=10)
            again = ols.fit(one.design, y)
            error = np.sqrt(ols.hc(again, "HC2")[1, 1])
            hits += ols.interval(again.coef[1], error, df)[2] <= 0.05
        # Satterthwaite's t is an approximation: three points beside the Monte Carlo error.
        allowed = 0.03 + 3 * np.sqrt(wanted * (1 - wanted) / replicates)
        assert hits / replicates == pytest.approx(wanted, abs=allowed)
    least = found["minimum_detectable_effect"]
    assert least[10] > least[22] > least[39]


def test_sigma_is_that_of_the_plain_model() -> None:
    frames = tables(n=25)
    analysis = plan(model(controls=["log_population"]), model(), model(outcome="opened"))
    rows = [case(frames, analysis, number) for number in range(3)]
    found = design.detectable_effects(rows, analysis, 1, "s")
    assert len(found) == 8, "one plain model for each outcome and predictor, at four sizes"
    own = found[(found["n"] == 25) & (found["outcome"] == "index")].iloc[0]
    fit = sm.OLS(rows[1].y, rows[1].design).fit()
    error, df = fit.bse[1], ols.bell_mccaffrey(ols.fit(rows[1].design, rows[1].y))[1]
    assert own["minimum_detectable_effect"] == pytest.approx(design.minimum_detectable(error, df))
    assert found["power_at_stated_effect"].isna().all(), "no effect stated, none assumed"


def test_shared_dates_cost_power() -> None:
    frames = tables(n=24, dates=6)
    alone, dated = plan(model()), plan(model(), age_x={"permute_by": "born"})
    least = [
        design.detectable_effects([case(frames, analysis)], analysis, 1, "s")
        .set_index("n")
        .loc[24, "minimum_detectable_effect"]
        for analysis in (alone, dated)
    ]
    assert least[1] > least[0]


def test_the_stated_effect_is_used_for_the_outcome_it_was_stated_for() -> None:
    analysis = plan(model(), model(outcome="opened"), age_x={"stated_effect": 1.0})
    rows = [case(tables(), analysis, number) for number in range(2)]
    found = design.detectable_effects(rows, analysis, 1, "s").set_index("outcome")
    assert (found.loc["index", "stated_effect"] == 1.0).all()
    assert found.loc["opened", "stated_effect"].isna().all()


def test_effects_stated_by_outcome_leave_no_outcome_without_power() -> None:
    analysis = plan(
        model(),
        model(outcome="opened"),
        age_x={"stated_effect": {"index": 1.0, "opened": 0.05}},
    )
    rows = [case(tables(), analysis, number) for number in range(2)]
    found = design.detectable_effects(rows, analysis, 1, "s").set_index("outcome")
    assert (found.loc["index", "stated_effect"] == 1.0).all()
    assert (found.loc["opened", "stated_effect"] == 0.05).all()
    assert found["power_at_stated_effect"].notna().all()


@pytest.mark.parametrize("effect", [0.1, 0.5, 2.0])
def test_units_needed_reach_the_power_and_one_fewer_does_not(effect: float) -> None:
    one = case(tables(n=30), plan(model()))
    spread, df = float(one.x.std(ddof=1)), 11.0
    needed = design.n_needed(effect, 9.0, one, {30: (spread, df)})
    assert needed is not None
    power = [
        design.operating(effect, 9.0 / (spread * np.sqrt(n - 1)), df * n / 30).power
        for n in (needed - 1, needed)
    ]
    assert power[0] < 0.8 <= power[1]


def test_more_units_on_the_same_dates_are_no_more_dates() -> None:
    frames = tables(n=24, dates=6)
    analysis = plan(model(), age_x={"permute_by": "born"})
    dated, alone = case(frames, analysis), case(frames, plan(model()))
    spread = float(dated.x.std(ddof=1))
    few = {24: (spread, 2.5)}
    assert design.n_needed(0.5, 9.0, dated, few) > 2 * design.n_needed(0.5, 9.0, alone, few)


def test_smaller_effects_need_more_units_and_none_need_nothing() -> None:
    frames = tables(n=30)
    needed = []
    for effect in (2.0, 0.5, 0.1, 0.02):
        analysis = plan(model(), age_x={"stated_effect": effect})
        table = design.detectable_effects([case(frames, analysis)], analysis, 1, "s")
        needed.append(table["n_needed"].iloc[0])
    assert needed == sorted(needed) and needed[-1] > 10 * needed[-2]
    bare = design.detectable_effects([case(frames, plan(model()))], plan(model()), 1, "s")
    assert bare["n_needed"].isna().all()
