"""The genuine exports against what was entered, cell by cell."""

import pandas as pd
import pytest

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import limesurvey
from tests.unit.ingest import made

# LimeSurvey itself writes a line break for the separator U+2028 of these two cells.
ALTERED_BY_THE_TOOL = {("29", "comm"), ("32", "comm2")}
FOLDER = "limesurvey/barometre/"
HEAD = "id,submitdate,lastpage,startlanguage,a,b"


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    """A function from `shared` to the codebook of the genuine survey, made once."""
    folder = tmp_path_factory.mktemp("survey")
    made_once = {}

    def load(shared):
        if "codebook" not in made_once:
            made_once["codebook"] = made.survey_codebook(shared, folder)
        return made_once["codebook"]

    return load


def beside_truth(export, shared) -> pd.DataFrame:
    """Cells read beside cells entered; personal items and display texts are not read."""
    both = made.truth(shared).merge(
        export.answers,
        left_on=["response_id", "export_header"],
        right_on=["respondent_id", "item"],
        suffixes=("_true", ""),
    )
    both["value"] = both["value"].fillna("")
    both["value_true"] = both["value_true"].str.replace("\r\n", "\n")
    # "Does not know" is an answer of the scale there, a state of its own here.
    both["state"] = both["state"].replace("unknown", "answered")
    return both


def differing(both: pd.DataFrame, what: str) -> set[tuple[str, str]]:
    rows = both[both[what] != both[f"{what}_true"]]
    return set(zip(rows["respondent_id"], rows["item"], strict=True))


@pytest.mark.parametrize("name", ["gui_code_short_comma_all.csv", "rpc_code_short_all.csv"])
def test_code_csv_equals_what_was_entered(shared, survey, name):
    export = limesurvey.read(shared(FOLDER + name), {}, survey(shared))
    both = beside_truth(export, shared)
    assert len(both) == 49 * 107
    assert differing(both, "value") == ALTERED_BY_THE_TOOL
    assert differing(both, "state") == set()


def test_workbook_equals_what_was_entered_but_for_outer_spaces(shared, survey):
    export = limesurvey.read(shared(FOLDER + "gui_code_short_all.xlsx"), {}, survey(shared))
    both = beside_truth(export, shared)
    both["value"] = both["value"].str.strip()
    both["value_true"] = both["value_true"].str.strip()
    assert differing(both, "value") == set()
    assert differing(both, "state") == set()
    found = export.reading.set_index("what")["found"]
    assert "cannot tell NULL from blank" in found["states"]


def test_full_answers_come_back_as_codes(shared, survey):
    export = limesurvey.read(shared(FOLDER + "gui_code_long_comma_all.csv"), {}, survey(shared))
    both = beside_truth(export, shared)
    assert differing(both, "value") == ALTERED_BY_THE_TOOL
    assert differing(both, "state") == set()


def test_every_response_and_none_invented(shared, survey):
    export = limesurvey.read(shared(FOLDER + "gui_code_short_comma_all.csv"), {}, survey(shared))
    tables.check(export.answers, "answers")
    people = tables.check(export.respondents, "respondents")
    assert list(people["respondent_id"]) == [str(number) for number in range(1, 50)]
    assert people["complete"].sum() == 43
    assert people.loc[48, "submitted"] == "2026-09-10"
    found = export.reading.set_index("what")["found"]
    assert found["encoding"] == "utf-8-sig"
    assert found["separator"] == "comma"
    assert found["texts only shown, left out"] == "srvintro"


def test_nothing_personal_leaves_the_reader(shared, survey):
    export = limesurvey.read(shared(FOLDER + "gui_code_short_comma_all.csv"), {}, survey(shared))
    meta = pd.read_csv(shared("limesurvey/truth_meta.csv"), dtype=str, keep_default_na=False)
    entered = made.truth(shared)
    secrets = set(entered.loc[entered["question_code"] == "idrep", "value"])
    secrets |= set(meta["token"]) | set(meta["ipaddr"]) | set(meta["seed"]) | set(meta["refurl"])
    secrets = {text for text in secrets if len(text) > 4}
    written = "\n".join(
        frame.to_csv(index=False) for frame in (export.answers, export.respondents, export.reading)
    )
    assert len(secrets) > 100
    free_texts = {text for text in secrets if text in "\n".join(entered.loc[
        ~entered["question_code"].isin(["idrep"]), "value"])}  # fmt: skip
    assert [text for text in sorted(secrets - free_texts) if text in written] == []


def test_other_heading_styles_are_refused_with_what_to_do(shared, survey):
    path = shared(FOLDER + "gui_full_long_semicolon_complete.csv")
    with pytest.raises(StudyError, match="export the responses again with 'Question code'"):
        limesurvey.read(path, {}, survey(shared))


def small(tmp_path, text: str, *items: dict):
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    return limesurvey.read(path, {}, made.codebook(tmp_path / "codebook", list(items)))


def states(export) -> dict[tuple[str, str], str]:
    rows = export.answers
    return dict(
        zip(zip(rows["respondent_id"], rows["item"], strict=True), rows["state"], strict=True)
    )


def test_null_is_not_shown_and_quoted_blank_is_empty(tmp_path):
    text = f'{HEAD}\n"1","2020-01-01","2","fr","x",\n"2","2020-01-01","2","fr","","y"\n'
    export = small(tmp_path, text, made.item("a", "text"), made.item("b", "text"))
    assert states(export)["2", "a"] == "empty"
    assert states(export)["1", "b"] == "not_shown"


def test_a_null_number_is_blank_unless_its_condition_says_otherwise(tmp_path):
    text = f'{HEAD}\n"1","2020-01-01","2","fr","N",\n"2","2020-01-01","2","fr","",\n'
    text += '"3","2020-01-01","2","fr","Y",\n'
    items = made.item("a", "yes_no"), made.item("b", "number", shown_if="a=Y")
    export = small(tmp_path, text, *items)
    assert [states(export)[one, "b"] for one in "123"] == ["not_shown", "not_shown", "empty"]


def test_pages_come_from_the_timings():
    columns = ["id", "a", "b[1]", "c", "interviewtime", "groupTime4", "aTime", "bTime"]
    found, told_by = limesurvey.pages([*columns, "groupTime7", "cTime"], None)
    assert found == {"a": 1, "b[1]": 1, "c": 2} and told_by == "from the timing columns"


def test_an_incomplete_response_ends_at_its_last_page(tmp_path):
    text = "id,submitdate,lastpage,a,b,groupTime1,aTime,groupTime2,bTime\n"
    text += '"1",,"1","x",,"3","3",,\n"2","2020-01-01","2","","z","3","3","2","2"\n'
    export = small(tmp_path, text, made.item("a", "text"), made.item("b", "text"))
    assert states(export)["1", "b"] == "not_reached"
    assert not export.respondents["complete"][0]


def test_an_item_that_is_not_in_the_codebook_stops(tmp_path):
    text = f'{HEAD}\n"1","2020-01-01","2","fr","x","y"\n'
    with pytest.raises(StudyError, match="column 'b' is not in codebook.csv; add a row"):
        small(tmp_path, text, made.item("a", "text"))


def test_masked_formulas_are_unmasked(tmp_path):
    text = f'{HEAD}\n"1","2020-01-01","2","fr","\'=1+1","+1"\n'
    export = small(tmp_path, text, made.item("a", "text"), made.item("b", "text"))
    assert list(export.answers["value"]) == ["=1+1", "+1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f'{HEAD}\n"1","2020-01-01","2","fr","x"\n', "record 2: 5 cells under 6 headings"),
        (f'{HEAD}\n"1","2020-01-01","2","fr","x","y\n', "line 2, cell 6: a quote is not closed"),
        (f'{HEAD}\n"1",,,,,\n"1",,,,,\n', "the response id 1 stands twice"),
        ("", "the file is empty"),
    ],
)
def test_half_a_file_is_refused(tmp_path, text, sentence):
    with pytest.raises(StudyError, match=sentence):
        small(tmp_path, text, made.item("a", "text"), made.item("b", "text"))
