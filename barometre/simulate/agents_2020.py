"""`agents-2020`: 1,337 fictional staff who rate themselves and sit a scored test.

Order of the draws: employers, who answers, skill, test, self-rating, then the mess of a real
export. data/raw/agents-2020/PROVENANCE.md tells the same for readers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from barometre import codebook as codebooks
from barometre import study
from barometre.draws import generator
from barometre.simulate import answers as answering
from barometre.simulate import calibrate, mess, model, truth
from barometre.simulate.limesurvey_export import Form, Response, export_text

STUDY = "agents-2020"
STAFF = 1337
EMPLOYERS = {"S": 24, "M": 26, "L": 18, "XL": 12}  # fictional authorities by size
# Share of the volunteers in each answer: younger, category A, administrative and large ones answer
# more often than the margins of margins.csv, as the publishers said of theirs.
ANSWERING = {
    "age": {"M34": 0.25, "3444": 0.30, "4555": 0.29, "P55": 0.16},
    "cat": {"A": 0.22, "B": 0.23, "C": 0.55},
    "fil": {"ADM": 0.44, "TEC": 0.32, "SOC": 0.10, "CUL": 0.06, "AUT": 0.08},
    "tai": {"S": 0.10, "M": 0.22, "L": 0.26, "XL": 0.42},
}
OFFSET = {
    "age": {"3444": 0.3},  # beside those of 45 to 55; the others are pinned by published figures
    "cat": {"A": 0.45, "B": 0.15, "C": -0.25},
    "fil": {"ADM": 0.1, "TEC": -0.15},
}
EMPLOYER_SD = 0.3  # standard deviations of skill between employers
THEME_SHARE = 0.6
DIFFICULTY = {
    "information": -0.25, "communication": -0.45, "content": 0.05, "security": 0.5,
    "environment": 0.15,
}  # fmt: skip
CENTRE, SPREAD, NOISE = 58.0, 17.0, 6.0  # points of the test
CUT = 62.0  # points from which a person is autonomous
AGREEMENT = 0.45  # loading of self-rating on what the test measures
EASE = (-1.9, -1.1, -0.35, 0.6)  # thresholds of the five answers
BLANK, UNSURE = 0.015, 0.02
PAGES = ("emp", "self[SQ001]", "self[SQ011]", "gene", "test1")


def simulate(raw: Path, seed: int) -> truth.Simulated:
    """The study's export and its truth, from codebook and published figures in `raw` and a seed."""
    settings = study.read_yaml(raw / STUDY / "study.yaml")
    themes = list(settings["measure"]["themes"])
    codebook = codebooks.load(raw / STUDY, settings["measure"]["themes"])
    rng = generator(seed, STUDY, "simulate.people")
    employers = _employers(rng)
    people = _people(employers, rng)
    own = EMPLOYER_SD * generator(seed, STUDY, "simulate.employers").standard_normal(len(employers))
    effect = dict(zip(employers["name"], own, strict=True))
    skill = _skill(people, effect, generator(seed, STUDY, "simulate.skill"))
    facts = {row["fact"]: row for row in calibrate.published(raw, STUDY)}
    tested, factors = _test(people, skill, themes, facts, generator(seed, STUDY, "simulate.test"))
    items = [str(item) for item in codebook.items.index if str(item).startswith("self")]
    own_view = _self_rating(
        codebook, items, themes, factors, generator(seed, STUDY, "simulate.self")
    )
    answers: list[dict[str, str]] = [{} for _ in range(STAFF)]
    answering.write_levels(answers, codebook, items, own_view)
    hindered = _hindered(skill, facts, generator(seed, STUDY, "simulate.hindered"))
    for number, record in enumerate(answers):
        record["emp"] = people["emp"].iat[number]
        record |= {item: people[item].iat[number] for item in ANSWERING}
        record["gene"] = "Y" if hindered[number] else "N"
        record |= {f"test{k}": f"{tested[number, k - 1]:.1f}" for k in range(1, len(themes) + 1)}
    unsure = generator(seed, STUDY, "simulate.unsure").random((STAFF, len(items))) < UNSURE
    for number, column in zip(*np.nonzero(unsure), strict=True):
        answers[number][items[column]] = "NSP"
    export = export_text(Form(codebook, PAGES), _forms(answers, seed))
    table = pd.DataFrame(
        {
            "unit_id": employers["name"],
            "employer_effect": own,
            "staff": people["emp"].value_counts().reindex(employers["name"]).fillna(0).to_numpy(),
        }
    )
    planted = pd.DataFrame(
        {
            "quantity": ["employer_sd", "self_rating_loading", "autonomous_from"],
            "value": [EMPLOYER_SD, AGREEMENT, CUT],
        }
    )
    return truth.Simulated(export, table, planted)


def _employers(rng: np.random.Generator) -> pd.DataFrame:
    sizes = [size for size, many in EMPLOYERS.items() for _ in range(many)]
    order = rng.permutation(len(sizes))
    names = [f"Collectivité {number:02d}" for number in range(1, len(sizes) + 1)]
    return pd.DataFrame({"name": names, "tai": [sizes[place] for place in order]})


def _people(employers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Who answers: background of each person, and an employer of the person's size band."""
    drawn = {
        item: np.repeat(list(shares), _counts(shares))[rng.permutation(STAFF)]
        for item, shares in ANSWERING.items()
    }
    people = pd.DataFrame(drawn)
    people["emp"] = ""
    for size in EMPLOYERS:
        names = employers.loc[employers["tai"] == size, "name"].to_numpy()
        here = people["tai"] == size
        people.loc[here, "emp"] = names[rng.integers(0, len(names), int(here.sum()))]
    return people


def _counts(shares: dict[str, float]) -> list[int]:
    counts = [round(share * STAFF) for share in shares.values()]
    counts[-1] += STAFF - sum(counts)
    return counts


def _skill(people: pd.DataFrame, effect: dict[str, float], rng: np.random.Generator) -> np.ndarray:
    """Digital skill in standard deviations, without the age term that the calibration sets."""
    known = sum(people[item].map(values).fillna(0.0) for item, values in OFFSET.items())
    return (known + people["emp"].map(effect) + 0.85 * rng.standard_normal(STAFF)).to_numpy(float)


def _test(
    people: pd.DataFrame,
    skill: np.ndarray,
    themes: list[str],
    facts: dict[str, dict[str, str]],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Points in each domain, shape (staff, themes), and the standing in each theme behind them.

    The age term is found by bisection, so that as many of each age group pass `CUT` as published.
    """
    own = np.sqrt(1 - THEME_SHARE) * rng.standard_normal((STAFF, len(themes)))
    noise = NOISE * rng.standard_normal((STAFF, len(themes)))
    hard = np.array([DIFFICULTY[theme] for theme in themes])

    def points(shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        factors = np.sqrt(THEME_SHARE) * (skill + shift)[:, None] + own
        return np.clip(CENTRE + SPREAD * (factors - hard) + noise, 0, 100).round(1), factors

    age = people["age"].to_numpy()
    groups = {"M34": age == "M34", "P55": age == "P55", "": ~np.isin(age, ["M34", "P55"])}
    wanted = {
        "M34": _count(facts["autonomous_under_34"], int(groups["M34"].sum())),
        "P55": _count(facts["autonomous_over_55"], int(groups["P55"].sum())),
    }
    wanted[""] = _count(facts["class_autonomous"], STAFF) - sum(wanted.values())
    shift = np.zeros(STAFF)
    for group, inside in groups.items():
        low, high = -4.0, 4.0
        for _ in range(60):
            shift[inside] = (low + high) / 2
            passed = int((points(shift)[0][inside].mean(axis=1) >= CUT).sum())
            low, high = (
                (low, (low + high) / 2) if passed >= wanted[group] else (shift[inside][0], high)
            )
        shift[inside] = high
    return points(shift)


def _count(fact: dict[str, str], base: int) -> int:
    return calibrate.count_for(float(fact["value"]), fact["relation"], base)


def _self_rating(
    codebook: codebooks.Codebook,
    items: list[str],
    themes: list[str],
    factors: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Levels 0-4 of the self-rated items, `BLANK` where unanswered; shape (staff, items)."""
    of_item = [themes.index(str(codebook.items.at[item, "theme"])) for item in items]
    confident = rng.standard_normal(STAFF)
    standard = (factors - factors.mean(axis=0)) / factors.std(axis=0)
    view = AGREEMENT * standard[:, of_item] + 0.5 * confident[:, None]
    left = np.sqrt(1 - AGREEMENT**2 - 0.5**2)
    view = view + left * rng.standard_normal((STAFF, len(items)))
    easier = 0.3 * rng.standard_normal(len(items))
    levels = np.stack(
        [model.graded(view[:, k], np.array(EASE) + easier[k]) for k in range(len(items))], axis=1
    )
    return np.where(rng.random(levels.shape) < BLANK, answering.BLANK, levels)


def _hindered(
    skill: np.ndarray, facts: dict[str, dict[str, str]], rng: np.random.Generator
) -> np.ndarray:
    """Who says that digital tools hindered: barely a matter of skill, as self-reports go."""
    comfort = 0.3 * skill + rng.standard_normal(STAFF)
    free = _count(facts["not_hindered"], STAFF)
    return np.argsort(np.argsort(-comfort, kind="stable"), kind="stable") >= free


def _forms(answers: list[dict[str, str]], seed: int) -> list[Response]:
    """Complete responses, and what goes wrong in a real survey."""
    rng = generator(seed, STUDY, "simulate.mess")
    times = mess.fieldwork_times(STAFF, "2020-10-05", "2020-12-18", rng)
    seeds = rng.integers(100_000, 999_999, STAFF + 8)
    forms = [
        Response(answer, start, minutes, int(seeds[number]))
        for number, (answer, (start, minutes)) in enumerate(zip(answers, times, strict=True))
    ]
    extra = [mess.trial("", "2020-10-01 10:12:00", int(seeds[-1]), {"emp": "test", "cat": "A"})]
    for number in (150, 477, 803, 1102):  # given up before the test
        extra.append(mess.earlier_attempt(forms[number], 2, 3, int(seeds[-2]) + number))
    extra.append(mess.sent_twice(forms[640], int(seeds[-3])))
    return forms + extra
