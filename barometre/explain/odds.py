"""Odds ratios of an outcome that is yes or no, over ten years of age or earliness."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barometre.explain.cases import Cases

PER_YEARS = 10
COLUMNS = ["outcome", "model", "role", "term", "per_years", "odds_ratio", "low", "high",
           "p_value", "n", "n_yes"]  # fmt: skip


def odds_ratios(regression: pd.DataFrame, cases: list[Cases]) -> pd.DataFrame:
    """The logistic regressions of the table `regression`, as odds ratios.

    An ordered logit with a single cut point is a logistic regression (McCullagh 1980, *JRSS B*
    42, section 2); below n = 100 it is penalised there and has no interval.

    Parameters
    ----------
    regression : table of the contract
    cases : the models it was made from

    Returns
    -------
    Rows of the contract `odds_ratios`: ratio of odds per `PER_YEARS` years with its Wald interval;
    for terms that are no time, per unit (`per_years` empty).
    """
    yes = {case.name: int(case.ordered.sum()) for case in cases if case.ordered is not None}
    rows = regression[regression["estimator"] == "ordered_logit"]
    cuts = rows["term"].str.startswith("cut ").groupby(rows["model"]).sum()
    single = rows[rows["model"].isin(cuts.index[cuts == 1]) & ~rows["term"].str.startswith("cut ")]
    time = single["term"].str.startswith(("age_", "earliness_", "delay_"))
    factor = np.where(time, PER_YEARS, 1)
    return pd.DataFrame(
        {
            "outcome": single["outcome"],
            "model": single["model"],
            "role": single["role"],
            "term": single["term"],
            "per_years": pd.Series(np.where(time, PER_YEARS, np.nan), single.index).astype("Int64"),
            "odds_ratio": np.exp(factor * single["estimate"]),
            "low": np.exp(factor * single["ci_low"]),
            "high": np.exp(factor * single["ci_high"]),
            "p_value": single["p_value"],
            "n": single["n"],
            "n_yes": single["model"].map(yes).astype("Int64"),
        },
        columns=COLUMNS,
    ).reset_index(drop=True)
