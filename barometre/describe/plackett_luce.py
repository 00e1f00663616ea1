"""Worth of ranked options under the Plackett-Luce model."""

from __future__ import annotations

import numpy as np

ROUNDS = 10_000
TOLERANCE = 1e-12


def worth(given: np.ndarray) -> np.ndarray:
    """Maximum-likelihood worths, summing to 1; NaN where the rankings do not determine them.

    An option's worth is the chance that it is put first among all. Partial rankings count for what
    they say: options left unranked stand behind all that were ranked, in no order.

    Parameters
    ----------
    given : ranks, 1 is first, NaN where unranked, shape (units, options); no ties

    Notes
    -----
    Plackett (1975), *Applied Statistics* 24, 193-202; minorisation-maximisation of Hunter (2004),
    *Annals of Statistics* 32, 384-406. The maximum exists only if every group of options is
    beaten at least once by the others (his assumption 1): one that is always first has none.
    """
    options = given.shape[1]
    orders = [_order(row) for row in given]
    beats = np.zeros((options, options), dtype=bool)
    for chosen, left in orders:
        for place, winner in enumerate(chosen):
            beats[winner, chosen[place + 1 :] + left] = True
    if not _strongly_connected(beats):
        return np.full(options, np.nan)
    wins = np.zeros(options)
    for chosen, left in orders:
        stages = len(chosen) - (0 if left else 1)
        np.add.at(wins, chosen[:stages], 1.0)
    value = np.full(options, 1 / options)
    for _ in range(ROUNDS):
        load = np.zeros(options)
        for chosen, left in orders:
            everybody = chosen + left
            for place in range(len(chosen) - (0 if left else 1)):
                load[everybody[place:]] += 1 / value[everybody[place:]].sum()
        new = np.divide(wins, load, out=np.zeros(options), where=load > 0)
        new /= new.sum()
        if np.abs(new - value).max() < TOLERANCE:
            return new
        value = new
    return value


def _order(row: np.ndarray) -> tuple[list[int], list[int]]:
    """Options in the order in which they were put, and those left unranked."""
    ranked = np.flatnonzero(np.isfinite(row))
    chosen = ranked[np.argsort(row[ranked], kind="stable")]
    return [int(one) for one in chosen], [int(one) for one in np.flatnonzero(~np.isfinite(row))]


def _strongly_connected(beats: np.ndarray) -> bool:
    reach = beats | np.eye(len(beats), dtype=bool)
    for _ in range(len(beats)):
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    return bool(reach.all())
