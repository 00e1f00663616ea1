"""Keys of `measure` that cannot stand together, told before any job from study.yaml alone.

Imported when Snakemake reads the workflow: it loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Normalisations that place a unit among the others: their 0-100 is not that of the answers.
RELATIVE = ("zscore", "rank", "percentile")
# Weights that are made from the scores.
DERIVED = ("pca", "entropy", "benefit_of_doubt")
WITH_OFFSET = ("geometric", "harmonic", "generalised")


def contradictions(settings: Mapping[str, Any], path: str) -> Iterator[str]:
    """One sentence for each, beginning with file and key.

    Parameters
    ----------
    settings : all of study.yaml, defaults filled in
    path : of study.yaml, for the sentences
    """
    measure = settings["measure"]
    yield from _weights(measure, path)
    yield from _aggregation(measure, path)
    yield from _relative(settings, path)
    yield from _staged(measure, path)


def weighting(measure: Mapping[str, Any]) -> str:
    """How the themes are weighted: as said, else `expert` where weights are given."""
    return measure.get("weights", "expert" if measure.get("theme_weights") else "equal")


def _weights(measure: Mapping[str, Any], path: str) -> Iterator[str]:
    where = f"{path}, key 'measure.theme_weights'"
    given = measure.get("theme_weights")
    how = weighting(measure)
    if how == "expert" and not given:
        yield (
            f"{path}, key 'measure.weights': 'expert' needs measure.theme_weights, a weight for "
            "each theme."
        )
    if how != "expert" and given:
        yield f"{where}: measure.weights is '{how}', which leaves these no room; take one out."
    if not given:
        return
    themes = measure.get("themes") or {}
    for theme in given:
        if themes and theme not in themes:
            yield (
                f"{path}, key 'measure.theme_weights.{theme}': there is no such theme; the themes "
                f"are {', '.join(themes)}."
            )
    left_out = [theme for theme in themes if theme not in given]
    if left_out:
        yield f"{where}: theme '{left_out[0]}' has no weight; give every theme one (0: left out)."
    total = sum(given.values())
    if total <= 0:
        yield f"{where}: all weights are 0; give at least one theme a positive weight."
    elif max(given.values()) <= 1 and abs(total - 1) > 1e-6:
        yield (
            f"{where}: the weights sum to {total:g} and must sum to 1 (numbers above 1 are taken "
            "as points, relative to their sum)."
        )


def _aggregation(measure: Mapping[str, Any], path: str) -> Iterator[str]:
    how, power = measure.get("aggregation", "arithmetic"), measure.get("power")
    where = f"{path}, key 'measure.power'"
    if how == "generalised" and power is None:
        yield f"{where}: the generalised mean needs its power, such as 0.5."
    if how == "generalised" and power == 0:
        yield f"{where}: the mean of power 0 is the geometric one; set measure.aggregation to it."
    if how != "generalised" and power is not None:
        yield f"{where}: only measure.aggregation 'generalised' has a power, not '{how}'."
    if how not in WITH_OFFSET and measure.get("offset"):
        yield (
            f"{path}, key 'measure.offset': the {how} mean needs none; it is for "
            f"{', '.join(WITH_OFFSET)}."
        )


def _relative(settings: Mapping[str, Any], path: str) -> Iterator[str]:
    """What claims points of the answer scale where units are placed among each other."""
    measure = settings["measure"]
    how = measure.get("normalisation", "scale")
    if how not in RELATIVE:
        return
    where = f"{path}, key 'measure.normalisation': '{how}' places units among each other"
    if (measure.get("official") or {}).get("kind") == "groups":
        yield f"{where}, so the publisher's cuts (measure.official) do not apply; take 'scale'."
    if "editions" in settings:
        yield f"{where} of one edition, so no cut score can be carried (editions); take 'scale'."
    if "people" in settings:
        yield f"{where}, so self-ratings (people) cannot stand beside it; take 'scale'."
    if measure.get("ranks"):
        yield f"{where} and has no interval, from which measure.ranks are made; take 'scale'."


def _staged(measure: Mapping[str, Any], path: str) -> Iterator[str]:
    asked, themes = measure.get("staged", False), measure.get("themes") or {}
    for theme in asked if isinstance(asked, list) else ():
        if themes and theme not in themes:
            yield (
                f"{path}, key 'measure.staged': there is no theme '{theme}'; the themes are "
                f"{', '.join(themes)}."
            )
