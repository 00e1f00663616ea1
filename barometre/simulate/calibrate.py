"""Thresholds moved until the counts of the answers give the published figures.

The responses stay as the model drew them: only where one level ends and the next begins is
moved, so units keep their order and themes their correlations.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from barometre.errors import StudyError


def published(raw: Path, study: str) -> list[dict[str, str]]:
    """Rows of the study's published.csv, every cell as text."""
    with open(raw / study / "published.csv", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def count_for(value: float, relation: str, base: int) -> int:
    """How many of `base` respondents give the published percentage.

    `=` and `~`: the count whose share is nearest; `<` and `>`: the count nearest to the bound for
    which the inequality holds.

    Raises
    ------
    StudyError : no count fulfils the inequality.
    """
    if relation == "<":
        count = math.ceil(value * base / 100) - 1
    elif relation == ">":
        count = math.floor(value * base / 100) + 1
    else:
        count = round(value * base / 100)
    if not 0 <= count <= base:
        raise StudyError(
            f"published.csv: no count out of {base} is {relation} {value:g} %; mend value or base."
        )
    return count


def targets(facts: Sequence[Mapping[str, str]], n: int) -> dict[str, tuple[int, dict[int, int]]]:
    """Item -> (base, step -> how many answer at that level or above), from published.csv.

    Parameters
    ----------
    facts : rows of published.csv; those of statistic `share` are used
    n : units that answer where a row gives no `rebuilt_base`

    Raises
    ------
    StudyError : two figures of one item ask for two bases or for the same step, or a rule on
        levels is not of the form >=4, <=1 or =0.
    """
    found: dict[str, tuple[int, dict[int, int]]] = {}
    for fact in facts:
        if fact["statistic"] != "share" or fact.get("group", "") not in ("", "all"):
            continue
        item, base = fact["item"], int(fact["rebuilt_base"] or n)
        count = count_for(float(fact["value"]), fact["relation"], base)
        known, steps = found.setdefault(item, (base, {}))
        step, at_least = _step(fact["levels"], count, base)
        if known != base or step in steps:
            raise StudyError(
                f"published.csv, figure '{fact['fact']}': item '{item}' is already pinned with "
                f"base {known} at steps {sorted(steps)}; one base and one figure for each step."
            )
        steps[step] = at_least
    return found


def by_group(
    facts: Sequence[Mapping[str, str]], kinds: Sequence[str]
) -> dict[str, list[tuple[np.ndarray, dict[int, int]]]]:
    """Item -> places of the units and counts, for figures about one group or all but one.

    Units that no figure of the item speaks of follow the item's own thresholds (no counts).
    """
    of_unit = np.array(kinds)
    found: dict[str, list[tuple[np.ndarray, dict[int, int]]]] = {}
    for fact in facts:
        if fact["statistic"] != "share" or fact["group"] in ("", "all"):
            continue
        name = fact["group"].removeprefix("not ")
        inside = (of_unit == name) ^ fact["group"].startswith("not ")
        rows = np.flatnonzero(inside)
        count = count_for(float(fact["value"]), fact["relation"], len(rows))
        step, at_least = _step(fact["levels"], count, len(rows))
        found.setdefault(fact["item"], []).append((rows, {step: at_least}))
    for parts in found.values():
        rest = np.setdiff1d(np.arange(len(of_unit)), np.concatenate([rows for rows, _ in parts]))
        if len(rest):
            parts.append((rest, {}))
    return found


def _step(rule: str, count: int, base: int) -> tuple[int, int]:
    """The step a rule speaks of, and how many reach it: `<=1` by k is `>=2` by base - k."""
    parts = re.fullmatch(r"(>=|<=|=)(\d+)", rule)
    if not parts or (parts[1] == "=" and parts[2] != "0"):
        raise StudyError(f"published.csv: the levels '{rule}' are not of the form >=4, <=1 or =0.")
    level = int(parts[2])
    return (level, count) if parts[1] == ">=" else (level + 1, base - count)


def pinned(response: np.ndarray, thresholds: np.ndarray, at_least: Mapping[int, int]) -> np.ndarray:
    """Thresholds under which exactly the wanted counts reach the wanted steps.

    Parameters
    ----------
    response : continuous responses of those who answer, shape (answering,), no two alike
    thresholds : rising, shape (steps,); threshold number s (from 1) is what level s must pass
    at_least : step -> count

    Returns
    -------
    Rising, shape (steps,); those between two pinned ones keep their relative place, those
    outside keep their distance to the nearest.

    Raises
    ------
    StudyError : a higher step is to be reached by as many or more than a lower one.
    """
    if not at_least:
        return thresholds
    ranked = np.sort(response)[::-1]
    padded = np.concatenate([[ranked[0] + 1], ranked, [ranked[-1] - 1]])
    steps = sorted(at_least)
    new = np.array([(padded[at_least[s]] + padded[at_least[s] + 1]) / 2 for s in steps])
    if (np.diff(new) <= 0).any():
        raise StudyError(
            f"published.csv: steps {steps} are to be reached by {[at_least[s] for s in steps]}; "
            "a higher level must be reached by fewer."
        )
    old = thresholds[[s - 1 for s in steps]]
    moved = np.interp(thresholds, old, new)
    below, above = thresholds < old[0], thresholds > old[-1]
    moved[below] = new[0] + thresholds[below] - old[0]
    moved[above] = new[-1] + thresholds[above] - old[-1]
    return moved
