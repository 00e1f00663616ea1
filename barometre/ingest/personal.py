"""What tells on a person: answers that are an address, a number or a place, headings that ask so.

Each sign has answers that can be nothing else, answers that are it where the heading asks for it,
and that heading. Numbers of institutions (SIREN, SIRET), counts, dates, budgets and addresses of
web pages are none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from barometre.ingest.wording import key, plain

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
ADDRESS = re.compile(r"[^\s@<>,;]+@[\w-]+(\.[\w-]+)+")  # a whole answer
# French numbers and international ones; SIREN and counts have no leading 0 or +. One kind of sign
# between the pairs, or a date with an hour would be a number.
PHONE = re.compile(r"(?<![\d,.])(?:\+\d{1,3}[ .-]?|0)[1-9](?:([ .-]?)\d{2})(?:\1\d{2}){3}(?!\d)")
ABROAD = re.compile(
    r"(?:\+|00)[1-9](?:[ .()/-]{0,2}\d){8,13}|(?:\+?1[ .-])?\(?[2-9]\d\d\)?[ .-]\d{3}[ .-]\d{4}"
)
PAIR = re.compile(r"(-?\d{1,2}\.\d{4,})[ ,;]{1,2}(-?\d{1,3}\.\d{4,})(?:[ ,;]+-?\d+(?:\.\d+)?){0,2}")
DEGREES = re.compile(r"-?\d{1,3}[.,]\d{3,}")
WEB = re.compile(r"(?:https?|android-app)://\S+", re.IGNORECASE)
TOKEN = re.compile(r"(?:uuid:)?[A-Za-z0-9_~-]{10,64}")
NAME = re.compile(r"[^\W\d_]+\.?(?:[ '\u2019-]{1,2}[^\W\d_]+\.?){0,5}")
TITLED = re.compile(r"(?:M\. ?|(?:Mme|Mlle|Mr|Mrs|Ms|Dr|Pr)(?:\. ?| ))[^\W\d_].{,50}")
GIVEN_AND_SURNAME = re.compile(
    r"[A-ZÀ-Ý][a-zà-ÿ]+(?:[- ][A-ZÀ-Ý][a-zà-ÿ]+)? [A-ZÀ-Ý][A-ZÀ-Ý' -]{2,}"
)

GIVEN = r"prenoms?|first ?name|given ?name|forename|vorname"
FAMILY = r"last ?name|surname|family ?name|nachname|nom de famille|patronyme"
WHOSE = (
    r"full name|your name|votre nom|contact name|recipient name|name of (?:the )?"
    r"(?:respondent|contact|person)|respondent s? ?name|noms? (?:du |de la |de l |des )?"
    r"(?:repondant\w*|interlocut\w*|contact|referent\w*|participant\w*|personne)"
)
# The name of an institution or of a product is no person's.
THING = (
    r"collectivite|organi[sz]ation|authority|municipality|etablissement|entreprise|company|commune|"
    r"projets?|projects?|logiciels?|software|applications?|produits?|products?|services?|package|"
    r"repository|metropole|employeur|employer|institution|departement|region|country|pays|site"
)
PERSON = rf".*\b(?:{GIVEN}|{FAMILY})\b|(?!.*\b(?:{THING})\b).*\b(?:{WHOSE})\b"


@dataclass(frozen=True)
class Sign:
    """A kind of personal data.

    Attributes
    ----------
    name : what the answers are, as the reading says it
    asks : headings (as `wording.key` writes them) that ask for it
    sure : an answer that can be nothing else
    asked : an answer that is it under such a heading
    together : what all such answers of a column must also be, where no heading asks
    varied : the same where a heading asks
    """

    name: str
    asks: re.Pattern[str]
    sure: Callable[[str], bool]
    asked: Callable[[str], bool]
    together: Callable[[Sequence[str]], bool] = lambda texts: True
    varied: Callable[[Sequence[str]], bool] = lambda texts: True


def _is_email(text: str) -> bool:
    return ADDRESS.fullmatch(text.removeprefix("mailto:").strip("<>")) is not None


def _is_phone(text: str) -> bool:
    return PHONE.fullmatch(text) is not None or ABROAD.fullmatch(text) is not None


def _has_digits_of_a_phone(text: str) -> bool:
    return re.fullmatch(r"\+?[\d .()/-]+", text) is not None and (
        9 <= sum(sign.isdigit() for sign in text) <= 15
    )


def _is_ip(text: str) -> bool:
    import ipaddress

    if text.count(".") != 3 and text.count(":") < 2:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_place(text: str) -> bool:
    found = PAIR.fullmatch(text.removeprefix("POINT").strip("() "))
    if found is None:
        return False
    return abs(float(found.group(1))) <= 90 and abs(float(found.group(2))) <= 180


def _is_degrees(text: str) -> bool:
    return DEGREES.fullmatch(text) is not None and abs(float(text.replace(",", "."))) <= 180


def is_token(text: str) -> bool:
    """Letters and digits mixed at random; "FR12345678901" or "W751234567" are not."""
    if not TOKEN.fullmatch(text):
        return False
    kinds = [
        "d" if sign.isdigit() else "U" if sign.isupper() else "l"
        for sign in text.removeprefix("uuid:")
        if sign.isalnum()
    ]
    return sum(a != b for a, b in zip(kinds, kinds[1:], strict=False)) >= 3


def _drawn_each(texts: Sequence[str]) -> bool:
    """Every token another, all of one length."""
    distinct, lengths = set(texts), Counter(map(len, texts))
    most = 0.9 * len(texts)
    return len(texts) > 2 and len(distinct) > most and max(lengths.values()) > most


def _is_titled(text: str) -> bool:
    return TITLED.fullmatch(text) is not None or GIVEN_AND_SURNAME.fullmatch(text) is not None


def _many(texts: Sequence[str]) -> bool:
    """Names, not a few answers to choose from."""
    return len(texts) < 4 or Counter(texts).most_common(1)[0][1] <= 0.3 * len(texts)


def _many_given_names(texts: Sequence[str]) -> bool:
    """Begun by different given names ("Ville LYON", "Ville NICE" is no list of persons)."""
    first = Counter(text.split()[0] for text in texts if not TITLED.fullmatch(text))
    return len(texts) > 2 and (not first or max(first.values()) <= 0.4 * len(texts))


def _never(text: str) -> bool:
    return False


def _heading(pattern: str) -> re.Pattern[str]:
    return re.compile(rf".*\b(?:{pattern})\b")


SIGNS = (
    Sign(
        "e-mail addresses",
        _heading(r"e ?mails?|mail|courriel|mel|adresse electronique"),
        _is_email,
        _is_email,
    ),
    Sign(
        "telephone numbers",
        _heading(r"telephone|phone(?: number)?|mobile|portable|gsm|tel|fax"),
        _is_phone,
        _has_digits_of_a_phone,
    ),
    Sign("IP addresses", _heading(r"ip|ip ?addr(?:ess)?|adresse ip"), _is_ip, _is_ip),
    Sign(
        "coordinates",
        _heading(r"latitude|longitude|lat|lon|lng|gps|geopoint|geoloc\w*"),
        _is_place,
        lambda text: _is_place(text) or _is_degrees(text),
    ),
    Sign(
        "access tokens",
        _heading(r"tokens?|jetons?|code d acces|access code|uuid|instance ?id|response ?id"),
        is_token,
        is_token,
        _drawn_each,
    ),
    Sign(
        "referring addresses",
        _heading(r"ref ?url|referr?er|referring|url (?:de )?(?:reference|provenance|du referent)"),
        _never,
        lambda text: WEB.fullmatch(text) is not None,
    ),
    Sign(
        "names of persons",
        re.compile(PERSON),
        _is_titled,
        lambda text: (NAME.fullmatch(text) is not None and len(text) <= 60) or _is_titled(text),
        _many_given_names,
        _many,
    ),
)
NAMES = SIGNS[-1].name
# Signs that name a person by themselves; tokens and addresses of machines do not.
IDENTIFYING = {"e-mail addresses", "telephone numbers", NAMES}


def heading(*texts: str) -> str:
    """An item's code and labels as headings are looked at: `idrep[PRENOM]` is "idrep prenom"."""
    return key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " / ".join(texts)))


def asks_given_name(headed: str) -> bool:
    """Whether a heading asks for a first name."""
    return re.search(rf"\b(?:{GIVEN})\b", headed) is not None


def asks_name(headed: str) -> bool:
    """Whether a heading asks for a person's name."""
    return SIGNS[-1].asks.match(headed) is not None


def sign_of(texts: Sequence[str], headed: str, surnames: bool = False) -> tuple[str, int] | None:
    """What a column holds, and in how many of its answers; None where it is nothing personal.

    Parameters
    ----------
    texts : answers of the column, blanks left out
    headed : its heading, from `heading`
    surnames : whether it stands beside a column of first names

    Notes
    -----
    Half of the answers must be of the kind. Under a heading that asks for it, one answer that can
    be nothing else is enough, unless it is a name, which an acronym may look like.
    """
    tidy = [plain(text) for text in texts]
    if not tidy:
        return None
    for sign in SIGNS:
        sure = [text for text in tidy if sign.sure(text)]
        asks = sign.asks.match(headed) is not None or (surnames and sign.name == NAMES)
        enough = asks and sign.name != NAMES
        if (sure and enough) or (2 * len(sure) >= len(tidy) and sign.together(sure)):
            return sign.name, len(sure)
        asked = [text for text in tidy if sign.asked(text)] if asks else []
        if 2 * len(asked) >= len(tidy) and sign.varied(asked):
            return sign.name, len(asked)
    return None
