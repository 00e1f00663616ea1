"""The classify room agrees with R within the tolerances of shared/reference's README."""

import pytest

from tests.reference import classify


@pytest.mark.parametrize("name", list(classify.COMPARISONS))
def test_every_quantity_agrees(shared, name: str) -> None:
    rows = classify.COMPARISONS[name](shared(f"reference/{name}"))
    far = [row for row in rows if not row["largest_difference"] <= row["tolerance"]]
    assert rows and far == []


def test_a_wrong_number_is_seen(shared, monkeypatch) -> None:
    right = classify.exact_test
    monkeypatch.setattr(classify, "exact_test", lambda *given: right(*given) + 1e-11)
    rows = classify.split_multinomial(shared("reference/split_multinomial"))
    assert rows[0]["largest_difference"] > rows[0]["tolerance"]
