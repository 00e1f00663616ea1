"""Layer (c): which choice of method moves ranks and classes most. Sobol indices.

First-order indices by the estimator of Saltelli et al. (2010, *Computer Physics Communications*
181, table 2b) and total indices by that of Jansen (1999, ibid. 117), both on outputs centred on
their mean. Without the centring a mean rank shift far from zero enters every product and the
error of the first-order indices grows with it (`make bench` prints by how much). Intervals are
percentiles of a bootstrap of the design's rows, of the *ratio*: numerator and variance are drawn
together.

The factors are the choices of `barometre.measure.alternatives`; the weights are one factor, the
named sets and as many random neighbours of the nominal ones. The few treatment x normalisation
variants are computed once; an evaluation is then a product of themes and weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.classify.ordered import class_sizes, cut
from barometre.measure.alternatives import MISSING, aggregate, means, weight_sets
from barometre.measure.structure import Structure

if TYPE_CHECKING:
    import pandas as pd

RUNS = 512
NEIGHBOURS = 128
# Concentration of the Dirichlet neighbourhood: a weight of 1/9 varies by about a quarter of itself.
CONCENTRATION = 128.0
RESAMPLES = 500
CELLS = 2_000_000
FACTORS = ("normalisation", "weights", "aggregation", "missing")
TARGETS = ("mean_rank_shift", "class_change")


def sobol(
    model: Callable[[np.ndarray], np.ndarray], d: int, n: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """First-order and total indices of `model` over the unit cube, with 95 % intervals.

    Parameters
    ----------
    model : from (points, d) to outputs (points, targets)
    d : factors
    n : rows of each base matrix, a power of two; n * (d + 2) evaluations

    Returns
    -------
    first, first_low, first_high, total, total_low, total_high, each (d, targets); NaN for a
    target that does not vary.
    """
    y = model(design(d, n, rng))
    y_a, y_b, y_ab = y[:n], y[n : 2 * n], y[2 * n :].reshape(d, n, -1)
    first, total = indices(y_a, y_b, y_ab)
    rows = rng.integers(n, size=(RESAMPLES, n))
    again = [indices(y_a[row], y_b[row], y_ab[:, row]) for row in rows]
    low_first, high_first = _interval(np.array([pair[0] for pair in again]))
    low_total, high_total = _interval(np.array([pair[1] for pair in again]))
    return {
        "first": first,
        "first_low": low_first,
        "first_high": high_first,
        "total": total,
        "total_low": low_total,
        "total_high": high_total,
    }


def design(d: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Points (n (d + 2), d): matrices A and B, then A with each column of B in turn."""
    from scipy.stats import qmc

    base = qmc.Sobol(2 * d, scramble=True, rng=rng).random(n)
    a, b = base[:, :d], base[:, d:]
    mixed = np.repeat(a[None], d, axis=0)
    for factor in range(d):
        mixed[factor, :, factor] = b[:, factor]
    return np.concatenate([a, b, mixed.reshape(-1, d)])


def indices(y_a: np.ndarray, y_b: np.ndarray, y_ab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total indices (d, targets) from the outputs of the three matrices."""
    both = np.concatenate([y_a, y_b])
    centre, variance = both.mean(0), both.var(0)
    steady = variance <= 1e-12
    scale = np.where(steady, np.nan, variance)
    first = ((y_b - centre) * (y_ab - y_a)).mean(1) / scale
    total = 0.5 * ((y_a - y_ab) ** 2).mean(1) / scale
    return first, total


def _interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.percentile(values, [2.5, 97.5], axis=0)
    return low, high


def sensitivity_table(
    variants: Mapping[tuple[str, str], np.ndarray],
    index: np.ndarray,
    structure: Structure,
    shares: Mapping[str, float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Table `sensitivity`: each target by each choice.

    Parameters
    ----------
    variants : as of `alternatives.theme_variants`
    index : headline index of the known units
    shares : class -> share, from `classify.shares`
    """
    import pandas as pd

    factors = [name for name in FACTORS if _levels(name, variants, structure) > 1]
    if len(index) < 3 or not factors:
        return pd.DataFrame([_blank(target, name) for target in TARGETS for name in FACTORS])
    model = choices_model(variants, index, structure, shares, factors, rng)
    found = sobol(model, len(factors), RUNS, rng)
    rows = []
    for t, target in enumerate(TARGETS):
        for name in FACTORS:
            row = _blank(target, name)
            if name in factors:
                f = factors.index(name)
                row |= {
                    "first_order": found["first"][f, t],
                    "first_order_low": found["first_low"][f, t],
                    "first_order_high": found["first_high"][f, t],
                    "total": found["total"][f, t],
                    "total_low": found["total_low"][f, t],
                    "total_high": found["total_high"][f, t],
                }
            rows.append(row)
    return pd.DataFrame(rows)


def _blank(target: str, name: str) -> dict[str, Any]:
    columns = ("first_order", "total")
    cells = {f"{column}{end}": np.nan for column in columns for end in ("", "_low", "_high")}
    return {"target": target, "assumption": name, **cells}


def _levels(name: str, variants: Mapping[tuple[str, str], np.ndarray], plan: Structure) -> int:
    """How many settings a choice really has in this study."""
    if name == "normalisation":
        return len({key[0] for key in variants})
    if name == "missing":
        pairs = [[variants[key, how] for how in MISSING] for key in {key[0] for key in variants}]
        return 1 if all(np.array_equal(a, b, equal_nan=True) for a, b in pairs) else 2
    return 2 if len(plan.themes) > 1 else 1


def choices_model(
    variants: Mapping[tuple[str, str], np.ndarray],
    index: np.ndarray,
    structure: Structure,
    shares: Mapping[str, float],
    factors: list[str],
    rng: np.random.Generator,
) -> Callable[[np.ndarray], np.ndarray]:
    """The function from points of the unit cube to (mean rank shift, share changing class)."""
    from scipy.stats import rankdata

    names = list(dict.fromkeys(key[0] for key in variants))
    named = np.array(list(weight_sets(variants[names[0], "imputed"], structure).values()))
    positive = np.maximum(structure.theme_weights, 1e-6)
    random = rng.dirichlet(CONCENTRATION * positive / positive.sum(), size=NEIGHBOURS)
    sets = np.concatenate([np.repeat(named, NEIGHBOURS // len(named), axis=0), random])
    aggregations = list(means(structure).values())
    options = (len(names), len(sets), len(aggregations), len(MISSING))
    sizes = class_sizes(len(index), shares)
    rank, code = rankdata(index), cut(index, sizes)

    def targets(scores: np.ndarray) -> np.ndarray:
        shift = np.abs(rankdata(np.round(scores, 9), axis=-1) - rank).mean(-1)
        return np.column_stack([shift, (cut(scores, sizes) != code).mean(-1)])

    def model(points: np.ndarray) -> np.ndarray:
        chosen = np.zeros((len(points), len(FACTORS)), dtype=int)
        for column, name in enumerate(factors):
            f = FACTORS.index(name)
            chosen[:, f] = np.minimum(points[:, column] * options[f], options[f] - 1)
        # Equal points are evaluated once: the choices are few, the points many.
        distinct, where = np.unique(chosen, axis=0, return_inverse=True)
        out = np.empty((len(distinct), len(TARGETS)))
        for n, a, missing in sorted({(int(r[0]), int(r[2]), int(r[3])) for r in distinct}):
            rows = np.flatnonzero((distinct[:, [0, 2, 3]] == (n, a, missing)).all(1))
            themes = variants[names[n], MISSING[missing]]
            step = max(1, CELLS // max(len(index), 1))
            for start in range(0, len(rows), step):
                block = rows[start : start + step]
                scores = aggregate(themes, sets[distinct[block, 1]], aggregations[a])
                out[block] = targets(scores)
        return out[where.ravel()]

    return model
