"""What goes wrong in real surveys, planted one by one so that cleaning can be checked.

Each function takes responses and gives new ones; a study says which it uses and its PROVENANCE.md
names every one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from barometre.simulate.limesurvey_export import Response


def fieldwork_times(
    n: int, first: str, last: str, rng: np.random.Generator
) -> list[tuple[datetime, int]]:
    """When each response was started (working days, 9 to 18 h) and how many minutes it took."""
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    days = [start + timedelta(days=day) for day in range((end - start).days + 1)]
    working = [day for day in days if day.weekday() < 5]
    chosen = rng.integers(0, len(working), n)
    seconds = rng.integers(9 * 3600, 18 * 3600, n)
    minutes = rng.integers(18, 75, n)
    return [
        (working[day] + timedelta(seconds=int(second)), int(minute))
        for day, second, minute in zip(chosen, seconds, minutes, strict=True)
    ]


def trial(name: str, started: str, seed: int, answers: dict[str, str]) -> Response:
    """Somebody trying the form before the survey opens: complete, under a test name."""
    return Response({"nom": name, **answers}, datetime.fromisoformat(started), 2, seed)


def earlier_attempt(response: Response, last_page: int, days: int, seed: int) -> Response:
    """The same unit gave up on `last_page` some days before it answered in full."""
    started = response.started - timedelta(days=days, minutes=37)
    return replace(response, started=started, minutes=6, last_page=last_page, seed=seed)


def sent_twice(response: Response, seed: int) -> Response:
    """The same form sent again a few minutes later."""
    return replace(response, started=response.started + timedelta(minutes=3), seed=seed)


def second_informant(response: Response, name: str, last_page: int, seed: int) -> Response:
    """Another person begins for the same unit, under another spelling, and gives up."""
    later = replace(
        response,
        started=response.started + timedelta(days=6, minutes=53),
        minutes=9,
        last_page=last_page,
        seed=seed,
    )
    return later.with_answers(nom=name)


def respelt(responses: Sequence[Response], names: dict[str, str]) -> list[Response]:
    """Names as people type them: `names` says which unit's name is written how."""
    return [
        one.with_answers(nom=names.get(one.answers["nom"], one.answers["nom"])) for one in responses
    ]
