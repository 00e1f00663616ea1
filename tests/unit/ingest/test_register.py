"""The register of métropoles holds what the law says, and its checks can fail."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import register

FOLDER = Path(__file__).parents[3] / "data" / "raw" / "register"


@pytest.fixture(scope="module")
def metropoles() -> pd.DataFrame:
    return register.read(FOLDER / "metropoles.csv")


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    text = {"metropole_siren": str, "epci_siren": str}
    return pd.read_csv(FOLDER / "epci_form_history.csv", dtype=text)


def test_the_22_metropoles_and_no_other(metropoles: pd.DataFrame) -> None:
    assert len(metropoles) == 22
    assert metropoles["siren"].is_unique and metropoles["name"].is_unique
    assert register.NOT_A_METROPOLE not in set(metropoles["siren"])
    assert "200054781" in set(metropoles["siren"])


def test_every_siren_has_its_check_digit(metropoles: pd.DataFrame) -> None:
    assert metropoles["siren"].map(register.luhn).all()


@given(
    st.sampled_from(["200046977", "243300316", "732829320"]), st.integers(0, 8), st.integers(1, 9)
)
def test_one_wrong_digit_is_caught(siren: str, at: int, shift: int) -> None:
    wrong = siren[:at] + str((int(siren[at]) + shift) % 10) + siren[at + 1 :]
    assert register.luhn(siren) and not register.luhn(wrong)


@pytest.mark.parametrize("text", ["", "24330031", "2433003161", "24330031 ", "a43300316"])
def test_what_is_no_siren(text: str) -> None:
    assert not register.luhn(text)


@pytest.mark.parametrize(
    ("day", "number"),
    [("2011-12-30", 0), ("2015-01-01", 12), ("2016-01-01", 14), ("2017-01-01", 15),
     ("2018-01-01", 22)],
)  # fmt: skip
def test_counts_by_date(metropoles: pd.DataFrame, day: str, number: int) -> None:
    assert register.in_being(metropoles, day) == number


def test_dates_are_ordered_and_shared(metropoles: pd.DataFrame) -> None:
    known = metropoles.dropna(subset=["predecessor_since"])
    assert len(known) == 21
    assert (known["predecessor_since"] < known["metropole_since"]).all()
    assert metropoles["metropole_since"].nunique() == 8
    assert (metropoles["metropole_since"] == "2015-01-01").sum() == 11


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("siren", "243300317", "is not a SIREN"),
        ("siren", register.NOT_A_METROPOLE, "communauté urbaine"),
        ("metropole_since", "1960-01-01", "before or when"),
        ("metropole_since", "2015-01-02", "11 métropoles on 2015-01-01"),
    ],
)
def test_a_wrong_cell_stops(tmp_path: Path, metropoles, column, value, sentence) -> None:
    changed = metropoles.copy()
    changed.loc[0, column] = value
    tables.write(changed, tmp_path / "metropoles.csv", "register")
    with pytest.raises(StudyError, match=sentence):
        register.read(tmp_path / "metropoles.csv")


def test_first_communaute_urbaine(metropoles: pd.DataFrame) -> None:
    derived = register.first_communaute_urbaine(metropoles)
    shipped = pd.read_csv(FOLDER / "first_communaute_urbaine.csv", dtype="string")
    pd.testing.assert_frame_equal(derived, shipped, check_dtype=False)
    never = set(derived.loc[derived["first_cu_since"].isna(), "siren"])
    assert never == {"200040715", "200039865", "243400017", "200023414", "248300543", "243500139",
                     "200054781"}  # fmt: skip
    since = derived.set_index("siren")["first_cu_since"]
    assert since["200054807"] == "2001-01-01" and since["200046977"] == "1969-01-01"


def test_first_communaute_urbaine_agrees_with_the_yearly_lists(
    metropoles: pd.DataFrame, history: pd.DataFrame
) -> None:
    """A body listed as CU on 1 January of some year was made one in the year before or that day."""
    listed = history[history["nature"] == "CU"].groupby("metropole_siren")["list_year_1jan"].min()
    derived = register.first_communaute_urbaine(metropoles).set_index("siren")["first_cu_since"]
    assert set(listed.index) == set(derived.dropna().index)
    for siren, year in listed.items():
        since = derived[siren]
        if year == 1999:  # the lists begin here: anything older is listed
            assert since <= "1999-01-01"
        else:
            assert f"{year - 1}-01-01" < since <= f"{year}-01-01"


def test_first_communaute_agglomeration(metropoles: pd.DataFrame, history: pd.DataFrame) -> None:
    derived = register.first_communaute_agglomeration(metropoles, history)
    shipped = pd.read_csv(FOLDER / "first_communaute_agglomeration.csv", dtype="string")
    pd.testing.assert_frame_equal(derived, shipped, check_dtype=False)
    since = derived.set_index("siren")["first_ca_since"]
    assert since["243400017"] == "2001-08-01", "Montpellier: the register's day, listed in 2002"
    assert since["200023414"] == "2000-01-01", "Rouen: before the merger of 2010"
    assert pd.isna(since["200054807"]) and pd.isna(since["200054781"])
    assert since.dropna().min() >= "1999-07-12", "the form is of that law"
    urban = register.first_communaute_urbaine(metropoles).set_index("siren")["first_cu_since"]
    both = since.notna() & urban.notna()
    assert (since[both] < urban[both]).all(), "an agglomeration first, then urban"
    assert (since.isna() & urban.isna()).sum() == 1, "only Grand Paris was neither"


def test_the_lists_cannot_tell_the_first_epci(history: pd.DataFrame) -> None:
    """18 of 22 already stood in the first list: left-censored, so no age is derived from it."""
    first = history.groupby("metropole_siren")["list_year_1jan"].min()
    assert (first == 1999).sum() == 18
    later = {"200030195": 2002, "248300543": 2002, "243700754": 2000, "200054781": 2016}
    assert first[first > 1999].to_dict() == later


def test_other_tables_name_the_same_bodies(metropoles: pd.DataFrame) -> None:
    sirens = set(metropoles["siren"])
    for name in ("metropoles_populations", "first_open_data_year", "first_communaute_urbaine",
                 "first_communaute_agglomeration"):  # fmt: skip
        table = pd.read_csv(FOLDER / f"{name}.csv", dtype=str)
        assert set(table["siren"]) == sirens and len(table) == 22, name
    events = pd.read_csv(FOLDER / "open_data_events.csv", dtype=str)
    assert set(events["siren"]) <= sirens


def test_opening_years_are_bounded_as_said() -> None:
    opened = pd.read_csv(FOLDER / "first_open_data_year.csv", dtype=str)
    assert opened["bound"].value_counts().to_dict() == {"=": 18, "<=": 3, ">": 1}
