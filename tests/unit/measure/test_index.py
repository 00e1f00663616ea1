"""The room as a whole: contracts, unknown units, determinism, sizes of study."""

import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.draws import read_draws, write_draws
from barometre.errors import StudyError
from barometre.measure.index import measure
from tests.unit.measure import made

CLASSIFY = {"shares": {"lagging": 0.3, "transition": 0.5, "mature": 0.2}}
NAMES = (
    "index", "theme_scores", "theme_weights", "reliability", "reliability_items", "sensitivity",
)  # fmt: skip


def measured(levels, sizes, draws=300, book=None, states=None, **changes):
    return measure(
        made.responses(levels, states),
        made.units(len(levels)),
        book or made.codebook(sizes),
        made.settings(len(sizes), **changes),
        CLASSIFY,
        draws=draws,
        seed=1,
        study="made",
    )


def planted(n, sizes, missing=0.1, seed=0):
    return made.planted(np.random.default_rng(seed), n, sizes, missing=missing)[0]


@pytest.mark.parametrize(
    ("n", "sizes"), [(10, [4] * 6), (22, [1, 2, 1, 1]), (39, [3] * 9), (198, [10] * 16)]
)
def test_every_table_meets_its_contract(n, sizes, tmp_path):
    levels = planted(n, sizes)
    levels[:4] = np.nan
    found = measured(levels, sizes)
    for name in NAMES:
        tables.check(getattr(found, name), name)
    index = found.index
    assert index["index"].isna().sum() == 4
    assert index.loc[:3, ["index_low", "range_low", "t0"]].isna().all(axis=None)
    known = index[4:]
    assert (known["index_low"] <= known["index"]).all()
    assert (known["index"] <= known["index_high"]).all()
    assert (known["range_low"] <= known["index"]).all()
    assert (known["index"] <= known["range_high"]).all()
    write_draws(found.draws, str(tmp_path / "draws.npz"))
    draws = read_draws(str(tmp_path / "draws.npz"))
    assert list(draws.units) == list(index["unit_id"])
    assert np.isnan(draws.index[:, :4]).all() and not np.isnan(draws.index[:, 4:]).any()


def test_same_seed_same_tables_and_draws():
    levels = planted(15, [3, 3])
    one, two = measured(levels, [3, 3]), measured(levels, [3, 3])
    for name in NAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(one.draws.index, two.draws.index)


def test_order_of_rows_does_not_matter():
    levels = planted(15, [3, 3])
    given = made.responses(levels), made.units(15)
    shuffled = [frame.sample(frac=1, random_state=2) for frame in given]
    rest = (made.codebook([3, 3]), made.settings(2), CLASSIFY, 200, 1, "made")
    one, two = measure(*given, *rest), measure(*shuffled, *rest)
    for name in NAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_units_of_a_register_without_responses_stay_unknown():
    levels = planted(12, [3, 3], missing=0.0)
    responses = made.responses(levels[:9])
    rest = (made.codebook([3, 3]), made.settings(2), CLASSIFY, 200, 1, "made")
    found = measure(responses, made.units(12), *rest)
    assert found.index["index"].isna().tolist() == [False] * 9 + [True] * 3


def test_counts_on_data_bounds():
    counts = np.round(np.exp(np.random.default_rng(1).normal(3, 1.5, (22, 4))))
    counts[:4] = np.nan
    book = made.codebook([1, 3], kind="count")
    found = measured(counts, [1, 3], book=book, normalisation="data")
    for name in NAMES:
        tables.check(getattr(found, name), name)
    assert found.index["t0"].max() == 100 and found.index["t0"].min() == 0


def test_probabilities_of_one_item_themes_are_not_all_certain():
    found = measured(planted(22, [1, 1, 1, 1], missing=0.0), [1, 1, 1, 1])
    assert found.index["index_low"].isna().all()
    assert (found.draws.index.std(0) > 1).all()


def test_effective_weight_is_the_correlation():
    found = measured(planted(30, [3, 3, 2], missing=0.0), [3, 3, 2])
    table, weights = found.index, found.theme_weights.set_index("theme")
    for theme in ("t0", "t1", "t2"):
        assert weights.loc[theme, "effective_weight"] == pytest.approx(
            table[theme].corr(table["index"])
        )
        assert weights.loc[theme, "nominal_weight"] == pytest.approx(1 / 3)


def test_nobody_with_an_index_is_one_sentence():
    with pytest.raises(StudyError, match="none of the 5 units"):
        measured(np.full((5, 4), np.nan), [2, 2])


def test_stray_unit_is_one_sentence():
    levels = planted(6, [2, 2], missing=0.0)
    rest = (made.codebook([2, 2]), made.settings(2), CLASSIFY, 200, 1, "made")
    with pytest.raises(StudyError, match="'u0005' is not in units.csv"):
        measure(made.responses(levels), made.units(5), *rest)


def test_theme_named_like_a_column_is_one_sentence():
    terms = made.settings(1)
    terms["themes"] = {"group": {"fr": "g", "en": "g"}}
    book = made.codebook([2])
    book.items["theme"] = "group"
    levels = planted(6, [2], missing=0.0)
    with pytest.raises(StudyError, match="already a column"):
        measure(made.responses(levels), made.units(6), book, terms, CLASSIFY, 200, 1, "made")


def test_a_survey_of_2650_units_keeps_as_many_draws_as_memory_allows():
    found = measured(planted(2650, [6] * 10), [6] * 10, draws=4000)
    assert found.draws.index.shape == (3773, 2650)
