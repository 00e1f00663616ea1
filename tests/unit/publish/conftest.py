"""Fixtures: made studies of ten and of thirty-nine units."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("made", Path(__file__).with_name("made.py"))
made_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made_module)


@pytest.fixture(scope="session")
def made():
    """The module that makes conforming tables."""
    return made_module


@pytest.fixture(params=[(10, 0), (39, 4)], ids=["n10", "n39-4unknown"])
def material(request, made, tmp_path):
    n, unknown = request.param
    return made.material(n, tmp_path, unknown)
