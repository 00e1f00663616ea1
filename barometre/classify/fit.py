"""The classify room: from index, themes and draws to classes and everything that doubts them.

1. the headline: the index cut at the study's shares, with class probabilities (`ordered`);
2. shares and split audit beside free k-means (`audit`, `natural`, `multinomial`);
3. other methods and their agreement (`methods`, `exchange`), and how many classes (`how_many`);
4. stability over resamples of the units (`stability`, `consensus`), how well each unit sits in
   its class (`silhouettes`), and which rule is the verdict at this n (`verdict`);
5. what it would take to change class (`flips`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from barometre.classify.audit import class_shares, split_audit
from barometre.classify.consensus import consensus_table
from barometre.classify.flips import answer_flips
from barometre.classify.how_many import class_numbers
from barometre.classify.methods import HEADLINE, agreement, class_methods, views
from barometre.classify.ordered import chances_of, class_table
from barometre.classify.silhouettes import silhouette_table
from barometre.classify.space import Space, theme_space
from barometre.classify.stability import class_stability, sized_codes
from barometre.classify.verdict import RULES, THEMES, theme_chances, verdict_table
from barometre.codebook import Codebook
from barometre.draws import Draws, generator
from barometre.measure.scoring import Structure, level_matrix, structure


def fit(
    index: pd.DataFrame,
    themes: pd.DataFrame,
    draws: Draws,
    responses: pd.DataFrame,
    codebook: Codebook,
    classify: Mapping[str, Any],
    measure: Mapping[str, Any],
    seed: int,
    study: str,
    units: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """All tables of the room, under the names of their contracts.

    Parameters
    ----------
    index, themes, responses : tables `index`, `theme_scores`, `responses`
    draws : posterior draws of the index, layers (a) and (b)
    classify, measure : sections of study.yaml
    seed, study : what every random step of the room is derived from
    units : table `units`, where an item is divided by one of its columns

    Raises
    ------
    StudyError : fewer units with an index than classes.
    """
    plan = structure(codebook, measure, responses, units)
    classes, codes = class_table(index, draws, classify)
    known = codes >= 0
    units, scores = index.loc[known, "unit_id"], index["index"].to_numpy(float)
    space = _space(index[known], themes, responses, plan, classify)
    found, skipped = views(codes[known], space, generator(seed, study, "methods"))
    stability, labels = class_stability(
        space.index, codes[known], classify["shares"], generator(seed, study, "stability")
    )
    if THEMES in found:
        labels[THEMES] = sized_codes(
            space, classify["shares"], generator(seed, study, "stability_themes")
        )
    verdict = verdict_table(found, labels)
    chances = {HEADLINE: chances_of(classes[known])}
    if verdict.loc[verdict["is_verdict"], "rule"].item() == THEMES:
        rng = generator(seed, study, "theme_chances")
        chances[THEMES] = theme_chances(space, found[THEMES], units, draws, rng)
    return {
        "classes": classes,
        "class_verdict": verdict,
        "class_shares": class_shares(scores, codes, classify, generator(seed, study, "shares")),
        "split_audit": split_audit(scores, codes, classify, generator(seed, study, "audit")),
        "class_methods": class_methods(index["unit_id"], known, found, chances),
        "method_agreement": agreement(found, skipped, space),
        "class_numbers": class_numbers(space, generator(seed, study, "class_numbers")),
        "class_stability": stability,
        "consensus": consensus_table(units, space.index, codes[known], labels, RULES),
        "silhouettes": silhouette_table(units, space, {HEADLINE: codes[known]}),
        "answer_flips": answer_flips(
            index, codes, responses, codebook, plan, measure, classify["shares"]
        ),
    }


def _space(
    index: pd.DataFrame,
    themes: pd.DataFrame,
    responses: pd.DataFrame,
    plan: Structure,
    classify: Mapping[str, Any],
) -> Space:
    """The known units in theme space, with their item levels."""
    weights = dict(zip(plan.themes, plan.theme_weights.tolist(), strict=True))
    units, levels, _ = level_matrix(responses, plan)
    place = {str(unit): row for row, unit in enumerate(units)}
    rows = [place[str(unit)] for unit in index["unit_id"]]
    return replace(theme_space(index, themes, classify, weights), levels=levels[rows])
