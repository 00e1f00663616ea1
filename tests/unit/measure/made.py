"""Made studies for the tests of this room: codebook, responses, units, settings."""

import numpy as np
import pandas as pd

from barometre.codebook import Codebook

SETTINGS = {
    "model": "formative",
    "normalisation": "scale",
    "minimum_answered": 0.5,
    "minimum_themes": 0.5,
    "imputations": 20,
}


def settings(n_themes, **changes):
    themes = {f"t{j}": {"fr": f"thème {j}", "en": f"theme {j}"} for j in range(n_themes)}
    return {**SETTINGS, "themes": themes, **changes}


def codebook(sizes, levels=6, kind="scale", weights=None):
    """Items i0, i1, ... in themes t0, t1, ... of the given sizes, on 0..levels-1."""
    theme = [f"t{j}" for j, size in enumerate(sizes) for _ in range(size)]
    n = len(theme)
    items = pd.DataFrame(
        {
            "item": [f"i{i:03d}" for i in range(n)],
            "kind": kind,
            "role": "score",
            "theme": theme,
            "scale": "six" if kind == "scale" else "",
            "weight": 1.0 if weights is None else weights,
            "minimum": "",
            "maximum": "",
            "adopted_from": np.nan,
            "shown_if": "",
            "label_fr": "",
            "label_en": "",
        }
    ).set_index("item")
    scales = pd.DataFrame(
        {
            "scale": "six",
            "answer": [str(level) for level in range(levels)],
            "level": np.arange(levels, dtype=float),
            "state": "answered",
            "label_fr": "",
            "label_en": "",
        }
    )
    return Codebook(items, scales)


def responses(levels, states=None):
    """Long table from a matrix (units, items); NaN is `empty` unless `states` says otherwise."""
    n, p = levels.shape
    if states is None:
        states = np.where(np.isnan(levels), "empty", "answered")
    return pd.DataFrame(
        {
            "unit_id": np.repeat([f"u{u:04d}" for u in range(n)], p),
            "item": np.tile([f"i{i:03d}" for i in range(p)], n),
            "value": "",
            "level": levels.ravel(),
            "state": np.asarray(states).ravel(),
        }
    )


def units(n):
    ids = [f"u{u:04d}" for u in range(n)]
    return pd.DataFrame({"unit_id": ids, "name": ids, "group": pd.NA, "n_respondents": 1})


def planted(rng, n, sizes, reliability=0.7, levels=6, missing=0.0, pool=400):
    """Answers of `n` units to items drawn from a pool, and their scores over that whole pool.

    True theme levels are correlated normals; an item adds its own difficulty (common to the
    units) and noise; the sum is cut into `levels` answers. The truth of a unit on a theme is its
    mean over `pool` items of the same kind, which is what layer (b) is about.

    Returns levels (n, items), true theme scores (n, themes) on 0-100, true index (n,).
    """
    general = rng.normal(size=(n, 1))
    truth = np.sqrt(0.5) * general + np.sqrt(0.5) * rng.normal(size=(n, len(sizes)))
    noise = np.sqrt(np.mean(sizes) * (1 - reliability) / reliability)
    given, true = [], []
    for j, size in enumerate(sizes):
        difficulty = rng.normal(scale=0.5, size=pool)
        latent = truth[:, j : j + 1] + difficulty + rng.normal(scale=noise, size=(n, pool))
        spread = np.sqrt(1 + 0.25 + noise**2)
        answers = np.clip(np.floor((latent / spread + 2) / 4 * levels), 0, levels - 1)
        given.append(answers[:, :size])
        true.append(answers.mean(1) / (levels - 1) * 100)
    matrix = np.concatenate(given, axis=1)
    matrix[rng.random(matrix.shape) < missing] = np.nan
    themes = np.column_stack(true)
    return matrix, themes, themes.mean(1)
