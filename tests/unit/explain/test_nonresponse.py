"""Bounds and breakdown points against enumeration, and where nobody is known to be absent."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from barometre import tables as contracts
from barometre.errors import StudyError
from barometre.explain.nonresponse import (
    bounds_of_mean,
    bounds_of_slope,
    breakdown,
    nonresponse,
)
from barometre.explain.population import Population, population_of
from tests.unit.explain.study import case, model, plan, tables


def slope_of(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.polyfit(x, y, 1)[0])


@pytest.fixture
def people() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 10, size=9)
    return x, 40 + 3 * x + rng.normal(0, 5, size=9), rng.uniform(0, 10, size=5)


def test_bounds_are_those_of_all_corners_and_no_inner_point_beats_them(people) -> None:
    x, y, absent = people
    everyone = np.concatenate([x, absent])
    corners = [
        slope_of(everyone, np.concatenate([y, ends])) for ends in product([0.0, 100.0], repeat=5)
    ]
    low, high = bounds_of_slope(x, y, absent, 0, 100)
    assert low == pytest.approx(min(corners), abs=1e-10)
    assert high == pytest.approx(max(corners), abs=1e-10)
    rng = np.random.default_rng(6)
    inner = [slope_of(everyone, np.concatenate([y, rng.uniform(0, 100, 5)])) for _ in range(300)]
    assert low <= min(inner) and max(inner) <= high


def test_half_the_scale_for_a_share_where_half_did_not_answer() -> None:
    low, high = bounds_of_mean(np.array([1.0, 0, 0, 0]), 4, 0, 1)
    assert (low, high) == (1 / 8, 5 / 8)


@pytest.mark.parametrize("ends", [(0.0, 100.0), (-np.inf, np.inf)])
def test_at_the_breakdown_point_the_slope_of_all_is_zero_and_not_before(people, ends) -> None:
    x, y, absent = people
    each, common = breakdown(x, y, absent, *ends)
    assert 0 < each <= common or np.isnan(common)
    everyone = np.concatenate([x, absent])
    fitted = np.poly1d(np.polyfit(x, y, 1))(absent).clip(*ends)
    for distance, zero in ((each, True), (0.98 * each, False)):
        least = min(
            slope_of(
                everyone,
                np.concatenate([y, np.clip(fitted + distance * np.array(signs), *ends)]),
            )
            for signs in product([-1, 1], repeat=5)
        )
        assert least == pytest.approx(0, abs=1e-6) if zero else least > 0


def test_common_shift_reverses_the_slope() -> None:
    x, y, absent = np.array([0.0, 1, 2, 3]), np.array([1.0, 2, 3, 4]), np.array([8.0, 9.0])
    _, common = breakdown(x, y, absent, -np.inf, np.inf)
    moved = np.concatenate([y, 1 + absent - common])
    assert slope_of(np.concatenate([x, absent]), moved) == pytest.approx(0, abs=1e-10)


def test_nothing_on_the_scale_reverses_a_steep_slope() -> None:
    x = np.linspace(0, 10, 20)
    assert np.isnan(breakdown(x, 10 * x, np.array([5.5]), 0, 100)[0])


def table(frames, analysis, population) -> pd.DataFrame:
    cases = [case(frames, analysis, number) for number in range(len(analysis["models"]))]
    return contracts.check(nonresponse(cases, analysis, frames, population), "nonresponse")


def test_absent_units_of_a_register_bound_the_slope() -> None:
    frames = tables(22, slope=2.0)
    frames.index.loc[[3, 7, 11, 15], "index"] = np.nan
    frames.classes.loc[[3, 7, 11, 15], "class"] = "unknown"
    analysis = plan(model())
    rows = table(frames, analysis, population_of(analysis, {}, frames.units, None, True))
    rows = rows.set_index("model")
    slope = rows.loc["index~age_x"]
    assert (slope["n"], slope["n_absent"], slope["n_population"]) == (18, 4, 22)
    assert slope["population_from"] == "register" and slope["outcome_ends"] == "scale"
    assert slope["low"] < slope["estimate"] < slope["high"]
    mean = rows.loc["index~1"]
    assert mean["high"] - mean["low"] == pytest.approx(100 * 4 / 22)
    share = rows.loc["mature~1"]
    mature = round(share["estimate"] * 18)
    assert (share["low"], share["high"]) == pytest.approx((mature / 22, (mature + 4) / 22))


def test_unit_with_outcome_but_no_predictor_is_counted_as_left_out() -> None:
    frames = tables(20)
    known = frames.predictors
    gone = (known["predictor"] == "age_x") & known["unit_id"].isin(["u001", "u002"])
    known.loc[gone, "value"] = np.nan
    analysis = plan(model())
    row = table(frames, analysis, population_of(analysis, {}, frames.units, None, True)).iloc[0]
    assert (row["n"], row["n_absent"], row["n_left_out"]) == (18, 0, 2)
    assert np.isnan(row["low"])


def test_number_invited_bounds_the_mean_alone() -> None:
    frames, analysis = tables(10), plan(model())
    population = population_of(analysis, {"invited": 40}, frames.units, None, False)
    rows = table(frames, analysis, population).set_index("quantity")
    assert rows.loc["slope", "population_from"] == "invited"
    assert rows.loc["slope", "n_left_out"] == 30 and np.isnan(rows.loc["slope", "low"])
    assert rows.loc["mean", "high"] - rows.loc["mean", "low"] == pytest.approx(75)


def test_nothing_is_bounded_where_nobody_knows_who_was_asked() -> None:
    frames, analysis = tables(10), plan(model())
    rows = table(frames, analysis, population_of(analysis, {}, frames.units, None, False))
    assert set(rows["population_from"]) == {"units"}
    assert rows["low"].isna().all() and rows["breakdown_each"].isna().all()


def test_register_gives_the_ages_of_the_others() -> None:
    frames = tables(4)
    known = frames.predictors["predictor"] == "age_x"
    frames.predictors.loc[known, "value"] = [1.0, 1.0, 2.0, 4.0]
    analysis = plan(model(), age_x={"population_column": "since", "reference": "2020"})
    register = pd.DataFrame({"since": ["2019", "2019", "2019", "2018", "2017", "2016"]})
    population = population_of(analysis, {"end": "2020-01-01"}, frames.units, register, False)
    assert list(population.absent(case(frames, analysis))) == [1.0, 3.0]
    frames.predictors.loc[known, "value"] = [2.0, 2.0, 2.0, 4.0]
    with pytest.raises(StudyError, match="population_column"):
        population.absent(case(frames, analysis))


def test_a_condition_keeps_to_its_own_units() -> None:
    frames = tables(20)
    frames.index.loc[:3, "index"] = np.nan
    analysis = plan(model(where={"item": "kind", "values": ["A"]}))
    one = case(frames, analysis)
    assert Population("register", 30).of(one) == ("units", 10)
    rows = table(replace(frames), analysis, Population("register", 30))
    assert list(rows["model"]) == ["index~age_x[kind=A]", "index~1[kind=A]", "mature~1[kind=A]"]
    assert rows.iloc[0]["n_absent"] == 2


def test_units_that_were_never_asked_are_not_missing() -> None:
    frames = tables(20)
    frames.index.loc[:7, "index"] = np.nan
    frames.index["n_items_shown"] = [0] * 5 + [3] * 15
    analysis = plan(model(), model(outcome="opened"))
    register = population_of(analysis, {}, frames.units, None, True)
    rows = table(frames, analysis, register).set_index("model")
    assert tuple(rows.loc["index~age_x", ["n_population", "n", "n_absent"]]) == (15, 12, 3)
    assert rows.loc["index~1", "n_absent"] == 3
    frames.responses["state"] = "answered"
    opened = frames.responses["item"] == "open"
    unseen = opened & frames.responses["unit_id"].isin(["u000", "u001"])
    frames.responses.loc[unseen, ["level", "state"]] = [np.nan, "not_shown"]
    rows = table(frames, analysis, register).set_index("model")
    assert tuple(rows.loc["opened~1", ["n_population", "n", "n_absent"]]) == (18, 18, 0)
