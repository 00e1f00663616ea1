"""How many classes do the data want? Three are asked for; this sets one to six side by side.

The mean silhouette (Rousseeuw 1987, *J. Comput. Appl. Math.* 20) compares groupings with two
classes or more and cannot say "one"; the BIC of normal mixtures (Fraley & Raftery 2002, *JASA*
97) can. Latent classes on the items have a BIC of their own.
Neither makes the classes of a smooth distribution real.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify import latent
from barometre.classify.exchange import free_partition, within_squares
from barometre.classify.methods import MIXTURE_INDEX_UNITS, MIXTURE_THEMES_UNITS, latent_codes
from barometre.classify.natural import natural_cut
from barometre.classify.silhouettes import silhouette
from barometre.classify.space import Space

MOST = 6
STARTS = 20
STEPS = 2000
SMALLEST_VARIANCE = 1.0


def class_numbers(space: Space, rng: np.random.Generator) -> pd.DataFrame:
    """Table `class_numbers`: within sum of squares, silhouette and BIC for one to six classes.

    Parameters
    ----------
    space : the units with an index, from `methods.theme_space`
    """
    spaces = [("index", space.index[:, None], MIXTURE_INDEX_UNITS)]
    if space.points.shape[1] > 1:
        spaces.append(("themes", space.points, MIXTURE_THEMES_UNITS))
    rows = []
    for name, points, least in spaces:
        distinct = len(np.unique(points, axis=0))
        for k in range(1, min(MOST, distinct, len(points) - 1) + 1):
            labels = partition(points, k, rng)
            rows.append(
                {
                    "space": name,
                    "k": k,
                    "n": len(points),
                    "within_ss": within_squares(points, labels),
                    "silhouette": silhouette(points, labels) if k > 1 else np.nan,
                    "bic_gaussian": bic(points, labels, k) if len(points) >= least else np.nan,
                    "bic_latent": np.nan,
                }
            )
    return pd.DataFrame(rows + _latent_rows(space, rng))


def _latent_rows(space: Space, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Latent classes on the items, as many as the number of units can bear."""
    codes = latent_codes(space)
    if codes is None:
        return []
    most = [k for k in range(1, MOST + 1) if latent.free_parameters(codes, k) <= len(codes)]
    empty = {"within_ss": np.nan, "silhouette": np.nan, "bic_gaussian": np.nan}
    return [
        {
            "space": "items", "k": k, "n": len(codes), **empty,
            "bic_latent": latent.fit(codes, k, rng, STARTS).bic(),
        }
        for k in most
    ]  # fmt: skip


def partition(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """k-means labels of points (units, dimensions): exact on one dimension, else by exchange."""
    if points.shape[1] == 1:
        return natural_cut(points[:, 0], k)
    return free_partition(points, k, STARTS if k > 1 else 1, rng)[0]


def bic(points: np.ndarray, labels: np.ndarray, k: int, floor: float = SMALLEST_VARIANCE) -> float:
    """BIC of k spherical normal groups of one common variance, by EM from the k-means classes.

    The variance is kept above `floor`, one squared point: ties would drive it to 0.
    """
    n, dimensions = points.shape
    share = np.bincount(labels, minlength=k) / n
    means = np.array([points[labels == label].mean(0) for label in range(k)])
    variance = max(within_squares(points, labels) / (n * dimensions), floor)
    before = -np.inf
    for _ in range(STEPS):
        squared = ((points[:, None, :] - means) ** 2).sum(-1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            parts = (
                np.log(share)
                - squared / (2 * variance)
                - dimensions / 2 * np.log(2 * np.pi * variance)
            )
        top = parts.max(1, keepdims=True)
        chance = np.exp(parts - top)
        total = chance.sum(1, keepdims=True)
        likelihood = float((np.log(total) + top).sum())
        if likelihood - before < 1e-10 * abs(likelihood):
            break
        before = likelihood
        chance /= total
        mass = chance.sum(0)
        share = mass / n
        means = (chance.T @ points) / np.maximum(mass, 1e-300)[:, None]
        squared = ((points[:, None, :] - means) ** 2).sum(-1)
        variance = max(float((chance * squared).sum()) / (n * dimensions), floor)
    return -2 * likelihood + (k - 1 + k * dimensions + 1) * np.log(n)
