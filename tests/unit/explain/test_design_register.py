"""Samples of a register: all of them by their designs, and what studies of them could find."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest

from barometre import tables as contracts
from barometre.explain import design, ols
from barometre.explain.design_register import design_register, samples, unit_detectable
from barometre.explain.population import Population, population_of
from tests.unit.explain.study import case, model, plan, tables


def test_designs_stand_for_all_samples() -> None:
    everyone = np.array([1.0, 1, 1, 2, 2, 5, 7])
    found, how = samples(everyone, 4, np.random.default_rng(1))
    assert how == "enumerated"
    counted = {tuple(x): many for x, many in found}
    brute: dict[tuple, int] = {}
    for chosen in combinations(everyone, 4):
        brute[chosen] = brute.get(chosen, 0) + 1
    assert counted == brute and sum(counted.values()) == comb(7, 4)


def test_too_many_designs_are_drawn() -> None:
    found, how = samples(np.arange(25.0), 10, np.random.default_rng(1))
    assert how == "drawn"
    assert all(many == 1 and np.unique(x).size == 10 for x, many in found)


def test_the_registers_own_samples_of_ten(root) -> None:
    """Of all 646,646 samples of ten status dates 64 % have fewer than four degrees of freedom."""
    register = pd.read_csv(root / "data" / "raw" / "register" / "metropoles.csv", dtype=str)
    since = pd.to_datetime(register["metropole_since"])
    age = ((pd.Timestamp("2020-03-01") - since).dt.days / 365.25).to_numpy()
    frames = tables(10)
    frames.units["born"] = since.astype(str).to_numpy()[:10]
    known = frames.predictors["predictor"] == "age_x"
    frames.predictors.loc[known, "value"] = age[:10]
    analysis = plan(model(), age_x={"permute_by": "born", "stated_effect": 4})
    one = case(frames, analysis)
    everyone = Population("register", 22, {"age_x": age})
    table = contracts.check(
        design_register([one], analysis, everyone, 1, "s"), "design_register"
    ).set_index("df_by")
    assert (table["samples"] == 646_646).all() and (table["how"] == "enumerated").all()
    assert table.loc["units", "share_df_below_4"] == pytest.approx(0.6388, abs=1e-4)
    assert table.loc["born", "share_df_below_4"] == 1.0
    # Only the eleven of one day give a sample without spread.
    assert table.loc["units", "share_no_spread"] == pytest.approx(comb(11, 10) / 646_646)
    for name in ("minimum_detectable", "power"):
        ends = table.loc["units", [f"{name}_p10", f"{name}_p50", f"{name}_p90"]]
        assert list(ends) == sorted(ends)
    assert table.loc["born", "power_p50"] < table.loc["units", "power_p50"]


def test_rows_equal_the_design_of_each_sample() -> None:
    frames = tables(8)
    frames.index.loc[[6, 7], "index"] = np.nan
    analysis = plan(model(), age_x={"stated_effect": 2.0})
    one = case(frames, analysis)
    register = population_of(analysis, {}, frames.units, None, True)
    row = design_register([one], analysis, register, 1, "s").iloc[0]
    assert (row["n"], row["n_population"], row["samples"]) == (6, 8, 28)
    sigma = ols.fit(one.design, one.y).sigma
    power, least = [], []
    for chosen in combinations(np.concatenate([one.x, one.absent]), 6):
        x = np.array(chosen)
        fit = ols.fit(np.column_stack([np.ones(6), x]), np.zeros(6))
        error, df = sigma / (x.std(ddof=1) * np.sqrt(5)), float(ols.bell_mccaffrey(fit)[1])
        power.append(design.operating(2.0, error, df).power)
        least.append(design.minimum_detectable(error, df))
    assert row["power_p50"] == pytest.approx(np.sort(power)[13])
    assert row["minimum_detectable_p90"] == pytest.approx(np.sort(least)[25], rel=1e-4)


def test_interpolated_detectable_slope_is_the_exact_one() -> None:
    df = np.geomspace(1.1, 20, 333)
    found = unit_detectable(df)
    for place in (0, 57, 160, 251, 332):
        assert found[place] == pytest.approx(design.minimum_detectable(1.0, df[place]), rel=1e-4)


def test_no_register_no_rows() -> None:
    frames, analysis = tables(10), plan(model())
    for population in (Population(), Population("invited", 40)):
        assert design_register([case(frames, analysis)], analysis, population, 1, "s").empty


def test_a_large_register_has_no_rows() -> None:
    frames, analysis = tables(120), plan(model())
    register = population_of(analysis, {}, frames.units, None, True)
    frames.index.loc[:9, "index"] = np.nan
    assert design_register([case(frames, analysis)], analysis, register, 1, "s").empty
