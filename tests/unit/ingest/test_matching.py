"""Names and numbers of authorities matched to the register, and what is left to a person."""

import pandas as pd
import pytest

from barometre.errors import StudyError
from barometre.ingest import matching
from barometre.ingest.matching import matched

NAMES = {
    "200054781": "Métropole du Grand Paris",
    "200059889": "Grand Paris Seine & Oise",
    "243400017": "Montpellier Méditerranée Métropole",
    "200039865": "Metz Métropole",
    "246700488": "Eurométropole de Strasbourg",
    "243300316": "Bordeaux Métropole",
}


@pytest.fixture
def metropoles(root):
    path = root / "data/raw/register/metropoles.csv"
    return pd.read_csv(path, dtype=str).set_index("siren")["name"].to_dict()


def way(answer, names=NAMES, **more):
    match = matched([answer], names, **more)[0]
    return match.unit, match.way


@pytest.mark.parametrize(
    ("answer", "unit", "how"),
    [
        ("200054781", "200054781", "key"),
        ("200 054 781", "200054781", "SIREN"),
        ("200\u00a0054\u00a0781", "200054781", "SIREN"),
        ("200054781 00015", "200054781", "SIREN"),
        ("METROPOLE DU  GRAND PARIS", "200054781", "name"),
        ("Grand Paris Seine et Oise", "200059889", "name without its legal form"),
        ("Bordeaux", "243300316", "name without its legal form"),
        ("Strasbourg Eurométropole", "246700488", "name without its legal form"),
        ("Eurometropole de Strasboourg", "246700488", "similar name"),
        ("Montpelier Mediterranee Metropole", "243400017", "similar name"),
    ],
)
def test_matched(answer, unit, how):
    assert way(answer) == (unit, how)


@pytest.mark.parametrize(
    "answer",
    [
        "MONPTELLIER",
        "EUROMETROPOLE DE METZ / METZ METROPOLE",
        "Grand Lyon",
        "200054782",
        "Ville de Bordeaux",
        "CA de Bordeaux",
    ],  # other bodies in law
)
def test_what_is_not_sure_is_left_to_a_person_with_proposals(answer):
    match = matched([answer], NAMES)[0]
    assert match.unit == ""
    if answer == "MONPTELLIER":
        assert match.proposals[0].startswith("243400017")


def test_grand_paris_seine_et_oise_is_not_the_metropole_of_grand_paris(metropoles):
    assert "200059889" not in metropoles
    match = matched(["Grand Paris Seine & Oise", "GPS&O", "200059889"], metropoles)
    assert [one.unit for one in match] == ["", "", ""]


def test_every_metropole_finds_itself_by_name_and_in_capitals(metropoles):
    for siren, name in metropoles.items():
        assert way(name, metropoles)[0] == siren
        assert way(name.upper(), metropoles)[0] == siren


def test_letters_that_name_fictional_units_are_never_mixed_up():
    names = {str(at): f"Métropole {letter}" for at, letter in enumerate("ABC")}
    assert way("METROPOLE B", names, sirens=False) == ("1", "name")
    assert way("Métropole D", names, sirens=False)[0] == ""


def test_numbers_counted_up_by_a_spreadsheet_are_not_matched():
    texts = ["200067106", "201067106", "202067106", "243300316"]
    assert matching.filled_down(texts) == [1, 2]
    assert [one.unit for one in matched(texts, {**NAMES, "200067106": "X"})] == [
        "200067106", "", "", "243300316"]  # fmt: skip
    assert matching.filled_down(["200054781", "200059889", "243400017"]) == []
    assert matching.siren_of("201067106") == ""


def test_decisions_are_kept_and_read_back(tmp_path):
    path = tmp_path / "matches.csv"
    lost = {"MONPTELLIER": matched(["MONPTELLIER"], NAMES)[0]}
    assert matching.write_matches(path, lost) == 1
    assert matching.write_matches(path, lost) == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("answer,unit_id,proposals\nMONPTELLIER,,243400017 Montpellier")
    path.write_text(text.replace("MONPTELLIER,,", "MONPTELLIER,243400017,"), encoding="utf-8")
    decided = matching.read_matches(path)
    assert way("MONPTELLIER", decided=decided) == ("243400017", "decided")


def test_two_decisions_on_one_answer_are_named(tmp_path):
    path = tmp_path / "matches.csv"
    path.write_text("answer,unit_id\nA,1\nA,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"row 3: 'A' is given to '1' and to '2'"):
        matching.read_matches(path)
