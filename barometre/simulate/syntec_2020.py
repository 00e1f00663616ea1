"""`syntec-2020`: ten fictional métropoles, so that what was published about ten real ones holds.

Order of the draws: dates, maturity, themes, answers, rankings, brakes, then the mess of a real
export. data/raw/syntec-2020/PROVENANCE.md tells the same for readers.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from barometre import codebook as codebooks
from barometre import study
from barometre.codebook import Codebook
from barometre.draws import generator
from barometre.simulate import answers as answering
from barometre.simulate import dates, mess, model, truth
from barometre.simulate.limesurvey_export import Form, Response, export_text

STUDY = "syntec-2020"
UNITS = 10
NONE_YET = 2
END = date(2020, 6, 30)
OPENED = date(2019, 11, 12)  # nobody can answer with a date that lies ahead
PLANTED = model.Planted(
    slopes={"age_status": 0.15, "earliness_organisation": 0.15},
    centres={"age_status": 4.8, "earliness_organisation": 2.0},
    residual=0.7,
    theme_share=0.6,
    loading=0.8,
)
SPACING = 0.55
DIFFICULTY = {
    "governance": -0.2, "services": -0.1, "inclusion": -0.1, "data_use": 0.1,
    "sustainable_city": 0.3, "administration": 0.0, "attractiveness": 0.2,
}  # fmt: skip
PAGES = ("nom", "org1", "srv1[SQ001]", "dat1[SQ001]", "dur1[SQ001]", "eff1[SQ001]", "fri[SQ001]")
# Worth of each priority (logarithm), and chance of each brake for a unit of average maturity.
WORTH = {"INC": 2.2, "SRV": 0.9, "DUR": 0.8, "ATT": -1.0}
BRAKES = {
    "fri[SQ001]": 0.8, "fri[SQ002]": 0.5, "fri[SQ003]": 0.6, "fri[SQ004]": 0.5, "fri[SQ005]": 0.4,
    "fri[SQ006]": 0.6, "fre[SQ001]": 0.5, "fre[SQ002]": 0.8,
}  # fmt: skip
SHARED_BY_THE_MATURE = ("gov5", "gov6", "gov7")
MATURE = 3  # of the ten
UNTOLD = 0.03
WORDS = (
    "« On ne numérise pas pour numériser » ; la relation usager d’abord.",
    'Les communes gardent leurs outils, la métropole fournit le "socle".\nÀ revoir en 2021.',
    "Sans l’appui des élus, rien n’avance ; avec, tout va vite.",
)


def simulate(raw: Path, seed: int) -> truth.Simulated:
    """The study's export and its truth, from the codebook in `raw` and a seed."""
    settings = study.read_yaml(raw / STUDY / "study.yaml")
    themes = list(settings["measure"]["themes"])
    codebook = codebooks.load(raw / STUDY, settings["measure"]["themes"])
    status, before, event = draw_dates(raw, generator(seed, STUDY, "simulate.dates"))
    predictors = {
        "age_status": dates.years_until(list(status), END),
        "earliness_organisation": np.nan_to_num(dates.years_until(event, END)),
    }
    level = model.maturity(
        PLANTED, predictors, np.zeros(UNITS), generator(seed, STUDY, "simulate.maturity")
    )
    factors = model.theme_factors(
        PLANTED, level, len(themes), generator(seed, STUDY, "simulate.themes")
    )
    items = list(codebook.scored().index)
    rng = generator(seed, STUDY, "simulate.answers")
    cuts = thresholds(codebook, items, rng)
    own = factors[:, [themes.index(codebook.items.at[item, "theme"]) for item in items]]
    responses = model.responses(PLANTED, own, rng)
    levels = np.column_stack(
        [model.graded(responses[:, column], cuts[column]) for column in range(len(items))]
    )
    units: list[dict[str, str]] = [{} for _ in range(UNITS)]
    answering.write_levels(units, codebook, items, levels)
    _leave_out(units, codebook, items, rng)
    _identify(units, status, before, event, generator(seed, STUDY, "simulate.units"))
    _govern(units, level, levels.mean(axis=1), generator(seed, STUDY, "simulate.governance"))
    _gains(units, codebook, level, generator(seed, STUDY, "simulate.gains"))
    _priorities(units, generator(seed, STUDY, "simulate.priorities"))
    _brakes(units, level, generator(seed, STUDY, "simulate.brakes"))
    form = Form(codebook, PAGES)
    export = export_text(form, _forms(units, generator(seed, STUDY, "simulate.mess")))
    table = pd.DataFrame(
        {
            "unit_id": [name(unit) for unit in range(UNITS)],
            "maturity": level,
            "expected_index": truth.expected_index(PLANTED, factors, cuts, codebook, items, themes),
            **predictors,
        }
    )
    points = truth.points_per_sd(PLANTED, factors, cuts, codebook, items, themes)
    totals = truth.total_slopes(PLANTED, _many(raw, generator(seed, STUDY, "simulate.totals")))
    return truth.Simulated(export, table, truth.planted_table(PLANTED, totals, points))


def name(unit: int) -> str:
    """Métropole A, Métropole B ..."""
    return f"Métropole {chr(ord('A') + unit)}"


def draw_dates(
    raw: Path, rng: np.random.Generator, units: int = UNITS
) -> tuple[list[date], list[date], list[date | None]]:
    """Status, the body before it, and organisation of each unit.

    Status dates are drawn with replacement, then the body before from the years that are earlier
    and make no pair that one real métropole alone has: no unit stands for a real one.
    """
    known, earlier, telling = dates.register_dates(raw / "register" / "metropoles.csv")
    status = [known[number] for number in rng.integers(0, len(known), units)]
    before = []
    for since in status:
        fit = [day for day in earlier if day < since and (since, day) not in telling]
        before.append(fit[rng.integers(len(fit))])
    none = round(NONE_YET * units / UNITS)
    return status, before, dates.events(status, OPENED, none, 1.3, rng)


def thresholds(codebook: Codebook, items: list[str], rng: np.random.Generator) -> list[np.ndarray]:
    """Thresholds of each item: its theme's difficulty, plus its own."""
    own = 0.35 * rng.standard_normal(len(items))
    return [
        model.even_thresholds(DIFFICULTY[codebook.items.at[item, "theme"]] + more, SPACING, 5)
        for item, more in zip(items, own, strict=True)
    ]


def _many(raw: Path, rng: np.random.Generator) -> dict[str, np.ndarray]:
    status, _, event = draw_dates(raw, rng, units=20_000)
    return {
        "age_status": dates.years_until(list(status), END),
        "earliness_organisation": np.nan_to_num(dates.years_until(event, END)),
    }


def _leave_out(
    units: list[dict[str, str]], codebook: Codebook, items: list[str], rng: np.random.Generator
) -> None:
    """Some cells are left blank, as many again are "don't know"."""
    drawn = rng.random((UNITS, len(items)))
    for unit, item in zip(*np.nonzero(drawn < 2 * UNTOLD), strict=True):
        blank = drawn[unit, item] < UNTOLD
        units[unit][items[item]] = "" if blank else answering.unknown_code(codebook, items[item])


def _identify(
    units: list[dict[str, str]],
    status: list[date],
    before: list[date],
    event: list[date | None],
    rng: np.random.Generator,
) -> None:
    people = np.exp(rng.normal(np.log(450_000), 0.5, UNITS)).astype(int)
    for unit, answers in enumerate(units):
        answers |= {
            "nom": name(unit),
            "idpop": str(people[unit]),
            "idcreat": str(status[unit]),
            "idpred": str(before[unit]),
            "idrep[NOM]": f"Exemple {unit + 1}",
            "idrep[FONCT]": "Directeur·rice du numérique" if unit % 3 else "DSI",
            "idrep[EMAIL]": f"numerique@metropole-{chr(ord('a') + unit)}.example",
            "org1": "Y" if event[unit] else "N",
            "org2": str(event[unit] or ""),
        }


def _govern(
    units: list[dict[str, str]], level: np.ndarray, mean: np.ndarray, rng: np.random.Generator
) -> None:
    """Steering, who talks to residents, open data everywhere, what the mature share.

    Parameters
    ----------
    level, mean : maturity, and mean level of the answers, shape (units,)
    """
    even = np.full((UNITS, 4), 0.25)
    steering = answering.choose(even, ["A1", "A2", "A3", "A4"], rng)
    talking = answering.choose(np.tile([0.4, 0.3, 0.3], (UNITS, 1)), ["A1", "A2", "A3"], rng)
    licence = answering.choose(
        np.tile([0.5, 0.3, 0.1, 0.1], (UNITS, 1)), ["A1", "A2", "A3", "-oth-"], rng
    )
    drawn = rng.normal(size=(UNITS, 1 + len(SHARED_BY_THE_MATURE)))
    mature = np.argsort(np.argsort(-mean)) < MATURE
    for unit, answers in enumerate(units):
        answers |= {"gov2": steering[unit], "gov3": talking[unit], "od1": "Y", "od2": licence[unit]}
        if licence[unit] == "-oth-":
            answers["od2[other]"] = "Licence propre à la métropole"
        answers["gov4"] = "Y" if drawn[unit, 0] < 0.3 + 0.5 * level[unit] else "N"
        for number, item in enumerate(SHARED_BY_THE_MATURE, start=1):
            has = mature[unit] or drawn[unit, number] < 0.1 + 0.8 * level[unit]
            answers[item] = "Y" if has else "N"


def _gains(
    units: list[dict[str, str]], codebook: Codebook, level: np.ndarray, rng: np.random.Generator
) -> None:
    """Efficiency gains, which go with maturity."""
    items = [item for item in codebook.items.index if item.startswith("eff1[")]
    drawn = 0.6 * level[:, None] + 0.8 * rng.standard_normal((UNITS, len(items)))
    answering.write_levels(
        units, codebook, items, model.graded(drawn, model.even_thresholds(0.1, 0.8, 3))
    )


def _priorities(units: list[dict[str, str]], rng: np.random.Generator) -> None:
    """Four priorities ranked, redrawn until inclusion is first and attractiveness last by Borda."""
    codes = list(WORTH)
    worth = np.tile(list(WORTH.values()), (UNITS, 1))
    while True:
        orders = model.plackett_luce(worth, rng)
        points = (len(codes) - 1 - np.argsort(orders, axis=1)).sum(axis=0)
        middle = points[[codes.index("SRV"), codes.index("DUR")]]
        if points[0] > middle.max() and middle.min() > points[-1]:
            break
    for answers, order in zip(units, orders, strict=True):
        for place, option in enumerate(order, start=1):
            answers[f"prio[{place}]"] = codes[option]


def _brakes(units: list[dict[str, str]], level: np.ndarray, rng: np.random.Generator) -> None:
    drawn = rng.random((UNITS, len(BRAKES)))
    for unit, answers in enumerate(units):
        for number, (item, chance) in enumerate(BRAKES.items()):
            internal = item.startswith("fri")
            odds = chance / (1 - chance) * np.exp(-0.5 * level[unit] * internal)
            if drawn[unit, number] < odds / (1 + odds):
                answers[item] = "Y"


def _forms(units: list[dict[str, str]], rng: np.random.Generator) -> list[Response]:
    """The ten responses, and what went wrong around them."""
    times = mess.fieldwork_times(UNITS, "2019-11-12", "2020-03-12", rng)
    seeds = [int(number) for number in rng.integers(10**8, 2**31, UNITS + 2)]
    words = rng.permutation(UNITS)
    responses = [
        Response(answers, start, minutes, seed)
        for answers, (start, minutes), seed in zip(units, times, seeds[2:], strict=True)
    ]
    for number, text in enumerate(WORDS):
        unit = int(words[number])
        responses[unit] = responses[unit].with_answers(comm=text)
    # One métropole ranked its first two priorities only.
    short = int(words[-1])
    responses[short] = responses[short].with_answers(**{"prio[3]": "", "prio[4]": ""})
    responses = mess.respelt(
        responses, {"Métropole D": "Métropole D ", "Métropole H": "METROPOLE H"}
    )
    trial = {"idpop": "1", "org1": "N", "gov1[SQ001]": "0", "od1": "N", "comm": "test"}
    return [
        *responses,
        mess.trial("test", "2019-11-05 16:12:40", seeds[0], trial),
        mess.earlier_attempt(responses[5], last_page=3, days=9, seed=seeds[1]),
    ]
