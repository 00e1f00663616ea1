"""The explain room agrees with R within the tolerances of shared/reference's README."""

import pytest

from barometre.explain import ols
from tests.conftest import SHARED
from tests.reference import explain

REFERENCES = [*explain.COMPARISONS]


@pytest.mark.parametrize("name", REFERENCES)
def test_every_quantity_agrees(shared, name: str) -> None:
    folder = shared(name)
    rows = list(explain.COMPARISONS[name](folder))
    assert rows
    far = [row for row in rows if not row["largest_difference"] <= row["tolerance"]]
    assert far == []


def test_rows_say_which_reference(shared) -> None:
    shared("reference/specr_curve")
    rows = explain.rows(SHARED)
    folders = [name.removeprefix("reference/") for name in REFERENCES if "reference/" in name]
    assert set(folders) <= {row["reference"] for row in rows}
    keys = ["reference", "quantity", "against", "kind", "largest_difference", "tolerance"]
    assert all(list(row) == keys for row in rows)


def test_a_wrong_number_is_seen(shared, monkeypatch) -> None:
    folder = shared("reference/ols_robust")
    right = ols.hc
    monkeypatch.setattr(ols, "hc", lambda model, kind: right(model, kind) * (1 + 1e-7))
    rows = {row["quantity"]: row for row in explain.COMPARISONS["reference/ols_robust"](folder)}
    row = rows["HC5: covariance, error, t, p, interval (four data sets)"]
    assert row["largest_difference"] > row["tolerance"]
