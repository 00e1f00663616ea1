"""Cleaning steps for units that answered more than once: keep one response, merge or aggregate."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.ingest.batch import Batch, Entry, distinct, items_of, known_keys
from barometre.ingest.values import number
from barometre.ingest.wording import key, plain

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Repeated:
    """Responses of one unit: all of them, in the order of the export, and the one that stays."""

    members: list[str]
    stays: str

    def others(self) -> list[str]:
        """The responses that do not stay, the latest first."""
        return [one for one in reversed(self.members) if one != self.stays]


def repeated(
    batch: Batch, parameters: Mapping[str, Any], step: str
) -> tuple[str, dict[str, str], list[Repeated]]:
    """The item of the unit's name, respondent -> name, and the units with several responses."""
    item = items_of(batch, parameters, step)[0]
    names = batch.values[item][batch.values[item] != ""]
    complete = batch.complete()
    found = []
    for members in same_units(names, float(parameters.get("similarity", 1))):
        if len(members) > 1:
            candidates = [one for one in members if one in complete] or members
            first = parameters.get("keep", "last") == "first"
            found.append(Repeated(members, candidates[0 if first else -1]))
    several = [one for unit in found for one in unit.members]
    return item, {one: names[one] for one in several}, found


def drop_repeated_units(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """One response per unit; names are first brought to one spelling, each change logged.

    `item` holds the unit's name or code; names are the same when they differ only in case,
    accents, spaces or signs, or when their similarity (0-1, rapidfuzz) reaches `similarity` (off
    by default: "Métropole A" and "Métropole B" are .91 alike). Of several responses the complete
    ones are preferred; `keep: last` (default) or `first` of them by the order of the export.
    """
    known_keys(parameters, {"item", "keep", "similarity"}, "drop_repeated_units")
    item, names, units = repeated(batch, parameters, "drop_repeated_units")
    entries: list[Entry] = [
        ("removed", one, item, names[one], None, f"the unit is kept as response {unit.stays}")
        for unit in units
        for one in unit.members
        if one != unit.stays
    ]
    return _respelt(batch.without([entry[1] for entry in entries]), item, entries)


def merge_repeated_units(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """One response per unit that takes what it left blank from the unit's other responses.

    Parameters and the response that stays are those of `drop_repeated_units`; the latest other
    response is asked first. Where another response says something else, the answer of the one
    that stays is kept and the cell flagged.
    """
    known_keys(parameters, {"item", "keep", "similarity"}, "merge_repeated_units")
    item, names, units = repeated(batch, parameters, "merge_repeated_units")
    entries: list[Entry] = []
    new: dict[str, dict[str, str]] = {}
    for unit in units:
        for other in unit.others():
            reason = f"merged into response {unit.stays}"
            entries.append(("removed", other, item, names[other], None, reason))
        for column in batch.values.columns:
            if column == item:
                continue
            cells = batch.values[column]
            own = cells.at[unit.stays]
            said = [(one, cells.at[one]) for one in unit.others() if cells.at[one] not in ("", own)]
            if not said:
                continue
            other, text = said[0]
            if own:
                reason = f"response {other} of the same unit says '{text}'"
                entries.append(("flagged", unit.stays, column, own, own, reason))
            else:
                entries.append(
                    ("changed", unit.stays, column, None, text, f"taken from response {other}")
                )
                new.setdefault(column, {})[unit.stays] = text
    batch = _filled(batch, new)
    return _respelt(batch.without([e[1] for e in entries if e[0] == "removed"]), item, entries)


def aggregate_units(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Several respondents of a unit counted as one response, with their agreement in the log.

    Numbers are averaged, answers of a scale give their lower median (an answer that somebody can
    have given), all other items the answer given most often (the response that stays decides a
    tie). The response that stays carries the result. One entry a unit says how far its
    respondents agreed: the share of pairs of answers that are the same; the intraclass
    correlation of their scores is the measure room's.
    """
    known_keys(parameters, {"item", "keep", "similarity"}, "aggregate_units")
    item, names, units = repeated(batch, parameters, "aggregate_units")
    entries: list[Entry] = []
    new: dict[str, dict[str, str]] = {}
    for unit in units:
        for other in unit.others():
            reason = f"counted together with response {unit.stays}"
            entries.append(("removed", other, item, names[other], None, reason))
        pairs = same = 0
        for column in batch.values.columns:
            if column == item:
                continue
            cells = batch.values[column]
            given = [text for one in (unit.stays, *unit.others()) if (text := cells.at[one])]
            pairs += len(given) * (len(given) - 1) // 2
            same += sum(n * (n - 1) // 2 for n in Counter(given).values())
            text = together(given, column, codebook) if given else ""
            if text != cells.at[unit.stays]:
                reason = f"of the {len(given)} answers of the unit"
                own = cells.at[unit.stays] or None
                entries.append(("changed", unit.stays, column, own, text, reason))
                new.setdefault(column, {})[unit.stays] = text
        said = f"{same} of {pairs} pairs of answers agree"
        entries.append(
            ("flagged", unit.stays, None, said, said, f"{len(unit.members)} respondents as one")
        )
    batch = _filled(batch, new)
    return _respelt(batch.without([e[1] for e in entries if e[0] == "removed"]), item, entries)


@dataclass(frozen=True)
class Several:
    """Respondents before they were counted as one unit, and the response each is counted in."""

    batch: Batch
    counted_in: dict[str, str]


def several(batch: Batch, parameters: Mapping[str, Any]) -> Several:
    """All respondents as `aggregate_units` finds them; most are counted in themselves."""
    units = repeated(batch, parameters, "aggregate_units")[2]
    counted_in = {str(one): str(one) for one in batch.values.index}
    counted_in |= {one: unit.stays for unit in units for one in unit.members}
    return Several(batch, counted_in)


def together(given: Sequence[str], item: str, codebook: Codebook) -> str:
    """What several answers to an item amount to; `given` begins with the one that decides a tie."""
    kind = codebook.items.at[item, "kind"] if item in codebook.items.index else "text"
    levels = codebook.levels(item) if item in codebook.items.index else {}
    if kind == "scale":
        ranked = [text for text in given if levels.get(text, math.nan) == levels.get(text)]
        if ranked:
            middle = median_low([levels[text] for text in ranked])
            return next(text for text in ranked if levels[text] == middle)
    if kind in ("number", "count"):
        numbers = [value for text in given if (value := number(text)) == value]
        if numbers:
            return f"{sum(numbers) / len(numbers):.10g}" if len(set(numbers)) > 1 else given[0]
    counts = Counter(given)
    most = max(counts.values())
    return next(text for text in given if counts[text] == most)


def _filled(batch: Batch, new: Mapping[str, Mapping[str, str]]) -> Batch:
    """The batch with new answers, which are answered."""
    for item, cells in new.items():
        batch = batch.told(item, cells, "answered")
    return batch


def _respelt(batch: Batch, item: str, entries: list[Entry]) -> tuple[Batch, list[Entry]]:
    """Names of units in one spelling, and the entries with those changes."""
    column = batch.values[item]
    new = spellings(column)
    changes: list[Entry] = [
        ("changed", one, item, column.at[one], text, "one spelling of the unit's name")
        for one, text in new.items()
    ]
    return batch.respelt(item, new), [*entries, *changes]


def same_units(names: pd.Series, similarity: float) -> list[list[str]]:
    """Respondents grouped by the unit they name, in order of first appearance."""
    from rapidfuzz import fuzz, process

    codes, texts = distinct(names)
    keys = [key(text) or plain(text) for text in texts]
    groups: dict[str, list[str]] = {}
    for respondent, code in zip(names.index, codes, strict=True):
        name = alike = keys[code]
        if name not in groups and similarity < 1:
            near = process.extractOne(
                name, groups.keys(), scorer=fuzz.ratio, score_cutoff=100 * similarity
            )
            alike = near[0] if near else name
        groups.setdefault(alike, []).append(str(respondent))
    return list(groups.values())


def spellings(names: pd.Series) -> dict[str, str]:
    """Respondent -> better spelling of a name, where there is one.

    Spaces are made single; a word takes the spelling that most names give it; in a name written
    all in small or all in large letters, the other words get one large letter where at least
    nine names of ten have it so.
    """
    codes, texts = distinct(names)
    tidy_texts = [plain(text) for text in texts]
    tidy = [tidy_texts[code] for code in codes]
    words = Counter(word for text in tidy for word in text.split())
    best: dict[str, str] = {}
    for word, _ in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
        best.setdefault(key(word), word)
    mixed = [text for text in tidy if text and text not in (text.lower(), text.upper())]
    usual = len(mixed) >= 0.9 * max(1, sum(text != "" for text in tidy))
    better = []
    for text in tidy_texts:
        parts = [best.get(key(word), word) for word in text.split()]
        if usual and text == text.lower() and any(sign.isalpha() for sign in text):
            parts = [word[:1].upper() + word[1:] for word in parts]
        better.append(" ".join(parts))
    return {
        str(respondent): better[code]
        for respondent, code in zip(names.index, codes, strict=True)
        if better[code] != texts[code]
    }
