"""codebook.py: items, scales, themes, and where a mistake stands."""

import math

import pytest

from barometre import codebook
from barometre.errors import StudyError

ITEMS = """item,kind,role,theme,scale,weight,minimum,maximum,adopted_from,shown_if,label_fr,label_en
a,scale,score,gov,five,,,,3,,Un,One
b,yes_no,score,gov,,2,,,,a=3|4,Deux,Two
c,number,measure,,,,0,100,,,Trois,Three
"""
SCALES = """scale,answer,level,state,label_fr,label_en
five,0,0,,Rien,None
five,3,3,,Moyen,Middling
five,NSP,,unknown,NSP,DK
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "codebook.csv").write_text(ITEMS, encoding="utf-8")
    (tmp_path / "scales.csv").write_text(SCALES, encoding="utf-8")
    return tmp_path


def test_levels_states_and_bounds(folder):
    book = codebook.load(folder, themes={"gov": {}})
    assert book.levels("a")["3"] == 3 and math.isnan(book.levels("a")["NSP"])
    assert book.states("a") == {"0": "answered", "3": "answered", "NSP": "unknown"}
    assert book.bounds("a") == (0, 3)
    assert book.bounds("b") == (0, 1)
    assert book.bounds("c") == (0, 100)
    assert list(book.scored().index) == ["a", "b"]
    assert book.items.at["b", "weight"] == 2 and book.items.at["a", "weight"] == 1
    assert book.label("a", "fr") == "Un"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a,scale,score,gov", "b,scale,score,gov", ["row 3", "'b' stands twice"]),
        ("gov,five", "gov,six", ["row 2", "'six'", "scales.csv"]),
        ("yes_no,score,gov", "yes_no,score,govv", ["row 3", "govv", "gov"]),
        ("c,number,measure", "c,number,mesure", ["row 4", "role", "mesure"]),
    ],
)
def test_a_mistake_names_file_and_row(folder, old, new, words):
    text = ITEMS.replace(old, new)
    assert text != ITEMS
    (folder / "codebook.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        codebook.load(folder, themes={"gov": {}})
    assert all(word in str(error.value) for word in ["codebook.csv", *words]), str(error.value)
