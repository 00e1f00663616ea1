import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.classify.fixed_cuts import cut_neighbours, fixed_cuts, shares_at_cuts
from barometre.classify.multinomial import confidence_region, exact_test
from barometre.draws import Draws

from .made import SHARES

CUTS = {"transition": 40.0, "mature": 60.0}


def made(n=30):
    rng = np.random.default_rng(1)
    units = [f"u{place:02d}" for place in range(n)]
    index = pd.DataFrame({"unit_id": units, "name": units, "index": np.linspace(20, 80, n)})
    drawn = index["index"].to_numpy() + 5 * rng.normal(size=(4000, n))
    return index, Draws(np.array(units), np.array(["a"]), drawn, drawn[:, :, None])


def test_a_unit_on_a_cut_is_in_the_class_above():
    table = shares_at_cuts(np.array([10, 39.9, 40, 59, 60, 90.0]), [40, 60], SHARES)
    assert table["n"].tolist() == [2, 2, 2]
    assert table["p_value"].unique() == pytest.approx(exact_test([2, 2, 2], [0.3, 0.5, 0.2]))
    assert (table["share_low"] < table["share"]).all()


def test_neighbours_have_the_probability_of_either_side():
    index, draws = made()
    near = tables.check(cut_neighbours(index, draws, CUTS, "lagging", {}), "cut_neighbours")
    assert near.groupby("cut").size().tolist() == [10, 10]
    at = near[near["cut"] == 40].set_index("unit_id")
    assert set(at["group_above"]) == {"transition"} and set(at["group_below"]) == {"lagging"}
    from scipy import stats

    for unit, row in at.iterrows():
        wanted = stats.norm.sf(40, row["index"], 5) - stats.norm.sf(60, row["index"], 5)
        assert row["p_above"] == pytest.approx(wanted, abs=0.03), unit
    assert at["official_group"].isna().all()


def test_official_groups_stand_beside_ours():
    index, draws = made()
    official = pd.DataFrame(
        {"unit_id": ["u15", "u16"], "item": "total", "official": [0.74, np.nan]}
    )
    measure = {"official": {"kind": "groups", "cuts": {"A": 0.75, "B": 0.5}, "worst": "C"}}
    found = fixed_cuts(index, draws, [official], {"cuts": CUTS, "shares": SHARES}, measure)
    tables.check(found["fixed_cuts"], "fixed_cuts")
    near = tables.check(found["cut_neighbours"], "cut_neighbours").set_index("unit_id")
    assert near.loc["u15", ["official_score", "official_group"]].tolist() == [74, "B"]
    assert pd.isna(near.loc["u16", "official_group"])
    assert set(near["group_above"]) == {"A", "B"}
    plain = fixed_cuts(index, draws, [], {"cuts": CUTS, "shares": SHARES}, {"official": {}})
    assert set(plain["cut_neighbours"]["group_above"]) == {"transition", "mature"}


@pytest.mark.parametrize("counts", [[3, 5, 2], [0, 7, 3], [12, 19, 8]])
def test_the_region_is_the_test_inverted(counts):
    shares, p_values = confidence_region(counts)
    assert shares.sum(1) == pytest.approx(np.ones(len(shares)))
    for place in np.random.default_rng(1).integers(0, len(shares), 25):
        plain = exact_test(counts, shares[place].tolist())
        assert p_values[place] == pytest.approx(plain, abs=1e-9)


def test_no_share_that_is_left_out_would_be_in_the_region():
    counts = [1, 5, 4]
    kept = {tuple(share) for share in confidence_region(counts)[0].round(3)}
    steps = [(a / 40, b / 40, 1 - (a + b) / 40) for a in range(1, 39) for b in range(1, 40 - a)]
    left = [share for share in steps if tuple(np.round(share, 3)) not in kept]
    assert all(exact_test(counts, share) < 0.05 for share in left)


def test_the_region_covers_the_true_shares_as_often_as_it_says():
    """Exactly: sum over all outcomes of n = 12 of their probability, where the test keeps p."""
    from scipy import stats

    from barometre.classify.multinomial import outcomes

    shares = [0.3, 0.5, 0.2]
    grid = outcomes(12)
    kept = np.array([exact_test(row.tolist(), shares) > 0.05 for row in grid])
    assert stats.multinomial.pmf(grid[kept], 12, shares).sum() >= 0.95
