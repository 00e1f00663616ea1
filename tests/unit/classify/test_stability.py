import itertools

import numpy as np
import pytest

from barometre import tables
from barometre.classify.exchange import free_partition
from barometre.classify.ordered import class_sizes, cut
from barometre.classify.space import Space
from barometre.classify.stability import (
    class_stability,
    cluster_jaccard,
    cut_codes,
    free_jaccard,
    jaccard_matrix,
    resampled_jaccard,
    sized_codes,
    subsets,
)

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}


def cut_jaccard(values, drawn):
    present = np.zeros((len(drawn), len(values)), dtype=bool)
    np.put_along_axis(present, drawn, True, axis=1)
    whole = cut(values, class_sizes(len(values), SHARES))
    return resampled_jaccard(whole, cut_codes(values, SHARES, present))


@pytest.mark.parametrize("n", [10, 39])
def test_vectorised_cut_equals_the_plain_loop(n):
    rng = np.random.default_rng(n)
    values = rng.integers(0, 30, n).astype(float)
    drawn = rng.integers(0, n, (60, n))
    kept = [draw for draw in drawn if len(np.unique(draw)) >= 3]

    def rule(points):
        order = np.argsort(points[:, 1], kind="stable")
        codes = np.empty(len(points), dtype=int)
        codes[order] = cut(points[order, 0], class_sizes(len(points), SHARES))
        return codes

    points = np.column_stack([values, np.arange(n)])
    plain = cluster_jaccard(points, rule, np.array(kept), 3)
    assert np.allclose(cut_jaccard(values, np.array(kept)), plain, atol=1e-12)


def test_resample_of_too_few_units_counts_as_lost():
    values = np.arange(5.0)
    drawn = np.array([[0, 0, 0, 1, 1], [0, 1, 2, 3, 4]])
    assert cut_jaccard(values, drawn).tolist() == [[0, 0, 0], [1, 1, 1]]


def test_ordered_matching_is_one_to_one_and_never_above_greedy():
    rng = np.random.default_rng(3)
    points = rng.normal(size=(40, 1))

    def thirds(part):
        return cut(part[:, 0], class_sizes(len(part), dict.fromkeys(SHARES, 1 / 3)))

    drawn = rng.integers(0, 40, (50, 40))
    ordered = cluster_jaccard(points, thirds, drawn, 3)
    greedy = cluster_jaccard(points, thirds, drawn, 3, "greedy")
    assert (ordered <= greedy + 1e-12).all()


def test_jaccard_matrix_by_hand():
    one, two = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])
    assert jaccard_matrix(one, two, 2).tolist() == [[2 / 3, 1 / 5], [0, 2 / 3]]
    for first, second in itertools.product(range(3), repeat=2):
        whole = jaccard_matrix(one, two, 3)
        assert whole[first, second] == 0 if 2 in (first, second) else True


def stability(values, rng):
    codes = cut(values, class_sizes(len(values), SHARES))
    return class_stability(values, codes, SHARES, rng)


def test_halves_have_half_of_the_units_and_at_least_one_per_class():
    assert set(subsets(41, 50, np.random.default_rng(1)).sum(1)) == {20}
    assert set(subsets(4, 50, np.random.default_rng(1)).sum(1)) == {3}


def test_theme_space_on_resamples_of_one_theme_is_the_cut():
    values = np.random.default_rng(2).normal(50, 20, 30)
    sizes = tuple(class_sizes(30, SHARES).values())
    space = Space(values, values[:, None], 0, sizes)
    labels = sized_codes(space, SHARES, np.random.default_rng(3))
    assert (labels == cut_codes(values, SHARES, labels >= 0)).all()
    assert (labels < 0).any()


def test_clear_classes_are_stable_and_the_table_meets_its_contract():
    rng = np.random.default_rng(8)
    clear = np.concatenate([rng.normal(m, 1, size) for m, size in ((10, 30), (50, 50), (90, 20))])
    found, labels = stability(clear, rng)
    tables.check(found, "class_stability")
    blurred, _ = stability(rng.normal(size=100), rng)
    assert labels["index_cut"].shape == (1000, 100)
    assert (found["together_within"] > found["together_between"]).all()
    assert found["class"].tolist() == ["lagging", "transition", "mature"]
    assert (found["jaccard_low"] <= found["jaccard_mean"]).all()
    assert (found["jaccard_mean"] <= found["jaccard_high"]).all()
    assert found["jaccard_mean"].mean() > 0.85
    assert blurred["jaccard_mean"].max() <= 1


def test_all_resamples_at_once_are_each_as_alone():
    rng = np.random.default_rng(9)
    points = rng.normal(size=(24, 3)) + 4 * rng.choice(3, 24)[:, None]
    drawn = rng.integers(0, 24, (40, 24))

    def cluster(chosen):
        return free_partition(chosen, 3, 30, np.random.default_rng(1))[0]

    alone = cluster_jaccard(points, cluster, drawn, 3, "greedy")
    together = free_jaccard(points, cluster(points), drawn, 3, 30, np.random.default_rng(2))
    assert together == pytest.approx(alone, abs=1e-12)
