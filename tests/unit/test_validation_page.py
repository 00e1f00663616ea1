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


def test_size_of_the_primary_test_under_its_null(root):
    gated = [
        row
        for row in rows_of(root, "explain")
        if row["check"] == "size" and row["figure"].startswith("permutation") and row["bound"]
    ]
    cells = {row["cell"].split(" variance")[0] for row in gated}
    assert cells >= {"n=10", "n=22", "n=39", "n=101", "n=10 leverage", "register dates n=22"}
    for row in gated:
        assert row["bound"] == "<= 0.06" and row["met"] == "yes", row
        assert int(row["replicates"]) == 20000 and "variance=equal" in row["cell"], row


def test_cells_that_are_not_gated_are_reported_beside_what_methods_states(root):
    stated = [row for row in rows_of(root, "explain") if row["stated"] and row["check"] == "size"]
    assert len(stated) == 32
    assert {row["cell"].split("variance=")[1] for row in stated} == {
        "equal no effect",
        "age-dependent no effect",
    }


def test_the_verdict_text_agrees_in_every_cell(root):
    rows = rows_of(root, "explain")
    told = {row["cell"]: row for row in rows if row["check"] == "text"}
    assert set(told) == {row["cell"] for row in rows if row["check"] in ("size", "power")}
    for row in told.values():
        assert float(row["value"]) == 1 and int(row["replicates"]) == 500, row


def test_units_as_if_independent_reject_too_often_where_dates_are_shared(root):
    found = {
        row["figure"]: float(row["value"])
        for row in rows_of(root, "explain")
        if row["cell"] == "register dates n=22 shared error variance=equal no effect"
    }
    assert found["permutation"] > 2 * found["permutation_dates"]


def test_coverage_of_the_index(root):
    covered = [
        float(row["value"]) for row in rows_of(root, "measure") if row["figure"] == "index_coverage"
    ]
    assert len(covered) >= 45 and min(covered) >= 0.94
