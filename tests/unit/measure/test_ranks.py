"""Sets of ranks: hand-checkable cases, coverage on planted scores, csranks' own example."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.measure import ranks


def sets(scores, errors, seed=1, **more):
    return ranks.rank_sets(
        np.asarray(scores, float), np.asarray(errors, float), np.random.default_rng(seed), **more
    )


def test_far_apart_means_one_place_each_and_alike_means_any():
    low, high = sets([10, 5, 0], [0.1] * 3)
    assert low.tolist() == high.tolist() == [1, 2, 3]
    low, high = sets([1, 1, 1], [1] * 3)
    assert low.tolist() == [1, 1, 1] and high.tolist() == [3, 3, 3]


def test_step_down_never_widens_a_set_and_narrows_these():
    """Neighbours 2.9 errors of a difference apart: told apart once the far pairs are set aside."""
    scores, errors = -4.12 * np.arange(8), np.ones(8)
    low, high = sets(scores, errors, stepwise=False)
    low_step, high_step = sets(scores, errors)
    assert (low_step >= low).all() and (high_step <= high).all()
    assert low_step.tolist() == high_step.tolist() == list(range(1, 9))
    assert (low < low_step).sum() == 7


def test_sets_hold_the_true_ranks_as_often_as_stated():
    truth = np.array([8.0, 6, 5, 4.5, 2, 0])
    true_rank = np.arange(1, 7)
    rng = np.random.default_rng(3)
    together, alone = 0, np.zeros(6)
    for seed in range(300):
        scores = truth + rng.standard_normal(6)
        low, high = sets(scores, np.ones(6), seed, draws=1000)
        together += ((low <= true_rank) & (true_rank <= high)).all()
        low, high = sets(scores, np.ones(6), seed, simultaneous=False, draws=1000)
        alone += (low <= true_rank) & (true_rank <= high)
    # Three standard errors of 300 replicates below 95 %.
    assert together / 300 > 0.912 and (alone / 300 > 0.912).all()


@pytest.mark.parametrize("simultaneous", [True, False])
@pytest.mark.parametrize("stepwise", [True, False])
def test_pisa_as_csranks(shared, simultaneous, stepwise):
    """Equal up to Monte Carlo borders: simultaneous sets all, marginal ones within one place."""
    want = json.loads(shared("reference/csranks/expected.json").read_text(encoding="utf-8"))
    data = pd.read_csv(shared("reference/csranks/input.csv"))
    key = f"simul_{str(simultaneous).upper()}_stepdown_{str(stepwise).upper()}"
    low, high = sets(
        data["math_score"], data["math_se"],
        simultaneous=simultaneous, stepwise=stepwise, draws=20_000,
    )  # fmt: skip
    apart = np.concatenate([low - want["pisa_math"][key]["L"], high - want["pisa_math"][key]["U"]])
    assert np.abs(apart).max() <= 1 and (apart != 0).sum() <= (0 if simultaneous else 3)
    if simultaneous and stepwise:
        assert ranks.tau_best(low, 5).astype(int).tolist() == want["pisa_tau_best5"]


def test_tiers_begin_where_a_unit_is_surely_behind():
    low, high = np.array([1, 1, 3, 3, 5]), np.array([2, 2, 4, 4, 5])
    assert ranks.tiers(low, high).tolist() == [1, 1, 2, 2, 3]
    assert ranks.tiers(np.array([1, 1, 1]), np.array([3, 3, 3])).tolist() == [1, 1, 1]


def test_the_table_follows_its_contract_and_leaves_out_the_unknown():
    index = pd.DataFrame(
        {
            "unit_id": list("abcd"), "name": list("ABCD"), "index": [80, 60, 60, np.nan],
            "index_low": [70, 50, 50, np.nan], "index_high": [90, 70, 70, np.nan],
        }
    )  # fmt: skip
    found = tables.check(ranks.rank_table(index, 1, "s"), "ranks")
    assert found["unit_id"].tolist() == ["a", "b", "c"] and found["rank"].tolist() == [1, 2, 2]
    assert (found["set_low"] <= found["marginal_low"]).all()
    assert ranks.rank_table(index.iloc[:1], 1, "s").empty
