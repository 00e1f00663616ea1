"""The assumed causal diagram of a plan: what is asked, and what is assumed around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONFOUNDER = "log_population"
UNMEASURED = "unmeasured"


@dataclass(frozen=True)
class Diagram:
    """Nodes by column, and arrows between them.

    Attributes
    ----------
    ages, speeds, outcomes : names of the plan, in its order, of the primary models
    confounder : `log_population`, or `unmeasured` where the plan names what it cannot measure
    asked : (predictor, outcome) of each primary model
    assumed : (from, to) of the other arrows
    """

    ages: tuple[str, ...]
    speeds: tuple[str, ...]
    outcomes: tuple[str, ...]
    confounder: str
    asked: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, str], ...]


def diagram(analysis: Mapping[str, Any]) -> Diagram | None:
    """The diagram of a plan; None where it has no primary model.

    Where the plan has no `arrows`, population may bear on everything and age leaves more time to
    organise; an arrow of the plan may not be one that a primary model asks about.
    """
    primary = [model for model in analysis["models"] if model["role"] == "primary"]
    if not primary:
        return None
    predictors = list(dict.fromkeys(model["predictor"] for model in primary))
    ages = tuple(name for name in predictors if name.startswith("age_"))
    speeds = tuple(name for name in predictors if name not in ages)
    outcomes = tuple(dict.fromkeys(model["outcome"] for model in primary))
    asked = tuple(dict.fromkeys((model["predictor"], model["outcome"]) for model in primary))
    confounder = UNMEASURED if "unmeasured" in analysis else CONFOUNDER
    if "arrows" in analysis:
        assumed = [(arrow["from"], arrow["to"]) for arrow in analysis["arrows"]]
    else:
        assumed = [(confounder, name) for name in (*ages, *speeds, *outcomes)]
        assumed += [(age, speed) for age in ages for speed in speeds]
    kept = tuple(arrow for arrow in dict.fromkeys(assumed) if arrow not in asked)
    return Diagram(ages, speeds, outcomes, confounder, asked, kept)
