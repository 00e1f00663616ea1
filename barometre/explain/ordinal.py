"""Proportional-odds (ordered logit) model with true cut points, plain or penalised.

McCullagh (1980); the log-likelihood is concave in cut points and slopes (Pratt 1981), so Newton
with step halving finds its only maximum. Written out because statsmodels' OrderedModel reports
log increments instead of cut points and answers HC3 with HC0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, expit

from barometre.errors import StudyError

# Normal prior on the slope per standard deviation (Gelman, Jakulin, Pittau & Su 2008 argue for
# this scale; the normal form is rstanarm's default).
PRIOR_SD = 2.5


@dataclass(frozen=True)
class Ordinal:
    """A fitted model: logit P(Y <= j) = cut_j - x'slope.

    Attributes
    ----------
    slopes : shape (k,)
    cuts : increasing, shape (levels - 1,)
    covariance : inverse of the (penalised) observed information, slopes first
    log_likelihood : of the data, without the penalty
    converged : whether the gradient reached zero
    """

    slopes: np.ndarray
    cuts: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    converged: bool


def fit(
    codes: np.ndarray,
    design: np.ndarray,
    weights: np.ndarray | None = None,
    penalised: bool = False,
) -> Ordinal:
    """Maximum (penalised) likelihood.

    Parameters
    ----------
    codes : level of each unit as 0 .. J-1, every level occurring, shape (n,)
    design : shape (n, k), without intercept
    weights : frequencies, shape (n,)
    penalised : a normal prior with standard deviation 2.5 on each slope per standard deviation

    Raises
    ------
    StudyError : fewer than two levels.
    """
    levels = int(codes.max()) + 1 if codes.size else 0
    if levels < 2:
        raise StudyError("ordered logit: the outcome takes one value only; two are needed.")
    weights = np.ones(codes.size) if weights is None else np.asarray(weights, dtype=float)
    k = design.shape[1]
    centre = np.average(design, axis=0, weights=weights)
    spread = np.sqrt(np.average((design - centre) ** 2, axis=0, weights=weights))
    spread = np.where(spread > 0, spread, 1.0)
    standard = (design - centre) / spread
    penalty = np.full(k, 1 / PRIOR_SD**2 if penalised else 0.0)
    shares = np.cumsum([weights[codes == level].sum() for level in range(levels)])[:-1]
    shares = shares / weights.sum()
    start = np.concatenate([np.zeros(k), np.log(shares / (1 - shares))])
    found, information, likelihood, converged = _newton(start, codes, standard, weights, penalty)
    # Back from standardised columns: slope / spread, cut + centre'slope.
    back = np.eye(found.size)
    back[:k, :k] = np.diag(1 / spread)
    back[k:, :k] = centre / spread
    plain = back @ found
    covariance = back @ np.linalg.pinv(information) @ back.T
    return Ordinal(plain[:k], plain[k:], covariance, likelihood, converged)


def _newton(
    point: np.ndarray,
    codes: np.ndarray,
    design: np.ndarray,
    weights: np.ndarray,
    penalty: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, float, bool]:
    k = penalty.size

    def objective(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, float]:
        likelihood, gradient, information = _derivatives(at, codes, design, weights)
        gradient[:k] -= penalty * at[:k]
        information[:k, :k] += np.diag(penalty)
        return likelihood - (penalty * at[:k] ** 2).sum() / 2, gradient, information, likelihood

    value, gradient, information, likelihood = objective(point)
    for _ in range(100):
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        size = 1.0
        while size > 1e-8:
            after = point + size * step
            if (np.diff(after[k:]) > 0).all():
                candidate = objective(after)
                if candidate[0] >= value - 1e-12 * abs(value):
                    break
            size /= 2
        else:
            break
        point = after
        value, gradient, information, likelihood = candidate
        if np.abs(gradient).max() < 1e-10 * max(1.0, weights.sum()):
            return point, information, likelihood, True
    # Under separation a slope runs away and the gradient fades: not a maximum to report.
    return point, information, likelihood, bool(np.abs(gradient).max() < 1e-7)


def _derivatives(
    point: np.ndarray, codes: np.ndarray, design: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, gradient and observed information at (slopes, cuts)."""
    k = design.shape[1]
    cuts = point[k:]
    linear = design @ point[:k]
    upper = np.append(cuts, np.inf)[codes] - linear
    lower = np.append(-np.inf, cuts)[codes] - linear
    high, low = expit(upper), expit(lower)
    # P = F(u) - F(l) written without cancellation in the upper tail.
    chance = np.where(lower > 0, expit(-lower) - expit(-upper), high - low)
    chance = np.maximum(chance, 1e-300)
    first_high, first_low = high * (1 - high), low * (1 - low)
    second_high, second_low = first_high * (1 - 2 * high), first_low * (1 - 2 * low)
    n, j = codes.size, cuts.size
    up = np.zeros((n, k + j))
    down = np.zeros((n, k + j))
    up[:, :k] = down[:, :k] = -design
    rows = np.arange(n)
    inside = codes < j
    up[rows[inside], k + codes[inside]] = 1
    above = codes > 0
    down[rows[above], k + codes[above] - 1] = 1
    slope = (first_high[:, None] * up - first_low[:, None] * down) / chance[:, None]
    gradient = (weights[:, None] * slope).sum(axis=0)
    information = (
        slope.T @ (weights[:, None] * slope)
        - up.T @ ((weights * second_high / chance)[:, None] * up)
        + down.T @ ((weights * second_low / chance)[:, None] * down)
    )
    return float(weights @ np.log(chance)), gradient, information


def brant(codes: np.ndarray, design: np.ndarray) -> float:
    """P-value of proportional odds: do the J-1 binary logits share their slopes?

    Wald test of Brant (1990) over all terms. NaN with fewer than three levels or where a
    binary logit is separated.
    """
    n, k = design.shape
    j = int(codes.max())
    if j < 2:
        return float("nan")
    spread = design.std(axis=0)
    full = np.column_stack([np.ones(n), (design - design.mean(axis=0)) / spread])
    slopes, parts = [], []
    for cut in range(j):
        above = (codes > cut).astype(int)
        binary = fit(above, full[:, 1:])
        if not binary.converged:
            return float("nan")
        chance = expit(full[:, 1:] @ binary.slopes - binary.cuts[0])
        hessian = full.T @ ((chance * (1 - chance))[:, None] * full)
        slopes.append(binary.slopes)
        parts.append((np.linalg.inv(hessian), chance))
    covariance = np.empty((j, k, j, k))
    for first, (inverse_a, chance_a) in enumerate(parts):
        for second, (inverse_b, chance_b) in enumerate(parts):
            # P(Y > later) is nested in P(Y > earlier): their covariance is p_later (1 - p_earlier).
            late, early = (chance_b, chance_a) if second >= first else (chance_a, chance_b)
            middle = full.T @ ((late * (1 - early))[:, None] * full)
            covariance[first, :, second, :] = (inverse_a @ middle @ inverse_b)[1:, 1:]
    contrast = np.kron(np.column_stack([-np.ones(j - 1), np.eye(j - 1)]), np.eye(k))
    difference = contrast @ np.concatenate(slopes)
    spread_of = contrast @ covariance.reshape(j * k, j * k) @ contrast.T
    statistic = difference @ np.linalg.solve(spread_of, difference)
    return float(chdtrc((j - 1) * k, statistic))
