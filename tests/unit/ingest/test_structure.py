"""A questionnaire as a codebook for reading its exports."""

import pandas as pd
import pytest

from barometre.errors import StudyError
from barometre.ingest import draft, states, structure

SURVEY = "limesurvey/structure/limesurvey_survey_452781"
OPTIONS = {"a": {"fr": "Fort", "en": "Strong", "de": "Stark"}, "b": {"fr": "Nul", "de": "Keine"}}


@pytest.mark.parametrize("suffix", [".lss", ".txt"])
def test_a_structure_is_a_codebook_that_decides_nothing(shared, suffix):
    codebook = structure.structure_codebook(shared(SURVEY + suffix))
    assert len(codebook.items) == 111
    assert set(codebook.items["role"]) == {"measure"}
    assert codebook.items.at["inc3", "shown_if"] == "inc2[SQ001]=Y"
    assert codebook.items.at["idtype", "label_en"] == "Legal status"
    assert "-oth-" in codebook.levels("idtype")


def test_every_language_is_kept_and_read_back():
    made = draft.Draft()
    made.add("q", "scale", {"fr": "Question", "de": "Frage"}, OPTIONS)
    made.untold.append(("q", "sum(x) > 3"))
    codebook = structure.codebook_of(made)
    assert codebook.items.at["q", "label_de"] == "Frage"
    assert codebook.items.at["q", "relevance"] == "sum(x) > 3"
    told = states.coded(pd.Series(["Stark", "Strong", "Keine", "b", "else"]), "q", codebook)
    assert list(told) == ["a", "a", "b", "b", "else"]


def test_an_old_structure_has_its_wording(shared):
    path = shared("realdata/limesurvey_lss_civil42/survey.lss")
    codebook = structure.structure_codebook(path)
    assert codebook.items.at["Q0102[SQ001]", "label_de"].endswith("| Bekannt")
    assert not codebook.items.index.duplicated().any()


def test_a_table_is_no_structure(shared):
    with pytest.raises(StudyError, match="is a table and no questionnaire"):
        structure.structure_codebook(shared("limesurvey/barometre/gui_code_short_comma_all.csv"))


def test_the_three_forms_of_a_structure_are_one_codebook(shared):
    archive = "limesurvey/barometre/survey_archive_452781.lsa"
    books = [
        structure.structure_codebook(shared(path))
        for path in (f"{SURVEY}.lss", f"{SURVEY}.txt", archive)
    ]
    for other in books[1:]:
        pd.testing.assert_frame_equal(books[0].items, other.items)
        pd.testing.assert_frame_equal(books[0].scales, other.scales)
    pages = books[0].items["page"]
    assert pages["nomcoll"] == "1" and pages["comm2"] == "10"
