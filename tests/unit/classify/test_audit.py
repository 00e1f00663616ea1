import numpy as np
import pytest

from barometre import tables
from barometre.classify import audit
from barometre.classify.audit import class_shares, fixed_share_mixtures, natural_test, split_audit
from barometre.classify.ordered import class_sizes, cut

SHARES = np.array([0.3, 0.5, 0.2])
SETTINGS = {
    "shares": {"lagging": 0.3, "transition": 0.5, "mature": 0.2},
    "shares_from": "published",
}


def sample(rng, n, apart, shares=SHARES):
    return 50 + 10 * apart * rng.choice(3, size=n, p=shares) + 10 * rng.normal(size=n)


@pytest.fixture
def study():
    index = np.append(sample(np.random.default_rng(5), 39, 1.5), np.nan)
    return index, cut(index, class_sizes(39, SETTINGS["shares"]))


def test_forced_rows_have_neither_test_nor_interval(study):
    rng = np.random.default_rng(1)
    shares = tables.check(class_shares(*study, SETTINGS, rng), "class_shares")
    table = tables.check(split_audit(*study, SETTINGS, rng), "split_audit").set_index("rule")
    forced = shares[shares["rule"] == "index_cut"]
    assert forced[["share_low", "share_high"]].isna().all(axis=None)
    assert forced["n"].tolist() == [12, 19, 8]
    assert table.loc["index_cut", ["test", "p_value"]].isna().all()
    assert table.loc["index_cut", "sizes"] == "12/19/8"
    assert table.loc["index_cut", "printable"] == "nearest five"
    assert "70 % by construction" in table.loc["index_cut", "note"]
    free = shares[shares["rule"] == "kmeans_index"]
    assert (free["share_low"] <= free["share"]).all()
    assert (free["share"] <= free["share_high"]).all()
    assert 0 < table.loc["kmeans_index", "p_value"] <= 1
    assert shares["published_share"].tolist() == [0.3, 0.5, 0.2] * 2


def test_borrowed_shares_are_not_shown_as_published(study):
    borrowed = {**SETTINGS, "shares_from": "borrowed"}
    shares = class_shares(*study, borrowed, np.random.default_rng(1))
    assert shares["published_share"].isna().all()
    table = split_audit(*study, borrowed, np.random.default_rng(1))
    assert table["note"].str.contains("borrowed").all()


def test_ties_at_a_cut_are_told():
    index = np.array([10.0, 20, 20, 20, 50, 60, 70, 80, 90, 95])
    codes = cut(index, class_sizes(10, SETTINGS["shares"]))
    table = split_audit(index, codes, SETTINGS, np.random.default_rng(1))
    assert "3 units with equal indices" in table["note"].iloc[0]


def test_constant_index_has_no_free_classes():
    index = np.full(10, 40.0)
    codes = cut(index, class_sizes(10, SETTINGS["shares"]))
    assert class_shares(index, codes, SETTINGS, np.random.default_rng(1))["rule"].nunique() == 1
    assert len(split_audit(index, codes, SETTINGS, np.random.default_rng(1))) == 1


def test_mixture_with_fixed_weights_finds_the_groups():
    studies = sample(np.random.default_rng(2), 4000, 4)[None]
    means, deviation = fixed_share_mixtures(studies, SHARES)
    assert means[0] == pytest.approx([50, 90, 130], abs=1)
    assert deviation[0] == pytest.approx(10, abs=0.5)
    flat, _ = fixed_share_mixtures(np.random.default_rng(2).exponential(size=50)[None], SHARES)
    assert (np.diff(flat[0]) >= 0).all()


def test_many_studies_at_once_are_each_as_alone():
    rng = np.random.default_rng(6)
    studies = np.stack([sample(rng, 30, apart) for apart in (0, 1, 4)])
    means, deviations = fixed_share_mixtures(studies, SHARES)
    for row, study in enumerate(studies):
        alone, deviation = fixed_share_mixtures(study[None], SHARES)
        assert means[row] == pytest.approx(alone[0], abs=1e-12)
        assert deviations[row] == pytest.approx(deviation[0], abs=1e-12)


def test_isotonic_step_equals_scipy():
    from scipy.optimize import isotonic_regression

    rng = np.random.default_rng(7)
    weights, values = rng.uniform(0.1, 3, (50, 3)), rng.normal(size=(50, 3))
    found = audit._isotonic(values * weights, weights)
    for row in range(50):
        wanted = isotonic_regression(values[row], weights=weights[row]).x
        assert found[row] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("apart", [0.5, 1.5, 3])
def test_size_where_the_shares_are_right(apart):
    """At most 6 % plus two Monte Carlo errors over 150 planted studies of 39 units."""
    rng = np.random.default_rng(11)
    small = [natural_test(sample(rng, 39, apart), SHARES, 199, rng)[0] <= 0.05 for _ in range(150)]
    assert np.mean(small) <= 0.06 + 2 * np.sqrt(0.06 * 0.94 / 150)


def test_power_where_the_shares_are_wrong():
    rng = np.random.default_rng(12)
    other = np.array([0.1, 0.2, 0.7])
    small = [
        natural_test(sample(rng, 60, 6, other), SHARES, 199, rng)[0] <= 0.05 for _ in range(40)
    ]
    assert np.mean(small) > 0.8
