"""The shipped files are what the seed gives, and what was published holds in them."""

import csv
import re

import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.__main__ import main
from barometre.classify import ordered
from barometre.describe.facts import Material, check_facts, matches, read_published
from barometre.describe.priorities import priorities
from barometre.simulate import command, ey
from tests.unit.simulate.made import RAW, STUDIES, walk

FILES = (f"exports/{command.EXPORT}", "truth.csv", "planted.csv")


@pytest.mark.parametrize("name", STUDIES)
def test_the_seed_gives_the_committed_bytes(name, tmp_path):
    assert main(["simulate", name, "--raw", str(RAW), "--out", str(tmp_path)]) == 0
    for file in FILES:
        assert (tmp_path / file).read_bytes() == (RAW / name / file).read_bytes(), file


@pytest.mark.parametrize("name", STUDIES)
def test_another_seed_gives_another_study(name, tmp_path):
    words = ["simulate", name, "--raw", str(RAW), "--out", str(tmp_path), "--seed", "1"]
    assert main(words) == 0
    for file in FILES[:2]:
        assert (tmp_path / file).read_bytes() != (RAW / name / file).read_bytes(), file


def test_an_unknown_study_is_one_sentence(tmp_path, capsys):
    assert main(["simulate", "syntec-2002", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "syntec-2002" in said and "syntec-2020, ey-2018" in said and said.count("\n") == 1


def test_every_published_figure_has_its_row(shared):
    with open(shared("facts/published.csv"), encoding="utf-8", newline="") as source:
        known = [row for row in csv.DictReader(source) if row["study"] in STUDIES]
    for name in STUDIES:
        with open(RAW / name / "published.csv", encoding="utf-8", newline="") as source:
            rows = {row["fact"]: row for row in csv.DictReader(source)}
        facts = [row for row in known if row["study"] == name]
        assert list(rows) == [row["fact"] for row in facts]
        for row in facts:
            same = {key: rows[row["fact"]][key] for key in row if key not in ("study", "fact")}
            assert same == {key: row[key] for key in same}
            assert rows[row["fact"]]["statistic"], "every figure of both studies is rebuilt"


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("seed", [command.SEED, 6])
def test_every_published_figure_is_rebuilt_and_agrees(name, seed, tmp_path):
    walked = walk(name, seed, tmp_path)
    index = walked.index
    sizes = ordered.class_sizes(len(index), study.load(RAW / name)["classify"]["shares"])
    codes = ordered.cut(index.to_numpy(), sizes)
    classes = pd.DataFrame(
        {"unit_id": index.index, "class": [study.CLASSES[code] for code in codes]}
    )
    codebook = codebooks.load(RAW / name)
    answers = walked.laid_out.responses
    ranked = priorities(answers, codebook, seed, name)
    published = RAW / name / "published.csv"
    facts = check_facts(
        read_published(published),
        Material(answers, walked.laid_out.units, classes, ranked),
        str(published),
    ).set_index("fact")
    assert (facts["agrees"] == "yes").all()
    if name == "ey-2018":
        bases = facts["rebuilt_base"].astype(int)
        assert bases[facts["possible_with_base"].isin(["no", "truncation"])].unique() == [35]
        impossible = facts.index[facts["possible_with_base"] == "no"]
        assert set(impossible) == {"innovation_done", "innovation_not_addressed"}
        assert [sizes[each] for each in ("lagging", "transition", "mature")] == [12, 19, 8]


@pytest.mark.parametrize("seed", [command.SEED, 1, 2, 3])
def test_published_shares_hold_with_any_seed(seed, tmp_path):
    walked = walk("ey-2018", seed, tmp_path)
    with open(RAW / "ey-2018" / "published.csv", encoding="utf-8", newline="") as source:
        facts = [row for row in csv.DictReader(source) if row["statistic"] == "share"]
    assert len(facts) == 10
    for fact in facts:
        answers = walked.laid_out.responses.query("item == @fact['item']")["level"].dropna()
        base = int(fact["rebuilt_base"] or 39)
        assert len(answers) == base, fact["fact"]
        share, value = 100 * matches(answers, fact["levels"]).mean(), float(fact["value"])
        near = {"<": share < value, ">": share > value, "~": abs(share - value) <= 5}
        assert near.get(fact["relation"], abs(share - value) <= 50 / base), fact["fact"]


@pytest.mark.parametrize("seed", [command.SEED, 1, 2, 3])
def test_what_was_published_of_the_ten_holds_with_any_seed(seed, tmp_path):
    walked = walk("syntec-2020", seed, tmp_path)
    wide = walked.laid_out.responses.pivot(index="unit_id", columns="item", values="value")
    assert len(wide) == 10 and (wide["od1"] == "Y").all() and wide["od2"].notna().all()
    points = {option: 0.0 for option in ("INC", "SRV", "DUR", "ATT")}
    for _, row in wide[[f"prio[{place}]" for place in range(1, 5)]].iterrows():
        ranked = row.dropna().tolist()
        left = [option for option in points if option not in ranked]
        for option in points:
            behind = len(left) - 1 if option in left else 2 * (3 - ranked.index(option))
            points[option] += behind / 2
    order = sorted(points, key=lambda option: -points[option])
    assert order[0] == "INC" and order[-1] == "ATT"
    most_mature = walked.index.nlargest(2).index
    assert (wide.loc[most_mature, ["gov5", "gov6", "gov7"]] == "Y").all(axis=None)


def test_groups_and_population_are_those_published(tmp_path):
    units = walk("ey-2018", command.SEED, tmp_path).laid_out.units
    assert units["group"].value_counts().to_dict() == {"MET": 18, "AGGLO": 12, "VILLE": 9}
    people = units["population"].dropna().astype(float)
    assert len(people) == 38 and people.sum() == pytest.approx(15e6, rel=0.03)


def test_a_strategy_and_the_statement_on_it_agree(tmp_path):
    responses = walk("ey-2018", 4, tmp_path).laid_out.responses
    has = responses.query("item == 'stra'").set_index("unit_id")["level"]
    level = responses.query("item == 'str[SQ001]'").set_index("unit_id")["level"]
    assert ((level >= 2) == (has == 1)).all() and (has == 0).sum() == 16
    states = responses.query("item == 'strb'").set_index("unit_id")["state"]
    assert ((states == "not_shown") == (has == 0)).all()


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("seed", [command.SEED, 1, 2, 3])
def test_no_answer_is_a_date_that_lay_ahead(name, seed, tmp_path):
    command.write(command.simulation(name)(RAW, seed), tmp_path)
    export = pd.read_csv(tmp_path / "exports" / command.EXPORT, dtype=str, encoding="utf-8-sig")
    items = codebooks.load(RAW / name).items
    for item in items.index[items["kind"] == "date"]:
        assert not (export[item] > export["datestamp"]).any(), item


MESS = {
    "syntec-2020": {"drop_tests": 1, "drop_repeated_units": 1},
    "ey": {
        "drop_tests": 2, "drop_exact_duplicates": 1, "drop_repeated_units": 2, "drop_unfinished": 1,
    },
}  # fmt: skip


def spelt(name):
    """Names as people typed them."""
    if name == "syntec-2020":
        return {"Métropole D ", "METROPOLE H"}
    settings = study.read_yaml(RAW / name / "simulation.yaml")
    return set(settings["mess"]["respelt"].values())


@pytest.mark.parametrize("name", STUDIES)
def test_cleaning_finds_the_mess_that_was_planted_and_nothing_else(name, tmp_path):
    walked = walk(name, command.SEED, tmp_path)
    removed = walked.log[walked.log["action"] == "removed"]
    assert removed["step"].value_counts().to_dict() == MESS[name if name in MESS else "ey"]
    changed = walked.log[walked.log["action"] == "changed"]
    names = changed[changed["item"] == "nom"]
    assert set(names["before"]) == spelt(name)
    assert set(changed["item"]) - {"nom"} == ({"idpop"} if name in ey.EDITIONS else set())
    assert sorted(walked.index.index) == sorted(walked.simulated.truth["unit_id"])


@pytest.mark.parametrize("name", STUDIES)
def test_truth_and_export_tell_the_same_ages(name, tmp_path):
    walked = walk(name, 5, tmp_path)
    found = walked.predictors.pivot(index="unit_id", columns="predictor", values="value")
    truth = walked.simulated.truth.set_index("unit_id").reindex(found.index)
    for predictor in walked.simulated.planted["predictor"]:
        assert found[predictor].to_list() == pytest.approx(
            truth[predictor].to_list(), abs=1e-9, nan_ok=True
        )


@pytest.mark.parametrize("name", STUDIES)
def test_provenance_names_every_thing_planted(name):
    text = (RAW / name / "PROVENANCE.md").read_text(encoding="utf-8")
    for spelling in spelt(name):
        assert f'"{spelling}"' in text
    slopes = re.findall(r"\d\.\d+(?= x \()", text)
    with open(RAW / name / "planted.csv", encoding="utf-8", newline="") as source:
        planted = [float(row["slope_sd_per_year"]) for row in csv.DictReader(source)]
    assert [float(slope) for slope in slopes] == planted
