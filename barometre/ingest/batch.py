"""The responses while they are being cleaned, and what a step did to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Batch:
    """Responses of a study, one row each.

    Attributes
    ----------
    values : answers as text, "" where blank; respondents x items
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
        """The batch without some respondents."""
        return Batch(
            self.values.drop(index=ids),
            self.states.drop(index=ids),
            self.respondents.drop(index=ids),
        )

    def blanked(self, item: str, ids: pd.Index | list[str]) -> Batch:
        """The batch with some cells of an item made empty."""
        values, states = self.values.copy(), self.states.copy()
        values.loc[ids, item] = ""
        states.loc[ids, item] = "empty"
        return replace(self, values=values, states=states)

    def respelt(self, item: str, new: Mapping[str, str]) -> Batch:
        """The batch with the answers of some respondents to an item in another spelling."""
        values = self.values.copy()
        for respondent, text in new.items():
            values.at[respondent, item] = text
        return replace(self, values=values)


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
