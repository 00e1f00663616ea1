"""docs/validation.md shows the committed figures, and the claims it makes hold in them."""

import csv
import importlib.util


def rows_of(root, name):
    with open(root / "docs" / "validation" / f"{name}.csv", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def test_the_page_is_made_from_the_files(root):
    path = root / "docs" / "validation" / "page.py"
    spec = importlib.util.spec_from_file_location("validation_page", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (root / "docs" / "validation.md").read_text(encoding="utf-8") == module.page()


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
