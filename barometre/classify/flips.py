"""Answer-flip distance: the fewest answer steps that carry a unit over the class cut.

One step moves one answer to the next level of its own scale. The cut is held where it is,
halfway between the units on either side (`ordered.cut_values`), so a flip asks "what would this
unit have had to answer?" while all others answer as they did; the class it would have if the
sizes were forced again stands beside.

With the answered items given, the index is linear in the item scores, so a step adds a known
amount: its gain in level, times 100 over the item's span, times the item's weight in its theme,
times the theme's weight in the index. Steps of one item come in their order. The fewest steps
for a given change are a grouped knapsack with unit costs: for each number of steps, the largest
gain over how many steps each item takes. Where all steps of an item gain the same, sorting
would do; uneven scales (0, 10, 40 points) can make a small step the price of a large one, so the
table is always solved in full. Among sets with equally few steps the one that moves the index
most is named.

Only answers with a level and a scale have steps: no counts, numbers, unanswered or hidden items.
Conditions of the questionnaire (an answer that would show or hide others) are not followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify.ordered import class_sizes, cut, cut_values
from barometre.codebook import Codebook
from barometre.measure.scoring import Structure, item_scores, level_matrix, score
from barometre.study import CLASSES

OVER = 1e-6


@dataclass(frozen=True)
class Ladder:
    """The steps one answer can take in one direction.

    Attributes
    ----------
    item : code of the item
    levels : the level it has, then the levels it passes
    gains : change of the index, without its sign, after 1, 2, ... steps, shape (steps,)
    """

    item: str
    levels: tuple[float, ...]
    gains: np.ndarray


def fewest_steps(ladders: list[Ladder], needed: float) -> tuple[int, list[int]] | None:
    """Fewest steps whose gains exceed `needed`, and how many of them each ladder takes.

    Exact, by dynamic programming over the items. Among sets of equally few steps the largest
    gain wins, then the items that come first in the questionnaire.

    Returns
    -------
    None where all steps together do not exceed `needed`.
    """
    if sum(max(ladder.gains.max(initial=0.0), 0.0) for ladder in ladders) <= needed + OVER:
        return None
    total = _enough(ladders, needed)
    best = np.full(total + 1, -np.inf)
    best[0] = 0.0
    taken = np.zeros((len(ladders), total + 1), dtype=int)
    for row, ladder in enumerate(ladders):
        before = best.copy()
        for steps, gain in enumerate(ladder.gains[:total], start=1):
            tried = before[: total + 1 - steps] + gain
            better = tried > best[steps:] + 1e-9
            best[steps:][better] = tried[better]
            taken[row, steps:][better] = steps
    count = int(np.argmax(best > needed + OVER))
    left, chosen = count, [0] * len(ladders)
    for row in range(len(ladders) - 1, -1, -1):
        chosen[row] = int(taken[row, left])
        left -= chosen[row]
    return count, chosen


def _enough(ladders: list[Ladder], needed: float) -> int:
    """A number of steps that surely suffices: whole ladders, the largest gains first."""
    whole = sorted(ladders, key=lambda ladder: -ladder.gains.max(initial=0.0))
    steps, gain = 0, 0.0
    for ladder in whole:
        if gain > needed + OVER:
            break
        top = int(np.argmax(ladder.gains)) if len(ladder.gains) else -1
        steps += top + 1
        gain += max(ladder.gains.max(initial=0.0), 0.0)
    return steps


def answer_flips(
    index: pd.DataFrame,
    codes: np.ndarray,
    responses: pd.DataFrame,
    codebook: Codebook,
    structure: Structure,
    measure: Mapping[str, Any],
    shares: Mapping[str, float],
) -> pd.DataFrame:
    """Table `answer_flips`: one row per unit and direction in which there is a class.

    Parameters
    ----------
    index : table `index`
    codes : headline codes (units,) in its order
    responses : table `responses`
    structure : what counts where (`barometre.measure.scoring.structure`)
    measure : section `measure` of study.yaml
    shares : class -> share
    """
    columns = ["unit_id", "direction", "steps", "items", "class_to", "class_refit"]
    if not structure.linear:
        print("no answer flips: the index is not linear in the answers under these settings")
        return pd.DataFrame(columns=columns)
    units, levels, shown = level_matrix(responses, structure)
    place = {str(unit): row for row, unit in enumerate(units)}
    scores = index["index"].to_numpy(float)
    slopes = level_slopes(levels, shown, structure, measure)
    scales = [_steps_of(codebook, structure, item) for item in range(len(structure.items))]
    cuts = cut_values(scores, codes)
    found = []
    for unit in np.flatnonzero(codes >= 0):
        row = place[str(index["unit_id"].iloc[unit])]
        for direction, sign in (("up", 1), ("down", -1)):
            edge = codes[unit] + min(sign, 0)
            if not 0 <= edge < len(cuts) or np.isnan(cuts[edge]):
                continue
            ladders = ladders_of(levels[row], slopes[row], structure.items, scales, sign)
            flip = fewest_steps(ladders, sign * (cuts[edge] - scores[unit]))
            told = (
                {} if flip is None else _told(flip, ladders, int(unit), sign, scores, cuts, shares)
            )
            found.append({"unit_id": index["unit_id"].iloc[unit], "direction": direction, **told})
    return pd.DataFrame(found, columns=columns)


def level_slopes(
    levels: np.ndarray, shown: np.ndarray, structure: Structure, measure: Mapping[str, Any]
) -> np.ndarray:
    """Change of the index for one level more on each item, shape (units, items).

    0 where the item is not answered or its theme does not count. Read off the scoring itself:
    the index is linear in the levels, so its slope is a weight over a sum of weights.
    """
    answered = ~np.isnan(item_scores(levels, structure))
    themes, index = score(levels, shown, structure, measure)
    in_theme = structure.membership * structure.weights[:, None]
    theme_total = answered @ in_theme
    counts = ~np.isnan(themes) & ~np.isnan(index)[:, None]
    theme_share = counts * structure.theme_weights
    index_total = theme_share.sum(1, keepdims=True)
    theme_share = np.divide(
        theme_share, index_total, out=np.zeros(theme_share.shape), where=index_total > 0
    )
    per_item = np.divide(
        theme_share, theme_total, out=np.zeros(theme_share.shape), where=theme_total > 0
    )[:, structure.theme_of]
    return answered * per_item * structure.weights * 100.0 / (structure.high - structure.low)


def ladders_of(
    levels: np.ndarray,
    slopes: np.ndarray,
    items: tuple[str, ...],
    scales: list[np.ndarray],
    sign: int,
) -> list[Ladder]:
    """Ladders of one unit's answers in one direction (1 up, -1 down), in questionnaire order."""
    ladders = []
    for item, level, slope, scale in zip(items, levels, slopes, scales, strict=True):
        if slope <= 0 or not np.isclose(scale, level, rtol=0, atol=1e-9).any():
            continue
        onward = scale[scale > level + 1e-9] if sign > 0 else scale[scale < level - 1e-9][::-1]
        if len(onward):
            ladders.append(
                Ladder(item, (float(level), *map(float, onward)), slope * np.abs(onward - level))
            )
    return ladders


def _steps_of(codebook: Codebook, structure: Structure, item: int) -> np.ndarray:
    """Levels of an item's own scale within its bounds, lowest first; none for a count."""
    if structure.logged[item]:
        return np.array([])
    levels = np.unique([level for level in codebook.levels(structure.items[item]).values()])
    inside = (levels >= structure.low[item] - 1e-9) & (levels <= structure.high[item] + 1e-9)
    return levels[inside & ~np.isnan(levels)]


def _told(
    flip: tuple[int, list[int]],
    ladders: list[Ladder],
    unit: int,
    sign: int,
    scores: np.ndarray,
    cuts: np.ndarray,
    shares: Mapping[str, float],
) -> dict[str, object]:
    count, chosen = flip
    taken = [(ladder, steps) for ladder, steps in zip(ladders, chosen, strict=True) if steps]
    moved = scores.copy()
    moved[unit] += sign * sum(ladder.gains[steps - 1] for ladder, steps in taken)
    passed = moved[unit] > cuts + OVER if sign > 0 else moved[unit] >= cuts - OVER
    sizes = class_sizes(int((~np.isnan(scores)).sum()), shares)
    return {
        "steps": count,
        "items": " ".join(
            f"{ladder.item}:{ladder.levels[0]:g}>{ladder.levels[steps]:g}"
            for ladder, steps in taken
        ),
        "class_to": CLASSES[int(passed.sum())],
        "class_refit": CLASSES[int(cut(moved, sizes)[unit])],
    }
