"""The same table from each form in which it may be written, and notations told or asked for."""

import csv
import datetime
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.errors import StudyError
from barometre.ingest import large, notation, sheets, tabular
from tests.unit.ingest import made, written

NAMES = ["id", "commune", "budget", "depuis"]
LETTERS = "abé ç;,|\"'x-0N/A"
TEXTS = st.text(LETTERS, min_size=1, max_size=8).map(str.strip).filter(bool)
NUMBERS = st.none() | st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3) + 0.0)
DATES = st.none() | st.dates(datetime.date(1955, 1, 1), datetime.date(2100, 1, 1))
ROWS = st.lists(st.tuples(TEXTS, NUMBERS, DATES), min_size=1, max_size=6)
TEXT_FORMS = list(
    itertools.product(
        ",;\t|",
        ["utf-8", "utf-8-sig", "cp1252", "utf-16"],
        ".,",
        ["iso", "dmy", "mdy"],
        [csv.QUOTE_MINIMAL, csv.QUOTE_ALL],
    )
)
TYPED = {".xlsx": written.as_xlsx, ".ods": written.as_ods, ".parquet": written.as_parquet,
         ".xls": written.as_xls}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("forms")


@pytest.fixture(scope="module")
def codebook(place):
    items = [
        made.item("commune", "text"), made.item("budget", "number"), made.item("depuis", "date"),
    ]  # fmt: skip
    return made.codebook(place / "c", items)


def told(rows):
    """What every form must give: (respondent, item) -> text."""
    found = {}
    for at, (town, number, day) in enumerate(rows, start=1):
        found[f"r{at}", "commune"] = town
        found[f"r{at}", "budget"] = "" if number is None else sheets.cell_text(number)
        found[f"r{at}", "depuis"] = "" if day is None else day.isoformat()
    return found


def as_numbers(cells):
    return {
        key: float(text) if key[1] == "budget" and text else text.removesuffix(" 00:00:00")
        for key, text in cells.items()
    }


def read(path, options, codebook):
    export = tabular.read_wide(path, {"respondent": "id", **options}, codebook)
    rows = export.answers.astype(object).fillna("")
    cells = dict(
        zip(zip(rows["respondent_id"], rows["item"], strict=True), rows["value"], strict=True)
    )
    return cells, dict(export.reading[["what", "found"]].itertuples(index=False))


def table(rows):
    return [NAMES, *([f"r{at}", *row] for at, row in enumerate(rows, start=1))]


@settings(max_examples=250, deadline=None)
@given(ROWS, st.sampled_from(TEXT_FORMS))
def test_every_text_form_gives_the_same_table(place, codebook, rows, form):
    separator, encoding, decimal, order, quoting = form
    path = place / "t.csv"
    path.write_bytes(written.as_text(table(rows), *form))
    options = {"decimal": decimal} | ({} if order == "iso" else {"dates": order})
    cells, found = read(path, options, codebook)
    assert as_numbers(cells) == as_numbers(told(rows))
    assert sheets.SEPARATORS[separator] == found["separator"]
    assert found["quoted cells"] == "all" if quoting == csv.QUOTE_ALL else True
    if any("é" in row[0] or "ç" in row[0] for row in rows):
        assert found["encoding"] == encoding
    try:
        assert read(path, {}, codebook)[0] == cells, "what was found is what was written"
    except StudyError as error:
        assert "can be read in two ways" in str(error)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(sorted(TYPED)))
def test_every_typed_form_gives_the_same_table(place, codebook, rows, suffix):
    path = place / f"t{suffix}"
    path.write_bytes(TYPED[suffix](table(rows)))
    cells, found = read(path, {}, codebook)
    assert as_numbers(cells) == as_numbers(told(rows))
    assert found["encoding"] == ("parquet" if suffix == ".parquet" else "workbook")


def test_a_large_parquet_file_is_read_by_columns_to_the_same_table(place, codebook):
    rows = [("a", 1.5, datetime.date(2020, 1, day)) for day in range(1, 20)] + [("b", None, None)]
    path = place / "l.parquet"
    path.write_bytes(written.as_parquet(table(rows)))
    ours = large.read_large(path, "table", {"respondent": "id"}, codebook, least=0)
    theirs = tabular.read_wide(path, {"respondent": "id"}, codebook)
    for name in ("answers", "respondents"):
        left, right = (getattr(one, name).astype("string").fillna("") for one in (ours, theirs))
        assert left.values.tolist() == right.values.tolist()


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1PAR1", b"a,b\n1,2\n", b""])
def test_what_is_no_parquet_file_is_refused(tmp_path, data):
    path = tmp_path / "t.parquet"
    path.write_bytes(data)
    with pytest.raises(StudyError, match="cannot be read as a Parquet file"):
        sheets.open_sheet(path, {})


def test_lists_in_a_parquet_file_are_refused_with_their_column(tmp_path):
    path = tmp_path / "t.parquet"
    path.write_bytes(written.as_parquet([["id", "boxes"], ["1", ["a", "b"]]]))
    with pytest.raises(StudyError, match="column 'boxes': its cells are of the type list"):
        sheets.open_sheet(path, {})


def of_cells(tmp_path, cells, codebook, **options):
    path = tmp_path / "t.csv"
    lines = [f'r{at},"{cell}"' for at, cell in enumerate(cells)]
    path.write_text("\n".join(["id,depuis", *lines]), encoding="utf-8")
    items = [made.item("depuis", codebook)]
    return read(path, options, made.codebook(tmp_path / "c", items))


def test_dates_with_two_readings_stop_a_study_until_it_says_which(tmp_path):
    with pytest.raises(StudyError, match=r"'03/04/2020' can be read in two ways \(2020-04-03 or"):
        of_cells(tmp_path, ["03/04/2020", "01/01/2020"], "date")
    cells, _ = of_cells(tmp_path, ["03/04/2020", "01/01/2020"], "date", dates="mdy")
    assert list(cells.values()) == ["2020-03-04", "2020-01-01"]
    with pytest.raises(StudyError, match="'ydm' is none of dmy, mdy"):
        of_cells(tmp_path, ["03/04/2020"], "date", dates="ydm")


def test_one_certain_date_tells_the_others_and_the_reading_says_so(tmp_path):
    cells, found = of_cells(tmp_path, ["03/04/2020", "12/31/2020"], "date")
    assert list(cells.values()) == ["2020-03-04", "2020-12-31"]
    assert found["order of dates"] == "month first"


def test_dates_in_both_orders_are_not_guessed(tmp_path):
    with pytest.raises(StudyError, match="two ways"):
        of_cells(tmp_path, ["31/12/2020", "12/31/2020", "03/04/2020"], "date")


def test_numbers_with_two_readings_stop_a_study_until_it_says_which(tmp_path):
    with pytest.raises(StudyError, match=r"'1,250' can be read in two ways \(1.250 or 1250\)"):
        of_cells(tmp_path, ["1,250"], "number")
    assert of_cells(tmp_path, ["1,250"], "number", decimal=".")[0] == {("r0", "depuis"): "1250"}
    cells, found = of_cells(tmp_path, ["1,250", "0,5", "12 M€"], "number")
    assert list(cells.values()) == ["1.250", "0.5", "12 M€"]
    assert found["decimal sign"] == "comma"


def test_day_numbers_of_spreadsheets_are_dates_in_date_columns_only(tmp_path):
    cells, found = of_cells(tmp_path, ["43290.53487"], "date")
    assert list(cells.values()) == ["2018-07-09 12:50:13"]
    assert found["day numbers of a spreadsheet read as dates"] == "depuis"
    assert of_cells(tmp_path, ["43290"], "number")[0] == {("r0", "depuis"): "43290"}


def test_without_a_codebook_nothing_is_touched_and_the_doubt_is_told(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,a,b\nr1,03/04/2020,x\nr2,05/06/2020,1\n", encoding="utf-8")
    cells, found = read(path, {}, None)
    assert cells["r1", "a"] == "03/04/2020"
    assert found["cells with two readings (order of dates)"].startswith("a (2): left as they")
    assert read(path, {"dates": "dmy"}, None)[0]["r1", "a"] == "2020-04-03"


@given(st.text("0123456789,. -'e", max_size=12))
def test_readings_are_numbers(text):
    for value in notation.number_readings(text).values():
        float(value)


def test_footers_and_subtotals_are_passed_over_and_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,a,of\n1,-,x\n2,3,x\n,3,total\nmade by us\n", encoding="utf-8")
    options = {"footer_rows": 1, "except": {"of": "total"}, "states": {"-": "unknown"}}
    export = tabular.read_wide(path, {"respondent": "id", **options}, None)
    found = dict(export.reading[["what", "found"]].itertuples(index=False))
    assert found["lines under the table, passed over"] == "1"
    assert found["rows passed over (exports.options.except)"] == "1"
    state = export.answers[export.answers["item"] == "a"].set_index("respondent_id")["state"]
    assert dict(state) == {"1": "unknown", "2": "answered"}
    with pytest.raises(StudyError, match="exports.options.states.*'lost' of '-'"):
        tabular.read_wide(path, {**options, "states": {"-": "lost"}}, None)
    with pytest.raises(StudyError, match="fewer than 9 rows"):
        tabular.read_wide(path, {"footer_rows": 9}, None)


def test_rows_with_several_answers_are_items_with_parts(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("c,k,u,v\nFR,health,1,0\nFR,land,0,1\nDE,health,1,1\n", encoding="utf-8")
    options = {"respondent": "c", "item": "k", "value": {"u": "open", "v": "kept"}}
    export = tabular.read_long(path, {**options, "items": {"land": "l"}}, None)
    rows = export.answers.astype(object).fillna("")
    assert list(rows["item"][:4]) == ["health[open]", "health[kept]", "l[open]", "l[kept]"]
    assert list(rows["value"]) == ["1", "1", "", "", "1", "0", "0", "1"]
