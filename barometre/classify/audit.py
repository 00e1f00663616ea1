"""The split audit: can n print the shares, and do the data want them?

A share that a rule forces is an assumption, so it gets neither test nor interval. The free
sizes of exact k-means are tested by parametric bootstrap *through the clustering rule*: a plain
multinomial test of such sizes rejects far too often, because clustering does not estimate the
shares of a mixture even where classes exist (`docs/methods-classify.md`).

1. Fit the index as three normal groups whose weights are held at the stated shares, with ordered
   means and one standard deviation (EM, order kept by isotonic regression). This is the null: the
   shares are right, and the groups are as far apart as the data say.
2. Draw samples of n from it and cut each by the same exact k-means.
3. Compare the observed sizes with the sizes those samples give, by their chi-square distance
   from the samples' own mean sizes. The p-value is (1 + as far or farther) / (1 + samples).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify.multinomial import pearson, printable
from barometre.classify.natural import natural_cut, natural_sizes
from barometre.study import CLASSES

SAMPLES = 1999
RESAMPLES = 1000
LARGE = 300
LARGE_SAMPLES = 299
STEPS = 500
LISTED = 6
FORCED, FREE = "index_cut", "kmeans_index"


def class_shares(
    index: np.ndarray,
    codes: np.ndarray,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Table `class_shares`: shares under the forced cut and under free k-means.

    The interval of a free share is the percentile interval over resamples of the units, each
    cut by the same rule. It says how much the natural sizes hang on which units are in the data;
    where units were not drawn at random it is no margin of error.

    Parameters
    ----------
    index : (units,), NaN where unknown
    codes : headline class codes (units,)
    settings : section `classify` of study.yaml
    """
    values = index[~np.isnan(index)]
    n = len(values)
    forced = np.bincount(codes[codes >= 0], minlength=len(CLASSES))
    blank = np.full(len(CLASSES), np.nan)
    parts = [_share_rows(FORCED, forced, blank, blank, settings)]
    if can_cluster(values):
        free = free_sizes(values)
        resamples = values[rng.integers(0, n, (_count(n, RESAMPLES), n))]
        low, high = np.quantile(natural_sizes(resamples) / n, [0.025, 0.975], axis=0)
        parts.append(_share_rows(FREE, free, low, high, settings))
    return pd.concat(parts, ignore_index=True)


def split_audit(
    index: np.ndarray,
    codes: np.ndarray,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Table `split_audit`: one row per rule; test and p-value blank where sizes are forced."""
    values = index[~np.isnan(index)]
    shares = np.array([settings["shares"][name] for name in CLASSES])
    way, splits = printable(len(values), shares.tolist())
    origin = (
        ("published", "publiées")
        if settings["shares_from"] == "published"
        else ("borrowed", "empruntées")
    )
    forced = np.bincount(codes[codes >= 0], minlength=len(CLASSES))
    note_en, note_fr = _forced_notes(shares, origin, splits, _ties(index, codes))
    rows = [_audit_row(FORCED, forced, way, None, None, note_en, note_fr)]
    if not can_cluster(values):
        return pd.DataFrame(rows)
    sizes = free_sizes(values)
    samples = _count(len(values), SAMPLES)
    p_value, usual = natural_test(values, shares, samples, rng)
    seen = "/".join(f"{size:.1f}" for size in usual)
    rows.append(
        _audit_row(
            FREE,
            sizes,
            way,
            f"parametric bootstrap through k-means, {samples} samples",
            p_value,
            f"Free sizes against the {origin[0]} shares, given how far apart the groups are: "
            f"if the shares were right, k-means would find {seen} on average. A large p-value "
            "does not show that the shares are right, nor that there are three classes.",
            f"Effectifs libres face aux parts {origin[1]}, les groupes étant aussi écartés que "
            f"le disent les données : si les parts étaient justes, les k-moyennes trouveraient "
            f"{seen.replace('.', ',')} en moyenne. Une grande valeur p ne montre ni que les parts "
            "sont justes, ni qu'il y a trois classes.",
        )
    )
    return pd.DataFrame(rows)


def natural_test(
    values: np.ndarray, shares: np.ndarray, samples: int, rng: np.random.Generator
) -> tuple[float, np.ndarray]:
    """p-value of the natural sizes if `shares` were right, and the sizes usual then.

    Parameters
    ----------
    values : index (units,), no NaN
    shares : (classes,), lowest class first
    """
    p_values, usual = natural_tests(values[None], shares, samples, rng)
    return float(p_values[0]), usual[0]


def natural_tests(
    studies: np.ndarray, shares: np.ndarray, samples: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The test of each row of indices (studies, units): p-values, and usual sizes by class."""
    k, n = len(shares), studies.shape[1]
    means, deviations = fixed_share_mixtures(studies, shares)
    sizes = natural_sizes(studies, k)
    p_values, usual = np.empty(len(studies)), np.empty((len(studies), k))
    for row, (mean, deviation) in enumerate(zip(means, deviations, strict=True)):
        group = rng.choice(k, size=(samples, n), p=shares)
        found = natural_sizes(mean[group] + deviation * rng.standard_normal(group.shape), k)
        usual[row] = found.mean(0)
        observed = pearson(sizes[row], usual[row])
        farther = (pearson(found, usual[row]) >= observed - 1e-9).sum()
        p_values[row] = (1 + farther) / (1 + samples)
    return p_values, usual


def fixed_share_mixtures(studies: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ordered means and common standard deviation of normal mixtures, weights fixed.

    EM from the means of the cut at `shares`; the means stay ordered by weighted isotonic
    regression, the exact constrained step for a common variance. The standard deviation is kept
    above a thousandth of the range, where the likelihood would run away.

    Parameters
    ----------
    studies : one index per row, (studies, units), no NaN

    Returns
    -------
    means (studies, classes) and standard deviations (studies,).
    """
    ordered = np.sort(studies, axis=1)
    edges = np.round(np.cumsum(shares)[:-1] * ordered.shape[1]).astype(int)
    means = np.stack([part.mean(1) for part in np.split(ordered, edges, axis=1)], axis=1)
    floors = np.maximum(1e-3 * (ordered[:, -1] - ordered[:, 0]), 1e-9)
    deviations = np.maximum(ordered.std(axis=1) / 2, floors)
    moving = np.arange(len(studies))
    for _ in range(STEPS):
        moved, spread = _mixture_step(ordered[moving], means[moving], deviations[moving], shares)
        step = np.abs(moved - means[moving]).max(1)
        means[moving] = moved
        deviations[moving] = np.maximum(spread, floors[moving])
        moving = moving[step >= 1e-6 * deviations[moving]]
        if not len(moving):
            break
    return means, deviations


def _mixture_step(
    values: np.ndarray, means: np.ndarray, deviations: np.ndarray, shares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One step of EM for each row: means (rows, classes) and standard deviations (rows,)."""
    scaled = (values[:, None, :] - means[:, :, None]) / deviations[:, None, None]
    weight = -0.5 * scaled**2 + np.log(shares)[:, None]
    weight = np.exp(weight - weight.max(1, keepdims=True))
    weight /= weight.sum(1, keepdims=True)
    totals = weight.sum(2) + 1e-12
    moved = _isotonic(np.einsum("rkn,rn->rk", weight, values), totals)
    spread = (weight * (values[:, None, :] - moved[:, :, None]) ** 2).sum((1, 2))
    return moved, np.sqrt(spread / values.shape[1])


def _isotonic(sums: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted isotonic regression of each row of sums / weights, by the max-min formula.

    Robertson, Wright & Dykstra 1988, *Order Restricted Statistical Inference*, section 1.4.
    """
    k = sums.shape[1]
    fitted = []
    for at in range(k):
        pooled = [
            [
                sums[:, low:high].sum(1) / weights[:, low:high].sum(1)
                for high in range(at + 1, k + 1)
            ]
            for low in range(at + 1)
        ]
        fitted.append(np.min(pooled, axis=1).max(0))
    return np.stack(fitted, axis=1)


def free_sizes(values: np.ndarray, k: int = len(CLASSES)) -> np.ndarray:
    """Sizes (k,) of exact k-means on values (units,)."""
    return np.bincount(natural_cut(values, k), minlength=k)


def can_cluster(values: np.ndarray) -> bool:
    """Whether there are as many distinct values as classes."""
    return len(np.unique(values)) >= len(CLASSES)


def _count(n: int, usual: int) -> int:
    return usual if n <= LARGE else min(usual, LARGE_SAMPLES)


def _share_rows(
    rule: str, sizes: np.ndarray, low: np.ndarray, high: np.ndarray, settings: Mapping[str, Any]
) -> pd.DataFrame:
    published = settings["shares_from"] == "published"
    return pd.DataFrame(
        {
            "rule": rule,
            "class": list(CLASSES),
            "n": sizes,
            "share": sizes / sizes.sum(),
            "share_low": low,
            "share_high": high,
            "published_share": [
                settings["shares"][name] if published else np.nan for name in CLASSES
            ],
        }
    )


def _audit_row(
    rule: str,
    sizes: np.ndarray,
    way: str,
    test: str | None,
    p_value: float | None,
    note_en: str,
    note_fr: str,
) -> dict[str, Any]:
    return {
        "rule": rule,
        "n": int(sizes.sum()),
        "sizes": "/".join(str(size) for size in sizes),
        "printable": way,
        "test": test,
        "p_value": p_value,
        "note": note_en,
        "note_fr": note_fr,
    }


def _ties(index: np.ndarray, codes: np.ndarray) -> int:
    """How many units share, at a cut, their index with a unit of the class next to theirs."""
    tied: set[int] = set()
    for lower in range(len(CLASSES) - 1):
        both = set(index[codes == lower]) & set(index[codes == lower + 1])
        tied |= {int(unit) for unit in np.flatnonzero(np.isin(index, list(both)))}
    return len(tied)


def _forced_notes(
    shares: np.ndarray, origin: tuple[str, str], splits: np.ndarray, ties: int
) -> tuple[str, str]:
    started = f"{100 * shares[1:].sum():.0f}"
    en = (
        f"The sizes are an assumption: the {origin[0]} shares by largest remainder. No test, no "
        f'interval: "{started} % have started" is {started} % by construction.'
    )
    fr = (
        f"Les effectifs sont une hypothèse : les parts {origin[1]}, au plus fort reste. Ni test ni "
        f"intervalle : « {started} % ont commencé » vaut {started} % par construction."
    )
    if 0 < len(splits) <= LISTED:
        listed = ", ".join("/".join(str(count) for count in split) for split in splits)
        en += f" Splits that print the shares (lowest class first): {listed}."
        fr += f" Répartitions qui donnent les parts (classe basse d'abord) : {listed}."
    if ties:
        en += f" {ties} units with equal indices lie on both sides of a cut, in order of unit_id."
        fr += (
            f" {ties} unités de même indice sont de part et d'autre d'une coupe (ordre d'unit_id)."
        )
    return en, fr
