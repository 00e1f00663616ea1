"""A raw SurveyMonkey export of 2,681 rows, and small ones made here."""

import pytest

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import surveymonkey
from tests.unit.ingest import made

OSPO = "realdata/ospo_survey/2019_results.csv"


def counts(export, item: str) -> dict:
    return export.answers[export.answers["item"] == item]["value"].value_counts().to_dict()


def test_ospo_has_the_rows_and_columns_of_its_provenance(shared):
    export = surveymonkey.read(shared(OSPO), {}, None)
    found = export.reading.set_index("what")["found"]
    assert len(export.respondents) == 2681
    assert found["columns"] == "251"
    assert found["encoding"] == "utf-8"
    assert export.respondents["complete"].sum() == 1632
    assert counts(export, "q1") == {"Duplicate, exclude": 31}
    assert counts(export, "q6") == {"No": 1297, "Yes": 960, "No, but planning one": 424}
    tables.check(export.answers, "answers")


def test_two_spellings_of_dont_know_are_one_answer(shared):
    export = surveymonkey.read(shared(OSPO), {}, None)
    assert counts(export, "q36")["Don't know"] == 345  # curly in the export
    assert counts(export, "q11")["Don't know"] == 57  # straight in the export


def test_ticked_boxes_are_y_and_dates_made_by_a_spreadsheet_are_told(shared):
    export = surveymonkey.read(shared(OSPO), {}, None)
    assert counts(export, "q2[1]") == {"Y": 2165}
    found = export.reading.set_index("what")["found"]
    suspects = found["answers that a spreadsheet turned into dates"]
    assert suspects == "q35 = 43475; q37 = 43470; q37 = 43626"


MADE = """Title line,,,,,,,
Respondent ID,Completed,Which tools?,,,How old?,Comment,
Respondent ID,Completed,Git,Don\u2019t know2,Other (please specify),Response,Open-Ended Response,
11,Yes,Git,,,1-2 years,fine,
12,No,,Don\u2019t know,Sub\u00a0version,,,
13,No,,,,,,
"""


def small(tmp_path, text=MADE, options=None, codebook=None):
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    return surveymonkey.read(path, options or {}, codebook)


def test_items_are_numbered_by_question_and_option(tmp_path):
    export = small(tmp_path)
    items = list(dict.fromkeys(export.answers["item"]))
    assert items == ["q1[1]", "q1[2]", "q1[other]", "q2", "q3"]
    given = export.answers.set_index(["respondent_id", "item"])["value"]
    assert given["12", "q1[2]"] == "Y"
    assert given["12", "q1[other]"] == "Sub version"


def test_items_may_be_renamed(tmp_path):
    export = small(tmp_path, options={"items": {"q1": "tools", "q2": "age"}})
    items = list(dict.fromkeys(export.answers["item"]))
    assert items == ["tools[1]", "tools[2]", "tools[other]", "age", "q3"]


def test_states_of_blanks(tmp_path):
    items = [made.item(code, "tick") for code in ("q1[1]", "q1[2]")]
    items += [made.item("q1[other]", "text", shown_if="q1[2]=Y"), made.item("q2", "text")]
    items.append(made.item("q3", "text", "personal"))
    export = small(tmp_path, codebook=made.codebook(tmp_path / "codebook", items))
    state = export.answers.set_index(["respondent_id", "item"])["state"]
    assert state["11", "q1[2]"] == "empty"
    assert state["11", "q1[other]"] == "not_shown"
    assert state["12", "q2"] == "not_reached"
    assert state["13", "q1[1]"] == "not_reached"
    assert "q3" not in set(export.answers["item"])


def test_another_tools_file_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no row begins with 'Respondent ID'"):
        small(tmp_path, "id,submitdate\n1,2\n")


def test_the_older_ospo_export_has_its_counts_and_its_times(shared):
    export = surveymonkey.read(shared("realdata/ospo_survey/2018_results.csv"), {}, None)
    found = export.reading.set_index("what")["found"]
    assert (len(export.respondents), found["columns"]) == (748, "174")
    assert counts(export, "q5") == {"No": 349, "Yes": 280, "No, but planning one": 119}
    assert found["start and end"] == "year first from a spreadsheet's day numbers"
    days = export.respondents["submitted"]
    assert (days.min(), days.max()) == ("2018-06-15", "2018-07-18")
    assert export.respondents["duration_seconds"].notna().all()


def test_three_heading_rows_are_one_wording(tmp_path):
    text = (
        "Respondent ID,Start Date,End Date,Budget and staff,,,\n,,,City,City,Region,Region\n"
        ",,,Budget,Staff,Budget,Staff\n1,01/31/2026 11:59:00 PM,02/01/2026 12:01:00 AM,5,6,7,8\n"
    )
    path = tmp_path / "e.csv"
    path.write_text(text, encoding="utf-8")
    form = surveymonkey.form(path, {}, None)
    assert [item.code for item in form.items] == [f"q1[{n}]" for n in range(1, 5)]
    assert form.items[2].label == "Budget and staff | Region | Budget"
    person = surveymonkey.read(path, {}, None).respondents.iloc[0]
    assert (person["submitted"], person["duration_seconds"]) == ("2026-02-01", 120)


def test_dates_that_can_be_read_in_two_ways_are_not_guessed(tmp_path):
    text = "Respondent ID,End Date,Size\n,,Response\n1,03/04/2026 10:00,12\n"
    export = small(tmp_path, text)
    assert export.respondents["submitted"].isna().all()
    assert "cannot be told apart" in export.reading.set_index("what")["found"]["start and end"]
    export = small(tmp_path, text, {"dates": "mdy"})
    assert list(export.respondents["submitted"]) == ["2026-03-04"]


def test_a_workbook_gives_the_same_as_the_csv(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for line in MADE.splitlines():
        book.active.append([cell or None for cell in line.split(",")])
    book.save(tmp_path / "export.xlsx")
    theirs = surveymonkey.read(tmp_path / "export.xlsx", {}, None)
    assert theirs.answers.equals(small(tmp_path).answers)
