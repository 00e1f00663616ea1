"""What went wrong around the responses of an EY edition, as its simulation.yaml says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from barometre.simulate import mess
from barometre.simulate.limesurvey_export import Response

EXTRA_SEEDS = 6


def responses(
    titles: Sequence[str],
    units: Sequence[Mapping[str, str]],
    settings: Mapping[str, Any],
    rng: np.random.Generator,
) -> list[Response]:
    """Every row of the export: the responses with their slips, then trials and repeats.

    Parameters
    ----------
    titles, units : name and answers of each unit
    settings : simulation.yaml; `mess` names each slip, `fieldwork` the first and last day
    """
    first, last = settings["fieldwork"]
    planned = settings["mess"]
    times = mess.fieldwork_times(len(units) + 1, first, last, rng)
    seeds = [int(one) for one in rng.integers(10**8, 2**31, len(units) + EXTRA_SEEDS)]
    rows = [
        Response(answers, start, minutes, seed)
        for answers, (start, minutes), seed in zip(
            units, times[:-1], seeds[EXTRA_SEEDS:], strict=True
        )
    ]
    at = {title: number for number, title in enumerate(titles)}
    slip = at[planned["population_in_thousands"]]
    thousands = str(int(units[slip]["idpop"]) // 1000)
    rows[slip] = rows[slip].with_answers(idpop=thousands)
    for title, text in planned.get("comments", {}).items():
        rows[at[title]] = rows[at[title]].with_answers(comm=text)
    rows = mess.respelt(rows, planned["respelt"])
    start, _ = times[-1]
    trials = [
        mess.trial(one["name"], one["started"], seed, planned["trial_answers"])
        for one, seed in zip(planned["trials"], seeds, strict=False)
    ]
    earlier, second = planned["earlier_attempt"], planned["second_informant"]
    return [
        *rows,
        *trials,
        mess.earlier_attempt(
            rows[at[earlier["unit"]]], earlier["last_page"], earlier["days"], seeds[2]
        ),
        mess.sent_twice(rows[at[planned["sent_twice"]]], seeds[3]),
        mess.second_informant(
            rows[at[second["unit"]]], second["name"], second["last_page"], seeds[4]
        ),
        Response(planned["given_up"], start, 7, seeds[5], last_page=planned["given_up_on_page"]),
    ]
