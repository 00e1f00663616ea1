"""`python -m barometre new STUDY --from FILE`: a study folder with a filled codebook.

FILE is a LimeSurvey structure (.lss, .lsa, .txt), an XLSForm, an SPSS file or a bare table. What is
guessed is listed in PROVENANCE.md, to be reviewed by a person.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from barometre.describe.facts import FILE
from barometre.errors import StudyError
from barometre.ingest import checksums, sheets
from barometre.ingest.draft import Draft
from barometre.ingest.draft_sources import draft_of
from barometre.ingest.recognise import reader_of
from barometre.ingest.wording import plain
from barometre.study import schema

IDS = {"id", "respondent_id", "respondent", "_id", "response_id"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `new`."""
    parser.add_argument("study", help="name of the folder to make in data/raw")
    parser.add_argument("--from", dest="source", required=True, help="questionnaire or export")
    parser.add_argument("--export", help="export to put into the folder, where FILE is none")
    parser.add_argument("--raw", default="data/raw", help="folder of the studies")


def run(arguments: argparse.Namespace) -> None:
    """Write the folder and say what is to be reviewed.

    Raises
    ------
    StudyError : the name is no study's name, the folder is there already, a file cannot be read.
    """
    folder = Path(arguments.raw) / arguments.study
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", arguments.study):
        raise StudyError(
            f"'{arguments.study}': a study's name is made of small letters, digits and hyphens."
        )
    if folder.exists():
        raise StudyError(f"{folder}: the folder is there already; choose another name.")
    for path in filter(None, (arguments.source, arguments.export)):
        if not Path(path).is_file():
            raise StudyError(f"{path}: there is no such file.")
    draft, what = draft_of(arguments.source)
    if not draft.items:
        raise StudyError(f"{arguments.source}: there is no question in it.")
    export = arguments.export
    if export is None and what in ("table", "SPSS file"):
        export = arguments.source
    exports = _exports(export, draft)
    folder.joinpath("exports").mkdir(parents=True)
    if export:
        shutil.copyfile(export, folder / "exports" / Path(export).name)
    write(folder, draft, exports, f"{what} {Path(arguments.source).name}")
    checksums.run(argparse.Namespace(raw=arguments.raw))
    print(
        f"{folder}: {len(draft.items)} items, {len(draft.guesses)} guesses listed in PROVENANCE.md"
    )
    print(f"review them, then: python -m barometre check {arguments.study}")
    if not export:
        print(f"put the export into {folder}/exports/ (exports.files in study.yaml names it)")


def _exports(export: str | None, draft: Draft) -> dict[str, Any]:
    """`exports` of study.yaml; an id column that the table has is no item."""
    if export is None:
        return {"reader": "limesurvey", "files": ["*.csv"]}
    found: dict[str, Any] = {"reader": "table", "files": [Path(export).name]}
    try:
        found["reader"] = reader_of(export)
    except StudyError:
        rows = sheets.open_sheet(export, {}).rows
        head = plain(rows[0][0] or "")
        cells = [row[0] for row in rows[1:] if row]
        if head.casefold() in IDS and len(set(cells)) == len(cells):
            found["options"] = {"respondent": head}
            draft.items[:] = [row for row in draft.items if row["item"] != head]
            draft.guesses[:] = [guess for guess in draft.guesses if guess[0] != head]
    return found


def write(folder: Path, draft: Draft, exports: dict[str, Any], source: str) -> None:
    """The files of a study folder beside its exports."""
    _table(folder / "codebook.csv", list(schema("codebook")["properties"]), draft.items)
    _table(folder / "scales.csv", list(schema("scale")["properties"]), draft.scales)
    _table(folder / "published.csv", list(FILE), [])
    text = yaml.safe_dump(
        settings(folder.name, draft, exports), allow_unicode=True, sort_keys=False, width=100
    )
    folder.joinpath("study.yaml").write_text(HEAD + text, encoding="utf-8")
    folder.joinpath("PROVENANCE.md").write_text(provenance(folder.name, draft, source), "utf-8")


HEAD = """\
# Written by `barometre new`; review every key. Titles, unit, dates, cleaning steps and the analysis
# are place-holders until you do. workflow/schemas/study.schema.yaml describes the keys.
"""


def settings(name: str, draft: Draft, exports: dict[str, Any]) -> dict[str, Any]:
    """study.yaml as a mapping: the least that describes and scores the study."""
    both = {"fr": name, "en": name}
    units = [row["item"] for row in draft.items if row["role"] == "unit"]
    return {
        "title": both,
        "data": "real",
        "data_note": {
            "fr": "À écrire : ce que sont ces données.",
            "en": "To write: what the data are.",
        },
        "unit": {
            "one": {"fr": "répondant", "en": "respondent"},
            "many": {"fr": "répondants", "en": "respondents"},
        },
        "fieldwork": {"end": "2000-01-01"},
        "exports": exports,
        "units": {"name": units[0]} if units else {},
        "clean": [
            {"step": "drop_unfinished", "minimum_answered": 0.5},
            {"step": "blank_impossible"},
        ],
        "measure": {"model": "formative", "themes": draft.themes},
        "classify": {
            "shares": {"lagging": 0.3, "transition": 0.5, "mature": 0.2},
            "shares_from": "borrowed",
        },
        "analysis": {
            "outcomes": {"index": {"label": {"fr": "indice de maturité", "en": "maturity index"}}},
            "predictors": {},
            "models": [],
        },
    }


def provenance(name: str, draft: Draft, source: str) -> str:
    """PROVENANCE.md: where the codebook comes from and what in it is guessed."""
    lines = [
        f"# {name}",
        "",
        f"The codebook was drafted by `barometre new` from the {source}: codes, kinds, wording,",
        "answers and conditions are as they stand there. To add: who made the files, when, and",
        "under which licence.",
        "",
        "## Guesses to review",
        "",
        "Each line was guessed by a rule and read by nobody yet; delete it once reviewed.",
        "",
        "| item | guess | because of |",
        "|---|---|---|",
    ]
    lines += [f"| `{item}` | {guess} | {why} |" for item, guess, why in draft.guesses]
    if draft.untold:
        lines += ["", "## Conditions that codebook.csv cannot say", ""]
        lines += [f"- `{item}`: `{relevance}`" for item, relevance in draft.untold]
    return "\n".join(lines) + "\n"


def _table(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, "", "ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
