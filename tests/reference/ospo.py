"""Rows of ospo-2019's regression table, made from the raw export of shared/realdata."""

from pathlib import Path

import pandas as pd

from barometre import codebook as codebooks
from barometre import study
from barometre.explain import models
from barometre.explain.cases import Tables
from barometre.explain.predictors import predictors
from barometre.ingest.clean import batch_of, clean
from barometre.ingest.read import read_exports
from barometre.ingest.units import lay_out

EXPORT = "realdata/ospo_survey/2019_results.csv"


def made(export):
    """Batch before the marked duplicates, units and responses, predictors, regression table."""
    raw = Path(__file__).parents[2] / "data" / "raw"
    settings = study.load(raw / "ospo-2019")
    codebook = codebooks.load(raw / "ospo-2019", settings["measure"]["themes"])
    read = read_exports([export], settings["exports"], codebook)
    with_duplicates = batch_of(read.answers, read.respondents)
    cleaned = clean(read.answers, read.respondents, codebook, settings["clean"])
    laid = lay_out(cleaned.batch, codebook, settings["units"], str(raw))
    known = predictors(laid.responses, laid.units, settings["analysis"], settings["fieldwork"])
    nothing = pd.DataFrame({"unit_id": laid.units["unit_id"]})
    frames = Tables(
        index=nothing.assign(index=float("nan")),
        responses=laid.responses,
        units=laid.units,
        classes=nothing.assign(**{"class": "unknown"}),
        predictors=known,
    )
    rows = models.all_cases(settings["analysis"], frames)
    table = models.regression(rows, settings["analysis"], 99, seed=1, study="ospo-2019")
    return with_duplicates, laid, known, table
