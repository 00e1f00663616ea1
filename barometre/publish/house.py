"""Which tables a study has, and which files make results.

Imported when Snakemake reads the workflow, so it loads nothing.
"""

from __future__ import annotations

from pathlib import Path

# Room -> its results tables, in the order of pages and notebooks.
ROOM_TABLES = {
    "ingest": ("reading", "response_flow", "cleaning_log", "missing_answers"),
    "measure": ("index", "theme_scores", "theme_weights", "reliability", "sensitivity"),
    "classify": (
        "classes", "class_shares", "split_audit", "class_methods", "method_agreement",
        "class_numbers", "class_stability", "answer_flips",
    ),
    "explain": (
        "predictors", "regression", "influence", "detectable_effect", "specification_curve",
        "delay_curve",
    ),
    "describe": ("adoption", "brakes", "priorities", "invariants", "published_facts"),
}  # fmt: skip
# Only where the publisher's own scores are known; they belong to `measure`.
OFFICIAL_TABLES = ("official_scores", "official_agreement")
CODE = ("Snakefile", "barometre/**/*", "workflow/**/*", "notebooks/*.py")
CODE_SUFFIXES = {"", ".py", ".smk", ".yaml", ".html", ".css", ".rst"}


def code_files(root: Path) -> list[Path]:
    """The files that make results: package, workflow and notebooks, sorted, relative to root."""
    found = {
        path.relative_to(root)
        for pattern in CODE
        for path in root.glob(pattern)
        if path.is_file() and path.suffix in CODE_SUFFIXES and "__pycache__" not in path.parts
    }
    return sorted(found)
