"""Classes at cut scores fixed before the data were seen: an official threshold, another edition's.

Here the sizes are a finding, so the exact multinomial test and its intervals apply
(`multinomial`). Units next to a cut may lie on either side of it: the posterior draws say how
probable each side is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify.multinomial import clopper_pearson, exact_test
from barometre.draws import Draws
from barometre.study import CLASSES

NEAREST = 10


def fixed_cuts(
    index: pd.DataFrame,
    draws: Draws,
    official: Sequence[pd.DataFrame],
    classify: Mapping[str, Any],
    measure: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Tables `fixed_cuts` and `cut_neighbours` of a study whose cuts stand in study.yaml.

    Parameters
    ----------
    index : table `index`
    draws : posterior draws of the same units
    official : table `official_scores`, where there is one
    classify, measure : sections of study.yaml
    """
    values = index["index"].dropna().to_numpy(float)
    cuts = [classify["cuts"][name] for name in CLASSES[1:]]
    known: dict[str, float] = {}
    if measure["official"].get("kind") == "groups":
        for table in official:
            totals = table[table["item"] == "total"].set_index("unit_id")["official"]
            known |= (100 * totals.dropna()).to_dict()
    return {
        "fixed_cuts": shares_at_cuts(values, cuts, classify["shares"]),
        "cut_neighbours": cut_neighbours(index, draws, *_named(classify, measure), known),
    }


def shares_at_cuts(
    values: np.ndarray, cuts: Sequence[float], shares: Mapping[str, float]
) -> pd.DataFrame:
    """Table `fixed_cuts`: how many units each class has, beside the shares asked for.

    Parameters
    ----------
    values : index (units,), no NaN
    cuts : lowest index of each class but the lowest, lowest first
    shares : class -> share that the exact test holds the counts against
    """
    counts = np.bincount(np.searchsorted(cuts, values, side="right"), minlength=len(CLASSES))
    n = int(counts.sum())
    low, high = np.transpose([clopper_pearson(int(count), n) for count in counts])
    asked = [shares[name] for name in CLASSES]
    return pd.DataFrame(
        {
            "class": list(CLASSES), "cut": [np.nan, *cuts], "n": counts, "base": n,
            "share": counts / n, "share_low": low, "share_high": high, "share_asked": asked,
            "p_value": exact_test(counts.tolist(), asked),
        }
    )  # fmt: skip


def cut_neighbours(
    index: pd.DataFrame,
    draws: Draws,
    cuts: Mapping[str, float],
    lowest: str,
    official: Mapping[str, float],
) -> pd.DataFrame:
    """Table `cut_neighbours`: the units nearest to each cut, and how probable either side is.

    Parameters
    ----------
    index : table `index`
    draws : posterior draws of the same units, layers (a) and (b)
    cuts : group -> lowest index of it, 0-100
    lowest : the group below all cuts
    official : unit -> official score on the scale of the index, where there is one
    """
    known = index[index["index"].notna()]
    names = sorted(cuts, key=lambda name: cuts[name])
    groups, edges = [lowest, *names], np.array([cuts[name] for name in names])
    column = {str(unit): place for place, unit in enumerate(draws.units)}
    rows: list[dict[str, Any]] = []
    for upper, edge in enumerate(edges, start=1):
        near = (known["index"] - edge).abs().sort_values(kind="stable").index[:NEAREST]
        for unit in known.loc[near].sort_values("index", ascending=False).to_dict("records"):
            drawn = draws.index[:, column[unit["unit_id"]]]
            placed = np.searchsorted(edges, drawn, side="right")
            score = official.get(unit["unit_id"], np.nan)
            rows.append(
                {
                    "cut": edge, "unit_id": unit["unit_id"], "name": unit["name"],
                    "index": unit["index"], "group_above": groups[upper],
                    "group_below": groups[upper - 1],
                    "p_above": (placed == upper).mean(), "p_below": (placed == upper - 1).mean(),
                    "official_score": score,
                    "official_group": None
                    if np.isnan(score)
                    else groups[int(np.searchsorted(edges, score, side="right"))],
                }
            )  # fmt: skip
    return pd.DataFrame(rows).astype({"official_group": "string"})


def _named(classify: Mapping[str, Any], measure: Mapping[str, Any]) -> tuple[dict[str, float], str]:
    """Group -> lowest index of it, and the group below: the publisher's, or our classes."""
    official = measure["official"]
    if official.get("kind") == "groups":
        return {name: 100 * cut for name, cut in official["cuts"].items()}, official["worst"]
    return dict(classify["cuts"]), CLASSES[0]
