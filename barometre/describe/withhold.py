"""Which counts of a table would tell on single persons, and which others give them away."""

from __future__ import annotations

import numpy as np


def withheld(counts: np.ndarray, minimum: int) -> np.ndarray:
    """Cells to leave out, so that no count from 1 to `minimum` - 1 is shown or can be found.

    Parameters
    ----------
    counts : (rows, columns), whole numbers; the sums of rows and of columns are published
    minimum : smallest count that is shown; a 0 is shown, it tells on nobody in particular

    Returns
    -------
    Boolean, shape (rows, columns). A row or column with one withheld cell has a second one, its
    smallest other that is not zero, since a sum would give the first away.

    Notes
    -----
    Primary and complementary suppression: Hundepool et al. (2012), *Statistical Disclosure
    Control*, chapter 4. The second cell is found one line at a time until no line has a single
    one; it is safe, not the smallest possible loss.
    """
    hidden = (counts > 0) & (counts < minimum)
    while True:
        before = hidden.sum()
        for lines, marks in ((counts, hidden), (counts.T, hidden.T)):
            for line, mark in zip(lines, marks, strict=True):
                if mark.sum() == 1 and (~mark & (line > 0)).any():
                    others = np.where(mark | (line == 0), np.inf, line)
                    mark[int(np.argmin(others))] = True
        if hidden.sum() == before:
            return hidden
