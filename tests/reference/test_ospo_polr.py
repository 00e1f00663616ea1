"""Rows of ospo-2019 beside those of an R script, which reads the raw export by itself.

`ospo_polr/polr.R` is the script, `ospo_polr/expected.json` its result; the rows are chosen twice,
in R and by the study's own folder. The slopes are compared in `explain.py`.
"""

import json
from pathlib import Path

import pytest

from tests.reference import ospo

EXPECTED = json.loads(
    (Path(__file__).parent / "ospo_polr" / "expected.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def export():
    """The raw export, wherever the shared folder is."""
    from tests.conftest import SHARED

    path = SHARED / ospo.EXPORT
    if not path.exists():
        pytest.skip("needs shared/realdata/ospo_survey, which is not beside this checkout")
    return path


@pytest.fixture(scope="module")
def made(export):
    """Batch with duplicates, responses, predictors and regression table, from the raw export."""
    return ospo.made(export)


def test_counts_of_rows_before_and_after_the_marked_duplicates(made) -> None:
    before, laid, known, _ = made
    assert len(before.values) == EXPECTED["rows"] == 2681
    assert len(before.values) - len(laid.units) == EXPECTED["marked_duplicate"] == 31
    told = before.values["q36"].isin(["", "Don't know"])
    assert int((~told).sum()) == EXPECTED["with_duplicates_programme_speed"] == 1366
    value = known.pivot(index="unit_id", columns="predictor", values="value")
    asked = laid.responses[laid.responses["item"] == "q15"].set_index("unit_id")["level"]
    both = value.notna().all(axis=1) & asked.notna().reindex(value.index)
    assert int(both.sum()) == EXPECTED["criticality_age_and_speed"] == 372


def test_the_index_is_of_those_who_have_a_programme(made) -> None:
    responses = made[1].responses
    programme = responses[responses["item"] == "q6"].set_index("unit_id")["value"]
    duties = responses[responses["item"].str.startswith(("q7[", "q13[", "q8"))]
    elsewhere = duties["unit_id"].map(programme) != "Yes"
    assert duties.loc[elsewhere, "level"].isna().all()
    assert set(duties.loc[elsewhere, "state"]) <= {"not_shown", "not_reached"}
