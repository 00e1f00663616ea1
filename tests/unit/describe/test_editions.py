"""Editions: only shared statements, panel apart from the others, cut scores carried, not shares."""

import numpy as np
import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.codebook import Codebook
from barometre.describe import editions
from barometre.errors import StudyError
from tests.conftest import ROOT

RAW = ROOT / "data" / "raw"
SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}
MEASURE = {"themes": {"a": {}, "b": {}}, "theme_weights": {}, "normalisation": "scale",
           "minimum_answered": 0.5, "minimum_themes": 0.5}  # fmt: skip
CROSSWALK = pd.DataFrame(
    [
        ("theme", "A", "A", "A", "a", "a"),
        ("item", "A", "1", "1", "a1", "a1"),
        ("item", "A", "2", "2", "a2", "a3"),
        ("theme", "B", "B", "B", "b", ""),
        ("item", "B", "1", "1", "b1", ""),
    ],
    columns=["kind", "concept", "label_fr", "label_en", "old", "new"],
)


def codebook(items):
    rows = pd.DataFrame({"item": list(items), "theme": [items[item] for item in items]})
    rows = rows.set_index("item").assign(
        kind="scale", role="score", scale="s", weight=1.0, minimum="", maximum="",
        adopted_from=np.nan, shown_if="", label_fr="x", label_en="x",
    )  # fmt: skip
    scale = pd.DataFrame(
        {"scale": "s", "answer": list("012345"), "level": np.arange(6.0), "state": "answered",
         "label_fr": "x", "label_en": "x"}
    )  # fmt: skip
    return Codebook(rows, scale)


def edition(name, items, levels):
    """`levels`: unit -> level of all its items, or item -> level."""
    rows = []
    for unit, level in levels.items():
        for item in items:
            value = level[item] if isinstance(level, dict) else level
            rows.append((unit, item, str(value), float(value), "answered"))
    responses = pd.DataFrame(rows, columns=["unit_id", "item", "value", "level", "state"])
    return editions.Edition(name, responses, codebook(items), MEASURE, SHARES)


OLD = edition(
    "old",
    {"a1": "a", "a2": "a", "a9": "a", "b1": "b"},
    {f"Unit {n}": {"a1": n % 6, "a2": n % 6, "a9": 0, "b1": 5} for n in range(20)},
)
NEW = edition("new", {"a1": "a", "a3": "a", "a8": "a"},
              {f"UNIT  {n}": {"a1": min(5, n % 6 + 1), "a3": min(5, n % 6 + 1), "a8": 0}
               for n in range(10, 30)})  # fmt: skip


def found():
    return editions.compared([OLD, NEW], CROSSWALK, "old")


def row(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_only_shared_statements_count():
    levels = tables.check(found()[0], "editions")
    old = row(levels, measure="A", edition="old", statistic="level")
    assert old["estimate"] == pytest.approx(20 * np.mean([n % 6 for n in range(20)]))
    assert row(levels, measure="B", statistic="level")["estimate"] == 100


def test_the_panel_is_found_under_any_spelling_and_its_change_is_paired():
    levels = found()[0]
    panel = row(levels, measure="A", edition="new", statistic="panel")
    changes = [20 * (min(5, n % 6 + 1) - n % 6) for n in range(10, 20)]
    assert panel["base"] == 10
    assert panel["estimate"] == pytest.approx(np.mean(changes))
    half = 2.262157 * np.std(changes, ddof=1) / np.sqrt(10)
    assert [panel["low"], panel["high"]] == pytest.approx(
        [np.mean(changes) - half, np.mean(changes) + half], rel=1e-6
    )
    others = row(levels, measure="A", edition="new", statistic="others")
    assert (others["base"], others["base_before"]) == (10, 10)


def test_cut_scores_are_carried_and_shares_are_not_forced():
    levels, moved, carried = found()
    first = row(levels, measure="started", edition="old")
    assert first["estimate"] == 0.7 and np.isnan(first["low"]) and "construction" in first["note"]
    later = row(levels, measure="started", edition="new")
    # The six lowest of the old edition stand at levels 0 (four) and 1 (two of four).
    assert later["estimate"] == 1 and later["low"] < 1
    moved = tables.check(moved, "transitions")
    assert moved["n"].sum() == 10
    bases = moved.drop_duplicates("class_from").set_index("class_from")["base"]
    assert bases.sum() == 10
    assert (moved["low"] >= 0).all()
    carried = tables.check(carried, "carried_cuts").set_index("class")
    assert carried["n"].sum() == 20 and carried.loc["lagging", "n"] == 0
    started = carried.loc[["transition", "mature"], "share"].sum()
    assert started == pytest.approx(later["estimate"])
    assert carried["p_value"].nunique() == 1


def test_few_others_give_no_difference():
    few = edition("new", {"a1": "a", "a3": "a"}, {f"Unit {n}": 3 for n in range(3, 22)})
    levels = editions.compared([OLD, few], CROSSWALK, "old")[0]
    others = row(levels, measure="A", edition="new", statistic="others")
    assert np.isnan(others["estimate"]) and "fewer than" in others["note"]


def test_an_edition_without_common_theme_carries_nothing():
    crosswalk = CROSSWALK.assign(new="")
    levels, moved, carried = editions.compared([OLD, NEW], crosswalk, "old")
    assert row(levels, measure="started", edition="new")["base"] == 0 and moved.empty
    assert tables.check(carried, "carried_cuts").empty


@pytest.mark.parametrize(
    "change, said",
    [
        ({"kind": "thing"}, "row 2, column 'kind'"),
        ({"concept": "Z"}, "no row of kind theme names"),
    ],
)
def test_a_wrong_crosswalk_is_one_sentence(change, said, tmp_path):
    wrong = CROSSWALK.copy()
    for column, value in change.items():
        wrong.loc[0 if column == "kind" else 1, column] = value
    path = tmp_path / "crosswalk.csv"
    wrong.to_csv(path, index=False)
    with pytest.raises(StudyError, match=said):
        editions.read_crosswalk(str(path), ["old", "new"])


def test_a_crosswalk_to_an_item_that_is_not_there_is_one_sentence():
    crosswalk = CROSSWALK.replace({"new": {"a3": "a7"}})
    with pytest.raises(StudyError, match="column 'new': this edition has no item 'a7'"):
        editions.compared([OLD, NEW], crosswalk, "old")


def test_the_shipped_crosswalk_names_what_the_editions_have():
    names = ["ey-2018", "ey-2021", "ey-2023", "ey-2025"]
    crosswalk = editions.read_crosswalk(str(RAW / "editions" / "crosswalk.csv"), names)
    for name in names:
        themes = study.load(RAW / name)["measure"]["themes"]
        scored = codebooks.load(RAW / name, themes).scored()
        rows = crosswalk[crosswalk[name] != ""]
        assert set(rows.loc[rows["kind"] == "theme", name]) <= set(themes)
        assert set(rows.loc[rows["kind"] == "item", name]) <= set(scored.index)
