"""Conditions in LimeSurvey's expression language."""

from __future__ import annotations

import re


def condition_of(relevance: str) -> str | None:
    """`inc2_SQ001.NAOK == "Y"` as `inc2[SQ001]=Y`; "" where always shown, None where it is richer.

    Several values of one item (`or`) and several items (`and`) are understood.
    """
    if relevance.strip() in ("", "1"):
        return ""
    wanted: dict[str, list[str]] = {}
    joined = re.split(r"\s+(?:and|&&)\s+", relevance.strip().strip("()"))
    for part in joined:
        names: set[str] = set()
        for one in re.split(r"\s+(?:or|\|\|)\s+", part.strip("() ")):
            match = re.fullmatch(r"\(*(\w+?)(?:\.NAOK)?\s*==\s*[\"']([^\"']*)[\"']\)*", one.strip())
            if match is None:
                return None
            question, _, sub = match[1].partition("_")
            item = f"{question}[{sub}]" if sub else question
            names.add(item)
            wanted.setdefault(item, []).append(match[2])
        if len(names) > 1:
            return None
    return " & ".join(f"{item}={'|'.join(values)}" for item, values in wanted.items())
