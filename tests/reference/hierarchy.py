"""An index of statistics through a hierarchy, stage by stage, from the functions of the package.

A questionnaire has two levels (items, themes) and higher is better; the indices that COINr is made
for have more of both. What is written here is only the way through the hierarchy and COINr's own
conventions of places; every stage is computed by the package.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.measure import alternatives, normalising, outliers, scoring
from barometre.measure.means import POWERS, Mean


def denominated(values: pd.DataFrame, named: pd.Series, columns: pd.DataFrame) -> pd.DataFrame:
    """Indicators divided by the columns that `named` gives them, as a study's items are."""
    items = pd.DataFrame(
        {"role": "score", "kind": "number", "theme": "all", "weight": 1.0, "scale": "",
         "minimum": "", "maximum": ""}, index=values.columns,
    )  # fmt: skip
    long = values.rename_axis("unit_id").reset_index().melt("unit_id", var_name="item")
    long = long.rename(columns={"value": "level"}).assign(state="answered")
    settings = {
        "normalisation": "data",
        "minimum_answered": 0,
        "minimum_themes": 0,
        "denominators": named.dropna().to_dict(),
    }
    units = columns.rename_axis("unit_id").reset_index()
    plan = scoring.structure(Codebook(items, pd.DataFrame()), settings, long, units)
    found, levels, _ = scoring.level_matrix(long, plan)
    return pd.DataFrame(levels, index=found, columns=values.columns).loc[values.index]


def imputed_by_group(values: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Missing values by the mean of the unit's group, as in COINr; a study imputes many times."""
    means = values.groupby(groups).transform("mean").fillna(values.mean())
    return values.fillna(means)


def treated(values: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Winsorised, or by logarithm where `most` points do not suffice."""

    def one(column: pd.Series) -> pd.Series:
        x = column.to_numpy(float)
        calm = outliers.winsorised(x, most)
        if outliers.outlying(calm):
            start, step = outliers.log_scale(np.nanmin(x), np.nanmax(x))
            calm = np.log1p((x - start) / step) + np.log(step)
        return pd.Series(calm, column.index)

    return values.apply(one)


def normalised(
    values: pd.DataFrame,
    directions: pd.Series,
    how: str = "minmax",
    ends: tuple[float, float] = (0.0, 100.0),
) -> pd.DataFrame:
    """Indicators on one scale, higher is better.

    Parameters
    ----------
    how : minmax (to `ends`), zscore (mean and standard deviation of `ends`), and COINr's places,
        the best of equal ones: rank, percentile_rank, borda; distance_to_best
    """
    x = (values * directions.reindex(values.columns)).to_numpy(float)
    if how in ("rank", "percentile_rank", "borda"):
        below = np.column_stack(
            [normalising.positions(column, given)[0]
             for column, given in zip(x.T, normalising.given_values(x), strict=True)]
        )  # fmt: skip
        found = {"rank": below + 1.0, "borda": below, "percentile_rank": below / (len(x) - 1)}[how]
    else:
        bounds = normalising.standard_bounds(x, 1.0) if how == "zscore" else None
        low, high = bounds or normalising.data_bounds(x)
        share = (x - low) / (high - low)
        if how == "zscore":
            found = ends[0] + ends[1] * (2 * share - 1)
        else:
            found = share if how == "distance_to_best" else ends[0] + (ends[1] - ends[0]) * share
    return pd.DataFrame(found, index=values.index, columns=values.columns)


def aggregated(
    values: pd.DataFrame,
    parents: pd.Series,
    levels: pd.Series,
    weights: pd.Series,
    how: str = "arithmetic",
) -> pd.DataFrame:
    """Every aggregate of the hierarchy, beside the indicators; level 1 are the indicators."""
    mean = Mean(how, POWERS[how])
    found = values.copy()
    for level in range(2, int(levels.max()) + 1):
        for code in levels.index[levels == level]:
            members = list(parents.index[parents == code])
            own = weights[members].to_numpy(float)
            found[code] = alternatives.aggregate(found[members].to_numpy(float), own[None], mean)[0]
    return found


def effective_weights(sets: pd.DataFrame, parents: pd.Series, levels: pd.Series) -> pd.DataFrame:
    """Share of each indicator and aggregate in the index: product of its shares on the way up.

    Parameters
    ----------
    sets : weight sets in rows, codes in columns
    """
    codes = [code for code in sorted(sets.columns, key=lambda one: -levels[one])]
    found: dict[str, np.ndarray] = {}
    for code in codes:
        parent = parents[code]
        siblings = [other for other in sets.columns if parents[other] == parent]
        if not isinstance(parent, str) or not siblings:
            found[code] = np.ones(len(sets))
            continue
        share = sets[code].to_numpy() / sets[siblings].to_numpy().sum(axis=1)
        found[code] = share * found.get(parent, np.ones(len(sets)))
    return pd.DataFrame(found)[list(sets.columns)]


def index_under_choices(
    variants: dict[tuple[int, str], np.ndarray],
    design: list[tuple[int, str, int, str]],
    shares: np.ndarray,
) -> np.ndarray:
    """The index (runs, units) under every row of a design, rows of one variant at once.

    Means of one power through a hierarchy are one mean with the products of the weights.

    Parameters
    ----------
    variants : (points winsorised, normalisation) -> indicators, shape (units, indicators)
    design : treatment, normalisation, number of the weight set, mean; one row per run
    shares : weight sets by indicator, as of `effective_weights`
    """
    chosen = np.array([number for _, _, number, _ in design])
    keys = [(most, how, mean) for most, how, _, mean in design]
    index = np.empty((len(design), next(iter(variants.values())).shape[0]))
    for key in dict.fromkeys(keys):
        rows = np.array([place for place, one in enumerate(keys) if one == key])
        most, how, mean = key
        weights = shares[chosen[rows]]
        index[rows] = alternatives.aggregate(variants[most, how], weights, Mean(mean, POWERS[mean]))
    return index
