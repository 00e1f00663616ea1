"""Answers of LimeSurvey's exports as codes: full answers, Y and N as other signs, masked formulas.

LimeSurvey exports answers as codes or as texts in one language, and can write other signs for Y
and N. With a codebook both come back as codes; without one they cannot, so such an export is
recognised by its yes/no questions, boxes and comments, and refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import states

if TYPE_CHECKING:
    import pandas as pd

# LimeSurvey's words in French, English, German, Spanish, Italian, Dutch and Portuguese.
YES = {"Oui", "Yes", "Ja", "Sí", "Sì", "Sim"}
NO = {"Non", "No", "Nein", "Nee", "Não"}
NONE = {"N/A", "N.A.", "k.A.", "Keine Angabe", "N/D"}
# Signs for Y and N where they were converted; LimeSurvey proposes 1 and 2.
YES_SIGNS, NO_SIGNS = {"1"}, {"2", "0"}
ENOUGH = 5  # cells that prove what they show
OPTION = re.compile(r"[A-Za-z0-9]{1,5}|-oth-")
STRUCTURE = (
    "give the survey's structure with --structure FILE.lss (in a study: exports.options.structure "
    "or a codebook), or export the responses again with answer codes and without converting Y and N"
)


def as_codes(
    values: pd.DataFrame, codebook: Codebook | None, where: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Answers as codes, masked formulas unmasked, and what had to be changed for it.

    Raises
    ------
    StudyError : there is no codebook, and the answers are full texts or converted.
    """
    changes: dict[str, str] = {}
    masked = values.map(lambda text: text.startswith("'="))
    if masked.to_numpy().any():
        values = values.mask(masked, values.map(lambda text: text[1:]))
        changes["formulas unmasked"] = f"{int(masked.to_numpy().sum())} cells began with '="
    if codebook is None:
        return values, changes | refuse_texts(_counts(values), where)
    no = _sign_of_no(values, codebook)
    coded = values.apply(lambda column: one_coded(column, codebook, no))
    if recoded := int((coded != values).any().sum()):
        changes["answers turned into codes"] = f"{recoded} columns"
    if no:
        changes["Y and N converted"] = (
            f"a box or comment of {no} is blank; an unanswered yes/no question cannot be told from "
            "No: export again without this conversion"
        )
    return coded, changes | off_scale(_counts(coded), codebook)


def refuse_texts(cells: Mapping[str, Mapping[str, int]], where: str) -> dict[str, str]:
    """Refuse full answers, and Y and N as other signs, in an export of which nothing is known.

    Parameters
    ----------
    cells : item -> its different answers and how often each stands there, "" where blank

    Returns
    -------
    What points to such answers without proving it, for the table `reading`.

    Raises
    ------
    StudyError : columns hold nothing but Yes, No and N/A in words, as boxes and yes/no questions do
        in full answers; or most comments are the sign for No.
    """
    worded = {
        item: count
        for item, count in cells.items()
        if set(count) <= YES | NO | NONE and set(count) & (YES | NO)
    }
    if sum(sum(count.values()) for count in worded.values()) >= ENOUGH:
        item, count = next(iter(worded.items()))
        raise StudyError(
            f"{where}: the answers are full texts ('{min(count)}' in the column '{item}'), whose "
            f"codes the file does not tell; {STRUCTURE}."
        )
    for item, count in cells.items():
        given = sum(count.values()) - count.get("", 0)
        signs = sum(count.get(sign, 0) for sign in NO_SIGNS)
        if item.endswith(("comment]", "[other]")) and given >= ENOUGH and signs > given / 2:
            raise StudyError(
                f"{where}: Y and N were converted to other signs, which stand in blank comments "
                f"too (column '{item}'); {STRUCTURE}."
            )
    told = {}
    ones = [item for item, count in cells.items() if set(count) - {""} == {"1", "2"}]
    if ones and not any({"Y", "N"} & set(count) for count in cells.values()):
        told["may be converted from Y and N"] = ", ".join(ones)
    if texts := [item for item, count in cells.items() if _repeated_texts(count)]:
        told["may be full answers instead of codes"] = ", ".join(texts)
    return told


def _repeated_texts(count: Mapping[str, int]) -> bool:
    """Whether a few texts come again and again, and do not look like codes of options."""
    texts = [text for text in count if text]
    given = sum(count.values()) - count.get("", 0)
    if not (1 < len(texts) <= 12 and given >= 4 * len(texts)):
        return False
    return all(not OPTION.fullmatch(one) and re.search(r"[^\W\d]{3}", one) for one in texts)


def one_coded(column: pd.Series, codebook: Codebook, no: str = "") -> pd.Series:
    """The answers of the item that a column is named after, as codes.

    Parameters
    ----------
    no : what stands for N, where it was converted
    """
    item = str(column.name)
    kind = codebook.items.at[item, "kind"]
    if kind in ("yes_no", "tick"):
        told = dict.fromkeys(YES | YES_SIGNS, "Y") | dict.fromkeys(NONE, "")
        told |= dict.fromkeys(NO | NO_SIGNS | {"N"}, "N" if kind == "yes_no" else "")
        return column.map(lambda text: told.get(text, text))
    if no and kind == "text" and _beside_boxes(item, codebook):
        return column.mask(column == no, "")
    coded = states.coded(column, item, codebook)
    if codebook.items.at[item, "scale"]:
        allowed = set(codebook.levels(item))
        return coded.map(lambda text: "" if text in NONE - allowed else text)
    return coded


def _sign_of_no(values: pd.DataFrame, codebook: Codebook) -> str:
    """What stands for N in boxes and yes/no questions; "" where nothing else does."""
    kinds = codebook.items["kind"]
    asked = [item for item in values.columns if kinds[item] in ("yes_no", "tick")]
    seen = {text for item in asked for text in set(values[item])}
    return next(iter(sorted(seen & NO_SIGNS)), "")


def _beside_boxes(item: str, codebook: Codebook) -> bool:
    """Whether a text is the comment or the "other" of boxes, which are converted with them."""
    if not item.endswith(("comment]", "[other]")):
        return False
    begin = item.split("[")[0] + "["
    return any(
        kind == "tick" and str(other).startswith(begin)
        for other, kind in codebook.items["kind"].items()
    )


def off_scale(cells: Mapping[str, Mapping[str, int]], codebook: Codebook) -> dict[str, str]:
    """Items with answers that are not on their scale, and how many, for the table `reading`."""
    found = []
    for item, count in cells.items():
        allowed = set(codebook.levels(item))
        off = sum(n for text, n in count.items() if text and text not in allowed) if allowed else 0
        if off:
            found.append(f"{item} ({off})")
    return {"answers that are on no scale, kept as they are": ", ".join(found)} if found else {}


def _counts(values: pd.DataFrame) -> dict[str, dict[str, int]]:
    return {str(item): dict(Counter(column)) for item, column in values.items()}
