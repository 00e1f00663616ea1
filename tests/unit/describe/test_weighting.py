"""Weights: margins met, the cost of weights, and svy beside R's survey on its own data."""

import json

import numpy as np
import pandas as pd
import polars
import pytest
import svy
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.describe import weighting
from barometre.errors import StudyError

TOLERANCE = 1e-8


def margins(**shares):
    return pd.DataFrame(
        [(item, answer, share) for item, of in shares.items() for answer, share in of.items()],
        columns=weighting.MARGINS,
    )


AGE_AND_SEX = margins(age={"young": 0.3, "old": 0.7}, sex={"f": 0.5, "m": 0.5})


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_raked_shares_are_those_of_the_population(seed, young):
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(
        {"age": rng.choice(["young", "old"], 80), "sex": rng.choice(["f", "m"], 80)}
    )
    wanted = margins(age={"young": young, "old": 1 - young}, sex={"f": 0.5, "m": 0.5})
    weights = weighting.raked(people, wanted)
    assert weights.mean() == pytest.approx(1)
    assert weighting.weighted_share((people["age"] == "young").to_numpy(), weights) == (
        pytest.approx(young, abs=1e-8)
    )
    assert weighting.weighted_share((people["sex"] == "f").to_numpy(), weights) == (
        pytest.approx(0.5, abs=1e-8)
    )
    assert weighting.design_effect(weights) >= 1


def test_a_person_with_an_unknown_margin_has_no_weight():
    people = pd.DataFrame({"age": ["young", "old", "old", None], "sex": ["f", "m", "f", "m"]})
    weights = weighting.raked(people, AGE_AND_SEX)
    assert np.isnan(weights[3]) and np.isfinite(weights[:3]).all()


def test_design_effect_of_equal_weights_is_one_and_of_two_sizes_is_known():
    assert weighting.design_effect(np.ones(7)) == 1
    # cv^2 of (1, 3) is 1/4.
    assert weighting.design_effect(np.array([1.0, 3.0])) == pytest.approx(1.25)


@pytest.mark.parametrize(
    "people, wanted, said",
    [
        ({"age": ["young", "x"], "sex": ["f", "m"]}, AGE_AND_SEX, "answered 'x'"),
        ({"age": ["old", "old"], "sex": ["f", "m"]}, AGE_AND_SEX, "nobody answered 'young'"),
        ({"age": ["young", "old"], "sex": ["f", "m"]}, AGE_AND_SEX, "cannot be met together"),
    ],
)
def test_margins_that_do_not_fit_are_one_sentence(people, wanted, said):
    with pytest.raises(StudyError, match=said):
        weighting.raked(pd.DataFrame(people), wanted)


@pytest.mark.parametrize(
    "text, said",
    [
        ("item,answer\nage,old\n", "column 'share' is missing"),
        ("item,answer,share\nage,old,0\nage,young,1\n", "row 2, column 'share'"),
        ("item,answer,share\nage,old,half\nage,young,1\n", "row 2, column 'share'"),
        ("item,answer,share\nage,old,0.5\nage,young,0.4\n", "sum to 0.9"),
    ],
)
def test_a_wrong_table_of_margins_is_one_sentence(text, said, tmp_path):
    path = tmp_path / "margins.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        weighting.read_margins(str(path))


def test_intervals_of_a_sample_cover_and_know_their_clusters():
    """95 % intervals of a share, persons drawn in clusters of a population with known share."""
    rng = np.random.default_rng(20201210)
    wanted = margins(age={"young": 0.5, "old": 0.5})
    hits = 0
    for _ in range(100):
        own = rng.normal(0, 0.4, 40)
        employer = np.repeat(np.arange(40), 10)
        level = np.where(rng.normal(0, 1, 400) + own[employer] > 0, "up", "down")
        people = pd.DataFrame(
            {
                "age": rng.choice(["young", "old"], 400),
                "employer": employer.astype(str),
                "level": level,
            }
        )
        found = weighting.sampled_intervals(people, wanted, "employer", "level", None)
        up = found.set_index("level").loc["up"]
        hits += up["low"] <= 0.5 <= up["high"]
    assert 89 <= hits <= 99


@pytest.fixture
def api(shared):
    """Reference, and the three samples of the api data as svy designs."""
    folder = shared("reference/survey_api")

    def read(name):
        return polars.read_csv(folder / name, infer_schema_length=None)

    strat = (
        read("input.csv")
        .with_row_index("person")
        .with_columns((polars.col("sch.wide") == "Yes").cast(polars.Float64).alias("wide"))
    )
    two = read("input_apiclus2.csv").with_columns(
        polars.col("fpc1").cast(float), polars.col("fpc2").cast(float)
    )
    designs = {
        "strat": svy.Sample(strat, svy.Design(stratum="stype", wgt="pw", pop_size="fpc")),
        "plain": svy.Sample(strat, svy.Design(stratum="stype", psu="person", wgt="pw")),
        "one": svy.Sample(
            read("input_apiclus1.csv"), svy.Design(psu="dnum", wgt="pw", pop_size="fpc")
        ),
        "two": svy.Sample(
            two,
            svy.Design(
                psu="dnum", ssu="snum", wgt="pw", pop_size=svy.PopSize(psu="fpc1", ssu="fpc2")
            ),
        ),
    }
    return json.loads((folder / "expected.json").read_text(encoding="utf-8")), designs


def same(found, est, se):
    assert found.est == pytest.approx(est, rel=TOLERANCE)
    assert found.se == pytest.approx(se, rel=TOLERANCE)


def test_means_totals_and_ratios(api):
    expected, designs = api
    strat = designs["strat"].estimation
    for name in ("api00", "enroll"):
        wanted = expected["strat_mean"]
        same(strat.mean(name).estimates[0], wanted["est"][name], wanted["se"][name])
        wanted = expected["strat_mean_nofpc"]
        plain = designs["plain"].estimation.mean(name).estimates[0]
        same(plain, wanted["est"][name], wanted["se"][name])
    effect = strat.mean("api00", deff="wor").estimates[0]
    assert effect.deff == pytest.approx(expected["strat_mean"]["deff"], rel=TOLERANCE)
    assert effect.df == expected["ci_mean_df"]["degf"]
    assert [effect.lci, effect.uci] == pytest.approx(expected["ci_mean_df"]["ci_t"], rel=TOLERANCE)
    wanted = expected["strat_total"]
    same(strat.total("enroll").estimates[0], wanted["est"]["enroll"], wanted["se"]["enroll"])
    wanted = expected["strat_ratio"]
    same(strat.ratio("api00", "api99").estimates[0], wanted["est"], wanted["se"])


def test_shares_domains_and_their_intervals(api):
    expected, designs = api
    strat = designs["strat"].estimation
    for row in strat.prop("sch.wide").estimates:
        name = f"sch.wide{row.y_level}"
        same(row, expected["strat_props"]["est"][name], expected["strat_props"]["se"][name])
    for by, key in (("sch.wide", "strat_by_schwide"), ("stype", "strat_by_stype")):
        rows = strat.mean("api00", by=by).estimates
        for row, est, se in zip(rows, expected[key]["api00"], expected[key]["se"], strict=True):
            same(row, est, se)
    for method in ("logit", "beta"):
        row = strat.prop("sch.wide", ci_method=method).estimates[1]
        assert [row.lci, row.uci] == pytest.approx(
            expected[f"ciprop_{method}"]["ci"], rel=TOLERANCE
        )


def test_clusters_in_one_and_two_stages(api):
    expected, designs = api
    one, two = designs["one"].estimation, designs["two"].estimation
    for key, row in (
        ("clus1_mean", one.mean("api00")),
        ("clus1_total", one.total("enroll")),
        ("clus2_mean", two.mean("api00")),
        ("clus2_total_enroll_narm", two.total("enroll", drop_nulls=True)),
    ):
        (est,), (se,) = expected[key]["est"].values(), expected[key]["se"].values()
        same(row.estimates[0], est, se)


def test_weights_that_know_the_population(api):
    expected, designs = api
    one = designs["one"]
    stype = {"E": 4421, "H": 755, "M": 1018}
    after = one.weighting.poststratify(stype, cells="stype").estimation
    for key, row in (
        ("poststrat_mean", after.mean("api00")),
        ("poststrat_total", after.total("enroll")),
    ):
        (est,), (se,) = expected[key]["est"].values(), expected[key]["se"].values()
        same(row.estimates[0], est, se)
    linear = one.weighting.calibrate(controls={svy.Cat("stype"): stype, "api99": 3914069})
    wanted = expected["calibrate_linear"]
    assert linear.data[linear.design.wgt].to_numpy() == pytest.approx(
        wanted["weights"], rel=TOLERANCE
    )
    same(
        linear.estimation.mean("api00").estimates[0],
        wanted["mean"]["est"]["api00"],
        wanted["mean"]["se"]["api00"],
    )


def test_raking_stopped_where_r_stops(api):
    """R's rake() ends after three rounds here; the fourth moves its weights by 1e-3."""
    expected, designs = api
    controls = {
        "stype": {"E": 4421, "H": 755, "M": 1018},
        "sch.wide": expected["rake"]["margins_schwide"],
    }
    raked = designs["plain"].weighting.rake(
        controls=controls, tol=1e-14, max_iter=3, on_nonconvergence="ignore"
    )
    wanted = expected["rake"]
    assert raked.data[raked.design.wgt].to_numpy() == pytest.approx(wanted["weights"], rel=1e-12)
    row = raked.estimation.mean("api00").estimates[0]
    assert row.est == pytest.approx(wanted["mean"]["est"]["api00"], rel=1e-12)
    # Linearised on margins that are not yet met, which the two packages do differently.
    assert row.se == pytest.approx(wanted["mean"]["se"]["api00"], rel=1e-6)


def test_jackknife_with_the_finite_population_correction_in_its_coefficients(api):
    expected, designs = api
    plain = designs["plain"].weighting.create_jk_wgts()
    strata = plain.data["stype"].to_list()
    sizes = {name: strata.count(name) for name in set(strata)}
    population = dict(zip(strata, plain.data["fpc"].to_list(), strict=True))
    coefficients = tuple(
        (1 - sizes[name] / population[name]) * (sizes[name] - 1) / sizes[name]
        for name in _stratum_of_each_replicate(plain, strata)
    )
    corrected = plain.update_design(
        rep_wgts=plain.design.update_rep_weights(rep_coefs=coefficients).rep_wgts
    )
    row = corrected.estimation.mean(
        "api00", method="replication", variance_center="estimate"
    ).estimates[0]
    wanted = expected["jackknife_mean"]
    same(row, wanted["est"]["api00"], wanted["se"]["api00"])


def _stratum_of_each_replicate(sample, strata):
    """The stratum of the person whom a replicate leaves out."""
    columns = [sample.data[name].to_numpy() for name in sample.rep_columns]
    return [strata[int(np.argmin(column))] for column in columns]


def test_regressions_and_tests(api):
    expected, designs = api
    strat = designs["strat"]
    linear = strat.glm.fit("api00", x=["ell", "meals", "mobility"])
    wanted = expected["svyglm_gaussian"]
    for row, est, se, p in zip(
        linear.coefs, *(wanted[key].values() for key in ("coef", "se", "p")), strict=True
    ):
        same(row, est, se)
        assert row.wald.p_value == pytest.approx(p, rel=1e-6)
    logistic = strat.glm.fit("wide", x=["ell", "meals"], family="binomial")
    wanted = expected["svyglm_logit"]
    for row, est, se in zip(
        logistic.coefs, wanted["coef"].values(), wanted["se"].values(), strict=True
    ):
        # R stops its iterations at a relative change of 1e-8 of the deviance.
        assert row.est == pytest.approx(est, rel=1e-7)
        assert row.se == pytest.approx(se, rel=1e-7)
    table = strat.categorical.tabulate(rowvar="sch.wide", colvar="stype").stats.f
    wanted = expected["svychisq_rao_scott_F"]
    found = [table.value, table.df_num, table.df_den, table.p_value]
    assert found == pytest.approx([wanted[key] for key in ("F", "ndf", "ddf", "p")], rel=1e-8)
    test = strat.categorical.ttest("api00", group="comp.imp")
    wanted = expected["svyttest"]
    assert test.stats.t == pytest.approx(wanted["t"], rel=TOLERANCE)
    assert test.diff[0].diff == pytest.approx(wanted["diff"], rel=TOLERANCE)
    quantiles = strat.estimation.quantile("api00", p=[0.25, 0.5, 0.75])
    rows = (
        [row for one in quantiles for row in one.estimates]
        if isinstance(quantiles, list)
        else (quantiles.estimates)
    )
    wanted = expected["quantiles"]["api00"]
    assert [row.est for row in rows] == wanted["quantile"]
    assert [row.lci for row in rows] == wanted["ci.2.5"]
    assert [row.uci for row in rows] == wanted["ci.97.5"]
    assert [row.se for row in rows] == pytest.approx(wanted["se"], rel=TOLERANCE)
