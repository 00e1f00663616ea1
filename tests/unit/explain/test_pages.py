"""What the produced pages say about age and speed, read as a reader reads them.

The rules stand in `said.py`; here they read the pages that were produced in this checkout, and bad
pages, which each rule must refuse. The pages of a fresh build are read in tests/workflow.
"""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from barometre.explain import models
from barometre.publish.verdict import sentences
from tests.unit.explain import said
from tests.unit.explain.study import model, plan, tables

ROOT = Path(__file__).parents[3]
# A survey of persons has no section on age and speed.
PAGES = [
    page
    for page in sorted(ROOT.glob("results/*/report/??.html"))
    if (page.parents[1] / "tables" / "regression.csv").is_file()
]


def pages():
    return pytest.mark.parametrize(
        "page",
        PAGES or [pytest.param(None, marks=pytest.mark.skip(reason="no page was produced here"))],
        ids=lambda one: "/".join(one.parts[-3::2]) if one else "none",
    )


@pages()
@pytest.mark.parametrize("rule", said.RULES, ids=lambda rule: rule.__name__)
def test_a_produced_page_keeps_the_rule(page: Path, rule) -> None:
    assert rule(said.read(page)) == []


@pages()
def test_models_that_hold_the_delay_carry_no_verdict(page: Path) -> None:
    """Age beside a delay or an earliness changes its meaning: such a model is `beside`."""
    table = said.read(page).regression
    adjusted = table[table["model"].str.contains(r"\+(?:delay|earliness|age)_", regex=True)]
    assert (adjusted["role"] == "beside").all()
    assert adjusted["verdict"].isna().all() and adjusted["p_value_holm"].isna().all()


@pages()
def test_shared_dates_are_said(page: Path) -> None:
    found = said.read(page)
    shared = set(found.regression.loc[found.regression["cov_type"] == "CR2", "model"])
    word = {"fr": "ce qui ressemble", "en": "what looks like"}[found.language]
    for (row, _), one in zip(said.decided(found.regression), said.spoken(found), strict=False):
        assert (word in one) == (row["model"] in shared), one


@pages()
def test_the_hash_of_the_plan_is_the_one_that_the_numbers_cite(page: Path) -> None:
    written = page.parents[1] / "analysis_plan.json"
    numbers = page.parents[1] / "numbers.json"
    whole = json.loads(written.read_text(encoding="utf-8"))
    canonical = json.dumps(whole["plan"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    wanted = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    assert whole["sha256"] == wanted
    assert wanted in numbers.read_text(encoding="utf-8")


# Bad pages ---------------------------------------------------------------------------------------


def good_page(language: str, n: int = 24, slope: float = 3.0, **more) -> said.Page:
    """A page whose verdict box is written by the project and keeps every rule."""
    frames = tables(n=n, slope=slope, seed=2)
    analysis = plan(model())
    table = models.regression(models.all_cases(analysis, frames), analysis, 199, seed=1, study="s")
    (paragraph,) = sentences(table, analysis, language)
    section = f'<div class="verdict"><p>{paragraph}</p></div>'
    page = said.Page(language, section, said.text(section), {}, table)
    return dataclasses.replace(page, **more)


def beside(page: said.Page, markup: str) -> said.Page:
    section = page.section + markup
    return dataclasses.replace(page, section=section, whole=said.text(section))


def table(head: str, row: str) -> str:
    ths = "".join(f"<th>{one}</th>" for one in head.split("|"))
    tds = "".join(f"<td>{one}</td>" for one in row.split("|"))
    return f"<table><thead><tr>{ths}</tr></thead><tbody><tr>{tds}</tr></tbody></table>"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("slope", [3.0, 0.0, -3.0])
def test_a_good_page_keeps_every_rule(language: str, slope: float) -> None:
    page = good_page(language, slope=slope)
    assert [breach for rule in said.RULES for breach in rule(page)] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_asymptotic_p_value_in_a_sentence_is_refused(language: str) -> None:
    page = good_page(language)
    own = page.regression[page.regression["cov_type"] == "HC3"].iloc[0]["p_value"]
    printed = {"fr": f"{own:.6f}".replace(".", ","), "en": f"{own:.6f}"}[language]
    assert said.foreign_p_values(beside(page, f"<p>HC3, p = {printed}</p>"))
    drawn = dataclasses.replace(page, figures={"a.svg": "slope 3, p = 0.0123"})
    assert said.foreign_p_values(drawn)


@pytest.mark.parametrize(
    ("head", "row", "refused"),
    [
        ("n|p", "22|0.04", True),
        ("n|OLS p|HC3 p", "22|0.001|0.08", True),
        ("n|p MCO|p, permutation des unités", "18|0,001|–", True),
        ("n|p MCO|p, permutation des unités", "18|0,001|0,001", False),
        ("n|p_value|p_value_permutation", "18|0.04|", True),
        ("n|p_value|p_value_permutation", "18|0.04|0.05", False),
        ("n|p_value|p_value_permutation", "39|0.04|–", False),
        ("n|HC3 p", "1,341|0.04", False),
    ],
)
def test_an_asymptotic_p_value_alone_in_a_table_is_refused(head, row, refused) -> None:
    page = good_page("en")
    assert bool(said.lonely_p_values(beside(page, table(head, row)))) == refused
    elsewhere = dataclasses.replace(page, tables={"regression": table(head, row)})
    assert bool(said.lonely_p_values(elsewhere)) == refused


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Ajusté sur le délai, l'effet de l'âge est de 5 points par an."),
        ("fr", "L'influence de l'ancienneté est nette."),
        ("fr", "L’âge rend plus mature."),
        ("en", "With the delay held, the effect of age is 5 points a year."),
        ("en", "The age effect stays."),
        ("en", "Age makes métropoles more mature."),
    ],
)
def test_an_effect_of_age_is_refused(language: str, sentence: str) -> None:
    page = good_page(language)
    assert not said.called_a_cause(page)
    assert said.called_a_cause(beside(page, f"<p>{sentence}</p>"))
    assert said.called_a_cause(dataclasses.replace(page, figures={"a.svg": sentence}))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_verdict_where_the_rule_gives_none_is_refused(language: str) -> None:
    page = good_page(language)
    few = page.regression.copy()
    few.loc[few["cov_type"] == "HC2-BM", "df"] = 3.9
    assert said.wrong_verdicts(dataclasses.replace(page, regression=few))
    unsure = page.regression.copy()
    unsure.loc[unsure["cov_type"] == "HC2-BM", "ci_low"] = -0.1
    assert said.wrong_verdicts(dataclasses.replace(page, regression=unsure))
    unlikely = page.regression.copy()
    unlikely["p_value_permutation"] = 0.2
    assert said.wrong_verdicts(dataclasses.replace(page, regression=unlikely))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_verdict_of_another_sign_or_left_out_is_refused(language: str) -> None:
    page = good_page(language)
    other = good_page(language, slope=-3.0)
    assert said.wrong_verdicts(dataclasses.replace(page, section=other.section))
    assert said.wrong_verdicts(dataclasses.replace(page, section=""))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_p_value_without_its_interval_is_refused(language: str) -> None:
    page = good_page(language)
    assert said.bare_p_values(dataclasses.replace(page, section=page.section.replace("[", "")))
    assert said.bare_p_values(dataclasses.replace(page, section=page.section.replace("(n", "(m")))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("n", 25), ("slope", 2.0), ("low", 0.1), ("high", 9.0), ("p", 0.4), ("dates", 7),
     ("df", 3.9), ("holm", 0.2), ("tests", 2)],
)  # fmt: skip
def test_a_sentence_that_does_not_say_its_numbers_is_found(language, name, value) -> None:
    page = good_page(language)
    row = page.regression[page.regression["cov_type"] == "HC2-BM"].iloc[0]
    numbers = said.Numbers(
        int(row["n"]), row["estimate"], row["ci_low"], row["ci_high"], row["p_value_permutation"],
        row["df"], row["p_value_holm"],
    )  # fmt: skip
    (paragraph,) = said.spoken(page)
    assert said.disagreements(paragraph, numbers, language) == []
    assert said.disagreements(paragraph, dataclasses.replace(numbers, **{name: value}), language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_verdict_of_another_sign_does_not_agree_with_its_numbers(language: str) -> None:
    page = good_page(language, slope=0.0)
    row = page.regression[page.regression["cov_type"] == "HC2-BM"].iloc[0]
    numbers = said.Numbers(
        int(row["n"]), row["estimate"], row["ci_low"], row["ci_high"], row["p_value_permutation"],
        row["df"], row["p_value_holm"],
    )  # fmt: skip
    (paragraph,) = said.spoken(page)
    assert said.disagreements(paragraph, numbers, language) == []
    words = said.WORDS["compatible_with_zero"][language]
    wrong = paragraph.replace(words, said.WORDS["positive"][language])
    assert wrong != paragraph and said.disagreements(wrong, numbers, language)
