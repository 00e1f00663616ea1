"""What a referee asks after the verdict, answered from the tables.

Could it be seen at all? Who carries it? Does another defensible definition change the answer? Did
the supposed cause come first? Each answer is written from numbers and stops where they stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from barometre.explain.cases import name_of
from barometre.publish.definitions import defined
from barometre.publish.verdict import carriers, sentences
from barometre.publish.words import (
    as_range,
    as_written,
    digits_for,
    estimate,
    interval,
    missing,
    number,
    percent,
    picked,
    probability,
    say,
)

NAMED_UNITS = 250  # above, units are respondents without a name
Table = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Told:
    """One box of the page: the verdict of a primary model and the answers after it.

    Attributes
    ----------
    verdict : paragraph of verdict.py; empty for what concerns no single model
    answers : (question, answer), in the order of print
    """

    verdict: str
    answers: tuple[tuple[str, str], ...]


def told(table: Table, study: Mapping[str, Any], language: str) -> list[Told]:
    """The boxes of a study: one for each primary model in the order of the plan, then the rest.

    Parameters
    ----------
    table : the results table of a name
    study : settings of study.yaml
    """
    analysis = study["analysis"]
    said = sentences(table("regression"), analysis, language)
    rows = carriers(table("regression"))
    if rows.empty:
        return [Told(said[0], ())]
    plan = {name_of(model): model for model in analysis["models"]}
    boxes = [
        Told(paragraph, _answers(row, plan[row["model"]], table, analysis, language))
        for paragraph, (_, row) in zip(said, rows.iterrows(), strict=True)
    ]
    rest = precedence(table("predictors"), analysis, study["fieldwork"]["end"], language)
    return [*boxes, Told("", tuple(rest))] if rest else boxes


def _answers(
    row: pd.Series,
    model: Mapping[str, Any],
    table: Table,
    analysis: Mapping[str, Any],
    language: str,
) -> tuple[tuple[str, str], ...]:
    if missing(row["estimate"]):
        return ()
    names = table("index").set_index("unit_id")["name"].to_dict()
    found = {
        "findable": findable(row, table("detectable_effect"), analysis, language),
        "carried": carried(row, table("influence"), names, language),
        "defined": defined(row, model, table("specification_curve"), analysis, language),
        "scored": scored(row, table("slope_range"), table("slope_items"), language),
        "absent": absent(row, table("nonresponse"), analysis, language),
    }
    return tuple((say(f"asked.{key}", language), text) for key, text in found.items() if text)


def findable(
    row: pd.Series, effects: pd.DataFrame, analysis: Mapping[str, Any], language: str
) -> str:
    """The smallest slope that a study of this size finds, and its power at the stated one."""
    own = effects[(effects["outcome"] == row["outcome"]) & (effects["predictor"] == row["term"])]
    own = own[own["n"] == row["n"]]
    if own.empty:
        return ""
    at = own.iloc[0]
    unit = slope_unit(row, analysis, language)
    n = number(row["n"], language)
    if missing(at["minimum_detectable_effect"]):
        return say("answer.nothing_findable", language, n=n)
    least = number(at["minimum_detectable_effect"], language)
    parts = [say("answer.findable", language, n=n, least=least, unit=unit)]
    if not missing(at["power_at_stated_effect"]):
        parts.append(
            say(
                "answer.stated", language, stated=as_written(at["stated_effect"], language),
                power=percent(at["power_at_stated_effect"], language),
                size=number(at["type_m"], language, 1), sign=probability(at["type_s"], language),
            )
        )  # fmt: skip
        if not missing(at.get("n_needed")):
            parts.append(say("answer.needed", language, needed=number(at["n_needed"], language)))
    return " ".join(parts)


def scored(row: pd.Series, methods: pd.DataFrame, items: pd.DataFrame, language: str) -> str:
    """The range over methods and, apart, the interval over items; empty for other outcomes."""
    parts = []
    own = methods[(methods["model"] == row["model"]) & methods["estimate"].notna()]
    if len(own):
        ends = as_range(own["estimate"].min(), own["estimate"].max(), language)
        k = number(len(own), language)
        parts.append(say("answer.methods", language, k=k, range=ends))
    other = items[(items["model"] == row["model"]) & items["low"].notna()]
    if len(other):
        low, high = other["low"].iloc[0], other["high"].iloc[0]
        ends = interval(low, high, language, digits_for(low, high))
        parts.append(say("answer.items", language, interval=ends))
    return " ".join(parts)


def carried(
    row: pd.Series, influence: pd.DataFrame, names: Mapping[str, str], language: str
) -> str:
    """The unit without which the slope moves most, and how many change its sign."""
    own = influence[(influence["model"] == row["model"]) & (influence["term"] == row["term"])]
    if own.empty:
        return ""
    slope = float(row["estimate"])
    without = own["estimate_without"].astype(float)
    if without.isna().any():
        unit = own.loc[without.isna(), "unit_id"].iloc[0]
        return say("answer.all_on_one", language, name=names.get(unit, unit))
    flips = int(((without > 0) != (slope > 0)).sum())
    key = "none" if not flips else "one" if flips == 1 else "many"
    sign = say(f"answer.flips_{key}", language, count=number(flips, language))
    if len(own) > NAMED_UNITS:
        ends = {"low": without.min(), "high": without.max()}
        told = {name: number(value, language, 3) for name, value in ends.items()}
        return f"{say('answer.carried_by_none', language, **told)} {sign}"
    most = (without - slope).abs().idxmax()
    unit = str(own.loc[most, "unit_id"])
    moved = say(
        "answer.carried", language, name=names.get(unit, unit),
        without=estimate(without[most], row["ci_low"], row["ci_high"], language),
        slope=estimate(slope, row["ci_low"], row["ci_high"], language),
    )  # fmt: skip
    return f"{moved} {sign}"


def absent(row: pd.Series, bounds: pd.DataFrame, analysis: Mapping[str, Any], language: str) -> str:
    """What the units without an outcome could make of the slope."""
    own = bounds[bounds["model"] == row["model"]]
    if own.empty:
        return ""
    at = own.iloc[0]
    parts = []
    if at["n_absent"] and not missing(at["low"]):
        digits = digits_for(at["low"], at["high"])
        parts.append(
            say(
                "answer.absent", language, count=number(at["n_absent"], language),
                low=number(at["low"], language, digits),
                high=number(at["high"], language, digits),
            )
        )  # fmt: skip
        parts.append(_reversed(at, analysis, language))
    if at["n_left_out"]:
        left = number(at["n_left_out"], language)
        parts.append(say("answer.left_out", language, count=left))
    if not parts:
        parts.append(say("answer.nobody_absent", language))
    if at["population_from"] == "units":
        parts.append(say("answer.asked_unknown", language))
    return " ".join(parts)


def _reversed(at: pd.Series, analysis: Mapping[str, Any], language: str) -> str:
    """How far the absent units would have to lie from the line to turn the slope around."""
    if missing(at["breakdown_each"]):
        return say("answer.never_reversed", language)
    unit = analysis["outcomes"][at["outcome"]].get("unit")
    told = {"unit": f" {picked(unit, language)}" if unit else ""}
    each = say("answer.reversed", language, each=number(at["breakdown_each"], language), **told)
    if missing(at["breakdown_common"]):
        return f"{each} {say('answer.common_never', language)}"
    common = number(at["breakdown_common"], language)
    return f"{each} {say('answer.common', language, common=common, **told)}"


def slope_unit(row: pd.Series, analysis: Mapping[str, Any], language: str) -> str:
    """Unit of a slope as " (outcome / predictor)", empty where the plan gives none."""
    outcome = analysis["outcomes"][row["outcome"]].get("unit")
    predictor = analysis["predictors"][row["term"]].get("unit")
    if not (outcome and predictor):
        return ""
    return f" ({picked(outcome, language)} / {picked(predictor, language)})"


def precedence(
    predictors: pd.DataFrame, analysis: Mapping[str, Any], end: str, language: str
) -> list[tuple[str, str]]:
    """How many units saw an event in a year before that of what might have caused it.

    Parameters
    ----------
    end : last day of fieldwork, to which predictors without a reference are counted
    """
    found = []
    for pair in analysis.get("precedes", []):
        event = _years(predictors, pair["event"], analysis, end)
        origin = _years(predictors, pair["origin"], analysis, end)
        both = event.index.intersection(origin.index)
        before = int((event[both] < origin[both]).sum())
        text = say(
            "answer.precedes" if before else "answer.precedes_none", language,
            before=number(before, language), of=number(len(both), language),
            event=picked(pair["event_label"], language),
            origin=picked(pair["origin_label"], language),
        )  # fmt: skip
        found.append((say("asked.precedes", language), text))
    return found


def _years(predictors: pd.DataFrame, name: str, analysis: Mapping[str, Any], end: str) -> pd.Series:
    """Latest calendar year of what a predictor counts from, by unit; later than all if not yet."""
    own = predictors[(predictors["predictor"] == name) & predictors["value"].notna()]
    reference = str(analysis["predictors"][name].get("reference", end))
    ago = own.set_index("unit_id")["value"].astype(float)
    not_yet = own.set_index("unit_id")["bound"].isin(["<", "<="])
    if len(reference) == 4:
        years = int(reference) - ago
    else:
        days = (ago * 365.25).round()
        years = (pd.Timestamp(reference) - pd.to_timedelta(days, unit="D")).dt.year.astype(float)
    return years.mask(not_yet, float("inf"))
