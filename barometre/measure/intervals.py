"""Layers (a) and (b): intervals of theme scores and index.

The target of the interval is the score over an unlimited pool of items of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barometre.measure.structure import Structure

# Below this share of variance the completed data differ by rounding only.
NOTHING = 1e-12


@dataclass(frozen=True)
class Pooled:
    """An estimate over completed data sets: mean, variance within, between, in all, and df."""

    estimate: np.ndarray
    within: np.ndarray
    between: np.ndarray
    total: np.ndarray
    df: np.ndarray


def rubin(estimates: np.ndarray, variances: np.ndarray, df_complete: np.ndarray | float) -> Pooled:
    """Pool m analyses of completed data (Rubin 1987; df of Barnard & Rubin 1999, *Biometrika* 86).

    Parameters
    ----------
    estimates, variances : (m, ...)
    df_complete : degrees of freedom had nothing been missing, of shape (...) or a number
    """
    m = len(estimates)
    mean, within = estimates.mean(0), variances.mean(0)
    between = estimates.var(0, ddof=1) if m > 1 else np.zeros_like(mean)
    total = within + (1 + 1 / m) * between
    df_complete = np.broadcast_to(np.asarray(df_complete, float), mean.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = np.where(total > 0, (1 + 1 / m) * between / total, 0.0)
        old = (m - 1) / missing**2
        observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - missing)
        observed = np.where(np.isinf(df_complete), np.inf, observed)
        df = np.where(np.isinf(observed), old, 1 / (1 / old + 1 / observed))
    return Pooled(mean, within, between, total, np.where(missing < NOTHING, df_complete, df))


def item_variance(
    scores: np.ndarray, structure: Structure
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of each theme's items, the variance of that mean and its degrees of freedom.

    With weights w that sum to 1 the variance is k / (k - 1) * sum w^2 (y - mean)^2, which is
    s^2 / k for equal weights (Cochran 1977, *Sampling Techniques*, section 6.4: the ratio
    estimator).

    Parameters
    ----------
    scores : item scores (..., units, items), NaN where absent

    Returns
    -------
    mean, variance, df = k - 1, each (..., units, themes); variance NaN where k < 2 or the theme
    is staged: its items are no sample of a pool.
    """
    there = ~np.isnan(scores)
    member = structure.membership
    weight = np.where(there, structure.weights, 0.0)
    total = weight @ member
    count = (there & (structure.weights > 0)) @ member
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (np.where(there, scores, 0.0) * weight) @ member / total
        residual = np.where(there, scores - mean[..., structure.theme_of], 0.0)
        spread = (weight * residual) ** 2 @ member / total**2
        several = (count >= 2) & structure.sampled
        variance = np.where(several, count / (count - 1) * spread, np.nan)
    return mean, variance, count - 1.0


# The spread that the units have in common counts as at most this many degrees of freedom, so that
# a unit's own spread keeps a say: units near an end of the scale do spread less.
MOST_PRIOR_DF = 10.0


def common_df(scores: np.ndarray, structure: Structure) -> np.ndarray:
    """Degrees of freedom of the spread of items that the units of a theme have in common.

    Within units the spread of items is that of the items themselves, which all units share and
    of which k items tell k - 1 degrees of freedom, and a remainder, of which n units tell
    (n - 1)(k - 1). Their sum has the degrees of freedom of Satterthwaite (1946, *Biometrics* 2),
    (k - 1) / (r^2 + (1 - r)^2 / (n - 1)), with r the share of the items, pooled over themes: in a
    theme of two items its own r has one degree of freedom.

    Parameters
    ----------
    scores : item scores (..., units, items), NaN where absent

    Returns
    -------
    (..., 1, themes); 0 where fewer than two units have two items of the theme.
    """
    member = structure.membership
    of_a_pool = (structure.weights > 0) & structure.sampled[structure.theme_of]
    there = ~np.isnan(scores) & of_a_pool
    there = there & ((there @ member) >= 2)[..., structure.theme_of]
    mean = _ratio(np.where(there, scores, 0.0) @ member, there @ member)
    residual = np.where(there, scores - mean[..., structure.theme_of], 0.0)
    units = there.sum(-2, keepdims=True)
    shared = _ratio(residual.sum(-2, keepdims=True) ** 2, units).sum((-2, -1))
    share = _ratio(shared, (residual**2).sum((-2, -1)))[..., None, None]
    others = np.where(member > 0, units[..., None], 0).max(-2) - 1
    told = (units > 0) @ member - 1
    df = told / (share**2 + (1 - share) ** 2 / np.maximum(others, 1))
    return np.where(others > 0, np.minimum(df, MOST_PRIOR_DF), 0.0)


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Quotient, 0 where there is nothing to divide by."""
    return np.divide(over, under, out=np.zeros(np.shape(over)), where=np.asarray(under) > 0)


def moderated(
    variance: np.ndarray, share: np.ndarray, df: np.ndarray, prior_df: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Variances drawn towards what the units have in common (Smyth 2004, *SAGMB* 3, eq. 4).

    Smyth estimates `prior_df` from the variances themselves. That takes the units as independent
    and their logarithms as finite; here the units share their items, and with few items on few
    levels a quarter of the variances are zero. So it comes from `common_df`.

    Parameters
    ----------
    variance, df : (..., units, themes), as of `item_variance`
    share : sum of squared weights of the items, by which a variance is that of a mean,
        (..., units, themes)
    prior_df : degrees of freedom of the common spread, (..., 1, themes)

    Returns
    -------
    variance and degrees of freedom, of the same shapes; NaN where a theme has one item.
    """
    usable = ~np.isnan(variance)
    known_df = np.where(usable, df, 0.0)
    single = np.divide(variance, share, out=np.zeros_like(variance), where=usable)
    summed = known_df.sum(-2, keepdims=True)
    common = (known_df * single).sum(-2, keepdims=True) / np.maximum(summed, 1.0)
    drawn = _ratio(prior_df * common + known_df * single, prior_df + known_df)
    return np.where(usable, share * drawn, np.nan), np.where(usable, df + prior_df, np.nan)


def squared_weights(there: np.ndarray, structure: Structure) -> np.ndarray:
    """Sum of squared item weights, each theme's weights summing to 1; (..., units, themes).

    A staged theme counts as one item.
    """
    weight = np.where(there, structure.weights, 0.0)
    total = weight @ structure.membership
    squared = weight**2 @ structure.membership
    shares = np.divide(squared, total**2, out=np.full(total.shape, np.nan), where=total > 0)
    return np.where(~structure.sampled & (total > 0), 1.0, shares)


def theme_variance(
    scores: np.ndarray, structure: Structure
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Theme means, their moderated variances and degrees of freedom, (..., units, themes)."""
    mean, variance, df = item_variance(scores, structure)
    share = squared_weights(~np.isnan(scores), structure)
    return mean, *moderated(variance, share, df, common_df(scores, structure))


def pooled_themes(scores: np.ndarray, structure: Structure) -> Pooled:
    """Theme scores over completed item scores (m, units, items), layers (a) and (b)."""
    mean, variance, df = theme_variance(scores, structure)
    return rubin(mean, variance, df.mean(0))


def pooled_index(scores: np.ndarray, structure: Structure) -> Pooled:
    """Index over completed item scores; df of Satterthwaite (1946, *Biometrics* 2) over themes.

    A theme of one item has no spread of its own and adds none; where no theme has two, the
    variance is NaN. Of a mean that is not arithmetic the variance is that of its first-order
    expansion at the unit's theme scores (delta method).
    """
    mean, variance, df = theme_variance(scores, structure)
    index, slope = index_and_slopes(mean, structure)
    parts = np.where(np.isnan(variance), 0.0, slope**2 * variance)
    total = parts.sum(-1)
    squares = np.divide(parts**2, df, out=np.zeros_like(parts), where=parts > 0).sum(-1)
    index_df = np.divide(total**2, squares, out=np.full(total.shape, np.inf), where=squares > 0)
    unknown = np.isnan(mean).all(-1)
    spread = (~np.isnan(variance)).any(-1) & ~unknown
    return rubin(
        np.where(unknown, np.nan, index), np.where(spread, total, np.nan), index_df.mean(0)
    )


def theme_shares(themes: np.ndarray, structure: Structure) -> np.ndarray:
    """Weight of each theme in each unit's index: those that are there sum to 1."""
    weight = np.where(np.isnan(themes), 0.0, structure.theme_weights)
    total = weight.sum(-1, keepdims=True)
    return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)


def index_and_slopes(themes: np.ndarray, structure: Structure) -> tuple[np.ndarray, np.ndarray]:
    """Index (..., units) of theme scores, and its change for one point more on each theme.

    Every theme that is there counts, whatever the minimum; where none is, the index is 0.
    """
    weight = theme_shares(themes, structure)
    known = np.where(np.isnan(themes), 0.0, structure.mean.up(themes))
    index = structure.mean.down((weight * known).sum(-1))
    return index, structure.mean.slopes(themes, weight, index)


def bounds(pooled: Pooled, score: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the t interval, within 0-100; NaN where the score or spread is.

    The centre is the mean over the completed data, which may differ from the printed score where
    the unanswered items are easier or harder than the answered ones; the interval is stretched
    to hold the score where it does not.
    """
    from scipy import stats

    half = stats.t.ppf((1 + level) / 2, pooled.df) * np.sqrt(pooled.total)
    low = np.clip(np.minimum(pooled.estimate - half, score), 0, 100)
    high = np.clip(np.maximum(pooled.estimate + half, score), 0, 100)
    blank = np.isnan(score) | np.isnan(half)
    return np.where(blank, np.nan, low), np.where(blank, np.nan, high)
