"""The classify room: from index, themes and draws to classes and everything that doubts them.

1. the headline: the index cut at the study's shares, with class probabilities (`ordered`);
2. shares and split audit beside free k-means (`audit`, `natural`, `multinomial`);
3. other methods and their agreement (`methods`, `exchange`), and how many classes (`how_many`);
4. stability under the bootstrap of units (`stability`);
5. what it would take to change class (`flips`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.classify.audit import class_shares, split_audit
from barometre.classify.flips import answer_flips
from barometre.classify.how_many import class_numbers
from barometre.classify.methods import class_methods, theme_space
from barometre.classify.ordered import class_table
from barometre.classify.stability import class_stability
from barometre.codebook import Codebook
from barometre.draws import Draws, generator
from barometre.measure.scoring import structure


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
    weights = dict(zip(plan.themes, plan.theme_weights.tolist(), strict=True))
    classes, codes = class_table(index, draws, classify)
    scores = index["index"].to_numpy(float)
    space = theme_space(index[codes >= 0], themes, classify, weights)
    methods, agreement = class_methods(
        index["unit_id"], codes, space, generator(seed, study, "methods")
    )
    return {
        "classes": classes,
        "class_shares": class_shares(scores, codes, classify, generator(seed, study, "shares")),
        "split_audit": split_audit(scores, codes, classify, generator(seed, study, "audit")),
        "class_methods": methods,
        "method_agreement": agreement,
        "class_numbers": class_numbers(space, generator(seed, study, "class_numbers")),
        "class_stability": class_stability(
            scores, classify["shares"], generator(seed, study, "stability")
        ),
        "answer_flips": answer_flips(
            index, codes, responses, codebook, plan, measure, classify["shares"]
        ),
    }
