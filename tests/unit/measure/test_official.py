"""Marks, sums and groups of a publisher: hand values, planted irregularities, the real mirrors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.errors import StudyError
from barometre.ingest import units
from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from barometre.measure import agreement, groups, official
from barometre.measure.findings import irregular, learn_points, odd_cells, odd_sums
from barometre.measure.marks import leave_one_out

RAW = Path(__file__).parents[3] / "data" / "raw"


def cells(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit_id", "item", "answer", "mark"])


PLAIN = [
    (unit, item, answer, mark)
    for unit in ("AA", "BB", "CC", "DD")
    for item, answer, mark in (("q1", "yes", 10.0), ("q2", "half", 5.0))
]


def test_points_are_the_mark_of_most_cells() -> None:
    made = cells([*PLAIN, ("EE", "q1", "yes", 0.0), ("EE", "q2", "no", 0.0)])
    assert learn_points(made) == {("q1", "yes"): 10, ("q2", "half"): 5, ("q2", "no"): 0}
    tie = cells([("AA", "q1", "yes", 5.0), ("BB", "q1", "yes", 0.0)])
    assert learn_points(tie) == {("q1", "yes"): 0}


def test_leaving_one_unit_out_learns_nothing_from_it() -> None:
    made = cells([*PLAIN, ("EE", "q1", "yes", 0.0), ("EE", "q2", "no", 0.0)])
    right = leave_one_out(made)
    assert right.iloc[:8].tolist() == [1.0] * 8
    assert right.iloc[8] == 0.0, "a mark unlike all others cannot be predicted"
    assert np.isnan(right.iloc[9]), "nobody else gave that answer"


def test_a_space_that_cost_points_is_found_and_named() -> None:
    made = cells([*PLAIN, ("EE", "q1", "yes ", 0.0), ("EE", "q2", "half", 5.0)])
    odd = irregular(made)
    assert odd[["unit_id", "item", "mark", "usual", "n_usual", "spaced"]].values.tolist() == [
        ["EE", "q1", 0.0, 10.0, 4, True]
    ]
    english, french = odd_cells(made)["EE", "q1"]
    assert "4 other units earned 10" in english and "space" in english
    assert "4 autres unités ont 10" in french and "espace" in french


def odd_study():
    """q3 has a mark in one unit only, and a sum is stated without it."""
    items = pd.DataFrame(
        {"item": ["q1", "q2", "q3"], "role": ["score", "score", "measure"],
         "theme": ["a", "b", ""]}
    ).set_index("item")  # fmt: skip
    codebook = codebooks.Codebook(items, pd.DataFrame(columns=["scale", "answer", "level"]))
    made = cells([*PLAIN, ("DD", "q3", "n/a", 4.0)])
    stated = [(unit, name, total) for unit in ("AA", "BB", "CC", "DD")
              for name, total in (("a", 10.0), ("b", 5.0), ("total", 15.0))]  # fmt: skip
    sums = pd.DataFrame(stated, columns=["unit_id", "item", "official"])
    return sums, made, codebook


def test_a_sum_without_one_of_its_marks_is_explained_by_it() -> None:
    sums, made, codebook = odd_study()
    found = odd_sums(sums, made, codebook)
    assert set(found) == {("DD", "b"), ("DD", "total")}
    assert "stated sum is 15" in found["DD", "total"][0] and "19" in found["DD", "total"][0]
    assert "the mark of q3" in found["DD", "total"][0]
    sums.loc[sums["unit_id"] == "AA", "official"] += 1
    assert "Nothing in the marks" in odd_sums(sums, made, codebook)["AA", "total"][0]


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    ours, theirs = rng.integers(0, 4, 80), rng.integers(0, 4, 80)
    theirs = np.where(rng.random(80) < 0.6, ours, theirs)
    expected = cohen_kappa_score(ours, theirs, weights="quadratic", labels=range(4))
    assert float(agreement.weighted_kappa(ours, theirs, 4)) == pytest.approx(expected, abs=1e-12)
    low, high = agreement.bootstrap_kappa(ours, theirs, 4, np.random.default_rng(1))
    assert low < expected < high


def test_rank_correlations_have_the_usual_interval() -> None:
    ours, theirs = pd.Series([1.0, 2, 3, 4, 5, np.nan]), pd.Series([1.0, 3, 2, 4, 5, 9])
    r, low, high, n, *_ = agreement.spearman(ours, theirs)
    assert (r, n) == (pytest.approx(0.9), 5) and low < r < high
    half = 1.959964 * np.sqrt((1 + 0.9**2 / 2) / 2)
    assert low == pytest.approx(np.tanh(np.arctanh(0.9) - half), abs=1e-6)


GROUPS = {
    "columns": {"unit": "code", "score": "score", "group": "grp"},
    "where": {"year": "2022"},
    "cuts": {"A": 0.75, "B": 0.5, "C": 0.25},
    "worst": "D",
}


def table(path: Path, rows: str) -> str:
    path.write_text("year,code,score,grp\n" + rows, encoding="utf-8")
    return str(path)


def test_groups_are_cut_where_the_publisher_cuts(tmp_path) -> None:
    rows = "2020,aa,0.1,D\n2022,aa,0.8,A\n2022,bb,0.6,B\n2022,cc,0.4,C\n2022,dd,0.1,D\n"
    path = table(tmp_path / "g.csv", rows)
    index = pd.DataFrame({"unit_id": list("abcde"), "index": [75.0, 50, 49, 10, 99]})
    index["unit_id"] = ["aa", "bb", "cc", "dd", "ee"]
    classes = index.assign(**{"class": ["mature", "transition", "transition", "lagging", "mature"]})
    scores, found = groups.compare(index, classes, path, GROUPS, np.random.default_rng(1))
    found = found.set_index("statistic")
    assert found.at["same_group", "estimate"] == 1 and found.at["same_group", "n"] == 4
    assert found.at["weighted_kappa_groups", "estimate"] == pytest.approx(1)
    assert found.at["mean_difference", "estimate"] == pytest.approx((1.84 - 1.9) / 4)
    assert scores.set_index("unit_id").at["ee", "finding"].startswith("not in the publisher's")
    assert scores["agrees"].isna().all(), "other items: never called equal"


@pytest.mark.parametrize(
    ("rows", "change", "words"),
    [
        ("2022,aa,0.8,E\n", {}, "row 2, column 'grp': 'E' is not one of the groups A, B, C, D"),
        ("2020,aa,0.8,A\n", {}, "no row is left"),
        ("2022,aa,0.8,A\n2022,aa,0.7,B\n", {}, "'aa' comes twice"),
        ("2022,aa,0.8,A\n", {"where": {"wave": "1"}}, "no column 'wave'"),
    ],
)
def test_a_table_that_does_not_fit_is_one_sentence(tmp_path, rows, change, words) -> None:
    with pytest.raises(StudyError, match=words):
        groups.official_table(table(tmp_path / "g.csv", rows), {**GROUPS, **change})


@pytest.fixture
def odm(shared):
    settings = study.load(RAW / "odm-2023")
    codebook = codebooks.load(RAW / "odm-2023", settings["measure"]["themes"])
    folder = shared("realdata/odm2023_raw/xlsx")
    paths = [str(folder / row["file"]) for row in study.downloads(RAW / "odm-2023")]
    export = read_exports(paths, settings["exports"], codebook)
    cleaned = clean(export.answers, export.respondents, codebook, settings["clean"])
    laid = units.lay_out(cleaned.batch, codebook, settings["units"], str(RAW))
    index = pd.DataFrame({"unit_id": laid.units["unit_id"], "index": range(35)})
    rest = (settings["measure"]["official"], settings["exports"]["options"], 1, "odm-2023")
    return codebook, official.compare(laid.responses, index, index, codebook, paths, *rest)


def test_34_of_35_totals_are_the_official_ones_and_ireland_is_explained(odm, shared) -> None:
    codebook, (scores, found) = odm
    tables.check(scores, "official_scores")
    tables.check(found, "official_agreement")
    known = pd.read_csv(shared("realdata/odm2023_raw/official_scores_extracted.csv"))
    known = known.rename(columns={"total_score": "total"}).set_index("country").stack()
    sums = scores[scores["item"].isin(known.index.levels[1])].set_index(["unit_id", "item"])
    assert sums["official"].to_dict() == known.astype(float).to_dict()
    wrong = sums[~sums["agrees"].astype(bool)]
    assert wrong["score"].to_dict() == {("IE", "policy"): 632, ("IE", "total"): 2351}
    assert wrong["finding"].str.contains("q24a").all()
    single = scores[~scores["item"].isin(known.index.levels[1])]
    assert single["agrees"].dropna().all() and single["agrees"].notna().sum() == 5636
    told = scores.set_index(["unit_id", "item"])["finding"].dropna()
    assert set(told.index) == {("IE", "policy"), ("IE", "total"), ("IE", "q24a"), ("AL", "q10a")}
    found = found.set_index("statistic")
    assert "5635 of 5636" in found.at["marks_constant", "note"]
    assert "476 pairs" in found.at["marks_constant", "note"]
    assert found.at["points_leave_one_out_known", "estimate"] == 1
    assert found.at["points_leave_one_out", "estimate"] == pytest.approx(5554 / 5636)


def test_weights_are_the_published_ones_and_the_top_of_each_scale(shared) -> None:
    codebook = codebooks.load(RAW / "odm-2023")
    stated = pd.read_csv(shared("realdata/odm2023_raw/00_scoring.csv"), sep=";", dtype=str)
    stated = stated.set_index("ID")["Weight"].apply(pd.to_numeric, errors="coerce").dropna()
    scored = codebook.scored()
    ours = scored["weight"].rename(lambda item: item.removeprefix("q"))
    assert ours.to_dict() == stated[stated > 0].to_dict() and ours.sum() == 2540
    for item, weight in scored["weight"].items():
        assert codebook.bounds(item) == (0, weight), item
    sums = scored.groupby("theme")["weight"].sum().to_dict()
    assert sums == study.load(RAW / "odm-2023")["measure"]["theme_weights"]
