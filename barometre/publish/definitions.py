"""Does another defensible definition change the answer? Told from the specification curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.explain import decision
from barometre.publish.words import (
    capital,
    digits_for,
    named,
    number,
    p_value,
    picked,
    say,
)


def defined(
    row: pd.Series,
    model: Mapping[str, Any],
    curves: pd.DataFrame,
    analysis: Mapping[str, Any],
    language: str,
) -> str:
    """Whether the other definitions of the family say the same, adjustment by adjustment."""
    own = curves[curves["curve"].map(lambda name: _is_of(name, model))]
    own = own[own["estimate"].notna()]
    if len(own) < 2:
        return say("answer.one_definition", language)
    plain = own[own["adjustment"] == "none"]
    parts = [_whether(row["verdict"], plain if len(plain) else own, language)]
    parts.append(say("answer.per_sd", language))
    adjusted = own.sort_values("adjustment", key=lambda names: names != "none", kind="stable")
    for adjustment, part in adjusted.groupby("adjustment", sort=False):
        parts.append(_range(str(adjustment), part, analysis, language))
    joint = plain["joint_p_value"].dropna()
    if len(joint):
        parts.append(say("answer.joint", language, p=p_value(float(joint.iloc[0]), language)))
    elif len(plain):
        parts.append(say("answer.no_joint", language))
    return " ".join(parts)


def _is_of(curve: str, model: Mapping[str, Any]) -> bool:
    """Whether a curve has the outcome, family of predictors and condition of a model."""
    outcome, family, _, *condition = [*curve.split("|"), "", ""]
    where = model.get("where")
    wanted = (
        "|".join([f"{where['item']}={where['values'][0]}", *where["values"][1:]]) if where else ""
    )
    own = model["predictor"].split("_")[0]
    return (outcome, family, "|".join(condition).rstrip("|")) == (model["outcome"], own, wanted)


def _whether(verdict: str, curve: pd.DataFrame, language: str) -> str:
    """Does another definition change the answer? In the first words."""
    known = curve[curve["ci_low"].notna()]
    above, below = int((known["ci_low"] > 0).sum()), int((known["ci_high"] < 0).sum())
    counts = {"of": number(len(known), language), "clear": number(above + below, language)}
    if verdict == decision.NONE:
        return say("answer.changes_none", language)
    if verdict == decision.ZERO:
        key = "changes_some_clear" if above + below else "changes_nothing"
        return say(f"answer.{key}", language, **counts)
    same = above if verdict == decision.POSITIVE else below
    if same == len(known):
        return say("answer.changes_nothing_clear", language, **counts)
    return say("answer.changes_some", language, of=counts["of"], same=number(same, language))


def _range(adjustment: str, curve: pd.DataFrame, analysis: Mapping[str, Any], language: str) -> str:
    slopes = curve["estimate"].astype(float)
    known = curve[curve["ci_low"].notna()]
    clear = int(((known["ci_low"] > 0) | (known["ci_high"] < 0)).sum())
    up = int((slopes > 0).sum())
    key = "all_up" if up == len(slopes) else "all_down" if up == 0 else "both"
    terms = [_term(name, analysis, language) for name in adjustment.split("+")]
    digits = digits_for(slopes.min(), slopes.max())
    how = "unadjusted" if adjustment == "none" else "adjusted"
    return say(
        "answer.range", language, how=capital(say(how, language, terms=", ".join(terms))),
        k=number(len(slopes), language), low=number(slopes.min(), language, digits),
        high=number(slopes.max(), language, digits), clear=number(clear, language),
        known=number(len(known), language),
        signs=say(f"answer.{key}", language, up=number(up, language),
                  down=number(len(slopes) - up, language)),
    )  # fmt: skip


def _term(name: str, analysis: Mapping[str, Any], language: str) -> str:
    known = analysis["predictors"].get(name)
    return picked(known["label"], language) if known else named("control", name, language)
