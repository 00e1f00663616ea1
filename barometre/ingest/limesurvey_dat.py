"""LimeSurvey's SPSS export in two parts: answers without headings (.dat), and their syntax (.sps).

The answers come first with what the participants' list says of each person: names, e-mail
addresses, attributes. These columns are cut off before anything else is done.

The export recodes: yes and no are 1 and 2, boxes 1 and 0, female and male, yes-no-uncertain and
increase-same-decrease are numbers, the answer "other" is blank (it comes back where its text is
given), texts lose line breaks and HTML. The syntax gives the labels by which codes come back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import delimited
from barometre.ingest.limesurvey_codes import from_underscores, undecimal
from barometre.ingest.limits import check_file
from barometre.ingest.questions import BUILT_IN
from barometre.ingest.wording import key

if TYPE_CHECKING:
    import pandas as pd

SYSTEM = ("id", "submitdate", "lastpage", "startlanguage")
FURTHER = 6  # seed, token, startdate, datestamp, ipaddr, refurl: each may be there or not
# What the export makes of the built-in answers, in the order of their numbers.
RECODED = {"yes_no": "YN", "G": "FM", "C": "YNU", "E": "ISD"}
_DAY = re.compile(r"(\d\d)-(\d\d)-(\d{4})( \d\d:\d\d:\d\d)?")


@dataclass(frozen=True)
class Syntax:
    """What the .sps says of the columns.

    Attributes
    ----------
    names : in the order of the file
    formats : name -> `F7.2`, `A20`, `DATETIME23.2`
    answers : name -> value -> label
    """

    names: list[str]
    formats: dict[str, str]
    answers: dict[str, dict[str, str]]


def read_dat(
    path: str | Path, codebook: Codebook | None, encoding: str | None = None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The responses under item codes, and what was found out.

    Raises
    ------
    StudyError : there is neither a syntax nor a questionnaire, or they do not fit the answers.
    """
    import pandas as pd

    text, _ = delimited.decode(Path(path).read_bytes(), str(path), encoding)
    rows = delimited.cells(text.removeprefix("\ufeff"), ",", str(path), quote="'")
    rows = [row for row in rows if row != [None]]
    if not rows:
        raise StudyError(f"{path}: the file is empty; export it again.")
    file = syntax_beside(path)
    if file is not None:
        syntax = read_syntax(file)
    elif codebook is not None:
        syntax = _from_codebook(rows, codebook, path)
    else:
        raise StudyError(
            f"{path}: this file has no headings; put the syntax file (.sps) that LimeSurvey gave "
            "with it into the same folder, or name the questionnaire with --structure."
        )
    width = len(syntax.names)
    namer = file.name if file else "the questionnaire"
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise StudyError(
                f"{path}, record {number}: {len(row)} cells, and {namer} names {width}; the two do "
                "not belong together, or the file is cut."
            )
    start = syntax.names.index("id")
    table = pd.DataFrame([row[start:] for row in rows], columns=syntax.names[start:], dtype=object)
    table = table.drop(columns=[name for name in table.columns if name.startswith("further ")])
    known = [] if codebook is None else codebook.items.index
    codes = from_underscores(table.columns, known, 0)
    for name in table.columns:
        table[name] = table[name].map(_reading(name, codes[name], syntax, codebook))
    table.columns = [codes[name] for name in table.columns]
    others = _others(table)
    return table, {
        "columns named by": file.name if file else "the questionnaire, in its order",
        "columns of the participants' list, cut off": str(start),
        "answers 'other' taken from their texts": ", ".join(others) or "none",
        "what this export loses": "line breaks and HTML in texts; formulas and blanks at both ends",
    }


def syntax_beside(path: str | Path) -> Path | None:
    """The syntax that was exported with the answers: by its name, else the only one there."""
    path = Path(path)
    named = path.with_name(path.name.replace("data_file", "syntax_file")).with_suffix(".sps")
    found = [named] if named.is_file() else sorted(path.parent.glob("*.sps"))
    if len(found) != 1:
        return None
    check_file(found[0])
    return found[0]


def read_syntax(path: Path) -> Syntax:
    """Names, formats and value labels of a syntax.

    Raises
    ------
    StudyError : it names no columns, or no `id` among them.
    """
    text, _ = delimited.decode(path.read_bytes(), str(path))
    listed = re.search(r"/VARIABLES=(.*?)\.\s*\r?\n", text, re.DOTALL)
    places = re.findall(r"(V\d+) (\S+)", listed[1]) if listed else []
    renamed = dict(re.findall(r"RENAME VARIABLES \( (V\d+) = (\S+) \)", text))
    names = [str(renamed.get(place, place)) for place, _ in places]
    if not set(SYSTEM) <= set(names) or len(set(names)) < len(names):
        raise StudyError(
            f"{path}: expected the names {', '.join(SYSTEM)} among the columns, and no name twice; "
            "is this the syntax of a LimeSurvey export?"
        )
    formats = {name: str(form) for name, (_, form) in zip(names, places, strict=True)}
    answers = {renamed.get(place, place): said for place, said in _value_labels(text).items()}
    return Syntax(names, formats, answers)


def _value_labels(text: str) -> dict[str, dict[str, str]]:
    """Variable -> value -> label; a block ends with the full stop behind a label."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in text.splitlines():
        if opened := re.match(r"VALUE LABELS\s+(V\d+)", line):
            current = found.setdefault(opened[1], {})
        elif current is not None and (pair := re.fullmatch(r' "?(.*?)"? "(.*)"(\.?)', line)):
            current[pair[1]] = pair[2].replace('""', '"')
            current = None if pair[3] else current
    return found


def _from_codebook(
    rows: list[list[delimited.Cell]], codebook: Codebook, path: str | Path
) -> Syntax:
    """The columns of a questionnaire, behind the place at which a response begins."""
    items = list(codebook.items.index)
    width = len(rows[0])
    starts = [
        at
        for at in range(max(0, width - len(items) - len(SYSTEM) - FURTHER), width - len(items) - 3)
        if all(len(row) == width and _begins(row[at : at + 4]) for row in rows)
    ]
    last = [row[width - len(items) :] for row in rows]
    if len(starts) != 1 or not _may_be(items, last, codebook):
        raise StudyError(
            f"{path}: the questionnaire has {len(items)} columns, and this file's {width} do not "
            "end in them; put the syntax file (.sps) beside it."
        )
    start = starts[0]
    between = [f"further {n}" for n in range(width - len(items) - start - len(SYSTEM))]
    before = [f"participant {n}" for n in range(start)]
    kinds = {"number": "F", "count": "F", "date": "DATETIME"}
    formats = {item: kinds.get(codebook.items.at[item, "kind"], "A") for item in items}
    formats["submitdate"] = "DATETIME"
    return Syntax([*before, *SYSTEM, *between, *items], formats, {})


def _may_be(items: list[str], rows: list[list[delimited.Cell]], codebook: Codebook) -> bool:
    """Whether boxes and yes/no questions hold nothing but their numbers."""
    kinds = codebook.items["kind"]
    boxes = [at for at, item in enumerate(items) if kinds[item] in ("yes_no", "tick")]
    return all((row[at] or "") in ("", "0", "1", "2") for row in rows for at in boxes)


def _begins(cells: list[delimited.Cell]) -> bool:
    """Whether four cells may be id, date of submission, last page and language."""
    number, day, page, language = (cell or "" for cell in cells)
    return bool(
        re.fullmatch(r"\d+", number)
        and (not day or _DAY.fullmatch(day))
        and re.fullmatch(r"\d*", page)
        and re.fullmatch(r"[a-z]{2,3}(-[\w-]+)?", language)
    )


def _reading(
    name: str, item: str, syntax: Syntax, codebook: Codebook | None
) -> Callable[[delimited.Cell], delimited.Cell]:
    """How a column's cells are read."""
    form = syntax.formats.get(name, "A")
    back = _recoded(item, syntax.answers.get(name, {}), codebook)

    def read(cell: delimited.Cell) -> delimited.Cell:
        if cell is None or cell in back:
            return back.get(cell) if cell else None
        if form.startswith("DATETIME"):
            return _DAY.sub(r"\3-\2-\1\4", cell)
        return undecimal(cell) if form.startswith("F") else cell

    return read


def _recoded(item: str, labels: Mapping[str, str], codebook: Codebook | None) -> dict[str, str]:
    """Number -> code, for the answers that the export has recoded."""
    if codebook is not None and item in codebook.items.index:
        kind = codebook.items.at[item, "kind"]
        if kind in ("yes_no", "tick"):
            return {"1": "Y", "2": "N", "0": ""} if kind == "yes_no" else {"1": "Y", "0": ""}
        codes = set(codebook.levels(item))
        for built_in in ("G", "C", "E"):
            if codes == set(BUILT_IN[built_in]):
                return _numbered(RECODED[built_in])
        return {}
    if set(labels) == {"0", "1"}:
        return {"1": "Y", "0": ""}
    return _by_labels(labels)


def _by_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The recoding of built-in answers whose labels are given in a known language."""
    said = [key(label) for label in labels.values()]
    if list(labels) != [str(number + 1) for number in range(len(labels))]:
        return {}
    for form, codes in RECODED.items():
        wording = BUILT_IN["C" if form == "yes_no" else form]
        for language in ("fr", "en"):
            if said == [key(wording[code][language]) for code in codes]:
                return _numbered(codes)
    return {}


def _numbered(codes: Iterable[str]) -> dict[str, str]:
    return {str(number): code for number, code in enumerate(codes, start=1)}


def _others(table: pd.DataFrame) -> list[str]:
    """Put the code of "other" where its text is given and the answer is blank; which items."""
    found = []
    for name in table.columns:
        question = name.removesuffix("[other]")
        if question != name and question in table.columns:
            lost = table[name].notna() & table[question].isna()
            table.loc[lost, question] = "-oth-"
            found += [question] if lost.any() else []
    return found
