"""Each planted fault is found by its step; no good response is lost; every row is accounted for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import cells, clean, drops, flags, limesurvey, repeats
from tests.unit.ingest import made

# The list of docs/cleaning.md for the genuine survey.
STEPS = [
    {"step": "drop_tests", "item": "nomcoll"},
    {"step": "drop_exact_duplicates"},
    {"step": "drop_repeated_units", "item": "nomcoll", "keep": "first"},
    {"step": "drop_unfinished", "complete_only": True},
    {"step": "flag_outliers", "item": "ame1", "low": 0, "high": 100},
    {"step": "flag_outliers", "item": ["govbud", "idpop"], "ratio": 50},
    {"step": "blank_impossible"},
    {"step": "flag_straightliners"},
]
GOOD = {*range(1, 50)} - {4, 5, 12, 15, 45, 46, 47, 48, 49}


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("survey")
    once = {}

    def run(shared):
        if not once:
            codebook = made.survey_codebook(shared, folder)
            path = shared("limesurvey/barometre/gui_code_short_comma_all.csv")
            export = limesurvey.read(path, {}, codebook)
            once["done"] = clean.clean(export.answers, export.respondents, codebook, STEPS)
        return once["done"]

    return run


def logged(result, step: str, action: str) -> set[int]:
    rows = result.log[(result.log["step"] == step) & (result.log["action"] == action)]
    return {int(one) for one in rows["respondent_id"]}


def test_planted_faults_are_found_by_the_right_step(shared, cleaned):
    result = cleaned(shared)
    assert logged(result, "drop_tests", "removed") == {49}
    assert logged(result, "drop_exact_duplicates", "removed") == {12}
    assert logged(result, "drop_repeated_units", "removed") == {15, 48}
    assert logged(result, "drop_repeated_units", "changed") == {2, 7, 8, 9, 10}
    assert logged(result, "drop_unfinished", "removed") == {4, 5, 45, 46, 47}
    assert logged(result, "flag_outliers", "flagged") == {17}
    assert logged(result, "flag_outliers 2", "flagged") == {24, 33}


def test_none_of_the_40_good_responses_is_lost(shared, cleaned):
    result = cleaned(shared)
    assert {int(one) for one in result.batch.values.index} == GOOD
    assert len(GOOD) == 40
    names = set(result.batch.values["nomcoll"])
    assert {f"Métropole {letter}" for letter in "BCDEF"} <= names


def test_tables_meet_their_contracts(shared, cleaned):
    result = cleaned(shared)
    tables.check(result.log, "cleaning_log")
    flow = tables.check(result.flow, "response_flow")
    assert list(flow["rows_out"]) == [49, 48, 47, 45, 40, 40, 40, 40, 40]
    assert list(flow["rows_in"])[1:] == list(flow["rows_out"])[:-1]


def test_a_step_that_loses_a_row_stops_the_run(monkeypatch, tmp_path):
    def loses(batch, parameters, codebook):
        return batch.without([batch.values.index[0]]), []

    def changes(batch, parameters, codebook):
        return batch.blanked("a", [batch.values.index[0]]), []

    codebook = made.codebook(tmp_path, [made.item("a")])
    before = made.batch({"a": ["1", "2"]})
    for fault, words in ((loses, "2 rows in, 1 out, 0 logged"), (changes, "1 cells changed")):
        after, entries = fault(before, {}, codebook)
        with pytest.raises(clean.RowsLostError, match=words):
            clean.check_conserved(before, after, entries, "faulty")


def ids(entries) -> list[str]:
    return [entry[1] for entry in entries]


def test_marked_rows_go(tmp_path):
    codebook = made.codebook(tmp_path, [made.item("mark", "text")])
    batch = made.batch({"mark": ["", "Duplicate,\u00a0exclude", "keep"]})
    left, entries = drops.drop_marked(
        batch, {"item": "mark", "values": ["Duplicate, exclude"]}, codebook
    )
    assert ids(entries) == ["2"]
    assert list(left.values.index) == ["1", "3"]


@pytest.mark.parametrize("name", ["test", "TEST ", "bla bla", "toto", "?", "Essai 2", "xxx"])
def test_tests_of_the_form_are_seen(tmp_path, name):
    codebook = made.codebook(tmp_path, [made.item("n", "text")])
    _, entries = drops.drop_tests(made.batch({"n": [name, "Lyon"]}), {"item": "n"}, codebook)
    assert ids(entries) == ["1"]


@pytest.mark.parametrize("name", ["Test Valley", "Testelt", "Essaillon", "Blagnac", "", "Y"])
def test_real_names_are_not_taken_for_tests(tmp_path, name):
    codebook = made.codebook(tmp_path, [made.item("n", "text")])
    _, entries = drops.drop_tests(made.batch({"n": [name]}), {"item": "n"}, codebook)
    assert entries == []


def test_unfinished_by_share_of_scored_items_shown(tmp_path):
    items = [made.item(code, "number", "score", theme="t") for code in "abcd"]
    codebook = made.codebook(tmp_path, items)
    batch = made.batch({"a": ["1", "1"], "b": ["1", ""], "c": ["", ""], "d": ["", ""]})
    batch.states.loc["1", ["c", "d"]] = "not_shown"
    _, entries = drops.drop_unfinished(batch, {"minimum_answered": 0.5}, codebook)
    assert ids(entries) == ["2"]


def test_complete_responses_are_preferred_and_the_last_is_kept(tmp_path):
    codebook = made.codebook(tmp_path, [made.item("n", "text")])
    batch = made.batch({"n": ["Metz", "METZ", "métz "]}, complete=[True, True, False])
    left, _ = repeats.drop_repeated_units(batch, {"item": "n"}, codebook)
    assert list(left.values.index) == ["2"]
    left, _ = repeats.drop_repeated_units(batch, {"item": "n", "keep": "first"}, codebook)
    assert list(left.values.index) == ["1"]


def test_similar_names_are_one_unit_only_when_asked(tmp_path):
    codebook = made.codebook(tmp_path, [made.item("n", "text")])
    batch = made.batch({"n": ["Montpellier", "MONPTELLIER", "Métropole A", "Métropole B"]})
    _, entries = repeats.drop_repeated_units(batch, {"item": "n"}, codebook)
    assert [entry for entry in entries if entry[0] == "removed"] == []
    names = batch.values["n"][:2]
    assert repeats.same_units(names, 0.9) == [["1", "2"]]


def test_outliers_are_flagged_and_left(tmp_path):
    codebook = made.codebook(tmp_path, [made.item("a")])
    batch = made.batch({"a": ["10", "12", "1 200", "0,1", "", "x"]})
    after, entries = cells.flag_outliers(batch, {"item": "a", "ratio": 50}, codebook)
    assert ids(entries) == ["3", "4"]
    assert after.values.equals(batch.values)


def test_impossible_values_are_blanked_and_logged(tmp_path):
    codebook = made.codebook(
        tmp_path,
        [
            made.item("a", "number", minimum="0", maximum="100"),
            made.item("d", "date", minimum="1960", maximum="2026-12-31"),
        ],
    )
    batch = made.batch({"a": ["101", "99", "12 M€"], "d": ["31/12/1966", "1950-01-01", "2027"]})
    after, entries = cells.blank_impossible(batch, {}, codebook)
    assert [(entry[1], entry[2]) for entry in entries] == [
        ("1", "a"), ("3", "a"), ("2", "d"), ("3", "d")]  # fmt: skip
    assert list(after.values["a"]) == ["", "99", ""]
    assert after.states.at["1", "a"] == "empty"


def test_straightliners_are_flagged(tmp_path):
    items = [made.item(f"i{n}", "scale", "score", theme="t", scale="s") for n in range(8)]
    codebook = made.codebook(tmp_path, items, made.scale("s", "0", "1", "2"))
    columns = {f"i{n}": ["1", str(n % 3), "1" if n < 3 else ""] for n in range(8)}
    after, entries = flags.flag_straightliners(made.batch(columns), {}, codebook)
    assert ids(entries) == ["1"]
    assert len(after.values) == 3


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"step": "drop_tests"}, "name the item it is about"),
        ({"step": "drop_tests", "item": "nom"}, "there is no item 'nom'"),
        ({"step": "drop_unfinished", "minimum": 0.5}, "'minimum' is not one of its parameters"),
    ],
)
def test_a_wrong_step_stops_with_a_sentence(tmp_path, step, words):
    codebook = made.codebook(tmp_path, [made.item("a")])
    batch = made.batch({"a": ["1"]})
    with pytest.raises(StudyError, match=words):
        clean.STEPS[step["step"]][0](batch, step, codebook)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["Lyon", "lyon ", "LYON", "Metz", "test", "?", "", "Métz"]), min_size=1
    )
)
def test_rows_in_are_rows_out_plus_rows_logged(tmp_path_factory, names):
    codebook = made.codebook(tmp_path_factory.getbasetemp() / "c", [made.item("n", "text")])
    batch = made.batch({"n": names})
    for step in ("drop_tests", "drop_exact_duplicates", "drop_repeated_units"):
        parameters = {} if step == "drop_exact_duplicates" else {"item": "n"}
        after, entries = clean.STEPS[step][0](batch, parameters, codebook)
        clean.check_conserved(batch, after, entries, step)
        batch = after
