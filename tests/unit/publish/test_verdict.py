"""The sentences that the page prints, in both languages, from regression tables."""

import re

import numpy as np
import pytest

from barometre.explain import decision, models
from barometre.publish.verdict import SENTENCES, sentences
from tests.unit.explain.study import model, plan, tables

LANGUAGES = ("fr", "en")
NO = {"fr": "as de verdict", "en": "o verdict"}
YES = {"fr": "Verdict\u00a0:", "en": "Verdict:"}
# An age, adjusted or not, is never said to have an effect.
CAUSAL = re.compile(
    r"\b(effect|impact|influence|effet) (of|de|du|d['’])\b|\b(causes?|because|leads? to|makes?|"
    r"provoque|entra[iî]ne|cause|rend|grâce)\b",
    re.IGNORECASE,
)


def paragraphs(frames, analysis: dict, language: str) -> list[str]:
    rows = models.all_cases(analysis, frames)
    table = models.regression(rows, analysis, 199, seed=1, study="s")
    return sentences(table, analysis, language)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (3.0, {"fr": "les deux vont ensemble", "en": "the two go together"}),
        (-3.0, {"fr": "quand l'un est grand, l'autre est petit", "en": "the other is small"}),
        (0.0, {"fr": "compatible avec l'absence de lien", "en": "compatible with no association"}),
    ],
)
def test_the_verdict_of_the_rule_is_said(slope, said, language) -> None:
    (text,) = paragraphs(tables(slope=slope, seed=2), plan(model()), language)
    assert said[language] in text and YES[language] in text
    assert NO[language] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_p_value_without_n_slope_interval_and_what_was_permuted(language) -> None:
    analysis = plan(model(), model("earliness_x"), model("age_y", role="beside"))
    found = [plain(text) for text in paragraphs(tables(), analysis, language)]
    assert len(found) == 2, "one paragraph for each primary model, none beside"
    for text in found:
        assert re.search(r"\bp [=<] [\d,.]+", text)
        assert "(n = 30)" in text
        assert re.search({"fr": r"pente [−\d]", "en": r"slope [−\d]"}[language], text)
        mark = {"fr": " ; ", "en": ", "}[language]
        assert re.search(r"95 ?%[^[]*\[[−\d,.]+" + mark + r"[−\d,.]+\]", text)
        assert re.search(
            {"fr": r"permutation des 30 unités", "en": "permuting the 30 units"}[language], text
        )
        assert "199 " in text and "Holm" in text and "2 " in text
        first = re.search(r"\bp [=<]", text)
        assert text.index("[") < first.start(), "the interval stands before the p-value"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verdict_where_the_rule_gives_none(language) -> None:
    frames = tables(n=10)
    ages = np.array([1.0, 1.1, 1.2, 0.9, 1.3, 1.0, 1.1, 0.8, 1.2, 40.0])
    frames.predictors.loc[frames.predictors["predictor"] == "age_x", "value"] = ages
    frames.index["index"] = ages + np.linspace(0, 0.5, 10)
    (text,) = paragraphs(frames, plan(model()), language)
    assert NO[language] in text and YES[language] not in text
    assert {"fr": "degrés de liberté", "en": "degrees of freedom"}[language] in text
    for key in ("positive", "negative", "compatible_with_zero"):
        assert SENTENCES[key][language][:30] not in plain(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_degrees_of_freedom_just_below_the_limit_do_not_print_as_the_limit(language) -> None:
    frames = tables()
    analysis = plan(model())
    rows = models.all_cases(analysis, frames)
    table = models.regression(rows, analysis, 99, seed=1, study="s")
    own = table["cov_type"] == "HC2-BM"
    table.loc[own, "df"] = 3.98
    table.loc[own, "verdict"] = decision.NONE
    (text,) = sentences(table, analysis, language)
    assert {"fr": "3,9", "en": "3.9"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_estimated_or_tested_is_no_verdict_for_its_own_reason(language) -> None:
    frames = tables()
    frames.index["index"] = 50.0
    (text,) = paragraphs(frames, plan(model()), language)
    assert NO[language] in text and "p\u00a0=" not in text
    analysis = plan(model())
    straight = tables()
    rows = models.all_cases(analysis, straight)
    table = models.regression(rows, analysis, 99, seed=1, study="s")
    own = table["cov_type"] == "HC2-BM"
    table.loc[own, ["ci_low", "ci_high"]] = np.nan
    table.loc[own, "verdict"] = decision.NONE
    (text,) = sentences(table, analysis, language)
    assert NO[language] in text
    assert {"fr": "degrés de liberté", "en": "degrees of freedom"}[language] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_shared_dates_are_counted_as_dates(language) -> None:
    analysis = plan(model(), age_x={"permute_by": "born"})
    frames = tables(n=24, dates=6)
    rows = models.all_cases(analysis, frames)
    table = models.regression(rows, analysis, 199, seed=1, study="s")
    (text,) = (plain(one) for one in sentences(table, analysis, language))
    assert {"fr": "permutation des 6 dates", "en": "permuting the 6 dates"}[language] in text
    assert {
        "fr": "ce qui ressemble à 24 observations n'en fait que 6",
        "en": "what looks like 24 observations is 6",
    }[language] in text
    # The interval is that of the dates (CR2), not that of units as if independent.
    ends = table[table["cov_type"] == "CR2"].iloc[0]
    printed = re.search(r"\[([−\d,.]+?)(?: ;|,) ([−\d,.]+)\]", text)
    values = [float(part.replace("−", "-").replace(",", ".")) for part in printed.groups()]
    assert values == pytest.approx([ends["ci_low"], ends["ci_high"]], abs=0.01)


@pytest.mark.parametrize("language", LANGUAGES)
def test_bounds_taken_as_values_are_pointed_out(language) -> None:
    (text,) = paragraphs(tables(), plan(model("earliness_x")), language)
    assert {"fr": "15 des 30 valeurs", "en": "15 of the 30 values"}[language] in plain(text)
    (text,) = paragraphs(tables(), plan(model()), language)
    assert {"fr": "bornes", "en": "bounds"}[language] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_association_is_never_called_an_effect(language) -> None:
    for words in SENTENCES.values():
        assert not CAUSAL.search(words[language])
    for slope in (-3.0, 0.0, 3.0):
        analysis = plan(model(), model(controls=["delay_x"], role="beside"), model("earliness_x"))
        for text in paragraphs(tables(slope=slope), analysis, language):
            assert not CAUSAL.search(text), text
            if "compatible" not in text:
                assert "association" in text, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_asked_is_said(language) -> None:
    empty = models.regression([], plan(), 99, 1, "s")
    (text,) = sentences(empty, plan(), language)
    assert NO[language] in text


def test_every_sentence_stands_in_both_languages_with_the_same_holes() -> None:
    for key, words in SENTENCES.items():
        assert set(words) == set(LANGUAGES), key
        holes = [set(re.findall(r"\{(\w+)\}", words[language])) for language in LANGUAGES]
        assert holes[0] == holes[1], key
