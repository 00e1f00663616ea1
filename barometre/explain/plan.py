"""The analysis plan: what was to be estimated and by which rule, with its SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from barometre.explain.decision import LEVEL, MINIMUM_DF, RULE


def analysis_plan(analysis: Mapping[str, Any], fieldwork: Mapping[str, Any]) -> dict[str, Any]:
    """The plan as it is hashed: outcomes, predictors, models, end of fieldwork, verdict rule."""
    return {
        "analysis": analysis,
        "fieldwork_end": str(fieldwork["end"]),
        "verdict": {"level": LEVEL, "minimum_df": MINIMUM_DF, "rule": RULE},
    }


def digest(analysis: Mapping[str, Any], fieldwork: Mapping[str, Any]) -> str:
    """SHA-256 of the plan's canonical JSON (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(
        analysis_plan(analysis, fieldwork),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def text(analysis: Mapping[str, Any], fieldwork: Mapping[str, Any]) -> str:
    """Contents of analysis_plan.json: the plan and, beside it, the hash of the plan alone."""
    whole = {
        "plan": analysis_plan(analysis, fieldwork),
        "sha256": digest(analysis, fieldwork),
        "sha256_of": "the value of 'plan' as JSON with sorted keys, no spaces, UTF-8",
    }
    return json.dumps(whole, sort_keys=True, ensure_ascii=False, indent=2) + "\n"
