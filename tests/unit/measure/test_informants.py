"""Agreement of several informants: a published example, analysis of variance, planted spread."""

import numpy as np
import pandas as pd
import pytest

from barometre.measure import informants
from tests.unit.measure import made

# Shrout & Fleiss (1979), table 2: six targets, four judges.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def test_the_example_of_shrout_and_fleiss():
    found = informants.agreement(JUDGES.ravel(), np.repeat(list("abcdef"), 4))
    assert round(found["icc1"], 2) == 0.17 and round(found["icc1k"], 2) == 0.44
    assert found["k"] == pytest.approx(4)
    # Ends as psych's ICC prints them for these data.
    assert [round(found[f"icc1_{end}"], 2) for end in ("low", "high")] == [-0.13, 0.72]
    assert [round(found[f"icc1k_{end}"], 2) for end in ("low", "high")] == [-0.88, 0.91]


def test_mean_squares_are_those_of_an_analysis_of_variance():
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(15), rng.integers(1, 6, 15))
    scores = rng.normal(size=15)[units] + rng.normal(size=len(units))
    frame = pd.DataFrame({"score": scores, "unit": units})
    square = anova_lm(ols("score ~ C(unit)", frame).fit())["mean_sq"]
    found = informants.agreement(scores, units)
    ratio = square.iloc[0] / square.iloc[1]
    assert found["sd_within"] == pytest.approx(np.sqrt(square.iloc[1]))
    assert found["icc1k"] == pytest.approx(1 - 1 / ratio)
    assert found["icc1"] == pytest.approx((ratio - 1) / (ratio + found["k"] - 1))
    assert found["n_units_several"] == (np.bincount(units) > 1).sum()


def test_intervals_hold_the_planted_correlation():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(600):
        units = np.repeat(np.arange(20), rng.integers(1, 5, 20))
        scores = np.sqrt(0.6) * rng.normal(size=20)[units] + np.sqrt(0.4) * rng.normal(
            size=len(units)
        )
        found = informants.agreement(scores, units)
        hits += found["icc1_low"] <= 0.6 <= found["icc1_high"]
    assert hits / 600 == pytest.approx(0.95, abs=0.03)


def test_what_cannot_be_known_is_empty_with_its_reason():
    alone = informants.agreement(np.arange(5.0), np.arange(5))
    assert np.isnan(alone["icc1"]) and alone["note"].startswith("needs two units")
    same = informants.agreement(np.array([1.0, 1, 4, 4]), np.array([0, 0, 1, 1]))
    assert same["icc1"] == 1 and np.isnan(same["icc1_low"]) and "say the same" in same["note"]
    rng = np.random.default_rng(3)
    one_pair = informants.agreement(rng.normal(size=11), np.array([0, 0, *range(1, 10)]))
    assert one_pair["icc1_low"] == -1 and one_pair["note"].startswith("fewer than five units")
    steady = informants.agreement(np.ones(4), np.array([0, 0, 1, 1]))
    assert np.isnan(steady["icc1"]) and "ne varient pas" in steady["note_fr"]


def test_table_of_planted_informants():
    """Units of known level, three people each: the index agrees more than a noisy theme."""
    rng = np.random.default_rng(2)
    levels, _, _ = made.planted(rng, 30, [4, 4], reliability=0.9)
    each = np.repeat(levels, 3, axis=0)
    each[:, :4] = (each[:, :4] + rng.integers(-1, 2, (90, 4))).clip(0, 5)
    each[:, 4:] = (each[:, 4:] + rng.integers(-3, 4, (90, 4))).clip(0, 5)
    answers = made.responses(each).rename(columns={"unit_id": "respondent_id"})
    answers["unit_id"] = np.repeat(np.repeat(np.arange(30), 3), 8).astype(str)
    found = informants.informants_table(answers, made.codebook([4, 4]), made.settings(2))
    found = found.set_index("theme")
    assert list(found.index) == ["index", "t0", "t1"]
    assert (found["n_respondents"] == 90).all() and (found["k"].round(9) == 3).all()
    assert found.loc["t0", "icc1"] > found.loc["t1", "icc1"]
    assert found.loc["t0", "sd_within"] < found.loc["t1", "sd_within"]
    assert (found["icc1k"] > found["icc1"]).all() and found["note"].isna().all()
