"""How many units have each practice or name each brake, and what all mature units share.

Units are treated as draws of a process, not as a sample of a larger population: an interval
says how far the share could have fallen otherwise for units like these.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from barometre.codebook import Codebook
from barometre.proportions import wilson
from barometre.study import CLASSES

ALL = "all"
LABELS = ["item", "label_fr", "label_en"]
SHARES = [*LABELS, "group", "estimate", "low", "high", "n", "base"]
INVARIANTS = [*LABELS, "estimate", "low", "high", "n", "base", "share_elsewhere", "coverage"]


def adoption(
    responses: pd.DataFrame, codebook: Codebook, classes: pd.DataFrame, describe: Mapping
) -> pd.DataFrame:
    """Share of units that have each practice, with Wilson's 95 % interval.

    Parameters
    ----------
    responses, classes : tables of the contracts of the same names
    describe : the study's `describe` settings; `class_groups` adds the shares by class

    Returns
    -------
    Rows of the contract `adoption`, items in questionnaire order; estimate, low and high are
    shares (0-1) of the units that were asked and answered, empty where nobody did.

    Notes
    -----
    Wilson, E. B. (1927), JASA 22, 209-212; recommended for small n by Brown, Cai and DasGupta
    (2001), Statistical Science 16, section 4.
    """
    thresholds = adopted_from(codebook, ("score", "measure"))
    found = _shares(responses, codebook, classes, describe, thresholds)
    themes = codebook.items["theme"].reindex(found["item"]).to_numpy()
    return found.assign(theme=pd.Series(themes, dtype="string").replace("", pd.NA))


def brakes(
    responses: pd.DataFrame, codebook: Codebook, classes: pd.DataFrame, describe: Mapping
) -> pd.DataFrame:
    """Share of units that name each brake; as `adoption`, for the items of role `brake`."""
    thresholds = adopted_from(codebook, ("brake",))
    return _shares(responses, codebook, classes, describe, thresholds)


def invariants(responses: pd.DataFrame, codebook: Codebook, classes: pd.DataFrame) -> pd.DataFrame:
    """Practices that every mature unit has, with the Clopper-Pearson 95 % interval.

    A practice counts only when every mature unit said that it has it: one that was not asked
    or did not answer makes "every" unknown. Two of two have a lower bound of .158.

    Returns
    -------
    Rows of the contract `invariants`; `share_elsewhere` is the share of the lagging and
    transition units that were asked and answered. As a necessary condition the practice has the
    consistency `estimate` and the coverage of Ragin (2006, *Political Analysis* 14, 291-310): the
    share of the units that have it which are mature; near 0 it is a trivial condition.

    Notes
    -----
    Clopper, C. J. and Pearson, E. S. (1934), Biometrika 26, 404-413.
    """
    thresholds = adopted_from(codebook, ("score", "measure"))
    has = adopted(responses, thresholds)
    groups = _groups(has.index, classes, by_class=True)
    mature = groups["mature"]
    n, base = _counts(has, mature)
    n_rest, base_rest = _counts(has, groups["lagging"] | groups["transition"])
    every = (n == mature.sum()) & (n > 0)
    low, high = proportion_confint(n, np.maximum(base, 1), method="beta")
    table = pd.DataFrame(
        {
            "item": thresholds.index,
            "estimate": _ratio(n, base),
            "low": low,
            "high": high,
            "n": n,
            "base": base,
            "share_elsewhere": _ratio(n_rest, base_rest),
            "coverage": _ratio(n, n + n_rest),
        }
    )[every]
    return _labelled(table, codebook)[INVARIANTS].reset_index(drop=True)


def adopted_from(codebook: Codebook, roles: tuple[str, ...]) -> pd.Series:
    """Item -> level from which it counts as adopted, for the items of `roles` that have one.

    Yes/no items and ticks have 1 where the codebook gives none; other kinds need
    `adopted_from`, because no level of a scale means "has it" by itself.
    """
    items = codebook.items[codebook.items["role"].isin(roles)]
    binary = items["kind"].isin(["yes_no", "tick"])
    levels = items["adopted_from"].astype(float)
    return levels.where(levels.notna() | ~binary, 1.0).dropna()


def adopted(responses: pd.DataFrame, thresholds: pd.Series) -> pd.DataFrame:
    """1 has it, 0 has not, NaN not asked or no answer with a level; units by items."""
    kept = responses[responses["item"].isin(thresholds.index)]
    levels = kept.pivot(index="unit_id", columns="item", values="level")
    units = pd.Index(responses["unit_id"].unique(), name="unit_id")
    levels = levels.reindex(index=units, columns=thresholds.index).astype(float)
    return levels.ge(thresholds, axis=1).astype(float).where(levels.notna())


def _shares(
    responses: pd.DataFrame,
    codebook: Codebook,
    classes: pd.DataFrame,
    describe: Mapping,
    thresholds: pd.Series,
) -> pd.DataFrame:
    has = adopted(responses, thresholds)
    groups = _groups(has.index, classes, describe.get("class_groups", True))
    table = pd.concat(
        [_wilson(has, chosen).assign(group=group) for group, chosen in groups.items()]
    )
    # A stable sort by item puts the groups of an item together, in the order of `groups`.
    table = table.sort_index(kind="stable").reset_index(drop=True)
    return _labelled(table, codebook)[SHARES]


def _wilson(has: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    n, base = _counts(has, chosen)
    share, low, high = wilson(n, base)
    return pd.DataFrame(
        {
            "item": has.columns,
            "estimate": share,
            "low": low,
            "high": high,
            "n": n,
            "base": base,
        }
    )


def _groups(units: pd.Index, classes: pd.DataFrame, by_class: bool) -> dict[str, np.ndarray]:
    groups = {ALL: np.ones(len(units), dtype=bool)}
    if by_class:
        of_unit = classes.set_index("unit_id")["class"].reindex(units).fillna("unknown")
        groups |= {name: (of_unit == name).to_numpy(dtype=bool) for name in CLASSES}
    return groups


def _counts(has: pd.DataFrame, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = has.to_numpy(dtype=float)[chosen]
    return np.nansum(values, axis=0).astype(int), np.isfinite(values).sum(axis=0)


def _ratio(n: np.ndarray, base: np.ndarray) -> np.ndarray:
    return np.where(base > 0, n / np.maximum(base, 1), np.nan)


def _labelled(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    labels = codebook.items[["label_fr", "label_en"]].reindex(table["item"])
    return table.assign(
        label_fr=labels["label_fr"].to_numpy(), label_en=labels["label_en"].to_numpy()
    )
