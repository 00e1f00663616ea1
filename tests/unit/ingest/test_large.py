"""Reading by columns gives what reading cell by cell gives, and is cleaned the same."""

import contextlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.errors import StudyError
from barometre.ingest import clean, large, limesurvey, tabular
from barometre.ingest.columns import read_columns
from tests.unit.ingest import made

PLAIN = ["gui_code_short_comma_all.csv", "rpc_code_short_all.csv"]


def same(ours, theirs):
    """Answers and respondents are equal, whatever they are kept as."""
    for name in ("answers", "respondents"):
        left, right = (getattr(one, name).astype("string").fillna("") for one in (ours, theirs))
        pd.testing.assert_frame_equal(
            left.reset_index(drop=True), right.reset_index(drop=True), check_dtype=False
        )


@pytest.fixture
def survey(shared, tmp_path):
    return made.survey_codebook(shared, tmp_path)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("known", [True, False])
def test_genuine_exports_read_the_same_by_columns(shared, survey, name, known):
    path = shared(f"limesurvey/barometre/{name}")
    codebook = survey if known else None
    ours = large.read_large(path, "limesurvey", {}, codebook, least=0)
    assert ours is not None
    same(ours, limesurvey.read(path, {}, codebook))


def test_the_staff_survey_reads_the_same_by_columns(shared):
    path = shared("limesurvey/agents/gui_code_short_comma_all.csv")
    ours = large.read_large(path, "limesurvey", {}, None, least=0)
    assert ours is not None
    same(ours, limesurvey.read(path, {}, None))


def test_cleaning_does_the_same_to_both(shared, survey):
    from tests.unit.ingest.test_clean import STEPS

    path = shared("limesurvey/barometre/gui_code_short_comma_all.csv")
    steps = [*STEPS, {"step": "flag_speeders", "share_of_median": 0.3}]
    both = []
    for export in (
        large.read_large(path, "limesurvey", {}, survey, least=0),
        limesurvey.read(path, {}, survey),
    ):
        both.append(clean.clean(export.answers, export.respondents, survey, steps))
    pd.testing.assert_frame_equal(both[0].log, both[1].log)
    pd.testing.assert_frame_equal(both[0].flow, both[1].flow)
    for name in ("values", "states"):
        left, right = (getattr(one.batch, name).astype(object) for one in both)
        assert (left.to_numpy() == right.to_numpy()).all()
        assert list(left.columns) == list(right.columns)


CELL = st.sampled_from(["", "low", "high", " low", "5", "12 M€", "a,b", 'q"q', "x\ny", "é", "N/A"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, st.booleans()), min_size=1, max_size=12))
def test_any_plain_table_reads_the_same_by_columns(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("table")
    codebook = made.codebook(
        folder,
        [made.item("q", "scale", scale="s"), made.item("n", "text", shown_if="q=high")],
        made.scale("s", "low", "high"),
    )

    def quoted(text):
        return '"' + text.replace('"', '""') + '"'

    lines = [
        ",".join([str(at), quoted(a), quoted(b) if flag or b else b])
        for at, (a, b, flag) in enumerate(rows)
    ]
    path = folder / "t.csv"
    path.write_text("\n".join(["id,q,n", *lines, ""]), encoding="utf-8", newline="")
    options = {"respondent": "id", "blank": ["N/A"]}
    ours = large.read_large(path, "table", options, codebook, least=0)
    assert ours is not None
    same(ours, tabular.read_wide(path, options, codebook))


@pytest.mark.parametrize(
    "content",
    [
        b"id,q\n1,2,3\n",  # uneven
        b"id,q\n1,\xe9\n",  # not UTF-8
        b"id,id\n1,2\n",  # a heading twice
        b'id,q\n1,"a\n',  # a quote left open
        b"id,q\n1,a\0b\n",  # NUL
        b"",
    ],
)
def test_what_is_not_plain_is_left_to_the_reader_of_cells(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert large.read_large(path, "table", {}, None, least=0) is None
    with contextlib.suppress(StudyError):
        tabular.read_wide(path, {}, None)


def test_quoted_and_bare_blanks_are_kept_apart(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b\n"",1\n,2\n', encoding="utf-8")
    columns = read_columns(path, {})
    assert columns is not None and columns.tells_bare
    a = columns.columns["a"]
    assert [a.texts[code] if code >= 0 else None for code in a.codes] == ["", None]
    assert a.codes.dtype == np.int32
