"""Which tables a study has, and which files make results.

Imported when Snakemake reads the workflow, so it loads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Room -> its results tables, in the order of pages and notebooks.
ROOM_TABLES = {
    "ingest": ("reading", "response_flow", "cleaning_log", "missing_answers"),
    "measure": (
        "index", "theme_scores", "theme_weights", "reliability", "reliability_items", "sensitivity",
    ),
    "classify": (
        "classes", "class_verdict", "class_shares", "split_audit", "class_methods",
        "method_agreement", "class_numbers", "class_stability", "consensus", "silhouettes",
        "answer_flips",
    ),
    "explain": (
        "predictors", "regression", "odds_ratios", "influence", "detectable_effect",
        "design_register", "nonresponse", "slope_range", "slope_items", "specification_curve",
        "delay_curve",
    ),
    "describe": ("adoption", "brakes", "priorities", "invariants", "published_facts"),
}  # fmt: skip
# Where the units are persons: no table has a row for one of them.
PEOPLE_TABLES = {
    "ingest": ROOM_TABLES["ingest"],
    "people": (
        "people_levels", "people_themes", "people_self_report", "people_weights", "people_sample",
        "published_facts",
    ),
}  # fmt: skip
# Only where the publisher's own scores are known; they belong to `measure`.
OFFICIAL_TABLES = ("official_scores", "official_agreement")
# Only where a study turns ranks on; they belong to `measure`.
RANK_TABLES = ("ranks",)
# Only where several respondents are counted as one unit; they belong to `measure`.
INFORMANT_TABLES = ("informants",)
# Only where a study has cuts fixed beforehand; they belong to `classify`.
FIXED_CUT_TABLES = ("fixed_cuts", "cut_neighbours")
# Only where earlier editions are compared; they belong to `describe`.
EDITION_TABLES = ("editions", "carried_cuts", "transitions")
# Only where talks were held beside the questionnaire; they belong to `describe`.
INTERVIEW_TABLES = ("gains", "verbatim_themes", "verbatim_pairs", "projects")
# Only where a study publishes free texts; they belong to `describe`, or to `people`.
VERBATIM_TABLES = ("verbatims",)
CODE = ("Snakefile", "barometre/**/*", "workflow/**/*", "notebooks/*.py")
CODE_SUFFIXES = {"", ".py", ".smk", ".yaml", ".html", ".css", ".rst"}


def rooms(study: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Room -> its results tables, for a study with these settings."""
    if study.get("people"):
        return _with_verbatims(PEOPLE_TABLES, "people", study)
    found = dict(ROOM_TABLES)
    if study["measure"]["official"]:
        found["measure"] += OFFICIAL_TABLES
    if study["measure"].get("ranks"):
        found["measure"] += RANK_TABLES
    if any(step["step"] == "aggregate_units" for step in study.get("clean", [])):
        found["measure"] += INFORMANT_TABLES
    if study.get("classify", {}).get("cuts"):
        found["classify"] += FIXED_CUT_TABLES
    if study.get("editions"):
        found["describe"] += EDITION_TABLES
    if study.get("interviews"):
        found["describe"] += INTERVIEW_TABLES
    return _with_verbatims(found, "describe", study)


def _with_verbatims(
    tables: Mapping[str, tuple[str, ...]], room: str, study: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    wanted = study.get("privacy", {}).get("verbatims")
    return {**tables, room: tables[room] + (VERBATIM_TABLES if wanted else ())}


def notebooks(study: Mapping[str, Any]) -> list[str]:
    """The notebooks of a study, one per room."""
    return [f"notebooks/{place}_{room}.py" for place, room in enumerate(rooms(study), start=1)]


def code_files(root: Path) -> list[Path]:
    """The files that make results: package, workflow and notebooks, sorted, relative to root."""
    found = {
        path.relative_to(root)
        for pattern in CODE
        for path in root.glob(pattern)
        if path.is_file() and path.suffix in CODE_SUFFIXES and "__pycache__" not in path.parts
    }
    return sorted(found)
