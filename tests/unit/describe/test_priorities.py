"""Priorities ranked: Borda, mean rank, partial rankings, agreement."""

import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.describe.priorities import bootstrap, completed, priorities
from barometre.errors import StudyError

SCALE = [
    ("p", code, np.nan, "answered", f"fr {code}", f"en {code}") for code in ("INC", "SRV", "ATT")
] + [("p", "NSP", np.nan, "unknown", "", "")]


def places(rows):
    """Responses of units that put these options at places 1, 2, ..."""
    return pd.DataFrame(
        [
            (f"u{unit}", f"prio[{place}]", option, np.nan, "answered" if option else "empty")
            for unit, options in enumerate(rows)
            for place, option in enumerate(options, start=1)
        ],
        columns=["unit_id", "item", "value", "level", "state"],
    )


@pytest.fixture
def codebook(make_codebook):
    rows = [(f"prio[{place}]", "rank", "priority", np.nan, "p") for place in (1, 2, 3)]
    return make_codebook(rows, SCALE)


def test_borda_by_hand(codebook):
    """INC 1 1 2, SRV 2 3 1, ATT 3 2 3: points 5, 3, 1 of 3 units, mean ranks 4/3, 2, 8/3."""
    found = priorities(
        places([("INC", "SRV", "ATT"), ("INC", "ATT", "SRV"), ("SRV", "INC", "ATT")]),
        codebook, 1, "s",
    )  # fmt: skip
    assert list(found["item"]) == ["INC", "SRV", "ATT"]
    assert list(found["rank"]) == [1, 2, 3]
    assert list(found["borda"]) == [5, 3, 1]
    assert found["estimate"].to_numpy() == pytest.approx([4 / 3, 2, 8 / 3])
    assert list(found["first_choices"]) == [2, 1, 0]
    assert list(found["base"]) == [3, 3, 3]
    # Sums 4, 6, 8: S = 8, W = 96 / 216. Friedman's table for n = m = 3 has chi2 = 2.667 at .361.
    assert found["kendalls_w"].iloc[0] == pytest.approx(96 / 216)
    assert round(found["p_value"].iloc[0], 3) == 0.361
    assert found["label_fr"].iloc[0] == "fr INC"
    assert (found["low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["high"]).all()
    tables.check(found, "priorities")


def test_unranked_options_share_the_places_left(codebook):
    """One unit names INC only: SRV and ATT stand at 2.5 each, half a Borda point each."""
    found = priorities(
        places([("INC", "", ""), ("SRV", "ATT", "INC"), ("", "", "")]), codebook, 1, "s"
    ).set_index("item")
    assert found["borda"].to_dict() == {"SRV": 2.5, "INC": 2.0, "ATT": 1.5}
    assert found["base"].to_dict() == {"SRV": 1, "INC": 2, "ATT": 1}
    assert found["borda"].sum() == 2 * 3


def test_completed_closes_gaps():
    given = np.array([[1.0, 3, np.nan, np.nan], [np.nan, np.nan, 2, 1]])
    assert completed(given).tolist() == [[1, 2, 3.5, 3.5], [3.5, 3.5, 2, 1]]


def test_ties_share_the_better_rank(codebook):
    found = priorities(places([("INC", "SRV", "ATT"), ("SRV", "INC", "ATT")]), codebook, 1, "s")
    assert list(found["rank"]) == [1, 1, 3]


def test_ranks_and_points_given_by_item(make_codebook, make_responses):
    names = ("a", "b", "c")
    ranks = make_responses({"a": [1, 1], "b": [2, 3], "c": [3, 2]})
    points = make_responses({"a": [60, 50], "b": [30, 20], "c": [10, 30]})
    by_rank = make_codebook([(name, "rank", "priority", np.nan, "") for name in names])
    by_points = make_codebook([(name, "number", "priority", np.nan, "") for name in names])
    first = priorities(ranks, by_rank, 1, "s")
    pd.testing.assert_frame_equal(first, priorities(points, by_points, 1, "s"))
    assert list(first["borda"]) == [4, 1, 1]


@pytest.mark.parametrize(
    ("row", "words"),
    [(("INC", "INC", "ATT"), "ranked twice"), (("INC", "OTHER", "ATT"), "not among the options")],
)
def test_impossible_ranking_stops(codebook, row, words):
    with pytest.raises(StudyError, match=words):
        priorities(places([row]), codebook, 1, "s")


def test_two_rankings_stop(make_codebook):
    codebook = make_codebook(
        [(name, "rank", "priority", np.nan, "p") for name in ("prio[1]", "other[1]")], SCALE
    )
    with pytest.raises(StudyError, match="two rankings"):
        priorities(places([("INC",)]), codebook, 1, "s")


def test_no_priorities_no_rows(make_codebook, make_responses, codebook):
    bare = make_codebook([("a", "tick", "score", np.nan, "")])
    for found in (
        priorities(make_responses({"a": [1]}), bare, 1, "s"),
        priorities(places([("", "", "")]), codebook, 1, "s"),
    ):
        assert tables.check(found, "priorities").empty


def test_same_seed_same_numbers(codebook):
    rows = [("INC", "SRV", "ATT"), ("INC", "ATT", "SRV"), ("SRV", "INC", "ATT")] * 5
    first, again = (priorities(places(rows), codebook, 7, "s") for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_bootstrap_matches_the_standard_error():
    random = np.random.default_rng(2)
    ranks = random.permuted(np.tile([1.0, 2, 3, 4], (200, 1)), axis=1)
    low, high = bootstrap(ranks, random)
    assert (high - low) / 2 == pytest.approx(1.96 * ranks.std(axis=0) / np.sqrt(200), rel=0.1)
    assert np.isnan(bootstrap(ranks[:1], random)[0]).all()
