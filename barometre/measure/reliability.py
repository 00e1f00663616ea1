"""Internal consistency: Cronbach's alpha with Feldt's interval, and omega of one factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.measure.scoring import Structure

if TYPE_CHECKING:
    import pandas as pd

FORMATIVE = "formative model: the items make maturity up, so alpha describes and proves nothing"
LEAST_UNITS = 20
LEAST_UNIQUENESS = 0.005


def alpha(scores: np.ndarray) -> float:
    """Cronbach's alpha (1951, *Psychometrika* 16) of complete item scores (units, items)."""
    covariance = np.cov(scores, rowvar=False)
    k = scores.shape[1]
    total = covariance.sum()
    return float(k / (k - 1) * (1 - np.trace(covariance) / total)) if total > 0 else float("nan")


def feldt(value: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of alpha (Feldt, Woodruff & Salih 1987, *Applied Psychological Measurement* 11)."""
    from scipy import stats

    tail = (1 - level) / 2
    df = n - 1, (n - 1) * (k - 1)
    return (
        1 - (1 - value) * float(stats.f.ppf(1 - tail, *df)),
        1 - (1 - value) * float(stats.f.ppf(tail, *df)),
    )


def omega(covariance: np.ndarray) -> float:
    """McDonald's omega of one factor by maximum likelihood; NaN where a uniqueness vanishes.

    The likelihood is profiled over the uniquenesses of the correlations, to which it does not
    change (Joreskog 1967, *Psychometrika* 32; Lawley & Maxwell 1971, section 4).

    Parameters
    ----------
    covariance : (items, items) of at least three items
    """
    from scipy import optimize

    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    start = 0.5 / np.diag(np.linalg.pinv(correlation)).clip(0.5)
    found = optimize.minimize(
        _misfit,
        start.clip(LEAST_UNIQUENESS, 1),
        args=(correlation,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * len(start),
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-10},
    )
    unique = found.x
    if (unique <= LEAST_UNIQUENESS * 1.001).any():
        return float("nan")
    common = float((_loadings(unique, correlation) * spread).sum() ** 2)
    return common / (common + float((unique * spread**2).sum()))


def _loadings(unique: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    return root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))


def _misfit(unique: np.ndarray, correlation: np.ndarray) -> tuple[float, np.ndarray]:
    root = np.sqrt(unique)
    values = np.linalg.eigvalsh(correlation / np.outer(root, root))[:-1]
    loadings = _loadings(unique, correlation)
    fitted = np.outer(loadings, loadings) + np.diag(unique)
    gradient = np.diag(fitted - correlation) / unique**2
    return float((values - np.log(values.clip(1e-12))).sum() - len(values)), gradient


def reliability_table(
    scores: np.ndarray, structure: Structure, settings: Mapping[str, Any]
) -> pd.DataFrame:
    """Table `reliability`: one row per theme, and `whole`, from observed item scores."""
    import pandas as pd

    rows = [
        {"theme": theme, **_row(scores[:, structure.theme_of == j], settings["model"])}
        for j, theme in enumerate(structure.themes)
    ]
    rows.append({"theme": "whole", **_row(scores, settings["model"], one_factor=False)})
    return pd.DataFrame(rows)


def _row(scores: np.ndarray, model: str, one_factor: bool = True) -> dict[str, Any]:
    complete = scores[~np.isnan(scores).any(1)]
    n, k = complete.shape
    row: dict[str, Any] = dict.fromkeys(("alpha", "alpha_low", "alpha_high", "omega"), np.nan)
    notes = [FORMATIVE] if model == "formative" else []
    constant = n >= 2 and bool((np.ptp(complete, axis=0) == 0).any())
    if k < 2:
        notes.append("one item has no internal consistency")
    elif n < 3:
        notes.append(f"{n} units answered every item; alpha needs three")
    else:
        row["alpha"] = alpha(complete)
        row["alpha_low"], row["alpha_high"] = feldt(row["alpha"], n, k)
        reason = _no_omega(n, k, constant, one_factor)
        if reason is None:
            row["omega"] = omega(np.cov(complete, rowvar=False))
            reason = "omega: a uniqueness vanishes" if np.isnan(row["omega"]) else None
        notes += [reason] if reason else []
        if np.isnan(row["alpha"]):
            notes.append("the answers do not vary")
    return {"n_items": k, "n_units": n, **row, "note": "; ".join(notes) or None}


def _no_omega(n: int, k: int, constant: bool, one_factor: bool) -> str | None:
    if not one_factor:
        return "omega: the whole is several themes, not one factor"
    if k < 3:
        return "omega: two items do not identify a factor"
    if constant:
        return "omega: an item does not vary"
    if n < max(LEAST_UNITS, k + 2):
        return f"omega: {n} complete units are too few for {k} items"
    return None
