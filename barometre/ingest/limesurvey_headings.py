"""Headings of LimeSurvey's exports as codes, whichever of the four styles they are in.

Question codes and codes with texts name each column. Full and abbreviated texts do not: texts are
translated, repeated and cut, so they are laid beside the columns that the questionnaire has, in
its order. Among all ways to do so without changing the order, the one that agrees with most
wordings is taken; where two are as good the export is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from barometre.errors import StudyError
from barometre.ingest.limesurvey_codes import MANDATORY, SYSTEM, TIMING
from barometre.ingest.questions import Question, any_label, items, words
from barometre.ingest.relevance import name_of
from barometre.ingest.wording import key

if TYPE_CHECKING:
    import numpy as np

PARTICIPANT = {
    "firstname": ("First name", "Prénom", "Vorname", "Nombre"),
    "lastname": ("Last name", "Nom", "Nom de famille", "Nachname", "Apellido"),
    "email": ("Email address", "Email", "Adresse courriel", "Adresse e-mail", "E-Mail-Adresse"),
}
TOTAL = ("Total time", "Temps total", "Gesamtzeit", "Tiempo total")
CODE = re.compile(r"([A-Za-z]\w*(?:\[[^\[\]]+\]){0,2})(?=[^\w\[])")
CUT = re.compile(r"(?<!\.)\.\.(?=\s*(?:[\[\]]|$))")
EXACT, PART, QUESTION, ORDER = 4, 3, 2, 0  # agreement of a heading with a column
NEVER = -(10**6)
LEAST = 0.5  # share of headings with the wording of their column
MEND = "export the responses again with 'Question code' as headings"


@dataclass(frozen=True)
class Headings:
    """Codes of the columns, and how they were found.

    Attributes
    ----------
    codes : one for each heading
    style : in words
    by_order : codes whose heading agrees with no wording, known by their place alone
    """

    codes: list[str]
    style: str
    by_order: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Column:
    """A column that an export of the questionnaire may have.

    Attributes
    ----------
    texts : its wordings, made comparable; a heading equals one
    begins : wordings that a heading begins with, where LimeSurvey adds words of its own
    ends : what a heading ends with
    placed : whether its place alone may tell it
    """

    code: str
    texts: frozenset[str] = frozenset()
    begins: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    placed: bool = True
    weight: int = PART


def resolve(names: Sequence[str], questions: Sequence[Question] | None, where: str) -> Headings:
    """The codes behind the headings of an export.

    Parameters
    ----------
    questions : of the survey's structure, where it was given

    Raises
    ------
    StudyError : the headings are texts and no structure was given, or they do not tell which
        column is which.
    """
    columns = list(_columns(questions)) if questions is not None else []
    told = {name: column.code for column in columns for name in (name_of(column.code), column.code)}
    if names and names[0] == "id" and set(names) >= MANDATORY:
        return Headings([told.get(name, name) for name in names], "question codes")
    if (codes := _coded(names, told)) is not None:
        return Headings(codes, "question codes and texts")
    if questions is None:
        raise StudyError(
            f"{where}, row 1: the headings are texts and no question codes ('{names[0]}' first); "
            "give the survey's structure with --structure FILE.lss (in a study: "
            f"exports.options.structure), or {MEND} (or correct 'exports.reader' in study.yaml)."
        )
    return _laid(names, columns, where)


def texts_as_headings(names: Sequence[str]) -> bool:
    """Whether headings look like LimeSurvey's, as texts or as codes and texts."""
    known = {squeezed(text) for text in SYSTEM["id"]}
    return bool(names) and (squeezed(names[0]) in known or _coded(names, {}) is not None)


def squeezed(text: str) -> str:
    """A wording by its letters and digits alone."""
    return "".join(key(words(text)).split())


def _coded(names: Sequence[str], told: dict[str, str]) -> list[str] | None:
    """Codes at the head of codes and texts; None for another style."""
    heads = [match[1] if (match := CODE.match(name)) else "" for name in names]
    if heads[:1] != ["id"] or not set(heads) >= MANDATORY or "" in heads:
        return None
    return [told.get(head, head) for head in heads]


def _columns(questions: Sequence[Question]) -> Iterator[_Column]:
    """Every column of a complete export with timings, in LimeSurvey's order."""
    for code, texts in SYSTEM.items():
        yield _Column(code, frozenset(map(squeezed, texts)))
    for question in questions:
        yield from _of_question(question)
    yield _Column("interviewtime", frozenset(map(squeezed, TOTAL)))
    group = None
    for question in questions:
        if question.group is not group:
            group = question.group
            ends = frozenset(filter(None, map(squeezed, group.values())))
            yield _Column(f"groupTime{question.page}", ends=ends)
        yield _Column(f"{question.code}Time", ends=frozenset({squeezed(question.code)}))
    for code, texts in PARTICIPANT.items():
        yield _Column(code, frozenset(map(squeezed, texts)), placed=False)


def _of_question(question: Question) -> Iterator[_Column]:
    """The columns of one question; a text that is only shown has one too."""
    if question.type == "X":
        yield _Column(question.code, frozenset(map(squeezed, question.labels.values())))
    for item, _, _, part in items(question):
        part = {} if question.type == "R" else part
        languages = dict.fromkeys([*question.labels, *part])
        asked = {one: squeezed(any_label(question.labels, one)) for one in languages}
        texts = frozenset(asked[one] + squeezed(any_label(part, one)) for one in languages) - {""}
        if item.endswith("[filecount]"):
            yield _Column(item, frozenset(f"filecount{text}" for text in texts))
        elif _completed(item, question):
            weight = PART if part else QUESTION
            yield _Column(item, begins=texts, weight=weight)
        else:
            yield _Column(item, texts)


def _completed(item: str, question: Question) -> bool:
    """Whether LimeSurvey puts words of its own behind the wording: "other", "comment", a rank."""
    inside = item[len(question.code) :]
    own = {code for _, code, _ in question.parts}
    added = inside == "[other]" or inside.endswith("comment]")
    return question.type in "1R" or (added and inside.strip("[]") not in own)


def _laid(names: Sequence[str], columns: Sequence[_Column], where: str) -> Headings:
    """Headings that are texts, laid beside the columns in their order."""
    import numpy as np

    agreement = np.array([[_agreement(name, one) for one in columns] for name in _read(names)])
    if len(names) > len(columns):
        raise StudyError(
            f"{where}, row 1: {len(names)} columns, and the questionnaire gives at most "
            f"{len(columns)}; is it the structure of this survey?"
        )
    forward = _best(agreement)
    total = forward + _best(agreement[::-1, ::-1])[::-1, ::-1] - agreement
    best = total.max()
    at = total.argmax(axis=1)
    seen = agreement[np.arange(len(names)), at]
    asked = np.array([not TIMING.fullmatch(columns[one].code) for one in at.tolist()])
    if best < 0 or (seen[asked] > ORDER).mean() < LEAST:
        raise StudyError(
            f"{where}, row 1: the headings do not have the wording of the questionnaire's columns "
            f"in their order; is it the structure of this survey? If so, {MEND}."
        )
    for number, ways in enumerate(total == best):
        if ways.sum() > 1:
            ones = [columns[one].code for one in np.flatnonzero(ways).tolist()]
            raise StudyError(
                f"{where}, row 1, column {number + 1}: the heading '{names[number]}' may be "
                f"{ones[0]} or {ones[1]}; export all columns, or {MEND}."
            )
    codes = [columns[one].code for one in at.tolist()]
    cut = any(CUT.search(name) for name in names)
    by_order = [codes[one] for one in np.flatnonzero(asked & (seen <= ORDER)).tolist()]
    return Headings(codes, "abbreviated texts" if cut else "full texts", by_order)


def _best(agreement: np.ndarray) -> np.ndarray:
    """Best agreement of the headings up to each, if it is laid beside each column."""
    import numpy as np

    best = np.full(agreement.shape, NEVER, dtype=np.int64)
    best[0] = agreement[0]
    for row in range(1, len(agreement)):
        before = np.maximum.accumulate(best[row - 1])[:-1]
        best[row, 1:] = before + agreement[row, 1:]
    return best


@dataclass(frozen=True)
class _Read:
    """A heading made comparable; cut ones as patterns, whole and without their last part."""

    text: str
    whole: Any = None
    first: Any = None


def _read(names: Sequence[str]) -> list[_Read]:
    read = []
    for name in names:
        if not CUT.search(name):
            read.append(_Read(squeezed(name)))
            continue
        question, _, parts = name.partition(" [")
        segments = [question, *(parts.removesuffix("]").split("][") if parts else [])]
        patterns = [
            re.escape(squeezed(one)) + (".*" if one.rstrip().endswith("..") else "")
            for one in segments
        ]
        first = re.compile("".join(patterns[:-1])) if len(patterns) > 1 else None
        read.append(_Read("", re.compile("".join(patterns)), first))
    return read


def _agreement(heading: _Read, column: _Column) -> int:
    """How well a heading agrees with a column."""
    if heading.whole is not None:
        if any(heading.whole.fullmatch(text) for text in column.texts):
            return EXACT
        if heading.first and any(heading.first.fullmatch(text) for text in column.begins):
            return column.weight
    elif heading.text in column.texts:
        return EXACT
    elif heading.text not in column.begins and heading.text.startswith(tuple(column.begins)):
        return column.weight
    elif heading.text.endswith(tuple(column.ends)):
        return PART
    return ORDER if column.placed else NEVER
