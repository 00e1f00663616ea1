"""Each quantity of the measure room keeps its tolerance beside its reference."""

import numpy as np
import pandas as pd
import pytest

from barometre.errors import StudyError
from barometre.measure import composite
from tests.conftest import SHARED
from tests.reference import measure


@pytest.mark.parametrize("reference", list(measure.CASES))
def test_every_quantity_keeps_its_tolerance(reference, shared):
    shared(f"reference/{reference}/expected.json")
    found = measure.CASES[reference](SHARED / "reference" / reference)
    assert found
    for row in found:
        assert row["largest_difference"] <= row["tolerance"], row


TABLE = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [4.0, 3, 2, 0]}, index=list("wxyz"))
FORWARD = pd.Series({"a": 1, "b": 1})


def test_a_geometric_mean_of_zeros_is_one_sentence():
    parents, levels = pd.Series({"a": "I", "b": "I"}), pd.Series({"a": 1, "b": 1, "I": 2})
    weights = pd.Series(1.0, levels.index)
    table = composite.normalised(TABLE, FORWARD)
    with pytest.raises(StudyError, match="unit 'w', 'a': the geometric mean needs values above 0"):
        composite.aggregated(table, parents, levels, weights, "geometric")
    with pytest.raises(StudyError, match="aggregation 'median' is unknown"):
        composite.aggregated(table, parents, levels, weights, "median")


def test_an_indicator_that_does_not_vary_is_one_sentence():
    with pytest.raises(StudyError, match="indicator 'b' is the same for every unit"):
        composite.normalised(TABLE.assign(b=1.0), FORWARD)
    with pytest.raises(StudyError, match="normalisation 'best' is unknown"):
        composite.normalised(TABLE, FORWARD, "best")


def test_a_denominator_of_zero_is_one_sentence():
    below = pd.DataFrame({"a": [1.0, 1, 0, 1], "b": np.nan}, index=TABLE.index)
    with pytest.raises(StudyError, match="unit 'y', indicator 'a': its denominator is 0"):
        composite.denominated(TABLE, below)


def test_imputing_never_changes_what_was_observed():
    holes = TABLE.mask(TABLE == 2)
    groups = pd.Series(["p", "p", "q", "q"], TABLE.index)
    full = composite.imputed_by_group(holes, groups)
    assert full.notna().all(axis=None)
    pd.testing.assert_frame_equal(full.where(holes.notna()), holes)
    assert full.at["x", "a"] == 1 and full.at["y", "b"] == 0
