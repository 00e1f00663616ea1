"""The responses while they are being cleaned, and what a step did to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Batch:
    """Responses of a study, one row each.

    Attributes
    ----------
    values : answers as text, "" where blank; respondents x items; columns of objects, or of
        categories where there are many responses
    states : state of each cell, same shape
    respondents : the table `respondents`, indexed by respondent_id, in the same order
    """

    values: pd.DataFrame
    states: pd.DataFrame
    respondents: pd.DataFrame

    def complete(self) -> set[str]:
        """Respondents who submitted the whole form, as far as the tool says."""
        return set(self.respondents.index[self.respondents["complete"].fillna(False)])

    def without(self, ids: pd.Index | list[str]) -> Batch:
        """The batch without some respondents; the batch itself where there are none."""
        if not len(ids):
            return self
        keep = ~self.values.index.isin(ids)
        return Batch(self.values[keep], self.states[keep], self.respondents[keep])

    def blanked(self, item: str, ids: pd.Index | list[str]) -> Batch:
        """The batch with some cells of an item made empty."""
        return self.told(item, dict.fromkeys(ids, ""), "empty")

    def respelt(self, item: str, new: Mapping[str, str]) -> Batch:
        """The batch with the answers of some respondents to an item in another spelling."""
        return self.told(item, new)

    def told(self, item: str, new: Mapping[str, str], state: str | None = None) -> Batch:
        """The batch with other answers of some respondents to an item, and their state."""
        if not new:
            return self
        values = self.values.copy(deep=False)
        values[item] = _put(self.values[item], new)
        if state is None:
            return replace(self, values=values)
        states = self.states.copy(deep=False)
        states[item] = _put(self.states[item], dict.fromkeys(new, state))
        return replace(self, values=values, states=states)


def _put(column: pd.Series, new: Mapping[str, str]) -> pd.Series:
    """The column with other cells; a column of categories learns the new ones."""
    import pandas as pd

    column = column.copy()
    if isinstance(column.dtype, pd.CategoricalDtype):
        further = [
            text for text in dict.fromkeys(new.values()) if text not in column.cat.categories
        ]
        column = column.cat.add_categories(further)
    column.loc[list(new)] = list(new.values())
    return column


def distinct(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """The cells of a column as positions in the list of its different texts, and that list."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    codes, texts = pd.factorize(column.to_numpy(dtype=object))
    return codes, list(texts)


def _same_texts(before: pd.Series, after: pd.Series) -> bool:
    import pandas as pd

    both = (before.dtype, after.dtype)
    if not all(isinstance(dtype, pd.CategoricalDtype) for dtype in both):
        return False
    return before.cat.categories is after.cat.categories


def changed_cells(before: pd.Series, after: pd.Series, stay: np.ndarray) -> int:
    """Cells of a column that differ after a step; `stay` says which of its rows are still there."""
    import numpy as np

    if before is after:
        return 0
    if _same_texts(before, after):
        return int((before.cat.codes.to_numpy()[stay] != after.cat.codes.to_numpy()).sum())
    old, words = distinct(before)
    new, others = distinct(after)
    if words == others:
        return int((old[stay] != new).sum())
    place = {text: at for at, text in enumerate(words)}
    moved = np.array([place.get(text, -2) for text in others], dtype=np.int64)
    return int((old[stay] != moved[new]).sum())


def hits(column: pd.Series, function: Callable[[str], Any]) -> dict[str, tuple[str, Any]]:
    """Respondent -> (text, what `function` says of it), where true; each text is asked once."""
    import numpy as np

    codes, texts = distinct(column)
    said = [function(text) for text in texts]
    rows = np.flatnonzero(np.array([bool(one) for one in said], dtype=bool)[codes])
    index = column.index
    return {str(index[row]): (texts[codes[row]], said[codes[row]]) for row in rows}


# One entry of the log: action, respondent_id, item, before, after, reason.
Entry = tuple[str, str, str | None, str | None, str | None, str]
Step = Callable[[Batch, Mapping[str, Any], Codebook], tuple[Batch, list[Entry]]]


def removed(ids: list[str], item: str | None, before: list[str | None], reason: str) -> list[Entry]:
    """One entry for each removed row."""
    return [
        ("removed", respondent, item, text, None, reason)
        for respondent, text in zip(ids, before, strict=True)
    ]


def items_of(batch: Batch, parameters: Mapping[str, Any], step: str) -> list[str]:
    """The items a step is about: its `item`, which may be a list.

    Raises
    ------
    StudyError : the step names no item, or one that no answer is for.
    """
    named = parameters.get("item", [])
    items = [named] if isinstance(named, str) else list(named)
    if not items:
        raise StudyError(f"study.yaml, clean, step {step}: name the item it is about (`item:`).")
    for item in items:
        if item not in batch.values.columns:
            raise StudyError(
                f"study.yaml, clean, step {step}: there is no item '{item}' among the answers; "
                "personal items are removed by the reader and cannot be used."
            )
    return items


def known_keys(parameters: Mapping[str, Any], allowed: set[str], step: str) -> None:
    """Stop at a parameter that the step does not have."""
    for name in parameters:
        if name != "step" and name not in allowed:
            raise StudyError(
                f"study.yaml, clean, step {step}: '{name}' is not one of its parameters "
                f"({', '.join(sorted(allowed))})."
            )
