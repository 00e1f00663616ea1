"""`metropoles-opendata` through the project's own functions equals open_data_check.py.

That script, of the shared facts, reads the same tables and fits with statsmodels; its printed
figures stand here, so the comparison needs nothing beside the checkout.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.explain import cases, models, predictors
from barometre.ingest import units
from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from barometre.publish.counting import ways_of_counting

RAW = Path(__file__).parents[2] / "data" / "raw"
# Predictor: slope, p of least squares with HC3.
PRINTED = {
    "age_status": (0.612970, 0.0820),
    "age_predecessor": (0.032217, 0.0607),
    "earliness_opening": (0.244696, 0.0019),
}
DATES = 0.1542  # of all 5,040 orders of the seven status dates
UNKNOWN = {"Dijon Métropole", "Metz Métropole", "Métropole Rouen Normandie",
           "Métropole du Grand Paris"}  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> dict:
    return study.load(RAW / "metropoles-opendata")


@pytest.fixture(scope="module")
def laid_out(settings: dict) -> units.LaidOut:
    folder = RAW / "metropoles-opendata"
    codebook = codebooks.load(folder, settings["measure"]["themes"])
    export = read_exports(study.export_files(settings, folder), settings["exports"], codebook)
    cleaned = clean(export.answers, export.respondents, codebook, settings["clean"])
    return units.lay_out(cleaned.batch, codebook, settings["units"], str(RAW))


@pytest.fixture(scope="module")
def regression(settings: dict, laid_out: units.LaidOut) -> pd.DataFrame:
    """Models of the portal total; the index is not needed and left unknown."""
    plan = settings["analysis"]
    plan = {**plan, "models": [one for one in plan["models"] if one["outcome"] == "portal_total"]}
    ids = laid_out.units["unit_id"]
    frames = cases.Tables(
        index=pd.DataFrame({"unit_id": ids, "index": np.nan}),
        responses=laid_out.responses,
        units=laid_out.units,
        classes=pd.DataFrame({"unit_id": ids, "class": "unknown"}),
        predictors=predictors.predictors(
            laid_out.responses, laid_out.units, plan, settings["fieldwork"]
        ),
    )
    rows = models.all_cases(plan, frames)
    return models.regression(rows, plan, 100_000, seed=1, study="metropoles-opendata")


def row(table: pd.DataFrame, model: str, cov_type: str, term: str | None = None) -> pd.Series:
    term = term or model.split("~")[1].split("+")[0].strip()
    found = table.query("model == @model and cov_type == @cov_type and term == @term")
    assert len(found) == 1, f"{model}, {cov_type}, {term}: {len(found)} rows"
    return found.iloc[0]


def test_all_22_are_kept_and_four_are_unknown(laid_out: units.LaidOut) -> None:
    assert len(laid_out.units) == 22
    total = laid_out.responses.query("item == 'od_portal_total_datasets'").set_index("unit_id")
    names = laid_out.units.set_index("unit_id")["name"]
    assert set(names[total.index[total["level"].isna()]]) == UNKNOWN
    assert (total["level"] != 0).all(), "unknown is not zero"


@pytest.mark.parametrize("predictor", PRINTED)
def test_slopes_and_p_values(regression: pd.DataFrame, predictor: str) -> None:
    slope, p_hc3 = PRINTED[predictor]
    found = row(regression, f"portal_total~{predictor}", "HC3")
    assert found["n"] == 18
    assert found["estimate"] == pytest.approx(slope, abs=1e-6)
    assert found["p_value"] == pytest.approx(p_hc3, abs=5.1e-5)


def test_status_age_permuted_by_date(regression: pd.DataFrame) -> None:
    """The one p-value that takes the seven dates for what they are."""
    found = row(regression, "portal_total~age_status", "HC2-BM")
    assert found["permutation_unit"].startswith("7 metropole_since, 5040 enumerated")
    assert found["p_value_permutation"] == pytest.approx(DATES, abs=5.1e-5)


def test_slopes_equal_a_fit_from_the_raw_files(regression: pd.DataFrame) -> None:
    """From the CSV to the slope in numpy alone, to machine precision."""
    text = {"siren": str}
    measures = pd.read_csv(
        RAW / "metropoles-opendata" / "exports" / "metropole_measures.csv", dtype=text
    )
    total = measures.query("measure == 'od_portal_total_datasets' and date == '2022-10'")
    known = (
        pd.read_csv(RAW / "register" / "metropoles.csv", dtype=text)
        .merge(total[["siren", "value"]], on="siren")
        .merge(
            pd.read_csv(RAW / "register" / "first_open_data_year.csv", dtype=text).drop(
                columns="name"
            ),
            on="siren",
        )
    )
    day = pd.Timestamp("2021-04-08")
    status = (day - pd.to_datetime(known["metropole_since"])).dt.days / 365.25
    earliness = 2022 - known["first_open_data_year"]
    y = np.log1p(known["value"].astype(float))
    people = np.log(known["population"].astype(float))
    for name, columns in {
        "portal_total~age_status": [status],
        "portal_total~earliness_opening": [earliness],
        "portal_total~age_status+log_population": [status, people],
        "portal_total~age_status+earliness_opening": [status, earliness],
    }.items():
        design = np.column_stack([np.ones(len(y)), *columns])
        slope = np.linalg.lstsq(design, y, rcond=None)[0][1]
        assert row(regression, name, "HC3")["estimate"] == pytest.approx(slope, abs=1e-9)


def test_the_readme_of_the_facts(regression: pd.DataFrame) -> None:
    """Status age with log population 0.57, with earliness beside it 0.42."""
    adjusted = row(regression, "portal_total~age_status+log_population", "HC3")
    assert adjusted["estimate"] == pytest.approx(0.57, abs=0.005)
    beside = row(regression, "portal_total~age_status+earliness_opening", "HC3")
    assert beside["estimate"] == pytest.approx(0.42, abs=0.005)


# The table of shared/facts/README.md: slope with its interval, p of OLS, of HC3, of permuted units,
# of permuted dates; digits as printed there.
README = {
    "age of the status of métropole": ("0.61 [0.29, 0.94]", 0.001, 0.08, 0.001, 0.15),
    "age of the form before": ("0.032 [0.00, 0.07]", 0.06, 0.06, 0.06, None),
    "years since the opening of data": ("0.25 [0.10, 0.39]", 0.003, 0.002, 0.003, None),
}


@pytest.mark.parametrize("predictor", README)
def test_the_page_gives_the_table_of_the_facts(regression, settings, predictor: str) -> None:
    table = ways_of_counting(regression, settings["analysis"], "en")
    alone = table[(table["predictor"] == predictor) & (table["adjusted_for"] == "–")]
    found = alone[alone["outcome"].str.contains("portal")].iloc[0]
    slope, *p_values = README[predictor]
    printed, wanted = (
        [float(part.replace("−", "-")) for part in re.findall(r"[−\d.]+", text)]
        for text in (found["slope"], slope)
    )
    # 0.24470 stands as 0.25 there, rounded up from 0.245.
    assert printed == pytest.approx(wanted, abs=0.0055)
    columns = ("p_value_ols", "p_value_hc3", "p_value_units", "p_value_dates")
    for column, value in zip(columns, p_values, strict=True):
        if value is None:
            assert np.isnan(found[column]), column
        else:
            digits = len(f"{value:g}".partition(".")[2])
            assert found[column] == pytest.approx(value, abs=0.6 * 10**-digits), column


def test_the_script_still_prints_these_figures(shared) -> None:
    """The shipped tables are those the script reads."""
    for name in ("metropoles.csv", "first_open_data_year.csv"):
        ours = RAW / "register" / name
        assert ours.read_bytes() == shared(f"facts/{name}").read_bytes()
    ours = RAW / "metropoles-opendata" / "exports" / "metropole_measures.csv"
    assert ours.read_bytes() == shared("facts/metropole_measures.csv").read_bytes()
