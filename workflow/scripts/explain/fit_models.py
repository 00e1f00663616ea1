"""Regress maturity on age and on speed of organisation, one predictor at a time."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre import tables
from barometre.explain import plan
from barometre.explain.room import explain

given, made, params = snakemake.input, snakemake.output, snakemake.params
read = {name: tables.read(given[name], name) for name in ("index", "responses", "units", "classes")}
results = explain(
    read,
    params.analysis,
    params.fieldwork,
    permutations=params.permutations,
    seed=params.seed,
    study=snakemake.wildcards.study,
)
for name, frame in results.items():
    tables.write(frame, made[name], name, stamp=params.stamp)
Path(made.plan).write_text(
    plan.text(params.analysis, params.fieldwork), encoding="utf-8", newline="\n"
)
