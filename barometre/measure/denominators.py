"""Denominators: numbers and counts divided before they are scored (OECD/JRC *Handbook*, step 5).

A denominator is an item of the questionnaire or a column of units.csv. A unit whose denominator is
unknown has no level on the item: it counts as unanswered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

DIVIDED = ("number", "count")


def divisors(
    settings: Mapping[str, Any],
    codebook: Codebook,
    responses: pd.DataFrame,
    units: pd.DataFrame | None,
) -> dict[str, pd.Series]:
    """Item -> its denominator by unit, as `measure.denominators` says.

    Raises
    ------
    StudyError : an item is not scored, not a number or has bounds; a denominator is not there, no
        number, or zero where the item was answered.
    """
    found = {}
    scored = codebook.scored()
    for item, name in (settings.get("denominators") or {}).items():
        where = f"study.yaml, key 'measure.denominators.{item}'"
        if item not in scored.index:
            raise StudyError(f"{where}: '{item}' is no scored item of codebook.csv; mend the name.")
        if scored.at[item, "kind"] not in DIVIDED:
            raise StudyError(
                f"{where}: '{item}' is of kind '{scored.at[item, 'kind']}'; only items of kind "
                f"{' and '.join(DIVIDED)} can be divided."
            )
        below = _values(name, where, codebook, responses, units)
        level = responses[responses["item"] == item].set_index("unit_id")["level"]
        zero = level.index[level.notna() & (below.reindex(level.index) == 0)]
        if len(zero):
            raise StudyError(
                f"{where}: unit '{zero[0]}' has '{name}' 0, by which '{item}' cannot be divided; "
                "mend or empty that cell, or take another denominator."
            )
        found[item] = below
    return found


def _values(
    name: str, where: str, codebook: Codebook, responses: pd.DataFrame, units: pd.DataFrame | None
) -> pd.Series:
    import pandas as pd

    if name in codebook.items.index:
        return responses[responses["item"] == name].set_index("unit_id")["level"].astype(float)
    if units is None or name not in units.columns:
        known = "" if units is None else f" ({', '.join(units.columns)})"
        raise StudyError(
            f"{where}: '{name}' is neither an item of codebook.csv nor a column of units.csv"
            f"{known}; name one, or add the column to the register or the attributes."
        )
    values = pd.to_numeric(units.set_index("unit_id")[name], errors="coerce").astype(float)
    if values.isna().all():
        raise StudyError(
            f"{where}: the column '{name}' of units.csv holds no number; name another."
        )
    return values
