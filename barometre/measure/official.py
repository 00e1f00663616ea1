"""Our result beside the publisher's own, where there is one.

Two kinds (`measure.official.kind` in study.yaml):

`points`
    The workbooks show a mark beside each answer and the publisher's sums
    (`barometre.measure.marks`).
`groups`
    A table holds the publisher's index and its ordered groups
    (`barometre.measure.groups`).

Either gives `official_scores` (every score beside the official one, with what explains a
difference) and `official_agreement` (a few statistics). Nothing here changes a score of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.draws import generator
from barometre.measure import groups, marks

if TYPE_CHECKING:
    import pandas as pd


def compare(
    responses: pd.DataFrame,
    index: pd.DataFrame,
    classes: pd.DataFrame,
    codebook: Codebook,
    paths: Sequence[str],
    settings: Mapping[str, Any],
    options: Mapping[str, Any],
    seed: int,
    study: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `official_scores` and `official_agreement` of a study.

    Parameters
    ----------
    responses, index, classes : tables of the same names
    paths : raw files with the publisher's scores
    settings : `measure.official` of study.yaml
    options : `exports.options` of study.yaml, by which workbooks are read
    seed, study : of the build

    Raises
    ------
    StudyError : a raw file lacks a sum, a column or a number that the settings name.
    """
    if settings["kind"] == "points":
        return marks.compare(responses, index, codebook, paths, settings, options)
    rng = generator(seed, study, "official")
    return groups.compare(index, classes, paths[0], settings, rng)
