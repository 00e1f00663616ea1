"""The production rules find again what was planted: read, clean, score, regress, many times."""

from dataclasses import replace

import numpy as np
import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.classify import ordered
from barometre.measure import consistency
from barometre.simulate import command, ey
from tests.unit.simulate.made import RAW, walk

SEEDS = range(100, 130)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recovery")
    return [walk("ey-2018", seed, folder) for seed in SEEDS]


def test_the_index_follows_the_truth(walked):
    apart = []
    for one in walked:
        truth = one.simulated.truth.set_index("unit_id")
        found = one.index.reindex(truth.index)
        assert np.corrcoef(found, truth["expected_index"])[0, 1] > 0.9
        assert np.corrcoef(found, truth["maturity"])[0, 1] > 0.7
        apart.append((found - truth["expected_index"]).mean())
    # No bias: the mean error over all units and studies is far below a point.
    assert abs(np.mean(apart)) < 0.5


@pytest.mark.parametrize("predictor", ["age_first_epci", "earliness_strategy"])
def test_intervals_cover_the_planted_slope(walked, predictor):
    covered, errors = [], []
    for one in walked:
        planted = one.simulated.planted.set_index("predictor")["total_slope_points_per_year"]
        estimate, low, high, _ = one.slope(predictor)
        covered.append(low <= planted[predictor] <= high)
        errors.append(estimate - planted[predictor])
    # 30 studies at 95 %: fewer than 26 covered has a chance of 1 in 63 under the rules.
    assert sum(covered) >= 26
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(len(errors))


def test_slopes_have_the_planted_sign(walked):
    assert all(one.slope("earliness_strategy")[0] > 0 for one in walked)
    # The smaller slope of age may turn in a single study of 30 units, not in the mean of many.
    ages = np.array([one.slope("age_first_epci")[0] for one in walked])
    assert ages.mean() > 3 * ages.std(ddof=1) / np.sqrt(len(ages))


def test_classes_stand_in_the_order_of_true_maturity(walked):
    shares = study.load(RAW / "ey-2018")["classify"]["shares"]
    for one in walked:
        codes = ordered.cut(one.index.to_numpy(), ordered.class_sizes(len(one.index), shares))
        truth = one.simulated.truth.set_index("unit_id")["maturity"].reindex(one.index.index)
        means = [truth[codes == code].mean() for code in range(len(study.CLASSES))]
        assert means == sorted(means)


def test_statements_of_a_theme_agree_as_planted(walked, tmp_path):
    scored = codebooks.load(RAW / "ey-2018").scored()
    for one in [walk("ey-2018", command.SEED, tmp_path), *walked]:
        wide = one.laid_out.responses.pivot(index="unit_id", columns="item", values="level")
        for theme, items in scored.groupby("theme").groups.items():
            complete = wide[list(items)].dropna().to_numpy()
            assert consistency.alpha(np.cov(complete, rowvar=False)) > 0.7, theme


def test_earliness_is_found_more_often_than_not(walked):
    assert sum(one.slope("earliness_strategy")[3] < 0.05 for one in walked) > 15


def test_nothing_planted_is_rarely_found(monkeypatch, tmp_path):
    nothing = replace(ey.PLANTED, slopes=dict.fromkeys(ey.PLANTED.slopes, 0.0))
    monkeypatch.setattr(ey, "PLANTED", nothing)
    found = [walk("ey-2018", seed, tmp_path).slope("earliness_strategy")[3] for seed in SEEDS]
    # At 5 %, more than 4 of 30 have a chance of 1 in 63.
    assert sum(p_value < 0.05 for p_value in found) <= 4


def test_ten_units_hold_the_planted_slopes_and_zero(tmp_path):
    one = walk("syntec-2020", command.SEED, tmp_path)
    planted = one.simulated.planted.set_index("predictor")["total_slope_points_per_year"]
    for predictor, slope in planted.items():
        _, low, high, _ = one.slope(predictor)
        assert low < 0 < slope < high
