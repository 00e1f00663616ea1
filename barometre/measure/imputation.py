"""Layer (a): what would the unanswered items have said? Multiple imputation of answers.

Fully conditional specification (van Buuren 2018, *Flexible Imputation of Missing Data*, 2nd ed.,
section 4.5) with predictive mean matching of type 1 (section 3.4.2; Little 1988, *JBES* 6):

1. every unanswered item that was shown starts at an answer drawn from those given to it;
2. item by item, its score is regressed on the unit's mean over the other items of the theme and
   its mean over the items of the other themes; coefficients are drawn from their posterior;
3. the value imputed is the answer of one of the `DONORS` units whose prediction is closest;
4. steps 2 and 3 are repeated `SWEEPS` times.

An imputed level is thus always a level that some unit gave, the items of an ordinal scale stay
on their scale, and an observed level is never touched.
"""

from __future__ import annotations

import numpy as np

from barometre.measure.normalising import normalised
from barometre.measure.structure import Structure

DONORS = 5
SWEEPS = 5
# Below this many answers to an item one predictor, the mean of all other items, is what the
# data can bear; below three answers the value is drawn from the answers as they are.
TWO_PREDICTORS = 10
ONE_PREDICTOR = 3
RIDGE = 1e-5


def impute(
    levels: np.ndarray,
    shown: np.ndarray,
    known: np.ndarray,
    structure: Structure,
    m: int,
    rng: np.random.Generator,
    beside: np.ndarray | None = None,
) -> np.ndarray:
    """Completed levels, shape (m, units, items); (1, units, items) where nothing is missing.

    Parameters
    ----------
    levels : (units, items), NaN where unanswered
    shown : (units, items); an item that was not shown stays NaN
    known : (units,); units whose index is unknown stay as they are and donate nothing
    m : number of completed data sets
    beside : (units,) what the index is to be regressed on: it helps to predict, or the slope over
        the completed data would be drawn towards 0; NaN stands for the mean
    """
    missing = np.isnan(levels) & shown & known[:, None]
    missing &= (~np.isnan(levels) & known[:, None]).any(0)
    if not missing.any():
        return levels[None].copy()
    rows = np.flatnonzero(known)
    completed = np.repeat(levels[None], m, axis=0)
    further = None if beside is None else _standard(beside[rows])
    completed[:, rows] = _chained(levels[rows], missing[rows], structure, m, rng, further)
    return completed


def _standard(values: np.ndarray) -> np.ndarray | None:
    """Standardised, with NaN at the mean; None where nothing varies."""
    known = values[~np.isnan(values)]
    if known.size < 2 or known.std() == 0:
        return None
    return np.nan_to_num((values - known.mean()) / known.std())


def _chained(
    levels: np.ndarray,
    missing: np.ndarray,
    structure: Structure,
    m: int,
    rng: np.random.Generator,
    further: np.ndarray | None,
) -> np.ndarray:
    """The m chains, side by side on the leading axis."""
    scores = normalised(levels, structure)
    out = np.repeat(levels[None], m, axis=0)
    there = ~np.isnan(scores) | missing
    filled = np.repeat(np.nan_to_num(scores)[None], m, axis=0)
    items = [int(i) for i in np.argsort(missing.sum(0), kind="stable") if missing[:, i].any()]
    for item in items:
        holes, given = np.flatnonzero(missing[:, item]), _given(levels, item)
        donors = given[rng.integers(len(given), size=(m, len(holes)))]
        _place(out, filled, levels, scores, item, holes, donors)
    for _ in range(SWEEPS):
        for item in items:
            holes, given = np.flatnonzero(missing[:, item]), _given(levels, item)
            predictors = _predictors(filled, there, item, structure, len(given))
            if further is not None and len(given) >= TWO_PREDICTORS:
                column = np.broadcast_to(further[:, None], (m, len(further), 1))
                predictors = np.concatenate([predictors, column], axis=-1)
            donors = _matched(predictors, scores[:, item], holes, given, rng)
            _place(out, filled, levels, scores, item, holes, donors)
    return out


def _given(levels: np.ndarray, item: int) -> np.ndarray:
    return np.flatnonzero(~np.isnan(levels[:, item]))


def _place(
    out: np.ndarray,
    filled: np.ndarray,
    levels: np.ndarray,
    scores: np.ndarray,
    item: int,
    holes: np.ndarray,
    donors: np.ndarray,
) -> None:
    out[:, holes, item] = levels[donors, item]
    filled[:, holes, item] = scores[donors, item]


def _predictors(
    filled: np.ndarray, there: np.ndarray, item: int, structure: Structure, n_given: int
) -> np.ndarray:
    """Predictors of an item, shape (m, units, 0 to 2), centred.

    Means over what is there of other items; the mean of all units where a unit has none.
    """
    same = structure.theme_of == structure.theme_of[item]
    others = np.arange(len(structure.items)) != item
    if n_given < ONE_PREDICTOR:
        groups = []
    elif n_given < TWO_PREDICTORS:
        groups = [others]
    else:
        groups = [same & others, ~same]
    groups = [group for group in groups if (there & group).any()]
    if not groups:
        return np.empty((*filled.shape[:2], 0))
    chosen = np.stack(groups, axis=-1).astype(float)
    total, count = filled @ chosen, there @ chosen
    overall = total.sum(1, keepdims=True) / count.sum(0)
    predictors = np.where(count > 0, total / np.maximum(count, 1), overall)
    return predictors - predictors.mean(1, keepdims=True)


def _matched(
    predictors: np.ndarray,
    scores: np.ndarray,
    holes: np.ndarray,
    given: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """For each chain and each hole, the unit that gives its answer; shape (m, holes)."""
    m = predictors.shape[0]
    n_donors = max(1, min(DONORS, len(given) // 2))
    if predictors.shape[-1] == 0:
        return given[rng.integers(len(given), size=(m, len(holes)))]
    fitted, drawn = _predictions(predictors, scores, holes, given, rng)
    # Equal predictions are told apart by chance, or the first units would always donate.
    jitter = rng.random(fitted.shape) * 1e-6
    order = np.argsort(fitted + jitter, axis=1)
    ranked = np.take_along_axis(fitted, order, axis=1)
    place = _search_rows(ranked, drawn)
    window = place[..., None] + np.arange(-n_donors, n_donors)
    inside = (window >= 0) & (window < len(given))
    window = np.clip(window, 0, len(given) - 1)
    candidates = np.take_along_axis(ranked[:, None, :], window, axis=2)
    distance = np.where(inside, np.abs(candidates - drawn[..., None]), np.inf)
    nearest = np.argsort(distance, axis=-1, kind="stable")[..., :n_donors]
    pick = rng.integers(n_donors, size=(*drawn.shape, 1))
    slot = np.take_along_axis(window, np.take_along_axis(nearest, pick, -1), -1)[..., 0]
    return given[np.take_along_axis(order, slot, axis=1)]


def _predictions(
    predictors: np.ndarray,
    scores: np.ndarray,
    holes: np.ndarray,
    given: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Fitted values of those who answered; predictions with drawn coefficients for the others."""
    m, units, _ = predictors.shape
    design = np.concatenate([np.ones((m, units, 1)), predictors], axis=-1)
    x, y = design[:, given], scores[given]
    gram = x.transpose(0, 2, 1) @ x
    diagonal = np.arange(gram.shape[-1])
    gram[:, diagonal, diagonal] *= 1 + RIDGE
    gram[:, diagonal, diagonal] += 1e-9
    inverse = np.linalg.inv(gram)
    coefficients = inverse @ (x.transpose(0, 2, 1) @ y)[..., None]
    residual = y - (x @ coefficients)[..., 0]
    df = max(len(given) - x.shape[-1], 1)
    sigma = np.sqrt((residual**2).sum(1) / rng.chisquare(df, size=m))
    normal = rng.normal(size=coefficients.shape)
    drawn = coefficients + sigma[:, None, None] * (np.linalg.cholesky(inverse) @ normal)
    return (x @ coefficients)[..., 0], (design[:, holes] @ drawn)[..., 0]


def _search_rows(ranked: np.ndarray, values: np.ndarray) -> np.ndarray:
    """`numpy.searchsorted` of each row of `values` in the same row of `ranked`."""
    span = 2 * (max(np.abs(ranked).max(), np.abs(values).max()) + 1)
    offset = span * np.arange(len(ranked))[:, None]
    flat = np.searchsorted((ranked + offset).ravel(), (values + offset).ravel())
    return flat.reshape(values.shape) - ranked.shape[1] * np.arange(len(ranked))[:, None]
