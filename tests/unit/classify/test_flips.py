import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre import tables
from barometre.classify.flips import Ladder, answer_flips, fewest_steps, level_slopes
from barometre.classify.ordered import class_sizes, cut, cut_values
from barometre.measure import scoring

from .made import SHARES, codebook, scored
from .made import settings as measure_settings

UNEVEN = [(0, 1, 2, 3), (0, 1, 10), (0, 10, 40), (1, 2, 3, 4, 5), None]
THEMES = ["a", "a", "b", "b", "b"]
MEASURE = measure_settings(THEMES, theme_weights={"a": 1.0, "b": 3.0})
BOOK = codebook(UNEVEN, THEMES, weights=[1.0, 2.0, 1.0, 0.5, 1.0])


@given(
    st.lists(st.lists(st.integers(1, 20), min_size=1, max_size=3), min_size=1, max_size=4),
    st.integers(0, 100),
)
@settings(deadline=None)
def test_knapsack_equals_brute_force(gains, needed):
    ladders = [
        Ladder(f"q{row}", tuple(map(float, range(len(steps) + 1))), np.cumsum(steps).astype(float))
        for row, steps in enumerate(gains)
    ]
    ways = itertools.product(*[range(len(steps) + 1) for steps in gains])
    enough = {}
    for way in ways:
        gain = sum(ladder.gains[k - 1] for ladder, k in zip(ladders, way, strict=True) if k)
        if gain > needed:
            enough[sum(way)] = max(enough.get(sum(way), 0), gain)
    found = fewest_steps(ladders, float(needed))
    if not enough:
        assert found is None
        return
    steps, chosen = found
    assert steps == min(enough) == sum(chosen)
    gain = sum(ladder.gains[k - 1] for ladder, k in zip(ladders, chosen, strict=True) if k)
    assert gain == pytest.approx(enough[steps])


def planted(seed, n=14, missing=0.12):
    rng = np.random.default_rng(seed)
    columns = [rng.choice(scale, n) if scale else rng.uniform(0, 10, n) for scale in UNEVEN]
    levels = np.column_stack(columns).astype(float)
    levels[rng.random(levels.shape) < missing] = np.nan
    levels[0, :] = [scale[0] if scale else 5.0 for scale in UNEVEN]
    return levels


def flips_of(levels):
    answers, plan, table, _ = scored(levels, BOOK, MEASURE)
    index = table["index"].to_numpy(float)
    sizes = class_sizes(int((~np.isnan(index)).sum()), SHARES)
    codes = cut(index, sizes)
    found = answer_flips(table, codes, answers, BOOK, plan, MEASURE, SHARES)
    return tables.check(found, "answer_flips"), table, codes, plan


def brute_force(levels, unit, sign, edge, plan):
    """Fewest steps over every combination of answers on the far side, by the real scoring."""
    choices, costs = [], []
    for level, scale in zip(levels[unit], UNEVEN, strict=True):
        if scale is None or np.isnan(level):
            choices.append([level])
            costs.append([0])
            continue
        onward = [step for step in scale if sign * (step - level) >= 0]
        choices.append(onward)
        costs.append([abs(scale.index(step) - scale.index(level)) for step in onward])
    ways = np.array(list(itertools.product(*choices)), dtype=float)
    steps = np.array([sum(cost) for cost in itertools.product(*costs)])
    _, index = scoring.score(ways, np.ones(ways.shape, dtype=bool), plan, MEASURE)
    crosses = sign * (index - edge) > 1e-6
    return int(steps[crosses].min()) if crosses.any() else None


@pytest.mark.parametrize("seed", range(6))
def test_steps_are_the_fewest_and_the_named_answers_do_it(seed):
    levels = planted(seed)
    found, table, codes, plan = flips_of(levels)
    index = table["index"].to_numpy(float)
    cuts = cut_values(index, codes)
    places = {unit: row for row, unit in enumerate(table["unit_id"])}
    assert not found.empty
    for flip in found.itertuples():
        unit, sign = places[flip.unit_id], 1 if flip.direction == "up" else -1
        edge = cuts[codes[unit] + min(sign, 0)]
        fewest = brute_force(levels, unit, sign, edge, plan)
        if fewest is None:
            assert pd.isna(flip.steps)
            continue
        assert flip.steps == fewest
        moved = levels.copy()
        for step in flip.items.split():
            item, change = step.split(":")
            before, after = map(float, change.split(">"))
            column = int(item[1:])
            assert moved[unit, column] == before
            moved[unit, column] = after
        _, _, after_table, _ = scored(moved, BOOK, MEASURE)
        reached = after_table["index"].to_numpy(float)
        assert sign * (reached[unit] - edge) > 0
        assert flip.class_to == ("lagging", "transition", "mature")[(reached[unit] > cuts).sum()]
        refit = cut(reached, class_sizes(int((codes >= 0).sum()), SHARES))
        assert flip.class_refit == ("lagging", "transition", "mature")[refit[unit]]


def test_directions_exist_only_where_there_is_a_class():
    found, table, codes, _ = flips_of(planted(3))
    by_unit = found.groupby("unit_id")["direction"].agg(list)
    for unit, code in zip(table["unit_id"], codes, strict=True):
        expected = {0: ["up"], 1: ["down", "up"], 2: ["down"]}.get(int(code))
        assert sorted(by_unit.get(unit, [])) == (expected or [])


def test_slopes_are_the_slopes_of_the_scoring():
    levels = planted(2)
    answers, plan, _, _ = scored(levels, BOOK, MEASURE)
    _, grid, shown = scoring.level_matrix(answers, plan)
    slopes = level_slopes(grid, shown, plan, MEASURE)
    base = scoring.score(grid, shown, plan, MEASURE)[1]
    for item in range(grid.shape[1]):
        raised = grid.copy()
        raised[:, item] += 0.5
        change = scoring.score(raised, shown, plan, MEASURE)[1] - base
        known = ~np.isnan(base)
        assert np.allclose(change[known], 0.5 * slopes[known, item], atol=1e-9)
        assert (slopes[~known] == 0).all()


def test_counts_have_no_steps():
    book = codebook([None, None], ["a", "a"], kinds=["count", "number"])
    levels = np.array([[1.0, 2], [3, 4], [5, 6], [7, 8], [9, 10]])
    measure = measure_settings(["a", "a"], normalisation="data")
    answers, plan, table, _ = scored(levels, book, measure)
    codes = cut(table["index"].to_numpy(float), class_sizes(5, SHARES))
    found = answer_flips(table, codes, answers, book, plan, measure, SHARES)
    checked = tables.check(found, "answer_flips")
    assert len(checked) and checked[["steps", "items", "class_to"]].isna().all(axis=None)


def test_steps_stay_within_the_bounds_of_the_data():
    scale = (0, 1, 2, 3, 4)
    book = codebook([scale, scale], ["a", "b"])
    levels = np.array([[0.0, 0], [1, 1], [2, 1], [2, 2], [2, 3]])
    measure = measure_settings(["a", "b"], normalisation="data")
    answers, plan, table, _ = scored(levels, book, measure)
    codes = cut(table["index"].to_numpy(float), class_sizes(5, SHARES))
    found = answer_flips(table, codes, answers, book, plan, measure, SHARES)
    assert "q0:" in " ".join(found["items"].dropna())
    for step in " ".join(found["items"].dropna()).split():
        assert float(step.split(">")[1]) <= (2 if step.startswith("q0") else 3)
