"""Free texts made fit to be published: addresses, numbers and names of persons taken out.

Names are those in the identity columns of the same export. They are looked for as whole words
without case and accents, so an ordinary word that somebody is also called ("petit", "martin") goes
too: better a word lost than a person found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.personal import ABROAD, EMAIL, PHONE, is_token
from barometre.ingest.wording import key

if TYPE_CHECKING:
    import pandas as pd

# What was taken out -> the word in its place, by language; French where the language is unknown.
WORDS = {
    "e-mail addresses": {"fr": "[e-mail]", "en": "[e-mail]"},
    "links": {"fr": "[lien]", "en": "[link]"},
    "telephone numbers": {"fr": "[téléphone]", "en": "[telephone]"},
    "names": {"fr": "[nom]", "en": "[name]"},
}
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
SECRET = re.compile(
    r"[?&#;/](?:token|key|auth|code|pass(?:word|wd)?|pwd|sid|session|secret|sig|signature)=",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+")
SHORTEST = 3  # letters of a name's part
# Parts of names that are ordinary words of French, English, German or Dutch.
PARTICLES = {"des", "les", "dit", "von", "van", "der", "den", "del", "mme", "mlle", "mrs", "the"}


def check(items: Sequence[str], codebook: Codebook | None, personal: Collection[str]) -> None:
    """Stop at a verbatim that cannot be published.

    Raises
    ------
    StudyError : it is not in the codebook, no text, or personal itself.
    """
    for item in items:
        if codebook is None or item not in codebook.items.index:
            said = "is not in codebook.csv"
        elif codebook.items.at[item, "kind"] != "text":
            said = "is no text (column 'kind' of codebook.csv)"
        elif item in personal:
            said = "is personal and stays behind whole"
        elif codebook.items.at[item, "role"] == "ignore":
            said = "has the role `ignore` in codebook.csv"
        else:
            continue
        raise StudyError(
            f"study.yaml, key 'privacy.verbatims': the item '{item}' {said}; name free texts with "
            "the role `measure` or `background`."
        )


def names_in(answers: pd.DataFrame, items: Collection[str]) -> set[str]:
    """Parts of the names in some columns, as `wording.key` writes them."""
    given = answers.loc[answers["item"].isin(list(items)), "value"].dropna().astype(str)
    parts = {part for name in given.unique() for part in key(name).split()}
    return {part for part in parts if len(part) >= SHORTEST and part.isalpha()} - PARTICLES


def scrubbed(
    answers: pd.DataFrame, respondents: pd.DataFrame, items: Collection[str], names: set[str]
) -> tuple[pd.DataFrame, str]:
    """The long table with scrubbed answers to some items, and how much was taken out in words."""
    languages = respondents.set_index("respondent_id")["language"].fillna("fr").to_dict()
    rows = answers.index[answers["item"].isin(list(items)) & answers["value"].notna()]
    counts: Counter[str] = Counter()
    new = []
    for who, text in zip(
        answers.loc[rows, "respondent_id"], answers.loc[rows, "value"].astype(str), strict=True
    ):
        language = "en" if str(languages.get(who, "fr")).startswith("en") else "fr"
        clean, taken = scrub(text, names, language)
        counts.update(taken)
        new.append(clean)
    answers = answers.assign(value=answers["value"].astype("string"))
    answers.loc[rows, "value"] = new
    said = ", ".join(f"{what} {counts[what]}" for what in WORDS)
    return answers, f"{len(rows)} texts; {said}"


def scrub(text: str, names: set[str], language: str) -> tuple[str, Counter[str]]:
    """A text with bracketed words in the place of what tells on persons, and how often each."""
    counts: Counter[str] = Counter()

    def put(what: str) -> str:
        counts[what] += 1
        return WORDS[what][language]

    text = LINK.sub(lambda m: put("links") if _opens(m.group()) else m.group(), text)
    text = EMAIL.sub(lambda m: put("e-mail addresses"), text)
    for pattern in (PHONE, ABROAD):
        text = pattern.sub(lambda m: put("telephone numbers"), text)
    brackets = {word for words in WORDS.values() for word in words.values()}
    pieces = re.split(f"({'|'.join(map(re.escape, sorted(brackets)))})", text)
    text = "".join(
        piece
        if piece in brackets
        else WORD.sub(lambda m: put("names") if key(m.group()) in names else m.group(), piece)
        for piece in pieces
    )
    mark = re.escape(WORDS["names"][language])
    return re.sub(rf"{mark}(?:[ -]{mark})+", WORDS["names"][language], text), counts


def _opens(link: str) -> bool:
    """Whether a link carries something that lets its bearer in, or says who it was sent to."""
    if SECRET.search(link) or "@" in link:
        return True
    return any(is_token(part) for part in re.split(r"[/?&=#;]", link) if len(part) >= 15)
