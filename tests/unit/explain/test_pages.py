"""What the produced pages say about age and speed, read as a reader reads them.

Skipped where nothing was produced: the pages come from the workflow, not from the checkout.
"""

import hashlib
import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from barometre import tables
from barometre.publish.words import number, p_value

ROOT = Path(__file__).parents[3]
# A survey of persons has no section on age and speed.
PAGES = [
    page
    for page in sorted(ROOT.glob("results/*/report/??.html"))
    if (page.parents[1] / "tables" / "regression.csv").is_file()
]
P_VALUE = re.compile(r"\bp[\s\u00a0]*[=<:][\s\u00a0]*[\d.,]+")
NONE = {"fr": "pas de verdict", "en": "no verdict"}
GIVEN = {"fr": "Verdict :", "en": "Verdict:"}
EFFECT = {
    "fr": r"(effet|impact|influence) (propre )?(de l['’]|de la |du |des )(âge|ancienneté|vitesse)",
    "en": r"(effect|impact|influence) of (the )?(age|earliness|speed|years since)|age effect",
}

pytestmark = pytest.mark.skipif(not PAGES, reason="no page has been produced in this checkout")


def pages():
    return pytest.mark.parametrize(
        "page", PAGES or [Path("none")], ids=lambda one: "/".join(one.parts[-3::2])
    )


def text(markup: str) -> str:
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    bare = html.unescape(re.sub(r"<[^>]+>", " ", bare))
    return re.sub(r"[\s\u00a0\u202f]+", " ", bare)


def section(page: Path) -> str:
    """Markup of the section on age and speed, with the texts of its figures."""
    markup = page.read_text(encoding="utf-8")
    found = re.search(r'<section id="explain">(.*?)</section>', markup, flags=re.DOTALL)
    assert found, f"{page}: no section on age and speed"
    return found.group(1)


def figures(page: Path) -> dict[str, str]:
    names = re.findall(r'<img src="([^"]+\.svg)"', section(page))
    return {one: text((page.parent / one).read_text(encoding="utf-8")) for one in names}


def regression(page: Path) -> pd.DataFrame:
    path = page.parents[1] / "tables" / "regression.csv"
    if not path.exists():
        pytest.skip(f"{path.parent.parent.name} has a page but no regression table")
    return tables.read(path, "regression")


def spoken(page: Path) -> list[str]:
    """Paragraphs of the verdict box, one for each primary model."""
    box = re.search(r'<div class="verdict">(.*?)</div>', section(page), flags=re.DOTALL)
    assert box, f"{page}: no verdict box"
    return [text(one) for one in re.findall(r"<p>(.*?)</p>", box.group(1), flags=re.DOTALL)]


@pages()
def test_every_p_value_is_that_of_a_permutation(page: Path) -> None:
    """An asymptotic p-value never stands in the section, at any n; all the more below n = 30."""
    table, language = regression(page), page.stem
    whole = {"section": text(section(page)), **figures(page)}
    kept = table[["p_value_permutation", "p_value_holm"]].to_numpy(dtype=float).ravel()
    # The joint test of a specification curve permutes as well.
    curve = page.parents[1] / "tables" / "specification_curve.csv"
    joint = pd.read_csv(curve)["joint_p_value"].dropna().unique() if curve.exists() else []
    allowed = {
        re.sub(r"\s", "", text(p_value(value, language)))
        for value in [*kept[~pd.isna(kept)], *map(float, joint)]
    }
    for where, said in whole.items():
        printed = {re.sub(r"\s", "", one).rstrip(".,") for one in P_VALUE.findall(said)}
        assert printed <= allowed, f"{page} ({where}): {printed - allowed}"


@pages()
def test_no_table_prints_an_asymptotic_p_value_alone(page: Path) -> None:
    for head in re.findall(r"<thead>(.*?)</thead>", section(page), flags=re.DOTALL):
        columns = [text(one).strip() for one in re.findall(r"<th[^>]*>(.*?)</th>", head)]
        plain = [one for one in columns if re.fullmatch(r"(valeur )?p([- ]value)?", one)]
        assert not plain or any("permutation" in one for one in columns), columns


@pages()
def test_a_p_value_stands_with_n_slope_interval_and_what_was_permuted(page: Path) -> None:
    if regression(page).empty:
        pytest.skip("no model was asked for")
    for said in spoken(page):
        if not P_VALUE.search(said):
            continue
        assert re.search(r"\(n = \d[\d ,]*\)", said), said
        assert re.search(r"(pente|slope) −?\d", said), said
        assert re.search(r"95 ?%[^[]*\[−?\d", said), said
        assert re.search(r"permut", said), said


@pages()
def test_nothing_is_called_an_effect_of_age(page: Path) -> None:
    said = " ".join([text(page.read_text(encoding="utf-8")), *figures(page).values()])
    found = re.search(EFFECT[page.stem], said, flags=re.IGNORECASE)
    assert not found, said[max(0, found.start() - 80) : found.end() + 80]


@pages()
def test_models_that_hold_the_delay_carry_no_verdict(page: Path) -> None:
    """Age beside a delay or an earliness changes its meaning: such a model is `beside`."""
    table = regression(page)
    adjusted = table[table["model"].str.contains(r"\+(?:delay|earliness|age)_", regex=True)]
    assert (adjusted["role"] == "beside").all()
    assert adjusted["verdict"].isna().all() and adjusted["p_value_holm"].isna().all()


@pages()
def test_no_verdict_where_the_rule_gives_none(page: Path) -> None:
    table, language = regression(page), page.stem
    decided = table[table["verdict"].notna()]
    said = spoken(page)
    if decided.empty:
        assert len(said) == 1 and NONE[language] in said[0].lower()
        return
    assert len(said) == len(decided)
    for (_, row), one in zip(decided.iterrows(), said, strict=True):
        assert f"(n = {text(number(row['n'], language))})" in one
        if row["verdict"] == "none":
            assert NONE[language] in one.lower() and GIVEN[language] not in one
        else:
            assert GIVEN[language] in one and NONE[language] not in one.lower()
        degrees = table[
            (table["model"] == row["model"])
            & (table["term"] == row["term"])
            & table["cov_type"].isin(["HC2-BM", "CR2"])
        ]["df"].min()
        assert degrees >= 4 or row["verdict"] == "none"


@pages()
def test_shared_dates_are_said(page: Path) -> None:
    table, language = regression(page), page.stem
    decided = table[table["verdict"].notna()]
    clustered = set(table.loc[table["cov_type"] == "CR2", "model"])
    for (_, row), one in zip(decided.iterrows(), spoken(page), strict=False):
        shared = (
            "dates" in one and {"fr": "ce qui ressemble", "en": "what looks like"}[language] in one
        )
        assert shared == (row["model"] in clustered), one


@pages()
def test_the_hash_of_the_plan_is_the_one_that_the_numbers_cite(page: Path) -> None:
    written = page.parents[1] / "analysis_plan.json"
    numbers = page.parents[1] / "numbers.json"
    if not (written.exists() and numbers.exists()):
        pytest.skip(f"{page.parents[1].name}: no analysis plan or no numbers.json")
    whole = json.loads(written.read_text(encoding="utf-8"))
    canonical = json.dumps(whole["plan"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    wanted = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    assert whole["sha256"] == wanted
    assert wanted in numbers.read_text(encoding="utf-8")
