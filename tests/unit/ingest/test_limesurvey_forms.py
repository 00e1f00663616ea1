"""Archives, JSON, VV and SPSS exports of LimeSurvey: small ones made here, and the genuine ones."""

import json
import shutil
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from barometre.__main__ import main
from barometre.errors import StudyError
from barometre.ingest import limesurvey, limesurvey_dat, limesurvey_vv
from barometre.ingest.limesurvey_codes import from_underscores, undecimal
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of
from barometre.ingest.structure import structure_codebook
from tests.unit.ingest import made

FOLDER = "limesurvey/barometre/"
LSS = "limesurvey/structure/limesurvey_survey_452781.lss"
FORMS = (
    *("survey_archive_452781.lsa", "rpc_code_short_all.json", "vvexport_452781_v2_all.csv"),
    *("gui_all.sav", "v2_survey_452781_SPSS_data_file.dat"),
)


def states(export) -> dict[tuple[str, str], str]:
    rows = export.answers
    return dict(
        zip(zip(rows["respondent_id"], rows["item"], strict=True), rows["state"], strict=True)
    )


def values(export) -> dict[tuple[str, str], str | None]:
    rows = export.answers.astype(object).where(export.answers.notna(), None)
    return {(r.respondent_id, r.item): r.value for r in rows.itertuples()}


def rows_of(*records: dict[str, str]) -> str:
    """Rows of one of LimeSurvey's tables, each cell a CDATA section."""
    cells = (
        "".join(f"<{tag}><![CDATA[{text}]]></{tag}>" for tag, text in record.items())
        for record in records
    )
    return f"<rows>{''.join(f'<row>{one}</row>' for one in cells)}</rows>"


def structure() -> str:
    """Two pages: a yes/no question and a number that it opens; a dual scale and a text."""
    asked = [("Y", "q", "1", "1"), ("N", "n", "1", 'q.NAOK == "Y"')]
    asked += [("1", "d", "2", "1"), ("T", "t", "2", "1")]
    questions = [
        {"qid": str(at), "sid": "7", "gid": gid, "type": kind, "title": code, "other": "N"}
        | {"question_order": str(at), "relevance": relevance}
        for at, (kind, code, gid, relevance) in enumerate(asked, start=1)
    ]
    groups = [{"gid": gid, "sid": "7", "group_order": gid} for gid in "12"]
    part = {"qid": "9", "parent_qid": "3", "title": "SQ1", "scale_id": "0", "question_order": "1"}
    tables = {
        "groups": rows_of(*groups),
        "questions": rows_of(*questions),
        "subquestions": rows_of(part),
        "surveys": rows_of({"sid": "7", "format": "G"}),
    }
    inside = "".join(f"<{name}>{rows}</{name}>" for name, rows in tables.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><document>{inside}</document>'


FIELDS = ("id", "submitdate", "lastpage", "startlanguage")
ITEMS = ("7X1X1", "7X1X2", "7X2X3SQ1#0", "7X2X3SQ1#1", "7X2X4")


def responses(*records: dict[str, str], before: str = "") -> str:
    listed = "".join(f"<fieldname>{name}</fieldname>" for name in (*FIELDS, *ITEMS))
    head = f'<?xml version="1.0" encoding="UTF-8"?>{before}<document><responses>'
    return f"{head}<fields>{listed}</fields>{rows_of(*records)}</responses></document>"


def archive(path: Path, table: str, **more: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("survey_7.lss", structure())
        target.writestr("survey_7_responses.lsr", table)
        for name, text in more.items():
            target.writestr(name.replace("__", "."), text)
    return path


COMPLETE = {"id": "1", "submitdate": "2020-01-01 10:00:00", "lastpage": "2", "startlanguage": "fr"}
ANSWERS = {
    "_7X1X1": "Y",
    "_7X1X2": "12.5000000000",
    "_7X2X3SQ1-0": "A1",
    "_7X2X3SQ1-1": "B2",
    "_7X2X4": "a\r\nb",
}
HIDDEN = {"id": "2", "submitdate": "2020-01-02 10:00:00", "lastpage": "2", "startlanguage": "fr"}
CUT_OFF = {"id": "3", "lastpage": "1", "startlanguage": "fr", "_7X1X1": "Y"}


def test_an_archive_carries_its_own_questionnaire(tmp_path):
    table = responses(COMPLETE | ANSWERS, HIDDEN | {"_7X1X1": "N", "_7X2X4": ""}, CUT_OFF)
    export = limesurvey.read(archive(tmp_path / "a.lsa", table), {}, None)
    found, kinds = values(export), states(export)
    assert [found["1", item] for item in ("q", "n", "d[SQ1][1]", "d[SQ1][2]", "t")] == [
        *("Y", "12.5", "A1", "B2", "a\nb")
    ]
    assert kinds["2", "n"] == "not_shown" and kinds["2", "t"] == "empty"
    assert kinds["2", "d[SQ1][1]"] == "not_shown"  # NULL in a text without a condition
    assert kinds["3", "n"] == "empty" and kinds["3", "t"] == "not_reached"
    assert list(export.respondents["complete"]) == [True, True, False]


def test_timings_of_an_archive_tell_how_long_it_took(tmp_path):
    names = ("id", "interviewtime", "7X1time", "7X1X1time", "7X2time", "7X2X4time")
    listed = "".join(f"<fieldname>{name}</fieldname>" for name in names)
    times = rows_of({"id": "1", "interviewtime": "61.5", "_7X1time": "60", "_7X2time": "1.5"})
    timings = f"<document><timings><fields>{listed}</fields>{times}</timings></document>"
    path = archive(
        tmp_path / "a.lsa", responses(COMPLETE | ANSWERS, CUT_OFF), **{"t__lsi": timings}
    )
    export = limesurvey.read(path, {}, None)
    assert list(export.respondents["duration_seconds"].fillna(-1)) == [61.5, -1]
    assert states(export)["3", "t"] == "not_reached"
    assert not any("Time" in item for item in export.answers["item"])


ENTITY = '<!DOCTYPE d [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (responses(COMPLETE, before=ENTITY), "defines XML entities"),
        (responses(COMPLETE)[:-30], "no whole XML document"),
        ("<a>" * 200_000, "no whole XML document"),
        (responses(COMPLETE | {"_7X9X9": "x"}), "row 1: the field '_7X9X9' is not in"),
        (responses(COMPLETE).replace("</row>", "<id>4</id></row>"), "row 1: a field stands twice"),
        ("<document/>", "there is no column 'id'"),
        ("", "no whole XML document"),
    ],
)
def test_broken_tables_of_an_archive_are_refused(tmp_path, table, sentence):
    path = archive(tmp_path / "a.lsa", table)
    with pytest.raises(StudyError, match=sentence):
        limesurvey.read(path, {}, None)


def test_an_archive_without_one_table_of_responses_is_refused(tmp_path):
    path = archive(tmp_path / "a.lsa", responses(COMPLETE), **{"b__lsr": responses(HIDDEN)})
    with pytest.raises(StudyError, match="expected one .lsr table"):
        limesurvey.read(path, {}, None)
    bare = tmp_path / "b.lsa"
    with zipfile.ZipFile(bare, "w") as target:
        target.writestr("survey_7.lss", structure())
    with pytest.raises(StudyError, match="no whole LimeSurvey archive with responses"):
        reader_of(bare)


def as_json(tmp_path, found) -> Path:
    path = tmp_path / "a.json"
    path.write_text(found if isinstance(found, str) else json.dumps(found), encoding="utf-8")
    return path


ONE = {"id": 1, "submitdate": None, "lastpage": 1, "startlanguage": "fr", "q": "Y", "n": None}


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_keeps_null_apart(tmp_path, wrapped):
    done = ONE | {"id": 2, "submitdate": "2020-01-01 00:00:00", "q": "", "t": None, "n": 1.5}
    records = [ONE | {"t": "x"}, done]
    listed = [{str(one["id"]): one} for one in records] if wrapped else records
    export = limesurvey.read(as_json(tmp_path, {"responses": listed}), {}, None)
    assert values(export)["2", "n"] == "1.5" and states(export)["2", "q"] == "empty"
    assert states(export)["2", "t"] == "not_shown"
    assert list(export.respondents["complete"]) == [False, True]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ('{"responses": ' + "[" * 1_000_000, "nested deeper than any export"),
        ('{"responses": ' + '{"a":' * 1_000_000, "nested deeper than any export"),
        ('{"responses": [{"id": 1', "no whole JSON document"),
        ('{"responses": [{"id": 1, "id": 2}]}', "stands twice in one object"),
        ("", "no whole JSON document"),
        ([1, 2], "expected LimeSurvey's form"),
        ({"responses": [[1]]}, "expected LimeSurvey's form"),
        ({"responses": []}, "there is no column 'id'"),
        ({"responses": [ONE, {"id": 2}]}, "response 2: 1 of 6 columns"),
        ({"responses": [ONE | {"q": True}]}, "response 1, 'q': a cell is a text"),
        ({"responses": [ONE | {"q": {"a": "b"}}]}, "response 1, 'q': a cell is a text"),
    ],
)
def test_other_json_is_refused(tmp_path, found, sentence):
    began = time.monotonic()
    with pytest.raises(StudyError, match=sentence):
        limesurvey.read(as_json(tmp_path, found), {}, None)
    assert time.monotonic() - began < 10


VV_HEAD = (
    '"ID"\t"Soumis"\tP\tL\tQ\tD\tD\tT\n'
    "id\tsubmitdate\tlastpage\tstartlanguage\tq\td_SQ1_0\td_SQ1_1\tt\n"
)


def vv(tmp_path, text: str) -> Path:
    path = tmp_path / "vvexport.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_vv_is_told_from_a_table_and_read(tmp_path):
    null = limesurvey_vv.NULL
    text = f"{VV_HEAD}1\t2020-01-01\t2\tfr\t{null}\tA1\tB2\t\n"
    path = vv(tmp_path, f"{text}2\t2020-01-01\t2\tfr\tY\tA1\tB2\tz\n")
    assert reader_of(path) == "limesurvey"
    export = limesurvey.read(path, {}, None)
    assert states(export)["1", "q"] == "not_shown" and states(export)["1", "t"] == "empty"
    assert values(export)["1", "d[SQ1][2]"] == "B2"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("{lbrace}newline}", "{newline}"),
        ("a{cr}{newline}b{tab}c", "a\r\nb\tc"),
        ('"il dit ""oui"""', 'il dit "oui"'),
        (r'"version \"finale\" ; adoptée"', r"version \"finale\" ; adoptée"),
        (r'"C:\temp\nouveau ""dossier""\"', r'C:\temp\nouveau "dossier"' + "\\"),
        ('{quote}oui"', '"oui"'),
        ("", ""),
        ("{question_not_shown}", None),
    ],
)
def test_escapes_of_vv(cell, text):
    assert limesurvey_vv.cell_of(cell) == text


def test_vv_that_is_cut_or_of_the_old_version_is_refused(tmp_path):
    with pytest.raises(StudyError, match="line 3: 3 cells under 8 names"):
        limesurvey.read(vv(tmp_path, f"{VV_HEAD}1\t\t1"), {}, None)
    old = VV_HEAD.replace("\tq\t", "\t7X1X1\t") + "1\t\t1\tfr\tY\tA1\tB2\tx\n"
    with pytest.raises(StudyError, match="VV of version 1.*--structure"):
        limesurvey.read(vv(tmp_path, old), {}, None)


def test_vv_of_version_1_is_read_with_the_questionnaire(tmp_path):
    (tmp_path / "q.lss").write_text(structure(), encoding="utf-8")
    book = structure_codebook(tmp_path / "q.lss")
    names = "\t".join((*FIELDS, *ITEMS))
    text = f"{names}\n{names}\n1\t2020-01-01\t2\tfr\tY\t12.5000000000\tA1\tB2\tx\n"
    export = limesurvey.read(vv(tmp_path, text), {}, book)
    assert [values(export)["1", item] for item in ("n", "d[SQ1][1]", "d[SQ1][2]", "t")] == [
        *("12.5", "A1", "B2", "x")
    ]


SPS = """*$Rev: 121017 $ all 2.
 /VARIABLES=
 V1 A20
 V2 A20
 V3 F2
 V4 DATETIME23.2
 V5 F2
 V6 A2
 V7 F1
 V8 F1
 V9 F1
 V10 F8.2
 V11 A9
 V12 A9.
CACHE.
VALUE LABELS  V7
 1 "Oui"
 2 "Non".
VALUE LABELS  V8
 1 "Augmenter"
 2 "Sans changement"
 3 "Diminuer".
VALUE LABELS  V9
 1 "Oui"
 0 "Non sélectionné".
""" + "".join(
    f"RENAME VARIABLES ( V{at} = {name} ).\n"
    for at, name in enumerate(
        [
            "firstname",
            "email",
            "id",
            "submitdate",
            "lastpage",
            "startlanguage",
            "q",
            "e",
            "m_SQ1",
            "n",
            "c",
            "c_other",
        ],
        1,
    )
)
DAT = "'Prénom','p@x.example',1,'01-02-2020 10:00:00',2,'fr',2,3,0,50.00,,'l''autre'\n"


def pair(tmp_path, answers: str = DAT, syntax: str = SPS) -> Path:
    (tmp_path / "v_SPSS_syntax_file.sps").write_text(syntax, encoding="utf-8")
    path = tmp_path / "v_SPSS_data_file.dat"
    path.write_text(answers, encoding="utf-8")
    return path


def test_the_syntax_names_and_decodes_the_answers(tmp_path):
    export = limesurvey.read(pair(tmp_path), {}, None)
    assert values(export) == {
        **{("1", "q"): "N", ("1", "e"): "D", ("1", "m[SQ1]"): None, ("1", "n"): "50"},
        **{("1", "c"): "-oth-", ("1", "c[other]"): "l'autre"},
    }
    assert list(export.respondents["submitted"]) == ["2020-02-01"]
    reading = export.reading.set_index("what")["found"]
    assert reading["columns of the participants' list, cut off"] == "2"
    assert reading["answers 'other' taken from their texts"] == "c"


def test_answers_without_syntax_need_the_questionnaire(tmp_path):
    path = pair(tmp_path)
    (tmp_path / "v_SPSS_syntax_file.sps").unlink()
    with pytest.raises(StudyError, match="put the syntax file .* or name the questionnaire"):
        limesurvey.read(path, {}, None)
    items = [made.item("q", "yes_no"), made.item("e", "text"), made.item("m[SQ1]", "tick")]
    items += [made.item("n"), made.item("c", "text"), made.item("c[other]", "text")]
    export = limesurvey.read(path, {}, made.codebook(tmp_path / "c", items))
    assert values(export)["1", "n"] == "50" and values(export)["1", "q"] == "N"
    with pytest.raises(StudyError, match="do not end in them"):
        limesurvey.read(path, {}, made.codebook(tmp_path / "d", items[1::-1]))


@pytest.mark.parametrize(
    ("answers", "syntax", "sentence"),
    [
        (DAT[:-12] + "\n", SPS, "a quote is not closed|cells, and"),
        ("'a',1\n", SPS, "record 1: 2 cells, and v_SPSS_syntax_file.sps names 12"),
        (DAT, "nothing", "expected the names id, submitdate"),
        ("", SPS, "the file is empty"),
    ],
)
def test_answers_that_do_not_fit_their_syntax_are_refused(tmp_path, answers, syntax, sentence):
    with pytest.raises(StudyError, match=sentence):
        limesurvey.read(pair(tmp_path, answers, syntax), {}, None)


def test_underscores_come_back_as_brackets():
    names = ["q", "g_SQ1", "g_other", "a_X_2024", "a_Y_2025", "d_S1_0", "d_S1_1", "f__filecount"]
    assert list(from_underscores(names, [], 0).values()) == [
        *("q", "g[SQ1]", "g[other]", "a[X_2024]", "a[Y_2025]", "d[S1][1]", "d[S1][2]"),
        "f[filecount]",
    ]
    assert list(from_underscores(["d_S1_1", "d_S1_2"], [], 1).values()) == ["d[S1][1]", "d[S1][2]"]
    # A codebook knows that these are the columns 0 and 1 of an array.
    known = ["d[S1_0]", "d[S1_1]"]
    assert list(from_underscores(["d_S1_0", "d_S1_1"], known, 0).values()) == known


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("50.0000000000", "50"),
        ("-3.10", "-3.1"),
        ("7", "7"),
        ("1e5", "1e5"),
        ("", ""),
        (None, None),
    ],
)
def test_numbers_lose_the_zeros_of_the_database(text, number):
    assert undecimal(text) == number


def personal_values(shared) -> set[str]:
    """What the participants' list and LimeSurvey's own columns say of each person."""
    people = pd.read_csv(shared(FOLDER + "tokens_452781.csv"), dtype=str, keep_default_na=False)
    about = pd.read_csv(shared("limesurvey/truth_meta.csv"), dtype=str, keep_default_na=False)
    columns = [people[name] for name in ("firstname", "lastname", "email", "token")]
    columns += [people[name] for name in people.columns if "attribute" in name]
    columns += [about[name] for name in ("token", "seed", "ipaddr", "refurl")]
    return {text for column in columns for text in column if len(text) > 3}


@pytest.mark.parametrize("name", FORMS)
def test_no_personal_value_leaves_the_reader(shared, tmp_path, name):
    path = shared(FOLDER + name)
    book = made.survey_codebook(shared, tmp_path / "c")
    export = read_exports([path], {"reader": reader_of(path)}, book)
    frames = (export.answers, export.respondents, export.reading)
    written = "\n".join(frame.to_csv(index=False) for frame in frames)
    secrets = personal_values(shared)
    # Made-up names that are words of answers too are looked for as whole cells.
    said = "\n".join(made.truth(shared).query("question_code != 'idrep'")["value"])
    common = {text for text in secrets if text in said}
    assert len(secrets) > 200 and len(common) < 10
    assert [text for text in sorted(secrets - common) if text in written] == []
    assert not set(export.answers["value"].dropna()) & (common - set(made.truth(shared)["value"]))


def test_the_participants_never_leave_the_spss_pair_even_without_a_codebook(shared, tmp_path):
    for name in ("v2_survey_452781_SPSS_data_file.dat", "v2_survey_452781_SPSS_syntax_file.sps"):
        shutil.copyfile(shared(FOLDER + name), tmp_path / name)
    path = tmp_path / "v2_survey_452781_SPSS_data_file.dat"
    assert main(["read", str(path), "--out", str(tmp_path / "out.csv")]) == 0
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    people = pd.read_csv(shared(FOLDER + "tokens_452781.csv"), dtype=str, keep_default_na=False)
    answered = set(made.truth(shared)["value"])
    for column in ("email", "token"):
        assert [text for text in people[column] if text and text in written] == []
    answers = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    assert not {"firstname", "lastname", "email"} & set(answers["item"])
    only_listed = {*people["firstname"], *people["lastname"]} - answered
    assert set(answers["value"]) & only_listed == set()


def test_what_a_syntax_says_is_found_beside_the_answers(shared):
    path = shared(FOLDER + "v2_survey_452781_SPSS_data_file.dat")
    file = limesurvey_dat.syntax_beside(path)
    assert file is not None and file.name == "v2_survey_452781_SPSS_syntax_file.sps"
    syntax = limesurvey_dat.read_syntax(file)
    assert len(syntax.names) == 132 and syntax.names.index("id") == 11
    assert syntax.answers["gov4"]["2"] == "DGA Ressources"


@pytest.mark.parametrize("name", FORMS)
def test_genuine_forms_are_one_table_with_the_questionnaire(shared, name):
    """Codes, items and states are those of the archive; texts may have lost what a form loses."""
    book = structure_codebook(shared(LSS))
    best = limesurvey.read(shared(FOLDER + FORMS[0]), {}, book).answers
    other = limesurvey.read(shared(FOLDER + name), {}, book).answers
    both = best.merge(other, on=["respondent_id", "item"], how="outer", suffixes=("", "_other"))
    assert len(both) == len(best) == len(other) == 49 * 111
    assert (both["state"] == both["state_other"]).all()
    texts = {"comm", "comm2", "cyb2", "nomcoll"}
    differ = both[both["value"].fillna("") != both["value_other"].fillna("")]
    assert set(differ["item"]) <= texts
