import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.classify.consensus import consensus_table, together, within_and_between

RULES = ("index_cut", "sized_themes")


def test_consensus_by_hand():
    labels = np.array([[0, 0, 1], [0, 1, -1], [2, 2, 0], [-1, 1, 1]])
    found = together(labels)
    assert found[0, 1] == pytest.approx(2 / 3)
    assert found[0, 2] == 0 and found[1, 2] == pytest.approx(1 / 3)
    assert (found == found.T).all() and (np.diag(found) == 1).all()


def test_pairs_never_drawn_together_are_unknown():
    assert np.isnan(together(np.array([[0, -1], [-1, 1]]))[0, 1])


def test_within_and_between_by_hand():
    consensus = np.array([[1, 0.8, 0.1], [0.8, 1, 0.3], [0.1, 0.3, 1]])
    within, between = within_and_between(consensus, np.array([0, 0, 2]))
    assert within[0] == pytest.approx(0.8) and between[0] == pytest.approx(0.2)
    assert np.isnan(within[2]) and between[2] == pytest.approx(0.2)


def made(n, rng):
    index = rng.permutation(n).astype(float)
    codes = np.searchsorted([0.3 * n, 0.8 * n], index, side="right")
    labels = np.where(rng.random((20, n)) < 0.7, codes, rng.integers(0, 3, (20, n)))
    units = pd.Series([f"u{place:04d}" for place in range(n)])
    return units, index, codes, labels


def test_one_row_per_pair_in_the_order_of_class_and_index():
    units, index, codes, labels = made(12, np.random.default_rng(1))
    table = tables.check(
        consensus_table(units, index, codes, {"index_cut": labels}, RULES), "consensus"
    )
    assert len(table) == 12 * 11 // 2 and (table["pairs"] == 1).all()
    order = np.argsort(index)
    row = table[(table["place_a"] == 3) & (table["place_b"] == 9)].iloc[0]
    assert (row["unit_a"], row["unit_b"]) == (units[order[2]], units[order[8]])
    assert row["index_cut"] == pytest.approx(together(labels)[order[2], order[8]])
    assert table["sized_themes"].isna().all()


def test_many_units_share_places_and_no_pair_is_lost():
    n = 450
    units, index, codes, labels = made(n, np.random.default_rng(2))
    table = consensus_table(units, index, codes, dict.fromkeys(RULES, labels), RULES)
    assert table["place_b"].max() <= 101 and table["pairs"].sum() == n * (n - 1) // 2
    plain = together(labels)[np.triu_indices(n, 1)].mean()
    assert np.average(table["index_cut"], weights=table["pairs"]) == pytest.approx(plain)
