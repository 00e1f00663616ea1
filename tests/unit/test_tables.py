"""tables.py: what is written can be read, and nothing else gets through."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre import tables
from barometre.errors import StudyError


def flips(**change):
    row = {"unit_id": "a", "direction": "up", "steps": 1, "items": "q1:2>3", "class_to": "mature"}
    return pd.DataFrame([{**row, **change}])


def test_round_trip_keeps_types_and_sorts(tmp_path):
    frame = pd.concat([flips(unit_id="b"), flips(unit_id="a", steps=None, class_to=None)])
    path = tmp_path / "deep" / "answer_flips.csv"
    tables.write(frame, path, "answer_flips", stamp={"study": "s", "data": "simulated"})
    lines = path.read_bytes().split(b"\n")
    assert lines[0] == b"study,data,unit_id,direction,steps,items,class_to"
    assert lines[1] == b"s,simulated,a,up,,q1:2>3,"
    back = tables.read(path, "answer_flips")
    assert list(back["unit_id"]) == ["a", "b"]
    assert back["steps"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"direction": "sideways"}, ["direction", "row 2", "sideways"]),
        ({"steps": -1}, ["steps", "row 2", "-1"]),
        ({"steps": "many"}, ["steps", "integer"]),
        ({"unit_id": None}, ["unit_id"]),
    ],
)
def test_a_breach_is_one_sentence_with_column_and_row(change, words):
    with pytest.raises(StudyError) as error:
        tables.check(flips(**change), "answer_flips")
    assert all(word in str(error.value) for word in words)
    assert "\n" not in str(error.value)


def test_a_repeated_key_is_refused():
    with pytest.raises(StudyError):
        tables.check(pd.concat([flips(), flips()]), "answer_flips")


def test_missing_and_unknown_columns_are_named():
    with pytest.raises(StudyError, match="'steps' is missing"):
        tables.check(flips().drop(columns="steps"), "answer_flips")
    with pytest.raises(StudyError, match="'mood'"):
        tables.check(flips().assign(mood="good"), "answer_flips")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_numbers_keep_eight_digits(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("t") / "p.csv"
    frame = pd.DataFrame({"unit_id": ["u"], "predictor": ["age_x"], "value": [value]})
    tables.write(frame.assign(bound="="), path, "predictors")
    assert math.isclose(tables.read(path, "predictors")["value"][0], value, rel_tol=1e-7)


@pytest.mark.parametrize("text", ["NA", "NULL", "None", "nan", "N/A", "-", "0012", 'é, "q"'])
def test_texts_that_look_like_nothing_survive(tmp_path, text):
    frame = pd.DataFrame(
        {"respondent_id": ["1"], "item": ["q"], "value": [text], "state": ["answered"]}
    )
    tables.write(frame, tmp_path / "answers.csv", "answers")
    assert tables.read(tmp_path / "answers.csv", "answers")["value"][0] == text


def test_every_contract_describes_every_column(root):
    for path in sorted((root / "workflow" / "schemas" / "tables").glob("*.yaml")):
        terms = tables.contract(path.stem)
        assert terms["title"] and terms["description"], path.stem
        names = [field["name"] for field in terms["columns"]]
        assert set(terms["key"]) <= set(names), path.stem
        for field in terms["columns"]:
            assert field["description"] and field["type"] in tables.DTYPES, (path.stem, field)
