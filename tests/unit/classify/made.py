"""Made studies for the tests of this room."""

import numpy as np
import pandas as pd

from barometre.codebook import Codebook
from barometre.draws import Draws
from barometre.measure import scoring

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}
CLASSIFY = {"shares": SHARES, "shares_from": "published", "borderline": 0.8}


def codebook(scales, themes, weights=None, kinds=None):
    """Items q0, q1, ... : the levels of each one's scale (None for no scale) and its theme."""
    n = len(scales)
    items = pd.DataFrame(
        {
            "item": [f"q{i}" for i in range(n)],
            "kind": kinds or ["scale" if scale else "number" for scale in scales],
            "role": "score",
            "theme": themes,
            "scale": [f"s{i}" if scale else "" for i, scale in enumerate(scales)],
            "weight": weights or [1.0] * n,
            "minimum": ["" if scale else "0" for scale in scales],
            "maximum": ["" if scale else "10" for scale in scales],
        }
    ).set_index("item")
    rows = [
        {"scale": f"s{i}", "answer": f"A{place}", "level": float(level), "state": "answered"}
        for i, scale in enumerate(scales)
        for place, level in enumerate(scale or [])
    ]
    return Codebook(items, pd.DataFrame(rows, columns=["scale", "answer", "level", "state"]))


def settings(themes, **changes):
    return {
        "model": "formative",
        "normalisation": "scale",
        "minimum_answered": 0.5,
        "minimum_themes": 0.5,
        "themes": {theme: {"fr": theme, "en": theme} for theme in dict.fromkeys(themes)},
        **changes,
    }


def responses(levels):
    """Long table from levels (units, items), NaN empty."""
    n, p = levels.shape
    return pd.DataFrame(
        {
            "unit_id": np.repeat([f"u{u:04d}" for u in range(n)], p),
            "item": np.tile([f"q{i}" for i in range(p)], n),
            "level": levels.ravel(),
            "state": np.where(np.isnan(levels.ravel()), "empty", "answered"),
        }
    )


def scored(levels, book, measure):
    """Tables index and theme_scores of levels, and the structure."""
    answers = responses(levels)
    plan = scoring.structure(book, measure, answers)
    units, grid, shown = scoring.level_matrix(answers, plan)
    themes, index = scoring.score(grid, shown, plan, measure)
    table = pd.DataFrame({"unit_id": units, "name": units, "index": index})
    long = pd.DataFrame(
        {
            "unit_id": np.repeat(units, len(plan.themes)),
            "theme": np.tile(plan.themes, len(units)),
            "score": themes.ravel(),
        }
    )
    return answers, plan, table, long


def draws(table, themes, rng, spread=4.0, n=200):
    """Draws around the index, in the shape that the measure room hands over."""
    index = table["index"].to_numpy(float) + spread * rng.normal(size=(n, len(table)))
    return Draws(table["unit_id"].to_numpy(str), np.array(themes), index, index[:, :, None])
