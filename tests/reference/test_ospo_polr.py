"""Ordered logits of ospo-2019 against MASS::polr (R), which reads the raw export by itself.

`ospo_polr/polr.R` is the script, `ospo_polr/expected.json` its result; the rows are chosen twice,
in R and by the study's own folder, so equal numbers mean equal rows too.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.explain import models
from barometre.explain.cases import Tables
from barometre.explain.predictors import predictors
from barometre.ingest.clean import batch_of, clean
from barometre.ingest.read import read_exports
from barometre.ingest.units import lay_out

EXPECTED = json.loads(
    (Path(__file__).parent / "ospo_polr" / "expected.json").read_text(encoding="utf-8")
)
MODELS = [name for name in EXPECTED if "~" in name]


@pytest.fixture(scope="module")
def export():
    """The raw export, wherever the shared folder is."""
    from tests.conftest import SHARED

    path = SHARED / "realdata" / "ospo_survey" / "2019_results.csv"
    if not path.exists():
        pytest.skip("needs shared/realdata/ospo_survey, which is not beside this checkout")
    return path


@pytest.fixture(scope="module")
def made(export):
    """Settings, responses and rows of the regression table, made from the raw export."""
    raw = Path(__file__).parents[2] / "data" / "raw"
    settings = study.load(raw / "ospo-2019")
    codebook = codebooks.load(raw / "ospo-2019", settings["measure"]["themes"])
    read = read_exports([export], settings["exports"], codebook)
    with_duplicates = batch_of(read.answers, read.respondents)
    cleaned = clean(read.answers, read.respondents, codebook, settings["clean"])
    laid = lay_out(cleaned.batch, codebook, settings["units"], str(raw))
    known = predictors(laid.responses, laid.units, settings["analysis"], settings["fieldwork"])
    nothing = pd.DataFrame({"unit_id": laid.units["unit_id"]})
    frames = Tables(
        index=nothing.assign(index=float("nan")),
        responses=laid.responses,
        units=laid.units,
        classes=nothing.assign(**{"class": "unknown"}),
        predictors=known,
    )
    rows = models.all_cases(settings["analysis"], frames)
    table = models.regression(rows, settings["analysis"], 99, seed=1, study="ospo-2019")
    return with_duplicates, laid, known, table


@pytest.mark.parametrize("name", MODELS)
def test_slope_cuts_and_error_equal_polr(made, name: str) -> None:
    outcome, predictor = name.split(" ~ ")
    table = made[3]
    rows = table[
        (table["outcome"] == outcome)
        & table["model"].str.startswith(f"{outcome}~{predictor}")
        & (table["estimator"] == "ordered_logit")
    ]
    wanted = EXPECTED[name]
    assert set(rows["n"]) == {wanted["n"]}
    slope = rows[rows["term"] == predictor].iloc[0]
    assert slope["estimate"] == pytest.approx(wanted["slope"], abs=1e-5)
    assert slope["std_error"] == pytest.approx(wanted["std_error"], abs=1e-5)
    cuts = rows.loc[rows["term"].str.startswith("cut "), "estimate"]
    assert list(cuts) == pytest.approx(wanted["cuts"], abs=1e-5)


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
