"""The front door and the command: every reader by its name, several files, plain refusals."""

import pandas as pd
import pytest

from barometre.__main__ import main
from barometre.errors import StudyError
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of
from tests.unit.ingest import made

LIMESURVEY = "limesurvey/barometre/"


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_several_files_are_one_export(tmp_path):
    paths = [write(tmp_path, "a.csv", "id,q\n1,x\n"), write(tmp_path, "b.csv", "id,q\n2,y\n")]
    settings = {"reader": "table", "options": {"respondent": "id"}}
    export = read_exports(paths, settings, None)
    assert list(export.answers["value"]) == ["x", "y"]
    assert list(export.respondents["source_file"]) == ["a.csv", "b.csv"]
    with pytest.raises(StudyError, match="a.csv: the response id 1 also stands in another file"):
        read_exports([paths[1], paths[0], paths[0]], settings, None)


def test_an_item_of_the_codebook_that_no_export_has_stops(tmp_path):
    codebook = made.codebook(tmp_path / "c", [made.item("q", "text"), made.item("gone", "text")])
    path = write(tmp_path, "a.csv", "q\nx\n")
    with pytest.raises(StudyError, match="row 3: the item 'gone' is in none of the exports"):
        read_exports([path], {"reader": "table"}, codebook)


def test_addresses_that_the_codebook_missed_are_told(tmp_path):
    path = write(tmp_path, "a.csv", "q\nwrite me@x.example\nno\n")
    reading = read_exports([path], {"reader": "table"}, None).reading.set_index("what")["found"]
    assert "q (1)" in reading["e-mail addresses or telephone numbers"]


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("limesurvey/barometre/gui_code_short_comma_all.csv", "limesurvey"),
        ("limesurvey/barometre/rpc_code_short_all.csv", "limesurvey"),
        ("limesurvey/agents/gui_code_short_all.xlsx", "limesurvey"),
        ("limesurvey/barometre/survey_archive_452781.lsa", "limesurvey"),
        ("limesurvey/barometre/rpc_code_short_all.json", "limesurvey"),
        ("limesurvey/barometre/vvexport_452781_v2_all.csv", "limesurvey"),
        ("limesurvey/barometre/gui_all.sav", "limesurvey"),
        ("limesurvey/barometre/v2_survey_452781_SPSS_data_file.dat", "limesurvey"),
        ("realdata/spss_fixtures/simple_alltypes.sav", "statfile"),
        ("realdata/ospo_survey/2019_results.csv", "surveymonkey"),
        ("realdata/ospo_survey/2018_results.csv", "surveymonkey"),
    ],
)
def test_tools_are_recognised(shared, name, reader):
    assert reader_of(shared(name)) == reader


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gui_full_long_semicolon_complete.csv", "give the survey's structure with --structure"),
        ("gui_code_long_comma_all.csv", "the answers are full texts"),
        ("gui_code_short_yn_converted_1_2_comma_all.csv", "Y and N were converted"),
        ("tokens_452781.csv", "not recognised"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(shared, tmp_path, capsys, name, words):
    status = main(["read", str(shared(LIMESURVEY + name)), "--out", str(tmp_path / "out.csv")])
    last = capsys.readouterr().err.splitlines()
    assert status == 1
    assert len(last) == 1
    assert words in last[0]
    assert not (tmp_path / "out.csv").exists()


def test_read_writes_the_long_table(shared, tmp_path, capsys):
    path = shared("limesurvey/agents/gui_code_short_comma_all.csv")
    assert main(["read", str(path), "--out", str(tmp_path / "out.csv")]) == 0
    table = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    assert list(table.columns) == ["respondent_id", "item", "value", "state"]
    assert table["respondent_id"].nunique() == 1000
    assert "separator: comma" in capsys.readouterr().err


def test_staff_survey_equals_what_was_entered(shared):
    path = shared("limesurvey/agents/gui_code_short_comma_all.csv")
    export = read_exports([path], {"reader": "limesurvey"}, None)
    entered = pd.read_csv(
        shared("limesurvey/truth_agents_long.csv"), dtype=str, keep_default_na=False
    )
    part = entered["subquestion"].map(lambda code: f"[{code}]" if code else "")
    entered["item"] = entered["question_code"] + part
    both = entered.merge(
        export.answers.rename(columns={"respondent_id": "response_id"}),
        on=["response_id", "item"],
        suffixes=("_true", ""),
    )
    assert len(both) == len(entered)
    assert (both["value"].fillna("") == both["value_true"]).all()


def test_a_missing_file_is_named(tmp_path, capsys):
    assert main(["read", str(tmp_path / "no.csv"), "--out", "x"]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_what_is_not_recognised_is_not_quoted(shared, tmp_path, capsys):
    """LimeSurvey's SPSS data file has no headings: its first cell may be a person's name."""
    data = shared("limesurvey/barometre/v2_survey_452781_SPSS_data_file.dat")
    path = tmp_path / "answers.txt"
    path.write_bytes(data.read_bytes())
    assert main(["read", str(path), "--out", "none.csv"]) == 1
    said = capsys.readouterr().err
    first = path.read_text(encoding="utf-8-sig").split(",")[0].strip("'\"")
    assert len(first) > 3 and first not in said and "not recognised" in said


def test_a_structure_reads_full_texts_and_keeps_every_column(shared, tmp_path, capsys):
    """The same table from codes and from full texts, but for what either may call it."""
    structure = str(shared("limesurvey/structure/limesurvey_survey_452781.lss"))
    texts = []
    for name in ("gui_code_short_comma_all.csv", "gui_default_full_long_comma_all.csv"):
        out = tmp_path / name
        words = ["read", str(shared(LIMESURVEY + name)), "--structure", structure]
        assert main([*words, "--out", str(out)]) == 0
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]
    assert b"idrep[EMAIL]" in texts[0]
    assert "looks personal: idrep[EMAIL]" in capsys.readouterr().err


def test_a_study_may_name_the_structure_beside_its_exports(shared, tmp_path):
    name = "gui_default_full_long_comma_all.csv"
    path = tmp_path / name
    path.write_bytes(shared(LIMESURVEY + name).read_bytes())
    source = shared("limesurvey/structure/limesurvey_survey_452781.lss")
    (tmp_path / "survey.lss").write_bytes(source.read_bytes())
    settings = {"reader": "limesurvey", "options": {"structure": "survey.lss"}}
    assert len(read_exports([path], settings, None).answers) == 49 * 111
    (tmp_path / "survey.lss").unlink()
    with pytest.raises(StudyError, match=r"survey\.lss: there is no such file"):
        read_exports([path], settings, None)
