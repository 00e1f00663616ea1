"""Open surveys read by the front door: every table of ../shared/realdata not in the tools' test.

Rows and columns are those of each PROVENANCE.md; where that gives none, those of the raw text. A
table of one row per respondent has its columns as items, but for the one that names them.
"""

import csv
from pathlib import Path

import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.errors import StudyError
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of

ODM = Path(__file__).parents[2] / "data" / "raw" / "odm-2023"
RSE = {"respondent": "column 1", "code_ends": ". "}
SIREN = {"respondent": "siren"}
RECOGNISED = [
    ("ospo_survey/2018_results.csv", "surveymonkey", 748, 174),
    ("ospo_survey/2019_results.csv", "surveymonkey", 2681, 251),
    ("kobo_xlsform/data.xlsx", "kobo", 5, 25),
]
WIDE = [
    ("rse_survey_limesurvey/2017_de_public_data.csv", RSE, 325, 248),
    ("rse_survey_limesurvey/2017_uk_public_data.csv", RSE, 253, 245),
    ("gtmi/gtmi_groups_2020_2022_2025.xlsx", {}, 598, 9),
    ("epci_opendata/epci_age_2017.csv", SIREN, 1267, 9),
    ("epci_opendata/insee_controls.csv", SIREN, 1254, 6),
    ("odm2023_raw/00_scoring.csv", {"respondent": "ID"}, 172, 2),
    ("odm2023_raw/official_scores_extracted.csv", {"respondent": "country"}, 35, 6),
]
SPSS = [
    ("hebrews.sav", 99, 1),
    ("missing_test.sav", 2, 1),
    ("ordered_category.sav", 4, 1),
    ("sample.sav", 5, 7),
    ("sample_missing.sav", 7, 7),
    ("simple_alltypes.sav", 6, 12),
]
ELEMENTS = [
    "Indicator coverage and disaggregation",
    "Data available last 5 years",
    "Data available last 10 years",
    "First administrative level",
    "Second administrative level",
    "Machine readable",
    "Non-proprietary",
    "Download options",
    "Metadata available",
    "Terms of use",
]
ODIN = {
    "respondent": "Country Code",
    "item": "Data categories",
    "value": {name: f"e{place}" for place, name in enumerate(ELEMENTS, 1)},
    "footer_rows": 4,
    "except": {"Data categories": "All Categories"},
    "states": {"-": "unknown"},
}
GTMI = {"respondent": "cc_iso3c", "item": "variable", "value": "value"}
EPCI = {"respondent": "siren", "item": "measure", "value": "value"}


def read(path, reader, options=None):
    return read_exports([path], {"reader": reader, "options": options or {}}, None)


def found(export, what):
    return export.reading.set_index("what").at[what, "found"]


def value(export, respondent, item):
    own = export.answers["respondent_id"].eq(respondent) & export.answers["item"].eq(item)
    return export.answers.loc[own, "value"].item()


@pytest.mark.parametrize(("name", "reader", "rows", "columns"), RECOGNISED)
def test_a_recognised_file_has_the_shape_of_its_provenance(shared, name, reader, rows, columns):
    path = shared(f"realdata/{name}")
    assert reader_of(path) == reader
    export = read(path, reader)
    assert len(export.respondents) == rows
    assert found(export, "columns").partition(",")[0] == str(columns)
    assert len(export.answers) == rows * export.answers["item"].nunique()


@pytest.mark.parametrize(("name", "options", "rows", "columns"), WIDE)
def test_a_plain_table_has_the_shape_of_its_provenance(shared, name, options, rows, columns):
    export = read(shared(f"realdata/{name}"), "table", options)
    assert len(export.respondents) == rows
    assert export.answers["item"].nunique() + ("respondent" in options) == columns
    assert len(export.answers) == rows * export.answers["item"].nunique()


@pytest.mark.parametrize(("name", "rows", "columns"), SPSS)
def test_an_spss_file_has_its_cases_and_variables(shared, name, rows, columns):
    path = shared(f"realdata/spss_fixtures/{name}")
    assert reader_of(path) == "statfile"
    export = read(path, "statfile")
    assert (len(export.respondents), export.answers["item"].nunique()) == (rows, columns)


def test_the_three_classes_of_the_ospo_surveys_have_their_published_counts(shared):
    for year, counts in ((2018, [349, 280, 119]), (2019, [1297, 960, 424])):
        export = read(shared(f"realdata/ospo_survey/{year}_results.csv"), "surveymonkey")
        classes = export.answers[export.answers["value"].eq("No, but planning one")]
        assert classes["item"].nunique() == 1
        own = export.answers[export.answers["item"].eq(classes["item"].iloc[0])]
        assert own["value"].value_counts().tolist() == counts


def test_kobo_has_the_lines_of_its_repeat_and_its_form(shared):
    export = read(shared("realdata/kobo_xlsform/data.xlsx"), "kobo")
    assert found(export, "repeat members") == "12 lines, 13 columns"
    ages = export.answers[export.answers["item"].str.endswith(".age")]
    assert ages["state"].eq("answered").sum() == 12
    assert value(export, "20759478", "members[1].age") == "56"
    assert value(export, "20759478", "members[1].sex") == "male"
    assert value(export, "20759478", "reason/accomodation") == "Y"


def test_kobo_likert_is_read_with_its_form(shared):
    """Its headings carry none of the tool's own columns, so the tool has to be named."""
    path = shared("realdata/kobo_xlsform/data_likert.xlsx")
    with pytest.raises(StudyError, match="not recognised from its 18 headings"):
        reader_of(path)
    export = read(path, "kobo", {"structure": "form_likert.xlsx"})
    assert (len(export.respondents), export.answers["item"].nunique()) == (120, 18)
    assert value(export, "1", "return_ven") == "unlikely"
    assert value(export, "1", "movement_increse") == "likely"


def test_rse_answers_lose_their_byte_order_marks(shared):
    """The British file as published here has none, though its PROVENANCE.md counts 2721."""
    for land, marks in (("de", 530), ("uk", 0)):
        path = shared(f"realdata/rse_survey_limesurvey/2017_{land}_public_data.csv")
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))[1:]
        assert sum("\ufeff" in cell for row in rows for cell in row) == marks
        export = read(path, "table", RSE)
        assert not export.answers["value"].str.contains("\ufeff").any()
    assert value(export, "1", "socio1") == "United Kingdom"
    assert value(export, "1", "edu1") == "Doctorate"


def test_odin_has_its_countries_categories_and_elements(shared):
    export = read(shared("realdata/odin2022/ODIN_03222024.csv"), "long_table", ODIN)
    items = export.answers["item"].drop_duplicates()
    assert (len(export.respondents), len(items), len(export.answers)) == (195, 220, 42_900)
    assert found(export, "encoding") == "cp1252"
    assert found(export, "rows passed over (exports.options.except)") == "195"
    population = export.answers["item"].str.startswith("Population")
    own = export.answers[population & export.answers["respondent_id"].eq("BDI")]
    assert own["value"].tolist() == ["0", "0", "0", "0", "0", "0", "1", "0", "0.5", "0"]


def test_gtmi_has_its_scores_and_groups(shared):
    export = read(shared("realdata/gtmi/gtmi_2022_metadata.csv"), "long_table", GTMI)
    assert (len(export.respondents), export.answers["item"].nunique()) == (198, 29)
    assert len(export.answers) == 5742 and export.answers["state"].eq("answered").all()
    assert value(export, "AFG", "gtmi_backend") == "0.75"
    assert value(export, "AFG", "gtmi_fiscal") == "4.5"
    groups = read(shared("realdata/gtmi/gtmi_groups_2020_2022_2025.xlsx"), "table").answers
    table = groups.pivot(index="respondent_id", columns="item", values="value")
    counts = table[table["year"].eq("2022")]["grp"].value_counts().to_dict()
    assert counts == {"A": 69, "C": 53, "B": 46, "D": 30}
    assert {"42", "47", "80"} <= set(table["grp"])


@pytest.mark.parametrize(("date", "listed"), [("2021-04", 158), ("2022-10", 170)])
def test_the_publishing_epci_of_each_edition_are_those_of_the_provenance(shared, date, listed):
    """Counted, as there, among the bodies of 2017 that have an age; Lille changed its SIREN."""
    path = shared("realdata/epci_opendata/epci_measures.csv")
    export = read(path, "long_table", {**EPCI, "where": {"date": date}})
    aged = read(shared("realdata/epci_opendata/epci_age_2017.csv"), "table", SIREN)
    own = export.answers[export.answers["item"].eq("od_listed")]
    sirens = aged.respondents["respondent_id"].replace({"245900410": "200093201"})
    own = own[own["respondent_id"].isin(sirens)]
    assert own["value"].eq("1").sum() == listed


def test_odm_has_its_countries_and_scored_questions(shared):
    folder = shared("realdata/odm2023_raw/xlsx")
    settings = study.load(ODM)
    codebook = codebooks.load(ODM, settings["measure"]["themes"])
    paths = [folder / row["file"] for row in study.downloads(ODM)]
    export = read_exports(paths, settings["exports"], codebook)
    assert len(paths) == len(export.respondents) == 35
    table = read(shared("realdata/odm2023_raw/00_scoring.csv"), "table", {"respondent": "ID"})
    weights = table.answers[table.answers["value"].str.fullmatch("[0-9]+").eq(True)]
    scored = set("q" + weights["respondent_id"])
    assert (len(scored), weights["value"].astype(int).sum()) == (162, 2540)
    assert scored - set(codebook.scored().index) == {"q27b"}  # its weight is 0
    assert scored <= set(export.answers["item"])
    assert value(export, "FR", "q1") == "yes"


def test_odm_as_numbers_wrote_it_is_refused_in_one_sentence(shared):
    """The reader of questionnaire files takes workbooks; the 35 CSV say the same as those."""
    path = shared("realdata/odm2023_raw/csv/FR_ODM 2023.csv")
    with pytest.raises(StudyError, match="this cannot be read as a workbook"):
        read(path, "workbooks", study.load(ODM)["exports"]["options"])
