"""A survey of persons: levels, weights, small groups, employers, and the shipped study."""

import csv

import numpy as np
import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.__main__ import main
from barometre.describe import people, people_sample, weighting
from barometre.describe.facts import Material, check_facts, read_published
from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from barometre.ingest.units import lay_out
from tests.conftest import ROOT

RAW = ROOT / "data" / "raw"
STUDY = "agents-2020"
FILES = ("exports/results-survey.csv", "truth.csv", "planted.csv")


@pytest.fixture(scope="module")
def settings():
    return study.load(RAW / STUDY)


@pytest.fixture(scope="module")
def codebook(settings):
    return codebooks.load(RAW / STUDY, settings["measure"]["themes"])


@pytest.fixture(scope="module")
def margins():
    return weighting.read_margins(str(RAW / STUDY / "margins.csv"))


@pytest.fixture(scope="module")
def responses(settings, codebook):
    return walked(settings, codebook)[0]


@pytest.fixture(scope="module")
def found(responses, codebook, settings, margins):
    return people.gathered(responses, codebook, settings, margins)


def test_levels_are_cut_at_the_published_shares(found, codebook, settings, margins):
    table = people.level_table(found, codebook, settings, margins)
    tables.check(table, "people_levels")
    whole = table[table["item"] == "all"].set_index("level")["n"]
    assert whole.to_dict() == {"lagging": 361, "transition": 508, "mature": 468}
    assert table["low"].isna().all(), "volunteers have no interval"
    by_age = table[table["item"] == "age"].groupby("level")["n"].sum()
    assert by_age.to_dict() == whole.to_dict()


def test_weights_give_back_the_population(found, codebook, margins):
    table = tables.check(people.weight_table(found, codebook, margins, 10), "people_weights")
    assert table["share_weighted"].to_numpy() == pytest.approx(
        table["share_population"].to_numpy(), abs=1e-8
    )
    assert (table["share"] - table["share_population"]).abs().max() > 0.05


def test_the_planted_spread_of_employers_is_found_again(found, responses):
    """Planted: 0.3 standard deviations of skill, at 17 x sqrt(.6) points each."""
    rows = people_sample.employers(found.index, found.answers["emp"])
    points = 0.3 * 17 * np.sqrt(0.6)
    assert rows["n_employers"][0] == 80
    assert rows["employer_sd"][0] == pytest.approx(points, rel=0.25)


def test_a_random_intercept_of_nothing_is_near_nothing():
    rng = np.random.default_rng(4)
    index = rng.normal(50, 10, 800)
    rows = people_sample.employers(index, pd.Series(rng.integers(0, 40, 800).astype(str)))
    assert rows["employer_share"][0] < 0.03


def test_sample_and_themes_follow_their_contracts(found, settings):
    sample = tables.check(people_sample.sample_table(found, settings), "people_sample")
    value = sample.set_index("statistic")["value"]
    assert value["n_effective"] == pytest.approx(value["n_weighted"] / value["design_effect"])
    themes = tables.check(people.theme_table(found), "people_themes").set_index("theme")
    assert themes["test"].idxmin() == "security" and themes["test"].idxmax() == "communication"
    crossed = tables.check(people.self_report_table(found, settings), "people_self_report")
    assert crossed["n"].sum() == 1337


def test_small_groups_are_withheld_whole_numbers_and_shares(found, codebook, settings, margins):
    strict = {**settings, "people": {**settings["people"], "minimum_cell": 40}}
    table = people.level_table(found, codebook, strict, margins)
    hidden = table[table["withheld"]]
    assert len(hidden) and hidden[["n", "share", "share_weighted"]].isna().all().all()
    shown = table[~table["withheld"]]
    assert (shown["n"] >= 40).all()


def test_persons_drawn_at_random_have_intervals(found, codebook, settings, margins):
    drawn = {**settings, "people": {**settings["people"], "sampled": True}}
    table = people.level_table(found, codebook, drawn, margins)
    assert (table["low"] < table["share_weighted"]).all()
    assert (table["high"] > table["share_weighted"]).all()
    whole, group = table[table["item"] == "all"], table[table["answer"] == "P55"]
    assert (whole["high"] - whole["low"]).mean() < (group["high"] - group["low"]).mean()


def test_without_margins_there_are_no_weights(responses, codebook, settings):
    bare = people.gathered(responses, codebook, settings, None)
    table = people.level_table(bare, codebook, settings, None)
    assert table["share_weighted"].isna().all() and table["share"].notna().all()
    assert people.weight_table(bare, codebook, None, 10).empty


@pytest.mark.parametrize("seed", [20201210, 6])
def test_every_published_figure_is_rebuilt(seed, tmp_path, settings, codebook):
    words = ["simulate", STUDY, "--raw", str(RAW), "--out", str(tmp_path), "--seed", str(seed)]
    assert main(words) == 0
    for file in FILES:
        same = (tmp_path / file).read_bytes() == (RAW / STUDY / file).read_bytes()
        assert same or seed != 20201210, f"the seed no longer gives the committed {file}"
    answers, units = walked(settings, codebook, tmp_path / "exports" / "results-survey.csv")
    scored = people.gathered(answers, codebook, settings, None)
    published = read_published(RAW / STUDY / "published.csv")
    material = Material(answers, units, people.class_table(scored), None)
    assert (check_facts(published, material, "published.csv")["agrees"] == "yes").all()


def test_every_published_figure_has_its_row(shared):
    with open(shared("facts/published.csv"), encoding="utf-8", newline="") as source:
        facts = [row for row in csv.DictReader(source) if row["study"] == STUDY]
    rows = read_published(RAW / STUDY / "published.csv").set_index("fact")
    assert list(rows.index) == [row["fact"] for row in facts]
    for row in facts:
        for column in ("value", "unit", "relation", "base_stated", "source", "label_en"):
            assert rows.at[row["fact"], column] == row[column]


def walked(settings, codebook, export=RAW / STUDY / "exports" / "results-survey.csv"):
    """Responses and units as the rules of ingest give them."""
    read = read_exports([str(export)], settings["exports"], codebook)
    cleaned = clean(read.answers, read.respondents, codebook, settings["clean"])
    laid_out = lay_out(cleaned.batch, codebook, settings["units"], str(RAW))
    return laid_out.responses, laid_out.units
