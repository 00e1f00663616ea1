from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.classify import methods
from barometre.classify.how_many import class_numbers
from barometre.classify.methods import agreement, by_mean_index, class_methods, views
from barometre.classify.ordered import class_sizes, cut
from barometre.classify.space import Space, theme_space

from .made import CLASSIFY, SHARES


def space(n, themes=4, apart=40.0, seed=0):
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], list(class_sizes(n, SHARES).values()))
    points = np.clip(10 + apart * group[:, None] + 3 * rng.normal(size=(n, themes)), 0, 100)
    return Space(points.mean(1), points, 0, tuple(class_sizes(n, SHARES).values())), group


def run(view, codes):
    units = pd.Series([f"u{unit:03d}" for unit in range(len(codes))])
    known = codes >= 0
    found, skipped = views(codes[known], view, np.random.default_rng(1))
    sorted_units = class_methods(units, known, found, {"index_cut": np.eye(3)[codes[known]]})
    agreed = agreement(found, skipped, view)
    return tables.check(sorted_units, "class_methods"), tables.check(agreed, "method_agreement")


def test_all_methods_find_clear_classes():
    view, group = space(120)
    found, agreed = run(view, cut(view.index, view.sizes))
    assert found["method"].nunique() == 7
    names = np.array(["lagging", "transition", "mature"])[group]
    for _, of_method in found.groupby("method"):
        assert of_method["class"].tolist() == names.tolist()
    pairs = agreed[agreed["n"] > 0]
    assert pairs["adjusted_rand"].tolist() == pytest.approx([1.0] * 21)
    assert (pairs["n_same"] == 120).all()


def test_unknown_units_stay_unknown_in_every_view():
    view, _ = space(40)
    codes = np.append(cut(view.index, view.sizes), [-1, -1])
    found, agreed = run(view, codes)
    tail = found[found["unit_id"].isin(["u040", "u041"])]
    assert (tail["class"] == "unknown").all() and tail["p_mature"].isna().all()
    headline = found[(found["method"] == "index_cut") & (found["class"] == "mature")]
    assert (headline["p_mature"] == 1).all() and len(headline) == view.sizes[2]
    assert set(agreed["n"]) == {40, 0}


def test_what_does_not_suit_is_said_with_its_reason():
    view, _ = space(12, themes=1)
    _, agreed = run(view, cut(view.index, view.sizes))
    reasons = agreed[agreed["n"] == 0].set_index("method_b")
    assert "one theme" in reasons.loc["ward_themes", "note"]
    assert "30 units" in reasons.loc["mixture_index", "note"]
    assert reasons["note_fr"].notna().all() and reasons["adjusted_rand"].isna().all()
    assert "100 units" in reasons.loc["latent_classes", "note"]


def test_size_constrained_classes_are_left_out_where_they_take_too_long(monkeypatch):
    monkeypatch.setattr(methods, "SIZED_LIMIT", 30)
    view, _ = space(40)
    _, agreed = run(view, cut(view.index, view.sizes))
    assert "above 30" in agreed.set_index("method_b").loc["sized_themes", "note"]


def test_latent_classes_find_clear_patterns_of_answers():
    view, group = space(120)
    levels = np.round(view.points / 25)
    found = methods.latent_classes(replace(view, levels=levels), np.random.default_rng(1))
    assert (by_mean_index(found, view.index) == group).mean() > 0.97
    numbers = class_numbers(replace(view, levels=levels), np.random.default_rng(1))
    items = tables.check(numbers, "class_numbers").query("space == 'items'").set_index("k")
    assert items["bic_latent"].idxmin() == 3 and items["within_ss"].isna().all()


def test_labels_follow_the_mean_index():
    assert by_mean_index(np.array([7, 7, 3, 5]), np.array([90.0, 80, 10, 50])).tolist() == [
        2,
        2,
        0,
        1,
    ]


def test_missing_theme_scores_keep_the_level_of_the_unit():
    index = pd.DataFrame({"unit_id": list("abcd"), "index": [20.0, 40, 60, 90]})
    themes = pd.DataFrame(
        {
            "unit_id": list("aabbccdd"),
            "theme": ["x", "y"] * 4,
            "score": [10, 30, 30, 50, 50, 70, np.nan, 100],
        }
    )
    found = theme_space(index, themes, CLASSIFY, {"x": 0.5, "y": 0.5})
    assert found.filled == 1
    assert found.points[3].tolist() == pytest.approx([80, 100])
    assert found.points[:3].tolist() == [[10, 30], [30, 50], [50, 70]]


def test_weights_stretch_the_axes_and_weightless_themes_drop_out():
    index = pd.DataFrame({"unit_id": list("abc"), "index": [20.0, 40, 60]})
    themes = pd.DataFrame(
        {"unit_id": list("abc") * 3, "theme": list("xxxyyyzzz"), "score": [20.0, 40, 60] * 3}
    )
    found = theme_space(index, themes, CLASSIFY, {"x": 0.75, "y": 0.25, "z": 0.0})
    assert found.points.shape == (3, 2)
    assert (found.points[0] ** 2).tolist() == pytest.approx([400 * 1.5, 400 * 0.5])


def test_three_clear_groups_are_wanted():
    numbers = tables.check(class_numbers(space(150)[0], np.random.default_rng(2)), "class_numbers")
    for _, rows in numbers.groupby("space"):
        rows = rows.set_index("k")
        assert rows["silhouette"].idxmax() == 3
        assert rows["bic_gaussian"].idxmin() == 3
        assert (rows["within_ss"].diff().dropna() <= 0).all()


def test_a_smooth_index_wants_one_class():
    smooth = np.random.default_rng(4).normal(50, 10, 200)
    view = Space(smooth, smooth[:, None], 0, tuple(class_sizes(200, SHARES).values()))
    rows = class_numbers(view, np.random.default_rng(2)).set_index("k")
    assert rows["bic_gaussian"].idxmin() == 1


def test_bic_of_one_group_is_the_normal_likelihood():
    from scipy import stats

    values = np.random.default_rng(9).normal(50, 10, 80)
    view = Space(values, values[:, None], 0, (24, 40, 16))
    found = class_numbers(view, np.random.default_rng(2))["bic_gaussian"].iloc[0]
    plain = stats.norm.logpdf(values, values.mean(), values.std()).sum()
    assert found == pytest.approx(-2 * plain + 2 * np.log(80), rel=1e-9)
