"""Kaplan-Meier curves against a worked example and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from barometre.explain.delay import delay_curves, kaplan_meier


def test_worked_by_hand() -> None:
    """Six units: events at 1, 3, 3; censored at 2, 3, 5. 5/6, then 5/6 x 2/4."""
    curve = kaplan_meier(
        np.array([1.0, 2, 3, 3, 3, 5]), np.array([True, False, True, True, False, False])
    )
    assert list(curve["delay_years"]) == [0, 1, 2, 3, 5]
    assert list(curve["at_risk"]) == [6, 6, 5, 4, 1]
    assert list(curve["events"]) == [0, 1, 0, 2, 0]
    assert list(curve["censored"]) == [0, 0, 1, 1, 1]
    assert list(curve["share_without"]) == pytest.approx([1, 5 / 6, 5 / 6, 5 / 12, 5 / 12])
    # Greenwood at 1: 1 / (6 x 5); log-log interval S^exp(+-1.96 sqrt(V) / |log S|).
    width = 1.959963984540054 * np.sqrt(1 / 30) / abs(np.log(5 / 6))
    row = curve.iloc[1]
    assert row["low"] == pytest.approx((5 / 6) ** np.exp(width), abs=1e-12)
    assert row["high"] == pytest.approx((5 / 6) ** np.exp(-width), abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_equals_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = np.round(rng.exponential(4, size=40), 1) + 0.1
    event = rng.random(40) < 0.6
    curve = kaplan_meier(times, event)
    curve = curve[curve["events"] > 0]
    theirs = SurvfuncRight(times, event.astype(int))
    happened = theirs.n_events > 0
    assert curve["delay_years"].to_numpy() == pytest.approx(theirs.surv_times[happened])
    assert curve["share_without"].to_numpy() == pytest.approx(theirs.surv_prob[happened])
    assert curve["at_risk"].to_numpy() == pytest.approx(theirs.n_risk[happened])
    share, error = theirs.surv_prob[happened], theirs.surv_prob_se[happened]
    inner = (share > 0) & (share < 1)
    share, error = share[inner], error[inner]
    width = 1.959963984540054 * error / (share * np.abs(np.log(share)))
    mine = curve[["low", "high"]].to_numpy()[inner]
    assert mine[:, 0] == pytest.approx(share ** np.exp(width))
    assert mine[:, 1] == pytest.approx(share ** np.exp(-width))


def test_where_everyone_has_it_and_where_nobody_does() -> None:
    gone = kaplan_meier(np.array([1.0, 2.0]), np.array([True, True])).iloc[-1]
    assert gone["share_without"] == 0 and np.isnan(gone["low"])
    none = kaplan_meier(np.array([1.0, 2.0]), np.array([False, False]))
    assert (none["share_without"] == 1).all() and none["low"].isna().all()


def test_only_delays_with_bounds_read_as_censoring() -> None:
    table = pd.DataFrame(
        {
            "unit_id": list("abcde") + ["a"],
            "predictor": ["delay_x"] * 5 + ["age_x"],
            "value": [-2.0, 3.0, 6.0, 4.0, np.nan, 9.0],
            "bound": ["=", "=", ">", "<=", None, "="],
        }
    )
    curve = delay_curves(table)
    assert set(curve["predictor"]) == {"delay_x"}
    assert list(curve["delay_years"]) == [0, 3, 4, 6]
    assert list(curve["events"]) == [1, 1, 1, 0], "an event before birth counts at 0"
    assert list(curve["censored"]) == [0, 0, 0, 1]
    assert list(curve["share_without"]) == pytest.approx([3 / 4, 2 / 4, 1 / 4, 1 / 4])
    assert delay_curves(table[table["predictor"] == "age_x"]).empty
