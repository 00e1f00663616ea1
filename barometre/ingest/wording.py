"""Texts made comparable: spaces, apostrophes, case, accents; codes made of them."""

from __future__ import annotations

import re
import unicodedata

# No-break and other wide spaces, curly apostrophes and quotes: one sign each.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u202f\u2009\u3000\t", " "),
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u200b\u200e\u200f\ufeff", ""),
    }
)


_LETTERS = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """`text` with one kind of space and apostrophe, single spaces, no outer space."""
    if text.isascii() and "  " not in text and "\t" not in text and "`" not in text:
        return text.strip()
    return re.sub(r" {2,}", " ", text.translate(_SIGNS)).strip()


def key(text: str) -> str:
    """What two spellings of one name share: letters and digits, no case, no accents."""
    if text.isascii():
        return " ".join(_LETTERS.findall(text.casefold()))
    bare = unicodedata.normalize("NFKD", plain(text).casefold().replace("œ", "oe"))
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(_LETTERS.findall(letters))


def slug(text: str, longest: int = 60) -> str:
    """`text` as a code: ASCII letters and digits joined by `_`, whole words, no accents.

    Words in other scripts are left out; a first word that is too long is cut.
    """
    words = [word for word in key(text).casefold().split() if word.isascii()]
    found = words[0][:longest] if words else ""
    for word in words[1:]:
        if len(found) + 1 + len(word) > longest:
            break
        found += f"_{word}"
    return found
