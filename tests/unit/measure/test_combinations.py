"""Settings that cannot stand together are one sentence that names the key."""

import pytest

from barometre.measure.combinations import contradictions

THEMES = {"a": {}, "b": {}, "c": {}}


def said(other=None, **measure):
    return list(
        contradictions({"measure": {"themes": THEMES, **measure}, **(other or {})}, "s.yaml")
    )


@pytest.mark.parametrize(
    ("measure", "key", "words"),
    [
        ({"theme_weights": {"a": 0.3, "b": 0.3, "c": 0.3}}, "theme_weights", "sum to 0.9"),
        ({"theme_weights": {"a": 0, "b": 0, "c": 0}}, "theme_weights", "all weights are 0"),
        ({"theme_weights": {"a": 0.5, "b": 0.5}}, "theme_weights", "theme 'c' has no weight"),
        (
            {"theme_weights": {"a": 0.5, "b": 0.25, "c": 0.25, "d": 0}},
            "theme_weights.d",
            "no such theme",
        ),
        ({"weights": "expert"}, "weights", "needs measure.theme_weights"),
        (
            {"weights": "pca", "theme_weights": {"a": 2, "b": 1, "c": 1}},
            "theme_weights",
            "measure.weights is 'pca'",
        ),
        ({"aggregation": "generalised"}, "power", "needs its power"),
        ({"aggregation": "generalised", "power": 0}, "power", "geometric"),
        ({"power": 2}, "power", "only measure.aggregation 'generalised'"),
        ({"offset": 1}, "offset", "the arithmetic mean needs none"),
        ({"normalisation": "rank", "ranks": True}, "normalisation", "no interval"),
        (
            {"normalisation": "zscore", "official": {"kind": "groups"}},
            "normalisation",
            "the publisher's cuts",
        ),
        ({"staged": ["d"]}, "staged", "no theme 'd'"),
    ],
)
def test_each_is_one_sentence_with_its_key(measure, key, words):
    found = said(**measure)
    assert len(found) == 1
    assert found[0].startswith(f"s.yaml, key 'measure.{key}'") and words in found[0]
    assert found[0].endswith(".") and found[0].count(". ") == 0


@pytest.mark.parametrize("other", [{"editions": {}}, {"people": {}}])
def test_relative_scores_cannot_be_carried_or_compared(other):
    found = said(other, normalisation="percentile")
    assert len(found) == 1 and "measure.normalisation" in found[0]


@pytest.mark.parametrize(
    "measure",
    [
        {},
        {"theme_weights": {"a": 0.5, "b": 0.25, "c": 0.25}},
        {"theme_weights": {"a": 640, "b": 600, "c": 650}, "weights": "expert"},
        {"weights": "entropy", "aggregation": "generalised", "power": -2, "offset": 5},
        {"normalisation": "rank", "official": {"kind": "points"}, "staged": ["a"]},
    ],
)
def test_what_can_stand_together_passes(measure):
    assert said(**measure) == []
