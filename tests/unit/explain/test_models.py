"""The regression table: which row carries the verdict, and on which test it rests."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from barometre import tables as contracts
from barometre.errors import StudyError
from barometre.explain import decision, models, ols
from barometre.explain.cases import Tables
from tests.unit.explain.study import case, model, plan, tables


def table(frames: Tables, analysis: dict, permutations: int = 199) -> pd.DataFrame:
    rows = models.all_cases(analysis, frames)
    found = models.regression(rows, analysis, permutations, seed=1, study="s")
    return contracts.check(found, "regression")


def test_the_hc2_bm_row_of_a_primary_model_carries_the_verdict() -> None:
    analysis = plan(model(), model("earliness_x"), model("age_y", role="beside"))
    found = table(tables(), analysis)
    decided = found[found["verdict"].notna()]
    assert list(decided["model"]) == ["index~age_x", "index~earliness_x"]
    assert set(decided["cov_type"]) == {"HC2-BM"} and set(decided["role"]) == {"primary"}
    assert list(decided["verdict"]) == ["positive", "compatible_with_zero"]
    assert found.loc[found["role"] == "beside", "p_value_holm"].isna().all()


def test_slope_and_intervals_equal_statsmodels() -> None:
    frames = tables()
    analysis = plan(model(controls=["log_population"]))
    found = table(frames, analysis).query("estimator == 'ols'")
    one = case(frames, analysis)
    fit = sm.OLS(one.y, one.design).fit(cov_type="HC3", use_t=True)
    for place, term in enumerate(("age_x", "log_population"), start=1):
        rows = found[found["term"] == term].set_index("cov_type")
        assert rows["estimate"].to_numpy() == pytest.approx(fit.params[place])
        assert rows.loc["HC3", "std_error"] == pytest.approx(fit.bse[place])
        assert rows.loc["HC3", "p_value"] == pytest.approx(fit.pvalues[place], rel=1e-6)
        assert list(rows.loc["HC3", ["ci_low", "ci_high"]]) == pytest.approx(fit.conf_int()[place])
        assert rows.loc["HC2-BM", "std_error"] == pytest.approx(fit.HC2_se[place])
        assert 4 < rows.loc["HC2-BM", "df"] < one.y.size - 3


def test_holm_is_over_the_primary_models_only() -> None:
    analysis = plan(model(), model("earliness_x"), model("age_y", role="beside"))
    found = table(tables(), analysis)
    primary = found[found["verdict"].notna()]
    raw = primary["p_value_permutation"].to_numpy(float)
    assert primary["p_value_holm"].to_numpy(float) == pytest.approx(decision.holm(raw))
    assert primary["p_value_holm"].iloc[0] == pytest.approx(2 * raw[0])


def test_below_four_degrees_of_freedom_there_is_no_verdict() -> None:
    """One unit far from the others carries the slope, however strongly it looks related."""
    frames = tables(n=10)
    ages = np.array([1.0, 1.1, 1.2, 0.9, 1.3, 1.0, 1.1, 0.8, 1.2, 40.0])
    rows = frames.predictors["predictor"] == "age_x"
    frames.predictors.loc[rows, "value"] = ages
    frames.index["index"] = ages + np.linspace(0, 0.5, 10)
    found = table(frames, plan(model()))
    row = found[found["verdict"].notna()].iloc[0]
    assert row["df"] < 4
    assert row["verdict"] == "none"


def test_shared_dates_are_permuted_and_clustered() -> None:
    analysis = plan(model(), age_x={"permute_by": "born"})
    frames = tables(n=24, dates=6)
    rows = table(frames, analysis)
    found = rows.query("estimator == 'ols' and role == 'primary'").set_index("cov_type")
    assert set(found.index) == {"HC2-BM", "HC3", "CR2", "classical"}
    # What counts units as independent says its estimate and nothing more.
    others = rows.query("role == 'beside' and estimator in ['ols', 'huber']")
    assert {"HC0", "HC5", "H1"} <= set(others["cov_type"])
    assert others[["std_error", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)
    assert found.loc["HC2-BM", "permutation_unit"] == "6 born, 720 enumerated, |r|"
    assert found.loc["CR2", "permutation_unit"] == found.loc["HC2-BM", "permutation_unit"]
    assert found.loc["CR2", "p_value_permutation"] == found.loc["HC2-BM", "p_value_permutation"]
    assert found.loc["HC3", "permutation_unit"].startswith("24 units, 199 drawn")
    one = case(frames, analysis)
    fit = ols.fit(one.design, one.y)
    assert fit is not None
    covariance, df = ols.cr(fit, one.groups, "CR2")
    assert found.loc["CR2", "std_error"] == pytest.approx(np.sqrt(covariance[1, 1]))
    assert found.loc["CR2", "df"] == pytest.approx(df[1])
    # The verdict rests on the clusters: with few dates, too few degrees of freedom.
    few = table(tables(n=24, dates=3), analysis)
    assert few.loc[few["verdict"].notna(), "verdict"].item() == "none"
    clustered = few[few["cov_type"] == "CR2"].iloc[0]
    assert clustered["df"] < 4 <= few[few["cov_type"] == "HC2-BM"].iloc[0]["df"]


def test_a_verdict_on_shared_dates_needs_the_cr2_interval() -> None:
    """Six dates: units as if independent look related, the dates decide."""
    rng = np.random.default_rng(4)
    flips = 0
    for seed in range(12):
        frames = tables(n=36, slope=0.0, seed=seed, dates=12)
        shift = rng.normal(0, 12, size=12)[np.arange(36) % 12]
        frames.index["index"] = frames.index["index"] + shift
        found = table(frames, plan(model(), age_x={"permute_by": "born"}), 299)
        decided = found[found["verdict"].notna()].iloc[0]
        ends = found[found["cov_type"] == "CR2"].iloc[0]
        df = min(decided["df"], ends["df"])
        p_value = decided["p_value_holm"]
        wanted = decision.verdict(df, ends["ci_low"], ends["ci_high"], p_value)
        assert decided["verdict"] == wanted
        naive = found[found["cov_type"] == "HC3"].iloc[0]["p_value_permutation"]
        flips += naive <= 0.05 and wanted in ("compatible_with_zero", "none")
    assert flips >= 2


def test_a_predictor_that_differs_within_a_date_is_refused() -> None:
    analysis = plan(model("age_y"), age_y={"permute_by": "born"})
    with pytest.raises(StudyError, match="analysis.predictors.age_y.permute_by"):
        table(tables(n=24, dates=6), analysis)


def test_where_and_controls() -> None:
    frames = tables()
    analysis = plan(
        model(where={"item": "kind", "values": ["B"]}, controls=["log_population"]),
        model(outcome="opened"),
    )
    part, item = models.all_cases(analysis, frames)
    assert part.name == "index~age_x+log_population[kind=B]"
    assert list(part.units) == list(frames.units["unit_id"][1::2])
    population = frames.units["population"][1::2].to_numpy(float)
    assert part.controls[:, 0] == pytest.approx(np.log(population))
    assert part.design.shape == (15, 3)
    assert item.y == pytest.approx(np.log1p(np.arange(30) % 7))
    found = table(frames, analysis)
    assert "Freedman-Lane" in found[found["model"] == part.name]["permutation_unit"].iloc[0]
    assert "fractional_logit" not in set(found[found["model"] == item.name]["estimator"])
    assert "theil_sen" not in set(found[found["model"] == part.name]["estimator"])


def test_what_counts_units_as_independent_has_no_interval_where_they_share_dates() -> None:
    analysis = plan(model(), age_x={"permute_by": "born"})
    found = table(tables(n=24, dates=6), analysis).set_index("estimator")
    beside = found.loc[["theil_sen", "fractional_logit"]]
    assert beside["estimate"].notna().all()
    assert beside[["std_error", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)


def test_an_outcome_of_few_values_has_no_median_of_pairs() -> None:
    found = table(tables(), plan(model(outcome="opened")))
    assert "theil_sen" not in set(found["estimator"])


def test_a_control_that_needs_a_population_says_so() -> None:
    known = tables()
    frames = replace(known, units=known.units.drop(columns="population"))
    with pytest.raises(StudyError, match="population"):
        table(frames, plan(model(controls=["log_population"])))


def test_units_without_outcome_or_predictor_are_left_out_aloud(capsys) -> None:
    frames = tables()
    frames.index.loc[0, "index"] = np.nan
    frames.predictors.loc[5, "value"] = np.nan
    one = case(frames, plan(model()))
    assert one.y.size == 28 and "u000" not in one.units and "u005" not in one.units
    assert "28 of 30 units have outcome and all terms" in capsys.readouterr().out


def test_a_censored_delay_is_never_taken_for_a_delay() -> None:
    frames = tables()
    delays = frames.predictors[frames.predictors["predictor"] == "delay_x"]
    exact = delays[delays["bound"] == "="]
    assert 0 < len(exact) < 30
    for analysis in (plan(model("delay_x")), plan(model(controls=["delay_x"]))):
        assert list(case(frames, analysis).units) == list(exact["unit_id"])


def test_a_constant_outcome_has_a_row_and_no_verdict() -> None:
    frames = tables()
    frames.index["index"] = 50.0
    found = table(frames, plan(model(), model("earliness_x", role="beside")))
    assert len(found) == 2 and found["estimate"].isna().all()
    assert list(found["verdict"].fillna("-")) == ["none", "-"]


def test_the_same_model_twice_is_refused() -> None:
    with pytest.raises(StudyError, match="index~age_x stands twice"):
        models.all_cases(plan(model(), model(role="beside")), tables())


def test_ordered_logit_is_a_description_below_a_hundred_units() -> None:
    few = table(tables(), plan(model())).query("estimator == 'ordered_logit'")
    assert set(few["cov_type"]) == {"penalised, descriptive"}
    assert few[["p_value", "ci_low", "ci_high"]].isna().all(axis=None)
    assert "proportional_odds" not in set(few["term"])
    frames = tables(n=120, slope=0.5)
    many = table(frames, plan(model())).query("estimator == 'ordered_logit'").set_index("term")
    assert many.loc["age_x", "cov_type"] == "information"
    assert many.loc["age_x", "ci_low"] < many.loc["age_x", "estimate"]
    assert 0 <= many.loc["proportional_odds", "p_value"] <= 1
    codes = frames.classes["class"].map({"lagging": 0, "transition": 1, "mature": 2})
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    one = case(frames, plan(model()))
    fit = OrderedModel(codes.to_numpy(), one.x[:, None], distr="logit").fit(
        method="bfgs", disp=False, gtol=1e-8
    )
    cuts = fit.model.transform_threshold_params(fit.params)[1:-1]
    mine = many.loc[["age_x", "cut lagging|transition", "cut transition|mature"], "estimate"]
    assert mine.to_numpy(float) == pytest.approx([fit.params[0], *cuts], abs=1e-4)


def test_influence_equals_fits_without_each_unit() -> None:
    frames, analysis = tables(n=12), plan(model(controls=["log_population"]))
    one = case(frames, analysis)
    found = contracts.check(models.influence([one]), "influence").set_index("unit_id")
    for place, unit in enumerate(one.units):
        keep = np.arange(12) != place
        wanted = np.linalg.lstsq(one.design[keep], one.y[keep], rcond=None)[0][1]
        assert found.loc[unit, "estimate_without"] == pytest.approx(wanted)
    cooks = sm.OLS(one.y, one.design).fit().get_influence().cooks_distance[0]
    assert found["cooks_distance"].to_numpy(float) == pytest.approx(cooks)


def test_same_seed_same_table_whatever_stands_beside() -> None:
    """A test has its own stream: another model in the plan does not move its p-value."""
    alone = table(tables(slope=0.3), plan(model()))
    beside = table(tables(slope=0.3), plan(model("earliness_x", role="beside"), model()))
    beside = beside[beside["model"] == "index~age_x"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, beside)


def test_nothing_is_found_where_nothing_is_planted_more_than_one_time_in_twenty() -> None:
    """Size of the whole rule (test, interval and degrees of freedom) at n = 14."""
    replicates, found = 200, 0
    for seed in range(replicates):
        one = case(tables(n=14, slope=0.0, seed=seed), plan(model()))
        rows = models.regression([one], plan(model()), 199, seed, "s")
        found += rows["verdict"].isin(["positive", "negative"]).any()
    assert found / replicates <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / replicates)


def test_other_errors_and_huber_stand_beside_without_a_p_value() -> None:
    frames = tables(n=45)
    rows = table(frames, plan(model()))
    beside = rows[rows["role"] == "beside"].set_index("cov_type")
    assert {"HC0", "HC1", "HC2", "HC4", "HC4m", "HC5", "H1"} <= set(beside.index)
    assert beside["ci_low"].notna().all() and beside["p_value"].isna().all()
    assert beside["verdict"].isna().all()
    drawn = rows[rows["cov_type"].isin(["bootstrap-t", "BCa"])]
    assert len(drawn) == 2 and (drawn["ci_low"] < drawn["ci_high"]).all()
