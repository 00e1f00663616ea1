"""What the readers of survey tools share: drafts, options, packed files, time stamps, refusals."""

import gzip

import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre.__main__ import main
from barometre.errors import StudyError
from barometre.ingest import limits
from barometre.ingest.problems import problems
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of
from barometre.ingest.stamps import read_stamps, seconds_between
from tests.unit.ingest import made
from tests.unit.ingest.tool_exports import (
    ALCHEMER,
    EUSURVEY,
    GOOGLE,
    JISC,
    MICROSOFT,
    QUALTRICS,
    SPHINX,
    read,
    table,
    text,
)

SMALL = {
    "google_forms": ("e.csv", lambda path: text(path, GOOGLE)),
    "microsoft_forms": ("e.xlsx", lambda path: table(path, MICROSOFT)),
    "alchemer": ("e.csv", lambda path: text(path, ALCHEMER)),
    "jisc": ("e.csv", lambda path: text(path, JISC)),
    "eusurvey": ("e.xlsx", lambda path: table(path, EUSURVEY)),
    "sphinx": ("e.csv", lambda path: text(path, SPHINX)),
    "qualtrics": ("e.csv", lambda path: table(path, QUALTRICS)),
}


@pytest.mark.parametrize("reader", SMALL)
def test_a_drafted_codebook_reads_the_export_as_it_was_drafted(tmp_path, reader):
    name, write = SMALL[reader]
    path = write(tmp_path / name)
    assert main(["new", "made", "--from", str(path), "--raw", str(tmp_path / "raw")]) == 0
    assert problems(tmp_path / "raw/made") == []
    items = codebooks.load(tmp_path / "raw/made")
    values, _, export = read(path, reader)
    again, _, _ = read(path, reader, codebook=items)
    personal = items.items.index[items.items["role"] == "personal"]
    assert list(items.items.index) == list(values.columns)
    pd.testing.assert_frame_equal(again, values.drop(columns=personal))


def test_the_codebook_and_the_study_say_what_is_taken_apart(tmp_path):
    path = text(tmp_path / "e.csv", GOOGLE)
    values, _, _ = read(path, "google_forms", {"choices": {"quels_outils": []}})
    assert "quels_outils" in values.columns
    listed = {"choices": {"quels_outils": ["Git", "mon outil"]}}
    values, _, _ = read(path, "google_forms", listed)
    assert list(values["quels_outils[mon_outil]"]) == ["", "", "Y", ""]
    assert values["quels_outils[other]"].iloc[0] == "Wiki, Forum (privé, public)"
    others = ("quels_outils[other]", "viendrez_vous", "notez[le_site]", "notez[l_accueil]")
    rows = [made.item(code, "text") for code in (*others, "budget_k")]
    rows += [
        made.item("quels_outils[a]", "tick", label_fr="Outils | Git", label_en="Tools | Git"),
        made.item("quels_outils[b]", "tick", label_fr="Outils | Wiki", label_en="Tools | Wiki"),
    ]
    values, _, _ = read(path, "google_forms", codebook=made.codebook(tmp_path / "c", rows))
    assert list(values["quels_outils[b]"]) == ["Y", "Y", "", "Y"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("Non,2,,", "Non,2,,,,,,x"), "record 3: .* cells under 7 headings"),
        (lambda t: t.replace('"Oui, volontiers",1', '"Oui, volontiers,1'), "a quote is not closed"),
    ],
)
def test_faults_of_a_file_are_told_with_their_place(tmp_path, change, words):
    path = text(tmp_path / "e.csv", change(GOOGLE))
    with pytest.raises(StudyError, match=words):
        read_exports([path], {"reader": "google_forms"}, None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"items": ["a"]}, "exports.options.items: this is not a mapping"),
        ({"choices": {"quels_outils": "Git"}}, "exports.options.choices: this is not a mapping"),
        ({"dates": "year"}, "exports.options.dates: 'year' is neither"),
        ({"items": {"viendrez_vous": "budget_k"}}, "would both have the code 'budget_k'"),
    ],
)
def test_wrong_options_are_refused(tmp_path, options, words):
    path = text(tmp_path / "e.csv", GOOGLE)
    with pytest.raises(StudyError, match=words):
        read_exports([path], {"reader": "google_forms", "options": options}, None)


@pytest.mark.parametrize("reader", ["qualtrics", "eusurvey", "sphinx"])
def test_another_tools_file_is_refused(tmp_path, reader):
    with pytest.raises(StudyError, match=r"\.csv: row"):
        read_exports([text(tmp_path / "e.csv", "a,b\n1,2\n")], {"reader": reader}, None)


def test_a_packed_text_is_read_as_it_is(tmp_path):
    plain = text(tmp_path / "e.csv", GOOGLE)
    packed = tmp_path / "e.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    pd.testing.assert_frame_equal(*(read(p, "google_forms")[0] for p in (plain, packed)))
    table = tmp_path / "t.csv.gz"
    table.write_bytes(gzip.compress(b"id,q\n1,x\n"))
    assert read_exports([table], {"reader": "table"}, None).answers["value"].tolist() == ["1", "x"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(b"q\n" + b"x,\n" * 500_000), "would unfold to more than 1 MB"),
        (gzip.compress(GOOGLE.encode())[:-9], "cannot be unpacked"),
        (gzip.compress(b"q\n\0\n"), "NUL bytes"),
        (b"\x1f\x8bnothing", "cannot be unpacked"),
    ],
    ids=["bomb", "cut", "nul", "broken"],
)
def test_packed_bombs_and_broken_files_are_refused(tmp_path, monkeypatch, content, words):
    monkeypatch.setattr(limits, "SLOW", 1_000_000)
    path = tmp_path / "e.csv.gz"
    path.write_bytes(content)
    for door in (lambda: reader_of(path), lambda: read_exports([path], {"reader": "table"}, None)):
        with pytest.raises(StudyError, match=words):
            door()


@pytest.mark.parametrize(
    ("stamps", "order", "days", "finding"),
    [
        (["11/17/2020 18:23", "1/2/2020 1:00"], None, ["2020-11-17", "2020-01-02"], "month first"),
        (["13/11/2026 10:00", "02/11/2026"], None, ["2026-11-13", "2026-11-02"], "day first"),
        (["2020/06/05 11:34:01 AM EST", "2020-06-05T10:00Z"], None, ["2020-06-05"] * 2, "year f"),
        (["1/2/20 10:00"], None, [""], "not read, as day and month cannot be told apart"),
        (["1/2/20 10:00"], "dmy", ["2020-02-01"], "day first"),
        (["13/13/2020", "2020-02-31", ""], "dmy", ["", "", ""], "2 of 2 cannot be read"),
        (["13/1/2020", "1/13/2020"], None, ["", ""], "not read"),
    ],
)  # fmt: skip
def test_time_stamps(stamps, order, days, finding):
    read_out = read_stamps(stamps, order)
    assert read_out.days == days and finding in read_out.finding


def test_the_time_between_stamps_is_missing_where_it_runs_back():
    start, end = (
        read_stamps(["2020-01-01 10:00"] * 3),
        read_stamps(["2020-01-01 11:00 PM", "", "1999-01-01"]),
    )
    assert seconds_between(start, end) == [46_800, None, None]
