"""Which choice moves the specification curve: variance of its estimates by choice.

Random intercepts for each kind of choice (predictor, sample, estimator ...), crossed, by
restricted maximum likelihood with a variance at zero where the data want none (Bates, Maechler,
Bolker & Walker 2015, section 3.4). The share of each is its intraclass correlation. A description
of one curve: specifications are not a sample of anything, so there is no interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize


def variance_components(
    estimates: np.ndarray, choices: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """Variance of the estimates by kind of choice, and `residual`.

    Parameters
    ----------
    estimates : shape (specifications,), finite
    choices : what each specification chose, shape (specifications,), by kind; a kind with one
        value only gets no variance
    """
    estimates = np.asarray(estimates, dtype=float)
    values = {name: np.unique(np.asarray(given, str)) for name, given in choices.items()}
    varied = [name for name in choices if values[name].size > 1]
    shown = [np.asarray(choices[name], str)[:, None] == values[name] for name in varied]
    scale = float(estimates.std())
    found = dict.fromkeys([*choices, "residual"], 0.0)
    if scale == 0 or not varied:
        return found | {"residual": scale**2}
    y = (estimates - estimates.mean()) / scale
    sizes = [each.shape[1] for each in shown]
    theta = _restricted_maximum(y, np.hstack(shown).astype(float), np.array(sizes))
    _, residual = _deviance(theta, y, np.hstack(shown).astype(float), np.array(sizes))
    found |= {
        name: float(ratio) ** 2 * residual * scale**2
        for name, ratio in zip(varied, theta, strict=True)
    }
    return found | {"residual": residual * scale**2}


def _restricted_maximum(y: np.ndarray, shown: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Relative standard deviations (to the residual's) at the restricted maximum."""

    def deviance(theta: np.ndarray) -> float:
        return _deviance(theta, y, shown, sizes)[0]

    bounds = [(0.0, None)] * sizes.size
    start = minimize(deviance, np.ones(sizes.size), method="L-BFGS-B", bounds=bounds).x
    best = minimize(
        deviance,
        start,
        method="Nelder-Mead",
        bounds=bounds,
        options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 20000, "maxfev": 20000},
    )
    return best.x


def _deviance(
    theta: np.ndarray, y: np.ndarray, shown: np.ndarray, sizes: np.ndarray
) -> tuple[float, float]:
    """Profiled restricted deviance (up to a constant) and the residual variance there."""
    n = y.size
    scaled = shown * np.repeat(theta, sizes)
    inner = scaled.T @ scaled + np.eye(scaled.shape[1])
    lower = np.linalg.cholesky(inner)
    # V^-1 = I - Z inner^-1 Z' for V = I + Z Z'; the mean is the one fixed effect.
    columns = np.column_stack([np.ones(n), y])
    half = np.linalg.solve(lower, scaled.T @ columns)
    gram = columns.T @ columns - half.T @ half
    squares = gram[1, 1] - gram[0, 1] ** 2 / gram[0, 0]
    log_det = 2 * np.log(np.diag(lower)).sum() + np.log(gram[0, 0])
    variance = squares / (n - 1)
    return float(log_det + (n - 1) * np.log(variance)), float(variance)
