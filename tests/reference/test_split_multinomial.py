"""Exact multinomial test and printable percentages against R (`reference/split_multinomial`)."""

import json

import pytest

from barometre.classify.multinomial import (
    clopper_pearson,
    exact_test,
    likelihood_ratio,
    outcomes,
    pearson,
    printable,
)

ORDERINGS = {
    "probability": "p_exact_prob_order",
    "chi2": "p_exact_chi2",
    "likelihood_ratio": "p_exact_LR",
    "freeman_tukey": "p_exact_freeman_tukey",
}


@pytest.fixture
def expected(shared):
    return json.loads(shared("reference/split_multinomial/expected.json").read_text())


def test_exact_p_values(expected):
    for case in expected["cases"]:
        for ordering, key in ORDERINGS.items():
            found = exact_test(case["obs"], case["p0"], ordering)
            assert found == pytest.approx(case[key], abs=1e-12, rel=1e-11), (case["obs"], ordering)


def test_distances_and_intervals(expected):
    import numpy as np

    for case in expected["cases"]:
        counts, usual = np.array(case["obs"]), case["n"] * np.array(case["p0"])
        assert len(outcomes(case["n"])) == case["n_outcomes"]
        assert pearson(counts, usual) == pytest.approx(case["chi2"], abs=1e-12)
        assert likelihood_ratio(counts, usual) == pytest.approx(case["G2"], abs=1e-12)
        for level, key in ((0.95, "marginal"), (1 - 0.05 / 3, "bonferroni")):
            for count, interval in zip(counts, case[f"clopper_pearson_{key}"], strict=True):
                found = clopper_pearson(int(count), case["n"], level)
                assert found == pytest.approx(interval, abs=1e-12)


def test_splits_that_print_20_50_30(expected):
    whole = expected["n_count_vectors_consistent_with_rounded_20_50_30"]
    fives = expected["n_count_vectors_within_2p5_points"]
    for n in range(5, 101):
        way, splits = printable(n, [0.2, 0.5, 0.3])
        if whole[str(n)]:
            assert (way, len(splits)) == ("unit", whole[str(n)])
        elif way == "nearest five":
            assert len(splits) == fives[str(n)]
        elif way == "no":
            assert fives[str(n)] == 0
    assert printable(39, [0.2, 0.5, 0.3])[0] == "nearest five" and fives["39"] == 3
