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


def test_coverage_of_index_and_themes_from_both_sides(root):
    gated = [row for row in rows_of(root, "measure") if row["check"] == "coverage" and row["bound"]]
    cells = {(row["cell"], row["figure"]) for row in gated}
    assert len(cells) == 2 * 90  # 3 sizes x 3 reliabilities x 2 to 6 items, without and with gaps
    for row in gated:
        assert row["bound"] == "0.94 to 0.98" and row["met"] == "yes", row
        assert int(row["replicates"]) >= 2000, row


def test_calibration_of_the_class_probabilities(root):
    tenths = [row for row in rows_of(root, "measure") if row["check"] == "calibration"]
    assert len(tenths) == 20
    for row in tenths:
        assert row["bound"] == "-0.03 to 0.03" and row["met"] == "yes", row
        assert int(row["replicates"]) >= 9000, row


def test_the_intervals_of_alpha_that_are_printed_cover_best(root):
    found = {
        (row["cell"], row["figure"]): float(row["value"])
        for row in rows_of(root, "reliability")
        if row["check"] == "alpha_coverage"
    }
    cells = {cell for cell, _ in found}
    assert len(cells) == 18
    for cell in cells:
        if cell.startswith("n=101"):
            assert found[cell, "bootstrap"] > 0.9, cell
        else:
            assert found[cell, "jackknife"] > found[cell, "bootstrap"], cell
    even = [value for (cell, kind), value in found.items() if kind == "feldt" and "even" in cell]
    assert min(even) > 0.92
