"""The whole way, once: build, build again, build with other cores, change a module."""

import os
import time

import pytest

from barometre import tables
from tests.unit.explain import said
from tests.workflow import conftest as workflow

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]


def test_it_leaves_what_it_promises(built):
    study = built / "results" / workflow.STUDY
    for name in ("index.csv", "classes.csv", "regression.csv", "published_facts.csv"):
        assert (study / "tables" / name).is_file()
    assert len(list((study / "figures").glob("*.en.svg"))) >= 6
    assert len(list((study / "notebooks").glob("*.ipynb"))) == 10
    assert (study / "numbers.json").is_file()
    assert (built / "results" / "index.html").is_file()
    assert (built / "results" / "manifest.json").is_file()


def test_every_table_meets_its_contract(built):
    found = sorted((built / "results" / workflow.STUDY / "tables").glob("*.csv"))
    assert len(found) > 20
    for path in found:
        tables.read(path, path.stem)


def test_every_table_says_that_it_is_simulated(built):
    for path in sorted((built / "results" / workflow.STUDY / "tables").glob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        assert header.startswith("study,data,"), path.name
        assert all(row.startswith(f"{workflow.STUDY},simulated,") for row in rows[:1]), path.name


def test_no_path_of_the_machine_in_the_results(built):
    needles = [str(built).encode(), os.path.expanduser("~").encode() + b"/", b"check out"]
    for name, content in workflow.results_of(built).items():
        assert not any(needle in content for needle in needles), name


def test_second_run_has_nothing_to_do(built):
    start = time.monotonic()
    run = workflow.snakemake(built, "--cores", "4")
    assert run.returncode == 0
    assert "Nothing to be done" in run.stdout + run.stderr
    print(f"second run: {time.monotonic() - start:.1f} s")


def test_one_core_gives_the_same_bytes(built, fresh):
    run = workflow.snakemake(fresh, "--cores", "1")
    assert run.returncode == 0, run.stderr[-4000:]
    four, one = workflow.results_of(built), workflow.results_of(fresh)
    assert sorted(four) == sorted(one)
    assert [name for name in four if four[name] != one[name]] == []


@pytest.mark.parametrize(
    ("module", "rules"),
    [
        ("barometre/classify/stability.py", {"fit_classes"}),
        ("barometre/explain/design.py", {"fit_models"}),
        ("barometre/describe/facts.py", {"check_facts"}),
        ("barometre/ingest/units.py", {"clean_responses"}),
    ],
)
def test_editing_a_module_reruns_the_rules_that_use_it(built, module, rules):
    path = built / module
    before = path.read_bytes(), path.stat()
    path.write_bytes(before[0] + b"\n# A word more.\n")
    try:
        run = workflow.snakemake(built, "--cores", "4", "--dry-run")
        assert run.returncode == 0, run.stderr[-3000:]
        assert workflow.rules_rerun_for(run.stdout + run.stderr, module) == rules
    finally:
        path.write_bytes(before[0])
        os.utime(path, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_the_page_says_of_age_and_speed_keeps_the_rules(built, language):
    page = said.read(built / "results" / workflow.STUDY / "report" / f"{language}.html")
    assert said.spoken(page) and page.figures
    assert [breach for rule in said.RULES for breach in rule(page)] == []
