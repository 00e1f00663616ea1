"""Why a unit has no interval, in English and French, where a setting of the study is the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from barometre.measure.structure import Structure

if TYPE_CHECKING:
    import pandas as pd

RELATIVE = (
    "no interval and no range: {how} places units among each other, not on the answers' scale",
    "ni intervalle ni étendue : {how} situe les unités entre elles, non sur l'échelle des réponses",
)
HOW = {
    "zscore": ("a z-score", "un score z"),
    "rank": ("a rank", "un rang"),
    "percentile": ("a percentile", "un percentile"),
}
STAGED = (
    "no interval: stages are no sample of items of the same kind",
    "pas d'intervalle : des paliers ne sont pas un échantillon de questions du même genre",
)


def noted(table: pd.DataFrame, structure: Structure, blank: np.ndarray) -> pd.DataFrame:
    """`table` with columns `note` and `note_fr`, where settings leave intervals blank.

    Parameters
    ----------
    blank : rows that have a score and no interval
    """
    if structure.relative:
        how = HOW[structure.normalisation]
        said = [text.format(how=name) for text, name in zip(RELATIVE, how, strict=True)]
    elif structure.stages is not None:
        said = list(STAGED)
    else:
        return table
    return table.assign(
        note=[said[0] if row else None for row in blank],
        note_fr=[said[1] if row else None for row in blank],
    )
