"""Published figures: possible with their base, rebuilt, in agreement."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre import tables
from barometre.describe.facts import FILE, Material, agrees, check_facts, matches, read_published
from barometre.describe.possible import possible_with_base
from barometre.errors import StudyError


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        # Figures of EY 2018 (39), 2021 (34) and 2025 (56), worked out by hand.
        (51, 39, "unit"),  # 20/39 = 51.3
        (62, 39, "unit"),  # 24/39 = 61.5
        (38, 39, "unit"),  # 15/39 = 38.5
        (94, 39, "truncation"),  # 37/39 = 94.87
        (14, 39, "no"),  # 5/39 = 12.8, 6/39 = 15.4
        (37, 39, "no"),  # 14/39 = 35.9, 15/39 = 38.5
        (20, 39, "five"),  # 8/39 = 20.51: also cut off, but not only
        (50, 39, "five"),  # 19/39 = 48.7, 20/39 = 51.3
        (30, 39, "five"),  # 12/39 = 30.77
        (85, 34, "unit"),  # 29/34 = 85.3
        (28, 34, "no"),  # 9/34 = 26.5, 10/34 = 29.4
        (97, 34, "unit"),  # 33/34 = 97.06
        (53, 56, "truncation"),  # 30/56 = 53.57
        (59, 56, "unit"),  # 33/56 = 58.9
        (100, 10, "unit"),
        (0, 10, "unit"),
        (12.5, 8, "unit"),
        (12.4, 8, "no"),
        (50, 1, "no"),
    ],
)
def test_possible_by_hand(value, base, expected):
    assert possible_with_base(value, base) == expected


def test_ladder_on_every_published_share(shared):
    """Among all the barometers' figures these and no others are impossible, or cut off only."""
    printed = pd.read_csv(shared("facts/published.csv"), keep_default_na=False, dtype=str)
    found = {"no": set(), "truncation": set()}
    for row in printed.to_dict("records"):
        base = int(row["base_stated"]) if row["base_stated"] else None
        how = possible_with_base(float(row["value"]), base, row["unit"], row["relation"])
        if how in found:
            found[how].add((float(row["value"]), base))
    assert found == {"no": {(14, 39), (37, 39), (28, 34)}, "truncation": {(94, 39), (53, 56)}}


def test_halves_may_go_up_or_down():
    assert possible_with_base(12, 8) == "unit"  # 12.5
    assert possible_with_base(13, 8) == "unit"


def test_not_a_share():
    assert possible_with_base(39, 39, "count") == "not_a_share"
    assert possible_with_base(4, 10, "rank") == "not_a_share"
    assert possible_with_base(40, 39, "percent", ">") == "not_a_share"
    assert possible_with_base(56, None) == "not_a_share"


def test_about_allows_five_points():
    assert possible_with_base(90, 34, "percent", "~") == "five"  # 31/34 = 91.2, 30/34 = 88.2
    assert possible_with_base(33, 34, "percent", "~") == "five"  # 11/34 = 32.4


@given(st.integers(1, 200), st.data())
def test_what_a_count_prints_is_possible(base, data):
    share = 100 * data.draw(st.integers(0, base)) / base
    assert possible_with_base(int(share + 0.5), base) == "unit"
    assert possible_with_base(int(share + 1e-9), base) != "no"
    assert possible_with_base(5 * int(share / 5 + 0.5), base) != "no"
    assert possible_with_base(round(share, 1), base) == "unit"


@given(st.integers(0, 100), st.integers(100, 3000))
def test_base_of_a_hundred_or_more_prints_anything(value, base):
    assert possible_with_base(value, base) == "unit"


@given(st.integers(0, 100), st.integers(1, 99))
def test_ladder_against_every_count(value, base):
    shares = [100 * count / base for count in range(base + 1)]
    found = possible_with_base(value, base)
    if any(abs(share - value) <= 0.5 + 1e-9 for share in shares):
        assert found == "unit"
    elif value % 5 == 0 and any(abs(share - value) <= 2.5 + 1e-9 for share in shares):
        assert found == "five"
    elif any(int(share + 1e-9) == value for share in shares):
        assert found == "truncation"
    else:
        assert found == "no"


def test_agreement_is_within_one_respondent():
    assert agrees(51, 100 * 19 / 39, 39)  # 20 printed, 19 found
    assert not agrees(51, 100 * 18 / 39, 39)
    assert agrees(39, 39, 39, "count")
    assert not agrees(39, 38, 39, "count")
    assert agrees(15, 14.9, 39, relation="<")
    assert not agrees(15, 15, 39, relation="<")
    assert agrees(40, 41, 39, relation=">")
    assert not agrees(40, 40, 39, relation=">")
    assert agrees(60, 65, 39, relation="~")
    assert not agrees(60, 65.1, 39, relation="~")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(">=3", [3, 4]), ("<=1", [0, 1]), (">3", [4]), ("<1", [0]), ("=0|1", [0, 1]), ("2", [2])],
)
def test_rules_of_levels(rule, expected):
    level = pd.Series([0.0, 1, 2, 3, 4])
    assert list(level[matches(level, rule)]) == expected


@pytest.mark.parametrize("rule", ["", "often", ">=1|2", "3-4"])
def test_rules_that_say_nothing_stop(rule):
    with pytest.raises(StudyError, match="levels"):
        matches(pd.Series([1.0]), rule)


def fact(**given):
    row = dict.fromkeys(FILE, "")
    row |= {"fact": "f", "label_en": "l", "label_fr": "l", "value": "50", "unit": "percent"}
    return row | {"relation": "=", "base_stated": "10", "group": "all"} | given


@pytest.fixture
def material(make_responses, make_classes):
    """Four metropolises and six cities answered; one city of the register did not."""
    names = ["lagging"] * 3 + ["transition"] * 5 + ["mature"] * 2 + ["unknown"]
    units = pd.DataFrame(
        {
            "unit_id": [f"u{number:02d}" for number in range(11)],
            "group": ["metropole"] * 4 + ["city"] * 7,
            "n_respondents": [1] * 10 + [0],
        }
    ).astype({"group": "string"})
    responses = make_responses({"a": [4, 4, 2, 1, 0, 4, 4, 0, None, None, None]})
    ranked = pd.DataFrame({"item": ["INC", "ATT"], "rank": [1, 2], "base": [10, 9]})
    return Material(responses, units, make_classes(names), ranked)


@pytest.mark.parametrize(
    ("given_fact", "rebuilt", "base", "agreed"),
    [
        ({"statistic": "n_units", "unit": "count", "value": "10"}, 10, 10, "yes"),
        ({"statistic": "n_group", "item": "city", "unit": "count", "value": "6"}, 6, 10, "yes"),
        ({"statistic": "n_group", "item": "city", "value": "60"}, 60, 10, "yes"),
        ({"statistic": "share", "item": "a", "levels": ">=4"}, 50, 8, "yes"),
        ({"statistic": "share", "item": "a", "levels": "=0|1", "value": "51"}, 37.5, 8, "no"),
        ({"statistic": "share", "item": "a", "levels": ">=4", "group": "metropole"}, 50, 4, "yes"),
        ({"statistic": "share", "item": "a", "levels": ">=4", "group": "not metropole"},
         50, 4, "yes"),
        ({"statistic": "class_share", "item": "mature+transition", "value": "70"}, 70, 10, "yes"),
        ({"statistic": "class_share", "item": "lagging", "value": "40", "relation": "<"},
         30, 10, "yes"),
        ({"statistic": "priority_rank", "item": "ATT", "unit": "rank", "value": "2"}, 2, 9, "yes"),
        ({"statistic": "priority_rank", "item": "INC", "unit": "rank", "value": "2"}, 1, 10, "no"),
    ],
)  # fmt: skip
def test_statistics_are_rebuilt(material, given_fact, rebuilt, base, agreed):
    found = check_facts(pd.DataFrame([fact(**given_fact)]), material, "published.csv")
    row = tables.check(found, "published_facts").iloc[0]
    assert row["rebuilt"] == pytest.approx(rebuilt)
    assert row["rebuilt_base"] == base
    assert row["agrees"] == agreed


def test_figure_without_statistic_is_not_rebuilt(material):
    found = check_facts(pd.DataFrame([fact(note="Why not.")]), material, "published.csv")
    row = tables.check(found, "published_facts").iloc[0]
    assert row["agrees"] == "not_rebuilt"
    assert pd.isna(row["rebuilt"])
    assert row["note"] == "Why not."


def test_other_base_than_expected_is_said(material):
    row = fact(statistic="share", item="a", levels=">=4", rebuilt_base="7", note="Seven said so.")
    found = check_facts(pd.DataFrame([row]), material, "published.csv")
    assert found["note"].iloc[0] == "Seven said so. Rebuilt on 8 respondents; 7 were expected."


@pytest.mark.parametrize(
    ("given_fact", "words"),
    [
        ({"statistic": "share", "item": "zzz", "levels": ">=1"}, "no item 'zzz'"),
        ({"statistic": "share", "item": "a", "levels": ">=1", "group": "CC"}, "group 'CC'"),
        ({"statistic": "class_share", "item": "best"}, "'best' is no class"),
        ({"statistic": "priority_rank", "item": "SRV", "unit": "rank"}, "no priority 'SRV'"),
    ],
)
def test_unknown_names_stop_with_their_row(material, given_fact, words):
    with pytest.raises(StudyError, match=f"published.csv, row 2: figure 'f': .*{words}"):
        check_facts(pd.DataFrame([fact(**given_fact)]), material, "published.csv")


def written(folder, rows, columns=FILE):
    path = folder / "published.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return path


def test_file_with_a_header_only(tmp_path, material):
    published = read_published(written(tmp_path, []))
    assert tables.check(check_facts(published, material, "p"), "published_facts").empty


@pytest.mark.parametrize(
    ("given_fact", "words"),
    [
        ({"value": "half"}, "row 2, column 'value'"),
        ({"unit": "points"}, "row 2, column 'unit'"),
        ({"relation": ">="}, "row 2, column 'relation'"),
        ({"statistic": "median"}, "row 2, column 'statistic'"),
        ({"base_stated": "39 towns"}, "row 2, column 'base_stated'"),
    ],
)
def test_wrong_cells_stop_with_their_place(tmp_path, given_fact, words):
    with pytest.raises(StudyError, match=words):
        read_published(written(tmp_path, [fact(**given_fact)]))


def test_missing_column_and_repeated_figure_stop(tmp_path):
    with pytest.raises(StudyError, match="column 'note' is missing"):
        read_published(written(tmp_path, [], FILE[:-1]))
    with pytest.raises(StudyError, match="row 3: the figure 'f' stands twice"):
        read_published(written(tmp_path, [fact(), fact()]))
