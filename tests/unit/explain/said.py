"""What a produced page says about age and speed, read as a reader reads it, and what it may not.

Each rule takes a page and gives the breaches it finds, so that a test can show it a bad page too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from barometre import tables
from barometre.explain import decision
from barometre.publish.words import number, p_value

SMALL = 30
P_VALUE = re.compile(r"\bp[\s\u00a0]*[=<:≈][\s\u00a0]*[\d.,]+")
NONE = {"fr": "pas de verdict", "en": "no verdict"}
GIVEN = {"fr": "Verdict :", "en": "Verdict:"}
WORDS = {
    decision.POSITIVE: {"fr": "les deux vont ensemble", "en": "the two go together"},
    decision.NEGATIVE: {"fr": "quand l'un est grand, l'autre est petit",
                        "en": "where one is large the other is small"},
    decision.ZERO: {"fr": "compatible avec l'absence de lien", "en": "compatible with no assoc"},
}  # fmt: skip
CAUSES = {
    "fr": r"(effet|impact|influence|incidence) (propre |causal )?(de l['’]|de la |du |des )"
    r"(âge|ancienneté|vitesse|précocité)|l['’]âge (rend|cause|explique|accroît|améliore)",
    "en": r"(effect|impact|influence) of (the |their )?(age|earliness|speed|years since)|"
    r"\bage effect|age (causes|makes|improves|explains|increases)|effect of being old",
}
# Headings of columns that hold the p-value of a distribution that is assumed.
ASYMPTOTIC = re.compile(r"(OLS|MCO|HC\d) p|p (OLS|MCO|HC\d)|p|p_value|p[- ]value|valeur p", re.I)
PERMUTED = re.compile(r"permut|p_value_permutation|studenti", re.I)


@dataclass(frozen=True)
class Page:
    """One page in one language.

    Attributes
    ----------
    language : "fr" or "en"
    section : markup of the section on age and speed
    whole : text of the whole page
    figures : file name -> text of each figure of the section
    regression : the study's regression table
    joint : joint p-values of its specification curves
    """

    language: str
    section: str
    whole: str
    figures: dict[str, str]
    regression: pd.DataFrame
    joint: tuple[float, ...] = ()
    tables: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Page:
    """A produced page, results/<study>/report/<language>.html, with what stands beside it."""
    markup = path.read_text(encoding="utf-8")
    found = re.search(r'<section id="explain">(.*?)</section>', markup, flags=re.DOTALL)
    assert found, f"{path}: no section on age and speed"
    study = path.parents[1]
    drawn = re.findall(r'<img src="([^"]+\.svg)"', found.group(1))
    curve = study / "tables" / "specification_curve.csv"
    joint = pd.read_csv(curve)["joint_p_value"].dropna().unique() if curve.exists() else []
    pages = {
        name: path.parent / "tables" / f"{name}.{path.stem}.html"
        for name in ("regression", "specification_curve")
    }
    return Page(
        path.stem,
        found.group(1),
        text(markup),
        {one: text((path.parent / one).read_text(encoding="utf-8")) for one in drawn},
        tables.read(study / "tables" / "regression.csv", "regression"),
        tuple(map(float, joint)),
        {name: one.read_text(encoding="utf-8") for name, one in pages.items() if one.exists()},
    )


def text(markup: str) -> str:
    """Markup as it is read: no tags, every space a plain one."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    bare = html.unescape(re.sub(r"<[^>]+>", " ", bare))
    return re.sub(r"[\s\u00a0\u202f]+", " ", bare)


def spoken(page: Page) -> list[str]:
    """The verdict paragraphs, one for each primary model."""
    boxes = re.findall(r'<div class="verdict">(.*?)</div>', page.section, flags=re.DOTALL)
    return [text(one) for box in boxes for one in re.findall(r"<p>(.*?)</p>", box, re.DOTALL)]


def cells(markup: str) -> list[tuple[list[str], list[list[str]]]]:
    """Heads and rows of every table in a markup that has heads."""
    found = []
    for table in re.findall(r"<table>(.*?)</table>", markup, flags=re.DOTALL):
        top, end, body = table.partition("</thead>")
        if end:
            heads = re.findall(r"<th(?: [^>]*)?>(.*?)</th>", top, re.DOTALL)
            rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
            found.append((_read(heads), [_read(_CELL.findall(row)) for row in rows]))
    return found


_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)


def _read(parts: list[str]) -> list[str]:
    return [text(part).strip() for part in parts]


def foreign_p_values(page: Page) -> list[str]:
    """Printed p-values that are not those of a permutation test of the tables."""
    kept = page.regression[["p_value_permutation", "p_value_holm"]].to_numpy(dtype=float).ravel()
    allowed = {
        re.sub(r"\s", "", text(p_value(value, page.language)))
        for value in [*kept[~pd.isna(kept)], *page.joint]
    }
    breaches = []
    for where, said in {"section": text(page.section), **page.figures}.items():
        for one in P_VALUE.findall(said):
            if re.sub(r"\s", "", one).rstrip(".,") not in allowed:
                breaches.append(f"{where}: {one} is of no permutation")
    return breaches


def lonely_p_values(page: Page) -> list[str]:
    """Rows of tables with n < 30, an asymptotic p-value and none of a permutation beside it."""
    breaches = []
    for where, markup in {"section": page.section, **page.tables}.items():
        for head, rows in cells(markup):
            assumed = [place for place, name in enumerate(head) if ASYMPTOTIC.fullmatch(name)]
            permuted = [place for place, name in enumerate(head) if PERMUTED.search(name)]
            if not assumed or "n" not in head:
                continue
            for row in rows:
                n = _whole(row[head.index("n")])
                has = [place for place in assumed if row[place] not in ("–", "")]
                beside = any(row[place] not in ("–", "") for place in permuted)
                if n is not None and n < SMALL and has and not beside:
                    breaches.append(f"{where}: {' | '.join(row)}")
    return breaches


def _whole(cell: str) -> int | None:
    digits = re.sub(r"[ ,]", "", cell)
    return int(digits) if digits.isdigit() else None


def called_a_cause(page: Page) -> list[str]:
    """Sentences that call a coefficient of age or speed an effect, adjusted or not."""
    breaches = []
    for where, said in {"page": page.whole, **page.figures}.items():
        for found in re.finditer(CAUSES[page.language], said, flags=re.IGNORECASE):
            breaches.append(f"{where}: {said[max(0, found.start() - 60) : found.end() + 60]}")
    return breaches


def wrong_verdicts(page: Page) -> list[str]:
    """Verdicts that the numbers of the table do not give under the rule, or that are missing."""
    rows = decided(page.regression)
    said = spoken(page)
    if not rows:
        fine = len(said) == 1 and NONE[page.language] in said[0].lower()
        return [] if fine else [f"nothing was asked, and the page says: {said}"]
    if len(rows) != len(said):
        return [f"{len(rows)} primary models and {len(said)} verdicts"]
    breaches = []
    for (row, verdict), one in zip(rows, said, strict=True):
        if f"(n = {text(number(row['n'], page.language))})" not in one:
            breaches.append(f"{row['model']}: n is not said: {one}")
        given = GIVEN[page.language] in one
        none = NONE[page.language] in one.lower()
        words = [key for key, word in WORDS.items() if word[page.language] in one]
        wanted = [] if verdict == decision.NONE else [verdict]
        if words != wanted or given != bool(wanted) or none == bool(wanted):
            breaches.append(f"{row['model']}: the rule gives {verdict}, the page says: {one}")
    return breaches


def decided(regression: pd.DataFrame) -> list[tuple[pd.Series, str]]:
    """Each primary model's row with the verdict that the rule gives on its numbers.

    Applied anew: the table's own column is not believed.
    """
    carriers = regression[regression["verdict"].notna() & (regression["cov_type"] == "HC2-BM")]
    holm = decision.holm(carriers["p_value_permutation"].to_numpy(dtype=float))
    found = []
    for (_, row), adjusted in zip(carriers.iterrows(), holm, strict=True):
        own = regression[
            (regression["model"] == row["model"]) & (regression["term"] == row["term"])
        ].set_index("cov_type")
        ends = own.loc["CR2"] if "CR2" in own.index else row
        df = own.loc[[kind for kind in ("HC2-BM", "CR2") if kind in own.index], "df"].min()
        values = (df, ends["ci_low"], ends["ci_high"], adjusted)
        known = [float("nan") if pd.isna(value) else float(value) for value in values]
        found.append((row, decision.verdict(*known)))
    return found


def bare_p_values(page: Page) -> list[str]:
    """Verdict paragraphs whose p-value lacks n, slope, interval or what was permuted."""
    wanted = {
        "n": r"\(n = \d[\d ,]*\)",
        "slope": r"(pente|slope) −?\d",
        "interval": r"95 ?%[^[]*\[−?\d",
        "what was permuted": r"permut",
    }
    return [
        f"no {what}: {said}"
        for said in spoken(page)
        if P_VALUE.search(said)
        for what, pattern in wanted.items()
        if not re.search(pattern, said)
    ]


RULES: tuple[Callable[[Page], list[str]], ...] = (
    foreign_p_values,
    lonely_p_values,
    called_a_cause,
    wrong_verdicts,
    bare_p_values,
)


@dataclass(frozen=True)
class Numbers:
    """What one primary model found: all that its verdict paragraph may say.

    Attributes
    ----------
    n, slope, low, high, p : as the paragraph prints them; p is that of the permutation
    df : the smallest degrees of freedom behind the interval
    holm : p after Holm over `tests` primary models
    dates : how many dates were permuted, None where units were
    """

    n: int
    slope: float
    low: float
    high: float
    p: float
    df: float
    holm: float
    tests: int = 1
    dates: int | None = None


PRINTED = {
    "fr": r"\(n = (?P<n>[\d ]+)\) : pente (?P<slope>−?[\d ,]+?)(?: \(.*?\))?, intervalle à 95 % "
    r"\[(?P<low>−?[\d ,]+) ; (?P<high>−?[\d ,]+)\] ?; p (?P<sign>[=<]) (?P<p>[\d,]+) "
    r"par permutation des (?P<moved>[\d ]+) (?P<what>unités|dates)",
    "en": r"\(n = (?P<n>[\d,]+)\): slope (?P<slope>−?[\d,.]+)(?: \(.*?\))?, 95% interval "
    r"\[(?P<low>−?[\d,.]+), (?P<high>−?[\d,.]+)\]; p (?P<sign>[=<]) (?P<p>[\d.]+) "
    r"by permuting the (?P<moved>[\d,]+) (?P<what>units|dates)",
}
DEGREES = {"fr": r"le plan a ([\d,]+) degré", "en": r"the design has ([\d.]+) degree"}
HOLM = {"fr": r"Holm[^:]*: p ([=<]) (\d+,\d+)", "en": r"Holm[^:]*: p ([=<]) (\d+\.\d+)"}


def disagreements(paragraph: str, numbers: Numbers, language: str) -> list[str]:
    """Where a verdict paragraph does not agree with its numbers; the rule is stated here anew."""
    said = text(paragraph)
    found = re.search(PRINTED[language], said)
    if not found:
        return [f"no slope, interval and test: {said}"]
    wrong = [
        f"{name}: {found[name]} is not {value}"
        for name, value in (("n", numbers.n), ("slope", numbers.slope), ("low", numbers.low),
                            ("high", numbers.high), ("moved", numbers.dates or numbers.n))
        if not _prints(found[name], value, language)
    ]  # fmt: skip
    if not _prints_p(found["sign"], found["p"], numbers.p, language):
        wrong.append(f"p {found['sign']} {found['p']} is not {numbers.p}")
    if (found["what"] == "dates") != (numbers.dates is not None):
        wrong.append(f"permuted were not {found['what']}")
    corrected = re.search(HOLM[language], said)
    if (corrected is not None) != (numbers.tests > 1):
        wrong.append("Holm is said where there is one test, or not where there are several")
    elif corrected and not _prints_p(*corrected.groups(), numbers.holm, language):
        wrong.append(f"after Holm p {corrected.groups()} is not {numbers.holm}")
    few = re.search(DEGREES[language], said)
    if (few is not None) != (numbers.df < 4):
        wrong.append(f"{numbers.df} degrees of freedom, and the page says: {said}")
    elif few and _value(few[1], language) > numbers.df:
        wrong.append(f"{few[1]} degrees of freedom are said where there are {numbers.df}")
    if numbers.df < 4:
        wanted = decision.NONE
    elif numbers.holm > 0.05 or numbers.low <= 0 <= numbers.high:
        wanted = decision.ZERO
    else:
        wanted = decision.POSITIVE if numbers.slope > 0 else decision.NEGATIVE
    given = [key for key, word in WORDS.items() if word[language] in said]
    given += [decision.NONE] if NONE[language] in said.lower() else []
    if given != [wanted]:
        wrong.append(f"the numbers give {wanted}, the page says {given}")
    return wrong


def _value(printed: str, language: str) -> float:
    bare = printed.replace("−", "-").replace(" ", "")
    return float(bare.replace(",", "." if language == "fr" else ""))


def _prints(printed: str, value: float, language: str) -> bool:
    """Whether a printed number is the value, rounded to its own digits."""
    mark = "," if language == "fr" else "."
    digits = len(printed.partition(mark)[2])
    return abs(_value(printed, language) - value) <= 0.5000001 * 10**-digits


def _prints_p(sign: str, printed: str, value: float, language: str) -> bool:
    if sign == "<":
        return value < _value(printed, language)
    return _prints(printed, value, language)
