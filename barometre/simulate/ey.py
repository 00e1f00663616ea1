"""The EY editions: fictional authorities, calibrated on every figure published of the real ones.

What an edition is stands in data/raw/<study>/simulation.yaml: who answers, from which earlier
edition some of them are known, how hard each theme is, what went wrong. Order of the draws: dates,
maturity, themes, answers under thresholds that give the published counts, then the mess of a real
export. PROVENANCE.md of each edition tells the same for readers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from barometre import codebook as codebooks
from barometre import study
from barometre.codebook import Codebook
from barometre.draws import generator
from barometre.simulate import answers as answering
from barometre.simulate import calibrate, dates, ey_mess, model, truth
from barometre.simulate.ey_editions import Edition, Known, edition, panel
from barometre.simulate.limesurvey_export import Form, export_text

EDITIONS = ("ey-2018", "ey-2021", "ey-2023", "ey-2025")
FIRST_STRATEGIES = date(2008, 1, 1)
PLANTED = model.Planted(
    slopes={"age_first_epci": 0.015, "earliness_strategy": 0.12},
    centres={"age_first_epci": 25.0, "earliness_strategy": 3.0},
    residual=0.8,
    theme_share=0.6,
    loading=0.8,
)
SPACING = 0.55
BLANK = 0.02
SHAPE = 1.3  # of the Weibull delays to a strategy
APART = 10.0  # keeps those with a strategy above those without, on the item that asks for it


def simulation(name: str) -> Callable[[Path, int], truth.Simulated]:
    """The function that simulates edition `name`."""

    def simulate(raw: Path, seed: int) -> truth.Simulated:
        return simulate_edition(name, raw, seed)

    return simulate


def simulate_edition(name: str, raw: Path, seed: int) -> truth.Simulated:
    """Export and truth of an edition, from codebook, published figures, settings and a seed."""
    this = edition(raw, name)
    settings = study.read_yaml(raw / name / "study.yaml")
    themes = list(settings["measure"]["themes"])
    codebook = codebooks.load(raw / name, settings["measure"]["themes"])
    facts = calibrate.published(raw, name)
    targets = calibrate.targets(facts, this.n)
    strategy = this.settings.get("strategy_item")
    none = this.settings.get("none")
    if none is None:
        none = this.n - targets[str(strategy)][1][2]
    known = panel(this, raw, PLANTED)
    created, adopted = draw_dates(
        raw, generator(seed, name, "simulate.dates"), this, this.kinds, none, known
    )
    predictors = _predictors(this, created, adopted)
    level = _maturity(this, predictors, known, generator(seed, name, "simulate.maturity"))
    factors = model.theme_factors(
        PLANTED, level, len(themes), generator(seed, name, "simulate.themes")
    )
    items = [str(item) for item in codebook.items.index[codebook.items["kind"] == "scale"]]
    has = np.array([day is not None for day in adopted])
    wanted = Wanted(targets, calibrate.by_group(facts, this.kinds), strategy, has)
    levels, cuts = draw_levels(
        this, codebook, items, themes, factors, wanted, generator(seed, name, "simulate.answers")
    )
    units: list[dict[str, str]] = [{} for _ in range(this.n)]
    answering.write_levels(units, codebook, items, levels)
    _identify(this, units, created, adopted, generator(seed, name, "simulate.units"))
    form = Form(codebook, tuple(this.settings["pages"]))
    responses = ey_mess.responses(
        this.titles, units, this.settings, generator(seed, name, "simulate.mess")
    )
    scored = [item for item in items if item != strategy]
    used = [cut for item, cut in zip(items, cuts, strict=True) if item != strategy]
    table = pd.DataFrame(
        {
            "unit_id": this.titles,
            "maturity": level,
            "expected_index": truth.expected_index(
                PLANTED, factors, used, codebook, scored, themes
            ),
            **predictors,
        }
    )
    points = truth.points_per_sd(PLANTED, factors, used, codebook, scored, themes)
    rng = generator(seed, name, "simulate.totals")
    many = _predictors(this, *draw_dates(raw, rng, this, this.kinds * 500, none * 500))
    totals = truth.total_slopes(PLANTED, many)
    planted = truth.planted_table(PLANTED, totals, points)
    return truth.Simulated(export_text(form, responses), table, planted)


def _maturity(
    this: Edition,
    predictors: Mapping[str, np.ndarray],
    known: Mapping[str, Known],
    rng: np.random.Generator,
) -> np.ndarray:
    """Maturity of each unit; a unit of the panel keeps part of its noise, and all have grown."""
    level = model.maturity(PLANTED, predictors, np.array(this.of_kind("offset")), rng)
    level = level + float(this.settings.get("growth", 0.0))
    if not known:
        return level
    kept = float(this.settings["panel"]["correlation"])
    fresh = model.maturity(
        PLANTED,
        {key: np.full(this.n, PLANTED.centres[key]) for key in PLANTED.slopes},
        np.zeros(this.n),
        rng,
    )
    before = np.array([known[one].noise if one in known else np.nan for one in this.titles])
    explained = level - _noise(this, level, predictors)
    carried = kept * before + np.sqrt(1 - kept**2) * fresh
    return np.where(np.isfinite(before), explained + np.nan_to_num(carried), level)


def _noise(this: Edition, level: np.ndarray, predictors: Mapping[str, np.ndarray]) -> np.ndarray:
    explained = sum(
        slope * np.nan_to_num(predictors[key] - PLANTED.centres[key])
        for key, slope in PLANTED.slopes.items()
    )
    growth = float(this.settings.get("growth", 0.0))
    return level - explained - np.array(this.of_kind("offset")) - growth


def draw_dates(
    raw: Path,
    rng: np.random.Generator,
    this: Edition,
    kinds: list[str],
    none: int,
    known: Mapping[str, Known] | None = None,
) -> tuple[list[date | None], list[date | None]]:
    """First intercommunal body (none for a city) and digital strategy (none yet for `none`).

    No strategy is older than 2008: the delay runs from then, or from the creation if later. A unit
    of the panel keeps its dates; one that had no strategy may have adopted one since.
    """
    _, earlier, _ = dates.register_dates(raw / "register" / "metropoles.csv")
    drawn = [earlier[number] for number in rng.integers(0, len(earlier), len(kinds))]
    without = {kind for kind, group in this.settings["groups"].items() if not group["created"]}
    created = [None if kind in without else day for kind, day in zip(kinds, drawn, strict=True)]
    origins = [max(day or FIRST_STRATEGIES, FIRST_STRATEGIES) for day in created]
    if not known:
        return created, list(dates.events(origins, this.opened, none, SHAPE, rng))
    before = [known.get(title) for title in this.titles]
    created = [old.created if old else day for old, day in zip(before, created, strict=True)]
    adopted = [old.adopted if old else None for old in before]
    open_ones = [place for place, day in enumerate(adopted) if day is None]
    since = date.fromisoformat(this.settings["panel"]["since"])
    starts = [since if before[place] else origins[place] for place in open_ones]
    later = dates.events(starts, this.opened, none, SHAPE, rng)
    for place, day in zip(open_ones, later, strict=True):
        adopted[place] = day
    return created, adopted


@dataclass(frozen=True)
class Wanted:
    """What the answers must give.

    Attributes
    ----------
    whole : item -> (base, step -> count), over all units
    parts : item -> the same for each part of the units (their places)
    strategy : item that asks for the strategy itself, or None
    has : whether each unit has one
    """

    whole: Mapping[str, tuple[int, dict[int, int]]]
    parts: Mapping[str, list[tuple[np.ndarray, dict[int, int]]]]
    strategy: str | None
    has: np.ndarray


def draw_levels(
    this: Edition,
    codebook: Codebook,
    items: list[str],
    themes: list[str],
    factors: np.ndarray,
    wanted: Wanted,
    rng: np.random.Generator,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Levels (units, items), `BLANK` where unanswered, and the thresholds of each item.

    The item on the strategy itself never contradicts the question whether there is one: those
    without are at level 0 or 1, those with from 2 on. Where figures were published for parts of
    the units, each part has its own thresholds; those of the largest are given back.
    """
    of_item = [str(codebook.items.at[item, "theme"]) or "strategy" for item in items]
    response = model.responses(PLANTED, factors[:, [themes.index(one) for one in of_item]], rng)
    if wanted.strategy:
        response[:, items.index(wanted.strategy)] += APART * wanted.has
    own = 0.35 * rng.standard_normal(len(items))
    bases = [
        wanted.whole[item][0] if item in wanted.whole else this.n if item in wanted.parts else None
        for item in items
    ]
    blank = answering.blanked(response.shape, bases, BLANK, rng)
    levels = np.full(response.shape, answering.BLANK)
    cuts = []
    for column, (item, theme) in enumerate(zip(items, of_item, strict=True)):
        hard = this.settings["difficulty"][theme] + own[column]
        even = model.even_thresholds(hard, SPACING, 5)
        counts = dict(wanted.whole[item][1]) if item in wanted.whole else {}
        if item == wanted.strategy:
            counts.setdefault(2, int(wanted.has.sum()))
            counts[1] = this.n - this.settings["not_addressed"]
        there = np.flatnonzero(~blank[:, column])
        used = []
        for rows, pins in wanted.parts.get(item, [(there, counts)]):
            cut = calibrate.pinned(response[rows, column], even, pins)
            levels[rows, column] = model.graded(response[rows, column], cut)
            used.append((len(rows), cut))
        cuts.append(max(used, key=lambda one: one[0])[1])
    return levels, cuts


def _predictors(
    this: Edition, created: list[date | None], adopted: list[date | None]
) -> dict[str, np.ndarray]:
    return {
        "age_first_epci": dates.years_until(created, this.end),
        "earliness_strategy": np.nan_to_num(dates.years_until(adopted, this.end)),
    }


def _identify(
    this: Edition,
    units: list[dict[str, str]],
    created: list[date | None],
    adopted: list[date | None],
    rng: np.random.Generator,
) -> None:
    usual = np.array(this.of_kind("people"))
    people = usual * np.exp(0.5 * rng.standard_normal(this.n))
    people = (people * this.settings["population"] / people.sum()).astype(int)
    for unit, (answers, title) in enumerate(zip(units, this.titles, strict=True)):
        answers |= {
            "nom": title,
            "idtype": this.kinds[unit],
            "idpop": str(people[unit]),
            "idcreat": str(created[unit] or ""),
            "idrep[NOM]": f"Exemple {unit + 1}",
            "idrep[FONCT]": ("DSI", "DGA", "Chargé·e de mission, numérique")[unit % 3],
            "idrep[EMAIL]": f"numerique@collectivite-{unit + 1}.example",
            "stra": "Y" if adopted[unit] else "N",
            "strb": str(adopted[unit] or ""),
        }
