"""The same slope under each way of counting: what would have been printed, and what holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.explain.cases import name_of
from barometre.publish.words import digits_for, estimate, interval, named, picked

COLUMNS = (
    "outcome", "predictor", "adjusted_for", "n", "slope", "p_value_ols", "p_value_hc3",
    "p_value_units", "p_value_units_hc3", "p_value_dates",
)  # fmt: skip


def ways_of_counting(
    regression: pd.DataFrame, analysis: Mapping[str, Any], language: str
) -> pd.DataFrame:
    """One row per model of the plan, with the slope of its predictor.

    The classical interval and the p-values of OLS and HC3 count units as independent and errors
    as normal; the permutations need neither, and those of dates take units that share one together.

    Parameters
    ----------
    regression : its contract
    analysis : section of study.yaml

    Returns
    -------
    Columns of `COLUMNS`; `p_value_units` is the permutation of units with the classical t,
    `p_value_units_hc3` with the HC3-studentised one, `p_value_dates` blank where no unit shares a
    date. The slope with its interval is text.
    """
    rows = []
    for model in analysis["models"]:
        own = regression[
            (regression["model"] == name_of(model))
            & (regression["term"] == model["predictor"])
            & (regression["estimator"] == "ols")
        ].set_index("cov_type")
        if "classical" not in own.index:
            continue
        plain, robust = own.loc["classical"], own.loc["HC3"]
        dates = own.loc["CR2", "p_value_permutation"] if "CR2" in own.index else float("nan")
        rows.append(
            {
                "outcome": picked(analysis["outcomes"][model["outcome"]]["label"], language),
                "predictor": _label(model["predictor"], analysis, language),
                "adjusted_for": ", ".join(
                    _label(name, analysis, language) for name in model["controls"]
                )
                or "–",
                "n": int(plain["n"]),
                "slope": _slope(plain, language),
                "p_value_ols": plain["p_value"],
                "p_value_hc3": robust["p_value"],
                "p_value_units": plain["p_value_permutation"],
                "p_value_units_hc3": robust["p_value_permutation"],
                "p_value_dates": dates,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _slope(row: pd.Series, language: str) -> str:
    """0.61 [0.29, 0.94]"""
    digits = digits_for(row["ci_low"], row["ci_high"])
    ends = interval(row["ci_low"], row["ci_high"], language, digits)
    return f"{estimate(row['estimate'], row['ci_low'], row['ci_high'], language)} {ends}"


def _label(name: str, analysis: Mapping[str, Any], language: str) -> str:
    known = analysis["predictors"].get(name)
    return picked(known["label"], language) if known else named("control", name, language)
