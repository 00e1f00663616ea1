"""Front door of the readers: raw files in, one long table of answers out.

Readers of `exports.reader`, each with its options in its own docstring:

==============  =============================================================================
`limesurvey`    `barometre.ingest.limesurvey`: CSV, XLSX, .lsa, JSON, VV, SPSS
`surveymonkey`  `barometre.ingest.surveymonkey`: two header rows
`qualtrics`, `google_forms`, `microsoft_forms`, `alchemer`, `jisc`, `eusurvey`, `sphinx`
                the module of the same name each (`barometre.ingest.tools`)
`kobo`          `barometre.ingest.kobo`: KoBoToolbox and ODK, with repeats
`table`         `barometre.ingest.tabular`: one row per respondent
`long_table`    `barometre.ingest.tabular`: one row per respondent and item
`statfile`      `barometre.ingest.statfile`: SPSS and Stata files
`workbooks`     `barometre.ingest.workbooks`: one questionnaire file per unit, named cells
==============  =============================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import (
    kobo,
    large,
    limesurvey,
    limits,
    listed,
    privacy,
    statfile,
    structure,
    surveymonkey,
    tabular,
)
from barometre.ingest.export import Export
from barometre.ingest.tools import TOOLS, reader

if TYPE_CHECKING:
    import pandas as pd

READERS = {
    "limesurvey": limesurvey.read,
    "surveymonkey": surveymonkey.read,
    "kobo": kobo.read,
    "statfile": statfile.read,
    "table": tabular.read_wide,
    "long_table": tabular.read_long,
    **{name: reader(name) for name in TOOLS},
}


def read_exports(
    paths: Sequence[str | Path],
    settings: Mapping[str, Any],
    codebook: Codebook | None,
    wanted: Mapping[str, Any] | None = None,
) -> Export:
    """Read all raw files of a study.

    Parameters
    ----------
    paths : raw files, read in the order given
    settings : `exports` of study.yaml (reader, options)
    codebook : items and scales; without one, they are those of the option `structure` (the
        questionnaire's file); without either, nothing is known of kinds and conditions. Every
        item is kept then.
    wanted : `privacy` of study.yaml; None where the table is the reader's alone: columns that look
        personal are then named and left in it

    Returns
    -------
    The three tables of `Export`. Respondents keep the order of the files; items that a codebook
    gives the role `personal`, or whose answers are personal data, are left behind.

    Raises
    ------
    StudyError : a file cannot be read, an item of the files is not in the codebook or one of the
        codebook is in no file, a response id stands twice or is personal.
    """
    reader, options = settings["reader"], dict(settings.get("options", {}))
    known = codebook
    if codebook is not None and wanted and wanted.get("verbatims"):
        known = privacy.with_identities(codebook)
    for path in paths:
        limits.check_file(path)
    if "structure" in options:
        options["structure"] = structure.beside(options["structure"], paths[0])
        known = known or structure.structure_codebook(options["structure"])
    if reader == "workbooks":
        from barometre.ingest import workbooks

        export = workbooks.read(paths, options, known)
    else:
        export = joined([_read_one(path, reader, options, known) for path in paths])
    if codebook is not None:
        where = ", ".join(Path(path).name for path in paths)
        listed.check_present(export.answers["item"].unique(), codebook, where)
    if wanted is None and codebook is None:
        return privacy.named(export)
    return privacy.protected(export, codebook, wanted or {})


def _read_one(
    path: str | Path, reader: str, options: Mapping[str, Any], codebook: Codebook | None
) -> Export:
    """One file, by columns where it is large and plain enough, else by its reader."""
    export = large.read_large(path, reader, options, codebook)
    if export is not None:
        return export
    limits.too_slow(path)
    return READERS[reader](path, options, codebook)


def joined(exports: Sequence[Export]) -> Export:
    """Several exports as one.

    Raises
    ------
    StudyError : a response id stands in two files.
    """
    if len(exports) == 1:
        return exports[0]
    respondents = _stacked([export.respondents for export in exports])
    twice = respondents["respondent_id"].duplicated()
    if twice.any():
        first = respondents[twice].iloc[0]
        raise StudyError(
            f"{first['source_file']}: the response id {first['respondent_id']} also stands in "
            "another file of the study; keep one export of each survey."
        )
    return Export(
        _stacked([export.answers for export in exports]),
        respondents,
        _stacked([export.reading for export in exports]),
    )


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)
