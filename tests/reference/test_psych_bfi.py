"""What psych's lambda-4 leaves out; all else of this reference is in test_measure.py."""

from barometre.measure import consistency
from tests.conftest import SHARED
from tests.reference import psych_bfi


def test_lambda4_over_all_splits_is_never_below_that_of_psych(shared):
    shared("reference/psych_bfi/expected.json")
    _, scales, _ = psych_bfi.scales(SHARED / "reference" / "psych_bfi")
    gaps = [
        consistency.lambda4(one.correlation) - one.want["guttman_lambda4_splithalf_max"]
        for one in scales
    ]
    assert min(gaps) > -1e-12 and sum(gap > 0.01 for gap in gaps) == 1
