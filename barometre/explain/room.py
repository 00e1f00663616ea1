"""All tables of the room, from the tables of the rooms before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.codebook import Codebook
from barometre.explain.cases import Tables
from barometre.explain.delay import delay_curves
from barometre.explain.design import detectable_effects
from barometre.explain.design_register import design_register
from barometre.explain.layers import layers
from barometre.explain.models import all_cases, influence, regression
from barometre.explain.nonresponse import nonresponse
from barometre.explain.odds import odds_ratios
from barometre.explain.population import population_of
from barometre.explain.predictors import predictors
from barometre.explain.specifications import specification_curves


def explain(
    read: Mapping[str, pd.DataFrame],
    settings: Mapping[str, Any],
    codebook: Codebook,
    register: pd.DataFrame | None,
    permutations: int,
    seed: int,
    study: str,
) -> dict[str, pd.DataFrame]:
    """Tables of this room by the names of their contracts.

    Parameters
    ----------
    read : index, responses, units and classes, by the names of their contracts
    settings : sections analysis, fieldwork, measure and units of study.yaml; a plan without
        models gives empty tables
    register : rows of `analysis.population.register`, or None
    permutations : draws where permutations are too many to enumerate

    Raises
    ------
    StudyError : the plan asks for an item, column, date or level that the study does not have.
    """
    analysis, fieldwork = settings["analysis"], settings["fieldwork"]
    known = predictors(read["responses"], read["units"], analysis, fieldwork)
    tables = Tables(
        predictors=known,
        normalisation=settings["measure"]["normalisation"],
        bounds={str(item): codebook.bounds(item) for item in codebook.items.index},
        **read,
    )
    cases = all_cases(analysis, tables)
    population = population_of(
        analysis, fieldwork, read["units"], register, "register" in settings["units"]
    )
    doubt = layers(cases, analysis, tables, codebook, settings["measure"], seed, study)
    slopes = regression(cases, analysis, permutations, seed, study, doubt.imputed)
    return {
        "predictors": known,
        "regression": slopes,
        "odds_ratios": odds_ratios(slopes, cases),
        "influence": influence(cases),
        "detectable_effect": detectable_effects(cases, analysis, seed, study),
        "design_register": design_register(cases, analysis, population, seed, study),
        "nonresponse": nonresponse(cases, analysis, tables, population),
        "slope_range": doubt.methods,
        "slope_items": doubt.items,
        "specification_curve": specification_curves(analysis, tables, permutations, seed, study),
        "delay_curve": delay_curves(known),
    }
