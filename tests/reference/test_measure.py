"""Each quantity of the measure room keeps its tolerance beside its reference."""

import pytest

from tests.conftest import SHARED
from tests.reference import measure


@pytest.mark.parametrize("reference", list(measure.CASES))
def test_every_quantity_keeps_its_tolerance(reference, shared):
    shared(f"reference/{reference}/expected.json")
    found = measure.CASES[reference](SHARED / "reference" / reference)
    assert found
    for row in found:
        assert row["largest_difference"] <= row["tolerance"], row
