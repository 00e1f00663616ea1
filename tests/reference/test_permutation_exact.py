"""Enumerated permutation tests against R, as stored in shared/reference/permutation_exact."""

import json

import numpy as np
import pandas as pd
import pytest

from barometre.draws import generator
from barometre.explain import permutation


@pytest.fixture
def reference(shared):
    folder = shared("reference/permutation_exact")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return pd.read_csv(folder / "input.csv"), expected, folder


def test_pearson_of_all_permutations(reference):
    data, expected, _ = reference
    none = np.empty((len(data), 0))
    for term, key in (("x", "pearson_exact"), ("z", "pearson_exact_z")):
        y, x = data["y"].to_numpy(float), data[term].to_numpy(float)
        test = permutation.permute_units(y, x, none, 1, generator(1, "s", "p"), "slope")
        assert test.count == 40320 and test.enumerated
        assert test.p_value == pytest.approx(expected["n8"][key]["p_two"], abs=1e-12)
        dates = permutation.permute_dates(
            y, x, np.arange(8), none, "date", 1, generator(1, "s", "p")
        )
        assert dates.p_value == pytest.approx(expected["n8"][key]["p_two"], abs=1e-12)


@pytest.mark.parametrize(("term", "other"), [("x", "z"), ("z", "x")])
def test_freedman_lane_enumerated(reference, term, other):
    data, expected, _ = reference
    test = permutation.permute_units(
        data["y"].to_numpy(float),
        data[term].to_numpy(float),
        data[[other]].to_numpy(float),
        1,
        generator(1, "s", "p"),
        "t",
    )
    wanted = expected["n8"][f"freedman_lane_exact_{term}"]
    assert test.p_value == pytest.approx(wanted["p_two"], abs=1e-12)
    assert test.count == wanted["n_perm"]
    assert test.scheme == "Freedman-Lane"


def test_freedman_lane_drawn_agrees_within_monte_carlo_error(reference):
    _, expected, folder = reference
    data = pd.read_csv(folder / "input_stackloss.csv")
    draws = 100_000
    test = permutation.permute_units(
        data["stack.loss"].to_numpy(float),
        data["Acid.Conc."].to_numpy(float),
        data[["Air.Flow", "Water.Temp"]].to_numpy(float),
        draws,
        generator(1, "s", "p"),
        "t",
    )
    wanted = expected["stackloss_permuco_freedman_lane_np1e5"]["resampled Pr(>|t|)"][3]
    error = np.sqrt(2 * wanted * (1 - wanted) / draws)
    assert test.p_value == pytest.approx(wanted, abs=4 * error)
