"""A codebook drafted from a questionnaire, and a questionnaire from a codebook, and back."""

import csv

import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre.__main__ import main
from barometre.errors import StudyError
from barometre.ingest import draft, draft_sources, fielded, questions, relevance
from barometre.ingest.problems import problems

SOURCES = (
    "structure/limesurvey_survey_452781.txt",
    "structure/limesurvey_survey_452781.lss",
    "barometre/survey_archive_452781.lsa",
)
EXPORT = "barometre/gui_code_short_comma_all.csv"


def made(tmp_path, shared, source, export=EXPORT, name="next"):
    raw = tmp_path / "raw"
    raw.mkdir(exist_ok=True)
    words = ["new", name, "--from", str(shared(f"limesurvey/{source}")), "--raw", str(raw)]
    words += ["--export", str(shared(f"limesurvey/{export}"))] if export else []
    assert main(words) == 0
    return raw / name


@pytest.mark.parametrize("source", SOURCES)
def test_a_structure_gives_the_items_of_its_exports_in_order(shared, source):
    truth = pd.read_csv(shared("limesurvey/truth_long.csv"), dtype=str, keep_default_na=False)
    asked = truth[truth["question_type"] != "X"]["export_header"].drop_duplicates()
    read = questions.read_questions(shared(f"limesurvey/{source}"))
    assert [item for one in read for item, *_ in questions.items(one)] == list(asked)


@pytest.mark.parametrize("source", [*SOURCES, EXPORT])
def test_a_new_study_passes_the_check(tmp_path, shared, source):
    folder = made(tmp_path, shared, source, None if source == EXPORT else EXPORT)
    assert problems(folder) == []
    assert "Guesses to review" in (folder / "PROVENANCE.md").read_text(encoding="utf-8")


def test_every_structure_gives_the_same_codebook(tmp_path, shared):
    texts = set()
    for at, source in enumerate(SOURCES):
        folder = made(tmp_path, shared, source, name=f"s{at}")
        texts.add((folder / "codebook.csv").read_bytes() + (folder / "scales.csv").read_bytes())
    assert len(texts) == 1


def test_answers_conditions_and_languages_are_those_of_the_structure(tmp_path, shared):
    codebook = codebooks.load(made(tmp_path, shared, SOURCES[0]))
    assert codebook.levels("gov3[SQ001]") == pytest.approx(
        {**{str(level): level for level in range(6)}, "NSP": float("nan")}, nan_ok=True
    )
    assert codebook.states("gov3[SQ001]")["NSP"] == "unknown"
    assert list(codebook.levels("adm1[SQ001]")) == [f"AO0{n}" for n in range(1, 6)]
    assert list(codebook.levels("data6[SQ001][2]")) == ["P1", "P2", "P3"]
    assert "-oth-" in codebook.levels("idtype")
    shown = codebook.items["shown_if"]
    assert shown["inc3"] == "inc2[SQ001]=Y" and shown["gov2"] == "gov1=Y"
    assert codebook.label("idtype", "fr") == "Statut de l'établissement"
    assert codebook.label("idtype", "en") == "Legal status"
    roles = codebook.items["role"]
    assert set(roles[["idrep[NOM]", "idrep[EMAIL]", "idrep[PRENOM]"]]) == {"personal"}
    assert roles["nomcoll"] == "unit" and roles["prio[1]"] == "priority"


@pytest.mark.parametrize(
    ("labels", "levels"),
    [
        (["Pas du tout d'accord", "Neutre", "Tout à fait d'accord"], ["0", "1", "2"]),
        (["Tout à fait d'accord", "Neutre", "Pas du tout d'accord"], ["2", "1", "0"]),
        (["Very good", "Good", "Very poor"], ["2", "1", "0"]),
        (["Rare", "Frequent", "Ne sait pas"], ["0", "1", None]),
    ],
)
def test_the_direction_of_a_scale_is_guessed_by_its_ends(labels, levels):
    answers = {f"A{at}": {"fr": text} for at, text in enumerate(labels)}
    guessed, _ = draft.levels_of(answers)
    assert [guessed.get(code) for code in answers] == levels


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("1", ""),
        ('gov1.NAOK == "Y"', "gov1=Y"),
        ('(a.NAOK == "1" or a.NAOK == "2")', "a=1|2"),
        ("a_SQ1.NAOK == \"Y\" and b == 'N'", "a[SQ1]=Y & b=N"),
        ("sum(a, b) > 3", None),
        ('a == "1" or b == "2"', None),
    ],
)
def test_conditions(expression, told):
    assert relevance.condition_of(expression) == told


def test_codebook_to_limesurvey_and_back(tmp_path, shared):
    """Same codes, types and answers; and the columns of LimeSurvey's own file."""
    folder = made(tmp_path, shared, SOURCES[0])
    out = tmp_path / "q.txt"
    assert main(["questionnaire", str(folder), "--as", "limesurvey", "--out", str(out)]) == 0
    genuine = shared(f"limesurvey/{SOURCES[0]}")
    assert out.read_bytes().split(b"\n")[0] == genuine.read_bytes().split(b"\n")[0].rstrip(b"\r")
    with open(out, encoding="utf-8", newline="") as source:
        classes = [row["class"] for row in csv.DictReader(source, delimiter="\t")]
    assert set(classes) == {"S", "SL", "G", "Q", "SQ", "A"}
    again = questions.read_questions(out)
    before = [one for one in questions.read_questions(genuine) if one.type not in "X"]
    # Types that a codebook does not tell apart come back as their plain relatives.
    alike = str.maketrans("AB5CES!*U", "FFLFFTLNT")
    assert [one.code for one in again] == [one.code for one in before]
    for ours, theirs in zip(again, before, strict=True):
        mine, own = ours.type.translate(alike), theirs.type.translate(alike)
        assert mine == own, ours.code
        assert [(s, c) for s, c, _ in ours.parts] == [(s, c) for s, c, _ in theirs.parts]
        for scale in ("0", "1"):
            assert list(ours.answers(scale)) == list(theirs.answers(scale)), ours.code
        assert relevance.condition_of(ours.relevance) == relevance.condition_of(theirs.relevance)
    columns = [[i for one in read for i, *_ in questions.items(one)] for read in (again, before)]
    assert columns[0] == columns[1]
    labels = {one.code: one.labels for one in again}
    assert labels["gov1"]["en"] == next(one.labels["en"] for one in before if one.code == "gov1")


@pytest.mark.parametrize("study", ["metropoles-demo", "agents-2020", "ey-2018"])
def test_shipped_codebooks_give_questionnaires_with_their_own_items(root, tmp_path, study):
    folder = root / "data/raw" / study
    out = tmp_path / "q.txt"
    assert main(["questionnaire", str(folder), "--as", "limesurvey", "--out", str(out)]) == 0
    found = {i for one in questions.read_questions(out) for i, *_ in questions.items(one)}
    asked = codebooks.load(folder).items
    assert set(asked.index) == found


@pytest.mark.parametrize("study", ["metropoles-demo", "ospo-2019", "syntec-2020"])
def test_pyxform_accepts_the_xlsform(root, tmp_path, study):
    pyxform = pytest.importorskip("pyxform.xls2xform")
    out = tmp_path / "q.xlsx"
    folder = root / "data/raw" / study
    assert main(["questionnaire", str(folder), "--as", "xlsform", "--out", str(out)]) == 0
    first = out.read_bytes()
    result = pyxform.convert(str(out))
    assert "<h:title>" in result.xform
    assert main(["questionnaire", str(folder), "--as", "xlsform", "--out", str(out)]) == 0
    assert out.read_bytes() == first


def test_a_form_drafts_a_codebook_that_loads(root, tmp_path):
    out = tmp_path / "q.xlsx"
    folder = root / "data/raw/metropoles-demo"
    assert main(["questionnaire", str(folder), "--as", "xlsform", "--out", str(out)]) == 0
    read, what = draft_sources.draft_of(out)
    assert what == "XLSForm"
    kinds = {row["item"]: row["kind"] for row in read.items}
    assert (
        kinds["gov1"] == "yes_no" and kinds["inc2/SQ001"] == "tick" and kinds["idcreat"] == "date"
    )
    scale = next(row["scale"] for row in read.items if row["item"] == "gov3_SQ001")
    assert [row["answer"] for row in read.scales if row["scale"] == scale][:2] == ["0", "1"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2", "3"] * 9, "scale"),
        (["1 250", "3,5"] * 9, "number"),
        (["a", "b"] * 9, "choice"),
        (["2015-01-01", "2016-02-03"], "date"),
        (["Y", "N", "Y"], "yes_no"),
        (["un texte", "un autre", "encore"], "text"),
        ([], "text"),
    ],
)
def test_kinds_of_columns_are_guessed_from_their_cells(cells, kind):
    assert draft_sources.kind_of(cells)[0] == kind


def test_a_bare_table_becomes_a_study(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    table = tmp_path / "answers.csv"
    table.write_text("id,Nom de la collectivité,Note\n" + "".join(
        f"{n},Ville {n},{n % 4}\n" for n in range(1, 25)), encoding="utf-8")  # fmt: skip
    assert main(["new", "villes", "--from", str(table), "--raw", str(raw)]) == 0
    assert problems(raw / "villes") == []
    items = codebooks.load(raw / "villes").items
    assert items["role"].to_dict() == {"Nom de la collectivité": "unit", "Note": "score"}


@pytest.mark.parametrize("name", ["Big Study", "../x", "a/b", ""])
def test_names_that_are_no_study_are_refused(tmp_path, name, capsys):
    assert main(["new", name, "--from", __file__, "--raw", str(tmp_path)]) == 1
    assert list(tmp_path.iterdir()) == []


def test_codes_that_cannot_be_asked_are_named(root, tmp_path):
    from tests.unit.ingest.made import codebook, item

    book = codebook(tmp_path, [item("a[b][c][d]")])
    with pytest.raises(StudyError, match="row 2: 'a\\[b\\]"):
        fielded.questions(book)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE d [<!ENTITY a "b">]><document>&a;</document>',
        b"<document>",
        b"\xff\xfe\x00",
        b"<document/>",
        b"",
    ],
)
@pytest.mark.parametrize("suffix", [".lss", ".lsa", ".txt"])
def test_broken_structures_are_refused(tmp_path, content, suffix):
    path = tmp_path / f"q{suffix}"
    path.write_bytes(content)
    with pytest.raises(StudyError):
        questions.read_questions(path)
