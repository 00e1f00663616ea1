"""What is said of a survey of persons as a whole: weights, agreement, and the employers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.describe import weighting
from barometre.describe.people import People
from barometre.measure.consistency import alpha, feldt

# Statistic -> French, English.
WORDS = {
    "n": ("personnes retenues", "persons kept"),
    "n_scored": ("personnes dont le score est connu", "persons whose score is known"),
    "n_weighted": ("personnes pondérées", "persons that have a weight"),
    "design_effect": (
        "effet de plan des poids (Kish) : de combien la pondération gonfle la variance",
        "design effect of the weights (Kish): how much weighting swells the variance",
    ),
    "n_effective": (
        "personnes qui, sans poids, vaudraient autant",
        "persons that would be worth as much without weights",
    ),
    "weight_smallest": ("plus petit poids (moyenne 1)", "smallest weight (mean 1)"),
    "weight_largest": ("plus grand poids (moyenne 1)", "largest weight (mean 1)"),
    "self_test_correlation": (
        "corrélation de rang entre l'avis de chacun et le test",
        "rank correlation of self-rating and test",
    ),
    "self_alpha": (
        "alpha des thèmes de l'auto-évaluation",
        "alpha of the themes of the self-rating",
    ),
    "test_alpha": ("alpha des thèmes du test", "alpha of the themes of the test"),
    "n_employers": ("employeurs", "employers"),
    "employer_sd": (
        "écart-type entre employeurs, en points (ordonnée aléatoire)",
        "standard deviation between employers, points (random intercept)",
    ),
    "person_sd": (
        "écart-type entre personnes d'un même employeur, en points",
        "standard deviation between persons of one employer, points",
    ),
    "employer_share": (
        "part de la variance qui tient à l'employeur (ICC)",
        "share of the variance that lies between employers (ICC)",
    ),
}  # fmt: skip


def sample_table(people: People, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of the contract `people_sample`: statistic, value, low, high, words.

    `low` and `high` are Feldt's interval of an alpha; nothing else has one, since volunteers are no
    sample.
    """
    rows = _weights(people) | _agreement(people)
    cluster = settings["people"].get("cluster")
    if cluster:
        rows |= employers(people.index, people.answers[cluster])
    return pd.DataFrame(
        [
            {
                "statistic": name,
                "value": value[0],
                "low": value[1],
                "high": value[2],
                "label_fr": WORDS[name][0],
                "label_en": WORDS[name][1],
            }
            for name, value in rows.items()
        ]
    )


def _weights(people: People) -> dict[str, tuple[float, float, float]]:
    known = people.weights[np.isfinite(people.weights)]
    found = {"n": float(len(people.index)), "n_scored": float(np.isfinite(people.index).sum())}
    if len(known):
        effect = weighting.design_effect(known)
        found |= {
            "n_weighted": len(known),
            "design_effect": effect,
            "n_effective": len(known) / effect,
            "weight_smallest": known.min(),
            "weight_largest": known.max(),
        }
    return {name: (float(value), np.nan, np.nan) for name, value in found.items()}


def _agreement(people: People) -> dict[str, tuple[float, float, float]]:
    from scipy.stats import spearmanr

    found: dict[str, tuple[float, float, float]] = {}
    own = people.ratings.mean(axis=1).to_numpy(float)
    both = np.isfinite(own) & np.isfinite(people.index)
    if both.sum() > 2:
        rank = float(spearmanr(own[both], people.index[both]).statistic)
        found["self_test_correlation"] = (rank, np.nan, np.nan)
    for name, table in (("self_alpha", people.ratings), ("test_alpha", people.tests)):
        complete = table.dropna().to_numpy(float)
        if complete.shape[1] > 1 and len(complete) > 2:
            value = alpha(np.cov(complete, rowvar=False))
            found[name] = (value, *feldt(value, *complete.shape))
    return found


def employers(index: np.ndarray, employer: pd.Series) -> dict[str, tuple[float, float, float]]:
    """Variance of the index between and within employers, by a random intercept.

    Notes
    -----
    Restricted maximum likelihood: Laird & Ware (1982), *Biometrics* 38, 963-974.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    known = np.isfinite(index) & employer.notna().to_numpy() & (employer != "").to_numpy()
    groups = employer[known].astype(str).to_numpy()
    if len(set(groups)) < 3 or len(groups) <= len(set(groups)):
        return {}
    fitted = MixedLM(index[known], np.ones((known.sum(), 1)), groups=groups).fit(reml=True)
    between, within = float(np.asarray(fitted.cov_re)[0, 0]), float(fitted.scale)
    values = {
        "n_employers": len(set(groups)),
        "employer_sd": between**0.5,
        "person_sd": within**0.5,
        "employer_share": between / (between + within),
    }
    return {name: (float(value), np.nan, np.nan) for name, value in values.items()}
