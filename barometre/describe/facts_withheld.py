"""Which rebuilt figures about persons stay out, since a small group could be counted from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from barometre.describe.facts import STATISTICS, Material
from barometre.study import CLASSES

NOTE = (
    "Withheld: it would tell on fewer than {minimum} persons.",
    "Retenu : il renseignerait sur moins de {minimum} personnes.",
)


def guarded(
    found: pd.DataFrame, published: pd.DataFrame, material: Material, minimum: int
) -> pd.DataFrame:
    """The table `published_facts` without figures that a small count can be taken from.

    Parameters
    ----------
    found : as `facts.check_facts` gives
    published : the study's published.csv
    minimum : smallest count of persons that is shown

    Notes
    -----
    A figure about one group says, with that of everybody, how many of the others there are. So all
    figures of one kind about groups stay out if any group has a small count, or leaves one.
    """
    table = found.set_index("fact", drop=False)
    for fact in published[published["statistic"] != ""].to_dict("records"):
        if any(0 < count < minimum for count in _counts(fact, material)):
            blank = [np.nan, pd.NA, "not_rebuilt", *(one.format(minimum=minimum) for one in NOTE)]
            columns = ["rebuilt", "rebuilt_base", "agrees", "note", "note_fr"]
            table.loc[fact["fact"], columns] = blank
    return table.reset_index(drop=True)


def _counts(fact: Mapping[str, str], material: Material) -> Iterator[int]:
    """Persons counted by a figure, and those it leaves, in each group that it could be about."""
    everybody = fact["group"] in ("", "all")
    units = material.units
    names = [] if everybody else list(units["group"].dropna().unique())
    sets = CLASSES if fact["statistic"] == "class_share" and names else [fact["item"]]
    if fact["statistic"] == "n_group":
        names, sets = [], list(units["group"].dropna().unique())
    for item in {*sets, fact["item"]}:
        for group in names or [fact["group"]]:
            asked = {**fact, "item": item, "group": group, "unit": "count"}
            count, base = STATISTICS[fact["statistic"]](asked, material)
            yield from (int(count), int(base) - int(count))
