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
