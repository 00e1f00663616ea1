"""A study nobody here had in mind: settings and codebook only, no code touched."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.workflow.conftest import copy_checkout, ship_only, snakemake

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("other study")]
STUDY = "rse-2017"
MADE = Path(__file__).parent / "rse"
EXPORT = "realdata/rse_survey_limesurvey/2017_de_public_data.csv"


def test_a_foreign_survey_builds_from_settings_and_codebook(shared, tmp_path):
    export = shared(EXPORT)
    checkout = copy_checkout(tmp_path / "check out")
    folder = checkout / "data" / "raw" / STUDY
    shutil.copytree(MADE, folder)
    (folder / "exports").mkdir()
    shutil.copyfile(export, folder / "exports" / export.name)
    ship_only(checkout, STUDY)
    run = barometre(checkout, "sources")
    assert run.returncode == 0, run.stderr
    assert barometre(checkout, "check", STUDY).returncode == 0
    build = snakemake(checkout, "--cores", "1")
    assert build.returncode == 0, build.stderr[-3000:]
    results = checkout / "results" / STUDY
    flow = rows(results / "tables" / "response_flow.csv")
    assert (flow[0]["rows_in"], flow[-1]["rows_out"]) == ("325", "300")
    index = rows(results / "tables" / "index.csv")
    assert len(index) == 300 and all(0 <= float(row["index"]) <= 100 for row in index)
    slopes = rows(results / "tables" / "regression.csv")
    primary = [row for row in slopes if row["cov_type"] == "HC2-BM" and row["role"] == "primary"]
    assert [row["n"] for row in primary] == ["300"]
    page = (results / "report" / "fr.html").read_text(encoding="utf-8")
    assert "Développeurs de logiciels de recherche" in page and "RÉEL" in page
    # What the codebook does not list is named, not lost.
    reading = {row["what"]: row["found"] for row in rows(results / "tables" / "reading.csv")}
    passed = reading["other columns passed over"].split(", ")
    assert len(passed) + 13 + 1 == 248 and "socio2" in passed


def test_a_staff_survey_builds_by_following_the_page(shared, tmp_path):
    """docs/add-a-study.md with LimeSurvey's export of the staff survey, step by step."""
    export = shared("limesurvey/agents/gui_code_short_comma_all.csv")
    checkout = copy_checkout(tmp_path / "check out")
    folder = checkout / "data" / "raw" / "agents-demo"
    shutil.copytree(Path(__file__).parent / "agents", folder)
    (folder / "exports").mkdir()
    shutil.copyfile(export, folder / "exports" / export.name)
    ship_only(checkout, "agents-demo")
    assert barometre(checkout, "sources").returncode == 0
    checked = barometre(checkout, "check", "agents-demo")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    build = snakemake(checkout, "--cores", "1")
    assert build.returncode == 0, build.stderr[-3000:]
    tables = checkout / "results" / "agents-demo" / "tables"
    flow = rows(tables / "response_flow.csv")
    assert (flow[0]["rows_in"], flow[1]["rows_out"]) == ("1000", "950")
    log = rows(tables / "cleaning_log.csv")
    impossible = {(row["respondent_id"], row["before"]) for row in log if row["item"] == "aganc"}
    assert impossible == {("101", "2011"), ("501", "99")}
    levels = rows(tables / "people_levels.csv")
    assert sum(int(row["n"]) for row in levels if row["item"] == "all") == 950
    sample = {row["statistic"]: float(row["value"]) for row in rows(tables / "people_sample.csv")}
    assert sample["n_employers"] == 12


def barometre(checkout, *words):
    import os
    import subprocess
    import sys

    return subprocess.run(
        [sys.executable, "-m", "barometre", *words],
        cwd=checkout, capture_output=True, text=True, check=False,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )  # fmt: skip


def rows(path):
    with open(path, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
