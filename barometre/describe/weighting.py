"""Weights of a staff survey: raking to known margins, what it costs, and shares under weights.

Estimation is svy's, which equals R's survey (Lumley 2004, *Journal of Statistical Software* 9) on
its reference data; see docs/methods-describe.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometre import tables
from barometre.errors import StudyError

if TYPE_CHECKING:
    import svy

MARGINS = ["item", "answer", "share"]
WEIGHT = "weight"
TOLERANCE = 1e-10
ROUNDS = 1000


def read_margins(path: str) -> pd.DataFrame:
    """Population shares of answers: columns item, answer, share (0-1).

    Raises
    ------
    StudyError : a column is missing, a share is no number above 0, or the shares of an item do not
        sum to 1.
    """
    table = tables.read_source(path, MARGINS)
    shares = pd.to_numeric(table["share"], errors="coerce")
    wrong = table.index[~(shares > 0)]
    if len(wrong):
        raise StudyError(
            f"{path}, row {wrong[0] + 2}, column 'share': '{table.at[wrong[0], 'share']}' is not "
            "a share above 0; leave out answers that nobody in the population has."
        )
    for item, total in shares.groupby(table["item"], sort=False).sum().items():
        if abs(total - 1) > 1e-6:
            raise StudyError(
                f"{path}, item '{item}': the shares sum to {total:g} and must sum to 1."
            )
    return table.assign(share=shares)


def raked(people: pd.DataFrame, margins: pd.DataFrame) -> np.ndarray:
    """Weights under which the shares of each margin are those of the population.

    Parameters
    ----------
    people : one row per person, a column per item of the margins (answer codes)
    margins : as `read_margins`

    Returns
    -------
    Shape (people,), mean 1 over those with all answers; NaN where one is missing.

    Raises
    ------
    StudyError : an answer has no share, nobody gave an answer that has one, or the margins cannot
        be met together.

    Notes
    -----
    Iterative proportional fitting: Deming & Stephan (1940), *Annals of Mathematical Statistics*
    11, 427-444; Deville, Särndal & Sautory (1993), *JASA* 88, 1013-1020.
    """
    items = list(dict.fromkeys(margins["item"]))
    complete = people[items].notna().all(axis=1) & people[items].ne("").all(axis=1)
    there = people.loc[complete, items]
    _check_answers(there, margins)
    whole = _sample(there.assign(**{WEIGHT: 1.0}), None)
    weights = np.array(_rake(whole, margins, len(there)).data["raked"].to_list())  # type: ignore
    found = np.full(len(people), np.nan)
    found[complete.to_numpy()] = weights / weights.mean()
    return found


def design_effect(weights: np.ndarray) -> float:
    """What unequal weights do to the variance of a mean: 1 + squared variation of the weights.

    Kish (1965), *Survey Sampling*, section 11.7; only the part that is due to weighting.
    """
    known = weights[np.isfinite(weights)]
    return float(len(known) * np.square(known).sum() / np.square(known.sum()))


def weighted_share(hit: np.ndarray, weights: np.ndarray) -> float:
    """Share of the weights that fall on `hit`; those without weight are left out."""
    known = np.isfinite(weights)
    total = weights[known].sum()
    return float(weights[known & hit].sum() / total) if total > 0 else float("nan")


def sampled_intervals(
    people: pd.DataFrame, margins: pd.DataFrame, cluster: str | None, outcome: str, by: str | None
) -> pd.DataFrame:
    """Weighted shares of each answer of `outcome`, with 95 % intervals, of a random sample.

    The jackknife leaves out one cluster at a time and rakes again each time, so the interval knows
    that weights were estimated; logit intervals.

    Parameters
    ----------
    people : one row per person, with the items of the margins, `cluster`, `outcome` and `by`
    cluster : column of the employer; each person is one where it is None

    Returns
    -------
    Columns group (answer of `by`, or "all"), level, estimate, low, high.

    Notes
    -----
    Rust & Rao (1996), *Statistical Methods in Medical Research* 5, 283-310, on replicate weights.
    """
    items = list(dict.fromkeys(margins["item"]))
    columns = dict.fromkeys(
        [*items, outcome, *([by] if by else []), *([cluster] if cluster else [])]
    )
    there = people[list(columns)].dropna().astype(str).assign(**{WEIGHT: 1.0})
    if not cluster:
        there = there.assign(person=[str(number) for number in range(len(there))])
    whole = _sample(there, cluster or "person").weighting.create_jk_wgts()
    estimate = _rake(whole, margins, len(there)).estimation.prop(
        outcome, by=by, method="replication"
    )
    rows: list[Any] = estimate.estimates  # type: ignore[union-attr]
    return pd.DataFrame(
        [
            {
                "group": row.by_level[0] if by else "all",
                "level": row.y_level,
                "estimate": row.est,
                "low": row.lci,
                "high": row.uci,
            }
            for row in rows
        ]
    )


def _sample(people: pd.DataFrame, cluster: str | None) -> svy.Sample:
    import polars
    import svy

    table = polars.DataFrame({name: people[name].tolist() for name in people.columns})
    return svy.Sample(table, svy.Design(wgt=WEIGHT, psu=cluster))


def _rake(whole: svy.Sample, margins: pd.DataFrame, n: int) -> svy.Sample:
    import svy

    wanted = {
        item: {
            answer: n * share for answer, share in zip(rows["answer"], rows["share"], strict=True)
        }
        for item, rows in margins.groupby("item", sort=False)
    }
    try:
        return whole.weighting.rake(
            controls=wanted, wgt_name="raked", tol=TOLERANCE, max_iter=ROUNDS
        )
    except svy.SvyError:
        raise StudyError(
            "the margins cannot be met together by any weights; join answers that few people gave, "
            "or leave one margin out."
        ) from None


def _check_answers(people: pd.DataFrame, margins: pd.DataFrame) -> None:
    for item, rows in margins.groupby("item", sort=False):
        given, known = set(people[item]), set(rows["answer"])
        for answer in sorted(given - known):
            raise StudyError(
                f"margins, item '{item}': people answered '{answer}', which has no share; add it."
            )
        for answer in sorted(known - given):
            raise StudyError(
                f"margins, item '{item}': nobody answered '{answer}', which has a share; join it "
                "with another answer."
            )
