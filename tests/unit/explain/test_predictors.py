"""Age, earliness, delay, done in time, and levels, for units whose dates are known by hand."""

import numpy as np
import pandas as pd
import pytest

from barometre.errors import StudyError
from barometre.explain.predictors import predictors

END = {"end": "2021-04-08"}


def asked(**items: list) -> pd.DataFrame:
    """Responses of units u0, u1, ...: item = list of answers; the level where it is a number."""
    rows = [
        {
            "unit_id": f"u{number}",
            "item": item,
            "value": None if value is None else str(value),
            "level": float(value) if isinstance(value, int | float) else np.nan,
        }
        for item, values in items.items()
        for number, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["unit_id", "item", "value", "level"])


def people(**columns: list) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"unit_id": [f"u{number}" for number in range(n)], **columns})


def built(name: str, definition: dict, responses: pd.DataFrame, units: pd.DataFrame):
    found = predictors(responses, units, {"predictors": {name: definition}}, END)
    assert list(found["unit_id"]) == list(units["unit_id"])
    assert set(found["predictor"]) == {name}
    return found["value"].to_numpy(float), found["bound"].fillna("unknown")


def test_age_is_days_over_365_and_a_quarter() -> None:
    units = people(born=["2015-01-01", "2021-04-07", "2016-02-29", None])
    value, bound = built("age_x", {"from": {"column": "born"}}, asked(), units)
    assert value[:3] == pytest.approx([2289 / 365.25, 1 / 365.25, 1865 / 365.25], abs=1e-12)
    assert np.isnan(value[3])
    assert list(bound) == ["=", "=", "=", "unknown"]


def test_age_in_whole_years_where_only_the_year_is_known() -> None:
    units = people(born=["2015", "1966"])
    value, _ = built("age_x", {"from": {"column": "born"}}, asked(), units)
    assert list(value) == [6, 55]


def test_age_of_a_unit_born_after_the_reference_is_unknown(capsys) -> None:
    definition = {"from": {"column": "born"}, "reference": "2018-01-01"}
    value, _ = built("age_x", definition, asked(), people(born=["2019-01-01", "2017-01-01"]))
    assert np.isnan(value[0]) and value[1] == pytest.approx(365 / 365.25)
    assert "1 unit(s) born after 2018-01-01" in capsys.readouterr().out


def test_earliness_is_zero_only_where_there_is_none_yet() -> None:
    responses = asked(
        has=["Y", "N", "Y", None, "Y"], when=["2019-04-08", None, None, None, "2021-05-01"]
    )
    definition = {"from": {"item": "when"}, "none_if": {"item": "has", "values": ["N"]}}
    value, bound = built("earliness_x", definition, responses, people(a=[1] * 5))
    assert value[0] == pytest.approx(731 / 365.25)
    assert value[1] == 0, "it says that it has none"
    assert np.isnan(value[2:4]).all(), "has one without a date, or silent: unknown, not zero"
    assert value[4] == 0, "an event after the reference had not happened by then"
    assert list(bound) == ["=", "=", "unknown", "unknown", "="]


def test_bounds_of_an_event_are_mirrored_in_the_years_since() -> None:
    units = people(year=["2013", "2013", "2013", "2013", "2013"], b=["=", "<=", ">=", "<", ">"])
    definition = {"from": {"column": "year"}, "bound": {"column": "b"}, "reference": "2022"}
    value, bound = built("earliness_x", definition, asked(), units)
    assert list(value) == [9] * 5
    assert list(bound) == ["=", ">=", "<=", ">", "<"]
    # An event at or before a year that comes after the reference may have happened already.
    units = people(year=["2023", "2023"], b=["<=", ">="])
    value, bound = built("earliness_x", definition, asked(), units)
    assert list(value) == [0, 0] and list(bound) == [">=", "="]


def test_delay_is_censored_at_the_age_and_a_negative_one_is_kept(capsys) -> None:
    responses = asked(has=["Y", "N", "Y", "Y"], when=["2017", None, "2010", None])
    definition = {
        "from": {"column": "born"},
        "to": {"item": "when"},
        "none_if": {"item": "has", "values": ["N"]},
    }
    units = people(born=["2015"] * 4)
    value, bound = built("delay_x", definition, responses, units)
    assert list(value[:3]) == [2, 6, -5] and np.isnan(value[3])
    assert list(bound) == ["=", ">", "=", "unknown"]
    assert "1 event(s) before birth" in capsys.readouterr().out


def test_delay_of_an_event_after_the_reference() -> None:
    units = people(born=["2015"] * 3, event=["2024"] * 3, b=["=", "<=", ">="])
    definition = {
        "from": {"column": "born"},
        "to": {"column": "event"},
        "bound": {"column": "b"},
        "reference": "2021",
    }
    value, bound = built("delay_x", definition, asked(), units)
    assert (value[0], bound[0]) == (6, ">")
    assert (value[1], bound[1]) == (9, "<="), "it may have happened before the reference"
    assert (value[2], bound[2]) == (6, ">")


def test_age_is_delay_plus_time_since_the_event() -> None:
    units = people(born=["2015-03-01", "2016-07-05"], event=["2017-01-01", "2019-09-09"])
    start, event = {"from": {"column": "born"}}, {"column": "event"}
    age, _ = built("age_x", start, asked(), units)
    delay, _ = built("delay_x", {**start, "to": event}, asked(), units)
    since, _ = built("earliness_x", {"from": event}, asked(), units)
    assert age == pytest.approx(delay + since, abs=1e-12)


def test_done_within() -> None:
    units = people(
        born=["2015-01-01"] * 6,
        event=["2016-01-01", "2018-01-01", None, "2018-01-01", "2016-01-01", "2018-01-01"],
        b=["=", "=", None, "<=", ">=", ">="],
        has=["Y", "Y", "N", "Y", "Y", "Y"],
    )
    definition = {
        "from": {"column": "born"},
        "to": {"column": "event"},
        "bound": {"column": "b"},
        "none_if": {"item": "has", "values": ["N"]},
        "months": 24,
    }
    value, bound = built("done_within_x", definition, asked(), units)
    assert list(value[:3]) == [1, 0, 0]
    assert np.isnan(value[3:5]).all(), "a bound on the wrong side of the limit decides nothing"
    assert value[5] == 0
    assert list(bound) == ["=", "=", "=", "unknown", "unknown", "="]
    with pytest.raises(StudyError, match="had no time to be in time"):
        built("done_within_x", {**definition, "months": 120}, asked(), units)


def test_done_within_does_not_judge_an_event_that_may_have_happened() -> None:
    units = people(born=["2015"], event=["2024"], b=["<="])
    definition = {
        "from": {"column": "born"},
        "to": {"column": "event"},
        "bound": {"column": "b"},
        "months": 24,
    }
    value, _ = built("done_within_x", definition, asked(), units)
    assert np.isnan(value).all()


def test_levels_of_an_item() -> None:
    responses = asked(pace=[3, 1, None], when=["early", "late", "never said"])
    units = people(a=[1, 2, 3])
    value, bound = built("speed_x", {"level_of": "pace"}, responses, units)
    assert list(value[:2]) == [3, 1] and np.isnan(value[2])
    assert list(bound) == ["=", "=", "unknown"]
    definition = {"level_of": "when", "levels": {"early": 2, "late": 1}}
    value, _ = built("speed_x", definition, responses, units)
    assert list(value[:2]) == [2, 1] and np.isnan(value[2])


@pytest.mark.parametrize(
    ("name", "definition", "said"),
    [
        ("age_x", {"from": {"column": "born"}}, "unit 'u1' has '31/12/2015'"),
        ("age_x", {"from": {"column": "nothing"}}, "no column 'nothing'"),
        ("age_x", {"from": {"item": "nothing"}}, "no item 'nothing'"),
        ("speed_x", {"level_of": "nothing"}, "no item 'nothing'"),
        ("speed_x", {"from": {"column": "good"}}, "needs 'level_of'"),
        ("age_x", {}, "needs 'from' or 'level_of'"),
        ("delay_x", {"from": {"column": "good"}}, "it needs 'to'"),
        ("done_within_x", {"from": {"column": "good"}, "to": {"column": "good"}}, "'months'"),
        ("age_x", {"from": {"column": "good"}, "bound": {"column": "born"}}, "expected one of"),
    ],
)
def test_a_mistake_is_one_sentence(name: str, definition: dict, said: str) -> None:
    units = people(born=["2015-01-01", "31/12/2015"], good=["2015-01-01", "2016-01-01"])
    with pytest.raises(StudyError) as error:
        built(name, definition, asked(), units)
    message = str(error.value)
    assert said in message and f"analysis.predictors.{name}" in message
    assert "\n" not in message and message.endswith(".")


def test_no_predictors_is_an_empty_table() -> None:
    found = predictors(asked(), people(a=[1]), {"predictors": {}}, END)
    assert found.empty and list(found) == ["unit_id", "predictor", "value", "bound"]
