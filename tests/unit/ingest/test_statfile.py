"""SPSS and Stata files: what is in them, what they declare missing, and files that are none."""

import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from barometre.errors import StudyError
from barometre.ingest import guarded, statfile, statfile_open
from barometre.ingest.draft_sources import draft_of
from barometre.ingest.recognise import reader_of
from barometre.ingest.statfile_open import open_table
from tests.unit.ingest import made

FIXTURES = "realdata/spss_fixtures/"
# Rows and columns that the publisher's own reader finds in its test files.
SHAPES = {
    "hebrews.sav": (99, 1),
    "missing_test.sav": (2, 1),
    "ordered_category.sav": (4, 1),
    "sample.sav": (5, 7),
    "sample_missing.sav": (7, 7),
    "simple_alltypes.sav": (6, 12),
}
LIMESURVEY = {
    "limesurvey/barometre/gui_all.sav": (49, 179),
    "limesurvey/agents/gui_all.sav": (1000, 44),
}


def cells(export) -> dict[tuple[str, str], tuple[str | None, str]]:
    """(respondent, item) -> (value, state)."""
    rows = export.answers.astype(object).where(export.answers.notna(), None)
    return {(r.respondent_id, r.item): (r.value, r.state) for r in rows.itertuples()}


def told(export) -> dict[str, str]:
    return export.reading.set_index("what")["found"].to_dict()


@pytest.mark.parametrize(("name", "shape"), SHAPES.items())
def test_rows_and_columns(shared, name, shape):
    path = shared(FIXTURES + name)
    assert reader_of(path) == "statfile"
    export = statfile.read(path, {}, None)
    assert (len(export.respondents), export.answers["item"].nunique()) == shape
    _, meta = pyreadstat.read_sav(str(path))
    assert shape == (meta.number_rows, meta.number_columns)


@pytest.mark.parametrize(("name", "shape"), LIMESURVEY.items())
def test_files_that_end_the_usual_readers_process_are_read(shared, name, shape):
    table = open_table(shared(name))
    assert table.values.shape == shape
    assert table.found["read by"] == "pyreadstat"
    assert "lengths counted characters" in table.found["mended before reading"]
    item, answer, label = {
        49: ("idtype", "A2", "Métropole à statut particulier"),
        1000: ("agcat", "A", "Catégorie A"),
    }[shape[0]]
    assert table.answers[item][answer] == label


@pytest.mark.skipif(not shutil.which("pspp-convert"), reason="needs PSPP (pspp-convert)")
@pytest.mark.parametrize("name", LIMESURVEY)
def test_pspp_reads_what_the_usual_reader_cannot(shared, monkeypatch, name):
    path = shared(name)
    first = open_table(path)
    child = statfile_open._child

    def crashing(source, *rest):
        crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
        if Path(source) == path:
            return guarded.run([sys.executable, "-c", crash], source, guarded.deadline(source))
        return child(source, *rest)

    monkeypatch.setattr(statfile_open, "_child", crashing)
    second = open_table(path)
    assert "PSPP" in second.found["read by"] and "SIGSEGV" in second.found["read by"]
    assert second.values.shape == first.values.shape
    # PSPP writes its copy with each text's spaces cut off, as SPSS pads texts with them.
    same = first.values.fillna("").map(str.rstrip) == second.values.fillna("").map(str.rstrip)
    assert same.all(axis=None)


def test_a_crash_without_pspp_is_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0]}), str(path))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(
        statfile_open,
        "_child",
        lambda source, *rest: guarded.run(
            [sys.executable, "-c", "import os; os.abort()"], source, guarded.deadline(source)
        ),
    )
    with pytest.raises(StudyError, match="a.sav: .* ended with SIGABRT.*install PSPP"):
        open_table(path)


def test_values_declared_missing_are_answers_of_their_own_state(shared):
    export = statfile.read(shared(FIXTURES + "sample_missing.sav"), {}, None)
    found = cells(export)
    assert found["7", "mynum"] == ("2500", "unknown")  # in the range 2000 to 3000
    assert found["6", "mynum"] == ("-1", "unknown")  # a single value beside the range
    assert found["5", "mynum"] == ("1000.3", "answered")
    assert found["6", "mylabl"] == ("-1", "unknown")
    assert found["6", "mydate"] == (None, "empty")
    assert "mylabl -1 (undetermined): unknown" in told(export)["values declared missing"]


def test_the_label_tells_refused_from_unknown(tmp_path):
    path = tmp_path / "m.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 98.0, 99.0, np.nan]}),
        str(path),
        missing_ranges={"q": [{"lo": 98, "hi": 99}]},
        variable_value_labels={"q": {1.0: "oui", 98.0: "Refus de répondre", 99.0: "Ne sait pas"}},
    )
    found = cells(statfile.read(path, {}, None))
    assert [found[one, "q"] for one in "1234"] == [
        ("1", "answered"),
        ("98", "refused"),
        ("99", "unknown"),
        (None, "empty"),
    ]


def test_the_states_of_the_codebook_go_first(tmp_path):
    path = tmp_path / "m.sav"
    missing = {"q": [{"lo": 9, "hi": 9}]}
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0, 9.0]}), str(path), missing_ranges=missing)
    scales = made.scale("s", "1", **{"9": "refused"})
    book = made.codebook(tmp_path / "c", [made.item("q", "choice", scale="s")], scales)
    assert cells(statfile.read(path, {}, book))["2", "q"] == ("9", "refused")


def test_multiple_response_sets_are_boxes_or_told(shared):
    export = statfile.read(shared(FIXTURES + "simple_alltypes.sav"), {}, None)
    found = cells(export)
    assert [found[one, "bool1"][0] for one in "123456"] == ["Y", "Y", None, None, None, "Y"]
    assert found["3", "bool2"] == ("Y", "answered") and found["4", "bool2"] == (None, "empty")
    assert found["1", "ca_subvar_3"] == ("b", "answered")
    reading = told(export)
    assert "bool1, bool2, bool3 (boxes, ticked where 1)" in reading["multiple-response set mymrset"]
    assert reading["multiple-response set categorical_array"].endswith("ca_subvar_3")


def test_dates_are_days(shared):
    found = cells(statfile.read(shared(FIXTURES + "simple_alltypes.sav"), {}, None))
    assert found["4", "y"] == ("1776-07-04", "answered")
    assert found["3", "date"] == ("2014-12-15", "answered")
    assert found["5", "quarter"] == ("2015-01-01", "answered")
    times = cells(statfile.read(shared(FIXTURES + "sample.sav"), {}, None))
    assert times["2", "dtime"][0] == "1880-05-06 10:10:10"


def stata(path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "q": pd.Series([1, 2, "a", "b"], dtype=object),
            "t": ["é", "", "x", "N/A"],
            "day": pd.to_datetime(["2020-01-02"] * 4),
        }
    )
    labels = {"q": {1: "oui", 2: "non", "a": "refus", "b": "ne sait pas"}}
    pyreadstat.write_dta(
        frame, str(path), missing_user_values={"q": ["a", "b"]}, variable_value_labels=labels
    )
    return path


def test_stata_files(tmp_path):
    path = stata(tmp_path / "a.dta")
    assert reader_of(path) == "statfile"
    found = cells(statfile.read(path, {}, None))
    assert [found[one, "q"] for one in "1234"] == [
        ("1", "answered"),
        ("2", "answered"),
        (".a", "refused"),
        (".b", "unknown"),
    ]
    assert [found[one, "t"][0] for one in "1234"] == ["é", None, "x", "N/A"]
    assert found["1", "day"][0].startswith("2020-01-02")


@pytest.mark.parametrize("suffix", [".sav", ".zsav", ".por"])
def test_the_forms_of_spss(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    frame = pd.DataFrame({"Q": [1.0, 2.5, np.nan]})
    if suffix == ".por":
        pyreadstat.write_por(frame, str(path))
    else:
        pyreadstat.write_sav(frame, str(path), compress=suffix == ".zsav")
    assert reader_of(path) == "statfile"
    found = cells(statfile.read(path, {}, None))
    assert [found[one, "Q"][0] for one in "123"] == ["1", "2.5", None]


def test_options_of_a_table_hold_here(tmp_path):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"who": ["x", "y"], "q1": [1.0, 2.0], "more": [1.0, 1.0]})
    pyreadstat.write_sav(frame, str(path))
    book = made.codebook(tmp_path / "c", [made.item("age")])
    options = {"respondent": "who", "items": {"q1": "age"}, "other_items": "ignore"}
    export = statfile.read(path, options, book)
    assert cells(export) == {("x", "age"): ("1", "answered"), ("y", "age"): ("2", "answered")}
    assert told(export)["other columns passed over"] == "more"
    with pytest.raises(StudyError, match="column 'more' is not in codebook.csv"):
        statfile.read(path, options | {"other_items": "stop"}, book)


def test_drafts_take_labels_missing_values_and_sets(shared, tmp_path):
    draft, what = draft_of(shared(FIXTURES + "simple_alltypes.sav"))
    assert what == "SPSS or Stata file"
    kinds = {row["item"]: row["kind"] for row in draft.items}
    assert kinds == {
        **{"x": "scale", "y": "date", "z": "number", "str": "text"},
        **dict.fromkeys(("bool1", "bool2", "bool3"), "tick"),
        **dict.fromkeys(("ca_subvar_1", "ca_subvar_2", "ca_subvar_3"), "choice"),
        **{"date": "date", "quarter": "date"},
    }
    draft, _ = draft_of(stata(tmp_path / "a.dta"))
    states = {row["answer"]: row["state"] for row in draft.scales}
    assert states == {"1": "", "2": "", ".a": "refused", ".b": "unknown"}
    draft, _ = draft_of(shared("limesurvey/barometre/gui_all.sav"))
    items = [row["item"] for row in draft.items]
    assert items[:3] == ["nomcoll", "idtype", "idtype[other]"] and "data6[SQ001][2]" in items


@pytest.mark.parametrize("suffix", sorted(statfile_open.SUFFIXES))
@pytest.mark.parametrize("content", [b"", b"id,a\n1,2\n", b"$FL2" + b"\xff" * 5000, b"PK\x03\x04"])
def test_what_is_no_such_file_is_refused(tmp_path, suffix, content):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    began = time.monotonic()
    for door in (reader_of, open_table, draft_of):
        with pytest.raises(StudyError, match=f"a{suffix}: "):
            door(path)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_half_a_file_is_refused(shared, tmp_path, share):
    whole = shared("limesurvey/barometre/gui_all.sav").read_bytes()
    path = tmp_path / "half.sav"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(StudyError, match="half.sav: this SPSS or Stata file cannot be read"):
        open_table(path)


def test_a_child_has_a_limit_of_time_and_of_memory(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    path.write_bytes(b"x")
    slow = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(guarded, "SECONDS", 1)
    ended = guarded.run(slow, path, guarded.deadline(path))
    assert "takes longer" in ended.why and not ended.of_the_reader
    monkeypatch.setattr(guarded, "SECONDS", 20)
    large = [sys.executable, "-c", "x = bytearray(3 << 30); x[::4096] = x[::4096]"]
    ended = guarded.run(large, path, guarded.deadline(path))
    assert "takes more memory" in ended.why and not ended.of_the_reader
