"""One row of a table of agreement: the largest difference of two lists of numbers."""

import json

import numpy as np


def row(quantity, against, pairs, tolerance, kind="relative"):
    """One row; `pairs` are (ours, theirs), numbers or lists of numbers."""
    worst = 0.0
    for ours, theirs in pairs:
        ours, theirs = np.ravel(np.array(ours, float)), np.ravel(np.array(theirs, float))
        assert ours.shape == theirs.shape and np.isfinite(ours).all(), quantity
        gap = np.abs(ours - theirs)
        if kind == "relative":
            gap = gap / np.maximum(np.abs(theirs), 1e-300)
        worst = max(worst, float(gap.max()))
    return {
        "quantity": quantity,
        "against": against,
        "kind": kind,
        "largest_difference": worst,
        "tolerance": tolerance,
    }


def expected(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def values(named):
    return list(named.values())


def errors(covariance):
    return np.sqrt(np.diag(covariance))
