"""Gains, verbatims and projects: known values, planted agreement, one sentence for a mistake."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.describe import interviews, krippendorff, plackett_luce
from barometre.errors import StudyError
from tests.conftest import ROOT

RAW = ROOT / "data" / "raw" / "syntec-2020"
NAN = np.nan
# Krippendorff (2011), section C: four coders, twelve units, nominal data.
PRINTED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


def test_alpha_is_the_printed_one():
    assert krippendorff.alpha(PRINTED) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_full_and_of_chance_agreement():
    codes = np.array([[0, 1, 1, 0, 1.0]] * 2)
    assert krippendorff.alpha(codes) == 1
    rng = np.random.default_rng(3)
    assert abs(krippendorff.alpha(rng.integers(0, 2, (2, 4000)).astype(float))) < 0.05
    assert np.isnan(krippendorff.alpha(np.ones((2, 5))))


def test_bootstrap_interval_holds_alpha():
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 60)
    codes = np.array([np.where(rng.random(60) < 0.1, 1 - truth, truth) for _ in range(2)], float)
    low, high = krippendorff.bootstrap(codes, np.random.default_rng(1))
    assert low < krippendorff.alpha(codes) < high


def test_worths_of_two_options_are_their_shares_of_wins():
    given = np.array([[1, 2.0]] * 7 + [[2, 1.0]] * 3)
    assert plackett_luce.worth(given) == pytest.approx([0.7, 0.3])


def test_planted_worths_are_found_again():
    truth = np.array([0.4, 0.3, 0.2, 0.1])
    rng = np.random.default_rng(11)
    noise = np.log(truth) + rng.gumbel(size=(6000, 4))
    ranks = np.argsort(np.argsort(-noise, axis=1), axis=1) + 1.0
    assert plackett_luce.worth(ranks) == pytest.approx(truth, abs=0.015)
    top_two = np.where(ranks <= 2, ranks, np.nan)
    assert plackett_luce.worth(top_two) == pytest.approx(truth, abs=0.02)


def test_worths_do_not_exist_where_one_is_always_first():
    assert np.isnan(plackett_luce.worth(np.array([[1, 2, 3.0], [1, 3, 2.0]]))).all()


def test_tau_is_scipys_and_p_enumerates_all_orders():
    x, y = np.arange(6.0), np.array([1, 3, 2, 2, 5, 4.0])
    tau, p_value, test = interviews.association(x, y, np.random.default_rng(1))
    assert tau == pytest.approx(stats.kendalltau(x, y).statistic)
    every = [stats.kendalltau(x, np.array(order)).statistic for order in permutations(y)]
    assert test == "6 units, 720 enumerated"
    assert p_value == np.mean(np.abs(every) >= abs(tau) - 1e-9)
    drawn = interviews.association(np.arange(12.0), np.arange(12.0)[::-1], np.random.default_rng(1))
    assert drawn[:2] == pytest.approx((-1, 1 / 100_000))


@pytest.fixture(scope="module")
def settings():
    return study.load(RAW)["interviews"]


def test_shipped_verbatims_and_projects_follow_their_contracts(settings):
    coded = interviews.read_coded(str(RAW / "verbatims.csv"), settings["frame"])
    themes, pairs = interviews.verbatim_tables(coded, settings["frame"], 1, "syntec-2020")
    themes = tables.check(themes, "verbatim_themes")
    tables.check(pairs, "verbatim_pairs")
    assert (themes["both"] <= themes[["coder_1", "coder_2"]].min(axis=1)).all()
    assert (themes["alpha"] > 0.4).all() and (themes["low"] < themes["alpha"]).all()
    projects = interviews.read_projects(str(RAW / "projects.csv"), codebooks.load(RAW))
    assert tables.check(projects, "projects")["project"].nunique() == 3


def test_pairs_count_what_both_coders_see(settings):
    coded = pd.DataFrame(
        {
            "verbatim": ["a", "b", "c"], "unit_id": ["x", "x", "y"],
            "coder_1": ["divide|rural", "divide|rural", "divide"],
            "coder_2": ["divide|rural", "divide", "divide"],
        }
    )  # fmt: skip
    themes, pairs = interviews.verbatim_tables(coded, settings["frame"], 1, "s")
    assert pairs.values.tolist() == [["divide", "rural", 1, 3, 1 / 3]]
    assert themes.set_index("theme").at["divide", "units"] == 2


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("read_coded", "verbatim,unit_id,coder_1\na,x,divide\n", "column 'coder_2' is missing"),
        ("read_coded", "verbatim,unit_id,coder_1,coder_2\na,x,divide,dvide\n", "row 2, column"),
        ("read_coded", "verbatim,unit_id,coder_1,coder_2\na,x,,\na,y,,\n", "row 3: the verbatim"),
    ],
)
def test_a_wrong_table_of_verbatims_is_one_sentence(name, text, said, settings, tmp_path):
    path = tmp_path / "verbatims.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        getattr(interviews, name)(str(path), settings["frame"])


@pytest.mark.parametrize(
    "cell, said", [("nom,yes", "no item of role"), ("fri[SQ001],maybe", "none of")]
)
def test_a_wrong_table_of_projects_is_one_sentence(cell, said, tmp_path):
    path = tmp_path / "projects.csv"
    head = "project,label_fr,label_en,item,overcome,lever_fr,lever_en\n"
    path.write_text(f"{head}p,a,b,{cell},c,d\n", encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        interviews.read_projects(str(path), codebooks.load(RAW))


def test_a_gain_that_is_not_asked_is_one_sentence():
    with pytest.raises(StudyError, match="no item 'eff9'"):
        interviews.gains(pd.DataFrame(), pd.DataFrame(), codebooks.load(RAW), ["eff9"], 1, "s")
