"""Questionnaires as LimeSurvey keeps them (.txt, .lss, .lsa), taken apart into questions.

Both files say the same: groups, questions with their type, sub-questions, answers, conditions and
wording in each language. The items of a question are named as in exports: `gov3[SQ001]`,
`gov4[other]`, `prio[1]`, `data6[SQ001][2]`.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from barometre.errors import StudyError
from barometre.ingest.limits import BROKEN, whole_xml
from barometre.ingest.relevance import both_met
from barometre.ingest.wording import plain

Labels = dict[str, str]
MOST = 50_000_000  # bytes of a structure; the largest questionnaires have a tenth of that
ARRAYS = set("FABCEH")
BUILT_IN: dict[str, dict[str, Labels]] = {
    "A": {str(level): {} for level in range(1, 6)},
    "5": {str(level): {} for level in range(1, 6)},
    "B": {str(level): {} for level in range(1, 11)},
    "C": {
        "Y": {"fr": "Oui", "en": "Yes"},
        "U": {"fr": "Incertain", "en": "Uncertain"},
        "N": {"fr": "Non", "en": "No"},
    },
    "E": {
        "D": {"fr": "Diminuer", "en": "Decrease"},
        "S": {"fr": "Sans changement", "en": "Same"},
        "I": {"fr": "Augmenter", "en": "Increase"},
    },
    "G": {"F": {"fr": "Féminin", "en": "Female"}, "M": {"fr": "Masculin", "en": "Male"}},
}


@dataclass
class Question:
    """One question: its type is LimeSurvey's letter; labels are language -> text.

    Attributes
    ----------
    relevance : the question's own condition and that of its group
    page : number of the page it stands on, from 1; 0 where the order is drawn by lot
    parts : (scale, code, labels) of each sub-question
    options : (scale, code, labels) of each answer
    key : ids of survey, group and question as LimeSurvey names the columns of its own tables,
        `452781X1X5`
    """

    code: str
    type: str
    group: Labels
    relevance: str
    other: bool
    page: int = 0
    labels: Labels = field(default_factory=dict)
    parts: list[tuple[str, str, Labels]] = field(default_factory=list)
    options: list[tuple[str, str, Labels]] = field(default_factory=list)
    key: str = ""

    def answers(self, scale: str = "0") -> dict[str, Labels]:
        """Code -> labels of the answers, built-in ones where the type has them."""
        given = {code: labels for own, code, labels in self.options if own == scale}
        return given or (BUILT_IN.get(self.type, {}) if scale == "0" else {})


def read_questions(path: str | Path) -> list[Question]:
    """The questions of a .txt, .lss or .lsa file.

    Raises
    ------
    StudyError : the file is none of these, is broken, or would unfold to more than 50 MB.
    """
    suffix = Path(path).suffix.lower()
    if Path(path).stat().st_size > MOST:
        raise StudyError(f"{path}: a questionnaire of more than 50 MB is none; is it an export?")
    if suffix == ".lsa":
        return _from_xml(_member(path), str(path))
    if suffix == ".lss":
        return _from_xml(Path(path).read_bytes(), str(path))
    return _from_text(Path(path).read_bytes(), str(path))


def _member(path: str | Path) -> bytes:
    """The structure inside an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [info for info in archive.infolist() if info.filename.endswith(".lss")]
            if len(inside) != 1 or inside[0].file_size > MOST:
                raise StudyError(f"{path}: expected one .lss file of at most 50 MB in the archive.")
            return archive.read(inside[0])
    except BROKEN as error:
        raise StudyError(f"{path}: this is no whole LimeSurvey archive ({error}).") from None


def words(text: str) -> str:
    """A wording without HTML tags and expressions in braces."""
    bare = re.sub(r"</?[A-Za-z!][^>]*>", " ", text or "")
    bare = re.sub(r"\{[^{}]*\}", "…", bare)
    return plain(html.unescape(bare)).replace("\n", " ").strip()


def _from_text(raw: bytes, where: str) -> list[Question]:
    try:
        text = raw.decode("utf-8-sig")
        csv.field_size_limit(MOST)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise StudyError(f"{where}: this is no tab-separated UTF-8 table ({error}).") from None
    if not rows or not {"class", "type/scale", "name", "text", "language"} <= set(rows[0]):
        raise StudyError(
            f"{where}, row 1: expected LimeSurvey's columns class, type/scale, name, text and "
            "language; export the survey structure as 'tab-separated values'."
        )
    groups: dict[str, Labels] = {}
    found: dict[str, Question] = {}
    group: Labels = {}
    condition = gid = ""
    settings: dict[str, str] = {}
    for row in rows:
        kind, name = row["class"], row["name"] or ""
        label = {row["language"] or "": words(row["text"] or "")}
        if kind == "G":
            gid = row["type/scale"] or name
            group = groups.setdefault(gid, {})
            group |= {row["language"] or "": words(name)}
            condition = row["relevance"] or ""
        elif kind == "S" and name in ("format", "sid"):
            settings[name] = row["text"] or ""
        elif kind == "Q":
            question = found.setdefault(
                name,
                Question(
                    name,
                    row["type/scale"] or "",
                    group,
                    both_met(condition, row["relevance"] or ""),
                    row.get("other") == "Y",
                    len(groups),
                    key=f"{survey}X{gid}X{row.get('id')}"
                    if (survey := settings.get("sid"))
                    else "",
                ),
            )
            question.labels |= label
            current = question
        elif kind in ("SQ", "A") and found:
            listed = current.parts if kind == "SQ" else current.options
            scale = row["type/scale"] or "0"
            same = [labels for own, code, labels in listed if (own, code) == (scale, name)]
            if same:
                same[0].update(label)
            else:
                listed.append((scale, name, label))
    return _paged(list(found.values()), settings.get("format", ""))


def _from_xml(raw: bytes, where: str) -> list[Question]:
    from defusedxml.ElementTree import fromstring

    with whole_xml(where):
        root = fromstring(raw, forbid_dtd=True)

    def rows(name: str) -> list[dict[str, str]]:
        return [
            {cell.tag: cell.text or "" for cell in row} for row in root.iterfind(f"{name}/rows/row")
        ]

    def labels(texts: str, key: str, text: str, *older: str) -> dict[str, Labels]:
        """Wording by key and language; before LimeSurvey 4 it stood in the tables `older`."""
        said: dict[str, Labels] = {}
        for row in (row for name in (*older, texts) for row in rows(name) if text in row):
            said.setdefault(_named(row, key), {})[row.get("language", "")] = words(row[text])
        return said

    asked = labels("question_l10ns", "qid", "question", "questions", "subquestions")
    called = labels("answer_l10ns", "aid", "answer", "answers")
    titles = labels("group_l10ns", "gid", "group_name", "groups")
    groups = sorted(rows("groups"), key=lambda r: _order(r, "group_order"))
    pages = {gid: at for at, gid in enumerate(dict.fromkeys(r.get("gid", "") for r in groups), 1)}
    conditions = {row.get("gid", ""): row.get("grelevance", "") for row in groups}
    found: dict[str, Question] = {}
    listed = sorted(
        rows("questions"),
        key=lambda r: (pages.get(r.get("gid", ""), 0), _order(r, "question_order")),
    )
    for row in listed:
        found[row.get("qid", "")] = Question(
            row.get("title", ""),
            row.get("type", ""),
            titles.get(row.get("gid", ""), {}),
            both_met(conditions.get(row.get("gid", ""), ""), row.get("relevance", "")),
            row.get("other") == "Y",
            pages.get(row.get("gid", ""), 0),
            asked.get(row.get("qid", ""), {}),
            key="X".join(row.get(one, "") for one in ("sid", "gid", "qid")),
        )
    for row in sorted(rows("subquestions"), key=lambda r: _order(r, "question_order")):
        if (parent := found.get(row.get("parent_qid", ""))) is not None:
            part = (
                row.get("scale_id", "0"),
                row.get("title", ""),
                asked.get(row.get("qid", ""), {}),
            )
            if part not in parent.parts:
                parent.parts.append(part)
    for row in sorted(rows("answers"), key=lambda r: _order(r, "sortorder")):
        if (parent := found.get(row.get("qid", ""))) is not None:
            option = (
                row.get("scale_id", "0"),
                row.get("code", ""),
                called.get(_named(row, "aid"), {}),
            )
            if option not in parent.options:
                parent.options.append(option)
    if not found:
        raise StudyError(f"{where}: there are no questions in it; is it a LimeSurvey structure?")
    drawn = any(row.get("randomization_group") for row in groups)
    how = next((row.get("format", "") for row in rows("surveys")), "")
    return _paged(list(found.values()), "" if drawn else how)


def _paged(questions: list[Question], how: str) -> list[Question]:
    """Pages by the survey's format: G a group, S a question, A everything on one page."""
    for at, question in enumerate(questions, start=1):
        question.page = {"G": question.page, "S": at, "A": 1}.get(how, 0)
    return questions


def _named(row: dict[str, str], key: str) -> str:
    """A row's key; before LimeSurvey 4 answers had none of their own."""
    return row.get(key) or f"{row.get('qid')} {row.get('code')} {row.get('scale_id')}"


def _order(row: dict[str, str], key: str) -> int:
    text = row.get(key, "0")
    return int(text) if text.lstrip("-").isdigit() else 0


def items(question: Question) -> Iterator[tuple[str, str, str, Labels]]:
    """(item, kind, answer scale, labels of the part) of each column that a question gives."""
    code, kind = question.code, question.type
    parts = [(name, labels) for scale, name, labels in question.parts if scale == "0"]
    across = [(name, labels) for scale, name, labels in question.parts if scale == "1"]
    answers = "0" if question.answers() else ""
    if kind in "L!O" or kind in "IG":
        yield code, "choice", answers, {}
        if kind == "O":
            yield f"{code}[comment]", "text", "", {}
    elif kind in ARRAYS:
        for name, labels in parts:
            yield f"{code}[{name}]", "choice" if kind == "H" else "scale", "0", labels
    elif kind == "1":
        for name, labels in parts:
            yield f"{code}[{name}][1]", "choice", "0", labels
            yield f"{code}[{name}][2]", "choice", "1", labels
    elif kind in "MP":
        for name, labels in [*parts, *([("other", {})] if question.other else [])]:
            yield f"{code}[{name}]", "text" if name == "other" else "tick", "", labels
            if kind == "P":
                yield f"{code}[{name}comment]", "text", "", labels
    elif kind in "KQ":
        for name, labels in parts:
            yield f"{code}[{name}]", "number" if kind == "K" else "text", "", labels
    elif kind in ":;":
        for name, labels in parts:
            for column, head in across:
                both = {lang: f"{text} {head.get(lang, '')}" for lang, text in labels.items()}
                yield f"{code}[{name}_{column}]", "number" if kind == ":" else "text", "", both
    elif kind == "R":
        for place in range(1, len(question.answers()) + 1):
            yield f"{code}[{place}]", "rank", "0", {"fr": f"rang {place}", "en": f"rank {place}"}
    elif kind == "5":
        yield code, "scale", "0", {}
    elif kind == "|":
        yield code, "text", "", {}
        yield f"{code}[filecount]", "count", "", {}
    elif kind != "X":
        yield (
            code,
            {"N": "number", "*": "number", "Y": "yes_no", "D": "date"}.get(kind, "text"),
            "",
            {},
        )
    if question.other and kind in "L!":
        yield f"{code}[other]", "text", "", {}


def any_label(labels: Labels, language: str) -> Any:
    """The wording in a language, else in any other."""
    return labels.get(language) or next((text for text in labels.values() if text), "")
