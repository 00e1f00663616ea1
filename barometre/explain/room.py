"""All tables of the room, from the tables of the rooms before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.explain.cases import Tables
from barometre.explain.delay import delay_curves
from barometre.explain.design import detectable_effects
from barometre.explain.models import all_cases, influence, regression
from barometre.explain.predictors import predictors
from barometre.explain.specifications import specification_curves


def explain(
    read: Mapping[str, pd.DataFrame],
    analysis: Mapping[str, Any],
    fieldwork: Mapping[str, Any],
    permutations: int,
    seed: int,
    study: str,
) -> dict[str, pd.DataFrame]:
    """Tables of this room by the names of their contracts.

    Parameters
    ----------
    read : index, responses, units and classes, by the names of their contracts
    analysis, fieldwork : sections of study.yaml; a plan without models gives empty tables
    permutations : draws where permutations are too many to enumerate

    Raises
    ------
    StudyError : the plan asks for an item, column, date or level that the study does not have.
    """
    known = predictors(read["responses"], read["units"], analysis, fieldwork)
    tables = Tables(predictors=known, **read)
    cases = all_cases(analysis, tables)
    return {
        "predictors": known,
        "regression": regression(cases, analysis, permutations, seed, study),
        "influence": influence(cases),
        "detectable_effect": detectable_effects(cases, analysis, seed, study),
        "specification_curve": specification_curves(analysis, tables, permutations, seed, study),
        "delay_curve": delay_curves(known),
    }
