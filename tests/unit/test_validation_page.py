"""docs/validation.md shows the committed figures, and the claims it makes hold in them."""

import csv
import importlib.util

import pytest


@pytest.fixture
def book(root):
    spec = importlib.util.spec_from_file_location(
        "validation_page", root / "docs" / "validation" / "page.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of(root, room):
    with open(root / "docs" / "validation.csv", encoding="utf-8", newline="") as source:
        return [row for row in csv.DictReader(source) if row["room"] == room]


def test_table_and_page_are_made_from_the_parts(root, book):
    rows = book.joined()
    docs = root / "docs"
    assert (docs / "validation.csv").read_text(encoding="utf-8") == book.as_csv(rows, book.COLUMNS)
    assert (docs / "validation.md").read_text(encoding="utf-8") == book.page(rows)


def test_every_part_says_what_its_rows_mean(book):
    for row in book.joined():
        assert (book.HERE / f"{row['room']}.md").is_file()
        assert row["check"] and row["cell"] and row["figure"]
        assert int(row["replicates"]) > 0 and float(row["mc_error"]) >= 0


def test_a_bound_is_kept_or_said_not_to_be(book):
    assert book.met(0.06, "<= 0.06") == "yes"
    assert book.met(0.061, "<= 0.06") == "no"
    assert book.met(0.93, ">= 0.94") == "no"
    assert book.met(-0.03, "-0.02 to 0.02") == "no"
    assert book.met(0.5, "") == ""
    with pytest.raises(ValueError, match="write"):
        book.met(0.5, "< 0.6")


def test_size_of_the_primary_test_with_equal_variances(root):
    sizes = [
        row
        for row in rows_of(root, "explain")
        if row["figure"] == "size_permutation" and "variance=equal" in row["cell"]
    ]
    assert len(sizes) >= 5
    for row in sizes:
        assert float(row["value"]) <= 0.06, row


def test_units_as_if_independent_reject_too_often_where_dates_are_shared(root):
    found = {
        row["figure"]: float(row["value"])
        for row in rows_of(root, "explain")
        if row["cell"].endswith("shared_error=1")
    }
    assert found["size_units_permuted"] > 2 * found["size_dates_permuted"]


def test_coverage_of_the_index(root):
    covered = [
        float(row["value"]) for row in rows_of(root, "measure") if row["figure"] == "index_coverage"
    ]
    assert len(covered) >= 45 and min(covered) >= 0.94
