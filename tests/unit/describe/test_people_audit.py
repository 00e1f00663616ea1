"""An attacker with a linear program and all published tables of the staff survey finds nobody.

The attacker knows every number of `people_levels`, `people_self_report`, `people_weights` and
`published_facts`, that counts are not negative, and that the rows of an item are parts of all
persons; nothing of how cells are chosen.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.describe import people, people_sample, weighting
from barometre.describe.facts import Material, check_facts, read_published
from barometre.describe.facts_withheld import guarded
from barometre.study import CLASSES
from tests.conftest import ROOT
from tests.unit.describe.test_people import RAW, STUDY, walked

COMMITTED = ROOT / "results" / STUDY / "tables"


class Attack:
    """Equations between counts of persons, and what they leave open."""

    def __init__(self):
        self.names: dict[tuple, int] = {}
        self.equations: list[tuple[dict[int, float], float]] = []

    def count(self, *name) -> int:
        return self.names.setdefault(name, len(self.names))

    def know(self, name: tuple, value) -> None:
        if not pd.isna(value):
            self.equations.append(({self.count(*name): 1.0}, float(value)))

    def adds_up(self, parts: list[tuple], whole: tuple) -> None:
        terms = defaultdict(float)
        for part in parts:
            terms[self.count(*part)] += 1
        terms[self.count(*whole)] -= 1
        self.equations.append((terms, 0.0))

    def interval(self, name: tuple) -> tuple[float, float]:
        left = np.zeros((len(self.equations), len(self.names)))
        for row, (terms, _) in enumerate(self.equations):
            left[row, list(terms)] = list(terms.values())
        right = [value for _, value in self.equations]
        goal = np.zeros(len(self.names))
        goal[self.count(*name)] = 1
        ends = [linprog(s * goal, A_eq=left, b_eq=right, bounds=(0, None)) for s in (1, -1)]
        assert all(end.success for end in ends), "the tables contradict each other"
        return ends[0].fun, -ends[1].fun


def attack(published: dict[str, pd.DataFrame], group: str) -> tuple[Attack, list[tuple]]:
    """Everything that the tables say, and the counts that they leave out."""
    said, hidden = Attack(), []
    levels = published["people_levels"]
    for row in levels.itertuples():
        cell = (row.item, row.answer, row.level)
        said.know(cell, row.n)
        said.know((row.item, row.answer, "all"), row.base)
        if not (pd.isna(row.share) or pd.isna(row.base)):
            said.know(cell, round(row.share * row.base))
        if pd.isna(row.n):
            hidden.append(cell)
        if pd.isna(row.base):
            hidden.append((row.item, row.answer, "all"))
    for item, rows in levels.groupby("item", sort=False):
        answers = list(dict.fromkeys(rows["answer"]))
        for answer in answers:
            said.adds_up([(item, answer, one) for one in CLASSES], (item, answer, "all"))
        if item != "all":
            for one in (*CLASSES, "all"):
                parts = [(item, answer, one) for answer in [*answers, "none"]]
                said.adds_up(parts, ("all", "all", one))
    for row in published["people_weights"].itertuples():
        scored = (row.item, row.answer, "all")
        said.adds_up([scored, (row.item, row.answer, "unscored")], (row.item, row.answer, "n"))
        said.know((row.item, row.answer, "n"), row.n)
    total = published["people_sample"].set_index("statistic")["value"]
    for item, rows in published["people_weights"].groupby("item", sort=False):
        parts = [(item, answer, "n") for answer in [*rows["answer"], "none"]]
        said.adds_up(parts, ("everybody", "", ""))
        unscored = [(item, answer, "unscored") for answer in [*rows["answer"], "none"]]
        said.adds_up(unscored, ("unscored", "", ""))
        said.adds_up([(item, "none", "all"), (item, "none", "unscored")], (item, "none", "n"))
    said.know(("everybody", "", ""), total["n"])
    said.know(("all", "all", "all"), total["n_scored"])
    said.adds_up([("unscored", "", ""), ("all", "all", "all")], ("everybody", "", ""))
    for row in published["people_self_report"].itertuples():
        cell = ("self", row.self_level, row.level)
        said.know(cell, row.n)
        said.know(("self", row.self_level, "all"), row.base)
        if pd.isna(row.n):
            hidden.append(cell)
    for one in CLASSES:
        said.adds_up([("self", one, level) for level in CLASSES], ("self", one, "all"))
        said.adds_up([*(("self", own, one) for own in CLASSES), ("self", "none", one)],
                     ("all", "all", one))  # fmt: skip
    asked = read_published(RAW / STUDY / "published.csv").set_index("fact")
    for row in published["published_facts"].itertuples():
        fact = asked.loc[row.fact]
        if fact["statistic"] == "class_share" and not pd.isna(row.rebuilt):
            item, answer = ("all", "all") if fact["group"] == "all" else (group, fact["group"])
            said.know((item, answer, fact["item"]), round(row.rebuilt * row.rebuilt_base / 100))
    return said, list(dict.fromkeys(hidden))


@pytest.fixture(scope="module")
def survey():
    settings = study.load(RAW / STUDY)
    codebook = codebooks.load(RAW / STUDY, settings["measure"]["themes"])
    margins = weighting.read_margins(str(RAW / STUDY / "margins.csv"))
    return settings, codebook, margins, *walked(settings, codebook)


def built(survey, minimum: int, gaps: bool = False) -> dict[str, pd.DataFrame]:
    """The published tables of the staff survey under another smallest count."""
    settings, codebook, margins, responses, units = survey
    if gaps:  # some persons do not say their age, and a tiny branch has few persons
        lost = (responses["item"] == "age") & responses["unit_id"].isin(units["unit_id"][::37])
        responses = responses.assign(value=responses["value"].mask(lost))
        rare = (responses["item"] == "fil") & responses["unit_id"].isin(units["unit_id"][:3])
        responses = responses.assign(value=responses["value"].mask(rare, "AUT"))
        many = (responses["item"] == "fil") & (responses["value"] == "AUT") & ~rare
        responses = responses.assign(value=responses["value"].mask(many, "ADM"))
        margins = margins[margins["item"] != "fil"]
    settings = {**settings, "people": {**settings["people"], "minimum_cell": minimum}}
    found = people.gathered(responses, codebook, settings, margins)
    published = read_published(RAW / STUDY / "published.csv")
    material = Material(responses, units, people.class_table(found), None)
    facts = check_facts(published, material, "published.csv")
    return {
        "people_levels": people.level_table(found, codebook, settings, margins),
        "people_self_report": people.self_report_table(found, settings),
        "people_weights": people.weight_table(found, codebook, margins, minimum),
        "people_sample": people_sample.sample_table(found, settings),
        "published_facts": guarded(facts, published, material, minimum),
    }


@pytest.mark.parametrize("minimum", [30, 40, 60, 110])
@pytest.mark.parametrize("gaps", [False, True])
def test_no_count_below_the_threshold_is_shown_or_found(survey, minimum, gaps):
    published = built(survey, minimum, gaps)
    for name, table in published.items():
        tables.check(table, name)
    for name, column in (("people_levels", "n"), ("people_levels", "base"),
                         ("people_self_report", "n"), ("people_weights", "n")):  # fmt: skip
        shown = published[name][column].dropna().astype(int)
        assert not ((shown > 0) & (shown < minimum)).any(), (name, column)
    said, hidden = attack(published, survey[0]["units"]["group"])
    assert hidden, "the threshold should leave something out"
    truth = {cell: value for cell, value in _truth(survey, gaps).items() if cell in set(hidden)}
    assert len(truth) == len(hidden)
    found = {}
    for cell in hidden:
        low, high = said.interval(cell)
        assert low - 1e-6 <= truth[cell] <= high + 1e-6, "the attack itself is wrong"
        if high - low < minimum - 1e-6:
            found[cell] = (low, high, truth[cell])
    assert found == {}


def test_a_rebuilt_figure_about_a_small_group_stays_out(survey):
    """27 persons under 34 are beginners, so no figure on levels by age; that on everybody stays."""
    for minimum, about_groups in ((27, True), (28, False)):
        facts = built(survey, minimum)["published_facts"].set_index("fact")
        assert facts.loc[["class_autonomous", "not_hindered"], "rebuilt"].notna().all()
        young = facts.loc["autonomous_under_34"]
        assert pd.notna(young["rebuilt"]) == about_groups
        if not about_groups:
            assert young["agrees"] == "not_rebuilt" and "28 persons" in young["note"]


def _truth(survey, gaps: bool) -> dict[tuple, int]:
    """The counts themselves, from the tables with nothing left out."""
    whole = built(survey, 1, gaps)
    cells = {(r.item, r.answer, r.level): int(r.n) for r in whole["people_levels"].itertuples()}
    cells |= {(r.item, r.answer, "all"): int(r.base) for r in whole["people_levels"].itertuples()}
    own = whole["people_self_report"].itertuples()
    return cells | {("self", r.self_level, r.level): int(r.n) for r in own}


def test_the_attack_finds_counts_that_only_primary_suppression_hides(survey):
    """A table with its small cells blanked and nothing else is broken by the same attack."""
    minimum = 30
    published = built(survey, 1)
    levels = published["people_levels"]
    blank = levels["n"].between(1, minimum - 1)
    assert blank.sum() > 2
    published["people_levels"] = levels.assign(
        n=levels["n"].mask(blank), share=levels["share"].mask(blank)
    )
    said, hidden = attack(published, survey[0]["units"]["group"])
    assert any(np.ptp(said.interval(cell)) < 1e-6 for cell in hidden)


def test_the_committed_tables_show_no_small_count():
    names = ("people_levels", "people_self_report", "people_weights", "people_sample",
             "published_facts")  # fmt: skip
    published = {name: tables.read(COMMITTED / f"{name}.csv", name) for name in names}
    said, hidden = attack(published, "age")
    assert all(np.ptp(said.interval(cell)) >= 10 for cell in hidden)
    smallest = published["people_levels"]["n"].min()
    assert smallest >= 10 or smallest == 0
