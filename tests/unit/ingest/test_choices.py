"""Answers joined in one cell: taken apart as they were put together, options with commas whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre.ingest.choices import options_of, pieces, ranking_of, split
from barometre.ingest.codes import Codes
from barometre.ingest.wording import plain, slug

PLAIN = ["Git", "Wiki", "Forum", "Mail"]
COMMAS = ["Yes, often", "Yes, seldom", "Reports (PDF, CSV), by mail", "No", "Never, ever"]


def joined(*rows: str) -> list[str]:
    """Cells from option numbers: `"02"` holds the first and the third of PLAIN."""
    return [", ".join(PLAIN[int(number)] for number in row) for row in rows]


def test_options_come_out_in_the_order_of_the_form():
    cells = joined("02", "13", "01", "3", "23", "0", "12")
    assert options_of(cells, ", ", in_order=True) == PLAIN


def test_options_that_hold_the_joint_come_out_whole():
    cells = ["I know, not I", "I know, not I, Git", "Git", "Git, Reports (PDF, CSV)", "Git"]
    cells += ["Reports (PDF, CSV)", "Git, Reports (PDF, CSV)"]
    assert options_of(cells, ", ", in_order=True) == ["I know, not I", "Git", "Reports (PDF, CSV)"]


def test_single_answers_with_a_comma_are_no_boxes():
    cells = ["Yes, I'd attend"] * 8 + ["Yes, I'd speak"] * 3 + ["Maybe"] * 5 + ["No"]
    assert options_of(cells, ", ", in_order=True) == []


def test_free_texts_and_lists_in_any_order_are_no_boxes():
    prose = [f"Well, {n} things, and more, of kind {n}" for n in range(20)]
    assert options_of(prose, ", ", in_order=True) == []
    lists = ["numpy, pandas", "pandas, numpy", "numpy, dask", "dask, numpy", "pandas, dask"]
    assert options_of(lists, ", ", in_order=True) == []


def test_what_stands_before_an_option_is_one_and_what_is_typed_last_is_not():
    cells = [*joined("01", "01", "1", "0"), "Rare, Git", "Wiki, my own", "alone"]
    options = options_of(cells, ", ", in_order=True)
    assert set(options) == {"Git", "Wiki", "Rare"}
    assert split("Wiki, my own", options, ", ") == (["Wiki"], "my own")
    assert split("alone", options, ", ") == ([], "alone")


@pytest.mark.parametrize(
    ("cell", "joint", "expected"),
    [
        ("a, b (c, d), e", ", ", ["a", "b (c, d)", "e"]),
        ("a, b (c, d", ", ", ["a", "b (c", "d"]),  # a bracket that never closes binds nothing
        ("a;b; c;", ";", ["a", "b", "c"]),
        ("1,4,5", ",", ["1", "4", "5"]),
        ("Red,Well, blue", ",", ["Red", "Well, blue"]),
        ("", ";", []),
    ],
)
def test_cells_are_cut_outside_of_brackets(cell, joint, expected):
    assert pieces(cell, joint) == expected


@pytest.mark.parametrize("joint", [", ", ";"])
@given(picked=st.sets(st.sampled_from(COMMAS), min_size=1), typed=st.text("abcxyz -", max_size=9))
def test_known_options_are_found_again_with_what_was_typed(joint, picked, typed):
    chosen = [option for option in COMMAS if option in picked]
    typed = plain(typed)
    cell = joint.join([*chosen, *([typed] if typed else [])])
    assert split(cell, COMMAS, joint) == (chosen, typed)


@given(
    st.lists(
        st.sets(st.integers(0, 3), min_size=1).map(sorted).map(lambda row: "".join(map(str, row))),
        min_size=1,
        max_size=30,
    )
)
def test_nothing_is_lost_or_invented_whatever_is_ticked(rows):
    """The boxes and the rest of a cell are together what stands in it."""
    cells = joined(*rows)
    options = options_of(cells, ", ", in_order=True)
    for cell in cells:
        picked, rest = split(cell, options, ", ")
        again = [text for option in [*picked, rest] if option for text in option.split(", ")]
        assert sorted(again) == sorted(cell.split(", "))


@given(st.lists(st.sets(st.integers(0, 3), min_size=1), min_size=40, max_size=60))
def test_options_are_the_true_ones_where_each_was_ticked_alone(rows):
    rows = [*rows, {0}, {1}, {2}, {3}, {0}, {1}, {2}, {3}, {0, 1, 2, 3}, {0, 1, 2, 3}]
    cells = [", ".join(PLAIN[number] for number in sorted(row)) for row in rows]
    assert options_of(cells, ", ", in_order=True) == PLAIN


@given(st.lists(st.text(max_size=12), max_size=30), st.sampled_from([", ", ";", ","]))
def test_any_cells_end_in_options_that_the_cells_hold(cells, joint):
    options = options_of([plain(cell) for cell in cells], joint, in_order=True)
    for option in options:
        assert any(option in ([*split(plain(cell), [option], joint)[0]]) for cell in cells)


def test_a_ranking_holds_the_same_texts_in_other_orders():
    assert ranking_of(["a;b;c", "", "c;a;b;"], ";") == ["a", "b", "c"]
    assert ranking_of(["a;b", "a;b"], ";") == []  # nobody ranked otherwise: ticked, perhaps
    assert ranking_of(["a;b", "b;a;c"], ";") == []


@given(st.text(max_size=80))
def test_slugs_are_ascii_codes_and_stay_themselves(text):
    code = slug(text)
    assert re.fullmatch(r"([a-z0-9]+(_[a-z0-9]+)*)?", code) and len(code) <= 60
    assert slug(code.replace("_", " ")) == code


@given(st.lists(st.text(max_size=8), max_size=20))
def test_codes_are_unique_and_the_same_each_time(texts):
    first, second = ([codes.question(text) for text in texts] for codes in (Codes(), Codes()))
    assert first == second and len(set(first)) == len(first)
    assert all(code and code.isascii() for code in first)


def test_codes_that_collide_get_a_number():
    codes = Codes({"age": "years"})
    assert [codes.question("C"), codes.question("C++"), codes.question("?")] == [
        *("c", "c_2", "question"),
    ]
    assert codes.question("Âge ?") == "years"
    assert codes.part("q", "Other") == "q[other_option]" and codes.other("q") == "q[other]"


def test_similar_spellings_share_a_slug():
    assert slug("L\u2019œuvre  déjà vue\u00a0?") == slug("l'oeuvre deja vue") == "l_oeuvre_deja_vue"
