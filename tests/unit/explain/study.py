"""A small made-up study for the tests of the explain room: thirty units with known numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from barometre.explain.cases import Cases, Tables, assemble

CLASSES = ("lagging", "transition", "mature")


def tables(n: int = 30, slope: float = 2.0, seed: int = 1, dates: int = 0) -> Tables:
    """Units with an age, an index that grows `slope` points a year, an item and a population.

    With `dates`, units share that many dates of birth.
    """
    rng = np.random.default_rng(seed)
    units = [f"u{number:03d}" for number in range(n)]
    place = np.arange(n) % dates if dates else np.arange(n)
    age = rng.uniform(1, 12, size=dates or n)[place]
    index = np.clip(40 + slope * (age - 6) + rng.normal(0, 4, size=n), 0, 100)
    ranks = np.argsort(np.argsort(index, kind="stable"))
    classes = np.array(CLASSES)[np.minimum(3 * ranks // n, 2)]
    delay = rng.uniform(0, 6, size=n)
    known = {
        "age_x": (age, ["="] * n),
        "earliness_x": (rng.uniform(0, 6, size=n), ["=", ">="] * (n // 2) + ["="] * (n % 2)),
        "age_y": (age + rng.normal(0, 1, size=n), ["="] * n),
        "delay_x": (delay, np.where(delay > 4, ">", "=")),
    }
    rows = [
        pd.DataFrame({"unit_id": units, "predictor": name, "value": value, "bound": bound})
        for name, (value, bound) in known.items()
    ]
    responses = pd.DataFrame(
        {
            "unit_id": units * 2,
            "item": ["open"] * n + ["kind"] * n,
            "value": [str(number % 7) for number in range(n)] + list("AB" * n)[:n],
            "level": [float(number % 7) for number in range(n)] + [np.nan] * n,
        }
    )
    return Tables(
        index=pd.DataFrame({"unit_id": units, "index": index}),
        responses=responses,
        units=pd.DataFrame(
            {
                "unit_id": units,
                "born": [f"d{code}" for code in place],
                "population": rng.integers(50_000, 900_000, size=n),
            }
        ),
        classes=pd.DataFrame({"unit_id": units, "class": classes}),
        predictors=pd.concat(rows, ignore_index=True),
    )


def model(predictor: str = "age_x", **more: object) -> dict:
    return {"outcome": "index", "predictor": predictor, "role": "primary", "controls": [], **more}


def plan(*models: dict, **predictors: dict) -> dict:
    """Analysis section with the predictors and outcomes of `tables`."""
    label = {"fr": "l’âge", "en": "the age"}
    years, points = {"fr": "ans", "en": "years"}, {"fr": "points", "en": "points"}
    names = ("age_x", "age_y", "earliness_x", "delay_x")
    return {
        "outcomes": {
            "index": {"label": {"fr": "la maturité", "en": "maturity"}, "unit": points},
            "opened": {
                "label": {"fr": "les jeux", "en": "datasets"},
                "item": "open",
                "transform": "log1p",
            },
        },
        "predictors": {
            name: {"label": label, "unit": years, **predictors.get(name, {})} for name in names
        },
        "models": list(models),
    }


def case(frames: Tables, analysis: dict, number: int = 0) -> Cases:
    return assemble(analysis["models"][number], analysis, frames)
