"""Studies that are not shipped: fetched from a mirror, read, held to the official scores."""

import shutil
import subprocess
from pathlib import Path

import pytest

from barometre import tables
from tests.workflow import conftest as workflow

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]
STUDIES = 'studies=["gtmi-2022","odm-2023","ospo-2019"]'
MONTENEGRO = "data/raw/odm-2023/exports/ME_ODM 2023.xlsx"
OFFICIAL = "results/gtmi-2022/tables/official_agreement.csv"
FLOW = "results/ospo-2019/tables/response_flow.csv"


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess:
    return workflow.snakemake(
        checkout, "--cores", "2", "--config", STUDIES, "draws=200", *arguments
    )


@pytest.fixture
def checkout(tmp_path) -> Path:
    return workflow.copy_checkout(tmp_path / "check out")


def test_what_is_fetched_from_a_mirror_is_checked_and_built_once(checkout, shared) -> None:
    mirror = shared("realdata")
    wanted = (MONTENEGRO, OFFICIAL, FLOW)
    made = run(checkout, f"mirror={mirror}", "--", *wanted)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-4000:]
    assert all((checkout / name).is_file() for name in wanted)

    agreement = tables.read(checkout / OFFICIAL, "official_agreement").set_index("statistic")
    spearman = agreement.loc["spearman_index_official"]
    assert spearman["n"] == 196 and 0.97 < spearman["low"] < spearman["estimate"] < 0.99
    flow = tables.read(checkout / FLOW, "response_flow")
    assert flow["rows_in"].tolist() == [2681, 2681] and flow["rows_out"].tolist() == [2681, 2650]
    checked = tables.read(checkout / "data/processed/ospo-2019/checked.csv", "checked")
    whose = checked.set_index("file")["recorded_in"]
    assert whose["ospo-2019/exports/results.csv"] == "downloads.csv, mirror"

    # The mirror is no setting of any result: without it, nothing is to be done.
    again = run(checkout, "--", *wanted)
    assert again.returncode == 0 and "Nothing to be done" in again.stdout + again.stderr


def test_a_mirror_with_another_file_stops_with_one_sentence(checkout, tmp_path, shared) -> None:
    place = tmp_path / "mirror" / "odm2023_raw" / "xlsx" / "ME_ODM 2023.xlsx"
    place.parent.mkdir(parents=True)
    shutil.copy(shared("realdata/odm2023_raw/xlsx/AL_ODM 2023.xlsx"), place)
    made = run(checkout, f"mirror={tmp_path / 'mirror'}", "--", MONTENEGRO)
    assert made.returncode != 0
    last = (made.stdout + made.stderr).strip().splitlines()[-1]
    assert last.startswith("ME_ODM 2023.xlsx: the SHA-256 is") and "fetch it again" in last
    assert not (checkout / MONTENEGRO).exists()
