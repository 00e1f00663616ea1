"""Simulated studies walked through the production rules, from the export to the index."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from barometre import codebook as codebooks
from barometre import study
from barometre.explain import ols
from barometre.explain.predictors import predictors
from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from barometre.ingest.units import LaidOut, lay_out
from barometre.measure import scoring
from barometre.simulate.command import EXPORT, simulation, write
from barometre.simulate.truth import Simulated

RAW = Path(__file__).parents[3] / "data" / "raw"
STUDIES = ("syntec-2020", "ey-2018", "ey-2021", "ey-2023", "ey-2025")


@dataclass(frozen=True)
class Walked:
    """A simulated study and what the rooms made of it; `index` is by unit_id."""

    simulated: Simulated
    laid_out: LaidOut
    flow: pd.DataFrame
    log: pd.DataFrame
    index: pd.Series
    predictors: pd.DataFrame

    def slope(self, predictor: str) -> tuple[float, float, float, float]:
        """Slope of the index on one predictor with its HC2-BM interval and p-value."""
        wide = self.predictors.pivot(index="unit_id", columns="predictor", values="value")
        x = wide[predictor].astype(float).dropna()
        model = ols.fit(
            np.column_stack([np.ones(len(x)), x]), self.index.reindex(x.index).to_numpy()
        )
        assert model is not None
        error = float(np.sqrt(ols.hc(model, "HC2")[1, 1]))
        found = ols.interval(model.coef[1], error, ols.bell_mccaffrey(model)[1])
        return (float(model.coef[1]), *found)


def walk(name: str, seed: int, folder: Path) -> Walked:
    """Simulate with another seed, then read, clean, lay out, score."""
    settings = study.load(RAW / name)
    codebook = codebooks.load(RAW / name, settings["measure"]["themes"])
    simulated = simulation(name)(RAW, seed)
    write(simulated, folder)
    export = read_exports([str(folder / "exports" / EXPORT)], settings["exports"], codebook)
    cleaned = clean(export.answers, export.respondents, codebook, settings["clean"])
    laid_out = lay_out(cleaned.batch, codebook, settings["units"], str(RAW))
    plan = scoring.structure(codebook, settings["measure"], laid_out.responses)
    units, levels, shown = scoring.level_matrix(laid_out.responses, plan)
    _, index = scoring.score(levels, shown, plan, settings["measure"])
    ages = predictors(
        laid_out.responses, laid_out.units, settings["analysis"], settings["fieldwork"]
    )
    return Walked(
        simulated, laid_out, cleaned.flow, cleaned.log, pd.Series(index, index=units), ages
    )
