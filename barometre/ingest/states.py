"""What kind of cell each answer is: answered, blank, not shown, not reached, refused, unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import relevance
from barometre.ingest.wording import plain

if TYPE_CHECKING:
    import pandas as pd


def condition(text: str, items: pd.Index | set[str], where: str) -> list[tuple[str, set[str]]]:
    """`item=value|value` (several joined by ` & `) as (item, values) pairs.

    Raises
    ------
    StudyError : no equals sign, or an item that the codebook does not list.
    """
    parts = []
    for part in text.split(" & "):
        item, equals, values = part.partition("=")
        if not equals or item.strip() not in items:
            raise StudyError(
                f"{where}, column 'shown_if': '{text}' is not a condition on an item of the "
                "codebook; expected item=value|value."
            )
        parts.append((item.strip(), {plain(value) for value in values.split("|")}))
    return parts


def hidden(values: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Which cells a condition of the codebook kept from the respondent.

    Parameters
    ----------
    values : answers, respondents x items; blank where not answered

    Returns
    -------
    Booleans of the same shape. A condition on an item that was itself hidden is not met; one on an
    item that is not in the export hides nothing (`unsettled` names it). A questionnaire's own
    richer conditions are evaluated where they are understood.
    """
    import pandas as pd

    result = pd.DataFrame(False, index=values.index, columns=values.columns)
    richer = codebook.items.get("relevance", {})
    for row, (item, text) in enumerate(codebook.items["shown_if"].items(), start=2):
        if item not in values.columns:
            continue
        where = f"codebook.csv, row {row}"
        for asked, wanted in condition(str(text), codebook.items.index, where) if text else ():
            if asked in values.columns:
                result[item] |= ~values[asked].isin(wanted)
        shown = relevance.shown(richer[item], values, result) if richer.get(item) else None
        if shown is not None:
            result[item] |= ~shown
    return result


def unsettled(values: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Items whose condition asks for an item that is not there, or cannot be evaluated."""
    richer = codebook.items.get("relevance", {})
    found = []
    for item in values.columns.intersection(codebook.items.index):
        text = str(codebook.items.at[item, "shown_if"])
        parts = condition(text, codebook.items.index, "codebook.csv") if text else []
        untold = richer.get(item) and relevance.shown(richer[item], values, values.isna()) is None
        if untold or any(asked not in values.columns for asked, _ in parts):
            found.append(str(item))
    return found


def coded(values: pd.Series, item: str, codebook: Codebook) -> pd.Series:
    """Answers of an item in the spelling of its scale.

    An answer that is not on the scale as it stands is looked up without regard to kinds of
    space and apostrophe, then among the scale's labels in every language.
    """
    scale = codebook.items.at[item, "scale"]
    if not scale:
        return values
    answers = codebook.scales[codebook.scales["scale"] == scale]
    codes = set(answers["answer"])
    spellings: dict[str, str] = {}
    labels = [column for column in answers if column.startswith("label_")]
    for column in (*reversed(labels), "answer"):
        for text, code in zip(answers[column], answers["answer"], strict=True):
            if text:
                spellings[plain(text)] = code
    return values.map(
        lambda text: text if text in codes or not text else spellings.get(plain(text), text)
    )


def after_last_answer(given: pd.DataFrame) -> pd.DataFrame:
    """True for the cells after a respondent's last answer.

    Parameters
    ----------
    given : whether a cell is answered, respondents x items in the order of the questionnaire
    """
    import pandas as pd

    later = given.to_numpy(dtype=bool)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return pd.DataFrame(later == 0, index=given.index, columns=given.columns)


def settle(
    values: pd.DataFrame, codebook: Codebook | None, unreached: pd.DataFrame
) -> pd.DataFrame:
    """State of every cell.

    Parameters
    ----------
    values : answers, respondents x items, blank where not answered
    unreached : booleans of the same shape, blank cells on a page the respondent did not see

    Returns
    -------
    States, same shape.
    """
    import pandas as pd

    blank = values.isna() | (values == "")
    states = pd.DataFrame("answered", index=values.index, columns=values.columns, dtype=object)
    states = states.mask(blank, "empty")
    if codebook is not None:
        states = states.mask(hidden(values, codebook) & blank, "not_shown")
        for item in values.columns.intersection(codebook.items.index):
            for answer, state in codebook.states(item).items():
                if state != "answered" and answer:
                    states.loc[values[item] == answer, item] = state
    return states.mask(unreached & blank, "not_reached")


def long_table(values: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The canonical long table: respondent_id, item, value (missing where blank), state."""
    import numpy as np
    import pandas as pd

    n, k = values.shape
    flat = values.to_numpy(dtype=object).ravel()
    return pd.DataFrame(
        {
            "respondent_id": np.repeat(values.index.astype(str).to_numpy(), k),
            "item": np.tile(values.columns.to_numpy(), n),
            "value": pd.array([text or None for text in flat], dtype="string"),
            "state": states.to_numpy(dtype=object).ravel(),
        }
    )
