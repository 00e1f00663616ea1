"""Odds ratios: those of statsmodels' logit, also for the real intercommunal bodies."""

import csv

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.errors import StudyError
from barometre.explain import cases, odds
from barometre.explain.models import all_cases, regression
from barometre.explain.predictors import predictors
from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from barometre.ingest.units import lay_out
from tests.conftest import ROOT

RAW = ROOT / "data" / "raw"
STUDY = "epci-opendata"


def test_groups_compare_with_the_largest():
    units = pd.DataFrame({"group": ["CC", "CC", "CA", "CU", None]}, index=list("abcde"))
    terms = cases.group_terms(units)
    assert list(terms) == ["group CA", "group CU"]
    assert terms["group CA"].tolist()[:4] == [0, 0, 1, 0] and np.isnan(terms["group CA"]["e"])


def test_a_study_without_groups_is_one_sentence():
    with pytest.raises(StudyError, match=r"units\.group"):
        cases.group_terms(pd.DataFrame({"group": [None, None]}))


@pytest.fixture(scope="module")
def settings():
    return study.load(RAW / STUDY)


@pytest.fixture
def epci(shared, settings, tmp_path):
    """Tables of the real study, read and laid out as its rules do."""
    folder = shared("realdata/epci_opendata")
    attributes = tmp_path / STUDY / "exports"
    attributes.mkdir(parents=True)
    (attributes / "epci_age_2017.csv").symlink_to(folder / "epci_age_2017.csv")
    codebook = codebooks.load(RAW / STUDY, settings["measure"]["themes"])
    read = read_exports([str(folder / "epci_measures.csv")], settings["exports"], codebook)
    cleaned = clean(read.answers, read.respondents, codebook, settings["clean"])
    laid_out = lay_out(cleaned.batch, codebook, settings["units"], str(tmp_path))
    return read, laid_out


def test_the_repeated_row_is_counted_and_said(epci):
    read, laid_out = epci
    said = read.reading.set_index("what")["found"]
    assert said["rows that say again what an earlier one said"] == "1"
    assert len(laid_out.units) == 1276
    assert laid_out.units.set_index("unit_id").at["200066876", "name"].startswith("CA de Ch")


def test_real_odds_ratios_are_those_of_statsmodels(epci, settings, shared):
    laid_out = epci[1]
    analysis = settings["analysis"]
    listed = [model for model in analysis["models"] if model["outcome"] == "listed"]
    analysis = {**analysis, "models": listed}
    known = predictors(laid_out.responses, laid_out.units, analysis, settings["fieldwork"])
    nothing = pd.DataFrame(columns=["unit_id", "index", "class"])
    read = cases.Tables(nothing, laid_out.responses, laid_out.units, nothing, known)
    made = all_cases(analysis, read)
    found = odds.odds_ratios(regression(made, analysis, 99, 1, STUDY), made)
    found = tables.check(found, "odds_ratios").set_index(["model", "term"])
    wanted = by_statsmodels(shared("realdata/epci_opendata"))
    for model, (frame, terms) in wanted.items():
        fit = sm.Logit(frame["y"], sm.add_constant(frame[terms])).fit(disp=0, tol=1e-12)
        row = found.loc[(model, "age_entity")]
        assert row["odds_ratio"] == pytest.approx(np.exp(10 * fit.params["age"]), rel=1e-5)
        assert [row["low"], row["high"]] == pytest.approx(
            np.exp(10 * fit.conf_int().loc["age"]).tolist(), rel=1e-4
        )
        assert (row["n"], row["n_yes"]) == (len(frame), frame["y"].sum())
    assert tuple(found.loc[("listed~age_entity", "age_entity"), ["n", "n_yes"]]) == (1266, 157)


def by_statsmodels(folder):
    """Model -> its rows and terms, straight from the two files."""
    with open(folder / "epci_measures.csv", encoding="utf-8", newline="") as source:
        listed = {
            row["siren"]: float(row["value"])
            for row in csv.DictReader(source)
            if (row["measure"], row["date"]) == ("od_listed", "2021-04")
        }
    frame = pd.read_csv(folder / "epci_age_2017.csv", dtype={"siren": str})
    frame["y"] = frame["siren"].map(listed)
    frame = frame.dropna(subset=["y"])
    frame["age"] = 2021 - frame["first_year"]
    frame["people"] = np.log(frame["pop"])
    form = frame["nature"].replace({"MET69": "METRO"})
    for name in ("CA", "CU", "METRO"):
        frame[name] = (form == name).astype(float)
    forms = ["CA", "CU", "METRO"]
    exact = frame[~frame["left_censored_1999"]]
    only = "[left_censored_1999=False]"
    return {
        "listed~age_entity": (frame, ["age"]),
        "listed~age_entity+log_population": (frame, ["age", "people"]),
        "listed~age_entity+group": (frame, ["age", *forms]),
        "listed~age_entity+log_population+group": (frame, ["age", "people", *forms]),
        f"listed~age_entity{only}": (exact, ["age"]),
        f"listed~age_entity+log_population+group{only}": (exact, ["age", "people", *forms]),
    }
