"""Cleaning steps that look at how somebody answered: they flag whole responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.batch import Batch, Entry, distinct, known_keys


def flag_straightliners(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Flag respondents who gave one and the same answer to all items of every answer scale.

    Only scales that at least `minimum_items` (default 8) scored items share are looked at, and only
    respondents who answered that many of them.
    """
    import numpy as np

    known_keys(parameters, {"minimum_items"}, "flag_straightliners")
    least = int(parameters.get("minimum_items", 8))
    scored = codebook.scored()
    n = len(batch.values)
    straight, any_block = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    said: list[tuple[np.ndarray, np.ndarray, list[str]]] = []
    for _, rows in scored[scored["scale"] != ""].groupby("scale", sort=False):
        items = rows.index.intersection(batch.values.columns)
        if len(items) < least:
            continue
        answer, same, given, words = _one_answer(batch, list(items))
        enough = given >= least
        straight &= same | ~enough
        any_block |= enough
        said.append((answer, enough, words))
    entries: list[Entry] = []
    for row in np.flatnonzero(straight & any_block):
        told = ", ".join(words[answer[row]] for answer, enough, words in said if enough[row])
        one, reason = str(batch.values.index[row]), "the same answer to every item of a scale"
        entries.append(("flagged", one, None, told, told, reason))
    return batch, entries


def _one_answer(batch: Batch, items: list[str]) -> tuple[Any, Any, Any, list[str]]:
    """First answer of each respondent to some items, whether all are it, how many; the answers."""
    import numpy as np

    words: dict[str, int] = {}
    n = len(batch.values)
    answer, given = np.full(n, -1), np.zeros(n, dtype=int)
    same = np.ones(n, dtype=bool)
    for item in items:
        codes, texts = distinct(batch.values[item])
        place = [words.setdefault(text, len(words)) if text else -1 for text in texts]
        cells = np.array(place)[codes]
        filled = cells >= 0
        answer = np.where((answer < 0) & filled, cells, answer)
        same &= ~filled | (cells == answer)
        given += filled
    return answer, same, given, list(words)


def flag_speeders(
    batch: Batch, parameters: Mapping[str, Any], codebook: Codebook
) -> tuple[Batch, list[Entry]]:
    """Flag complete responses that took too little time to have been read.

    `minimum_seconds`: fewer seconds in all; `share_of_median`: less than this share of the median
    time of the complete responses (0.3 is usual; Greszki, Meyer & Schoen 2015 use 0.5 to 0.7 of
    the median per page as ever stricter limits). The export must hold the time taken.

    Raises
    ------
    StudyError : neither limit is given, or the export holds no times.
    """
    known_keys(parameters, {"minimum_seconds", "share_of_median"}, "flag_speeders")
    if not {"minimum_seconds", "share_of_median"} & set(parameters):
        raise StudyError(
            "study.yaml, clean, step flag_speeders: give `minimum_seconds` or `share_of_median`."
        )
    times = batch.respondents["duration_seconds"].astype("float64")
    if len(times) and times.isna().all():
        raise StudyError(
            "study.yaml, clean, step flag_speeders: the export holds no time taken; export it "
            "with timings or remove the step."
        )
    done = times[batch.respondents["complete"].fillna(False).to_numpy(dtype=bool)].dropna()
    least = float(parameters.get("minimum_seconds", 0))
    if "share_of_median" in parameters and len(done):
        least = max(least, float(parameters["share_of_median"]) * float(done.median()))
    entries: list[Entry] = [
        ("flagged", str(one), None, f"{seconds:g} s", f"{seconds:g} s", f"under {least:.10g} s")
        for one, seconds in done[done < least].items()
    ]
    return batch, entries
