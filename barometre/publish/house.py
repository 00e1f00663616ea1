"""Which files make results. Imported when Snakemake reads the workflow, so it loads nothing."""

from __future__ import annotations

from pathlib import Path

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
