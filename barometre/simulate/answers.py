"""From levels and draws to answers in the survey tool's codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from barometre.codebook import Codebook

BLANK = -1


def scale_codes(codebook: Codebook, item: str) -> list[str]:
    """Answer code of each level of an item's scale, lowest first."""
    levels = {code: level for code, level in codebook.levels(item).items() if level == level}
    return sorted(levels, key=lambda code: levels[code])


def unknown_code(codebook: Codebook, item: str) -> str:
    """Code of "don't know" on an item's scale; "" (left blank) where the scale has none."""
    states = codebook.states(item)
    return next((code for code, state in states.items() if state == "unknown"), "")


def blanked(
    shape: tuple[int, int], bases: Sequence[int | None], chance: float, rng: np.random.Generator
) -> np.ndarray:
    """Which cells are left unanswered, shape (units, items).

    Parameters
    ----------
    bases : how many units answer each item; None leaves each cell to `chance`
    """
    units, items = shape
    cells = rng.random(shape) < chance
    for item, base in enumerate(bases):
        if base is not None:
            cells[:, item] = False
            cells[rng.permutation(units)[base:], item] = True
    return cells


def write_levels(
    answers: list[dict[str, str]],
    codebook: Codebook,
    items: Sequence[str],
    levels: np.ndarray,
) -> None:
    """Put levels into the answers of each unit; `BLANK` leaves the item out.

    Parameters
    ----------
    levels : whole levels from 0, shape (units, items)
    """
    for column, item in enumerate(items):
        codes = scale_codes(codebook, item)
        for unit, level in enumerate(levels[:, column]):
            if level != BLANK:
                answers[unit][item] = codes[int(level)]


def choose(chances: np.ndarray, codes: Sequence[str], rng: np.random.Generator) -> list[str]:
    """One code for each unit.

    Parameters
    ----------
    chances : of each code, shape (units, codes); rows sum to 1
    """
    below = rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)[:, :-1]
    return [codes[int(number)] for number in below.sum(axis=1)]
