"""Shares, their intervals and bases, and what all mature units have."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre import tables
from barometre.describe.adoption import adopted_from, adoption, brakes, invariants


def test_wilson_by_hand(make_codebook, make_responses, make_classes):
    """8 of 10: centre (.8 + z2/20) / (1 + z2/10), z = 1.959964: .4901625 to .9433178."""
    found = adoption(
        make_responses({"a": [1] * 8 + [0] * 2}),
        make_codebook([("a", "yes_no", "score", np.nan, "")]),
        make_classes(["lagging"] * 10),
        {"class_groups": False},
    )
    row = found.iloc[0]
    assert (row["n"], row["base"], row["group"]) == (8, 10, "all")
    assert row["estimate"] == 0.8
    z2 = 1.959963984540054**2
    half = np.sqrt(z2) / (1 + z2 / 10) * np.sqrt(0.8 * 0.2 / 10 + z2 / 400)
    centre = (0.8 + z2 / 20) / (1 + z2 / 10)
    assert row["low"] == pytest.approx(centre - half, abs=1e-12)
    assert row["low"] == pytest.approx(0.4901625, abs=1e-6)
    assert row["high"] == pytest.approx(0.9433178, abs=1e-6)


def test_base_is_that_of_the_item(make_codebook, make_responses, make_classes):
    codebook = make_codebook(
        [("a", "tick", "score", np.nan, ""), ("b", "scale", "measure", 3.0, "s")]
    )
    responses = make_responses({"a": [1, 0, None, None], "b": [3, 2, 5, None]})
    classes = make_classes(["mature", "lagging", "unknown", "transition"])
    found = adoption(responses, codebook, classes, {}).set_index(["item", "group"])
    assert list(found.loc["a"].index) == ["all", "lagging", "transition", "mature"]
    assert tuple(found.loc[("a", "all"), ["n", "base"]]) == (1, 2)
    assert tuple(found.loc[("b", "all"), ["n", "base"]]) == (2, 3)
    assert tuple(found.loc[("b", "mature"), ["n", "base"]]) == (1, 1)
    nobody = found.loc[("a", "transition")]
    assert nobody["base"] == 0
    assert nobody[["estimate", "low", "high"]].isna().all()


def test_items_that_can_be_adopted(make_codebook):
    codebook = make_codebook(
        [
            ("yes", "yes_no", "measure", np.nan, ""),
            ("tick", "tick", "score", np.nan, ""),
            ("scale", "scale", "score", 4.0, "s"),
            ("bare", "scale", "score", np.nan, "s"),
            ("count", "count", "measure", np.nan, ""),
            ("back", "yes_no", "background", np.nan, ""),
            ("brake", "tick", "brake", np.nan, ""),
        ]
    )
    assert adopted_from(codebook, ("score", "measure")).to_dict() == {
        "yes": 1.0,
        "tick": 1.0,
        "scale": 4.0,
    }
    assert list(adopted_from(codebook, ("brake",)).index) == ["brake"]


def test_two_of_two_has_a_lower_bound_of_158(make_codebook, make_responses, make_classes):
    """Clopper-Pearson at n = n: lower bound .025 ** (1 / n), upper 1."""
    codebook = make_codebook(
        [(name, "tick", "score", np.nan, "") for name in ("both", "one", "unsure")]
    )
    responses = make_responses(
        {"both": [1, 1, 1, 0, 0], "one": [1, 0, 1, 1, 1], "unsure": [1, None, 1, 1, 1]}
    )
    classes = make_classes(["mature", "mature", "transition", "lagging", "lagging"])
    found = invariants(responses, codebook, classes)
    assert list(found["item"]) == ["both"]
    row = found.iloc[0]
    assert (row["n"], row["base"], row["estimate"], row["high"]) == (2, 2, 1.0, 1.0)
    assert row["low"] == pytest.approx(0.025**0.5, abs=1e-12)
    assert round(row["low"], 3) == 0.158
    assert row["share_elsewhere"] == pytest.approx(1 / 3)


def test_no_mature_unit_no_invariant(make_codebook, make_responses, make_classes):
    codebook = make_codebook([("a", "tick", "score", np.nan, "")])
    found = invariants(make_responses({"a": [1, 1]}), codebook, make_classes(["lagging"] * 2))
    assert found.empty
    tables.check(found, "invariants")


def test_empty_tables_meet_their_contracts(make_codebook, make_responses, make_classes):
    codebook = make_codebook([("a", "count", "measure", np.nan, "")])
    responses, classes = make_responses({"a": [4, 5]}), make_classes(["mature", "lagging"])
    assert tables.check(adoption(responses, codebook, classes, {}), "adoption").empty
    assert tables.check(brakes(responses, codebook, classes, {}), "brakes").empty
    assert tables.check(invariants(responses, codebook, classes), "invariants").empty


@given(st.lists(st.sampled_from([0, 1, None]), min_size=1, max_size=60))
def test_share_lies_in_its_interval(make_codebook, make_responses, make_classes, levels):
    found = adoption(
        make_responses({"a": levels}),
        make_codebook([("a", "tick", "score", np.nan, "")]),
        make_classes(["transition"] * len(levels)),
        {},
    )
    tables.check(found, "adoption")
    known = found[found["base"] > 0]
    assert (known["low"] <= known["estimate"] + 1e-12).all()
    assert (known["estimate"] <= known["high"] + 1e-12).all()
    assert known["low"].ge(0).all()
    assert known["high"].le(1).all()
    whole = found[found["group"] == "all"].iloc[0]
    assert whole["base"] == sum(level is not None for level in levels)


def test_large_study_is_quick(make_codebook, make_classes):
    import pandas as pd

    units, names = 2650, [f"i{number}" for number in range(160)]
    random = np.random.default_rng(1)
    responses = pd.DataFrame(
        {
            "unit_id": np.repeat([f"u{unit:04d}" for unit in range(units)], len(names)),
            "item": np.tile(names, units),
            "level": random.integers(0, 2, units * len(names)).astype(float),
        }
    )
    classes = pd.DataFrame(
        {
            "unit_id": responses["unit_id"].unique(),
            "class": random.choice(["lagging", "transition", "mature"], units),
        }
    )
    start = time.perf_counter()
    found = adoption(
        responses, make_codebook([(name, "tick", "score", np.nan, "") for name in names]),
        classes, {},
    )  # fmt: skip
    assert time.perf_counter() - start < 5
    assert len(found) == 4 * len(names)
    assert found["base"].iloc[0] == units
