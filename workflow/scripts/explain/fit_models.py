"""Regress maturity on age and on speed of organisation, one predictor at a time."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre import tables
from barometre.explain import cases, delay, design, models, plan, predictors, specifications

given, made, params = snakemake.input, snakemake.output, snakemake.params
analysis, fieldwork, study = params.analysis, params.fieldwork, snakemake.wildcards.study
read = {name: tables.read(given[name], name) for name in ("index", "responses", "units", "classes")}
known = predictors.predictors(read["responses"], read["units"], analysis, fieldwork)
frames = cases.Tables(predictors=known, **read)
rows = models.all_cases(analysis, frames)
seeded = {"seed": params.seed, "study": study}
results = {
    "predictors": known,
    "regression": models.regression(rows, analysis, params.permutations, **seeded),
    "influence": models.influence(rows),
    "detectable_effect": design.detectable_effects(rows, analysis, **seeded),
    "specification_curve": specifications.specification_curves(
        analysis, frames, params.permutations, **seeded
    ),
    "delay_curve": delay.delay_curves(known),
}
for name, frame in results.items():
    tables.write(frame, made[name], name, stamp=params.stamp)
Path(made.plan).write_text(plan.text(analysis, fieldwork), encoding="utf-8", newline="\n")
