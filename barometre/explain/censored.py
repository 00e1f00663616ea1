"""A censored delay as a predictor: imputed where only a bound is known, with the outcome in.

Gibbs sampler of the joint model (Bartlett, Seaman, White & Carpenter 2015, section 4: the model
of the covariate times that of the outcome): outcome normal around a line in the delay; delay
Weibull or log-normal, whichever the data favour in each sweep, or normal where an event came
before its origin. Location and scale of each have the prior 1 / scale, under which the families
can be compared (Berger, Pericchi & Varshavsky 1998). Slopes are pooled by Rubin's rules with the
degrees of freedom of Barnard & Rubin (1999).
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, logsumexp, ndtr, ndtri

from barometre.explain import ols
from barometre.measure.intervals import rubin

IMPUTATIONS = 50
SWEEPS = 60
LEAST_EXACT = 5
SHAPES = np.exp(np.linspace(np.log(0.2), np.log(12.0), 80))
POINTS = 400


def imputed_slope(
    x: np.ndarray,
    y: np.ndarray,
    y_censored: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    rng: np.random.Generator,
    m: int = IMPUTATIONS,
) -> tuple[float, float, float]:
    """Slope of the outcome on the delay, its standard error and degrees of freedom.

    Parameters
    ----------
    x, y : units whose delay is exact, shape (n,)
    y_censored : outcome of the others, shape (c,); their delays lie between `low` and `high`
    m : completed data sets

    Returns
    -------
    NaN throughout where fewer than five delays are exact, or all are equal.
    """
    if x.size < LEAST_EXACT or np.ptp(x) == 0 or not y_censored.size:
        return np.nan, np.nan, np.nan
    completed = imputed_delays(x, y, y_censored, low, high, rng, m)
    everyone = np.concatenate([y, y_censored])
    found = []
    for delays in completed:
        model = ols.fit(np.column_stack([np.ones(delays.size), delays]), everyone)
        if model is None:
            return np.nan, np.nan, np.nan
        error = ols.hc(model, "HC2")[1, 1]
        found.append((model.coef[1], error, ols.bell_mccaffrey(model)[1]))
    slopes, variances, df = np.array(found).T
    pooled = rubin(slopes, variances, float(df.mean()))
    return float(pooled.estimate), float(np.sqrt(pooled.total)), float(pooled.df)


def imputed_delays(
    x: np.ndarray,
    y: np.ndarray,
    y_censored: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    rng: np.random.Generator,
    m: int = IMPUTATIONS,
) -> np.ndarray:
    """Completed delays, shape (m, n + c), exact ones first; the m chains run side by side."""
    n, c = x.size, y_censored.size
    everyone = np.concatenate([y, y_censored])
    delays = np.empty((m, n + c))
    delays[:, :n] = x
    step = np.abs(rng.normal(size=(m, c))) * x.std()
    first = np.where(np.isfinite(low), low + step, high - step)
    delays[:, n:] = np.clip(first, low, high)
    positive = bool(x.min() > 0 and (high > 0).all())
    if positive:
        low = np.maximum(low, 0.0)
        delays = np.maximum(delays, 1e-9)
    for _ in range(SWEEPS):
        line = _line(delays, everyone, rng)
        middles = (np.arange(POINTS) + rng.random((m, 1, 1))) / POINTS
        grid = _positive(delays, low, high, middles, rng) if positive else None
        if grid is None:
            grid = _normal(delays, low, high, middles, rng)
        delays[:, n:] = _picked(grid, y_censored, line, rng)
    return delays


def _line(
    delays: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Intercept, slope and residual spread drawn from their posterior, shape (m,) each."""
    m, n = delays.shape
    mean = delays.mean(axis=1)
    centred = delays - mean[:, None]
    spread = (centred**2).sum(axis=1)
    slope = centred @ y / spread
    residual = y - y.mean() - slope[:, None] * centred
    sigma = np.sqrt((residual**2).sum(axis=1) / rng.chisquare(n - 2, size=m))
    slope = slope + sigma / np.sqrt(spread) * rng.normal(size=m)
    level = y.mean() + sigma / np.sqrt(n) * rng.normal(size=m)
    return level - slope * mean, slope, sigma


def _positive(
    delays: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    middles: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Quantiles between the bounds of a Weibull or log-normal, shape (m, c, points)."""
    m, n = delays.shape
    logs = np.log(delays)
    powers = np.exp(SHAPES[:, None, None] * logs).sum(axis=-1)
    by_shape = (n - 1) * np.log(SHAPES)[:, None] + SHAPES[:, None] * logs.sum(axis=1)
    by_shape = by_shape - n * np.log(powers) + gammaln(n)
    step = np.log(SHAPES[1] / SHAPES[0])
    weibull = logsumexp(by_shape, axis=0) + np.log(step)
    squares = ((logs - logs.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    half = (n - 1) / 2
    lognormal = gammaln(half) - np.log(2) - half * np.log(np.pi * squares) - np.log(n) / 2
    chosen = rng.random(m) < 1 / (1 + np.exp(np.clip(lognormal - weibull, -700, 700)))
    share = np.exp(by_shape - by_shape.max(axis=0))
    below = np.cumsum(share / share.sum(axis=0), axis=0) < rng.random(m)
    place = np.minimum(below.sum(axis=0), SHAPES.size - 1)
    shape = SHAPES[place][:, None]
    rate = (rng.gamma(n, size=m) / powers[place, np.arange(m)])[:, None]
    with np.errstate(over="ignore"):
        start, end = rate * low**shape, rate * high**shape
    # Survival between the bounds, counted from the lower one so that no tail is lost.
    inside = -np.log1p(middles * np.expm1(start - end)[..., None])
    waited = ((start[..., None] + inside) / rate[..., None]) ** (1 / shape[..., None])
    with np.errstate(divide="ignore"):
        bent = np.exp(_normal(logs, np.log(low), np.log(high), middles, rng))
    return np.where(chosen[:, None, None], waited, bent)


def _normal(
    delays: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    middles: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Quantiles between the bounds of a normal with drawn mean and spread, (m, c, points)."""
    m, n = delays.shape
    mean = delays.mean(axis=1)
    squares = ((delays - mean[:, None]) ** 2).sum(axis=1)
    spread = np.sqrt(squares / rng.chisquare(n - 1, size=m))[:, None]
    mean = mean[:, None] + spread / np.sqrt(n) * rng.normal(size=(m, 1))
    start, end = ((edge - mean) / spread for edge in (low, high))
    # The upper tail is taken from above, where the distribution function is 1 to rounding.
    upper = start > 0
    first, last = np.where(upper, -end, start), np.where(upper, -start, end)
    share = np.where(upper[..., None], 1 - middles, middles)
    chance = ndtr(first)[..., None] + share * (ndtr(last) - ndtr(first))[..., None]
    z = ndtri(np.clip(chance, 1e-300, 1 - 1e-16))
    z = np.where(upper[..., None], -z, z)
    return mean[..., None] + spread[..., None] * z


def _picked(
    grid: np.ndarray,
    y: np.ndarray,
    line: tuple[np.ndarray, np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> np.ndarray:
    """One of the quantiles of each unit, in proportion to what its outcome says, shape (m, c)."""
    level, slope, sigma = (part[:, None, None] for part in line)
    log_weight = -0.5 * ((y[:, None] - level - slope * grid) / sigma) ** 2
    weight = np.exp(log_weight - log_weight.max(axis=-1, keepdims=True))
    below = np.cumsum(weight, axis=-1)
    below = below / below[..., -1:] < rng.random((*grid.shape[:2], 1))
    place = np.minimum(below.sum(axis=-1), POINTS - 1)
    return np.take_along_axis(grid, place[..., None], axis=-1)[..., 0]
