"""Every option of `measure` by hand, and what it does to the room's tables."""

import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.errors import StudyError
from barometre.measure import scoring
from barometre.measure.index import measure
from tests.unit.measure import made

NAN = np.nan
CLASSIFY = {"shares": {"lagging": 0.3, "transition": 0.5, "mature": 0.2}}


def scored(levels, sizes, book=None, units=None, states=None, **changes):
    levels = np.asarray(levels, float)
    terms = made.settings(len(sizes), **changes)
    answers = made.responses(levels, states)
    plan = scoring.structure(book or made.codebook(sizes), terms, answers, units)
    _, given, shown = scoring.level_matrix(answers, plan)
    return scoring.score(given, shown, plan, terms)


def measured(levels, sizes, book=None, units=None, **changes):
    levels = np.asarray(levels, float)
    return measure(
        made.responses(levels), made.units(len(levels)) if units is None else units,
        book or made.codebook(sizes), made.settings(len(sizes), **changes), CLASSIFY,
        draws=300, seed=1, study="made",
    )  # fmt: skip


def planted(n=39, sizes=(4, 4, 4), missing=0.0, seed=3):
    return made.planted(np.random.default_rng(seed), n, list(sizes), missing=missing)[0]


# Normalisation


def test_zscores_have_mean_50_and_deviation_10():
    levels = planted()
    themes, _ = scored(levels, [4, 4, 4], normalisation="zscore")
    z = 50 + 10 * (levels - levels.mean(0)) / levels.std(0, ddof=1)
    assert themes[:, 0] == pytest.approx(z[:, :4].mean(1))


def test_rank_runs_from_last_to_first_and_equal_answers_share_it():
    themes, _ = scored([[0], [3], [3], [5]], [1], normalisation="rank")
    assert themes[:, 0] == pytest.approx([0, 50, 50, 100])


def test_percentile_is_the_mid_rank():
    themes, _ = scored([[0], [3], [3], [5]], [1], normalisation="percentile")
    assert themes[:, 0] == pytest.approx([12.5, 50, 50, 87.5])


def test_a_level_beyond_five_deviations_is_refused_as_a_zscore():
    levels = np.zeros((40, 1))
    levels[0] = 5
    with pytest.raises(StudyError, match="beyond 5 standard deviations.*percentile"):
        scored(levels, [1], normalisation="zscore")


@pytest.mark.parametrize("how", ["zscore", "rank", "percentile"])
def test_relative_scores_have_classes_but_no_interval(how):
    found = measured(planted(missing=0.1), [4, 4, 4], normalisation=how)
    index = tables.check(found.index, "index")
    blank = ["index_low", "index_high", "range_low", "range_high"]
    assert index[blank].isna().all(axis=None)
    assert index["note"].str.contains("no interval").all()
    assert index["note_fr"].str.contains("ni intervalle").all()
    assert tables.check(found.theme_scores, "theme_scores")["low"].isna().all()
    assert not np.isnan(found.draws.index).any() and (found.draws.index.std(0) > 0).all()
    assert found.sensitivity["total"].notna().any()


# Aggregation


@pytest.mark.parametrize(
    ("how", "mean"),
    [
        ({"aggregation": "geometric"}, np.sqrt(20 * 80)),
        ({"aggregation": "harmonic"}, 2 / (1 / 20 + 1 / 80)),
        ({"aggregation": "generalised", "power": 2}, np.sqrt((20**2 + 80**2) / 2)),
        ({"aggregation": "geometric", "offset": 1}, (np.sqrt(20.8 * 80.2) - 1) / 0.99),
    ],
)
def test_means_of_two_themes(how, mean):
    _, index = scored([[1, 4]], [1, 1], **how)
    assert index[0] == pytest.approx(mean)


def test_means_are_ordered_by_their_power():
    levels = planted() * 0.8 + 1
    settings = [{"aggregation": "generalised", "power": p} for p in (-3, -0.5, 0.5, 3)]
    found = [scored(np.round(levels), [4, 4, 4], **one)[1] for one in settings]
    assert (np.diff(found, axis=0) >= -1e-9).all()


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
def test_a_zero_is_refused_with_what_to_do(how):
    levels = planted()
    levels[7, 4:8] = 0
    with pytest.raises(
        StudyError, match="unit 'u0007' scores 0 on theme 't1'.*measure.offset to 1"
    ):
        measured(levels, [4, 4, 4], aggregation=how)
    found = measured(levels, [4, 4, 4], aggregation=how, offset=1)
    tables.check(found.index, "index")


def test_index_and_themes_of_a_draw_agree_under_any_mean():
    levels = np.maximum(planted(missing=0.1), 1)
    for how in ({"aggregation": "harmonic"}, {"aggregation": "generalised", "power": 0.5}):
        draws = measured(levels, [4, 4, 4], **how).draws
        power = how.get("power", -1)
        themes = draws.theme_scores.astype(float)
        with np.errstate(divide="ignore"):
            mean = (themes**power).mean(-1) ** (1 / power)
        np.testing.assert_allclose(mean, draws.index, atol=1e-3)


def test_the_draws_of_a_mean_lie_where_the_index_is():
    """The repeated update brings themes to the index that was drawn for them."""
    found = measured(np.maximum(planted(n=101), 1), [4, 4, 4], aggregation="geometric")
    shift = found.draws.index.mean(0) - found.index["index"]
    assert abs(shift.mean()) < 0.5


def test_the_own_mean_is_in_the_range():
    found = measured(np.maximum(planted(), 1), [4, 4, 4], aggregation="harmonic").index
    assert (found["range_low"] <= found["index"]).all()
    assert (found["index"] <= found["range_high"]).all()


# Outliers and denominators


def numbers(*kinds):
    book = made.codebook([len(kinds)])
    book.items["kind"], book.items["scale"] = list(kinds), ""
    return book


SKEWED = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000])[:, None]


def test_winsorising_gives_an_outlier_the_value_of_its_neighbour():
    themes, _ = scored(SKEWED, [1], book=numbers("number"), normalisation="data",
                       outliers="winsorise")  # fmt: skip
    assert themes[:, 0] == pytest.approx([*(100 * np.arange(9) / 8), 100])


def test_the_logarithm_is_that_of_the_handbook():
    themes, _ = scored(SKEWED, [1], book=numbers("number"), normalisation="data", outliers="log")
    logs = np.log(SKEWED[:, 0] - 1 + 0.01 * 999)
    assert themes[:, 0] == pytest.approx(100 * (logs - logs[0]) / (logs[-1] - logs[0]))


def test_what_has_no_outliers_is_left_alone():
    calm = np.arange(10.0)[:, None]
    plain, _ = scored(calm, [1], book=numbers("number"), normalisation="data")
    for how in ("winsorise", "log"):
        found, _ = scored(calm, [1], book=numbers("number"), normalisation="data", outliers=how)
        np.testing.assert_array_equal(found, plain)


def test_outliers_of_answer_scales_are_refused():
    with pytest.raises(StudyError, match=r"measure\.outliers.*no scored item is a number"):
        scored(planted(), [4, 4, 4], outliers="winsorise")


def test_too_many_outliers_for_winsorising_is_one_sentence():
    levels = np.concatenate([np.zeros(200), 10.0 ** np.arange(3, 15)])[:, None]
    with pytest.raises(StudyError, match="item 'i000' has outliers even with 11 of its 212"):
        scored(levels, [1], book=numbers("number"), normalisation="data", outliers="winsorise")


def test_counts_per_inhabitant():
    levels = np.array([[10.0], [10.0], [40.0], [NAN]])
    units = made.units(4).assign(population=[100, 200, 100, 50])
    book = numbers("count")
    themes, _ = scored(levels, [1], book=book, units=units, normalisation="data",
                       denominators={"i000": "population"})  # fmt: skip
    assert themes[:3, 0] == pytest.approx([100 * 0.05 / 0.35, 0, 100]) and np.isnan(themes[3, 0])
    found = measured(np.tile(levels[:3], (1, 1)), [1], book=book, units=units[:3],
                     normalisation="data", denominators={"i000": "population"})  # fmt: skip
    assert found.index["index"].tolist() == pytest.approx(themes[:3, 0].tolist())


def test_an_item_may_divide_another():
    levels = np.array([[1.0, 2.0], [9.0, 3.0], [4.0, 2.0]])
    book = numbers("number", "number")
    book.items.loc["i001", "role"] = "measure"
    themes, _ = scored(levels, [1], book=book, normalisation="data",
                       denominators={"i000": "i001"})  # fmt: skip
    assert themes[:, 0] == pytest.approx([0, 100, 60])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"denominators": {"i000": "nobody"}}, "'nobody' is neither an item"),
        ({"denominators": {"zz": "population"}}, "'zz' is no scored item"),
        ({"denominators": {"i000": "staff"}}, "unit 'u0001' has 'staff' 0"),
        ({"denominators": {"i000": "name"}}, "column 'name' of units.csv holds no number"),
        ({"denominators": {"i001": "population"}}, "only items of kind number and count"),
        ({"denominators": {"i000": "population"}, "normalisation": "scale"}, "no bounds of its"),
    ],
)
def test_denominators_that_cannot_be(changes, said):
    book = numbers("number", "number")
    book.items.loc["i001", "kind"], book.items.loc["i001", "scale"] = "scale", "six"
    units = made.units(3).assign(population=[1, 2, 3], staff=[1, 0, 1])
    terms = {"normalisation": "data", **changes}
    with pytest.raises(StudyError, match=said):
        scored([[1, 0], [2, 3], [3, 5]], [2], book=book, units=units, **terms)


# Staged


def test_a_level_counts_only_when_all_below_are_met():
    levels = [[5, 5, 3], [4, 5, 5], [5, 0, 5], [NAN, 5, 0]]
    themes, _ = scored(levels, [3], staged=True, minimum_answered=0)
    assert themes[:3, 0] == pytest.approx([100 * 13 / 15, 100 * 4 / 15, 100 * 5 / 15])
    # Above an unanswered stage only what counts nothing anyway is known.
    assert themes[3, 0] == 0


def test_a_stage_hidden_behind_one_that_is_not_met_counts_nothing():
    states = [["answered", "not_shown"], ["answered", "not_shown"]]
    themes, _ = scored([[2, NAN], [5, NAN]], [2], states=states, staged=True)
    assert themes[:, 0] == pytest.approx([20, 100])


def test_only_the_named_themes_are_staged():
    themes, _ = scored([[0, 5, 0, 5]], [2, 2], staged=["t1"])
    assert themes[0] == pytest.approx([50, 0])


def test_staged_themes_have_no_interval_and_say_why():
    found = measured(planted(missing=0.1), [4, 4, 4], staged=["t0"])
    rows = tables.check(found.theme_scores, "theme_scores")
    staged = rows["theme"] == "t0"
    assert rows.loc[staged, "low"].isna().all() and rows.loc[~staged, "low"].notna().all()
    assert rows.loc[staged, "note"].str.contains("stages").all()
    assert tables.check(found.index, "index")["index_low"].notna().all()
    whole = measured(planted(missing=0.1), [4, 4, 4], staged=True)
    assert whole.index["index_low"].isna().all() and whole.index["note_fr"].notna().all()
    assert (whole.draws.index.std(0) > 0).any()


def test_stages_without_order_are_refused():
    with pytest.raises(
        StudyError, match="item 'i000' of the staged theme 't0' is of kind 'number'"
    ):
        scored([[1, 2], [2, 3]], [2], book=numbers("number", "number"), normalisation="data",
               staged=True)  # fmt: skip
    with pytest.raises(StudyError, match="theme 't1' has one scored item"):
        scored([[1, 2, 3]], [2, 1], staged=["t1"])
    with pytest.raises(StudyError, match="no theme has two scored items"):
        scored([[1, 2]], [1, 1], staged=True)


def test_a_stage_that_nobody_reaches_cannot_be_ranked():
    with pytest.raises(StudyError, match="'i001'.*no unit meets the stages below it.*'scale'"):
        scored([[1, 5], [2, 3], [4, 4]], [2], normalisation="rank", staged=True)


# Everything together


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": "pca", "aggregation": "geometric", "offset": 1},
        {"weights": "entropy", "normalisation": "percentile"},
        {"weights": "benefit_of_doubt", "staged": ["t0"]},
        {"normalisation": "zscore", "aggregation": "harmonic"},
        {"normalisation": "rank", "staged": ["t2"]},
    ],
)
def test_options_stand_together(changes):
    levels = planted(n=60, missing=0.1, seed=5)
    levels[:20, 8:11] = 5  # so that some reach the last stage of t2
    one, two = (measured(levels, [4, 4, 4], **changes) for _ in range(2))
    for name in ("index", "theme_scores", "theme_weights", "reliability", "sensitivity"):
        tables.check(getattr(one, name), name)
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert one.theme_weights["nominal_weight"].sum() == pytest.approx(1)
