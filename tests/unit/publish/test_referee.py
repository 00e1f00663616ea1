"""The answers after a verdict say what the tables hold, in both languages."""

import re

import pandas as pd
import pytest

from barometre.explain import decision
from barometre.publish import definitions, referee
from barometre.publish.counting import ways_of_counting

LANGUAGES = ("fr", "en")
ANALYSIS = {
    "outcomes": {"index": {"label": {"fr": "indice", "en": "index"},
                           "unit": {"fr": "points", "en": "points"}}},
    "predictors": {
        "age_x": {"label": {"fr": "âge", "en": "age"}, "unit": {"fr": "ans", "en": "years"},
                  "reference": "2021-04-08"},
        "earliness_y": {"label": {"fr": "avance", "en": "earliness"}, "reference": "2022"},
    },
    "models": [{"outcome": "index", "predictor": "age_x", "role": "primary", "controls": []}],
    "precedes": [{"event": "earliness_y", "origin": "age_x",
                  "event_label": {"fr": "ont ouvert", "en": "opened"},
                  "origin_label": {"fr": "celle du statut", "en": "that of the status"}}],
}  # fmt: skip
MODEL = ANALYSIS["models"][0]


def carrier(**more) -> pd.Series:
    return pd.Series({
        "outcome": "index", "model": "index~age_x", "term": "age_x", "estimate": 2.0,
        "ci_low": 0.5, "ci_high": 3.5, "n": 10, "verdict": decision.POSITIVE, **more,
    })  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_could_be_seen_is_that_of_its_own_n(language):
    effects = pd.DataFrame({
        "outcome": "index", "predictor": "age_x", "n": [10, 22],
        "minimum_detectable_effect": [4.25, 1.5], "stated_effect": 0.5,
        "power_at_stated_effect": [0.12, 0.4], "type_m": [2.81, 1.4], "type_s": [0.04, 0.0],
    })  # fmt: skip
    said = plain(referee.findable(carrier(), effects, ANALYSIS, language))
    for piece in ("n = 10", "4.25", "0.5", "12", "2.8", "4"):
        assert piece.replace(".", "," if language == "fr" else ".") in said, (piece, said)
    assert "1,5" not in said and "1.5" not in said
    effects["minimum_detectable_effect"] = float("nan")
    said = plain(referee.findable(carrier(), effects, ANALYSIS, language))
    assert {"fr": "aucune pente", "en": "no slope"}[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("without", "flips"),
    [([1.9, 2.1, 0.4], "none"), ([1.9, -0.2, 2.1], "one"), ([-1.0, -0.2, 2.1], "many")],
)
def test_who_carries_the_slope(language, without, flips):
    influence = pd.DataFrame({"model": "index~age_x", "term": "age_x", "unit_id": list("abc"),
                              "estimate_without": without})  # fmt: skip
    names = {"a": "Ville A", "b": "Ville B", "c": "Ville C"}
    said = plain(referee.carried(carrier(), influence, names, language))
    most = max(zip(without, names.values(), strict=True), key=lambda pair: abs(pair[0] - 2))
    assert most[1] in said
    counted = {"none": r"(aucune|no) unit", "one": r"(une unité en|one unit would)",
               "many": r"\b2 unit"}[flips]  # fmt: skip
    assert re.search(counted, said, re.IGNORECASE), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slope_on_one_unit_and_a_survey_of_many(language):
    influence = pd.DataFrame({"model": "index~age_x", "term": "age_x", "unit_id": ["a", "b"],
                              "estimate_without": [float("nan"), 2.0]})  # fmt: skip
    said = referee.carried(carrier(), influence, {"a": "Ville A"}, language)
    assert "Ville A" in said and not re.search(r"\d", said)
    many = pd.DataFrame({"model": "index~age_x", "term": "age_x",
                         "unit_id": [f"r{k}" for k in range(300)],
                         "estimate_without": [2 + k / 1000 for k in range(300)]})  # fmt: skip
    said = plain(referee.carried(carrier(), many, {}, language))
    assert "r299" not in said
    assert {"fr": "2,000 et 2,299", "en": "2.000 and 2.299"}[language] in said


def curve(lows, highs, **more) -> pd.DataFrame:
    frame = pd.DataFrame({"curve": "index|age|none", "adjustment": "none", "ci_low": lows,
                          "ci_high": highs, "joint_p_value": "0.02", **more})  # fmt: skip
    return frame.assign(estimate=(frame["ci_low"] + frame["ci_high"]) / 2)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("verdict", "lows", "highs", "said"),
    [
        (decision.POSITIVE, [1, 2], [3, 4], {"fr": "Non : les 2", "en": "No: all 2"}),
        (decision.POSITIVE, [1, -2], [3, 4], {"fr": "En partie : 1 des 2", "en": "In part: 1 of"}),
        (decision.ZERO, [-1, -2], [3, 4], {"fr": "Non : l'intervalle", "en": "No: the interval"}),
        (decision.ZERO, [1, -2], [3, 4], {"fr": "En partie : 1 des 2", "en": "In part: 1 of the"}),
        (decision.NEGATIVE, [-4, -3], [-2, -1], {"fr": "Non : les 2", "en": "No: all 2"}),
        (decision.NONE, [1, 2], [3, 4], {"fr": "Aucune ne donne", "en": "None gives"}),
    ],
)
def test_whether_another_definition_changes_the_answer(verdict, lows, highs, said, language):
    text = definitions.defined(
        carrier(verdict=verdict), MODEL, curve(lows, highs), ANALYSIS, language
    )
    assert plain(text).startswith(said[language]), text
    assert re.search(r"p = 0[.,]02", plain(text))


def test_curves_of_another_condition_or_family_are_not_mixed_in():
    other = curve([1, 2], [3, 4]).assign(curve="index|age|none|q=Yes")
    assert "open" in definitions.defined(carrier(), MODEL, other, ANALYSIS, "en")
    chosen = {**MODEL, "where": {"item": "q", "values": ["Yes"]}}
    assert "all 2" in definitions.defined(carrier(), chosen, other, ANALYSIS, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_absent_could_do(language):
    bounds = pd.DataFrame([{
        "model": "index~age_x", "outcome": "index", "n_absent": 12, "n_left_out": 3,
        "low": -14.3, "high": 15.0, "breakdown_each": 1.1, "breakdown_common": float("nan"),
        "population_from": "register",
    }])  # fmt: skip
    said = plain(referee.absent(carrier(), bounds, ANALYSIS, language))
    for piece in ("12", "−14.3", "15.0", "1.10", "3"):
        assert piece.replace(".", "," if language == "fr" else ".") in said, (piece, said)
    nobody = bounds.assign(n_absent=0, n_left_out=0, low=float("nan"), population_from="units")
    said = plain(referee.absent(carrier(), nobody, ANALYSIS, language))
    assert {"fr": "n'est pas connu", "en": "not known"}[language] in said
    assert not re.search(r"\d", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_before_the_supposed_cause_are_counted_by_year(language):
    """Status 2015-01-01 is 6.27 years before the reference; openings in 2014, 2015, 2011, later."""
    predictors = pd.DataFrame({
        "unit_id": list("abcd") * 2, "predictor": ["age_x"] * 4 + ["earliness_y"] * 4,
        "value": [6.2669405] * 4 + [8, 7, 11, 0], "bound": ["="] * 6 + [">=", "<"],
    })  # fmt: skip
    ((_, said),) = referee.precedence(predictors, ANALYSIS, "2020-01-01", language)
    assert {"fr": "2 des 4", "en": "2 of the 4"}[language] in said
    late = predictors.assign(value=[6.2669405] * 4 + [1, 2, 3, 0])
    ((_, said),) = referee.precedence(late, ANALYSIS, "2020-01-01", language)
    assert {"fr": "aucune des 4", "en": "none of the 4"}[language] in said


def test_the_table_of_the_facts_has_each_way_of_counting():
    """Slope with the classical interval, p of OLS and HC3, of permuted units and dates."""
    rows = [
        {"model": "index~age_x", "term": "age_x", "estimator": "ols", "cov_type": kind,
         "estimate": 0.613, "ci_low": 0.289, "ci_high": 0.937, "n": 18, "p_value": p,
         "p_value_permutation": moved}
        for kind, p, moved in (("HC2-BM", 0.07, 0.154), ("HC3", 0.082, 0.091),
                               ("classical", 0.001, 0.0012), ("CR2", 0.18, 0.154))
    ]  # fmt: skip
    (row,) = ways_of_counting(pd.DataFrame(rows), ANALYSIS, "en").to_dict("records")
    assert row["slope"] == "0.613 [0.289, 0.937]"
    assert (row["p_value_ols"], row["p_value_hc3"]) == (0.001, 0.082)
    assert (row["p_value_units"], row["p_value_units_hc3"]) == (0.0012, 0.091)
    assert row["p_value_dates"] == 0.154 and row["n"] == 18
