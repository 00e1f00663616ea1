"""Which rule is the verdict at this n, and how sure are its classes?

Two rules give the published sizes: the cut of the index, and size-constrained k-means in theme
space. Up to about 40 units the second finds other classes in every resample, so the cut with its
probabilities is the verdict. From 100 units on theme-space classes are, if every one of them is
found again: lowest mean Jaccard above .75, the usual mark of a pattern (Hennig 2007). In between
neither is settled: the cut stays, and where the two differ the class hangs on the rule.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from barometre.classify.exchange import sized_partition
from barometre.classify.methods import HEADLINE
from barometre.classify.space import LARGE, Space, completed
from barometre.classify.stability import resampled_jaccard
from barometre.draws import Draws
from barometre.study import CLASSES

THEMES = "sized_themes"
RULES = (HEADLINE, THEMES)
FEW_UNITS, MANY_UNITS = 40, 100
PATTERN = 0.75
DRAWS, LARGE_DRAWS = 1000, 200
STARTS = 2  # beside the cut and the observed classes


def verdict(n: int, jaccard: np.ndarray | None) -> tuple[str, str, str]:
    """The rule that is the verdict, and why, in English and French.

    Parameters
    ----------
    n : units with an index
    jaccard : mean Jaccard of each theme-space class (classes,); None where there are none
    """
    if jaccard is None:
        return (
            HEADLINE,
            "The only rule here that gives the sizes asked for.",
            "Seule règle qui donne ici les effectifs voulus.",
        )
    lowest = float(jaccard.min())
    told, told_fr = f"{lowest:.2f}", f"{lowest:.2f}".replace(".", ",")
    if n <= FEW_UNITS:
        return (
            HEADLINE,
            f"Up to about {FEW_UNITS} units the cut with its probabilities is the verdict; "
            "classes from all themes are a view.",
            "Jusqu'à une quarantaine d'unités, la coupe et ses probabilités sont le verdict ; les "
            "classes tirées de tous les thèmes sont un point de vue.",
        )
    if n < MANY_UNITS:
        return (
            HEADLINE,
            f"Between {FEW_UNITS} and {MANY_UNITS} units neither rule is settled: the cut is kept "
            "with its probabilities, and where the two rules differ the class hangs on the rule.",
            f"Entre {FEW_UNITS} et {MANY_UNITS} unités, aucune des deux règles ne s'impose : la "
            "coupe est gardée avec ses probabilités ; là où elles diffèrent, la classe tient à la "
            "règle.",
        )
    if lowest > PATTERN:
        return (
            THEMES,
            f"From {MANY_UNITS} units on classes from all themes are the verdict if stable: their "
            f"lowest Jaccard is {told}, above .75.",
            f"À partir de {MANY_UNITS} unités, les classes tirées de tous les thèmes sont le "
            f"verdict si elles sont stables : leur plus petit Jaccard est {told_fr}, au-dessus de "
            "0,75.",
        )
    return (
        HEADLINE,
        f"From {MANY_UNITS} units on classes from all themes would be the verdict if they were "
        f"stable; their lowest Jaccard is {told}, not above .75, so the cut is.",
        f"À partir de {MANY_UNITS} unités, les classes tirées de tous les thèmes seraient le "
        f"verdict si elles étaient stables ; leur plus petit Jaccard est {told_fr}, pas au-dessus "
        "de 0,75 : c'est donc la coupe.",
    )


def verdict_table(
    found: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Table `class_verdict`: one row per rule that gives the sizes asked for.

    Parameters
    ----------
    found : method -> class codes of the units with an index (units,)
    labels : rule -> codes on each resample of the units (resamples, units), -1 left out
    """
    similar = {rule: resampled_jaccard(found[rule], labels[rule]).mean(0) for rule in labels}
    chosen, reason, reason_fr = verdict(len(found[HEADLINE]), similar.get(THEMES))
    differ = int((found[HEADLINE] != found[THEMES]).sum()) if THEMES in labels else None
    rows = []
    for rule, jaccard in similar.items():
        row = {"rule": rule, "n": len(found[rule]), "is_verdict": rule == chosen}
        row |= {f"jaccard_{name}": jaccard[code] for code, name in enumerate(CLASSES)}
        row |= {"jaccard_lowest": jaccard.min(), "resamples": len(labels[rule]), "differ": differ}
        told = (reason, reason_fr) if rule == chosen else (None, None)
        rows.append(row | dict(zip(("reason", "reason_fr"), told, strict=True)))
    return pd.DataFrame(rows).astype({"differ": "Int64"})


def theme_chances(
    space: Space, labels: np.ndarray, units: pd.Series, draws: Draws, rng: np.random.Generator
) -> np.ndarray:
    """Share of posterior draws in which theme-space classes hold each unit, (units, classes).

    "Right" is, as for the cut, the class that the same rule gives the same units on their true
    theme scores. Each draw is sorted anew, from the classes on the observed scores, the cut and
    random starts; the first draws are used, as they come in random order. Monte Carlo error at most
    1 / (2 sqrt(draws)).

    Parameters
    ----------
    labels : theme-space classes on the observed scores (units,)
    units : ids of the units of `space`
    """
    column = {str(unit): place for place, unit in enumerate(draws.units)}
    place = np.array([column[str(unit)] for unit in units])
    theme = [list(map(str, draws.themes)).index(name) for name in space.themes]
    made = min(len(draws.index), DRAWS if len(place) <= LARGE else LARGE_DRAWS)
    counts = np.zeros((len(place), len(CLASSES)))
    for draw in range(made):
        index = draws.index[draw, place]
        grid = draws.theme_scores[draw][np.ix_(place, np.array(theme))].astype(float)
        points = completed(grid, index) * space.stretch
        found, _ = sized_partition(points, index, space.sizes, STARTS, rng, first=labels)
        counts[np.arange(len(place)), found] += 1
    return counts / made
