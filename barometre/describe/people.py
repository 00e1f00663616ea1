"""A survey of persons: levels by group, weighted and not, and self-rating against a test.

Nothing here is about one person: tables hold counts of groups, small ones withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from barometre.classify import ordered
from barometre.codebook import Codebook
from barometre.describe import weighting
from barometre.describe.withhold import withheld, withheld_groups
from barometre.measure import scoring
from barometre.study import CLASSES

ALL = "all"
LEVELS = ["item", "answer", "label_fr", "label_en", "level", "n", "base", "share",
          "share_weighted", "low", "high", "withheld"]  # fmt: skip
WEIGHTS = ["item", "answer", "label_fr", "label_en", "n", "share", "share_population",
           "share_weighted"]  # fmt: skip
SELF_LEVELS = ["self_level", "level", "n", "base", "share", "withheld"]


@dataclass(frozen=True)
class People:
    """Who answered, what they scored and what each counts for.

    Attributes
    ----------
    answers : one row per person, a column per item (answer codes; missing where none)
    tests : points in each theme of the index, 0-100, columns are themes
    ratings : self-rating in each theme, 0-100: the items of role `measure` that name a theme
    index : mean of the themes, 0-100; NaN where too little was answered
    level : class of each person, `unknown` where the index is
    weights : mean 1; NaN for a person with an unknown margin, or without margins
    """

    answers: pd.DataFrame
    tests: pd.DataFrame
    ratings: pd.DataFrame
    index: np.ndarray
    level: np.ndarray
    weights: np.ndarray


def gathered(
    responses: pd.DataFrame,
    codebook: Codebook,
    settings: Mapping[str, Any],
    margins: pd.DataFrame | None,
) -> People:
    """Score the persons, cut them into levels, and weight them.

    Parameters
    ----------
    responses : table of the contract
    settings : all of study.yaml
    margins : as `weighting.read_margins`; None where the study has none

    Raises
    ------
    StudyError : margins that the answers do not fit.
    """
    structure = scoring.structure(codebook, settings["measure"], responses)
    units, levels, shown = scoring.level_matrix(responses, structure)
    tests, index = scoring.score(levels, shown, structure, settings["measure"])
    known = ~np.isnan(index)
    sizes = ordered.class_sizes(int(known.sum()), settings["classify"]["shares"])
    answers = responses.pivot(index="unit_id", columns="item", values="value").reindex(units)
    return People(
        answers=answers,
        tests=pd.DataFrame(tests, columns=list(structure.themes), index=answers.index),
        ratings=_ratings(responses, codebook, structure.themes).reindex(units),
        index=index,
        level=np.array(ordered.class_names(ordered.cut(index, sizes)), dtype=object),
        weights=weighting.raked(answers, margins)
        if margins is not None
        else np.full(len(units), np.nan),
    )


def level_table(
    people: People,
    codebook: Codebook,
    settings: Mapping[str, Any],
    margins: pd.DataFrame | None,
) -> pd.DataFrame:
    """Share of each level among all and in each answer of the items of `people.by`.

    Returns
    -------
    Rows of the contract `people_levels`. `low` and `high` exist only where persons were drawn at
    random (`people.sampled`); counts below `people.minimum_cell` are withheld, and others with
    them where a sum would give them away.
    """
    people_settings = settings["people"]
    parts = [_levels_by(people, codebook, None, people_settings)]
    parts += [_levels_by(people, codebook, item, people_settings) for item in people_settings["by"]]
    table = pd.concat(parts, ignore_index=True)
    table["low"] = table["high"] = np.nan
    if people_settings["sampled"] and margins is not None:
        table = _with_intervals(table, people, people_settings, margins)
    cells = ["n", "share", "share_weighted", "low", "high"]
    table[cells] = table[cells].astype(float).mask(table["withheld"])
    table["base"] = table["base"].astype("Int64").mask(table.pop("base_withheld"))
    return table[LEVELS]


def class_table(people: People) -> pd.DataFrame:
    """Level of each person under the contract `classes`; it never leaves data/processed."""
    units = people.answers.index.astype(str)
    blank = dict.fromkeys(("p_mature", "p_transition", "p_lagging"), np.nan)
    return pd.DataFrame(
        {"unit_id": units, "name": units, "class": people.level, **blank, "borderline": pd.NA}
    )


def weight_table(
    people: People, codebook: Codebook, margins: pd.DataFrame | None, minimum: int
) -> pd.DataFrame:
    """Each margin: share among those who answered, in the population, and under the weights.

    The size of a group below `minimum` persons is left out, and another with it.
    """
    if margins is None:
        return pd.DataFrame(columns=WEIGHTS)
    left_out = {item: groups_left_out(people, codebook, item, minimum) for item in margins["item"]}
    rows = []
    for row in margins.itertuples(index=False):
        hit = (people.answers[row.item] == row.answer).fillna(False).to_numpy(bool)
        hidden = row.answer in left_out[row.item]
        rows.append(
            {
                "item": row.item,
                "answer": row.answer,
                **_words(codebook, row.item, row.answer),
                "n": pd.NA if hidden else int(hit.sum()),
                "share": np.nan if hidden else float(hit.mean()),
                "share_population": row.share,
                "share_weighted": weighting.weighted_share(hit, people.weights),
            }
        )
    return pd.DataFrame(rows, columns=WEIGHTS)


def theme_table(people: People) -> pd.DataFrame:
    """Mean points of the test and mean self-rating in each theme, weighted and not."""
    rows = []
    for theme in people.tests.columns:
        row: dict[str, Any] = {"theme": theme, "n": int(people.tests[theme].notna().sum())}
        for name, table in (("test", people.tests), ("self_rating", people.ratings)):
            there = theme in table and table[theme].notna().any()
            values = table[theme].to_numpy(float) if there else np.full(len(people.index), np.nan)
            row[name] = float(np.nanmean(values)) if there else np.nan
            row[f"{name}_weighted"] = _mean(values, people.weights)
        rows.append(row)
    return pd.DataFrame(rows)


def self_report_table(people: People, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Levels by the test within the levels people would have by their own rating.

    Self-ratings are cut at the same shares as the test, so that the two would agree for everybody
    if they measured the same; rows are blank where nobody rated themselves.
    """
    own = people.ratings.mean(axis=1).to_numpy(float)
    both = ~np.isnan(own) & ~np.isnan(people.index)
    if not both.any():
        return pd.DataFrame(columns=SELF_LEVELS)
    sizes = ordered.class_sizes(int(both.sum()), settings["classify"]["shares"])
    own_level = np.array(ordered.class_names(ordered.cut(np.where(both, own, np.nan), sizes)))
    counts = np.array(
        [[((own_level == a) & (people.level == b) & both).sum() for b in CLASSES] for a in CLASSES]
    )
    minimum = settings["people"]["minimum_cell"]
    bases = withheld_groups(counts.sum(axis=1), minimum)
    hidden = withheld(counts, minimum, bases)
    return pd.DataFrame(
        [
            {
                "self_level": a,
                "level": b,
                "n": pd.NA if hidden[i, j] else int(counts[i, j]),
                "base": pd.NA if bases[i] else int(counts[i].sum()),
                "share": np.nan if hidden[i, j] else counts[i, j] / counts[i].sum(),
                "withheld": bool(hidden[i, j]),
            }
            for i, a in enumerate(CLASSES)
            for j, b in enumerate(CLASSES)
        ],
        columns=SELF_LEVELS,
    )


def _levels_by(
    people: People, codebook: Codebook, item: str | None, settings: Mapping[str, Any]
) -> pd.DataFrame:
    known = people.level != "unknown"
    given = people.answers[item].fillna("") if item else pd.Series(ALL, people.answers.index)
    answers = _answers(codebook, item, given) if item else [ALL]
    inside = [(given == answer).to_numpy() & known for answer in answers]
    counts = np.array(
        [[(rows & (people.level == one)).sum() for one in CLASSES] for rows in inside]
    )
    minimum = settings["minimum_cell"]
    if item is None:
        hidden, bases = withheld_groups(counts[0], minimum)[None, :], np.array([False])
    else:
        bases = np.isin(answers, groups_left_out(people, codebook, item, minimum))
        everybody = np.array([(people.level == one).sum() for one in CLASSES])
        hidden = withheld(counts, minimum, bases, everybody - counts.sum(axis=0))
    return pd.DataFrame(
        [
            {
                "item": item or ALL,
                "answer": answer,
                **_words(codebook, item, answer),
                "level": level,
                "n": int(counts[i, j]),
                "base": int(counts[i].sum()),
                "share": counts[i, j] / counts[i].sum() if counts[i].sum() else np.nan,
                "share_weighted": weighting.weighted_share(
                    (people.level == level)[inside[i]], people.weights[inside[i]]
                ),
                "withheld": bool(hidden[i, j]),
                "base_withheld": bool(bases[i]),
            }
            for i, answer in enumerate(answers)
            for j, level in enumerate(CLASSES)
        ]
    )


def groups_left_out(people: People, codebook: Codebook, item: str, minimum: int) -> list[str]:
    """Answers of an item that too few persons gave for their number to be published."""
    given = people.answers[item].fillna("")
    answers = _answers(codebook, item, given)
    known = people.level != "unknown"
    sizes = np.array([[(given == one).sum(), ((given == one) & known).sum()] for one in answers])
    return [one for one, gone in zip(answers, withheld_groups(sizes, minimum), strict=True) if gone]


def _with_intervals(
    table: pd.DataFrame, people: People, settings: Mapping[str, Any], margins: pd.DataFrame
) -> pd.DataFrame:
    frame = people.answers.assign(level=people.level).replace({"level": {"unknown": pd.NA}})
    found = []
    for item in [None, *settings["by"]]:
        part = weighting.sampled_intervals(frame, margins, settings.get("cluster"), "level", item)
        found.append(part.assign(item=item or ALL).rename(columns={"group": "answer"}))
    ends = pd.concat(found)[["item", "answer", "level", "low", "high"]]
    return table.drop(columns=["low", "high"]).merge(ends, "left", ["item", "answer", "level"])


def _answers(codebook: Codebook, item: str, given: pd.Series) -> list[str]:
    scale = codebook.items.at[item, "scale"]
    known = codebook.scales.loc[codebook.scales["scale"] == scale, "answer"].tolist()
    return known or sorted(set(given) - {""})


def _words(codebook: Codebook, item: str | None, answer: str) -> dict[str, str]:
    if item is None:
        return {"label_fr": "ensemble", "label_en": "all"}
    scales = codebook.scales
    rows = scales[
        (scales["scale"] == codebook.items.at[item, "scale"]) & (scales["answer"] == answer)
    ]
    if rows.empty:
        return {"label_fr": answer, "label_en": answer}
    return {"label_fr": rows["label_fr"].iat[0], "label_en": rows["label_en"].iat[0]}


def _ratings(responses: pd.DataFrame, codebook: Codebook, themes: tuple[str, ...]) -> pd.DataFrame:
    """Mean self-rating of each person in each theme on 0-100 within the scale's bounds."""
    items = codebook.items
    rated = items.index[(items["role"] == "measure") & items["theme"].isin(themes)]
    rows = responses[responses["item"].isin(rated)].copy()
    if rows.empty:
        return pd.DataFrame(index=responses["unit_id"].unique())
    bounds = {item: codebook.bounds(item) for item in rated}
    low = rows["item"].map(lambda item: bounds[item][0])
    high = rows["item"].map(lambda item: bounds[item][1])
    rows["points"] = 100 * (rows["level"].astype(float) - low) / (high - low)
    rows["theme"] = rows["item"].map(items["theme"])
    means = rows.groupby(["unit_id", "theme"])["points"].mean().unstack("theme")
    return means.reindex(columns=[theme for theme in themes if theme in means])


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    known = np.isfinite(values) & np.isfinite(weights)
    total = weights[known].sum()
    return float((values[known] * weights[known]).sum() / total) if total > 0 else float("nan")
