"""Small codebooks and batches for the tests of this room, and a codebook for the genuine survey."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pandas as pd

from barometre import codebook as codebooks
from barometre.codebook import Codebook
from barometre.ingest.batch import Batch

ITEM_COLUMNS = (
    *("item", "kind", "role", "theme", "scale", "weight", "minimum", "maximum"),
    *("adopted_from", "shown_if", "label_fr", "label_en"),
)
SCALE_COLUMNS = ("scale", "answer", "level", "state", "label_fr", "label_en")
# LimeSurvey's question types as kinds of the codebook.
KINDS = {
    **dict.fromkeys("FAB5", "scale"),
    **dict.fromkeys("LO!CE1H", "choice"),
    **dict.fromkeys("NK:*", "number"),
    **dict.fromkeys("SQ;TU|", "text"),
    **dict.fromkeys("MP", "tick"),
    **{"Y": "yes_no", "D": "date", "R": "rank"},
}
BUILT_IN = {
    "A": {str(level): "" for level in range(1, 6)},
    "5": {str(level): "" for level in range(1, 6)},
    "B": {str(level): "" for level in range(1, 11)},
    "C": {"Y": "Oui", "N": "Non", "U": "Incertain"},
    "E": {"I": "Augmenter", "S": "Sans changement", "D": "Diminuer"},
}


def codebook(folder: Path, items: list[dict], scales: list[dict] | None = None) -> Codebook:
    """A codebook written to `folder` and loaded as a study's is."""
    folder.mkdir(parents=True, exist_ok=True)
    filled = [{"label_fr": row["item"], "label_en": row["item"], **row} for row in items]
    _write(folder / "codebook.csv", ITEM_COLUMNS, filled)
    _write(folder / "scales.csv", SCALE_COLUMNS, scales or [])
    return codebooks.load(folder)


def item(code: str, kind: str = "number", role: str = "measure", **more: str) -> dict:
    """A row of codebook.csv."""
    return {"item": code, "kind": kind, "role": role, **more}


def scale(name: str, *answers: str, **states: str) -> list[dict]:
    """Rows of scales.csv: levels 0, 1, ... for `answers`; answers with another state have none."""
    rows = [{"scale": name, "answer": a, "level": str(i)} for i, a in enumerate(answers)]
    return rows + [{"scale": name, "answer": a, "state": s} for a, s in states.items()]


def batch(columns: dict[str, list[str]], complete: list[bool] | None = None) -> Batch:
    """A batch from columns; respondents are called 1, 2, ...; "" is blank."""
    values = pd.DataFrame(columns, dtype=object)
    values.index = pd.Index([str(number + 1) for number in range(len(values))])
    states = values.ne("").replace({True: "answered", False: "empty"}).astype(object)
    done = complete or [True] * len(values)
    about = pd.DataFrame({"complete": pd.array(done, dtype="boolean")}, index=values.index)
    return Batch(values, states, about.assign(source_file="made.csv"))


def truth(shared) -> pd.DataFrame:
    """What was entered into the genuine survey, cell by cell, with this project's state names."""
    path = shared("limesurvey/truth_long.csv")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.assign(state=table["state"].replace("hidden", "not_shown"))


def survey_codebook(shared, folder: Path) -> Codebook:
    """A codebook of the genuine survey, from its structure as LimeSurvey exports it."""
    with open(shared("limesurvey/structure/codebook.csv"), encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["survey"] == "452781"]
    answers = defaultdict(list)
    for row in rows:
        if row["level"] == "answer":
            answers[row["question_code"], row["scale"]].append(row)
    relevance = {r["question_code"]: r["relevance"] for r in rows if r["level"] == "question"}
    items, scales = [], {}
    for cell in truth(shared).drop_duplicates("export_header").itertuples():
        if cell.question_type == "X":
            continue
        kind = KINDS[cell.question_type]
        if cell.subquestion.endswith("comment") or cell.subquestion in ("other", "filecount"):
            kind = "text"
        name = ""
        if kind in ("scale", "choice", "rank"):
            second = cell.question_type == "1" and cell.export_header.endswith("[2]")
            name = f"{cell.question_code}_2" if second else cell.question_code
            given = [
                {"answer": r["code"], "label_fr": r["label_fr"], "label_en": r["label_en"]}
                for r in answers[cell.question_code, "1" if second else "0"]
            ]
            given = given or [
                {"answer": code, "label_fr": label}
                for code, label in BUILT_IN[cell.question_type].items()
            ]
            other = [{"answer": "-oth-", "label_fr": "Autre"}] if cell.question_type in "L!" else []
            scales[name] = [
                {"scale": name, "state": "unknown" if row["answer"] == "NSP" else "", **row}
                for row in [*given, *other]
            ]
        items.append(
            item(
                cell.export_header,
                kind,
                "personal" if cell.question_code == "idrep" else "measure",
                scale=name,
                shown_if=_condition(relevance[cell.question_code]),
            )
        )
    return codebook(folder, items, [row for rows in scales.values() for row in rows])


def _condition(relevance: str) -> str:
    """`inc2_SQ001.NAOK == "Y"` as `inc2[SQ001]=Y`."""
    if "==" not in relevance:
        return ""
    asked, _, wanted = relevance.partition(".NAOK == ")
    question, _, part = asked.partition("_")
    value = wanted.strip('"')
    return f"{question}[{part}]={value}" if part else f"{question}={value}"


def _write(path: Path, columns: tuple[str, ...], rows: list[dict]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
