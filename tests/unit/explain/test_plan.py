"""The analysis plan and its hash."""

import copy
import hashlib
import json

import pytest

from barometre.explain import decision, plan

ANALYSIS = {
    "outcomes": {"index": {"label": {"fr": "maturité", "en": "maturity"}}},
    "predictors": {"age_x": {"from": {"column": "born"}, "stated_effect": 1}},
    "models": [{"outcome": "index", "predictor": "age_x", "role": "primary", "controls": []}],
}
FIELDWORK = {"start": "2021-02-01", "end": "2021-04-08"}


def test_hash_is_the_one_a_reader_can_recompute() -> None:
    whole = json.loads(plan.text(ANALYSIS, FIELDWORK))
    canonical = json.dumps(
        whole["plan"], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode("utf-8")
    assert whole["sha256"] == hashlib.sha256(canonical).hexdigest()
    assert whole["sha256"] == plan.digest(ANALYSIS, FIELDWORK)


def test_hash_is_written_down() -> None:
    """A change of plan format or rule must be made on purpose: it changes every study's hash."""
    bare = json.dumps(
        {
            "analysis": ANALYSIS,
            "fieldwork_end": "2021-04-08",
            "verdict": {"level": 0.05, "minimum_df": 4.0, "rule": decision.RULE},
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    wanted = hashlib.sha256(bare.encode("utf-8")).hexdigest()
    assert plan.digest(ANALYSIS, FIELDWORK) == wanted


def test_hash_does_not_depend_on_the_order_of_keys_but_on_that_of_models() -> None:
    turned = {key: ANALYSIS[key] for key in reversed(ANALYSIS)}
    assert plan.digest(turned, FIELDWORK) == plan.digest(ANALYSIS, FIELDWORK)
    two = copy.deepcopy(ANALYSIS)
    two["models"].append({**two["models"][0], "role": "beside", "controls": ["log_population"]})
    back = {**two, "models": two["models"][::-1]}
    assert plan.digest(two, FIELDWORK) != plan.digest(back, FIELDWORK)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan_, field: plan_["models"][0].update(role="beside"),
        lambda plan_, field: plan_["models"][0].update(controls=["log_population"]),
        lambda plan_, field: plan_["predictors"]["age_x"].update(stated_effect=2),
        lambda plan_, field: plan_["outcomes"]["index"].update(transform="log1p"),
        lambda plan_, field: field.update(end="2021-04-09"),
    ],
)
def test_hash_changes_with_the_plan(change) -> None:
    analysis, fieldwork = copy.deepcopy(ANALYSIS), dict(FIELDWORK)
    change(analysis, fieldwork)
    assert plan.digest(analysis, fieldwork) != plan.digest(ANALYSIS, FIELDWORK)


@pytest.mark.parametrize("constant", ["LEVEL", "MINIMUM_DF", "RULE"])
def test_hash_changes_with_the_rule(constant, monkeypatch) -> None:
    before = plan.digest(ANALYSIS, FIELDWORK)
    other = "another rule" if constant == "RULE" else 0.5
    monkeypatch.setattr(plan, constant, other)
    assert plan.digest(ANALYSIS, FIELDWORK) != before
