"""Cleaning steps that remove rows: each gives the batch that is left and one entry per row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.batch import Batch, Entry, distinct, hits, items_of, known_keys
from barometre.ingest.wording import key, plain

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

GIVEN = {"answered", "unknown", "refused"}
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
        for one, (text, _) in hits(batch.values[item], lambda text: plain(text) in wanted).items():
            gone.setdefault(one, ("removed", one, item, text, None, "marked for exclusion"))
    return batch.without(list(gone)), list(gone.values())


def drop_without_consent(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Responses of persons who did not agree: `item` has none of `values` (default Y).

    A blank is no consent.
    """
    known_keys(parameters, {"item", "values"}, "drop_without_consent")
    agreed = {plain(str(value)) for value in parameters.get("values", ["Y"])}
    gone: dict[str, Entry] = {}
    for item in items_of(batch, parameters, "drop_without_consent"):
        without = hits(batch.values[item], lambda text: plain(text) not in agreed)
        for one, (text, _) in without.items():
            gone.setdefault(one, ("removed", one, item, text or None, None, "no consent given"))
    return batch.without(list(gone)), list(gone.values())


def drop_tests(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Responses of somebody trying the form: a name that is a test word or has no letter.

    `item` holds the name; `patterns` (regular expressions on the name without case, accents and
    signs, matched whole) are used beside the built-in ones.
    """
    known_keys(parameters, {"item", "patterns"}, "drop_tests")
    further = [pattern_of(text, "drop_tests").pattern for text in parameters.get("patterns", [])]
    pattern = re.compile("|".join(f"(?:{text})" for text in (*TESTS, *further)))

    def is_test(text: str) -> bool:
        name = key(text)
        return bool(text) and (not name or pattern.fullmatch(name) is not None)

    gone: dict[str, Entry] = {}
    for item in items_of(batch, parameters, "drop_tests"):
        for one, (text, _) in hits(batch.values[item], is_test).items():
            reason = "a test of the form, not a response"
            gone.setdefault(one, ("removed", one, item, text, None, reason))
    return batch.without(list(gone)), list(gone.values())


def pattern_of(text: str, step: str) -> re.Pattern[str]:
    """A regular expression of study.yaml.

    Raises
    ------
    StudyError : it is none.
    """
    try:
        return re.compile(text)
    except re.error as error:
        raise StudyError(
            f"study.yaml, clean, step {step}: '{text}' is no regular expression ({error})."
        ) from None


def drop_abandoned(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Forms that were opened and left: nothing is answered, or no page after `last_page` was seen.

    `last_page`: responses that were not submitted and stopped on this page or before; without it,
    responses without any answer at all. Items of role `unit` and `background` do not count as
    answers, since many tools fill them in beforehand.
    """
    known_keys(parameters, {"last_page"}, "drop_abandoned")
    roles = codebook.items["role"]
    filled_in = roles.index[roles.isin(["unit", "background", "ignore"])]
    items = batch.values.columns.difference(filled_in, sort=False)
    said = (batch.values[list(items)] != "").any(axis=1).to_numpy()
    entries: list[Entry] = []
    reached = batch.respondents["last_page"] if "last_page" in parameters else None
    complete = batch.respondents["complete"].fillna(False).to_numpy(dtype=bool)
    left = ~said
    if reached is not None:
        early = (reached.fillna(0) <= int(parameters["last_page"])).to_numpy(dtype=bool)
        left |= early & ~complete
    for one in batch.values.index[left]:
        row = batch.values.index.get_loc(one)
        page = "" if reached is None else f", last page {reached.iloc[row]}"
        reason = f"left early{page}" if said[row] else "no question answered"
        entries.append(("removed", str(one), None, None, None, reason))
    return batch.without([entry[1] for entry in entries]), entries


def drop_unfinished(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Responses given up too early.

    `minimum_answered`: share of the scored items shown to the respondent that must be answered
    (boxes left unticked say nothing about it and are not counted); `complete_only: true` keeps
    submitted responses only.
    """
    known_keys(parameters, {"minimum_answered", "complete_only"}, "drop_unfinished")
    share = share_answered(batch, codebook).to_numpy()
    least = float(parameters.get("minimum_answered", 0))
    complete = batch.respondents["complete"].fillna(False).to_numpy(dtype=bool)
    unsent = ~complete & bool(parameters.get("complete_only"))
    few = f"fewer than {least:.0%} of the scored items answered"
    entries: list[Entry] = []
    for row in (unsent | (share < least)).nonzero()[0]:
        reason = "not submitted" if unsent[row] else few
        one = str(batch.values.index[row])
        entries.append(("removed", one, None, f"{share[row]:.0%} answered", None, reason))
    return batch.without([entry[1] for entry in entries]), entries


def share_answered(batch: Batch, codebook: Codebook) -> pd.Series:
    """Share of the scored items shown that are answered, per respondent; 0 where none was shown."""
    import numpy as np
    import pandas as pd

    scored = codebook.scored()
    items = scored.index[scored["kind"] != "tick"].intersection(batch.states.columns)
    if items.empty:
        items = scored.index.intersection(batch.states.columns)
    shown = np.zeros(len(batch.states), dtype=np.int32)
    given = np.zeros(len(batch.states), dtype=np.int32)
    for item in items:
        codes, states = distinct(batch.states[item])
        shown += np.array([state != "not_shown" for state in states], dtype=bool)[codes]
        given += np.array([state in GIVEN for state in states], dtype=bool)[codes]
    share = np.divide(given, shown, out=np.zeros(len(shown)), where=shown > 0)
    return pd.Series(share, index=batch.states.index)


def drop_exact_duplicates(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Rows with the same answer in every item as an earlier row (a form sent twice)."""
    known_keys(parameters, set(), "drop_exact_duplicates")
    entries: list[Entry] = []
    first: dict[tuple[str, ...], str] = {}
    alike = batch.values[_perhaps_twice(batch)]
    for respondent, cells in zip(
        alike.index, alike.itertuples(index=False, name=None), strict=True
    ):
        earlier = first.setdefault(cells, respondent) if any(cells) else respondent
        if earlier != respondent:
            reason = f"the same answers as response {earlier}"
            entries.append(("removed", str(respondent), None, None, None, reason))
    return batch.without([entry[1] for entry in entries]), entries


def _perhaps_twice(batch: Batch) -> np.ndarray:
    """Rows whose answers have the hash of another row's; the others cannot be duplicates."""
    import numpy as np
    import pandas as pd

    mixed = np.zeros(len(batch.values), dtype=np.uint64)
    for item in batch.values:
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed += distinct(batch.values[item])[0].astype(np.uint64) + np.uint64(1)
    return pd.Series(mixed).duplicated(keep=False).to_numpy()
