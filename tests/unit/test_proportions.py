import numpy as np
import pytest
from scipy import stats

from barometre.proportions import wilson


def test_shares_have_the_usual_interval() -> None:
    found = wilson([15, 0, 7], [20, 9, 7])
    for at, (n, base) in enumerate([(15, 20), (0, 9), (7, 7)]):
        usual = stats.binomtest(n, base).proportion_ci(method="wilson")
        expected = (n / base, usual.low, usual.high)
        assert [float(part[at]) for part in found] == pytest.approx(expected, abs=1e-12)
    assert found[1][1] == 0 and found[2][2] == 1


def test_without_a_base_there_is_no_share() -> None:
    assert np.isnan(wilson(0, 0)).all()
