"""The grid of units and items, the register behind it, and the count of what is missing."""

import pytest

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import units
from tests.unit.ingest import made

DEFAULTS = {"id": "respondent", "register_key": "siren", "columns": [], "attributes": []}


@pytest.fixture
def codebook(tmp_path):
    items = [
        made.item("name", "text", "unit"),
        made.item("q", "scale", "score", theme="t", scale="s"),
        made.item("yes", "yes_no", "score", theme="t"),
        made.item("box", "tick", "score", theme="t"),
        made.item("n", "count"),
        made.item("born", "date", "background"),
        made.item("mail", "text", "personal"),
        made.item("left", "text", "ignore"),
    ]
    return made.codebook(
        tmp_path / "codebook", items, made.scale("s", "low", "high", nsp="unknown")
    )


@pytest.fixture
def batch():
    made_batch = made.batch(
        {
            "name": ["Lyon", "Metz"],
            "q": ["high", "nsp"],
            "yes": ["N", ""],
            "box": ["", ""],
            "n": ["1 250", "x"],
            "born": ["2015-01-01 00:00:00", ""],
            "left": ["a", "b"],
        }
    )
    made_batch.states.loc["2", ["q", "yes", "box"]] = ["unknown", "empty", "not_shown"]
    return made_batch


def laid(batch, codebook, tmp_path, **settings):
    return units.lay_out(batch, codebook, {**DEFAULTS, **settings}, str(tmp_path))


def cell(result, unit: str, item: str):
    rows = result.responses
    row = rows[(rows["unit_id"] == unit) & (rows["item"] == item)].iloc[0]
    return row["value"], row["level"], row["state"]


def test_levels_values_and_states(batch, codebook, tmp_path):
    result = laid(batch, codebook, tmp_path, id="name")
    assert cell(result, "Lyon", "q") == ("high", 1, "answered")
    assert cell(result, "Lyon", "yes") == ("N", 0, "answered")
    assert cell(result, "Lyon", "n")[:2] == ("1 250", 1250)
    assert cell(result, "Lyon", "born")[0] == "2015-01-01"
    assert cell(result, "Metz", "q")[2] == "unknown"
    for item in ("q", "yes", "n", "born"):
        level = cell(result, "Metz", item)[1]
        assert level != level


def test_a_box_left_unticked_counts_zero_only_where_it_was_shown(batch, codebook, tmp_path):
    result = laid(batch, codebook, tmp_path, id="name")
    assert cell(result, "Lyon", "box")[1:] == (0, "answered")
    assert cell(result, "Metz", "box")[2] == "not_shown"
    assert cell(result, "Metz", "box")[1] != cell(result, "Metz", "box")[1]


def test_grid_is_full_and_without_personal_or_ignored_items(batch, codebook, tmp_path):
    result = laid(batch, codebook, tmp_path)
    assert len(result.responses) == 2 * 6
    assert not {"mail", "left"} & set(result.responses["item"])
    for name, table in (("responses", result.responses), ("units", result.units)):
        tables.check(table, name)
    missing = tables.check(result.missing, "missing_answers").set_index("item")
    assert (missing.loc["q", "answered"], missing.loc["q", "unknown"]) == (1, 1)
    assert (missing.loc["box", "answered"], missing.loc["box", "not_shown"]) == (1, 1)
    states = ["answered", "empty", "not_shown", "not_reached", "refused", "unknown"]
    assert (missing[states].sum(axis=1) == 2).all()


REGISTER = "siren,name,since,population\n11,Lyon,2015-01-01,1400000\n22,Métropole de Metz,2018-01-01,\n33,Nice,2012-01-01,500000\n"  # noqa: E501


@pytest.fixture
def register(tmp_path):
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "r.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "more.csv").write_text(
        "siren,year,Own Note\n33,2016,x\n11,2012,y\n", encoding="utf-8"
    )
    return {"register": "r.csv", "columns": ["since"], "attributes": ["more.csv"], "id": "name"}


def test_units_of_the_register_that_did_not_answer_stay_as_unknown(
    batch, codebook, register, tmp_path
):
    batch = batch.respelt("name", {"2": "METROPOLE  de metz"})
    result = laid(batch, codebook, tmp_path, **register)
    table = result.units.set_index("unit_id")
    assert list(table.index) == ["11", "22", "33"]
    assert list(table["n_respondents"]) == [1, 1, 0]
    assert list(table["name"]) == ["Lyon", "Métropole de Metz", "Nice"]
    assert table.loc["33", ["since", "year", "population"]].tolist() == [
        "2012-01-01",
        "2016",
        "500000",
    ]
    assert table["year"].isna()["22"] and table["population"].isna()["22"]
    assert "Own Note" not in table
    assert cell(result, "33", "q")[2] == "unknown"
    assert cell(result, "33", "box")[1] != cell(result, "33", "box")[1]
    assert result.missing.set_index("item").loc["q", "unknown"] == 1


def test_population_and_group_from_items(batch, codebook, tmp_path):
    result = laid(batch, codebook, tmp_path, id="name", population="n", group="q")
    table = result.units.set_index("unit_id")
    assert table.loc["Lyon", "population"] == "1250"
    assert table["population"].isna()["Metz"]
    assert list(table["group"]) == ["high", "nsp"]


@pytest.mark.parametrize(
    ("settings", "names", "sentence"),
    [
        ({"id": "nom"}, {}, "there is no item 'nom'"),
        ({"id": "name"}, {"2": "Lyon"}, "the unit 'Lyon' has another response; add the step"),
        ({"id": "name"}, {"2": ""}, "the item 'name' is blank"),
        ({"id": "name", "group": "form"}, {}, "units.group: 'form' is neither an item"),
        (
            {"id": "name", "attributes": ["more.csv"], "register_key": "code"},
            {},
            "no column 'code'",
        ),
        (
            {"register": "r.csv", "id": "name"},
            {"2": "Caen"},
            "the unit 'Caen' is in the register neither",
        ),
        ({"register": "r.csv", "columns": ["seat"]}, {}, "no column 'seat'"),
    ],
)
def test_mistakes_are_named(batch, codebook, register, tmp_path, settings, names, sentence):
    with pytest.raises(StudyError, match=sentence):
        laid(batch.respelt("name", names), codebook, tmp_path, **settings)


def test_a_key_that_stands_twice_is_named_with_its_row(batch, codebook, register, tmp_path):
    (tmp_path / "more.csv").write_text("siren,year\n11,1\n11,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match="more.csv, row 3: siren '11' stands twice"):
        laid(batch, codebook, tmp_path, **register)
