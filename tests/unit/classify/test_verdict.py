import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.classify import verdict as verdict_module
from barometre.classify.exchange import sized_partition
from barometre.classify.ordered import class_sizes, cut, cut_chances
from barometre.classify.space import Space
from barometre.classify.stability import class_stability, sized_codes
from barometre.classify.verdict import theme_chances, verdict, verdict_table
from barometre.draws import Draws
from barometre.measure import scoring
from barometre.measure.posterior import posterior_draws
from tests.unit.measure import made

from .made import SHARES

STABLE, SHAKY = np.array([0.9, 0.8, 0.76]), np.array([0.95, 0.9, 0.75])


@pytest.mark.parametrize(
    ("n", "jaccard", "rule", "said"),
    [
        (10, STABLE, "index_cut", "Up to about 40"),
        (40, STABLE, "index_cut", "Up to about 40"),
        (41, STABLE, "index_cut", "neither rule is settled"),
        (99, STABLE, "index_cut", "neither rule is settled"),
        (100, STABLE, "sized_themes", "lowest Jaccard is 0.76"),
        (100, SHAKY, "index_cut", "not above .75"),
        (500, None, "index_cut", "only rule"),
    ],
)
def test_the_rule_hangs_on_n_and_on_the_least_stable_class(n, jaccard, rule, said):
    found, reason, reason_fr = verdict(n, jaccard)
    assert found == rule and said in reason and reason_fr != reason


def planted(n, apart, noise, seed=3):
    rng = np.random.default_rng(seed)
    sizes = tuple(class_sizes(n, SHARES).values())
    group = rng.permutation(np.repeat([0, 1, 2], sizes))
    true = 20 + apart * group[:, None] + 4 * rng.normal(size=(n, 4))
    points = true + noise * rng.normal(size=true.shape)
    return Space(points.mean(1), points, 0, sizes, tuple("abcd"), np.ones(4)), true, sizes


def test_clear_theme_classes_of_many_units_are_the_verdict_and_of_few_are_not():
    for n, rule in ((120, "sized_themes"), (30, "index_cut")):
        space, _, sizes = planted(n, 25, 3)
        codes = cut(space.index, sizes)
        _, labels = class_stability(space.index, codes, SHARES, np.random.default_rng(1))
        labels["sized_themes"] = sized_codes(space, SHARES, np.random.default_rng(1))
        table = tables.check(
            verdict_table({"index_cut": codes, "sized_themes": codes}, labels), "class_verdict"
        )
        assert table.loc[table["is_verdict"], "rule"].tolist() == [rule]
        assert (table["differ"] == 0).all() and table["reason"].notna().sum() == 1


def test_chances_are_those_of_the_same_rule_on_the_draws():
    """Draws that all equal the scores give certainty; spread-out ones do not."""
    space, _, sizes = planted(60, 25, 3)
    codes = cut(space.index, sizes)
    units = pd.Series([f"u{place:02d}" for place in range(60)])
    rng = np.random.default_rng(5)

    def drawn(spread):
        scores = space.points + spread * rng.normal(size=(40, *space.points.shape))
        return Draws(units.to_numpy(), np.array(space.themes), scores.mean(2), scores)

    sure = theme_chances(space, codes, units, drawn(0.0), np.random.default_rng(1))
    assert set(np.unique(sure)) == {0.0, 1.0} and sure.sum(1) == pytest.approx(np.ones(60))
    wide = theme_chances(space, codes, units, drawn(40.0), np.random.default_rng(1))
    assert wide.max(1).mean() < 0.9
    # On one dimension the rule is the cut, whose chances are counted by another function.
    flat = Space(space.index, space.index[:, None], 0, sizes, ("a",), np.ones(1))
    draws = drawn(40.0)
    line = Draws(draws.units, np.array(["a"]), draws.index, draws.index[:, :, None])
    found = theme_chances(flat, codes, units, line, np.random.default_rng(1))
    assert found == pytest.approx(cut_chances(draws.index, dict(zip(SHARES, sizes, strict=True))))


def test_stated_chances_are_kept_on_planted_studies(monkeypatch):
    """Of the classes to which p is given, a share p is what the rule gives on the true scores."""
    monkeypatch.setattr(verdict_module, "DRAWS", 100)
    stated, right = [], []
    for replicate in range(8):
        rng = np.random.default_rng([11, replicate])
        sizes = [4] * 5
        levels, true_themes, truth = made.planted(rng, 100, sizes, 0.7)
        terms = made.settings(5)
        plan = scoring.structure(made.codebook(sizes), terms, made.responses(levels))
        shown = np.ones(levels.shape, dtype=bool)
        themes, index = scoring.score(levels, shown, plan, terms)
        items = scoring.item_scores(levels, plan)
        units = np.arange(100)
        draws = posterior_draws(items[None], items, units >= 0, plan, units, 100, rng)
        rule = tuple(class_sizes(100, SHARES).values())
        space = Space(index, themes, 0, rule, tuple(plan.themes), np.ones(5))
        codes, _ = sized_partition(themes, index, rule, 10, rng)
        true, _ = sized_partition(true_themes, truth, rule, 10, rng)
        stated.append(theme_chances(space, codes, pd.Series(units), draws, rng))
        right.append(true[:, None] == np.arange(3))
    stated, right = np.concatenate(stated).ravel(), np.concatenate(right).ravel()
    for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01)):
        inside = (stated >= low) & (stated < high)
        assert inside.sum() > 100
        assert right[inside].mean() == pytest.approx(stated[inside].mean(), abs=0.06)
