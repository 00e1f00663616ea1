"""LimeSurvey's conditions, evaluated."""

import pandas as pd
import pytest

from barometre.ingest import relevance, states
from tests.unit.ingest import made

ANSWERS = pd.DataFrame(
    {
        "a": ["Y", "N", "", "Y"],
        "n": ["3", "10", "", "0"],
        "m[SQ1]": ["Y", "", "", "Y"],
        "m[SQ2]": ["", "", "", "Y"],
        "d[x][2]": ["P1", "", "P2", ""],
    },
    dtype=object,
)
NONE = pd.DataFrame(False, index=ANSWERS.index, columns=ANSWERS.columns)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ('a.NAOK == "Y"', [1, 0, 0, 1]),
        ("a.NAOK != 'Y'", [0, 1, 1, 0]),
        ("n.NAOK > 2", [1, 1, 0, 0]),
        ('n.NAOK >= "10"', [0, 1, 0, 0]),
        ("n.NAOK == 3.0", [1, 0, 0, 0]),
        ("n.NAOK ge 3 and a.NAOK ne 'Y'", [0, 1, 0, 0]),
        ("(a.NAOK == 'Y' && n.NAOK < 1) || d_x_1.NAOK == 'P2'", [0, 0, 1, 1]),
        ("is_empty(n.NAOK)", [0, 0, 1, 0]),
        ("!is_empty(m_SQ1.NAOK)", [1, 0, 0, 1]),
        ("count(m_SQ1.NAOK, m_SQ2.NAOK) > 1", [0, 0, 0, 1]),
        ("sum(n.NAOK, 1) == 4", [1, 0, 0, 0]),
        ("n.NAOK - 1 == 2 or a.NAOK == 'N'", None),  # arithmetic on a blank
        ("if(a.NAOK == 'Y', n.NAOK, 0) > 2", [1, 0, 0, 0]),
        ("1", [1, 1, 1, 1]),
        ("0", [0, 0, 0, 0]),
        ("TOKEN:ATTRIBUTE_1 == 'x'", None),
        ("a.shown == 'Oui'", None),
        ("regexMatch('/x/', a)", None),
        ("other.NAOK == 'Y'", None),  # not in the export
        ("a == 'Y' == 'Y'", None),
        ("__import__('os')", None),
        ("(" * 5000, None),
        ("a == ", None),
        ("count()", None),
    ],
)
def test_what_is_met(text, met):
    shown = relevance.shown(text, ANSWERS, NONE)
    assert (None if shown is None else [int(one) for one in shown]) == met


def test_a_hidden_answer_makes_a_condition_false_unless_it_is_allowed():
    hidden = NONE.assign(a=[False, False, True, False])
    assert list(relevance.shown("a != 'Y'", ANSWERS, hidden)) == [False, True, False, False]
    assert list(relevance.shown("a.NAOK != 'Y'", ANSWERS, hidden)) == [False, True, True, False]


def test_conditions_of_a_group_and_of_a_question_are_joined():
    assert relevance.both_met("1", "") == ""
    assert relevance.both_met("1", "a == 1") == "a == 1"
    assert relevance.both_met("a == 1", "b == 2") == "(a == 1) and (b == 2)"


def test_richer_conditions_hide_and_what_is_not_understood_is_named(tmp_path):
    codebook = made.codebook(tmp_path, [made.item("n"), made.item("a", "text"), made.item("b")])
    rules = {"a": "n.NAOK > 5", "b": "regexMatch('/1/', n)"}
    codebook.items["relevance"] = pd.Series(rules).reindex(codebook.items.index).fillna("")
    values = pd.DataFrame({"n": ["3", "10"], "a": ["", ""], "b": ["", ""]}, dtype=object)
    assert states.hidden(values, codebook)["a"].tolist() == [True, False]
    assert not states.hidden(values, codebook)["b"].any()
    assert states.unsettled(values, codebook) == ["b"]
    assert states.unsettled(values[["a", "b"]], codebook) == ["a", "b"]
