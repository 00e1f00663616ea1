"""Plain tables, wide and long, and the cutting of text into cells."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre.errors import StudyError
from barometre.ingest import delimited, sheets, tabular
from barometre.ingest.values import iso_date, number
from barometre.ingest.wording import key, plain
from tests.unit.ingest import made


def write(tmp_path, content, name="table.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    return path


def values(export) -> dict:
    rows = export.answers.astype(object).fillna("")
    return dict(
        zip(zip(rows["respondent_id"], rows["item"], strict=True), rows["value"], strict=True)
    )


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found(tmp_path, encoding, told, separator):
    rows = [["ville", "élu"], ["Mâcon", "oui"], ["Nîmes", "non"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    export = tabular.read_wide(
        write(tmp_path, text, encoding=encoding), {"respondent": "ville"}, None
    )
    found = export.reading.set_index("what")["found"]
    assert found["encoding"] == told
    assert found["separator"] == delimited.SEPARATORS[separator]
    assert values(export) == {("Mâcon", "élu"): "oui", ("Nîmes", "élu"): "non"}


def test_na_and_null_typed_by_people_stay(tmp_path):
    export = tabular.read_wide(write(tmp_path, "a,b\nN/A,NULL\n"), {}, None)
    assert values(export) == {("1", "a"): "N/A", ("1", "b"): "NULL"}
    export = tabular.read_wide(write(tmp_path, "a,b\nN/A,NULL\n"), {"blank": ["N/A"]}, None)
    assert values(export) == {("1", "a"): "", ("1", "b"): "NULL"}


def test_personal_columns_are_left_behind_and_unlisted_ones_stop(tmp_path):
    path = write(tmp_path, "id,mail,a\n7,x@y.example,3\n")
    items = [made.item("mail", "text", "personal"), made.item("a")]
    export = tabular.read_wide(path, {"respondent": "id"}, made.codebook(tmp_path / "c", items))
    assert values(export) == {("7", "a"): "3"}
    with pytest.raises(StudyError, match="the column 'a' is not in codebook.csv"):
        tabular.read_wide(path, {"respondent": "id"}, made.codebook(tmp_path / "c", items[:1]))


def test_a_missing_option_column_names_what_is_there(tmp_path):
    with pytest.raises(StudyError, match="has no column 'siren'; its columns are a, b"):
        tabular.read_wide(write(tmp_path, "a,b\n1,2\n"), {"respondent": "siren"}, None)


LONG = "siren,measure,value,date\n1,n,5,2022-10\n1,n,4,2021-04\n2,n,6,2022-10\n2,m,1,2022-10\n"
COLUMNS = {"respondent": "siren", "item": "measure", "value": "value"}


def test_long_table_of_one_edition(tmp_path):
    options = {**COLUMNS, "where": {"date": "2022-10"}}
    export = tabular.read_long(write(tmp_path, LONG), options, None)
    expected = {("1", "n"): "5", ("1", "m"): "", ("2", "n"): "6", ("2", "m"): "1"}
    assert values(export) == expected
    assert "3 of 4 rows used" in export.reading.set_index("what")["found"]["shape"]


def test_long_table_with_two_editions_is_refused_with_row(tmp_path):
    with pytest.raises(StudyError, match="row 3: '1' has a second row for the item 'n'"):
        tabular.read_long(write(tmp_path, LONG), COLUMNS, None)


def test_long_table_items_may_be_passed_over_knowingly(tmp_path):
    options = {**COLUMNS, "where": {"date": "2022-10"}}
    codebook = made.codebook(tmp_path / "c", [made.item("n")])
    with pytest.raises(StudyError, match="'m' is not in codebook.csv"):
        tabular.read_long(write(tmp_path, LONG), options, codebook)
    export = tabular.read_long(
        write(tmp_path, LONG), {**options, "other_items": "ignore"}, codebook
    )
    assert values(export) == {("1", "n"): "5", ("2", "n"): "6"}
    assert export.reading.set_index("what")["found"]["other items passed over"] == "m"


def test_workbook_cells_read_as_an_export_prints_them(tmp_path):
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active.append([3, 2.5, datetime.datetime(2020, 6, 30)])
    book.save(tmp_path / "t.xlsx")
    export = tabular.read_wide(tmp_path / "t.xlsx", {}, None)
    assert [iso_date(text) or text for text in values(export).values()] == [
        "3",
        "2.5",
        "2020-06-30",
    ]
    with pytest.raises(StudyError, match="no sheet 'x'; the sheets are Sheet"):
        sheets.open_sheet(tmp_path / "t.xlsx", {"sheet": "x"})


@pytest.mark.parametrize("name", ["t.xlsx", "t.xls", "t.ods"])
def test_what_is_no_workbook_is_refused(tmp_path, name):
    with pytest.raises(StudyError, match="cannot be read as a workbook"):
        sheets.open_sheet(write(tmp_path, "a,b\n1,2\n", name), {})


def test_nul_bytes_are_refused(tmp_path):
    with pytest.raises(StudyError, match="NUL bytes"):
        sheets.open_sheet(write(tmp_path, "a,b\n1,\0\n"), {})


@given(st.lists(st.lists(st.text("ab\"',; \n\ré"), min_size=2, max_size=3), min_size=1, max_size=5))
def test_cells_are_those_of_the_csv_module_when_all_are_quoted(rows):
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows(rows)
    assert delimited.cells(target.getvalue(), ",", "x") == rows


@given(st.text(max_size=60))
def test_any_text_is_cut_or_refused(text):
    try:
        rows = delimited.cells(text, ",", "x")
    except StudyError:
        return
    assert all(row for row in rows)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 250", 1250), ("1\u202f250,5", 1250.5), ("-3.5", -3.5), ("1548631.0000000000", 1548631)],
)
def test_numbers_as_people_write_them(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["12 M€", "", "1.250.000", "12 5", "abc", "1,2,3"])
def test_what_is_no_number(text):
    assert number(text) != number(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-01-01 00:00:00", "2015-01-01"),
        ("31/12/1966", "1966-12-31"),
        ("2017", "2017"),
        ("2017-05", "2017-05"),
        ("2015-02-30", ""),
        ("hier", ""),
    ],
)
def test_dates(text, day):
    assert iso_date(text) == day


def test_names_made_comparable():
    assert plain(" Métropole\u00a0 de\u2019F ") == "Métropole de'F"
    assert key("EUROMÉTROPOLE  DE METZ / Métropole") == "eurometropole de metz metropole"
    assert key("?") == ""
