"""A user's mistake ends the run with one sentence, before any job where that is possible."""

import re

import pytest

from tests.workflow import conftest as workflow

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]

HOME = f"data/raw/{workflow.STUDY}"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text, flags=re.MULTILINE), f"{old} not in {path}"
    path.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")


def wrong_key(checkout):
    with open(checkout / "config.yaml", "a", encoding="utf-8") as config:
        config.write("drawss: 10\n")
    return ["config.yaml", "drawss", "known keys", "draws"]


def unknown_study(checkout):
    edit(checkout / "config.yaml", workflow.STUDY, "syntec-2002")
    return ["syntec-2002", "no such study", workflow.STUDY]


def wrong_shares(checkout):
    edit(checkout / HOME / "study.yaml", r"mature: 0\.2\b", "mature: 0.3")
    return ["study.yaml", "classify.shares", "sum to 1.1"]


def missing_export(checkout):
    for path in (checkout / HOME / "exports").iterdir():
        path.unlink()
    return ["exports/", "the export is missing"]


def wrong_study_key(checkout):
    with open(checkout / HOME / "study.yaml", "a", encoding="utf-8") as study:
        study.write("mesure: {}\n")
    return ["study.yaml", "mesure", "known keys"]


def unknown_item(checkout):
    with open(checkout / HOME / "codebook.csv", "a", encoding="utf-8") as codebook:
        header = (checkout / HOME / "codebook.csv").read_text(encoding="utf-8").splitlines()[0]
        row = {"item": "nowhere", "kind": "text", "role": "measure", "label_fr": "x"}
        row["label_en"] = "x"
        codebook.write(",".join(row.get(column, "") for column in header.split(",")) + "\n")
    accept_raw_files(checkout)
    return ["codebook.csv", "row", "nowhere"]


def changed_raw_file(checkout):
    path = next((checkout / HOME / "exports").iterdir())
    path.write_bytes(path.read_bytes() + b" ")
    return [path.name, "SOURCES.csv"]


def accept_raw_files(checkout):
    """Renew the checksums, so that only the codebook is at fault."""
    import os
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-m", "barometre", "sources"],
        cwd=checkout,
        check=True,
        env={**os.environ, "PYTHONPATH": str(checkout)},
    )


def last_words(run):
    return [line for line in run.stderr.splitlines() if line.strip()][-1]


@pytest.mark.parametrize(
    "mistake", [wrong_key, unknown_study, wrong_shares, missing_export, wrong_study_key]
)
def test_settings_and_files_stop_before_any_job(fresh, mistake):
    words = mistake(fresh)
    run = workflow.snakemake(fresh, "--cores", "1")
    said = last_words(run)
    assert run.returncode != 0
    assert all(word in said for word in words), run.stderr[-2000:]
    assert "Traceback" not in run.stdout + run.stderr
    assert not (fresh / "data" / "processed").exists()


@pytest.mark.parametrize("mistake", [unknown_item, changed_raw_file])
def test_contents_stop_in_the_first_job(fresh, mistake):
    words = mistake(fresh)
    run = workflow.snakemake(fresh, "--cores", "1")
    said = last_words(run)
    assert run.returncode != 0
    assert all(word in said for word in words), run.stderr[-3000:]
    assert "Traceback" not in run.stdout + run.stderr
    assert not (fresh / "results").exists() or not any((fresh / "results").rglob("*.csv"))
