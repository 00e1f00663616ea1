"""Views beside the headline: the same units sorted by other methods, and how far they agree.

None of these views is a verdict (`docs/methods-classify.md` says at which n one may become one).
Their classes are put in order by their mean index.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify import latent
from barometre.classify.exchange import free_partition, sized_partition
from barometre.classify.natural import natural_cut
from barometre.classify.ordered import class_names
from barometre.classify.space import LARGE, Space
from barometre.study import CLASSES

K = len(CLASSES)
HEADLINE = "index_cut"
STARTS = 50
SIZED_LIMIT = 1500
MIXTURE_INDEX_UNITS = 30
MIXTURE_THEMES_UNITS = 100
LATENT_UNITS = 100
# Points squared: a mixture component narrower than one point of the index is not a class.
SMALLEST_VARIANCE = 1.0


class Skip(Exception):
    """Why a view is not given for these data, in English and French."""


def views(
    codes: np.ndarray, space: Space, rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], dict[str, tuple[str, str]]]:
    """Class codes of the units of `space` by each method, and why a method is not given.

    Parameters
    ----------
    codes : headline codes of the units of `space`
    """
    found: dict[str, np.ndarray] = {HEADLINE: codes}
    skipped: dict[str, tuple[str, str]] = {}
    for name, view in VIEWS.items():
        try:
            found[name] = by_mean_index(view(space, rng), space.index)
        except Skip as reason:
            skipped[name] = reason.args
    return found, skipped


def class_methods(
    units: pd.Series,
    known: np.ndarray,
    found: Mapping[str, np.ndarray],
    chances: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """Table `class_methods`: class of each unit by each method, `unknown` without an index.

    Parameters
    ----------
    units, known : unit ids, and which of them have an index
    found : method -> codes of the known units
    chances : method -> probability of each class (known units, classes), where there is one
    """
    rows = []
    for name, labels in found.items():
        every, chance = np.full(len(units), -1), np.full((len(units), K), np.nan)
        every[known] = labels
        if name in chances:
            chance[known] = chances[name]
        table = pd.DataFrame({"unit_id": units, "method": name, "class": class_names(every)})
        for code, label in reversed(list(enumerate(CLASSES))):
            table[f"p_{label}"] = chance[:, code]
        rows.append(table)
    return pd.concat(rows, ignore_index=True)


def kmeans_index(space: Space, rng: np.random.Generator) -> np.ndarray:
    """Exact k-means on the index, sizes free (Fisher 1958)."""
    _need_distinct(space.index[:, None])
    return natural_cut(space.index, K)


def kmeans_themes(space: Space, rng: np.random.Generator) -> np.ndarray:
    """k-means in theme space, sizes free, by exchange from many starts."""
    _need_themes(space)
    return free_partition(space.points, K, _starts(space), rng)[0]


def sized_themes(space: Space, rng: np.random.Generator) -> np.ndarray:
    """Size-constrained k-means in theme space, sizes tied to the order of the class means."""
    _need_themes(space)
    if len(space.index) > SIZED_LIMIT:
        raise Skip(
            f"not computed above {SIZED_LIMIT} units: assignment and exchange take too long",
            f"non calculé au-delà de {SIZED_LIMIT} unités : affectation et échange trop longs",
        )
    if min(space.sizes) == 0:
        raise Skip("a class has no unit", "une classe est vide")
    return sized_partition(space.points, space.index, space.sizes, 3 * _starts(space), rng)[0]


def ward_themes(space: Space, rng: np.random.Generator, k: int = K) -> np.ndarray:
    """Ward's hierarchical clustering in theme space, cut at k, three (Ward 1963)."""
    from scipy.cluster.hierarchy import fcluster, linkage

    _need_themes(space)
    return fcluster(linkage(space.points, "ward"), k, "maxclust") - 1


def mixture_index(space: Space, rng: np.random.Generator) -> np.ndarray:
    """Three normal components on the index, variances equal or free by BIC."""
    _need_units(space, MIXTURE_INDEX_UNITS)
    _need_distinct(space.index[:, None])
    start = natural_cut(space.index, K)
    return _mixture(space.index[:, None], start, ("tied", "full"))


def mixture_themes(space: Space, rng: np.random.Generator) -> np.ndarray:
    """Three normal components in theme space, shape of the covariances by BIC."""
    _need_themes(space)
    _need_units(space, MIXTURE_THEMES_UNITS)
    start = free_partition(space.points, K, _starts(space), rng)[0]
    return _mixture(space.points, start, ("spherical", "diag", "tied", "full"))


def latent_classes(space: Space, rng: np.random.Generator) -> np.ndarray:
    """Latent classes on the item levels: the likeliest class of each unit."""
    codes = latent_codes(space)
    if codes is None:
        raise Skip(
            f"needs at least {LATENT_UNITS} units, and no fewer than the model has parameters",
            f"demande au moins {LATENT_UNITS} unités, et autant que le modèle a de paramètres",
        )
    return latent.fit(codes, K, rng).chances.argmax(1)


def latent_codes(space: Space) -> np.ndarray | None:
    """Answers as categories (units, items); None where there are too few units for classes."""
    return latent.categories(space.levels, K) if len(space.index) >= LATENT_UNITS else None


VIEWS: dict[str, Callable[[Space, np.random.Generator], np.ndarray]] = {
    "kmeans_index": kmeans_index,
    "mixture_index": mixture_index,
    "sized_themes": sized_themes,
    "kmeans_themes": kmeans_themes,
    "ward_themes": ward_themes,
    "mixture_themes": mixture_themes,
    "latent_classes": latent_classes,
}


def by_mean_index(labels: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Labels renamed 0, 1, 2 in the order of the mean index of their units.

    Raises
    ------
    Skip : fewer than three classes have units.
    """
    present = np.unique(labels)
    if len(present) < K:
        raise Skip(
            f"finds only {len(present)} of {K} classes in these data",
            f"ne trouve que {len(present)} classes sur {K} dans ces données",
        )
    means = [index[labels == label].mean() for label in present]
    codes = np.empty(len(labels), dtype=int)
    for code, place in enumerate(np.argsort(means, kind="stable")):
        codes[labels == present[place]] = code
    return codes


def agreement(
    found: Mapping[str, np.ndarray],
    skipped: Mapping[str, tuple[str, str]],
    space: Space,
) -> pd.DataFrame:
    """Table `method_agreement`: adjusted Rand index (Hubert & Arabie 1985) of each pair."""
    from sklearn.metrics import adjusted_rand_score

    rows: list[dict[str, Any]] = []
    for one, two in itertools.combinations(found, 2):
        in_themes = space.filled and ("themes" in one or "themes" in two)
        rows.append(
            {
                "method_a": one,
                "method_b": two,
                "adjusted_rand": adjusted_rand_score(found[one], found[two]),
                "n_same": int((found[one] == found[two]).sum()),
                "n": len(space.index),
                "note": f"{space.filled} missing theme scores filled in" if in_themes else None,
                "note_fr": f"{space.filled} scores de thème manquants complétés"
                if in_themes
                else None,
            }
        )
    for name, (note, note_fr) in skipped.items():
        rows.append(
            {
                "method_a": HEADLINE, "method_b": name, "adjusted_rand": np.nan,
                "n_same": 0, "n": 0, "note": note, "note_fr": note_fr,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _mixture(points: np.ndarray, start: np.ndarray, shapes: tuple[str, ...]) -> np.ndarray:
    """Most likely component of each unit in the mixture with the smallest BIC.

    EM from the shares and means of the partition `start`; the seed is fixed, because scikit-learn
    still draws for the first covariances.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    chance = np.bincount(start, minlength=K) / len(start)
    means = np.array([points[start == label].mean(0) for label in range(K)])
    fits = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for shape in shapes:
            fit = GaussianMixture(
                K, covariance_type=shape, weights_init=chance, means_init=means,
                reg_covar=SMALLEST_VARIANCE, max_iter=500, random_state=0,
            ).fit(points)  # fmt: skip
            fits.append((fit.bic(points), fit.predict(points)))
    return min(fits, key=lambda fit: fit[0])[1]


def _starts(space: Space) -> int:
    return STARTS if len(space.index) <= LARGE else STARTS // 5


def _need_units(space: Space, least: int) -> None:
    if len(space.index) < least:
        raise Skip(f"needs at least {least} units", f"demande au moins {least} unités")


def _need_themes(space: Space) -> None:
    if space.points.shape[1] < 2:
        raise Skip(
            "there is one theme: theme space is the index",
            "il n'y a qu'un thème : l'espace des thèmes est l'indice",
        )
    _need_distinct(space.points)


def _need_distinct(points: np.ndarray) -> None:
    if len(np.unique(points, axis=0)) < K:
        raise Skip(
            f"fewer than {K} distinct values: nothing to cluster",
            f"moins de {K} valeurs distinctes : rien à regrouper",
        )
