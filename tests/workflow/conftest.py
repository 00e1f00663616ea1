"""A copy of the checkout that ships one small study, in a folder whose name has a space."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
STUDY = "syntec-2020"
SMALL = {"draws": 200, "permutations": 999}


def copy_checkout(target: Path) -> Path:
    """Every file of this checkout that git tracks or would, but the results."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if name.startswith("results/") or not (ROOT / name).is_file():
            continue
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place)
    return target


def ship_only(checkout: Path, study: str) -> Path:
    """Leave one study, with fewer draws: the whole way through every room, in less time."""
    for path in (checkout / "data" / "raw").glob("*/study.yaml"):
        if path.parent.name != study:
            shutil.rmtree(path.parent)
    settings = yaml.safe_load((checkout / "config.yaml").read_text(encoding="utf-8"))
    settings.update(SMALL, studies=[study])
    (checkout / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return checkout


def snakemake(checkout: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run Snakemake in `checkout` as a user would, from its folder."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=checkout,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def results_of(checkout: Path) -> dict[str, bytes]:
    """Path -> bytes of every result."""
    return {
        str(path.relative_to(checkout)): path.read_bytes()
        for path in sorted((checkout / "results").rglob("*"))
        if path.is_file()
    }


def rules_rerun_for(output: str, changed: str) -> set[str]:
    """Rules that a dry run starts because `changed` itself changed, not an upstream job."""
    rules = rule_of_message()
    reasons = re.findall(r"^Job \d+: (?:[\w-]+: )?(.*)\nReason: (.*)$", output, flags=re.MULTILINE)
    return {rules[message] for message, reason in reasons if changed in reason}


def rule_of_message() -> dict[str, str]:
    """Message (without its study) -> rule; Snakemake prints the message of a job, not its rule."""
    rules = {}
    for path in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        for block in re.split(r"^rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            said = re.search(r'message:\s+"(?:\{wildcards\.study\}: )?(.*)"', block)
            rules[said.group(1)] = block.split(":")[0]
    return rules


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The small checkout, built with four cores."""
    target = tmp_path_factory.mktemp("with a space") / "check out"
    checkout = ship_only(copy_checkout(target), STUDY)
    run = snakemake(checkout, "--cores", "4")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-6000:]
    return checkout


@pytest.fixture
def fresh(tmp_path) -> Path:
    """The small checkout, not built; a test may break it."""
    return ship_only(copy_checkout(tmp_path / "check out"), STUDY)
