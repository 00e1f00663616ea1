"""How a table writes its numbers and dates: found from its own cells, told, and made one.

`2,5` and `1.250,5` have one reading each, and so has `31/12/2020`; `1,250` and `03/04/2020` have
two. A cell with two readings is read as the other cells of its column are, else as those of the
whole file, and where these are silent or differ it is not guessed: a study is stopped until
`exports.options` says `decimal` (the sign, `,` or `.`) or `dates` (`dmy` or `mdy`). A cell
with one reading is read so whatever the options say.

Dates come out as 2020-12-31 (with the time that stood behind them), numbers with a point and
without signs between thousands. Only items that the codebook calls numbers or dates are touched;
without a codebook only columns in which every cell is one, and only if the option is given.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.wording import plain

NUMBERS = {"number", "count"}
SIGNS = {",": "comma", ".": "point"}
ORDERS = {"dmy": "day first", "mdy": "month first"}
EPOCH = datetime.datetime(1899, 12, 30)  # day 0 of spreadsheets
SERIAL = re.compile(r"([2-7]\d{4})(\.\d+)?")  # days of 1954 to 2119
_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})((?:[ T,].*)?)")
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}([ T].*)?)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})((?:[ T,].*)?)")
_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")

Readings = dict[str, str]  # how the text may be meant -> the text in the one notation


def number_readings(text: str) -> Readings:
    """The numbers that a text may be, by decimal sign; empty for digits alone and for no number.

    >>> number_readings("1,250"), number_readings("1 250,5")
    ({',': '1.250', '.': '1250'}, {',': '1250.5'})
    """
    bare = plain(text)
    found = {}
    for decimal, other in ((",", "."), (".", ",")):
        whole = rf"\d+|\d{{1,3}}(?:(?P<sign>[ '\{other}])\d{{3}})(?:(?P=sign)\d{{3}})*"
        match = re.fullmatch(rf"([-+]?)({whole})(?:\{decimal}(\d+)([eE][-+]?\d+)?)?", bare)
        if match and not bare.isdigit():
            digits = re.sub(r"\D", "", match[2])
            if match["sign"] is None or not digits.startswith("0"):
                fraction = f".{match[4]}" if match[4] else ""
                found[decimal] = f"{match[1]}{digits}{fraction}{match[5] or ''}"
    return found


def date_readings(text: str) -> Readings:
    """The days that a text may be, by order; empty for ISO dates and for no date.

    >>> date_readings("03/04/2020"), date_readings("31.12.2020 10:00")
    ({'dmy': '2020-04-03', 'mdy': '2020-03-04'}, {'dmy': '2020-12-31 10:00'})
    """
    bare = plain(text)
    if match := _YEAR_FIRST.fullmatch(bare):
        day = _day(match[1], match[2], match[3], match[4])
        return {order: day for order in ORDERS if day}
    if not (match := _DATE.fullmatch(bare)):
        return {}
    first, _, second, year, rest = match.groups()
    days = {"dmy": _day(year, second, first, rest), "mdy": _day(year, first, second, rest)}
    return {order: day for order, day in days.items() if day}


def _day(year: str, month: str, day: str, rest: str) -> str:
    try:
        found = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return ""
    time = rest.lstrip(", T").rstrip()
    return f"{found.isoformat()} {time}".rstrip()


def day_number(text: str) -> str:
    """The date, and the time if there is a fraction, of a spreadsheet's day number; else ""."""
    match = SERIAL.fullmatch(text)
    if match is None:
        return ""
    seconds = datetime.timedelta(seconds=round(float(match[2] or 0) * 86_400))
    moment = EPOCH + datetime.timedelta(days=int(match[1])) + seconds
    return moment.isoformat(sep=" ") if match[2] else moment.date().isoformat()


def uniform(
    columns: Mapping[str, Sequence[str]],
    options: Mapping[str, Any],
    codebook: Codebook | None,
    where: str,
    dated: Sequence[str] = (),
    point: bool = False,
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Numbers and dates of a table in one notation.

    Parameters
    ----------
    columns : item -> its texts, each at least once
    options : `exports.options`, of which `decimal` and `dates` are used
    dated : columns beside the items that hold dates (of submission); they never stop a study
    point : whether numbers were typed cells, printed with a point whatever the language

    Returns
    -------
    Item -> text -> the text to use instead; and what was found, for the table `reading`.

    Raises
    ------
    StudyError : an option has no known value, or a cell of the codebook's items has two readings
        and nothing tells which.
    """
    changes: dict[str, dict[str, str]] = {}
    found: dict[str, str] = {}
    kinds = {
        "decimal": (NUMBERS, number_readings, SIGNS, "decimal sign", _PLAIN),
        "dates": ({"date"}, date_readings, ORDERS, "order of dates", _ISO),
    }
    for option, (kind, readings, names, what, already) in kinds.items():
        fixed = str(options.get(option, ""))
        if fixed and fixed not in names:
            raise StudyError(
                f"study.yaml, key 'exports.options.{option}': '{fixed}' is none of "
                f"{', '.join(names)}."
            )
        chosen = _of_kind(columns, codebook, kind, readings, already, option == "dates", dated)
        if point and option == "decimal":
            chosen = {item: [t for t in texts if "," in t] for item, texts in chosen.items()}
        told = _settled(chosen, readings, fixed)
        found |= _findings(told, option, names, what)
        for item, (meant, open_, _) in told.items():
            if open_ and codebook is not None and item not in dated:
                raise StudyError(
                    f"{where}, item '{item}': '{open_[0]}' can be read in two ways "
                    f"({' or '.join(readings(open_[0]).values())}) and no other cell tells which; "
                    f"say exports.options.{option} in study.yaml: {_choice(names)}."
                )
            if codebook is not None or fixed or item in dated:
                changes[item] = {**changes.get(item, {}), **meant}
    serial = _serials(columns, codebook, dated)
    if serial:
        found["day numbers of a spreadsheet read as dates"] = ", ".join(serial)
    for item, days in serial.items():
        changes[item] = {**changes.get(item, {}), **days}
    return changes, found


def _choice(names: Mapping[str, str]) -> str:
    return " or ".join(f'"{value}" ({name})' for value, name in names.items())


def _of_kind(
    columns: Mapping[str, Sequence[str]],
    codebook: Codebook | None,
    kind: set[str],
    readings: Callable[[str], Readings],
    already: re.Pattern[str],
    dates: bool,
    dated: Sequence[str],
) -> dict[str, Sequence[str]]:
    """The columns that hold numbers, or dates: by the codebook, else where every cell is one."""
    chosen: dict[str, Sequence[str]] = {}
    for item, texts in columns.items():
        if item in dated:
            mine = dates
        elif codebook is not None:
            row = codebook.items.loc[item] if item in codebook.items.index else None
            mine = row is not None and row["kind"] in kind and row["role"] != "personal"
        else:
            given = [text for text in texts if text]
            mine = bool(given) and all(already.fullmatch(t) or readings(t) for t in given)
        if mine:
            chosen[item] = texts
    return chosen


def _settled(
    columns: Mapping[str, Sequence[str]], readings: Callable[[str], Readings], fixed: str
) -> dict[str, tuple[dict[str, str], list[str], set[str]]]:
    """Item -> its texts as meant, the texts with two readings, and the ways its cells tell."""
    read = {item: {t: readings(t) for t in texts} for item, texts in columns.items()}
    told = {
        item: {next(iter(ways)) for ways in texts.values() if len(ways) == 1}
        for item, texts in read.items()
    }
    every = set().union(*told.values())
    settled = {}
    for item, texts in read.items():
        votes = {fixed} if fixed else told[item] or every
        way = next(iter(votes)) if len(votes) == 1 else ""
        meant: dict[str, str] = {}
        open_: list[str] = []
        for text, ways in texts.items():
            one = set(ways.values())
            if way in ways or len(one) == 1:
                meant[text] = ways[way] if way in ways else next(iter(one))
            elif one:
                open_.append(text)
        settled[item] = ({t: m for t, m in meant.items() if t != m}, sorted(open_), told[item])
    return settled


def _findings(
    told: Mapping[str, tuple[dict[str, str], list[str], set[str]]],
    option: str,
    names: Mapping[str, str],
    what: str,
) -> dict[str, str]:
    """One line on the notation found, one on the cells that have two readings."""
    found = {}
    by_way = {
        name: [item for item, (_, _, ways) in told.items() if way in ways]
        for way, name in names.items()
    }
    given = {name: items for name, items in by_way.items() if items}
    if len(given) == 1:
        found[what] = next(iter(given))
    elif given:
        found[what] = "; ".join(f"{name} in {', '.join(items)}" for name, items in given.items())
    twofold = [f"{item} ({len(cells)})" for item, (_, cells, _) in told.items() if cells]
    if twofold:
        found[f"cells with two readings ({what})"] = (
            f"{', '.join(twofold)}: left as they stand; exports.options.{option} decides"
        )
    return found


def _serials(
    columns: Mapping[str, Sequence[str]], codebook: Codebook | None, dated: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Day numbers in date columns, by item."""
    kinds = {} if codebook is None else dict(codebook.items["kind"])
    found = {}
    for item, texts in columns.items():
        if item in dated or kinds.get(item) == "date":
            days = {text: day for text in texts if (day := day_number(text))}
            if days:
                found[item] = days
    return found
