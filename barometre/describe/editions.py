"""Editions of a barometer through a crosswalk: levels, changes, classes at carried cut scores.

Units that answered twice (the panel) and the others are kept apart: a change of the first is
paired, a difference of the second may be a change of who answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from barometre import tables
from barometre.classify import ordered
from barometre.classify.fixed_cuts import shares_at_cuts
from barometre.codebook import Codebook
from barometre.describe.edition_changes import LEVEL, change_row, levels_and_changes, noted
from barometre.errors import StudyError
from barometre.ingest.wording import key
from barometre.measure import scoring
from barometre.proportions import wilson
from barometre.study import CLASSES

INDEX, STARTED = "index", "started"
COLUMNS = ["measure", "label_fr", "label_en", "edition", "compared_with", "statistic", "estimate",
           "low", "high", "base", "base_before", "note", "note_fr"]  # fmt: skip
TRANSITIONS = ["edition_from", "edition_to", "class_from", "class_to", "n", "base", "share", "low",
               "high"]  # fmt: skip
CARRIED = ["edition", "carried_from", "class", "cut", "n", "base", "share", "share_low",
           "share_high", "share_asked", "p_value"]  # fmt: skip
WORDS = {
    INDEX: ("Indice sur les thèmes communs", "Index on the common themes"),
    STARTED: ("Ont commencé (en transition ou matures)", "Have started (in transition or mature)"),
}


@dataclass(frozen=True)
class Edition:
    """One edition as the rooms before hand it over.

    Attributes
    ----------
    name : study
    responses : table of the contract
    codebook, measure : its codebook and section `measure` of study.yaml
    shares : section `classify.shares`
    """

    name: str
    responses: pd.DataFrame
    codebook: Codebook
    measure: Mapping[str, Any]
    shares: Mapping[str, float]


def read_crosswalk(path: str, editions: Sequence[str]) -> pd.DataFrame:
    """The crosswalk: kind, concept, labels, one column per edition.

    Raises
    ------
    StudyError : a column is missing, a kind is unknown, or an item belongs to a concept that no
        theme row names.
    """
    table = tables.read_source(path, ["kind", "concept", "label_fr", "label_en", *editions])
    known = set(table.loc[table["kind"] == "theme", "concept"])
    for row, (kind, concept) in enumerate(zip(table["kind"], table["concept"], strict=True), 2):
        if kind not in ("theme", "item"):
            raise StudyError(
                f"{path}, row {row}, column 'kind': '{kind}' is unknown; expected theme or item."
            )
        if concept not in known:
            raise StudyError(
                f"{path}, row {row}, column 'concept': no row of kind theme names '{concept}'."
            )
    return table


def compared(
    editions: Sequence[Edition], crosswalk: pd.DataFrame, carried_from: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables `editions`, `transitions` and `carried_cuts`.

    Parameters
    ----------
    editions : oldest first; the last is the study itself
    crosswalk : as `read_crosswalk`
    carried_from : edition whose cut scores are carried forward

    Returns
    -------
    Levels of each theme in each edition that has it and their changes since the edition before,
    0-100 on the statements that all of these editions share; the share that has started, 0-1, under
    the carried cut scores; how the units of the panel moved between classes; and the sizes of the
    classes of each later edition.

    Raises
    ------
    StudyError : the crosswalk names a theme or an item that an edition does not have.

    Notes
    -----
    Means with Student's interval, changes of the panel paired, differences of the others by Welch
    (1947), *Biometrika* 34, 28-35; shares with Wilson's interval. Units are taken as draws of a
    process, not as a sample of all authorities.
    """
    rows = list(_themes(editions, crosswalk))
    origin = next(one for one in editions if one.name == carried_from)
    started, moved, sizes = _carried(editions, crosswalk, origin)
    table = pd.DataFrame(rows + started, columns=COLUMNS)
    carried = pd.concat(sizes, ignore_index=True) if sizes else pd.DataFrame(columns=CARRIED)
    return table, pd.DataFrame(moved, columns=TRANSITIONS), carried


def _themes(editions: Sequence[Edition], crosswalk: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for theme in crosswalk[crosswalk["kind"] == "theme"].to_dict("records"):
        having = [one for one in editions if theme[one.name]]
        if not having:
            continue
        codes = _shared_items(crosswalk, theme["concept"], having)
        if codes.empty:
            continue
        scores = {
            one.name: _scores(one, {theme[one.name]: list(codes[one.name])}) for one in having
        }
        words = {"label_fr": theme["label_fr"], "label_en": theme["label_en"]}
        yield from levels_and_changes(theme["concept"], words, scores)


def _shared_items(
    crosswalk: pd.DataFrame, concept: str, editions: Sequence[Edition]
) -> pd.DataFrame:
    """Statements of a concept that all these editions have; a column per edition."""
    names = [one.name for one in editions]
    rows = crosswalk[(crosswalk["kind"] == "item") & (crosswalk["concept"] == concept)][names]
    return rows[(rows != "").all(axis=1)]


def _scores(edition: Edition, items: Mapping[str, Sequence[str]]) -> pd.Series:
    """Index (0-100) of each unit on some items only, by the unit's name brought to one spelling."""
    wanted = [code for codes in items.values() for code in codes]
    rows = edition.codebook.items
    missing = [code for code in wanted if code not in rows.index]
    unknown = [theme for theme in items if theme not in edition.measure["themes"]]
    if missing or unknown:
        what = f"item '{missing[0]}'" if missing else f"theme '{unknown[0]}'"
        raise StudyError(
            f"crosswalk, column '{edition.name}': this edition has no {what}; mend the cell."
        )
    kept = rows.copy()
    kept["role"] = kept["role"].where(kept.index.isin(wanted), "ignore")
    settings = {
        **edition.measure,
        "themes": {theme: edition.measure["themes"][theme] for theme in items},
        "theme_weights": {},
        "weights": "equal",
    }
    plan = scoring.structure(replace(edition.codebook, items=kept), settings, edition.responses)
    units, levels, shown = scoring.level_matrix(edition.responses, plan)
    _, index = scoring.score(levels, shown, plan, settings)
    return pd.Series(index, index=[key(unit) for unit in units]).dropna()


def _carried(
    editions: Sequence[Edition], crosswalk: pd.DataFrame, origin: Edition
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[pd.DataFrame]]:
    """Share that has started in each edition, transitions from the origin, sizes of classes."""
    words = {"label_fr": WORDS[STARTED][0], "label_en": WORDS[STARTED][1]}
    rows: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    sizes: list[pd.DataFrame] = []
    for one in editions:
        if one.name == origin.name:
            share = 1 - origin.shares["lagging"]
            n = len(_scores(origin, _all_items(origin)))
            lagging = ordered.class_sizes(n, origin.shares)["lagging"]
            found = ((n - lagging) / n, np.nan, np.nan)
            more = noted("forced", share=100 * share, edition=origin.name)
            rows.append(change_row(STARTED, words, one.name, LEVEL, found, n, **more))
            continue
        common = _common(crosswalk, origin, one)
        if not common:
            more = noted("none", edition=origin.name)
            rows.append(change_row(STARTED, words, one.name, LEVEL, (np.nan,) * 3, 0, **more))
            continue
        before = _scores(origin, {old: codes for (old, _), (codes, _) in common.items()})
        after = _scores(one, {new: codes for (_, new), (_, codes) in common.items()})
        labels = {"label_fr": WORDS[INDEX][0], "label_en": WORDS[INDEX][1]}
        other = {origin.name: one.name, one.name: origin.name}
        for row in levels_and_changes(INDEX, labels, {origin.name: before, one.name: after}):
            # The themes in common differ from pair to pair, so a level belongs to its pair.
            rows.append({**row, "compared_with": other[row["edition"]]})
        codes = ordered.cut(before.to_numpy(), ordered.class_sizes(len(before), origin.shares))
        cuts = ordered.cut_values(before.to_numpy(), codes)
        now = np.searchsorted(cuts, after.to_numpy(), side="right")
        at_cuts = shares_at_cuts(after.to_numpy(), cuts.tolist(), origin.shares)
        sizes.append(at_cuts.assign(edition=one.name, carried_from=origin.name)[CARRIED])
        share, low, high = map(float, wilson((now > 0).sum(), len(now)))
        more = noted("carried", edition=origin.name)
        rows.append(
            change_row(STARTED, words, one.name, LEVEL, (share, low, high), len(now), **more)
        )
        moved += _transitions(origin.name, one.name, pd.Series(codes, before.index),
                              pd.Series(now, after.index))  # fmt: skip
    return rows, moved, sizes


def _all_items(edition: Edition) -> dict[str, list[str]]:
    scored = edition.codebook.scored()
    return {theme: list(rows.index) for theme, rows in scored.groupby("theme", sort=False)}


def _common(
    crosswalk: pd.DataFrame, first: Edition, second: Edition
) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """Themes of two editions with their shared statements in the codes of each."""
    found = {}
    for theme in crosswalk[crosswalk["kind"] == "theme"].to_dict("records"):
        if not theme[first.name] or not theme[second.name]:
            continue
        codes = _shared_items(crosswalk, theme["concept"], [first, second])
        if len(codes):
            pair = theme[first.name], theme[second.name]
            found[pair] = list(codes[first.name]), list(codes[second.name])
    return found


def _transitions(
    first: str, second: str, before: pd.Series, after: pd.Series
) -> list[dict[str, Any]]:
    both = before.index.intersection(after.index)
    rows = []
    for i, old in enumerate(CLASSES):
        start = before[both] == i
        for j, new in enumerate(CLASSES):
            n, base = int((start & (after[both] == j)).sum()), int(start.sum())
            share = wilson(n, base)
            values = [first, second, old, new, n, base, *share]
            rows.append(dict(zip(TRANSITIONS, values, strict=True)))
    return rows
