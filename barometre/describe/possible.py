"""Can a count out of the stated base print this percentage?"""

from __future__ import annotations

import math
from decimal import Decimal

UNIT, TRUNCATION, FIVE, NO = "unit", "truncation", "five", "no"
NOT_A_SHARE = "not_a_share"
TOLERANCE = 1e-9


def possible_with_base(
    value: float, base: int | None, unit: str = "percent", relation: str = "="
) -> str:
    """How a whole number of `base` respondents can be printed as `value` percent.

    Parameters
    ----------
    value : the figure as printed; its decimals say how far it was rounded (94, or 94.2)
    base : respondents behind it, as stated; None where nothing was stated
    unit : `percent` for shares; anything else (count, rank) is not a share
    relation : `=`; `~` (about) allows five points, as its reader would; a bound (`<`, `>`) is
        the printer's choice and not a share that somebody counted

    Returns
    -------
    The first that holds: `unit` (rounded to the last printed digit), `five` (rounded to the
    nearest five, or within five points where it says about), `truncation` (digits cut off, and
    no other way), `no`; or `not_a_share`.

    Notes
    -----
    The GRIM test of Brown, N. J. L. and Heathers, J. A. J. (2017), Social Psychological and
    Personality Science 8, 363-369, for shares; a half may have been rounded up or down.
    """
    if unit != "percent" or relation in ("<", ">") or not base:
        return NOT_A_SHARE
    step = 10.0 ** -decimals(value)
    # Only the counts on either side of the printed share can print it.
    below = math.floor(value / 100 * base)
    near = [100 * count / base for count in range(below - 1, below + 3) if 0 <= count <= base]
    if any(abs(share - value) <= step / 2 + TOLERANCE for share in near):
        return UNIT
    whole = range(base + 1)
    if value % 5 == 0 and any(abs(100 * k / base - value) <= 2.5 + TOLERANCE for k in whole):
        return FIVE
    if relation == "~" and any(abs(100 * k / base - value) <= 5 + TOLERANCE for k in whole):
        return FIVE
    if any(0 <= share - value < step - TOLERANCE for share in near):
        return TRUNCATION
    return NO


def decimals(value: float) -> int:
    """Digits printed after the point: 0 for 94, 1 for 94.2."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))
