"""Personal data that a codebook missed: e-mail addresses and telephone numbers in answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# French numbers and international ones; SIREN and counts have no leading 0 or +.
PHONE = re.compile(r"(?<!\d)(?:\+\d{1,3}[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")


def suspects(answers: pd.DataFrame) -> dict[str, int]:
    """Item -> number of answers that hold an e-mail address or a telephone number.

    Parameters
    ----------
    answers : the long table that a reader gives; items of role `personal` are not in it
    """
    import pandas as pd

    if isinstance(answers["value"].dtype, pd.CategoricalDtype):
        return _suspect_categories(answers)
    given = answers[answers["value"].notna()]
    texts = given["value"].astype(str)
    # Looking twice only where a sign of either is there keeps a million answers quick.
    possible = texts.str.contains(r"@|\d[ .-]?\d{2}[ .-]?\d{2}", regex=True)
    found = texts[possible].map(lambda text: bool(EMAIL.search(text) or PHONE.search(text)))
    counts = given.loc[found.index[found.astype(bool)], "item"].value_counts(sort=False)
    return {str(item): int(n) for item, n in counts.items()}


def _suspect_categories(answers: pd.DataFrame) -> dict[str, int]:
    """The same for a large table of categories: each text is looked at once."""
    import numpy as np

    texts = answers["value"].cat.categories
    found = np.array([*(_tells(text) for text in texts), False], dtype=bool)
    if not found.any():
        return {}
    rows = answers["item"][found[answers["value"].cat.codes.to_numpy()]]
    counts = rows.astype(object).value_counts(sort=False)
    return {str(item): int(n) for item, n in counts.items()}


def _tells(text: str) -> bool:
    if "@" in text and EMAIL.search(text):
        return True
    return len(text) > 9 and ("0" in text or "+" in text) and PHONE.search(text) is not None


def finding(answers: pd.DataFrame) -> str:
    """The suspects as one line for the table `reading`."""
    told = [f"{item} ({n})" for item, n in suspects(answers).items()]
    if not told:
        return "none found"
    return f"{', '.join(told)}: read them, and give the item the role `personal` if need be"
