"""Which of a publisher's marks and sums are irregular, and what explains them.

A finding is a sentence in English and French, kept by unit and item. It is reported beside the
scores and changes none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from barometre.codebook import Codebook

if TYPE_CHECKING:
    import pandas as pd

Pair = tuple[str, str]


def learn_points(cells: pd.DataFrame) -> dict[Pair, float]:
    """Points of each (item, answer): the mark most of its cells have, the lower one in a tie."""
    counts = cells.groupby(["item", "answer", "mark"]).size().reset_index(name="n")
    counts = counts.sort_values(
        ["item", "answer", "n", "mark"], ascending=[True, True, False, True]
    )
    first = counts.drop_duplicates(["item", "answer"])
    return {(row.item, row.answer): float(row.mark) for row in first.itertuples(index=False)}


def irregular(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells marked otherwise than most cells with the same words, outer spaces ignored.

    Returns
    -------
    Their rows with `usual`, the mark of most, and `n_usual`, how many cells have that.
    """
    words = cells.assign(answer=cells["answer"].str.strip())
    points = learn_points(words)
    usual = [points[pair] for pair in zip(words["item"], words["answer"], strict=True)]
    words = words.assign(usual=usual, spaced=cells["answer"] != words["answer"])
    agree = words[words["mark"] == words["usual"]].groupby(["item", "answer"]).size()
    odd = words[words["mark"] != words["usual"]]
    pairs = list(zip(odd["item"], odd["answer"], strict=True))
    return odd.assign(n_usual=[int(agree[pair]) for pair in pairs])


def themes_of(codebook: Codebook) -> dict[str, str]:
    """Theme of every item; one without a theme has that of the scored item before it."""
    themes = codebook.items["theme"].mask(codebook.items["theme"] == "").ffill()
    return {str(item): theme for item, theme in themes.items() if isinstance(theme, str)}


def odd_cells(cells: pd.DataFrame) -> dict[Pair, tuple[str, str]]:
    """Findings on single marks, in English and French, by unit and item."""
    found: dict[Pair, tuple[str, str]] = {}
    for row in irregular(cells).itertuples(index=False):
        why = (
            (
                " The cell has a space beside the words, which the publisher's spreadsheet did not "
                "recognise.",
                " La cellule porte une espace en trop, que le classeur n'a pas reconnue.",
            )
            if row.spaced
            else ("", "")
        )
        found[row.unit_id, row.item] = (
            f"Marked {row.mark:g} where {row.n_usual} other units earned {row.usual:g} for the "
            f"words '{row.answer}'.{why[0]}",
            f"Note de {row.mark:g} là où {row.n_usual} autres unités ont {row.usual:g} pour les "
            f"mots « {row.answer} ».{why[1]}",
        )
    n_units = cells["unit_id"].nunique()
    for item, own in cells.groupby("item"):
        if len(own) < n_units / 2:
            for row in own.itertuples(index=False):
                alone = len(own) == 1
                found[row.unit_id, item] = (
                    "A question without points: "
                    + (
                        "no other unit has a mark here. "
                        if alone
                        else f"only {len(own)} of {n_units} units have a mark here. "
                    )
                    + "It counts in the sum of this unit's marks.",
                    "Question sans points : "
                    + (
                        "nulle autre unité n'y a de note. "
                        if alone
                        else f"{len(own)} unités sur {n_units} seulement y ont une note. "
                    )
                    + "Elle compte dans la somme des notes de cette unité.",
                )
    return found


def odd_sums(
    sums: pd.DataFrame, cells: pd.DataFrame, codebook: Codebook
) -> dict[Pair, tuple[str, str]]:
    """Findings on stated sums that are not the sum of the unit's own marks."""
    theme = cells["item"].map(themes_of(codebook))
    n_units = cells["unit_id"].nunique()
    rare = cells.groupby("item")["unit_id"].transform("size") < n_units / 2
    found = {}
    for row in sums.itertuples(index=False):
        own = (cells["unit_id"] == row.unit_id) & ((theme == row.item) | (row.item == "total"))
        marked = float(cells.loc[own, "mark"].sum())
        if marked == row.official:
            continue
        extra = cells[own & rare]
        explained = float(extra["mark"].sum()) == marked - row.official
        names = ", ".join(extra["item"])
        found[row.unit_id, row.item] = (
            f"The stated sum is {row.official:g}; the unit's own marks add up to {marked:g}. "
            + (
                f"The difference is the mark of {names}, a question without points."
                if explained
                else "Nothing in the marks explains the difference."
            ),
            f"La somme affichée est {row.official:g} ; les notes de l'unité font {marked:g}. "
            + (
                f"L'écart est la note de {names}, question sans points."
                if explained
                else "Rien dans les notes n'explique l'écart."
            ),
        )
    return found
