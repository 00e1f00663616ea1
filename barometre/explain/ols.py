"""Least squares with the covariances that survive a small n: HC0-HC5, CR0-CR3, and their
degrees of freedom.

Sources: MacKinnon & White (1985) for HC1-HC3; Cribari-Neto (2004) HC4; Cribari-Neto & da Silva
(2011) HC4m; Cribari-Neto, Souza & Vasconcellos (2007) HC5; Bell & McCaffrey (2002, sections 2-4)
for HC2 and CR2 with Satterthwaite degrees of freedom, in the form of Pustejovsky & Tipton
(2018, section 2.2) with an identity working model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

HC = ("HC0", "HC1", "HC2", "HC3", "HC4", "HC4m", "HC5")
CR = ("CR0", "CR1", "CR1S", "CR2", "CR3")
NO_ROOM = 1e-10


@dataclass(frozen=True)
class Fit:
    """A least-squares fit.

    Attributes
    ----------
    design : shape (n, k), full column rank
    coef : shape (k,)
    residuals, leverage : shape (n,)
    basis : orthonormal basis of the columns of the design, shape (n, k)
    bread : inverse of X'X, shape (k, k)
    """

    design: np.ndarray
    coef: np.ndarray
    residuals: np.ndarray
    leverage: np.ndarray
    basis: np.ndarray
    bread: np.ndarray

    @property
    def n(self) -> int:
        return self.design.shape[0]

    @property
    def k(self) -> int:
        return self.design.shape[1]

    @property
    def sigma(self) -> float:
        """Residual standard deviation."""
        return float(np.sqrt(self.residuals @ self.residuals / (self.n - self.k)))


def fit(design: np.ndarray, y: np.ndarray) -> Fit | None:
    """Fit by QR; None where there are no degrees of freedom or the columns are dependent.

    Parameters
    ----------
    design : shape (n, k), its intercept included
    y : shape (n,)
    """
    n, k = design.shape
    if n <= k:
        return None
    scale = np.sqrt((design**2).sum(axis=0))
    if not (scale > 0).all():
        return None
    basis, upper = np.linalg.qr(design / scale)
    if np.abs(np.diag(upper)).min() < 1e-9:
        return None
    inverse = np.linalg.inv(upper) / scale[:, None]
    # The projection is subtracted twice: once leaves rounding errors in near-dependent designs.
    residuals = y - basis @ (basis.T @ y)
    residuals = residuals - basis @ (basis.T @ residuals)
    return Fit(
        design=design,
        coef=inverse @ (basis.T @ y),
        residuals=residuals,
        leverage=(basis**2).sum(axis=1),
        basis=basis,
        bread=inverse @ inverse.T,
    )


def hc(model: Fit, kind: str) -> np.ndarray:
    """Heteroscedasticity-consistent covariance, shape (k, k); `kind` is one of `HC`."""
    weighted = model.design * (_hc_factor(model, kind) * model.residuals)[:, None]
    return model.bread @ (weighted.T @ weighted) @ model.bread


def _hc_factor(model: Fit, kind: str) -> np.ndarray:
    """What each residual is multiplied by; 0 where a unit has leverage 1 and no residual."""
    n, k, leverage = model.n, model.k, model.leverage
    room = 1 - leverage
    ratio = n * leverage / k
    half_power: dict[str, float | np.ndarray] = {
        "HC0": 0.0,
        "HC1": 0.0,
        "HC2": 0.5,
        "HC3": 1.0,
        "HC4": np.minimum(4, ratio) / 2,
        "HC4m": (np.minimum(1, ratio) + np.minimum(1.5, ratio)) / 2,
        "HC5": np.minimum(ratio, max(4, 0.7 * ratio.max())) / 4,
    }
    shrunk = np.maximum(room, NO_ROOM) ** -half_power[kind]
    factor = np.where(room > NO_ROOM, shrunk, 0.0)
    return factor * np.sqrt(n / (n - k)) if kind == "HC1" else factor


def bell_mccaffrey(model: Fit) -> np.ndarray:
    """Degrees of freedom of HC2 for each coefficient, shape (k,).

    Equals CR2 with each unit its own cluster; written so that no n x n matrix is needed.
    """
    weights = (model.design @ model.bread * _hc_factor(model, "HC2")[:, None]) ** 2
    trace = (weights * (1 - model.leverage)[:, None]).sum(axis=0)
    inner = np.einsum("nc,nj,nl->cjl", weights, model.basis, model.basis)
    squares = (weights**2 * (1 - 2 * model.leverage)[:, None]).sum(axis=0)
    return trace**2 / (squares + (inner**2).sum(axis=(1, 2)))


def cr(model: Fit, groups: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Cluster-robust covariance and its Satterthwaite degrees of freedom.

    Parameters
    ----------
    groups : cluster of each unit, shape (n,)
    kind : one of `CR`

    Returns
    -------
    covariance (k, k) and degrees of freedom (k,); NaN where there is a single cluster.
    """
    k = model.k
    levers, projected = cluster_levers(model, groups, kind)
    m = len(levers)
    if m < 2:
        return np.full((k, k), np.nan), np.full(k, np.nan)
    _, codes = np.unique(groups, return_inverse=True)
    scores = np.array([lever.T @ model.residuals[codes == g] for g, lever in enumerate(levers)])
    squares = np.array([(lever**2).sum(axis=0) for lever in levers])
    df = np.empty(k)
    for term in range(k):
        shared = projected[:, :, term]
        gram = np.diag(squares[:, term]) - shared @ shared.T
        df[term] = np.trace(gram) ** 2 / (gram**2).sum()
    return scores.T @ scores, df


def cluster_levers(
    model: Fit, groups: np.ndarray, kind: str
) -> tuple[list[np.ndarray], np.ndarray]:
    """What carries each cluster's adjusted residuals to the coefficients.

    Returns
    -------
    levers : A_g X_g (X'X)^-1 of each cluster, in the order of their names, shape (n_g, k) each
    projected : the same, projected on the basis, shape (clusters, k, k)
    """
    n, k = model.n, model.k
    _, codes = np.unique(groups, return_inverse=True)
    m = int(codes.max()) + 1
    factor = 1.0
    if m > 1:
        factor = {
            "CR1": np.sqrt(m / (m - 1)),
            "CR1S": np.sqrt(m * (n - 1) / ((m - 1) * (n - k))),
        }.get(kind, 1.0)
    levers = []
    projected = np.empty((m, k, k))
    for code in range(m):
        rows = np.flatnonzero(codes == code)
        adjust = factor * _adjustment(model.basis[rows], kind)
        levers.append(adjust @ model.design[rows] @ model.bread)
        projected[code] = model.basis[rows].T @ levers[code]
    return levers, projected


def _adjustment(basis: np.ndarray, kind: str) -> np.ndarray:
    """(I - H_gg) to the power -1/2 (CR2) or -1 (CR3); the pseudo-power where it is singular."""
    size = basis.shape[0]
    if kind not in ("CR2", "CR3"):
        return np.eye(size)
    values, vectors = np.linalg.eigh(np.eye(size) - basis @ basis.T)
    power = -0.5 if kind == "CR2" else -1.0
    powered = np.where(values > NO_ROOM, np.maximum(values, NO_ROOM) ** power, 0.0)
    return (vectors * powered) @ vectors.T


def interval(
    estimate: float, std_error: float, df: float, level: float = 0.95
) -> tuple[float, float, float]:
    """Two-sided t interval and p-value of zero: (low, high, p); normal where df is infinite."""
    if not (np.isfinite(std_error) and std_error > 0 and df > 0):
        return np.nan, np.nan, np.nan
    ratio = abs(estimate) / std_error
    normal = np.isinf(df)
    reach = float(ndtri((1 + level) / 2) if normal else stdtrit(df, (1 + level) / 2)) * std_error
    p_value = 2 * float(ndtr(-ratio) if normal else stdtr(df, -ratio))
    return estimate - reach, estimate + reach, p_value


def band(x: np.ndarray, y: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Fitted line with its pointwise 95 % band, HC2 with Bell-McCaffrey degrees of freedom.

    Parameters
    ----------
    x, y : shape (n,), no missing values
    grid : where the line is wanted, shape (g,)

    Returns
    -------
    shape (g, 3): fitted, low, high; NaN where no line can be fitted.
    """
    grid = np.asarray(grid, dtype=float)
    rows = np.full((grid.size, 3), np.nan)
    for number, point in enumerate(grid):
        # With x counted from the point, the intercept is the fitted value there.
        model = fit(np.column_stack([np.ones(len(x)), x - point]), y)
        if model is None:
            continue
        error = float(np.sqrt(hc(model, "HC2")[0, 0]))
        low, high, _ = interval(model.coef[0], error, bell_mccaffrey(model)[0])
        rows[number] = model.coef[0], low, high
    return rows


def leave_one_out(model: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients without each unit, shape (n, k), and Cook's distance, shape (n,).

    Belsley, Kuh & Welsch (1980, section 2.1); NaN for a unit of leverage 1.
    """
    room = np.where(model.leverage < 1 - NO_ROOM, 1 - model.leverage, np.nan)
    step = (model.design @ model.bread) * (model.residuals / room)[:, None]
    distance = model.residuals**2 * model.leverage / (model.k * model.sigma**2 * room**2)
    return model.coef - step, distance
