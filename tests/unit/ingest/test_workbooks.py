"""Questionnaires as workbooks: blocks, tables, placeholders, marks, and what is wrong with them."""

from pathlib import Path

import openpyxl
import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.errors import StudyError
from barometre.ingest import workbooks
from barometre.ingest.read import read_exports

RAW = Path(__file__).parents[3] / "data" / "raw"
OPTIONS = {
    "sheet": "Form",
    "columns": {"number": "A", "question": "B", "answer": "C", "mark": "E"},
    "heading": "ID",
    "unit": "^([A-Z]{2})_",
    "blocks": {"r": "About you", "q": "Dimension 1"},
    "placeholder": "select answer( for .*)?",
    "tables": {"q2": {"heading_rows": 1, "answers": 2}, "q3": {"heading_rows": 1, "answers": 1}},
    "marks": ["q4"],
}
HEAD = ("ID", "Question", "Answer", "Why", "Score")
FORM = [
    (None, None, None, "Total Score:", 30),
    (None, "About you", None, None, None),
    HEAD,
    (1, "Your name?", "N/A", "Ada L.", "N/A"),
    (None, "Dimension 1: policy", None, None, 30),
    HEAD,
    (1, "A policy?", "Yes", "See https://example.org", 20),
    (2, "Progress?", "no ", None, 0),
    (None, "Topics", "roles", "law", None),
    (None, "Maps", 3, "N/A", None),
    (None, "Weather", "Select answer", 5, None),
    ("3a", "A plan?", "Select answer for Q3a", None, 0),
    (3, "Means?", "YES", "words", 10),
    (None, "Means", "listed", None, None),
    (None, "Surveys", "No", "secret words", None),
    (4, "Challenges?", "N/A", "many", "N/A"),
]


def book(path: Path, rows=FORM, sheet: str = "Form") -> Path:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def test_numbers_come_again_in_another_block_and_tables_follow_their_question(tmp_path) -> None:
    found = workbooks.lines(book(tmp_path / "AA_form.xlsx"), OPTIONS)
    assert [line.item for line in found] == [
        "r1", "q1", "q2", "q2[1_1]", "q2[1_2]", "q2[2_1]", "q2[2_2]", "q3a", "q3", "q3[1]", "q4",
    ]  # fmt: skip
    assert found[1] == workbooks.Line(row=7, item="q1", answer="Yes", mark="20")
    assert [line.answer for line in found[3:7]] == ["3", "N/A", "Select answer", "5"]


def test_answers_in_small_letters_with_their_spaces_and_marks_where_asked(tmp_path) -> None:
    paths = [book(tmp_path / "AA_form.xlsx")]
    paths.append(book(tmp_path / "BB_form.xlsx", [*FORM[:-1], (4, "Challenges?", "N/A", "x", 10)]))
    export = workbooks.read(paths, OPTIONS, None)
    wide = export.answers.pivot(index="respondent_id", columns="item", values="value")
    states = export.answers.pivot(index="respondent_id", columns="item", values="state")
    assert wide.loc["AA", ["q1", "q2", "q2[1_1]", "q2[1_2]", "q3", "q3[1]"]].tolist() == [
        "yes", "no ", "3", "n/a", "yes", "no",
    ]  # fmt: skip
    assert states.loc["AA", ["q3a", "q2[2_1]", "q4"]].tolist() == ["empty"] * 3
    assert wide.at["BB", "q4"] == "10" and states.at["BB", "q4"] == "answered"
    assert export.respondents["source_file"].tolist() == ["AA_form.xlsx", "BB_form.xlsx"]
    found = export.reading.set_index(["file", "what"])["found"]
    assert found["AA_form.xlsx", "left at the placeholder, read as blank"] == "2"
    assert found["AA_form.xlsx", "answers with outer spaces, kept"] == "q2"


def test_free_text_beside_the_answers_never_leaves_the_file(tmp_path) -> None:
    export = workbooks.read([book(tmp_path / "AA_form.xlsx")], OPTIONS, None)
    told = " ".join([*export.answers["value"].fillna(""), *export.reading["found"]])
    for words in ("Ada", "example.org", "secret", "many"):
        assert words not in told


@pytest.mark.parametrize(
    ("name", "rows", "sheet", "change", "words"),
    [
        ("form.xlsx", FORM, "Form", {}, "name does not tell its unit"),
        ("AA_f.xlsx", FORM, "Other", {}, "no sheet 'Form'; the sheets are Other"),
        ("AA_f.xlsx", FORM[:4], "Form", {}, "no row begins with 'Dimension 1'"),
        ("AA_f.xlsx", [*FORM, (1, "Again?", "Yes", "", 5)], "Form", {}, "row 17: .* in row 7"),
        ("AA_f.xlsx", FORM, "Form", {"placeholder": None}, "'exports.options.placeholder'"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence(tmp_path, name, rows, sheet, change, words) -> None:
    options = {key: value for key, value in {**OPTIONS, **change}.items() if value is not None}
    with pytest.raises(StudyError, match=words):
        workbooks.read([book(tmp_path / name, rows, sheet)], options, None)


def test_a_file_that_is_no_workbook_and_another_edition_stop(tmp_path) -> None:
    broken = tmp_path / "AA_form.xlsx"
    broken.write_bytes(b"PK not a zip")
    with pytest.raises(StudyError, match="cannot be read as a workbook"):
        workbooks.read([broken], OPTIONS, None)
    paths = [book(tmp_path / "BB_form.xlsx"), book(tmp_path / "CC_form.xlsx", FORM[:-1])]
    with pytest.raises(StudyError, match=r"not those of BB_form\.xlsx \(q4 in one of them only\)"):
        workbooks.read(paths, OPTIONS, None)


def test_the_codebook_of_odm_2023_covers_the_35_workbooks(shared) -> None:
    settings = study.load(RAW / "odm-2023")
    codebook = codebooks.load(RAW / "odm-2023", settings["measure"]["themes"])
    folder = shared("realdata/odm2023_raw/xlsx")
    paths = [folder / row["file"] for row in study.downloads(RAW / "odm-2023")]
    export = read_exports(paths, settings["exports"], codebook)
    assert len(export.respondents) == 35 and "EL" in set(export.respondents["respondent_id"])
    assert export.answers["item"].nunique() == 222 and len(export.answers) == 35 * 222
    assert not export.answers["item"].str.startswith("r").any()
    scored = export.answers[export.answers["item"].isin(codebook.scored().index)]
    for item, own in scored.groupby("item"):
        assert set(own["value"].dropna()) <= set(codebook.levels(item)), item
    left = export.reading[export.reading["what"].str.startswith("left at")]["found"].astype(int)
    blank = export.answers[
        (export.answers["state"] == "empty") & (export.answers["item"] != "q24a")
    ]
    # One more placeholder stands in the personal block (R8), which is not kept.
    assert left.sum() == len(blank) + 1
    assert "none found" in set(export.reading["found"])
