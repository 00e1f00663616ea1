"""Which counts of a table would tell on single persons, and which others give them away."""

from __future__ import annotations

import numpy as np


def small(counts: np.ndarray, minimum: int) -> np.ndarray:
    """Counts that would tell on single persons; a 0 tells on nobody in particular."""
    return (counts > 0) & (counts < minimum)


def withheld_groups(sizes: np.ndarray, minimum: int) -> np.ndarray:
    """Groups whose size is left out; their sum, everybody, is known.

    Parameters
    ----------
    sizes : (groups,) or (groups, ways of counting them), whole numbers

    Returns
    -------
    Boolean, shape (groups,): the small ones, and the next smallest until those left out are
        together at least `minimum` and more than one.
    """
    sizes = np.asarray(sizes).reshape(len(sizes), -1)
    hidden: np.ndarray = np.array([bool(row.any()) for row in small(sizes, minimum)])
    order = np.argsort(sizes.min(axis=1), kind="stable")
    while hidden.any() and not hidden.all():
        if hidden.sum() > 1 and (sizes[hidden].sum(axis=0) >= minimum).all():
            break
        shown = [at for at in order if not hidden[at]]
        full = [at for at in shown if sizes[at].min() > 0]
        hidden[(full or shown)[0]] = True
    return hidden


def withheld(
    counts: np.ndarray,
    minimum: int,
    sums: np.ndarray | None = None,
    without_answer: np.ndarray | None = None,
) -> np.ndarray:
    """Cells to leave out, so that no count from 1 to `minimum` - 1 is shown or can be found.

    Parameters
    ----------
    counts : (rows, columns), whole numbers; the sums of columns are published
    minimum : smallest count that is shown; a 0 is shown unless a neighbour needs it
    sums : (rows,) which sums of rows are left out (`withheld_groups`); default none
    without_answer : (columns,) persons that the sums of columns count and no row does

    Returns
    -------
    Boolean, shape (rows, columns). Whoever adds up and subtracts all that is shown can narrow a
    cell left out to no fewer than `minimum` + 1 counts, as far as the table has cells to hide.

    Notes
    -----
    Primary and complementary suppression: Hundepool et al. (2012), *Statistical Disclosure
    Control*, chapter 4. The smallest neighbour of a cell that can be narrowed further is left out
    too, until none can; it is safe, not the smallest possible loss.
    """
    rows, columns = counts.shape
    unknown = np.zeros(rows, dtype=bool) if sums is None else sums.copy()
    hidden = small(counts, minimum) | unknown[:, None]
    beside = np.zeros(columns, dtype=int) if without_answer is None else without_answer
    while (narrow := _narrow(counts, hidden, unknown, beside, minimum)) is not None:
        row, column = narrow
        near = np.zeros_like(hidden)
        near[row] = near[:, column] = True
        for among in (near & ~hidden & (counts > 0), near & ~hidden, ~hidden):
            if among.any():
                at = np.argmin(np.where(among, counts, counts.max() + 1))
                hidden[np.unravel_index(at, counts.shape)] = True
                break
        else:
            return hidden
    return hidden


def _narrow(
    counts: np.ndarray,
    hidden: np.ndarray,
    unknown: np.ndarray,
    beside: np.ndarray,
    minimum: int,
) -> tuple[int, int] | None:
    """The first cell left out that what is shown narrows to `minimum` counts or fewer."""
    whole, marks, sums = counts, hidden, unknown
    if beside.any():  # a row that is nowhere printed
        whole = np.vstack([counts, beside])
        marks = np.vstack([hidden, np.ones(len(beside), dtype=bool)])
        sums = np.append(unknown, False)
    for row, column in np.argwhere(hidden):
        low, high = interval(whole, marks, sums, int(row), int(column))
        if high - low < minimum - 1e-6:
            return int(row), int(column)
    return None


def interval(
    counts: np.ndarray, hidden: np.ndarray, unknown: np.ndarray, row: int, column: int
) -> tuple[float, float]:
    """Smallest and largest count that a hidden cell can have, given all that is shown.

    Parameters
    ----------
    counts : (rows, columns); only what is shown of it is used: cells not hidden, and sums
    unknown : (rows,) which sums of rows are not shown; sums of columns all are
    """
    from scipy.optimize import linprog

    places = np.argwhere(hidden)
    rows = [(places[:, 0] == at).astype(float) for at in np.flatnonzero(~unknown)]
    columns = [(places[:, 1] == at).astype(float) for at in range(counts.shape[1])]
    left = np.where(hidden, counts, 0)
    equal = np.array([*rows, *columns])
    sums = np.concatenate([left.sum(axis=1)[~unknown], left.sum(axis=0)])
    goal = ((places[:, 0] == row) & (places[:, 1] == column)).astype(float)
    ends = [
        sign * linprog(sign * goal, A_eq=equal, b_eq=sums, bounds=(0, None)).fun for sign in (1, -1)
    ]
    return float(ends[0]), float(ends[1])
