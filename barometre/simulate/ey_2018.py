"""`ey-2018`: 39 fictional authorities, calibrated on every figure published about the real ones.

Order of the draws: dates, maturity, themes, answers under thresholds that give the published
counts, then the mess of a real export. data/raw/ey-2018/PROVENANCE.md tells the same for readers.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from barometre import codebook as codebooks
from barometre import study
from barometre.codebook import Codebook
from barometre.draws import generator
from barometre.simulate import answers as answering
from barometre.simulate import calibrate, dates, mess, model, truth
from barometre.simulate.limesurvey_export import Form, Response, export_text

STUDY = "ey-2018"
END = date(2018, 12, 31)
OPENED = date(2018, 3, 5)  # nobody can answer with a date that lies ahead
GROUPS = {"MET": 18, "AGGLO": 12, "VILLE": 9}
NAMES = {"MET": "Métropole", "AGGLO": "Agglomération", "VILLE": "Ville"}
OFFSET = {"MET": 0.25, "AGGLO": 0.0, "VILLE": -0.25}
PEOPLE = {"MET": 600_000, "AGGLO": 200_000, "VILLE": 200_000}
POPULATION = 15_000_000
FIRST_STRATEGIES = date(2008, 1, 1)
UNITS = sum(GROUPS.values())
KINDS = [kind for kind, many in GROUPS.items() for _ in range(many)]
PLANTED = model.Planted(
    slopes={"age_first_epci": 0.015, "earliness_strategy": 0.12},
    centres={"age_first_epci": 25.0, "earliness_strategy": 3.0},
    residual=0.8,
    theme_share=0.6,
    loading=0.8,
)
SPACING = 0.55
DIFFICULTY = {
    "strategy": 0.2, "user_services": -0.1, "e_education": 0.0, "smart_territory": 0.4,
    "administration": 0.2, "data_service": 0.3, "land_use": -0.2, "economy": 0.0,
}  # fmt: skip
PAGES = ("nom", "stra", "svc[SQ001]", "edu[SQ001]", "ter[SQ001]", "adm[SQ001]", "dat[SQ001]",
         "ame[SQ001]", "eco[SQ001]")  # fmt: skip
STRATEGY = "str[SQ001]"
NOT_ADDRESSED = 7  # of those without a strategy; the others are thinking about one
BLANK = 0.02
APART = 10.0  # keeps those with a strategy above those without, on the item that asks for it


def simulate(raw: Path, seed: int) -> truth.Simulated:
    """The study's export and its truth, from codebook and published figures in `raw` and a seed."""
    settings = study.read_yaml(raw / STUDY / "study.yaml")
    themes = list(settings["measure"]["themes"])
    codebook = codebooks.load(raw / STUDY, settings["measure"]["themes"])
    targets = published_targets(raw)
    none = UNITS - targets[STRATEGY][1][2]
    created, adopted = draw_dates(raw, generator(seed, STUDY, "simulate.dates"), KINDS, none)
    predictors = _predictors(created, adopted)
    level = model.maturity(
        PLANTED,
        predictors,
        np.array([OFFSET[kind] for kind in KINDS]),
        generator(seed, STUDY, "simulate.maturity"),
    )
    factors = model.theme_factors(
        PLANTED, level, len(themes), generator(seed, STUDY, "simulate.themes")
    )
    items = [str(item) for item in codebook.items.index[codebook.items["kind"] == "scale"]]
    has = np.array([day is not None for day in adopted])
    levels, cuts = draw_levels(
        codebook, items, themes, factors, has, targets, generator(seed, STUDY, "simulate.answers")
    )
    units: list[dict[str, str]] = [{} for _ in range(UNITS)]
    answering.write_levels(units, codebook, items, levels)
    _identify(units, created, adopted, generator(seed, STUDY, "simulate.units"))
    form = Form(codebook, PAGES)
    export = export_text(form, _forms(units, generator(seed, STUDY, "simulate.mess")))
    scored = [item for item in items if item != STRATEGY]
    used = [cut for item, cut in zip(items, cuts, strict=True) if item != STRATEGY]
    table = pd.DataFrame(
        {
            "unit_id": names(),
            "maturity": level,
            "expected_index": truth.expected_index(
                PLANTED, factors, used, codebook, scored, themes
            ),
            **predictors,
        }
    )
    points = truth.points_per_sd(PLANTED, factors, used, codebook, scored, themes)
    rng = generator(seed, STUDY, "simulate.totals")
    many = _predictors(*draw_dates(raw, rng, KINDS * 500, none * 500))
    totals = truth.total_slopes(PLANTED, many)
    return truth.Simulated(export, table, truth.planted_table(PLANTED, totals, points))


def names() -> list[str]:
    """Métropole A ... R, Agglomération A ... L, Ville A ... I."""
    return [
        f"{NAMES[kind]} {chr(ord('A') + number)}"
        for kind, many in GROUPS.items()
        for number in range(many)
    ]


def published_targets(raw: Path) -> dict[str, tuple[int, dict[int, int]]]:
    """The counts that published.csv asks for; see `calibrate.targets`."""
    with open(raw / STUDY / "published.csv", encoding="utf-8", newline="") as source:
        return calibrate.targets(list(csv.DictReader(source)), UNITS)


def draw_dates(
    raw: Path, rng: np.random.Generator, kinds: list[str], none: int
) -> tuple[list[date | None], list[date | None]]:
    """First intercommunal body (none for a city) and digital strategy (none yet for `none`).

    No strategy is older than 2008: the delay runs from then, or from the creation if later.
    """
    _, earlier, _ = dates.register_dates(raw / "register" / "metropoles.csv")
    drawn = [earlier[number] for number in rng.integers(0, len(earlier), len(kinds))]
    created = [None if kind == "VILLE" else day for kind, day in zip(kinds, drawn, strict=True)]
    origins = [max(day or FIRST_STRATEGIES, FIRST_STRATEGIES) for day in created]
    return created, dates.events(origins, OPENED, none, 1.3, rng)


def draw_levels(
    codebook: Codebook,
    items: list[str],
    themes: list[str],
    factors: np.ndarray,
    has_strategy: np.ndarray,
    targets: dict[str, tuple[int, dict[int, int]]],
    rng: np.random.Generator,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Levels (units, items), `BLANK` where unanswered, and the thresholds of each item.

    The item on the strategy itself never contradicts the question whether there is one: those
    without are at level 0 or 1, those with from 2 on.
    """
    of_item = [str(codebook.items.at[item, "theme"]) or "strategy" for item in items]
    response = model.responses(PLANTED, factors[:, [themes.index(one) for one in of_item]], rng)
    response[:, items.index(STRATEGY)] += APART * has_strategy
    own = 0.35 * rng.standard_normal(len(items))
    bases = [targets[item][0] if item in targets else None for item in items]
    blank = answering.blanked(response.shape, bases, BLANK, rng)
    levels = np.full(response.shape, answering.BLANK)
    cuts = []
    for column, (item, theme) in enumerate(zip(items, of_item, strict=True)):
        there = ~blank[:, column]
        even = model.even_thresholds(DIFFICULTY[theme] + own[column], SPACING, 5)
        counts = dict(targets[item][1]) if item in targets else {}
        if item == STRATEGY:
            counts[1] = UNITS - NOT_ADDRESSED
        cut = calibrate.pinned(response[there, column], even, counts)
        levels[there, column] = model.graded(response[there, column], cut)
        cuts.append(cut)
    return levels, cuts


def _predictors(created: list[date | None], adopted: list[date | None]) -> dict[str, np.ndarray]:
    return {
        "age_first_epci": dates.years_until(created, END),
        "earliness_strategy": np.nan_to_num(dates.years_until(adopted, END)),
    }


def _identify(
    units: list[dict[str, str]],
    created: list[date | None],
    adopted: list[date | None],
    rng: np.random.Generator,
) -> None:
    usual = np.array([PEOPLE[kind] for kind in KINDS])
    people = usual * np.exp(0.5 * rng.standard_normal(UNITS))
    people = (people * POPULATION / people.sum()).astype(int)
    for unit, (answers, title) in enumerate(zip(units, names(), strict=True)):
        answers |= {
            "nom": title,
            "idtype": KINDS[unit],
            "idpop": str(people[unit]),
            "idcreat": str(created[unit] or ""),
            "idrep[NOM]": f"Exemple {unit + 1}",
            "idrep[FONCT]": ("DSI", "DGA", "Chargé·e de mission, numérique")[unit % 3],
            "idrep[EMAIL]": f"numerique@collectivite-{unit + 1}.example",
            "stra": "Y" if adopted[unit] else "N",
            "strb": str(adopted[unit] or ""),
        }


def _forms(units: list[dict[str, str]], rng: np.random.Generator) -> list[Response]:
    """The 39 responses, and what went wrong around them."""
    times = mess.fieldwork_times(UNITS + 1, "2018-03-05", "2018-07-13", rng)
    seeds = [int(number) for number in rng.integers(10**8, 2**31, UNITS + 6)]
    responses = [
        Response(answers, start, minutes, seed)
        for answers, (start, minutes), seed in zip(units, times[:-1], seeds[6:], strict=True)
    ]
    at = {title: number for number, title in enumerate(names())}
    # A population typed in thousands.
    slip = at["Agglomération G"]
    thousands = str(int(units[slip]["idpop"]) // 1000)
    responses[slip] = responses[slip].with_answers(idpop=thousands)
    responses[3] = responses[3].with_answers(
        comm="Pas de réponse sur l’e-éducation : n’est pas\nnotre compétence."
    )
    told = {
        "Métropole C": "Métropole C ",
        "Métropole K": "MÉTROPOLE K",
        "Agglomération B": "Agglomération  B",
        "Ville E": "ville E",
    }
    responses = mess.respelt(responses, told)
    given_up = {
        "nom": "Ville J", "idtype": "VILLE", "idpop": "98214", "stra": "N",
        "str[SQ002]": "1", "str[SQ004]": "2",
    }  # fmt: skip
    trial = {"idtype": "VILLE", "idpop": "123456", "stra": "N", "str[SQ001]": "0"}
    start, _ = times[-1]
    return [
        *responses,
        mess.trial("test", "2018-03-01 10:03:11", seeds[0], trial),
        mess.trial("TEST - ne pas tenir compte", "2018-03-02 17:45:02", seeds[1], trial),
        mess.earlier_attempt(responses[at["Métropole P"]], last_page=4, days=12, seed=seeds[2]),
        mess.sent_twice(responses[at["Agglomération K"]], seeds[3]),
        mess.second_informant(responses[at["Métropole M"]], "metropole m", 3, seeds[4]),
        Response(given_up, start, 7, seeds[5], last_page=2),
    ]
