import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre.classify.ordered import class_names, class_sizes, class_table, cut, cut_values
from barometre.draws import Draws
from barometre.errors import StudyError

EY = {"mature": 0.2, "transition": 0.5, "lagging": 0.3}


def table(index):
    units = [f"u{unit:02d}" for unit in range(len(index))]
    return pd.DataFrame({"unit_id": units, "name": units, "index": index})


def draws_of(matrix):
    units = np.array([f"u{unit:02d}" for unit in range(matrix.shape[1])])
    return Draws(units, np.array(["t"]), matrix, matrix[:, :, None])


@pytest.mark.parametrize(
    ("n", "sizes"),
    [(39, (12, 19, 8)), (10, (3, 5, 2)), (22, (7, 11, 4)), (18, (5, 9, 4)), (3, (1, 1, 1))],
)
def test_sizes_by_largest_remainder(n, sizes):
    assert tuple(class_sizes(n, EY).values()) == sizes
    assert list(class_sizes(n, EY)) == ["lagging", "transition", "mature"]


@given(
    st.integers(3, 3000),
    st.tuples(*[st.floats(0.05, 1)] * 3).map(lambda raw: [part / sum(raw) for part in raw]),
)
def test_sizes_add_up_and_stay_within_one_of_the_share(n, shares):
    sizes = class_sizes(n, dict(zip(EY, shares, strict=True)))
    assert sum(sizes.values()) == n
    for name, share in zip(EY, shares, strict=True):
        assert abs(sizes[name] - n * share) < 1


def test_too_few_units_and_wrong_shares_are_said():
    with pytest.raises(StudyError, match="2 units"):
        class_sizes(2, EY)
    with pytest.raises(StudyError, match="sum to 1.1"):
        class_sizes(10, {**EY, "mature": 0.3})


scores = st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=6, max_size=30).filter(
    lambda values: sum(value is not None for value in values) >= 3
)


@given(scores)
def test_cut_invariants(values):
    index = np.array([np.nan if value is None else float(value) for value in values])
    known = ~np.isnan(index)
    sizes = class_sizes(int(known.sum()), EY)
    codes = cut(index, sizes)
    assert (codes[~known] == -1).all()
    assert tuple(np.bincount(codes[known], minlength=3)) == tuple(sizes.values())
    for low, high in itertools.combinations(range(3), 2):
        if sizes["lagging"] and (codes == low).any() and (codes == high).any():
            assert index[codes == low].max() <= index[codes == high].min()
    rising = cut(index * 3 + 7, sizes)
    assert (rising == codes).all()


@given(scores)
def test_ties_go_by_unit_order(values):
    index = np.array([np.nan if value is None else float(value) for value in values])
    codes = cut(index, class_sizes(int((~np.isnan(index)).sum()), EY))
    for value in set(index[~np.isnan(index)]):
        assert (np.diff(codes[index == value]) >= 0).all()


def test_cut_works_on_leading_axes():
    index = np.array([[1, 2, np.nan, 3, 3], [5, 4, np.nan, 3, 3.0]])
    assert cut(index, (1, 2, 1)).tolist() == [[0, 1, -1, 1, 2], [2, 1, -1, 0, 1]]
    with pytest.raises(ValueError, match="do not add up"):
        cut(index, (1, 1, 1))


def smallest_over_all_partitions(values, sizes):
    """Brute force over every labelled partition with these sizes and ordered means."""
    n = len(values)
    lower = np.array(list(itertools.combinations(range(n), sizes[0])))
    below = np.zeros((len(lower), n), dtype=bool)
    np.put_along_axis(below, lower, True, axis=1)
    inner = np.array(list(itertools.combinations(range(n - sizes[0]), sizes[1])))
    best = np.inf
    for row in below:
        rest = values[~row]
        middle = rest[inner].sum(1)
        sums = np.stack([np.full(len(inner), values[row].sum()), middle, rest.sum() - middle])
        means = sums / np.array(sizes)[:, None]
        ordered = (np.diff(means, axis=0) >= -1e-12).all(0)
        within = (values**2).sum() - (sums**2 / np.array(sizes)[:, None]).sum(0)
        best = min(best, within[ordered].min(initial=np.inf))
    return best


@pytest.mark.parametrize("n", [6, 9, 12, 14])
@pytest.mark.parametrize("kind", ["smooth", "skewed", "tied"])
def test_the_cut_is_the_optimum_of_size_constrained_kmeans(n, kind):
    rng = np.random.default_rng(n)
    values = {
        "smooth": rng.normal(50, 10, n),
        "skewed": rng.exponential(10, n) ** 1.5,
        "tied": rng.integers(0, 5, n) * 20.0,
    }[kind]
    sizes = tuple(class_sizes(n, EY).values())
    codes = cut(values, sizes)
    within = sum(((values[codes == c] - values[codes == c].mean()) ** 2).sum() for c in range(3))
    assert within == pytest.approx(smallest_over_all_partitions(values, sizes), abs=1e-8)


def test_cut_values_lie_between_neighbours():
    index = np.array([10.0, 20, 30, np.nan, 44])
    assert cut_values(index, np.array([0, 1, 1, -1, 2])).tolist() == [15, 37]
    assert np.isnan(cut_values(index, np.array([0, 0, 0, -1, 2]))).all()


def test_probabilities_are_the_shares_of_the_draws():
    index = np.array([10.0, 50, np.nan, 90])
    matrix = np.array([[10, 50, np.nan, 90], [60, 50, np.nan, 90], [10, 50, np.nan, 90.0]])
    settings = {"shares": dict.fromkeys(EY, 1 / 3), "borderline": 0.8}
    found, codes = class_table(table(index), draws_of(matrix), settings)
    assert found["class"].tolist() == ["lagging", "transition", "unknown", "mature"]
    assert found["class"].tolist() == class_names(codes)
    assert found["p_lagging"].tolist()[:2] == pytest.approx([2 / 3, 1 / 3])
    assert found["p_mature"].iloc[3] == 1
    assert found.loc[2, ["p_lagging", "p_mature", "borderline"]].isna().all()
    assert found["borderline"].tolist()[:2] == [True, True]
    assert not found["borderline"].iloc[3]


def test_draws_of_other_units_are_refused():
    index = np.array([10.0, 50, 20, 90])
    settings = {"shares": EY, "borderline": 0.8}
    with pytest.raises(ValueError, match="u03"):
        class_table(table(index), draws_of(np.ones((5, 3))), settings)
    with pytest.raises(ValueError, match="no index"):
        class_table(table(index), draws_of(np.full((5, 4), np.nan)), settings)


def test_a_class_that_another_is_likelier_than_is_borderline():
    index = np.array([10.0, 11, 90])
    matrix = np.tile([30.0, 20, 90], (10, 1))
    settings = {"shares": dict.fromkeys(EY, 1 / 3), "borderline": 0.8}
    found, _ = class_table(table(index), draws_of(matrix), settings)
    assert found["p_transition"].iloc[0] == 1 and found["class"].iloc[0] == "lagging"
    assert found["borderline"].tolist() == [True, True, False]
