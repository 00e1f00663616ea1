"""The verdict rule and Holm's correction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from barometre.explain import decision

chances = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("df", "low", "high", "p_value", "said"),
    [
        (3.99, 1.0, 2.0, 0.0001, "none"),
        (4.0, 1.0, 2.0, 0.0001, "positive"),
        (8.0, -2.0, -1.0, 0.05, "negative"),
        (8.0, 1.0, 2.0, 0.0501, "compatible_with_zero"),
        (8.0, -0.1, 2.0, 0.01, "compatible_with_zero"),
        (8.0, 0.0, 2.0, 0.01, "compatible_with_zero"),
        (np.nan, 1.0, 2.0, 0.01, "none"),
        (8.0, np.nan, np.nan, 0.01, "none"),
        (8.0, 1.0, 2.0, np.nan, "none"),
    ],
)
def test_verdict(df, low, high, p_value, said) -> None:
    assert decision.verdict(df, low, high, p_value) == said


@given(st.floats(0, 30), st.floats(-5, 5), st.floats(0.01, 5), st.floats(0, 1))
def test_a_sign_needs_both_the_interval_and_the_test(df, middle, half, p_value) -> None:
    said = decision.verdict(df, middle - half, middle + half, p_value)
    mirrored = decision.verdict(df, -middle - half, -middle + half, p_value)
    swap = {"positive": "negative", "negative": "positive"}
    assert mirrored == swap.get(said, said)
    if said in swap:
        assert df >= 4 and p_value <= 0.05 and half < abs(middle)
    assert (said == "none") == (df < 4)


@given(chances)
def test_holm_equals_statsmodels(p_values) -> None:
    wanted = multipletests(p_values, method="holm")[1]
    assert decision.holm(np.array(p_values)) == pytest.approx(wanted, abs=1e-12)


@given(chances, st.integers(0, 12))
def test_a_test_that_could_not_be_made_is_not_counted(p_values, place) -> None:
    holed = np.insert(np.array(p_values), min(place, len(p_values)), np.nan)
    found = decision.holm(holed)
    assert np.isnan(found).sum() == 1
    assert found[~np.isnan(found)] == pytest.approx(decision.holm(np.array(p_values)))


def test_the_rule_says_what_the_code_does() -> None:
    assert f"below {decision.MINIMUM_DF:.0f}" in decision.RULE
    assert f"{decision.LEVEL:.2f}".lstrip("0") in decision.RULE
    assert "Holm" in decision.RULE
