"""`python -m barometre questionnaire STUDY --as limesurvey|xlsform`: the questionnaire, to import.

LimeSurvey imports the tab-separated text ("Import survey"), KoBoToolbox and ODK the XLSForm.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path
from typing import Any

from barometre import codebook as codebooks
from barometre import study
from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.check_command import study_folder
from barometre.ingest.fielded import LANGUAGES, Asked, answers, questions, relevance, wording

COLUMNS = Path(__file__).with_name("limesurvey_columns.txt")
ACROSS = {":", ";"}
XLSFORM = {"Y": "select_one yes_no", "N": "decimal", "D": "date", "K": "decimal", ":": "decimal"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `questionnaire`."""
    parser.add_argument("study", help="name of a folder in data/raw, or its path")
    parser.add_argument("--as", dest="form", required=True, choices=["limesurvey", "xlsform"])
    parser.add_argument("--out", help="where to write it (default: beside you, named by the study)")
    parser.add_argument("--raw", default="data/raw", help="folder of the studies")


def run(arguments: argparse.Namespace) -> None:
    """Write the questionnaire.

    Raises
    ------
    StudyError : the study or its codebook is wrong, or an item's code cannot be asked.
    """
    folder = study_folder(arguments.study, arguments.raw)
    settings = study.validated(
        study.read_yaml(folder / "study.yaml"), "study", f"{folder}/study.yaml"
    )
    codebook = codebooks.load(folder, settings["measure"]["themes"])
    suffix = "txt" if arguments.form == "limesurvey" else "xlsx"
    out = Path(arguments.out or f"{folder.name}.{suffix}")
    if arguments.form == "limesurvey":
        write_limesurvey(out, settings, codebook)
    else:
        write_xlsform(out, folder.name, settings, codebook)
    print(out)


def write_limesurvey(path: Path, settings: dict[str, Any], codebook: Codebook) -> None:
    """LimeSurvey's tab-separated structure, all rows of a language together, as it exports them."""
    asked = questions(codebook)
    rows: list[dict[str, str]] = [
        {"class": "S", "name": "language", "text": LANGUAGES[0]},
        {"class": "S", "name": "additional_languages", "text": " ".join(LANGUAGES[1:])},
        {"class": "S", "name": "format", "text": "G"},
    ]
    for language in LANGUAGES:
        title = {"class": "SL", "name": "surveyls_title", "text": settings["title"][language]}
        rows.append({**title, "language": language})
    groups = grouped(asked, settings)
    for language in LANGUAGES:
        number = 0
        for at, (labels, members) in enumerate(groups, start=1):
            group = {"id": str(at), "class": "G", "type/scale": str(at), "relevance": "1"}
            rows.append({**group, "name": labels[language], "language": language})
            for one in members:
                number += 1
                rows.extend(_rows(one, number, codebook, language))
    columns = COLUMNS.read_text(encoding="utf-8").split("\n")[:-1]
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, restval="", delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def grouped(
    asked: list[Asked], settings: dict[str, Any]
) -> list[tuple[dict[str, str], list[Asked]]]:
    """Runs of questions of one theme; those without a theme stay with the ones before them."""
    themes = settings["measure"]["themes"]
    groups: list[tuple[dict[str, str], list[Asked]]] = []
    current = None
    for one in asked:
        if not groups or (one.theme and one.theme != current):
            current = one.theme or None
            labels = themes[one.theme] if one.theme else settings["title"]
            groups.append(({language: labels[language] for language in LANGUAGES}, []))
        groups[-1][1].append(one)
    return groups


def _rows(asked: Asked, number: int, codebook: Codebook, language: str) -> list[dict[str, str]]:
    """Rows of a question: itself, its parts, its answers."""
    for code, longest in [(asked.code, 20), *((part, 20) for part, _ in asked.items)]:
        if code and not re.fullmatch(rf"[A-Za-z0-9_]{{1,{longest}}}", code):
            raise StudyError(
                f"codebook.csv: LimeSurvey takes letters and digits for codes, up to {longest}; "
                f"'{code}' in item '{asked.items[0][1]}' is not so."
            )
    head, parts = wording(asked, codebook, language)
    shown = " and ".join(
        _any([f'{_name(item)}.NAOK == "{value}"' for value in values])
        for item, values in relevance(asked, codebook)
    )
    common = {"language": language, "id": str(number)}
    rows = [
        {**common, "class": "Q", "type/scale": asked.kind, "name": asked.code,
         "relevance": shown or "1", "text": head, "mandatory": "N",
         "other": "Y" if asked.other else "N"}
    ]  # fmt: skip
    if asked.kind in ACROSS:
        first = dict.fromkeys(part.partition("_")[0] for part, _ in asked.items)
        second = dict.fromkeys(part.partition("_")[2] for part, _ in asked.items)
        listed = [("", code) for code in first] + [("1", code) for code in second]
        rows += [
            {**common, "class": "SQ", "type/scale": scale, "name": code, "relevance": "1",
             "text": _shared(code, scale, parts)} for scale, code in listed
        ]  # fmt: skip
    elif asked.kind != "R":
        rows += [
            {**common, "class": "SQ", "name": part, "relevance": "1", "text": parts[part]}
            for part, _ in asked.items
            if part
        ]
    for number_of, scale in enumerate(asked.scales):
        rows += [
            {**common, "class": "A", "type/scale": str(number_of), "name": code,
             "text": labels[language]} for code, labels in answers(scale, codebook)
        ]  # fmt: skip
    return rows


def _shared(code: str, scale: str, parts: dict[str, str]) -> str:
    """Wording of a row or column of a table of texts: the words that its cells share."""
    own = [
        text.split() for part, text in parts.items() if part.split("_")[1 if scale else 0] == code
    ]
    words = [word for word in own[0] if all(word in other for other in own)] if own else []
    return " ".join(words) or code


def _any(conditions: list[str]) -> str:
    """One of several conditions, in brackets where there are several."""
    return conditions[0] if len(conditions) == 1 else f"({' or '.join(conditions)})"


def _name(item: str) -> str:
    """`inc2[SQ001]` as LimeSurvey's expressions name it."""
    return item.replace("][", "_").replace("[", "_").replace("]", "")


def write_xlsform(path: Path, name: str, settings: dict[str, Any], codebook: Codebook) -> None:
    """An XLSForm with the sheets survey, choices and settings; the same bytes each time."""
    from barometre.ingest.workbook_out import write_workbook

    heads = [f"label::{word} ({code})" for word, code in (("French", "fr"), ("English", "en"))]
    survey: list[list[str]] = [["type", "name", *heads, "relevant"]]
    choices: list[list[str]] = [["list_name", "name", *heads]]
    lists: set[str] = set()

    def listed(scale: str) -> str:
        if scale not in lists:
            lists.add(scale)
            for code, labels in answers(scale, codebook):
                choices.append([_valid(scale), code, *(labels[one] for one in LANGUAGES)])
        return f"select_one {_valid(scale)}"

    choices += [["yes_no", "Y", "Oui", "Yes"], ["yes_no", "N", "Non", "No"]]
    for labels, members in grouped(questions(codebook), settings):
        at = f"group_{len(survey)}"
        survey.append(["begin_group", at, *(labels[one] for one in LANGUAGES), ""])
        for asked in members:
            shown = " and ".join(
                _any([_met(item, value, codebook) for value in values])
                for item, values in relevance(asked, codebook)
            )
            texts = [wording(asked, codebook, one) for one in LANGUAGES]
            if asked.kind in "MP":
                survey.append([f"select_multiple {_valid(asked.code)}", _valid(asked.code),
                               *(head for head, _ in texts), shown])  # fmt: skip
                choices += [[_valid(asked.code), part, *(own[part] for _, own in texts)]
                            for part, _ in asked.items]  # fmt: skip
                continue
            for part, item in asked.items:
                said = [f"{head} | {own[part]}" if part else head for head, own in texts]
                for at_scale, scale in enumerate(asked.scales or [""], start=1):
                    kind = listed(scale) if scale else XLSFORM.get(asked.kind, "text")
                    own_name = _valid(item if at_scale == 1 else item[:-2] + f"{at_scale}]")
                    survey.append([kind, own_name, *said, shown])
        survey.append(["end_group", "", "", "", ""])
    about = [["form_title", "form_id", "default_language"],
             [settings["title"]["fr"], _valid(name), "French (fr)"]]  # fmt: skip
    write_workbook(path, {"survey": survey, "choices": choices, "settings": about})


def _met(item: str, value: str, codebook: Codebook) -> str:
    """A condition on an item in XLSForm's language."""
    if codebook.items.at[item, "kind"] == "tick":
        question, _, part = item.replace("/", "[").rstrip("]").partition("[")
        return f"selected(${{{_valid(question)}}}, '{part}')"
    return f"${{{_valid(item)}}} = '{value}'"


def _valid(name: str) -> str:
    """A name that XML allows."""
    bare = re.sub(r"\W+", "_", name).strip("_")
    return bare if bare[:1].isalpha() else f"q_{bare}"
