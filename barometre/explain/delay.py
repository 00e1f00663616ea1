"""How long until a unit organised: Kaplan-Meier curve of the delays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from barometre.tables import contract


def delay_curves(predictors: pd.DataFrame) -> pd.DataFrame:
    """Kaplan-Meier curve of each delay_ predictor (contract `delay_curve`).

    A unit without the event is censored at its age (bound ">" or ">="). An event before the
    origin is an event at 0. An event known to be no later than a time (bound "<=") counts at that
    time, so that the share without it is, there, an upper bound.

    Parameters
    ----------
    predictors : contract `predictors`
    """
    columns = [field["name"] for field in contract("delay_curve")["columns"]]
    frames = []
    for name, rows in predictors.groupby("predictor", sort=True):
        known = rows[rows["value"].notna()]
        if str(name).startswith("delay_") and len(known):
            times = known["value"].to_numpy(dtype=float)
            curve = kaplan_meier(times, ~known["bound"].isin([">", ">="]).to_numpy(dtype=bool))
            frames.append(curve.assign(predictor=name)[columns])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def kaplan_meier(times: np.ndarray, event: np.ndarray, level: float = 0.95) -> pd.DataFrame:
    """Product-limit estimate with log-log intervals on Greenwood's variance.

    Kaplan & Meier (1958); Kalbfleisch & Prentice (2002, section 1.4). One row at 0 and at each
    distinct time, events before censorings.

    Parameters
    ----------
    times : shape (n,); negative times count at 0
    event : whether the time is that of an event, shape (n,)
    """
    times = np.maximum(times, 0.0)
    distinct = np.union1d([0.0], times)
    events = np.array([np.count_nonzero(event & (times == at)) for at in distinct])
    censored = np.array([np.count_nonzero(~event & (times == at)) for at in distinct])
    at_risk = times.size - np.concatenate([[0], np.cumsum(events + censored)[:-1]])
    share = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        inner = (share > 0) & (share < 1)
        width = ndtri((1 + level) / 2) * np.sqrt(greenwood) / np.abs(np.log(share))
        low = np.where(inner, share ** np.exp(width), np.nan)
        high = np.where(inner, share ** np.exp(-width), np.nan)
    return pd.DataFrame(
        {
            "delay_years": distinct,
            "at_risk": at_risk,
            "events": events,
            "censored": censored,
            "share_without": share,
            "low": low,
            "high": high,
        }
    )
