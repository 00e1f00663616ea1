"""A first codebook from a questionnaire or an export: what is known, and what is guessed.

Codes, kinds, wording, answers and conditions are taken over. Theme, role and the direction of
answer scales are guesses by simple rules, written down beside each item so that a person reviews
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from barometre.ingest.limesurvey_codes import key_of
from barometre.ingest.questions import Labels, Question, any_label, items
from barometre.ingest.relevance import condition_of
from barometre.ingest.wording import key, plain
from barometre.ingest.wording import slug as code_of

LANGUAGES = ("fr", "en")
DONT_KNOW = re.compile(
    r"ne sai[ts] pas|nsp|don ?t know|do not know|non concerne\w*|sans objet|not applicable|n a|"
    r"je ne sais pas|unsure|incertain|uncertain"
)
REFUSED = re.compile(r"refus\w*|ne souhaite pas repondre|prefer not to (say|answer)")
HIGH = re.compile(
    r"(tout a fait|tres (bien|bon|eleve|fort|satisf)|toujours|excellent|strongly agree|"
    r"always|very (high|good|satisf))"
)
LOW = re.compile(
    r"(pas du tout|tres (faible|mauvais|peu)|jamais|aucun|inexistant|strongly disagree|"
    r"never|none|very (low|bad|poor))"
)
ROLES = (
    ("personal", r"e mail|email|courriel|telephone|phone|mobile|adresse|address|prenom|first ?name|"
     r"last ?name|surname|nom de famille|coordonnees|contact|fonction|job title|ip|token|nom|name"),
    ("brake", r"freins?|obstacles?|brakes?|barriers?|difficultes?|hindrances?"),
    ("priority", r"priorites?|priorit(y|ies)|classez|rank the"),
)  # fmt: skip
UNIT = re.compile(
    r"(nom|name)( \w+){0,3} (collectivite|organisation|organization|authority|municipality|"
    r"etablissement|entreprise|company)|siren|siret|collectivite employeuse"
)


@dataclass
class Draft:
    """A codebook in the making.

    Attributes
    ----------
    items : rows of codebook.csv, and `label_<xx>` for each further language; `page` if known, and
        `key`, the column's name in LimeSurvey's own tables
    scales : rows of scales.csv, likewise
    themes : theme -> labels
    guesses : (item, what was guessed, why)
    untold : (item, condition that codebook.csv cannot say)
    settled : items whose role is no guess, such as a place on a map
    """

    items: list[dict[str, str]] = field(default_factory=list)
    scales: list[dict[str, str]] = field(default_factory=list)
    themes: dict[str, Labels] = field(default_factory=dict)
    guesses: list[tuple[str, str, str]] = field(default_factory=list)
    untold: list[tuple[str, str]] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    _names: dict[tuple[object, ...], str] = field(default_factory=dict)

    def add(
        self,
        item: str,
        kind: str,
        labels: Labels,
        answers: Mapping[str, Labels] | None = None,
        group: Labels | None = None,
        shown_if: str = "",
        role: str = "",
    ) -> None:
        """One item, with a guess at its theme, the direction of its answers and, unless the
        questionnaire itself tells (`role`), its role."""
        scale = self._scale(item, kind, answers) if answers else ""
        if role:
            self.settled.add(item)
        role, why = (role, "its type") if role else role_of(item, kind, labels)
        theme = ""
        if role == "score":
            theme = self._theme(group or {})
            self.guesses.append((item, f"theme {theme}", "the group it stands in"))
        self.guesses.append((item, f"role {role}", why))
        adopted = "1" if kind in ("yes_no", "tick") and role in ("score", "measure") else ""
        self.items.append(
            {
                "item": item,
                "kind": kind,
                "role": role,
                "theme": theme,
                "scale": scale,
                "adopted_from": adopted,
                "shown_if": shown_if,
                **{f"label_{one}": text for one, text in labels.items() if one},
                **{f"label_{one}": any_label(labels, one) or item for one in LANGUAGES},
            }
        )

    def without_level(self, scale: str, answers: Iterable[str]) -> None:
        """Answers that the file itself declares missing: no level, and a state of their own."""
        for row in self.scales:
            if row["scale"] == scale and row["answer"] in set(answers):
                row |= {"level": "", "state": row["state"] or "unknown"}

    def _theme(self, group: Labels) -> str:
        name = slug(any_label(group, "en") or any_label(group, "fr")) or "theme"
        self.themes.setdefault(name, {one: any_label(group, one) or name for one in LANGUAGES})
        return name

    def _scale(self, item: str, kind: str, answers: Mapping[str, Labels]) -> str:
        same = tuple((code, tuple(labels.items())) for code, labels in answers.items())
        if (kind != "scale", *same) in self._names:
            return self._names[kind != "scale", *same]
        name = re.sub(r"\W+", "_", item.rpartition("].")[2].split("[")[0]).strip("_") or "scale"
        name = f"{name}_2" if item.endswith("][2]") else name
        taken = set(self._names.values())
        name = next(n for n in (name, *(f"{name}_{i}" for i in range(2, 999))) if n not in taken)
        self._names[kind != "scale", *same] = name
        levels, why = levels_of(answers) if kind == "scale" else ({}, "")
        if why:
            self.guesses.append((item, f"levels of scale {name}", why))
        for code, labels in answers.items():
            state = state_of(code, labels)
            self.scales.append(
                {
                    "scale": name,
                    "answer": code,
                    "level": "" if state else levels.get(code, ""),
                    "state": state,
                    **{f"label_{one}": text for one, text in labels.items() if one},
                    **{f"label_{one}": any_label(labels, one) for one in LANGUAGES},
                }
            )
        return name


def slug(text: str) -> str:
    """A theme's key from its title, without the number it may begin with."""
    name = code_of(" ".join(word for word in key(text).split() if not word.isdigit()), 40)
    reserved = {"study", "data", "name", "group", "index", "unit_id"}
    return f"theme_{name}" if name in reserved or (name and not name[0].isalpha()) else name


def state_of(code: str, labels: Labels) -> str:
    """`unknown` for don't know and not concerned, `refused`, or "" for an answer."""
    said = [key(text) for text in (code, *labels.values())]
    if any(REFUSED.fullmatch(text) or REFUSED.match(text) for text in said):
        return "refused"
    return "unknown" if any(DONT_KNOW.match(text) for text in said) and _short(said) else ""


def _short(said: Iterable[str]) -> bool:
    return all(len(text.split()) < 9 for text in said)


def levels_of(answers: Mapping[str, Labels]) -> tuple[dict[str, str], str]:
    """Answer -> level and why: numbers as they are, else in their order, turned if it falls."""
    real = [code for code, labels in answers.items() if not state_of(code, labels)]
    if real and all(re.fullmatch(r"-?\d+", code) for code in real):
        return {
            code: str(int(code)) for code in real
        }, "codes are numbers; more is taken for better"
    first, last = (
        [key(text) for text in answers[real[at]].values()] if real else [] for at in (0, -1)
    )
    falls = any(map(HIGH.search, first)) or any(map(LOW.search, last))
    rises = any(map(LOW.search, first)) or any(map(HIGH.search, last))
    down = falls and not rises
    order = list(reversed(real)) if down else real
    why = "the wording falls from high to low" if down else "the order of the answers"
    return {code: str(level) for level, code in enumerate(order)}, why


def role_of(item: str, kind: str, labels: Labels) -> tuple[str, str]:
    """A guess at an item's role, and why."""
    said = " ".join(key(text) for text in labels.values())
    if UNIT.search(said):
        return "unit", "its wording names the unit"
    if kind == "text" and re.search(rf"\b(?:{ROLES[0][1]})\b", f"{said} {key(item)}"):
        return "personal", "its wording asks for a person; it is removed before anything is written"
    for role, pattern in ROLES[1:]:
        if re.search(rf"\b(?:{pattern})\b", said) and kind in ("rank", "tick", "scale", "number"):
            return role, "its wording"
    if kind == "rank":
        return "priority", "it is a ranking"
    if kind == "scale":
        return "score", "it has an ordered answer scale"
    if kind == "text":
        return "ignore", "it is free text, which is neither counted nor published"
    return "measure" if kind in ("yes_no", "tick") else "background", "its kind"


def from_questions(questions: Iterable[Question]) -> Draft:
    """The draft of a LimeSurvey questionnaire."""
    draft = Draft()
    known: set[str] = set()
    waiting: list[tuple[int, str, str]] = []
    for question in questions:
        told = condition_of(question.relevance)
        for item, kind, scale, part in items(question):
            labels = _joined(question.labels, part)
            answers = dict(question.answers(scale)) if scale else None
            if answers is not None and question.other and question.type in "L!":
                answers["-oth-"] = {"fr": "Autre", "en": "Other"}
            draft.add(item, kind, labels, answers, question.group)
            draft.items[-1] |= {"page": str(question.page or ""), "key": key_of(question, item)}
            known.add(item)
            waiting.append((len(draft.items) - 1, told or "", question.relevance))
    for at, told, relevance in waiting:
        asked = [part.partition("=")[0] for part in told.split(" & ")] if told else []
        if told and all(one in known for one in asked):
            draft.items[at]["shown_if"] = told
        elif relevance.strip() not in ("", "1"):
            draft.untold.append((draft.items[at]["item"], relevance))
    return draft


def _joined(question: Labels, part: Labels) -> Labels:
    """Wording of an item: its question and, behind a bar, its own part."""
    if not part:
        return dict(question)
    languages = dict.fromkeys([*question, *part])
    return {
        one: plain(f"{any_label(question, one)} | {any_label(part, one)}".strip(" |"))
        for one in languages
    }
