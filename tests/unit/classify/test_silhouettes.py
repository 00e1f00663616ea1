import numpy as np
import pandas as pd
import pytest

from barometre import tables
from barometre.classify.silhouettes import nearest_other, silhouette_table, silhouettes
from barometre.classify.space import Space


def test_widths_by_hand():
    points, codes = np.array([[0.0], [1], [4], [10], [12]]), np.array([0, 0, 1, 2, 2])
    found = silhouettes(points, codes)
    # Unit 1: a = 1 to its class, b = 3 to the unit alone; unit 3: a = 2, b = 6.
    assert found == pytest.approx([1 - 1 / 4, 1 - 1 / 3, 0, 1 - 2 / 6, 1 - 2 / 8])
    assert nearest_other(points, codes).tolist() == [1, 1, 0, 1, 1]


def test_table_has_both_spaces_and_meets_its_contract():
    rng = np.random.default_rng(1)
    points = rng.normal(50, 20, (20, 3))
    index = points.mean(1)
    codes = np.searchsorted(np.quantile(index, [0.3, 0.8]), index, side="right")
    units = pd.Series([f"u{place:02d}" for place in range(20)])
    space = Space(index, points, 0, (6, 10, 4))
    table = tables.check(silhouette_table(units, space, {"index_cut": codes}), "silhouettes")
    assert table.groupby("space").size().to_dict() == {"index": 20, "themes": 20}
    assert (table["class"] != table["nearest"]).all()
    alone = Space(index, index[:, None], 0, (6, 10, 4))
    assert set(silhouette_table(units, alone, {"index_cut": codes})["space"]) == {"index"}
