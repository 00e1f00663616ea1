"""Headings in each of LimeSurvey's styles as codes.

The genuine exports hold codes and full texts. Codes with texts and abbreviated texts are made of
these two by LimeSurvey's rule: a question and each of its parts are cut after 15 signs.
"""

import re

import pytest

from barometre.errors import StudyError
from barometre.ingest import limesurvey_headings, sheets
from barometre.ingest.questions import read_questions

SURVEYS = {"barometre": "452781", "agents": "963214"}


def cut(text: str) -> str:
    return text if len(text) <= 15 else f"{text[:15]}.. "


def abbreviated(text: str) -> str:
    question, parts = re.fullmatch(r"(.*?)((?: \[.*)?)", text, re.S).groups()
    inside = parts.strip()[1:-1].split("][") if parts else []
    return cut(question) + (" " + "".join(f"[{cut(one)}]" for one in inside) if inside else "")


@pytest.fixture(params=SURVEYS)
def headings(request, shared):
    """Questions, codes and full headings of a genuine survey."""
    folder = f"limesurvey/{request.param}/"
    structure = shared(f"limesurvey/structure/limesurvey_survey_{SURVEYS[request.param]}.lss")
    rows = [
        sheets.open_sheet(shared(folder + name), {}).rows[0]
        for name in ("gui_code_short_comma_all.csv", "gui_default_full_long_comma_all.csv")
    ]
    return read_questions(structure), *rows


@pytest.mark.parametrize("style", ["full", "abbreviated", "codes and texts"])
@pytest.mark.parametrize("timings", [True, False])
def test_every_style_gives_the_codes(headings, style, timings):
    questions, codes, full = headings
    end = len(codes) if timings else len([c for c in codes if not c.endswith("Time")])
    if not timings:
        end = codes.index("interviewtime") if "interviewtime" in codes else end
    told = {
        "full": full,
        "abbreviated": [abbreviated(text) for text in full],
        "codes and texts": [f"{code}. {text}" for code, text in zip(codes, full, strict=True)],
    }[style][:end]
    assert limesurvey_headings.resolve(told, questions, "x").codes == codes[:end]


def test_codes_and_texts_need_no_structure(headings):
    _, codes, full = headings
    told = [f"{code}. {text}" for code, text in zip(codes, full, strict=True)]
    found = limesurvey_headings.resolve(told, None, "x")
    assert found.codes == codes and found.style == "question codes and texts"


def test_texts_without_a_structure_are_refused(headings):
    with pytest.raises(StudyError, match="row 1: .*give the survey's structure"):
        limesurvey_headings.resolve(headings[2], None, "x.csv")


def test_the_structure_of_another_survey_is_refused(shared, headings):
    other = read_questions(shared("realdata/limesurvey_lss_civil42/survey.lss"))
    with pytest.raises(StudyError, match="is it the structure of this survey"):
        limesurvey_headings.resolve(headings[2], other, "x.csv")


def test_one_of_two_alike_columns_is_not_guessed(shared):
    """`inc1` and `nr1` ask "Notez de 1 à 5 :"; abbreviated and alone they are not told apart."""
    structure = shared("limesurvey/structure/limesurvey_survey_452781.lss")
    path = shared("limesurvey/barometre/gui_default_full_long_comma_all.csv")
    full = sheets.open_sheet(path, {}).rows[0]
    names = [abbreviated(text) for text in [*full[:11], "Maturité (0 à 5) [Wi-Fi public]"]]
    assert limesurvey_headings.resolve(names, read_questions(structure), "x").codes[-1] == (
        "ame2[SQ003]"
    )
    with pytest.raises(StudyError, match="column 12: the heading .* may be"):
        limesurvey_headings.resolve([*names[:11], "?"], read_questions(structure), "x")
