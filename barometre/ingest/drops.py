"""Cleaning steps that remove rows: each gives the batch that is left and one entry per row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.ingest.batch import Batch, Entry, items_of, known_keys, removed
from barometre.ingest.wording import key, plain

if TYPE_CHECKING:
    import pandas as pd

# Whole names only: "Test Valley" is a council, "test" is not.
TESTS = (
    r"(test|tests|essai|essais|toto|tata|titi|bla|azerty|qwerty|asdf|x{3,}|a{3,})( \d+)?( bla)*",
    r"(test|essai)\b.*\b(ne pas|ignorer|ignore|supprimer|do not|delete|not count)\b.*",
)


def drop_marked(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Rows that somebody marked for exclusion: `item` has one of `values`."""
    known_keys(parameters, {"item", "values"}, "drop_marked")
    wanted = {plain(str(value)) for value in parameters.get("values", [])}
    gone: dict[str, Entry] = {}
    for item in items_of(batch, parameters, "drop_marked"):
        column = batch.values[item]
        hit = column[column.map(plain).isin(wanted)]
        for entry in removed(list(hit.index), item, list(hit), "marked for exclusion"):
            gone.setdefault(entry[1], entry)
    return batch.without(list(gone)), list(gone.values())


def drop_tests(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Responses of somebody trying the form: a name that is a test word or has no letter.

    `item` holds the name; `patterns` (regular expressions on the name without case, accents and
    signs, matched whole) are used beside the built-in ones.
    """
    known_keys(parameters, {"item", "patterns"}, "drop_tests")
    patterns = [re.compile(text) for text in (*TESTS, *parameters.get("patterns", []))]
    gone: dict[str, Entry] = {}
    for item in items_of(batch, parameters, "drop_tests"):
        for respondent, text in batch.values[item].items():
            name = key(text)
            if text and (not name or any(pattern.fullmatch(name) for pattern in patterns)):
                reason = "a test of the form, not a response"
                gone.setdefault(
                    str(respondent), ("removed", str(respondent), item, text, None, reason)
                )
    return batch.without(list(gone)), list(gone.values())


def drop_unfinished(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Responses given up too early.

    `minimum_answered`: share of the scored items shown to the respondent that must be answered
    (boxes left unticked say nothing about it and are not counted); `complete_only: true` keeps
    submitted responses only.
    """
    known_keys(parameters, {"minimum_answered", "complete_only"}, "drop_unfinished")
    share = share_answered(batch, codebook)
    least = float(parameters.get("minimum_answered", 0))
    complete = batch.complete()
    entries: list[Entry] = []
    for respondent in batch.values.index:
        if parameters.get("complete_only") and respondent not in complete:
            reason = "not submitted"
        elif share[respondent] < least:
            reason = f"fewer than {least:.0%} of the scored items answered"
        else:
            continue
        entries.append(
            ("removed", str(respondent), None, f"{share[respondent]:.0%} answered", None, reason)
        )
    return batch.without([entry[1] for entry in entries]), entries


def share_answered(batch: Batch, codebook: Codebook) -> pd.Series:
    """Share of the scored items shown that are answered, per respondent; 0 where none was shown."""
    scored = codebook.scored()
    items = scored.index[scored["kind"] != "tick"].intersection(batch.states.columns)
    if items.empty:
        items = scored.index.intersection(batch.states.columns)
    states = batch.states[items]
    shown = states.ne("not_shown").sum(axis=1)
    return (states.isin(["answered", "unknown", "refused"]).sum(axis=1) / shown).fillna(0)


def drop_exact_duplicates(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Rows with the same answer in every item as an earlier row (a form sent twice)."""
    known_keys(parameters, set(), "drop_exact_duplicates")
    entries: list[Entry] = []
    first: dict[tuple[str, ...], str] = {}
    for respondent, cells in zip(
        batch.values.index, batch.values.itertuples(index=False, name=None), strict=True
    ):
        earlier = first.setdefault(cells, respondent) if any(cells) else respondent
        if earlier != respondent:
            reason = f"the same answers as response {earlier}"
            entries.append(("removed", str(respondent), None, None, None, reason))
    return batch.without([entry[1] for entry in entries]), entries


def drop_repeated_units(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """One response per unit; names are first brought to one spelling, each change logged.

    `item` holds the unit's name or code; names are the same when they differ only in case,
    accents, spaces or signs, or when their similarity (0-1, difflib) reaches `similarity` (off by
    default: "Métropole A" and "Métropole B" are .91 alike). Of several responses the complete ones
    are preferred; `keep: last` (default) or `first` of them by the order of the export.
    """
    known_keys(parameters, {"item", "keep", "similarity"}, "drop_repeated_units")
    item = items_of(batch, parameters, "drop_repeated_units")[0]
    names = batch.values[item][batch.values[item] != ""]
    groups = same_units(names, float(parameters.get("similarity", 1)))
    complete = batch.complete()
    entries: list[Entry] = []
    for members in groups:
        if len(members) == 1:
            continue
        candidates = [one for one in members if one in complete] or members
        stays = candidates[0] if parameters.get("keep", "last") == "first" else candidates[-1]
        entries.extend(
            ("removed", one, item, names[one], None, f"the unit is kept as response {stays}")
            for one in members
            if one != stays
        )
    kept = batch.without([entry[1] for entry in entries])
    new = spellings(kept.values[item])
    entries.extend(
        ("changed", one, item, names[one], text, "one spelling of the unit's name")
        for one, text in new.items()
    )
    return kept.respelt(item, new), entries


def same_units(names: pd.Series, similarity: float) -> list[list[str]]:
    """Respondents grouped by the unit they name, in order of first appearance."""
    groups: dict[str, list[str]] = {}
    for respondent, text in names.items():
        name = key(text) or plain(text)
        alike = name
        if name not in groups and similarity < 1:
            alike = next(
                (one for one in groups if SequenceMatcher(None, one, name).ratio() >= similarity),
                name,
            )
        groups.setdefault(alike, []).append(str(respondent))
    return list(groups.values())


def spellings(names: pd.Series) -> dict[str, str]:
    """Respondent -> better spelling of a name, where there is one.

    Spaces are made single; a word takes the spelling that most names give it; in a name written
    all in small or all in large letters, the other words get one large letter where at least
    nine names of ten have it so.
    """
    tidy = names.map(plain)
    words = Counter(word for text in tidy for word in text.split())
    best: dict[str, str] = {}
    for word, _ in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
        best.setdefault(key(word), word)
    mixed = [text for text in tidy if text and text not in (text.lower(), text.upper())]
    usual = len(mixed) >= 0.9 * max(1, sum(tidy != ""))
    new = {}
    for respondent, text in tidy.items():
        parts = [best.get(key(word), word) for word in text.split()]
        if usual and text == text.lower() and any(sign.isalpha() for sign in text):
            parts = [word[:1].upper() + word[1:] for word in parts]
        better = " ".join(parts)
        if better != names[respondent]:
            new[str(respondent)] = better
    return new
