"""Factors of themes, confirmed rather than explored, and omega from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# A uniqueness below this share of an item's variance counts as vanished (Heywood case).
LEAST_UNIQUENESS = 0.005


@dataclass(frozen=True)
class Model:
    """Loading of each item on its own factor (items,), uniquenesses (items,), correlations of
    the factors, and the likelihood-ratio chi-square with its degrees of freedom; `proper` is
    False where a uniqueness vanished."""

    loadings: np.ndarray
    unique: np.ndarray
    factors: np.ndarray
    factor_of: np.ndarray
    chisq: float
    df: int
    proper: bool

    @property
    def implied(self) -> np.ndarray:
        """Covariance of the items by the model."""
        together = self.factors[np.ix_(self.factor_of, self.factor_of)]
        return np.outer(self.loadings, self.loadings) * together + np.diag(self.unique)


def confirmed(covariance: np.ndarray, factor_of: np.ndarray, n: int) -> Model:
    """Maximum-likelihood factor model in which each item belongs to one factor.

    Joreskog (1969, *Psychometrika* 34); factors have variance 1 and may correlate. Fitted to the
    correlations, to whose scale the likelihood does not change, and put back.

    Parameters
    ----------
    covariance : (items, items)
    factor_of : position of each item's factor, (items,)
    n : number of units, which multiplies the misfit
    """
    from scipy import optimize

    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    k, m = len(correlation), int(factor_of.max()) + 1
    pairs = m * (m - 1) // 2
    least = LEAST_UNIQUENESS
    found = optimize.minimize(
        _misfit,
        np.concatenate([np.full(k, 0.7), np.full(k, 0.5), np.full(pairs, 0.3)]),
        args=(correlation, factor_of),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-2, 2)] * k + [(least, 2)] * k + [(-0.999, 0.999)] * pairs,
        options={"maxiter": 5000, "maxfun": 20000, "ftol": 1e-16, "gtol": 1e-10, "maxcor": 30},
    )
    loadings, unique, factors = _unpacked(found.x, factor_of)
    return Model(
        loadings * spread,
        unique * spread**2,
        factors,
        factor_of,
        n * max(float(found.fun), 0.0),
        k * (k + 1) // 2 - len(found.x),
        bool((unique > least * 1.001).all()),
    )


def _unpacked(
    values: np.ndarray, factor_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    k, m = len(factor_of), int(factor_of.max()) + 1
    factors = np.eye(m)
    below = np.tril_indices(m, -1)
    factors[below] = factors.T[below] = values[2 * k :]
    return values[:k], values[k : 2 * k], factors


def _misfit(
    values: np.ndarray, correlation: np.ndarray, factor_of: np.ndarray
) -> tuple[float, np.ndarray]:
    """log|implied| + tr(seen / implied) - log|seen| - items, and its gradient."""
    k, m = len(factor_of), int(factor_of.max()) + 1
    loadings, unique, factors = _unpacked(values, factor_of)
    placed = np.zeros((k, m))
    placed[np.arange(k), factor_of] = loadings
    implied = placed @ factors @ placed.T + np.diag(unique)
    sign, log = np.linalg.slogdet(implied)
    if sign <= 0:
        return 1e10, np.zeros_like(values)
    inverse = np.linalg.inv(implied)
    value = log + np.trace(correlation @ inverse) - np.linalg.slogdet(correlation)[1] - k
    pull = inverse @ (implied - correlation) @ inverse
    along = 2 * (pull @ placed @ factors)[np.arange(k), factor_of]
    between = 2 * (placed.T @ pull @ placed)[np.tril_indices(m, -1)]
    return float(value), np.concatenate([along, np.diag(pull), between])


def fit_measures(covariance: np.ndarray, model: Model, n: int) -> dict[str, float]:
    """CFI, RMSEA and SRMR (Hu & Bentler 1999, *Structural Equation Modeling* 6); df above 0."""
    k = len(covariance)
    spread = np.sqrt(np.diag(covariance))
    seen, implied = (matrix / np.outer(spread, spread) for matrix in (covariance, model.implied))
    excess = max(model.chisq - model.df, 0.0)
    apart = max(-n * np.linalg.slogdet(seen)[1] - k * (k - 1) / 2, excess)
    residual = (seen - implied)[np.tril_indices(k)]
    return {
        "cfi": float(1 - excess / apart) if apart > 0 else 1.0,
        "rmsea": float(np.sqrt(excess / (n * model.df))),
        "srmr": float(np.sqrt((residual**2).mean())),
    }


def omega(covariance: np.ndarray) -> float:
    """McDonald's omega of one factor by maximum likelihood; NaN where a uniqueness vanishes.

    Parameters
    ----------
    covariance : (items, items) of at least three items
    """
    model = confirmed(covariance, np.zeros(len(covariance), int), 1)
    if not model.proper:
        return float("nan")
    common = float(model.loadings.sum() ** 2)
    return common / (common + float(model.unique.sum()))


def least_squares_loadings(
    correlation: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Loadings of one factor that come nearest to the correlations off the diagonal.

    Without weights the minimal residuals of Harman & Jones (1966, *Psychometrika* 31); with the
    inverse sampling variances of polychoric correlations, diagonally weighted least squares.
    """
    from scipy import optimize

    i, j = np.tril_indices(len(correlation), -1)
    root = np.ones(len(i)) if weights is None else np.sqrt(weights[i, j] / weights[i, j].mean())

    def residual(loadings: np.ndarray) -> np.ndarray:
        return root * (correlation[i, j] - loadings[i] * loadings[j])

    start = np.sqrt(np.abs(correlation - np.eye(len(correlation))).max(1))
    found = optimize.least_squares(residual, start, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return found.x if found.x.sum() >= 0 else -found.x
