"""A survey of persons builds, and nothing it publishes is about one of them."""

import csv
import re

import pytest

from tests.workflow.conftest import copy_checkout, ship_only, snakemake

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("people")]
STUDY = "agents-2020"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    checkout = ship_only(copy_checkout(tmp_path_factory.mktemp("people") / "a project"), STUDY)
    run = snakemake(checkout, "--cores", "1")
    assert run.returncode == 0, run.stderr[-2000:]
    return checkout


def test_it_has_its_own_pages_notebooks_and_front_page(built):
    results = built / "results"
    study = results / STUDY
    assert {path.name for path in (study / "notebooks").glob("*.fr.html")} == {
        "1_ingest.fr.html",
        "2_people.fr.html",
    }
    for language, word in (("fr", "SIMULÉ"), ("en", "SIMULATED")):
        page = (study / "report" / f"{language}.html").read_text(encoding="utf-8")
        assert word in page and "people_levels" in page
        assert not re.search(r"\b(nan|None|NaN)\b", page)
    front = (results / "index.html").read_text(encoding="utf-8")
    assert f"{STUDY}/notebooks/2_people.fr.html" in front and "3_classify" not in front


def test_no_table_has_a_row_for_a_person(built):
    persons = set(_column(built / "data" / "processed" / STUDY / "responses.csv", "unit_id"))
    assert len(persons) == 1337
    for path in (built / "results" / STUDY / "tables").glob("*.csv"):
        with open(path, encoding="utf-8", newline="") as source:
            columns = next(csv.reader(source))
        assert "unit_id" not in columns and "name" not in columns, path.name
        if path.stem != "cleaning_log":  # rows that were removed, by number
            assert "respondent_id" not in columns, path.name


def test_no_employer_is_named(built):
    employers = set(_column(built / "data" / "raw" / STUDY / "truth.csv", "unit_id"))
    for path in (built / "results" / STUDY).rglob("*"):
        if path.suffix in {".csv", ".html", ".svg", ".ipynb", ".json"}:
            text = path.read_text(encoding="utf-8")
            assert not [name for name in employers if name in text], path.name


def _column(path, name):
    with open(path, encoding="utf-8-sig", newline="") as source:
        return [row[name] for row in csv.DictReader(source)]
