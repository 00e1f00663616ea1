"""Regress maturity on age and on speed of organisation, one predictor at a time."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre import codebook, tables
from barometre.explain import plan
from barometre.explain.room import explain

given, made, asked = snakemake.input, snakemake.output, snakemake.params
study = snakemake.wildcards.study
read = {name: tables.read(given[name], name) for name in ("index", "responses", "units", "classes")}
items = codebook.load(f"data/raw/{study}", asked.settings["measure"].get("themes"))
register = asked.population and tables.read(asked.population, "register")
results = explain(read, asked.settings, items, register, asked.permutations, asked.seed, study)
for name, frame in results.items():
    tables.write(frame, made[name], name, stamp=asked.stamp)
Path(made.plan).write_text(
    plan.text(asked.settings["analysis"], asked.settings["fieldwork"]),
    encoding="utf-8",
    newline="\n",
)
