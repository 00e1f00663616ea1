"""What the primary models say, in sentences that are written from their numbers and stop there.

The rule behind each verdict is `decision.RULE`. Each p-value stands beside its slope, interval, n
and what was permuted; an association is called one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from barometre.explain import decision
from barometre.explain.permutation import Permutation, from_text
from barometre.publish.words import (
    capital,
    digits_for,
    estimate,
    interval,
    number,
    p_value,
    picked,
    typeset,
)

SENTENCES = {
    "nothing": {
        "fr": "Rien n'a été demandé sur l'âge ni sur la vitesse d'organisation : pas de modèle, "
        "pas de verdict.",
        "en": "Nothing was asked about age or speed of organisation: no model, no verdict.",
    },
    "slope": {
        "fr": "{pair} (n = {n}) : pente {slope}, intervalle à 95 % {interval} ; {test}.",
        "en": "{pair} (n = {n}): slope {slope}, 95% interval {interval}; {test}.",
    },
    "pair": {"fr": "« {outcome} » selon « {predictor} »", "en": "“{outcome}” on “{predictor}”"},
    "per": {"fr": "{slope} ({outcome} / {predictor})", "en": "{slope} ({outcome} / {predictor})"},
    "test_units": {
        "fr": "{p} par permutation des {distinct} unités ({how})",
        "en": "{p} by permuting the {distinct} units ({how})",
    },
    "test_dates": {
        "fr": "{p} par permutation des {distinct} dates ({how})",
        "en": "{p} by permuting the {distinct} dates ({how})",
    },
    "enumerated": {"fr": "toutes les {count} énumérées", "en": "all {count} enumerated"},
    "drawn": {"fr": "{count} tirages", "en": "{count} draws"},
    "holm": {
        "fr": "Après la correction de Holm sur les {tests} modèles principaux : {p}.",
        "en": "After Holm's correction over the {tests} primary models: {p}.",
    },
    "dates": {
        "fr": "Des unités partagent leur date : ce qui ressemble à {n} observations n'en fait que "
        "{distinct}. Compter les unités comme indépendantes donnerait {p}.",
        "en": "Units share their date: what looks like {n} observations is {distinct}. Counting "
        "the units as independent would give {p}.",
    },
    "bounds": {
        "fr": "{count} des {known} valeurs de « {predictor} » sont des bornes, non des dates "
        "exactes ; elles sont prises ici comme des valeurs.",
        "en": "{count} of the {known} values of “{predictor}” are bounds, not exact dates; they "
        "are taken as values here.",
    },
    "none": {
        "fr": "Pas de verdict : le plan a {df} degrés de liberté, et il en faut {least}. Ces "
        "données ne permettent ni d'affirmer ni d'écarter un lien.",
        "en": "No verdict: the design has {df} degrees of freedom where {least} are needed. These "
        "data can neither assert nor exclude an association.",
    },
    "cannot_test": {
        "fr": "Pas de verdict : l'intervalle ou le test ne peut pas être calculé (les points sont "
        "sur une droite, ou une seule valeur est partagée par tous).",
        "en": "No verdict: the interval or the test cannot be computed (the points lie on a line, "
        "or all share one value).",
    },
    "cannot_fit": {
        "fr": "{pair} (n = {n}) : rien ne peut être estimé, donc pas de verdict.",
        "en": "{pair} (n = {n}): nothing can be estimated, hence no verdict.",
    },
    "compatible_with_zero": {
        "fr": "Verdict : compatible avec l'absence de lien, comme avec toute pente de "
        "l'intervalle ; ce n'est pas la preuve qu'il n'y en a pas.",
        "en": "Verdict: compatible with no association, and with every slope in the interval; "
        "this is no proof that there is none.",
    },
    "positive": {
        "fr": "Verdict : les deux vont ensemble dans ces données. C'est une association, non un "
        "effet.",
        "en": "Verdict: the two go together in these data. This is an association, not an effect.",
    },
    "negative": {
        "fr": "Verdict : quand l'un est grand, l'autre est petit dans ces données. C'est une "
        "association, non un effet.",
        "en": "Verdict: where one is large the other is small in these data. This is an "
        "association, not an effect.",
    },
}


def sentences(
    regression: pd.DataFrame,
    analysis: Mapping[str, Any],
    language: str,
) -> list[str]:
    """One paragraph for each primary model, in the order of the plan.

    Parameters
    ----------
    regression : its contract
    analysis : section of study.yaml
    language : "fr" or "en"
    """
    rows = carriers(regression)
    if rows.empty:
        return [say("nothing", language)]
    tests = int(rows["p_value_holm"].notna().sum())
    return [
        " ".join(_paragraph(row, regression, analysis, tests, language))
        for _, row in rows.iterrows()
    ]


def carriers(regression: pd.DataFrame) -> pd.DataFrame:
    """The one row of each primary model that carries its verdict, in the order of the plan."""
    rows = regression[(regression["role"] == "primary") & (regression["cov_type"] == "HC2-BM")]
    return rows[rows["verdict"].notna()]


def say(key: str, language: str, **values: object) -> str:
    """One sentence of `SENTENCES`, filled in and typeset."""
    return typeset(SENTENCES[key][language].format(**values), language)


def _paragraph(
    row: pd.Series,
    regression: pd.DataFrame,
    analysis: Mapping[str, Any],
    tests: int,
    language: str,
) -> list[str]:
    pair = _pair(row, analysis, language)
    n = number(row["n"], language)
    if pd.isna(row["estimate"]):
        return [say("cannot_fit", language, pair=pair, n=n)]
    own = regression[(regression["model"] == row["model"]) & (regression["term"] == row["term"])]
    clustered = own[own["cov_type"] == "CR2"]
    ends = clustered.iloc[0] if len(clustered) else row
    test = from_text(row["permutation_unit"], row["p_value_permutation"])
    digits = digits_for(ends["ci_low"], ends["ci_high"])
    said = [
        say(
            "slope",
            language,
            pair=pair,
            n=n,
            slope=_slope(
                row,
                analysis,
                estimate(row["estimate"], ends["ci_low"], ends["ci_high"], language),
                language,
            ),
            interval=interval(ends["ci_low"], ends["ci_high"], language, digits),
            test=_test(test, language),
        )
    ]
    if len(clustered):
        units = own[own["cov_type"] == "HC3"].iloc[0]["p_value_permutation"]
        distinct = number(test.distinct, language)
        said.append(say("dates", language, n=n, distinct=distinct, p=p_value(units, language)))
    if tests > 1:
        adjusted = p_value(row["p_value_holm"], language)
        said.append(say("holm", language, tests=number(tests, language), p=adjusted))
    said += _bounds(row, analysis, language)
    degrees = own["df"][own["cov_type"].isin(["HC2-BM", "CR2"])].min()
    key = row["verdict"]
    if key == decision.NONE and degrees >= decision.MINIMUM_DF:
        key = "cannot_test"
    # Rounded down: 3.96 must not be printed as the 4.0 that would have been enough.
    df = number(np.floor(10 * degrees) / 10, language, 1)
    said.append(say(key, language, df=df, least=number(decision.MINIMUM_DF, language, 0)))
    return said


def _pair(row: pd.Series, analysis: Mapping[str, Any], language: str) -> str:
    outcome = picked(analysis["outcomes"][row["outcome"]]["label"], language)
    predictor = picked(analysis["predictors"][row["term"]]["label"], language)
    return say("pair", language, outcome=capital(outcome), predictor=predictor)


def _slope(row: pd.Series, analysis: Mapping[str, Any], slope: str, language: str) -> str:
    outcome = analysis["outcomes"][row["outcome"]].get("unit")
    predictor = analysis["predictors"][row["term"]].get("unit")
    if not (outcome and predictor):
        return slope
    return say(
        "per",
        language,
        slope=slope,
        outcome=picked(outcome, language),
        predictor=picked(predictor, language),
    )


def _test(test: Permutation, language: str) -> str:
    how = "enumerated" if test.enumerated else "drawn"
    return say(
        "test_units" if test.unit == "units" else "test_dates",
        language,
        p=p_value(test.p_value, language),
        distinct=number(test.distinct, language),
        how=say(how, language, count=number(test.count, language)),
    )


def _bounds(row: pd.Series, analysis: Mapping[str, Any], language: str) -> list[str]:
    """How many of the model's own units have a bound for a predictor."""
    if not row["n_bounds"]:
        return []
    predictor = picked(analysis["predictors"][row["term"]]["label"], language)
    count, known = number(row["n_bounds"], language), number(row["n"], language)
    return [say("bounds", language, count=count, known=known, predictor=predictor)]
