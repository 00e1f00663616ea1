"""Full answers and other signs for Y and N: made codes with a codebook, refused without."""

import pandas as pd
import pytest

from barometre.errors import StudyError
from barometre.ingest import limesurvey_answers, states
from tests.unit.ingest import made

WORDS = ["Oui", "Non", "N/A", "Non", "Oui"]


def frame(**columns):
    return pd.DataFrame(columns, dtype=object)


def test_full_answers_without_a_codebook_are_refused():
    with pytest.raises(StudyError, match="the answers are full texts .*--structure"):
        limesurvey_answers.as_codes(frame(a=WORDS, b=list("12345")), None, "x.csv")


def test_a_text_that_somebody_answered_with_yes_is_read():
    values, _ = limesurvey_answers.as_codes(frame(a=["Oui", "", "Non", "", "Oui"]), None, "x.csv")
    assert list(values["a"]) == ["Oui", "", "Non", "", "Oui"]


def test_converted_comments_without_a_codebook_are_refused():
    columns = {"m[A]": ["1", "2", "2", "1", "2"], "m[Acomment]": ["2", "2", "2", "x", "2"]}
    with pytest.raises(StudyError, match="Y and N were converted .*--structure"):
        limesurvey_answers.as_codes(frame(**columns), None, "x.csv")


def test_what_only_looks_like_texts_or_signs_is_told():
    columns = {"a": ["1", "2", "1"] * 4, "b": ["Régie", "Marché public", "Régie"] * 4}
    _, told = limesurvey_answers.as_codes(frame(**columns), None, "x.csv")
    assert told == {
        "may be converted from Y and N": "a",
        "may be full answers instead of codes": "b",
    }


def test_converted_signs_come_back_with_a_codebook(tmp_path):
    items = made.item("m[A]", "tick"), made.item("m[Acomment]", "text"), made.item("y", "yes_no")
    codebook = made.codebook(tmp_path, [*items, made.item("n", "text")])
    columns = {"m[A]": ["1", "2", ""], "m[Acomment]": ["2", "x", ""]}
    columns |= {"y": ["1", "2", ""], "n": ["2", "2", ""]}
    values, told = limesurvey_answers.as_codes(frame(**columns), codebook, "x.csv")
    assert values.to_dict("list") == {
        "m[A]": ["Y", "", ""], "m[Acomment]": ["", "x", ""],
        "y": ["Y", "N", ""], "n": ["2", "2", ""],
    }  # fmt: skip
    assert "unanswered yes/no question cannot be told from No" in told["Y and N converted"]


def test_a_label_of_two_answers_tells_neither_and_is_counted(tmp_path):
    answers = [
        {"scale": "s", "answer": code, "label_fr": french, "label_en": english}
        for code, french, english in (("A", "Oui", "Yes"), ("B", "Oui", "No"), ("C", "Non", "Na"))
    ]
    codebook = made.codebook(tmp_path, [made.item("q", "choice", scale="s")], answers)
    column = pd.Series(["Oui", "Non", "B"], dtype=object)
    assert list(states.coded(column, "q", codebook)) == ["Oui", "C", "B"]
    _, told = limesurvey_answers.as_codes(frame(q=list(column)), codebook, "x.csv")
    assert told["answers that are on no scale, kept as they are"] == "q (1)"
    assert list(states.coded(pd.Series(["Yes", "No"]), "q", codebook)) == ["A", "B"]
