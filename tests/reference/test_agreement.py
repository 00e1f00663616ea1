"""docs/agreement.md is what the comparisons measure, and every difference keeps its tolerance."""

import re

import pytest

from tests.reference import agreement


@pytest.fixture(scope="module")
def rebuilt() -> str:
    if not (agreement.SHARED / "reference").exists():
        pytest.skip("needs shared/reference, which is not beside this checkout")
    return agreement.page(agreement.SHARED)


def steady(text: str) -> list[str]:
    """Lines without what the processor decides: how far below the tolerance a difference lies."""
    return [re.sub(r"\| (≤ 1e-\d+|0|\d+\.\d) \| ([^|]+) \|$", r"| \2 |", line)
            for line in text.splitlines()]  # fmt: skip


def test_the_page_is_rebuilt_from_the_comparisons(rebuilt: str) -> None:
    kept = agreement.PAGE.read_text(encoding="utf-8")
    again = "docs/agreement.md is old: run `python -m tests.reference.agreement`"
    assert steady(kept) == steady(rebuilt), again
    pairs = zip(printed(kept), printed(rebuilt), strict=True)
    assert [(one, other) for one, other in pairs if abs(one - other) > 1] == [], again


def printed(text: str) -> list[float]:
    """Order of magnitude of each printed difference; a zero is as small as rounding."""
    cells = [line.split(" | ") for line in text.splitlines() if line.count("|") == 7]
    orders = []
    for cell in cells:
        if found := re.fullmatch(r"≤ 1e(-?\d+)", cell[-2]):
            orders.append(float(found[1]))
        elif cell[-2] == "0":
            orders.append(float(agreement.ROUNDING))
    return orders


def test_every_printed_difference_keeps_its_tolerance(rebuilt: str) -> None:
    rows = [row for room in agreement.ROOMS for row in agreement.rows_of(room, agreement.SHARED)]
    assert len(rows) > 50
    over = [row for row in rows if not float(row["largest_difference"]) <= float(row["tolerance"])]
    assert over == []


def test_differences_print_by_their_order() -> None:
    assert agreement.order(0.0) == "0"
    assert agreement.order(3.2e-7) == "≤ 1e-6"
    assert agreement.order(1e-6) == "≤ 1e-6"
    assert agreement.order(5e-15) == agreement.order(9e-13) == "≤ 1e-11"
    assert agreement.order(float("nan")) == "not finite"


def test_a_changed_row_is_seen() -> None:
    row = {"reference": "a", "quantity": "b", "largest_difference": 1e-12, "tolerance": 1e-9}
    other = {**row, "tolerance": 1e-6}
    assert steady(agreement.section("x", [row])) != steady(agreement.section("x", [other]))
    far = {**row, "largest_difference": 1e-5}
    assert printed(agreement.section("x", [row])) == [-11.0]
    assert printed(agreement.section("x", [far])) == [-5.0]
