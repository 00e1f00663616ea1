"""Tables of reliability: what is given from how many units, and why a cell is empty."""

import numpy as np
import pandas as pd
import pytest

from barometre.measure import reliability, scoring
from tests.unit.measure import made


def parts(levels, sizes, model="reflective"):
    terms = made.settings(len(sizes), model=model)
    plan = scoring.structure(made.codebook(sizes), terms, made.responses(levels))
    return scoring.item_scores(levels, plan), plan, terms


def table(levels, sizes, model="reflective"):
    rng = np.random.default_rng(0)
    return reliability.reliability_table(*parts(levels, sizes, model), rng).set_index("theme")


def items(levels, sizes, model="reflective"):
    return reliability.items_table(*parts(levels, sizes, model)).set_index("item")


def test_table_says_why_a_cell_is_empty():
    levels, _, _ = made.planted(np.random.default_rng(2), 60, [1, 2, 4])
    found = table(levels, [1, 2, 4])
    assert list(found.index) == ["t0", "t1", "t2", "whole"]
    assert np.isnan(found.loc["t0", "alpha"]) and "one item" in found.loc["t0", "note"]
    assert found.loc["t1", "alpha"] > 0 and "two items" in found.loc["t1", "note"]
    assert found.loc["t2", "omega"] > 0 and found.loc["t2", "note"].startswith("ordinal")
    assert found.loc["t0", "note_fr"] == "une seule question n'a pas de cohérence interne"
    assert np.isnan(found.loc["whole", "omega"]) and found.loc["whole", "alpha"] > 0


def test_small_samples_and_formative_models_are_noted():
    levels, _, _ = made.planted(np.random.default_rng(3), 10, [4])
    note = table(levels, [4], model="formative").loc["t0", "note"]
    assert note.startswith("formative") and "10 complete units are too few" in note


def test_listwise_count():
    levels, _, _ = made.planted(np.random.default_rng(4), 30, [4])
    levels[:7, 0] = np.nan
    assert table(levels, [4]).loc["t0", "n_units"] == 23


LARGE = made.planted(np.random.default_rng(5), 400, [2, 4, 5], reliability=0.8)[0]


def test_from_a_hundred_units_on_ordinal_coefficients_fit_and_bootstrap():
    found = table(LARGE, [2, 4, 5])
    ordinal = ["ordinal_alpha", "categorical_omega"]
    assert found.loc[["t1", "t2"], [*ordinal, "cfi", "rmsea", "srmr"]].notna().all(axis=None)
    assert found.loc["t0", "ordinal_alpha"] > 0 and np.isnan(found.loc["t0", "categorical_omega"])
    assert (found["resampling"] == "bootstrap").all()
    # Answers planted with one factor a theme, and themes that correlate: the model holds.
    assert found.loc[["t1", "t2", "whole"], "cfi"].min() > 0.97
    assert (
        found.loc["whole", ordinal].isna().all() and "several themes" in found.loc["whole", "note"]
    )
    few = table(LARGE[:99], [2, 4, 5])
    assert few[[*ordinal, "cfi", "rmsea", "srmr"]].isna().all(axis=None)
    assert (few["resampling"] == "jackknife").all()
    assert few["note"].str.contains("need 100 complete units, here 99").all()
    assert few["note_fr"].str.contains("100 unités complètes requises, ici 99").all()


def test_one_factor_where_there_are_two_does_not_fit():
    mixed = LARGE[:, [2, 3, 6, 7]]
    apart = LARGE[:, [2, 3, 4, 5]]
    assert table(mixed, [4]).loc["t0", "srmr"] > 2 * table(apart, [4]).loc["t0", "srmr"]


def test_items_of_more_than_ten_levels_have_no_ordinal_coefficients():
    fine = LARGE[:, :4] + np.random.default_rng(6).uniform(-0.4, 0.4, (400, 4)).clip(-0.4, 0.4)
    found = table(fine.clip(0, 5), [4]).loc["t0"]
    assert np.isnan(found["ordinal_alpha"]) and "more than ten levels" in found["note"]
    assert found["alpha"] > 0 and found["cfi"] > 0


def test_an_item_that_does_not_vary():
    steady = LARGE[:, 2:6].copy()
    steady[:, 1] = 3
    found = table(steady, [4]).loc["t0"]
    assert found["alpha"] > 0 and np.isnan(found["omega"]) and "does not vary" in found["note"]
    assert np.isnan(items(steady, [4]).loc["i001", "item_rest"])
    same = np.full((30, 3), 2.0)
    assert "do not vary" in table(same, [3]).loc["t0", "note"]


def test_items_beside_the_others_of_their_theme():
    levels = np.column_stack([np.ones(400), LARGE[:, 2:8]])
    levels[:, 4] = 5 - levels[:, 4]  # an item whose poles were swapped
    found = items(levels, [1, 4, 2], model="formative")
    assert found["note"].str.startswith("formative").all()
    assert np.isnan(found.loc["i000", "item_rest"]) and "one item" in found.loc["i000", "note"]
    theme = found[found["theme"] == "t1"]
    assert theme["item_rest"].idxmin() == theme["alpha_if_dropped"].idxmax() == "i004"
    assert theme.loc["i004", "item_rest"] < 0
    rest = levels[:, [2, 3, 4]].sum(1)
    assert theme.loc["i001", "item_rest"] == pytest.approx(np.corrcoef(levels[:, 1], rest)[0, 1])
    pair = found[found["theme"] == "t2"]
    assert pair["alpha_if_dropped"].isna().all() and np.ptp(pair["item_rest"]) < 1e-12
    assert pair["note_fr"].str.endswith("on ne peut retirer une question sur deux").all()


def test_bootstrap_is_the_same_for_the_same_seed():
    pd.testing.assert_frame_equal(table(LARGE, [2, 4, 5]), table(LARGE, [2, 4, 5]))
