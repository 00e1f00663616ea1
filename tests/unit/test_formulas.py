"""Texts that a spreadsheet would run are made harmless in results, and come back as they were."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre import tables

STAMP = {"study": "s", "data": "simulated"}
LOG = ["step", "action", "respondent_id", "item", "before", "after", "reason"]


def log(*texts):
    rows = [("a", "flagged", str(at), None, text, None, "r") for at, text in enumerate(texts)]
    return pd.DataFrame(rows, columns=LOG).astype("string")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33 1 23", "-oth-", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "-1+1", "'=1"],
)
def test_formulas_get_an_apostrophe_and_lose_it_again(tmp_path, text):
    path = tmp_path / "t.csv"
    tables.write(log(text), path, "cleaning_log", stamp=STAMP)
    assert pd.read_csv(path, dtype=str)["before"][0] == f"'{text}"
    assert tables.read(path, "cleaning_log")["before"][0] == text


@pytest.mark.parametrize("text", ["-0.5", "-12", "-1e-05", "=", "-", "a=b", "12", "'quoted'"])
def test_numbers_and_other_texts_are_left_alone(tmp_path, text):
    path = tmp_path / "t.csv"
    tables.write(log(text), path, "cleaning_log", stamp=STAMP)
    assert pd.read_csv(path, dtype=str)["before"][0] == text


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(alphabet="'=+-@\ta1. ", min_size=1, max_size=5), min_size=1, max_size=6))
def test_any_text_comes_back(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("f") / "t.csv"
    tables.write(log(*texts), path, "cleaning_log", stamp=STAMP)
    assert list(tables.read(path, "cleaning_log")["before"]) == texts
