"""Internal consistency: Cronbach's alpha with Feldt's interval, and omega of one factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.measure.scoring import Structure

if TYPE_CHECKING:
    import pandas as pd

# Note -> English and French, filled with n complete units and k items.
NOTES = {
    "formative": (
        "formative model: the items make maturity up, so alpha describes and proves nothing",
        "modèle formatif : les questions composent la maturité, l'alpha décrit et ne prouve rien",
    ),
    "one_item": (
        "one item has no internal consistency",
        "une seule question n'a pas de cohérence interne",
    ),
    "few_units": (
        "units that answered every item: {n}; alpha needs three",
        "unités ayant répondu à toutes les questions : {n} ; l'alpha en demande trois",
    ),
    "steady": ("the answers do not vary", "les réponses ne varient pas"),
    "whole": (
        "omega: the whole is several themes, not one factor",
        "oméga : l'ensemble réunit plusieurs thèmes, pas un seul facteur",
    ),
    "two_items": (
        "omega: two items do not identify a factor",
        "oméga : deux questions n'identifient pas un facteur",
    ),
    "constant": ("omega: an item does not vary", "oméga : une question ne varie pas"),
    "small": (
        "omega: {n} complete units are too few for {k} items",
        "oméga : {n} unités complètes sont trop peu pour {k} questions",
    ),
    "heywood": ("omega: a uniqueness vanishes", "oméga : une variance propre s'annule"),
}
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
    notes: list[str | None] = ["formative"] if model == "formative" else []
    if k < 2:
        notes.append("one_item")
    elif n < 3:
        notes.append("few_units")
    else:
        row["alpha"] = alpha(complete)
        row["alpha_low"], row["alpha_high"] = feldt(row["alpha"], n, k)
        reason = "whole" if not one_factor else _no_omega(complete)
        if reason is None:
            row["omega"] = omega(np.cov(complete, rowvar=False))
            reason = "heywood" if np.isnan(row["omega"]) else None
        notes += [reason, "steady" if np.isnan(row["alpha"]) else None]
    english, french = (
        "; ".join(NOTES[note][language].format(n=n, k=k) for note in notes if note) or None
        for language in (0, 1)
    )
    return {"n_items": k, "n_units": n, **row, "note": english, "note_fr": french}


def _no_omega(complete: np.ndarray) -> str | None:
    """Why one factor cannot be fitted, as a key of `NOTES`."""
    n, k = complete.shape
    if k < 3:
        return "two_items"
    if (np.ptp(complete, axis=0) == 0).any():
        return "constant"
    return "small" if n < max(LEAST_UNITS, k + 2) else None
