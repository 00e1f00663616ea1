"""Specification curves: one null, one estimand, one adjustment set; the joint test."""

import numpy as np
import pytest

from barometre import tables as contracts
from barometre.draws import generator
from barometre.explain import ols, specifications
from barometre.explain.specifications import Curve, Spec, joint_test, specification_curves
from tests.unit.explain.study import model, plan, tables


def curves(frames, analysis, draws: int = 199):
    found = specification_curves(analysis, frames, draws, 1, "s")
    return contracts.check(found, "specification_curve")


def test_one_curve_has_one_outcome_one_family_and_one_adjustment_set() -> None:
    analysis = plan(
        model(),
        model("age_y", role="beside"),
        model("earliness_x"),
        model(controls=["log_population"], role="beside"),
        model(where={"item": "kind", "values": ["A"]}, role="beside"),
        model("delay_x", role="beside"),
        model(controls=["delay_x"], role="beside"),
    )
    found = curves(tables(), analysis)
    assert set(found["curve"]) == {
        "index|age|none",
        "index|earliness|none",
        "index|age|log_population",
        "index|age|none|kind=A",
    }
    for _, rows in found.groupby("curve"):
        assert rows["outcome"].nunique() == rows["adjustment"].nunique() == 1
        assert rows["predictor"].str.split("_").str[0].nunique() == 1
        assert rows["joint_p_value"].nunique() == 1
        assert list(rows["spec_id"]) == list(range(len(rows)))
    plain = found[found["curve"] == "index|age|none"]
    assert set(plain["predictor"]) == {"age_x", "age_y"}
    assert set(plain["estimator"]) == {"ols", "theil_sen"}
    adjusted = found[found["adjustment"] == "log_population"]
    assert set(adjusted["estimator"]) == {"ols"}
    assert set(found["joint_null"]) == {specifications.NULL}
    # Bounds are a choice: with them and without.
    early = found[found["curve"] == "index|earliness|none"]
    assert set(early["sample"]) == {"all", "exact only"}
    assert set(early["n"]) == {30, 15}


def test_the_estimand_is_the_slope_per_standard_deviation() -> None:
    frames = tables()
    found = curves(frames, plan(model(controls=["log_population"])))
    own = found[found["predictor"] == "age_x"].iloc[0]
    x = frames.predictors.query("predictor == 'age_x'")["value"].to_numpy()
    people = np.log(frames.units["population"].to_numpy(float))
    design = np.column_stack([np.ones(30), x / x.std(ddof=1), people])
    wanted = np.linalg.lstsq(design, frames.index["index"].to_numpy(), rcond=None)[0][1]
    assert own["estimate"] == pytest.approx(wanted)
    assert own["ci_low"] < wanted < own["ci_high"]


def curve_of(rng: np.random.Generator, slope: float, controls: int = 0, n: int = 16) -> Curve:
    """Three definitions of one age, one of them known for fewer units."""
    age, held = rng.normal(size=n), rng.normal(size=(n, controls))
    y = slope * age + held.sum(axis=1) + rng.normal(size=n)
    every, fewer = np.arange(n), np.arange(n - 4)
    specs = [
        Spec("age_a", "ols", "all", every, age),
        Spec("age_b", "ols", "all", every, age + rng.normal(0, 0.5, size=n)),
        Spec("age_c", "ols", "all", fewer, age[:-4] + rng.normal(0, 0.5, size=n - 4)),
    ]
    if not controls:
        specs.append(Spec("age_a", "theil_sen", "all", every, age))
    return Curve("c", "index", "none", y, held, specs)


@pytest.mark.parametrize("controls", [0, 2])
def test_slopes_of_an_order_equal_fits_of_the_moved_outcome(controls: int) -> None:
    rng = np.random.default_rng(6)
    curve = curve_of(rng, 1.0, controls)
    order = rng.permutation(16)
    for spec in curve.specs:
        found = specifications._slopes(spec, curve, order[None, :])[0]
        y, held = curve.y[order][spec.rows], curve.controls[order][spec.rows]
        x = spec.x / spec.x.std(ddof=1)
        if spec.estimator == "theil_sen":
            first, second = np.triu_indices(x.size, k=1)
            wanted = np.median((y[second] - y[first]) / (x[second] - x[first]))
        else:
            design = np.column_stack([np.ones(x.size), x, held])
            wanted = np.linalg.lstsq(design, y, rcond=None)[0][1]
        assert found == pytest.approx(wanted)


@pytest.mark.parametrize("controls", [0, 1])
def test_size_of_the_joint_test(controls: int) -> None:
    """Nothing planted: 5 % within three Monte Carlo errors, whatever the definitions share."""
    rng = np.random.default_rng(21)
    replicates = 300
    p_values = np.array(
        [joint_test(curve_of(rng, 0.0, controls), 99, rng) for _ in range(replicates)]
    )
    for level in (0.05, 0.2):
        error = np.sqrt(level * (1 - level) / replicates)
        assert abs((p_values <= level).mean() - level) <= 3 * error


def test_a_planted_slope_is_found_jointly() -> None:
    rng = np.random.default_rng(22)
    assert joint_test(curve_of(rng, 3.0), 199, rng) == pytest.approx(1 / 200)


def test_same_seed_same_curve() -> None:
    first, again = (curves(tables(), plan(model())) for _ in range(2))
    assert first.equals(again)
    one, other = (generator(seed, "s", "curve").random() for seed in (1, 2))
    assert one != other


def test_no_models_no_curve() -> None:
    assert curves(tables(), plan()).empty


def test_shared_dates_have_no_joint_test_and_intervals_by_date() -> None:
    """Permuting units would count them as independent, and print a small p beside that of dates."""
    analysis = plan(model(), age_x={"permute_by": "born"})
    analysis["predictors"] = {"age_x": analysis["predictors"]["age_x"]}
    frames = tables(n=30, dates=6)
    found = curves(frames, analysis)
    assert list(found["estimator"]) == ["ols"]
    assert found["joint_p_value"].isna().all() and found["joint_null"].isna().all()
    assert found["joint_test"].iloc[0] == "none: 30 units share 6 dates of age_x"
    x = frames.predictors.query("predictor == 'age_x'")["value"].to_numpy(float)
    design = np.column_stack([np.ones(30), x / x.std(ddof=1)])
    fit = ols.fit(design, frames.index["index"].to_numpy(float))
    covariance, df = ols.cr(fit, frames.units["born"].to_numpy(str), "CR2")
    low, high, _ = ols.interval(fit.coef[1], np.sqrt(covariance[1, 1]), df[1])
    assert list(found.loc[0, ["ci_low", "ci_high"]]) == pytest.approx([low, high])


def test_an_outcome_of_few_values_has_no_median_of_pairs() -> None:
    analysis = plan(model(outcome="opened"))
    assert set(curves(tables(), analysis)["estimator"]) == {"ols"}
