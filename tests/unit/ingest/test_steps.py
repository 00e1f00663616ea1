"""Consent, abandoned forms, merged and aggregated units, numbers in words, speeders."""

import pandas as pd
import pytest

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import cells, clean, drops, flags, limesurvey, repeats, units
from barometre.ingest.values import written_out
from tests.unit.ingest import made


@pytest.fixture
def codebook(tmp_path):
    items = [
        made.item("name", "text", "unit"),
        made.item("q", "scale", "score", theme="t", scale="s"),
        made.item("n", "number"),
        made.item("c", "choice"),
        made.item("ok", "yes_no", "background"),
    ]
    return made.codebook(tmp_path, items, made.scale("s", "low", "mid", "high", nsp="unknown"))


def batch(rows, complete=None):
    columns = ("name", "q", "n", "c", "ok")
    return made.batch({c: [row[at] for row in rows] for at, c in enumerate(columns)}, complete)


def by(entries, action):
    return {(one, item, after) for act, one, item, _, after, _ in entries if act == action}


def test_responses_without_consent_go_and_a_blank_is_none(codebook):
    given = batch([("A", "", "", "", ok) for ok in ("Y", "N", "")])
    after, entries = drops.drop_without_consent(given, {"item": "ok"}, codebook)
    assert list(after.values.index) == ["1"] and len(entries) == 2
    clean.check_conserved(given, after, entries, "x")


def test_abandoned_forms_go_by_answers_or_by_page(codebook):
    rows = [("A", "low", "", "", "Y"), ("B", "", "", "", "Y"), ("C", "low", "", "", "Y")]
    given = batch(rows, [True, False, False])
    given = type(given)(given.values, given.states, given.respondents.assign(last_page=[9, 1, 1]))
    after, _ = drops.drop_abandoned(given, {}, codebook)
    assert list(after.values.index) == ["1", "3"]
    after, entries = drops.drop_abandoned(given, {"last_page": 1}, codebook)
    assert list(after.values.index) == ["1"]
    clean.check_conserved(given, after, entries, "x")


def test_merging_fills_blanks_and_flags_what_contradicts(codebook):
    rows = [
        ("Lyon", "low", "5", "", ""),
        ("LYON", "high", "", "x", ""),
        ("Metz", "mid", "", "", ""),
    ]
    given = batch(rows)
    after, entries = repeats.merge_repeated_units(given, {"item": "name"}, codebook)
    assert list(after.values.index) == ["2", "3"]
    assert after.values.loc["2", ["q", "n", "c"]].tolist() == ["high", "5", "x"]
    assert after.states.at["2", "n"] == "answered"
    assert ("2", "n", "5") in by(entries, "changed") and ("2", "q", "high") in by(
        entries, "flagged"
    )
    clean.check_conserved(given, after, entries, "x")


def test_aggregating_takes_median_mean_and_majority_and_tells_the_agreement(codebook):
    rows = [
        ("Lyon", "low", "1", "x", "Y"),
        ("lyon", "mid", "2", "y", "Y"),
        ("Lyon ", "high", "6", "x", "Y"),
        ("Metz", "nsp", "", "", ""),
    ]
    given = batch(rows)
    after, entries = repeats.aggregate_units(given, {"item": "name"}, codebook)
    assert list(after.values.index) == ["3", "4"]
    assert after.values.loc["3", ["q", "n", "c", "ok"]].tolist() == ["mid", "3", "x", "Y"]
    said = [entry for entry in entries if entry[0] == "flagged"]
    assert said[0][4] == "4 of 12 pairs of answers agree"  # c: 1 of 3, ok: 3 of 3
    clean.check_conserved(given, after, entries, "x")


def test_every_respondent_of_an_aggregated_unit_is_kept_beside_it(codebook, tmp_path):
    rows = [
        ("Lyon", "low", "1", "x", "Y"),
        ("lyon", "mid", "2", "y", "Y"),
        ("Metz", "high", "", "", "N"),
        ("Brest", "low", "", "", "N"),
    ]
    given = batch(rows)
    answers = given.values.stack().rename_axis(["respondent_id", "item"]).rename("value")
    states = given.states.stack().to_numpy()
    steps = [
        {"step": "aggregate_units", "item": "name"},
        {"step": "drop_marked", "item": "name", "values": ["Brest"]},
    ]
    about = given.respondents.rename_axis("respondent_id").reset_index()
    cleaned = clean.clean(answers.reset_index().assign(state=states), about, codebook, steps)
    terms = {"id": "name", "register_key": "siren", "columns": [], "attributes": []}
    laid = units.lay_out(cleaned.batch, codebook, terms, str(tmp_path), "", cleaned.several)
    found = laid.informants[laid.informants["item"] == "q"]
    assert list(zip(found["unit_id"], found["respondent_id"], found["level"], strict=True)) == [
        ("lyon", "1", 0), ("lyon", "2", 1), ("Metz", "3", 2)
    ]  # fmt: skip
    counts = laid.units.set_index("unit_id")["n_respondents"]
    assert counts.to_dict() == {"Metz": 1, "lyon": 2}
    alone = units.lay_out(cleaned.batch, codebook, terms, str(tmp_path))
    assert alone.informants.empty and (alone.units["n_respondents"] == 1).all()
    tables.check(alone.informants, "informant_answers")
    tables.check(laid.informants, "informant_answers")


@pytest.mark.parametrize(
    ("text", "counts_in", "number"),
    [
        ("12 M€", 1, "12000000"),
        ("12 M€", 1_000_000, "12"),
        ("3,5 millions d'euros", 1, "3500000"),
        ("250 k€", 1, "250000"),
        ("1 250 habitants", 1, "1250"),
        ("80 %", 1, "80"),
        ("1 250", 1, ""),
        ("environ 12", 1, ""),
        ("12-15 M€", 1, ""),
        ("1,250 €", 1, ""),
        ("M€", 1, ""),
        ("douze", 1, ""),
    ],
)
def test_numbers_written_out(text, counts_in, number):
    assert written_out(text, counts_in) == number


def test_numbers_in_words_are_read_and_logged(codebook):
    given = batch(
        [("A", "", "12 M€", "", ""), ("B", "", "1 250", "", ""), ("C", "", "vers 3", "", "")]
    )
    after, entries = cells.read_numbers(given, {"item": "n"}, codebook)
    assert after.values["n"].tolist() == ["12000000", "1 250", "vers 3"]
    assert by(entries, "changed") == {("1", "n", "12000000")}
    clean.check_conserved(given, after, entries, "x")


def test_speeders_are_flagged_among_complete_responses(codebook):
    given = batch([("A", "", "", "", "")] * 4, [True, True, True, False])
    timed = given.respondents.assign(duration_seconds=[600.0, 500.0, 60.0, 5.0])
    given = type(given)(given.values, given.states, timed)
    _, entries = flags.flag_speeders(given, {"share_of_median": 0.3}, codebook)
    assert [entry[1] for entry in entries] == ["3"]
    with pytest.raises(StudyError, match="give `minimum_seconds`"):
        flags.flag_speeders(given, {}, codebook)


def test_planted_faults_of_the_staff_survey(shared, tmp_path):
    """20 straightliners, seniority in years of birth (id 101) and 99 (id 501); nobody is lost."""
    truth = pd.read_csv(
        shared("limesurvey/truth_agents_long.csv"), dtype=str, keep_default_na=False
    )
    parts = truth["subquestion"].where(truth["subquestion"] == "", "[" + truth["subquestion"] + "]")
    truth = truth.assign(export_header=truth["question_code"] + parts)
    lists = truth.groupby("question_code")["export_header"].nunique()
    likert = truth[
        (truth["question_type"].isin(["F", "A"])) & (truth["question_code"].map(lists) == 5)
    ]
    items = [
        made.item(code, "scale", "score", theme="t", scale="s")
        for code in likert["export_header"].unique()
    ]
    others = [
        made.item(code, "number" if kind == "N" else "text")
        for code, kind in truth[["export_header", "question_type"]]
        .drop_duplicates()
        .itertuples(index=False)
        if kind not in "FX"
    ]
    answers = sorted(set(likert["value"]) - {""})
    codebook = made.codebook(tmp_path, [*items, *others], made.scale("s", *answers))
    export = limesurvey.read(shared("limesurvey/agents/gui_code_short_comma_all.csv"), {}, codebook)
    years = next(
        row["item"] for row in others if row["kind"] == "number"
        and "2011" in set(truth[truth["export_header"] == row["item"]]["value"])
    )  # fmt: skip
    steps = [
        {"step": "flag_outliers", "item": years, "high": 50},
        {"step": "flag_straightliners", "minimum_items": 20},
    ]
    result = clean.clean(export.answers, export.respondents, codebook, steps)
    log = result.log
    assert set(log[log["step"] == "flag_outliers"]["respondent_id"]) == {"101", "501"}
    wide = likert.pivot(index="response_id", columns="export_header", values="value")
    full = wide[(wide != "").sum(axis=1) >= 20]
    straight = set(full.index[full.apply(lambda row: len(set(row) - {""}) == 1, axis=1)])
    assert set(log[log["step"] == "flag_straightliners"]["respondent_id"]) == straight
    assert 15 <= len(straight) <= 25  # 2 % were planted
    assert len(result.batch.values) == 1000
