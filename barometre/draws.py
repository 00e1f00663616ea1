"""Draws of the index, labelled by their layer of doubt, and the seeds they come from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Draws:
    """Posterior (shrunken) draws of every unit's scores, layers (a) and (b) of the methods.

    Attributes
    ----------
    units : unit ids, shape (units,)
    themes : theme keys, shape (themes,)
    index : 0-100, shape (draws, units); a unit whose index is unknown is NaN throughout
    theme_scores : 0-100, shape (draws, units, themes); NaN where a theme has no answer
    layer : what was drawn, e.g. "ab"
    """

    units: np.ndarray
    themes: np.ndarray
    index: np.ndarray
    theme_scores: np.ndarray
    layer: str = "ab"


def generator(seed: int, study: str, step: str) -> np.random.Generator:
    """The random generator of one step of one study: same seed, same bytes, at any --cores."""
    return np.random.default_rng([seed, zlib.crc32(study.encode()), zlib.crc32(step.encode())])


def write_draws(draws: Draws, path: str) -> None:
    """Write draws as .npz; numpy stamps 1980 on its members, so the bytes are stable."""
    np.savez_compressed(
        path,
        units=draws.units.astype(str),
        themes=draws.themes.astype(str),
        index=draws.index.astype(np.float32),
        theme_scores=draws.theme_scores.astype(np.float32, copy=False),
        layer=np.array(draws.layer),
    )


def read_draws(path: str) -> Draws:
    """Read what `write_draws` wrote: the index as float64, the many theme scores as stored."""
    with np.load(path) as stored:
        return Draws(
            units=stored["units"],
            themes=stored["themes"],
            index=stored["index"].astype(float),
            theme_scores=stored["theme_scores"],
            layer=str(stored["layer"]),
        )
