"""`python -m barometre read EXPORT --out responses.csv`: any known export as one long table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from barometre import codebook as codebooks
from barometre import study, tables
from barometre.errors import StudyError
from barometre.ingest.read import READERS, read_exports
from barometre.ingest.recognise import reader_of

QUESTIONNAIRES = {".lss", ".lsa", ".txt"}  # LimeSurvey's


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `read`."""
    parser.add_argument("export", help="the file as the survey tool gave it")
    parser.add_argument("--out", required=True, help="where to write the long table (CSV)")
    parser.add_argument("--study", help="study folder: its codebook, reader and options are used")
    parser.add_argument(
        "--reader", choices=sorted(READERS), help="which reader, where it is not recognised"
    )
    parser.add_argument(
        "--without-personal",
        action="store_true",
        help="leave out columns whose answers are personal data, as a study always does",
    )
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="ITEM",
        help="keep an item although its answers are personal data (may be given again)",
    )
    parser.add_argument("--structure", help="the questionnaire (.lss, .lsa, .txt, XLSForm)")


def run(arguments: argparse.Namespace) -> None:
    """Read one export and write its answers; what was found out goes to stderr.

    Raises
    ------
    StudyError : the export is missing, of an unknown form, or does not fit the study's codebook.
    """
    if not Path(arguments.export).is_file():
        raise StudyError(f"{arguments.export}: there is no such file.")
    items = None
    wanted: dict[str, Any] | None = {"keep": arguments.keep} if arguments.without_personal else None
    exports: dict[str, Any] = {"reader": arguments.reader or "", "options": {}}
    if arguments.study:
        settings: dict[str, Any] = study.load(arguments.study)
        items = codebooks.load(arguments.study, settings["measure"].get("themes", {}))
        exports = {**exports, **settings["exports"]}
        kept = [*settings["privacy"].get("keep", []), *arguments.keep]
        wanted = {**settings["privacy"], "keep": kept}
    if arguments.structure:
        exports["options"] = {**exports["options"], "structure": arguments.structure}
    if not exports["reader"]:
        exports["reader"] = _reader(arguments)
    export = read_exports([arguments.export], exports, items, wanted)
    tables.write(export.answers, arguments.out, "answers")
    for what, found in export.reading[["what", "found"]].itertuples(index=False):
        print(f"{what}: {found}", file=sys.stderr)
    if items is None:
        print("free texts may tell on persons: read them before the table goes on", file=sys.stderr)


def _reader(arguments: argparse.Namespace) -> str:
    """The reader by the export, or by the structure that was given with it."""
    try:
        return reader_of(arguments.export)
    except StudyError:
        if Path(arguments.structure or "").suffix.lower() in QUESTIONNAIRES:
            return "limesurvey"
        raise
