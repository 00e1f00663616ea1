"""Where tests find what lies outside the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("BAROMETRE_SHARED", ROOT.parent / "shared"))


@pytest.fixture
def shared():
    """A function from a path below `shared/` to the path itself; skips where it is absent."""

    def find(relative: str) -> Path:
        path = SHARED / relative
        if not path.exists():
            pytest.skip(f"needs shared/{relative}, which is not beside this checkout")
        return path

    return find


@pytest.fixture
def root() -> Path:
    """The project's own folder."""
    return ROOT
