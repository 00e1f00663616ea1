"""What of an export may go on: personal columns stay behind, verbatims are scrubbed, hits are told.

`barometre.ingest.personal` says what is personal. Two keys of `privacy` in study.yaml overrule it:
`keep` lists items that look personal and are kept knowingly, `verbatims` lists free texts that are
published once they are scrubbed (`barometre.ingest.scrub`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import scrub
from barometre.ingest.export import Export
from barometre.ingest.personal import (
    EMAIL,
    IDENTIFYING,
    NAMES,
    PHONE,
    asks_given_name,
    asks_name,
    heading,
    sign_of,
)
from barometre.ingest.respondents import reading_table

if TYPE_CHECKING:
    import pandas as pd

LOOKED_AT = 1000  # answers of a column; its kind shows in them
CLOSED = {"scale", "yes_no", "tick", "rank"}  # kinds whose answers are no words of the respondent


def with_identities(codebook: Codebook) -> Codebook:
    """The codebook with personal items that a reader lets through, to scrub verbatims by them."""
    roles = codebook.items["role"]
    items = codebook.items.assign(role=roles.mask(roles == "personal", "ignore"))
    return replace(codebook, items=items)


def named(export: Export) -> Export:
    """The export as it is, with its personal columns named in `reading`."""
    found = personal_items(export.answers, None)
    told = {f"looks personal: {item}": what for item, what in found.items()}
    told["e-mail addresses or telephone numbers"] = finding(export.answers)
    return replace(export, reading=_under(export.reading, reading_table("all files", told)))


def protected(export: Export, codebook: Codebook | None, wanted: Mapping[str, Any]) -> Export:
    """The export without personal columns and with scrubbed verbatims; `reading` says so.

    Parameters
    ----------
    wanted : `privacy` of study.yaml (keep, verbatims)

    Raises
    ------
    StudyError : the ids of the responses are personal, a scored item is, an item to keep is not
        there, or a verbatim is no free text that may be published.
    """
    _check_ids(export.respondents)
    keep = wanted.get("keep", ())
    _check_kept(keep, columns_of(export.answers))
    found = personal_items(export.answers, codebook, keep)
    told: dict[str, str] = {}
    if found:
        told["personal columns left behind"] = ", ".join(f"{k} ({v})" for k, v in found.items())
    gone = set(found)
    if codebook is not None:
        roles = codebook.items["role"]
        for item in found:
            _check_unscored(item, found[item], roles)
        gone |= set(roles.index[roles == "personal"])
    answers = export.answers
    if verbatims := wanted.get("verbatims"):
        scrub.check(verbatims, codebook, gone)
        named = [item for item in gone if _names_a_person(item, found, codebook)]
        answers, told["scrubbed from verbatims"] = scrub.scrubbed(
            answers, export.respondents, verbatims, scrub.names_in(answers, named)
        )
    answers = without(answers, gone)
    told["e-mail addresses or telephone numbers"] = finding(answers)
    return replace(
        export, answers=answers, reading=_under(export.reading, reading_table("all files", told))
    )


def without(answers: pd.DataFrame, items: Collection[str]) -> pd.DataFrame:
    """The long table without some items; the table itself where it has none of them."""
    import pandas as pd

    gone = answers["item"].isin(list(items)) if set(columns_of(answers)) & set(items) else None
    if gone is None:
        return answers
    kept = answers[~gone].reset_index(drop=True)
    if isinstance(kept["item"].dtype, pd.CategoricalDtype):
        kept["item"] = kept["item"].cat.remove_unused_categories()
    return kept


def columns_of(answers: pd.DataFrame) -> list[str]:
    """The items of a long table, in its order."""
    import pandas as pd

    item = answers["item"]
    known = isinstance(item.dtype, pd.CategoricalDtype)
    return [str(one) for one in (item.cat.categories if known else item.unique())]


def personal_items(
    answers: pd.DataFrame, codebook: Codebook | None, keep: Collection[str] = ()
) -> dict[str, str]:
    """Item -> what its answers are, and how many of them, for columns of personal data.

    Parameters
    ----------
    answers : the long table that a reader gives
    codebook : for wordings, kinds and roles: declared personal items and answers from a closed list
        are not looked at, and a unit's name is no person's
    keep : items that the study keeps knowingly
    """
    columns = columns_of(answers)
    headings = {item: _heading(item, codebook) for item in _in_order(columns, codebook)}
    beside = _beside_given_names(headings)
    found: dict[str, str] = {}
    for item, texts in _texts(answers):
        if item in keep or not _open(item, codebook):
            continue
        told = sign_of(texts, headings[item], item in beside)
        if told is not None and not (told[0] == NAMES and _role(item, codebook) == "unit"):
            found[item] = f"{told[0]}, {told[1]} of {len(texts)} answers"
    return found


def _in_order(columns: Sequence[str], codebook: Codebook | None) -> list[str]:
    """All items, those that a reader left behind among them, in the order of the questionnaire."""
    known = [] if codebook is None else list(codebook.items.index)
    return [*known, *(item for item in columns if item not in set(known))]


def _heading(item: str, codebook: Codebook | None) -> str:
    if codebook is None or item not in codebook.items.index:
        return heading(item)
    return heading(item, codebook.label(item, "fr"), codebook.label(item, "en"))


def _role(item: str, codebook: Codebook | None) -> str:
    known = codebook is not None and item in codebook.items.index
    return str(codebook.items.at[item, "role"]) if known and codebook is not None else ""


def _open(item: str, codebook: Codebook | None) -> bool:
    """Whether an item's answers are the respondent's own words, as far as is known."""
    if codebook is None or item not in codebook.items.index:
        return True
    row = codebook.items.loc[item]
    return row["role"] != "personal" and not row["scale"] and row["kind"] not in CLOSED


def _beside_given_names(headings: Mapping[str, str]) -> set[str]:
    """Items headed just "name" that stand beside one for the first name: surnames."""
    order = list(headings)
    given = {at for at, item in enumerate(order) if asks_given_name(headings[item])}
    return {
        item
        for at, item in enumerate(order)
        if {at - 1, at + 1} & given and headings[item].split()[-1:] in (["nom"], ["name"])
    }


def _names_a_person(item: str, found: Mapping[str, str], codebook: Codebook | None) -> bool:
    """Whether a personal item holds names, by what was seen or by its heading."""
    if item in found:
        return found[item].startswith(NAMES)
    headings = {} if codebook is None else {i: _heading(i, codebook) for i in codebook.items.index}
    return item in headings and (item in _beside_given_names(headings) or asks_name(headings[item]))


def _texts(answers: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """Each item with its answers, blanks aside; of many, some from all over the table."""
    import pandas as pd

    values, items = answers["value"], answers["item"]
    if isinstance(values.dtype, pd.CategoricalDtype) and isinstance(
        items.dtype, pd.CategoricalDtype
    ):
        # A large export: a whole grid, respondent by respondent.
        names, words = items.cat.categories, values.cat.categories
        grid = values.cat.codes.to_numpy().reshape(-1, len(names))
        some = grid[:: max(1, len(grid) // LOOKED_AT)]
        for at, item in enumerate(names):
            codes = some[:, at][some[:, at] >= 0]
            if len(codes) < LOOKED_AT // 10:
                codes = grid[:, at][grid[:, at] >= 0]
            yield str(item), [words[code] for code in codes[:LOOKED_AT]]
        return
    given = answers[values.notna()]
    for item, texts in given.groupby("item", sort=False, observed=True)["value"]:
        step = max(1, len(texts) // LOOKED_AT)
        yield str(item), texts.astype(str).tolist()[::step]


def _check_ids(respondents: pd.DataFrame) -> None:
    """Stop where the ids of the responses, which stand in every table, are personal."""
    ids = respondents["respondent_id"].astype(str)
    some = ids.iloc[:: max(1, len(ids) // LOOKED_AT)].tolist()
    told = sign_of(some, "")
    if told is not None and told[0] in IDENTIFYING:
        raise StudyError(
            f"{respondents['source_file'].iloc[0]}: the ids of the responses are {told[0]} and "
            "would stand in every table; name another column with 'exports.options.respondent' in "
            "study.yaml, or none, to have the rows numbered."
        )


def _check_kept(keep: Collection[str], columns: Collection[str]) -> None:
    for item in keep:
        if item not in columns:
            raise StudyError(
                f"study.yaml, key 'privacy.keep': there is no item '{item}' among the answers; "
                "correct its code, or remove it where codebook.csv says that it is personal."
            )


def _check_unscored(item: str, told: str, roles: pd.Series) -> None:
    if item in roles.index and roles[item] == "score":
        raise StudyError(
            f"codebook.csv, item '{item}': it is scored, but holds {told}; give it the role "
            "`personal`, or list it under 'privacy.keep' in study.yaml."
        )


def _under(*frames: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)


def suspects(answers: pd.DataFrame) -> dict[str, int]:
    """Item -> number of answers that hold an e-mail address or a telephone number.

    Parameters
    ----------
    answers : the long table, without the columns that stay behind
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
