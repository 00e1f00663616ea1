"""Composite indices of official indicators, stage by stage, as the Handbook lays them out.

OECD/JRC, *Handbook on Constructing Composite Indicators* (2008), steps 3 to 7: denominators,
missing values, outliers, normalisation, aggregation through a hierarchy. A questionnaire needs only
the last two (`scoring`); an index of statistics needs all. Each stage is a function from a table to
a table, so that one choice can be changed and the rest done again. Held to COINr's results in
tests/reference (Becker et al. 2022, *JOSS* 7(78), 4567).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from barometre.errors import StudyError

SKEWNESS, KURTOSIS = 2.0, 3.5  # an indicator beyond both has outliers (Handbook, step 4)
LOG_SHARE = 0.01  # of the range, added before the logarithm


def denominated(values: pd.DataFrame, denominators: pd.DataFrame) -> pd.DataFrame:
    """Indicators divided by their denominator, where they have one.

    Parameters
    ----------
    values : units in rows, indicators in columns
    denominators : same shape; a column of NaN means that the indicator has none

    Raises
    ------
    StudyError : a denominator is zero.
    """
    zero = (denominators == 0) & values.notna()
    if zero.to_numpy().any():
        unit, indicator = zero.stack()[lambda at: at].index[0]
        raise StudyError(
            f"unit '{unit}', indicator '{indicator}': its denominator is 0; leave the cell empty "
            "or take another denominator."
        )
    divided = denominators.columns[denominators.notna().any()]
    found = values.astype(float)
    found[divided] = values[divided] / denominators[divided]
    return found


def imputed_by_group(values: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Missing values replaced by the mean of the unit's group; observed values never change.

    A group without any value takes the mean of all units.
    """
    means = values.groupby(groups).transform("mean").fillna(values.mean())
    return values.fillna(means)


def treated(values: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Indicators without outliers: winsorised, or by their logarithm where that does not help.

    Parameters
    ----------
    values : units in rows, indicators in columns
    most : largest number of points that may be winsorised

    Notes
    -----
    Handbook, step 4: as long as skewness is beyond 2 in size and kurtosis beyond 3.5, the outermost
    value takes that of its neighbour. Where `most` points do not suffice the indicator is taken
    as it was, and by log(x - min + a) with a one hundredth of the range.
    """
    return values.apply(
        lambda column: pd.Series(_treated(column.to_numpy(float), most), column.index)
    )


def _treated(x: np.ndarray, most: int) -> np.ndarray:
    won = _winsorised(x, most)
    if not _outlying(won):
        return won
    known = x[~np.isnan(x)]
    low, high = known.min(), known.max()
    return np.log(x - low + LOG_SHARE * (high - low))


def _winsorised(x: np.ndarray, most: int) -> np.ndarray:
    x = x.copy()
    top: list[int] = []
    bottom: list[int] = []
    while _outlying(x) and len(top) + len(bottom) < most:
        known = ~np.isnan(x)
        if _skewness(x) >= 0:
            top += [int(at) for at in np.flatnonzero(x == np.nanmax(x)) if at not in top]
            rest = known & ~np.isin(np.arange(x.size), top)
            x[top] = x[rest].max()
        else:
            bottom += [int(at) for at in np.flatnonzero(x == np.nanmin(x)) if at not in bottom]
            rest = known & ~np.isin(np.arange(x.size), bottom)
            x[bottom] = x[rest].min()
    return x


def _outlying(x: np.ndarray) -> bool:
    known = x[~np.isnan(x)]
    if known.size < 4 or np.ptp(known) == 0:
        return False
    kurtosis = float(stats.kurtosis(known, bias=False))
    return abs(_skewness(x)) > SKEWNESS and kurtosis > KURTOSIS


def _skewness(x: np.ndarray) -> float:
    return float(stats.skew(x[~np.isnan(x)], bias=False))


def normalised(
    values: pd.DataFrame,
    directions: pd.Series,
    how: str = "minmax",
    ends: tuple[float, float] = (0.0, 100.0),
) -> pd.DataFrame:
    """Indicators on one scale, higher is better.

    Parameters
    ----------
    directions : indicator -> 1, or -1 where less is better
    how : minmax (to `ends`), zscore (mean and standard deviation of `ends`), rank, percentile_rank,
        borda (0 to units - 1), distance_to_best (share of the range from the best, from 1)

    Raises
    ------
    StudyError : an unknown normalisation, or an indicator that is the same everywhere.
    """
    if how not in NORMALISATIONS:
        raise StudyError(
            f"normalisation '{how}' is unknown; it is one of {', '.join(NORMALISATIONS)}."
        )
    turned = values * directions.reindex(values.columns)
    steady = turned.columns[turned.max() == turned.min()]
    if len(steady):
        raise StudyError(
            f"indicator '{steady[0]}' is the same for every unit and tells nothing; leave it out."
        )
    return NORMALISATIONS[how](turned, ends)


def _minmax(x: pd.DataFrame, ends: tuple[float, float]) -> pd.DataFrame:
    low, high = ends
    return low + (high - low) * (x - x.min()) / (x.max() - x.min())


def _zscore(x: pd.DataFrame, ends: tuple[float, float]) -> pd.DataFrame:
    mean, spread = ends
    return mean + spread * (x - x.mean()) / x.std(ddof=1)


def _percentile_rank(x: pd.DataFrame, ends: tuple[float, float]) -> pd.DataFrame:
    return x.apply(
        lambda column: column.map(lambda one: (column < one).sum() / (column.notna().sum() - 1)),
    )


def _distance(x: pd.DataFrame, ends: tuple[float, float]) -> pd.DataFrame:
    return 1 - (x.max() - x) / (x.max() - x.min())


NORMALISATIONS: Mapping[str, Callable[[pd.DataFrame, tuple[float, float]], pd.DataFrame]] = {
    "minmax": _minmax,
    "zscore": _zscore,
    "rank": lambda x, ends: x.rank(method="min"),
    "percentile_rank": _percentile_rank,
    "borda": lambda x, ends: x.rank(method="min") - 1,
    "distance_to_best": _distance,
}


def aggregated(
    values: pd.DataFrame,
    parents: pd.Series,
    levels: pd.Series,
    weights: pd.Series,
    how: str = "arithmetic",
) -> pd.DataFrame:
    """Every aggregate of the hierarchy, beside the indicators.

    Parameters
    ----------
    values : normalised indicators, units in rows
    parents, levels, weights : of each indicator and aggregate; level 1 are the indicators
    how : arithmetic, geometric or harmonic mean

    Raises
    ------
    StudyError : an unknown mean, or a zero or negative value under a geometric or harmonic one.
    """
    if how not in MEANS:
        raise StudyError(f"aggregation '{how}' is unknown; it is one of {', '.join(MEANS)}.")
    found = values.copy()
    for level in range(2, int(levels.max()) + 1):
        for code in levels.index[levels == level]:
            members = list(parents.index[parents == code])
            if how != "arithmetic" and not (found[members] > 0).to_numpy().all():
                row, column = np.argwhere(~(found[members] > 0).to_numpy())[0]
                raise StudyError(
                    f"unit '{found.index[row]}', '{members[column]}': the {how} mean needs values "
                    "above 0; normalise to 1-100, or take the arithmetic mean."
                )
            own = weights[members].to_numpy(float)
            found[code] = MEANS[how](found[members].to_numpy(float), own / own.sum())
    return found


MEANS: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "arithmetic": lambda x, w: x @ w,
    "geometric": lambda x, w: np.exp(np.log(x) @ w),
    "harmonic": lambda x, w: 1 / ((1 / x) @ w),
}


def effective_weights(weights: pd.Series, parents: pd.Series, levels: pd.Series) -> pd.Series:
    """Share of each indicator and aggregate in the index: product of its shares on the way up."""
    share = weights / weights.groupby(parents).transform("sum")
    found = share.fillna(1.0).copy()
    for code in sorted(levels.index, key=lambda one: -levels[one]):
        if isinstance(parents[code], str) and parents[code] in found.index:
            found[code] = share[code] * found[parents[code]]
    return found


def index_under_choices(
    variants: Mapping[tuple[int, str], np.ndarray],
    design: Sequence[tuple[int, str, int, str]],
    weight_sets: np.ndarray,
    parents: Sequence[np.ndarray],
) -> np.ndarray:
    """The index under every row of a design, all rows with the same treatment at once.

    Parameters
    ----------
    variants : (points winsorised, normalisation) -> indicators, shape (units, indicators)
    design : treatment, normalisation, number of the weight set, mean; one row per run
    weight_sets : shape (sets, codes): indicators first, then each level's aggregates
    parents : for each level above the indicators, the place of every code below among the
        level's own codes

    Returns
    -------
    Shape (runs, units).
    """
    chosen = np.array([number for _, _, number, _ in design])
    keys = [(most, how, mean) for most, how, _, mean in design]
    units = next(iter(variants.values())).shape[0]
    index = np.empty((len(design), units))
    for key in dict.fromkeys(keys):
        rows = np.array([place for place, one in enumerate(keys) if one == key])
        most, how, mean = key
        values = variants[most, how] if mean == "arithmetic" else np.log(variants[most, how])
        weights, start = weight_sets[chosen[rows]], 0
        for places in parents:
            values = _one_level(values, weights[:, start : start + len(places)], places)
            start += len(places)
        index[rows] = values[..., 0] if mean == "arithmetic" else np.exp(values[..., 0])
    return index


def _one_level(values: np.ndarray, weights: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Weighted means (runs, units, parents) of values (units, codes) or (runs, units, codes)."""
    means = []
    for parent in range(int(places.max()) + 1):
        members = np.flatnonzero(places == parent)
        own = weights[:, members] / weights[:, members].sum(axis=1, keepdims=True)
        if values.ndim == 2:
            means.append(own @ values[:, members].T)
        else:
            means.append(sum(own[:, k, None] * values[:, :, m] for k, m in enumerate(members)))
    return np.stack(means, axis=-1)
