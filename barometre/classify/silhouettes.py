"""How well does each unit sit in its class? Silhouette widths, unit by unit.

Rousseeuw 1987, *J. Comput. Appl. Math.* 20: (b - a) / max(a, b), with a the mean distance to the
other units of the unit's class and b the mean distance to the nearest other class. Near 1 the
unit sits well inside, near 0 between two classes; below 0 it lies closer to another class.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from barometre.classify.ordered import class_names
from barometre.classify.space import Space


def silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Mean silhouette width; a class of one unit counts 0."""
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(points, labels))


def silhouettes(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Silhouette width of each unit (units,), -1 to 1; 0 for a class of one unit."""
    from sklearn.metrics import silhouette_samples

    return silhouette_samples(points, labels)


def nearest_other(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The other class to which each unit is nearest by mean distance (units,)."""
    from scipy.spatial.distance import cdist

    apart = cdist(points, points)
    member = (labels[:, None] == np.unique(labels)).astype(float)
    mean = apart @ member / member.sum(0)
    mean[member > 0] = np.inf
    return np.unique(labels)[mean.argmin(1)]


def silhouette_table(
    units: pd.Series, space: Space, rules: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Table `silhouettes`: width of each unit under each rule, on the index and on all themes.

    Parameters
    ----------
    units : ids of the units of `space`
    rules : name -> class codes (units,)
    """
    spaces = {"index": space.index[:, None]}
    if space.points.shape[1] > 1:
        spaces["themes"] = space.points
    rows = [
        pd.DataFrame(
            {
                "rule": rule, "space": name, "unit_id": units.to_numpy(),
                "class": class_names(codes), "silhouette": silhouettes(points, codes),
                "nearest": class_names(nearest_other(points, codes)),
            }
        )
        for rule, codes in rules.items()
        for name, points in spaces.items()
        if len(np.unique(codes)) < len(codes)
    ]  # fmt: skip
    columns = ["rule", "space", "unit_id", "class", "silhouette", "nearest"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
