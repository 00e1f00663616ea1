"""Priorities that units ranked: mean rank, Borda count, and how far the units agree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.describe.agreement import kendalls_w, permutation_p
from barometre.describe.plackett_luce import worth
from barometre.draws import generator
from barometre.errors import StudyError

RESAMPLES = 2000
COLUMNS = [
    "item", "label_fr", "label_en", "rank", "estimate", "low", "high", "borda",
    "worth", "first_choices", "base", "kendalls_w", "p_value",
]  # fmt: skip


def priorities(responses: pd.DataFrame, codebook: Codebook, seed: int, study: str) -> pd.DataFrame:
    """Priorities in the order of their Borda count.

    Parameters
    ----------
    responses : table of the contract `responses`
    codebook : its items of role `priority` are either places of one ranking (kind `rank` with a
        scale: `prio[k]` holds the option put at place k), or one item for each priority that
        holds its rank (kind `rank`, no scale) or its points (any other kind, more is higher)
    seed, study : where the bootstrap and the permutations are drawn from

    Returns
    -------
    Rows of the contract `priorities`, none where the study ranks nothing. Options that a unit
    left unranked share the mean of the places left (they stand behind all it ranked), so each
    unit gives the same total of Borda points; `base` counts the units that ranked the option
    themselves.

    Raises
    ------
    StudyError : a unit ranks an option twice or one that the scale lacks, or there are two
        rankings

    Notes
    -----
    Borda (1781): an option at rank r of m gets m - r points. Kendall and Babington Smith (1939),
    Annals of Mathematical Statistics 10, 275-287, for W. Interval: percentile bootstrap of units.
    """
    items = codebook.items[codebook.items["role"] == "priority"]
    if items.empty:
        return pd.DataFrame(columns=COLUMNS)
    if ((items["kind"] == "rank") & (items["scale"] != "")).all():
        options, given = _by_place(responses, codebook, items)
    else:
        options, given = _by_option(responses, items)
    given = given[np.isfinite(given).any(axis=1)]
    if not len(given):
        return pd.DataFrame(columns=COLUMNS)
    ranks = completed(given)
    borda = (ranks.shape[1] - ranks).sum(axis=0)
    low, high = bootstrap(ranks, generator(seed, study, "priorities.bootstrap"))
    table = options.assign(
        # Half points are exact, but sums of them in another order need not be: compare rounded.
        rank=pd.Series(-borda.round(6)).rank(method="min").astype(int).to_numpy(),
        estimate=ranks.mean(axis=0),
        low=low,
        high=high,
        borda=borda,
        worth=worth(_untied(given)),
        first_choices=(ranks == 1).sum(axis=0),
        base=np.isfinite(given).sum(axis=0),
        kendalls_w=kendalls_w(ranks),
        p_value=permutation_p(ranks, generator(seed, study, "priorities.agreement")),
    )
    return table.sort_values("rank", kind="stable")[COLUMNS].reset_index(drop=True)


def _untied(given: np.ndarray) -> np.ndarray:
    """Rankings without ties; a unit that ties options says nothing of their order."""
    ties = np.array([len(set(row[np.isfinite(row)])) < np.isfinite(row).sum() for row in given])
    return given[~ties]


def completed(given: np.ndarray) -> np.ndarray:
    """Ranks of every option; those left unranked share the mean of the places left.

    Parameters
    ----------
    given : ranks, 1 is first, NaN where unranked, shape (units, options); gaps are closed

    Returns
    -------
    Shape (units, options); each row sums to options * (options + 1) / 2.
    """
    last = np.where(np.isfinite(given), given, np.inf)
    return pd.DataFrame(last).rank(axis=1, method="average").to_numpy()


def bootstrap(
    ranks: np.ndarray, random: np.random.Generator, resamples: int = RESAMPLES
) -> tuple[np.ndarray, np.ndarray]:
    """95 % percentile interval of each option's mean rank, over resamples of units.

    Returns
    -------
    low, high : shape (options,), NaN with a single unit, which says nothing of others
    """
    units, options = ranks.shape
    if units < 2:
        return np.full(options, np.nan), np.full(options, np.nan)
    weights = random.multinomial(units, np.full(units, 1 / units), size=resamples)
    low, high = np.quantile(weights @ ranks / units, [0.025, 0.975], axis=0)
    return low, high


def _by_place(
    responses: pd.DataFrame, codebook: Codebook, items: pd.DataFrame
) -> tuple[pd.DataFrame, np.ndarray]:
    """Options of the scale, and the rank that each unit gave to each."""
    questions = items.index.str.replace(r"\[[^\]]*\]$", "", regex=True).unique()
    if len(questions) > 1:
        raise StudyError(
            f"codebook.csv: two rankings have the role 'priority' ({', '.join(questions)}) and the "
            "table holds one; give the items of the other the role 'measure'."
        )
    scale = codebook.scales[codebook.scales["scale"] == items["scale"].iloc[0]]
    options = scale.rename(columns={"answer": "item"})[["item", "label_fr", "label_en"]]
    # "Don't know" among the answers is no priority.
    options = options[(scale["state"] == "answered").to_numpy()].reset_index(drop=True)
    place = {item: number for number, item in enumerate(items.index, start=1)}
    chosen = responses[responses["item"].isin(place) & (responses["state"] == "answered")]
    chosen = chosen.assign(place=chosen["item"].map(place).astype(float))
    unknown = chosen[~chosen["value"].isin(options["item"])]
    repeated = chosen[chosen.duplicated(["unit_id", "value"])]
    for wrong, why in ((unknown, "is not among the options"), (repeated, "is ranked twice")):
        if len(wrong):
            first = wrong.iloc[0]
            raise StudyError(
                f"responses, unit '{first['unit_id']}', item '{first['item']}': the priority "
                f"'{first['value']}' {why}; a unit ranks each option of the scale "
                f"'{items['scale'].iloc[0]}' at most once, so mend the export or the scale."
            )
    wide = chosen.pivot(index="unit_id", columns="value", values="place")
    return options, wide.reindex(columns=options["item"]).to_numpy(dtype=float)


def _by_option(responses: pd.DataFrame, items: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """One item for each priority: its level is its rank, or points where more is higher."""
    options = items.reset_index()[["item", "label_fr", "label_en"]]
    chosen = responses[responses["item"].isin(items.index)]
    wide = chosen.pivot(index="unit_id", columns="item", values="level")
    level = wide.reindex(columns=items.index).to_numpy(dtype=float)
    return options, np.where((items["kind"] == "rank").to_numpy(), level, -level)
