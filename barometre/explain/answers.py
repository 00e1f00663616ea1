"""The answers behind the index, and the index of completed answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from barometre.codebook import Codebook
from barometre.draws import generator
from barometre.explain.cases import Cases, Tables
from barometre.measure import intervals, scoring
from barometre.measure.imputation import impute
from barometre.measure.index import aligned


@dataclass(frozen=True)
class Answers:
    """What the index is made from.

    Attributes
    ----------
    ids : unit ids, shape (units,)
    levels : shape (units, items), NaN where unanswered
    shown : shape (units, items)
    known : units whose index is known, shape (units,)
    plan : structure of the index
    """

    ids: np.ndarray
    levels: np.ndarray
    shown: np.ndarray
    known: np.ndarray
    plan: scoring.Structure

    def rows(self, units: np.ndarray) -> np.ndarray:
        """Positions of units in `ids`, which are sorted."""
        return np.searchsorted(self.ids.astype(str), units.astype(str))


def answers_of(tables: Tables, codebook: Codebook, measure: Mapping[str, Any]) -> Answers:
    """The answers behind the index, as the measure room scores them."""
    plan = scoring.structure(codebook, measure, tables.responses, tables.units)
    ids, levels, shown = aligned(tables.responses, tables.units, plan)
    _, index = scoring.score(levels, shown, plan, measure)
    return Answers(ids, levels, shown, ~np.isnan(index), plan)


def completed_scores(
    case: Cases, given: Answers, measure: Mapping[str, Any], seed: int, study: str
) -> np.ndarray:
    """Item scores of the units of a model, shape (m, n, items), its predictor in the imputation.

    The outcome is in it as the means of the other items. m is 1 where nothing is missing.
    """
    place = given.rows(case.units)
    beside = np.full(given.ids.size, np.nan)
    beside[place] = case.x
    rng = generator(seed, study, f"imputation {case.name}")
    completed = impute(
        given.levels, given.shown, given.known, given.plan, measure["imputations"], rng, beside
    )
    return scoring.item_scores(completed[:, place], given.plan, given.shown[place])


def completed_index(scores: np.ndarray, plan: scoring.Structure) -> np.ndarray:
    """Index of completed item scores (m, units, items), shape (m, units)."""
    return intervals.index_and_slopes(intervals.item_variance(scores, plan)[0], plan)[0]
