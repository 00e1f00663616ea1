"""Joint test of several coefficients with a robust covariance and few clusters (HTZ).

Pustejovsky & Tipton (2018), section 2.3: Hotelling's T-squared with the degrees of freedom of
Zhang (2012), matched to the total variance of the covariance estimator under equal variances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from barometre.explain import ols


@dataclass(frozen=True)
class Wald:
    """F statistic, its degrees of freedom and p-value."""

    statistic: float
    df_numerator: int
    df_denominator: float
    p_value: float


def htz(model: ols.Fit, groups: np.ndarray, terms: np.ndarray, kind: str = "CR2") -> Wald:
    """Test that the coefficients at `terms` are all zero.

    Parameters
    ----------
    groups : cluster of each unit, shape (n,)
    terms : columns of the design, shape (q,)
    kind : one of `ols.CR`

    Returns
    -------
    p_value NaN where the clusters are too few for a denominator.
    """
    q = len(terms)
    covariance, _ = ols.cr(model, groups, kind)
    levers, projected = ols.cluster_levers(model, groups, kind)
    levers, projected = [lever[:, terms] for lever in levers], projected[:, :, terms]
    # products[g, h]: covariance of the two clusters' shares of the estimates, shape (q, q).
    products = -np.einsum("gks,hkt->ghst", projected, projected)
    for code, lever in enumerate(levers):
        products[code, code] += lever.T @ lever
    expected = np.einsum("ggst->st", products)
    values, vectors = np.linalg.eigh(expected)
    root = (vectors / np.sqrt(values)) @ vectors.T
    products = np.einsum("sa,ghab,bt->ghst", root, products, root)
    diagonal = np.einsum("ghss->ghs", products)
    total = np.einsum("ghs,ght->", diagonal, diagonal)
    total += np.einsum("ghst,ghts->", products, products)
    eta = q * (q + 1) / float(total)
    coef = model.coef[terms]
    squared = float(coef @ np.linalg.solve(covariance[np.ix_(terms, terms)], coef))
    df = eta - q + 1
    statistic = df / (eta * q) * squared
    return Wald(statistic, q, df, float(fdtrc(q, df, statistic)) if df > 0 else np.nan)
