"""The rows of one model: outcome, predictor, controls and what the units share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from barometre.errors import StudyError
from barometre.explain.limits import censored_delays, ends_of_outcome, was_asked
from barometre.explain.sources import answers, holds
from barometre.study import CLASSES

ORDERED_LEVELS = 10


@dataclass(frozen=True)
class Tables:
    """What the models are fitted on, as the rooms before hand it over.

    Attributes
    ----------
    index, responses, units, classes : their contracts
    predictors : contract `predictors`
    normalisation : of the index, `scale` or `data`
    bounds : item -> lowest and highest level it can have, NaN where open
    """

    index: pd.DataFrame
    responses: pd.DataFrame
    units: pd.DataFrame
    classes: pd.DataFrame
    predictors: pd.DataFrame
    normalisation: str = "scale"
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cases:
    """Complete cases of one model.

    Attributes
    ----------
    name : outcome~predictor, with controls and condition
    units : unit ids, shape (n,)
    y, x : shape (n,)
    controls : shape (n, m), columns named by `control_names`
    groups : what units share (a date), shape (n,), or None; `group_column` names it
    exact : whether the predictor of each unit is exact rather than a bound, shape (n,)
    ordered : ordered level of each unit, NaN where unknown, shape (n,), or None
    levels : names of the ordered levels, lowest first
    chosen : ids of all units that the model is about, with or without outcome
    not_asked : how many units more were never asked what makes the outcome: they have none
    absent : predictor of those of them that have no outcome, where it is known, shape (m,)
    ends : lowest and highest outcome there can be, and `ends_from` whether these are the ends of
        its `scale` or the lowest and highest `observed`
    censored : outcome of the units whose delay is known by a bound only, and the lowest and
        highest delay they can have, shape (c,) each; empty for other predictors
    """

    name: str
    outcome: str
    predictor: str
    role: str
    units: np.ndarray
    y: np.ndarray
    x: np.ndarray
    controls: np.ndarray
    control_names: tuple[str, ...]
    groups: np.ndarray | None
    group_column: str
    exact: np.ndarray
    ordered: np.ndarray | None
    levels: tuple[str, ...]
    chosen: np.ndarray
    not_asked: int
    absent: np.ndarray
    ends: tuple[float, float]
    ends_from: str
    censored: tuple[np.ndarray, np.ndarray, np.ndarray]

    @property
    def condition(self) -> str:
        """The part of the name that says which units were chosen, `[item=value]` or nothing."""
        return self.name[self.name.index("[") :] if "[" in self.name else ""

    @property
    def design(self) -> np.ndarray:
        """Intercept, predictor, controls: shape (n, 2 + m)."""
        return np.column_stack([np.ones(self.x.size), self.x, self.controls])

    @property
    def few_values(self) -> bool:
        """Whether the outcome takes few values, many times each, as the level of an item does."""
        return np.unique(self.y).size <= min(ORDERED_LEVELS, self.y.size / 2)

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the columns of the design after the intercept."""
        return (self.predictor, *self.control_names)


def name_of(model: Mapping[str, Any]) -> str:
    """Name of a model: outcome~predictor+control[item=value|value]."""
    name = f"{model['outcome']}~{'+'.join([model['predictor'], *model['controls']])}"
    if "where" in model:
        name += f"[{model['where']['item']}={'|'.join(model['where']['values'])}]"
    return name


def assemble(model: Mapping[str, Any], analysis: Mapping[str, Any], tables: Tables) -> Cases:
    """Complete cases of one model of the plan; what is left out is printed to the log.

    A delay counts only where it is exact: a censoring time is never taken for a delay.

    Raises
    ------
    StudyError : the population, an item or the column of shared values is not there.
    """
    people = tables.units.set_index("unit_id")
    definition = analysis["outcomes"][model["outcome"]]
    frame = pd.DataFrame(index=people.index)
    frame["y"] = outcome(model["outcome"], definition, tables)
    columns = {model["predictor"]: _term(model["predictor"], tables)}
    for term in model["controls"]:
        columns |= group_terms(people) if term == "group" else {term: _term(term, tables)}
    for number, values in enumerate(columns.values()):
        frame[number] = values
    bounds = _column(tables.predictors, model["predictor"], "bound")
    frame["exact"] = bounds.reindex(people.index).eq("=").fillna(False).to_numpy(dtype=bool)
    chosen = pd.Series(True, index=people.index)
    if "where" in model:
        chosen = holds(model["where"], tables.responses, people, "analysis.models.where")
    shared = analysis["predictors"].get(model["predictor"], {}).get("permute_by", "")
    if shared:
        frame["group"] = _shared(people, tables.responses, shared, model["predictor"])
    ordered, levels = _ordered(definition, frame["y"], tables)
    complete = frame.notna().all(axis=1) & chosen
    kept = frame[complete]
    asked = was_asked(definition, tables.index, tables.responses, people.index)
    about = chosen & (asked | frame["y"].notna())
    absent = frame.loc[about & frame["y"].isna(), 0].dropna()
    ends, ends_from = ends_of_outcome(definition, frame["y"], tables.normalisation, tables.bounds)
    name = name_of(model)
    print(f"{name}: {len(kept)} of {int(chosen.sum())} units have outcome and all terms")
    return Cases(
        name=name,
        outcome=model["outcome"],
        predictor=model["predictor"],
        role=model["role"],
        units=kept.index.to_numpy(dtype=str),
        y=kept["y"].to_numpy(dtype=float),
        x=kept[0].to_numpy(dtype=float),
        controls=kept[list(range(1, len(columns)))].to_numpy(dtype=float),
        control_names=tuple(columns)[1:],
        groups=kept["group"].to_numpy(dtype=str) if shared else None,
        group_column=shared,
        exact=kept["exact"].to_numpy(dtype=bool),
        ordered=None
        if ordered is None or not model.get("ordered", True)
        else ordered[complete].to_numpy(dtype=float),
        levels=levels,
        chosen=frame.index[about].to_numpy(dtype=str),
        not_asked=int((chosen & ~about).sum()),
        absent=absent.to_numpy(dtype=float),
        ends=ends,
        ends_from=ends_from,
        censored=censored_delays(model["predictor"], frame.loc[chosen, "y"], tables.predictors),
    )


def outcome(name: str, definition: Mapping[str, Any], tables: Tables) -> pd.Series:
    """Outcome of each unit: the index, or the level of an item, transformed as the plan says.

    Raises
    ------
    StudyError : the item is not there, or a logarithm of a negative level is asked for.
    """
    item = definition.get("item")
    if item is None:
        values = tables.index.set_index("unit_id")["index"]
    else:
        answers(tables.responses, item, tables.units["unit_id"], f"analysis.outcomes.{name}.item")
        rows = tables.responses[tables.responses["item"] == item]
        values = rows.set_index("unit_id")["level"]
    values = values.astype(float)
    if definition.get("transform", "none") == "log1p":
        if (values < 0).any():
            unit = values.index[values < 0][0]
            raise StudyError(
                f"study.yaml, key 'analysis.outcomes.{name}.transform': unit '{unit}' has the "
                f"level {values[unit]:g}, which has no log1p; take 'none' or mend the answer."
            )
        values = np.log1p(values)
    return values


def log_population(units: pd.DataFrame) -> pd.Series:
    """Natural logarithm of the population, by unit_id; NaN where it is unknown.

    Raises
    ------
    StudyError : units.csv has no population.
    """
    if "population" not in units.columns:
        raise StudyError(
            "units.csv has no column 'population', which the control log_population needs; add it "
            "to the register or the attributes of the study."
        )
    people = pd.to_numeric(units.set_index("unit_id")["population"]).astype("Float64")
    people = people.astype(float)
    return np.log(people.where(people > 0))


def group_terms(units: pd.DataFrame) -> dict[str, pd.Series]:
    """One term (1 or 0) for each group of units but the largest, which is what they compare with.

    Raises
    ------
    StudyError : the units have no groups.
    """
    groups = units["group"]
    if groups.isna().all():
        raise StudyError(
            "units.csv has no groups, which the control 'group' needs; name their item or column "
            "with 'units.group' in study.yaml."
        )
    names = groups.value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    known = groups.notna()
    return {
        f"group {name}": groups.eq(name).astype(float).where(known) for name in sorted(names[1:])
    }


def _term(term: str, tables: Tables) -> pd.Series:
    if term == "log_population":
        return log_population(tables.units)
    values = _column(tables.predictors, term, "value").astype(float)
    if not term.startswith("delay_"):
        return values
    return values.where(_column(tables.predictors, term, "bound").eq("=").fillna(False))


def _column(predictors: pd.DataFrame, name: str, column: str) -> pd.Series:
    return predictors[predictors["predictor"] == name].set_index("unit_id")[column]


def _shared(units: pd.DataFrame, responses: pd.DataFrame, column: str, predictor: str) -> pd.Series:
    """What units share: a column of units.csv, or the answer to an item."""
    if column in units.columns:
        return units[column]
    rows = responses[responses["item"] == column]
    if rows.empty:
        raise StudyError(
            f"study.yaml, key 'analysis.predictors.{predictor}.permute_by': units.csv has no "
            f"column '{column}' and the codebook no such item; the columns are "
            f"{', '.join(units.columns)}."
        )
    return rows.set_index("unit_id")["value"].reindex(units.index)


def _ordered(
    definition: Mapping[str, Any], y: pd.Series, tables: Tables
) -> tuple[pd.Series | None, tuple[str, ...]]:
    """Ordered levels for the ordered logit: of the item, or the classes where it is the index."""
    if "item" not in definition:
        known = tables.classes.set_index("unit_id")["class"].reindex(y.index)
        ranks = {name: float(rank) for rank, name in enumerate(CLASSES)}
        return known.astype(object).map(ranks).astype(float), CLASSES
    levels = sorted(y.dropna().unique())
    few = 2 <= len(levels) <= min(ORDERED_LEVELS, y.notna().sum() / 2)
    if definition.get("transform", "none") != "none" or not few:
        return None, ()
    ranks = {level: float(rank) for rank, level in enumerate(levels)}
    return y.map(ranks), tuple(f"{level:g}" for level in levels)
