"""Score themes and index of a study, with the three layers of doubt kept apart."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre import codebook, tables
from barometre.draws import write_draws
from barometre.measure.index import measure

job, asked = snakemake, snakemake.params
found = measure(
    tables.read(job.input.responses, "responses"),
    tables.read(job.input.units, "units"),
    codebook.load(Path("data/raw") / job.wildcards.study, asked.measure.get("themes")),
    asked.measure,
    asked.classify,
    draws=asked.draws,
    seed=asked.seed,
    study=job.wildcards.study,
)
tables.write(found.index, job.output.index, "index", stamp=asked.stamp)
tables.write(found.theme_scores, job.output.themes, "theme_scores", stamp=asked.stamp)
tables.write(found.theme_weights, job.output.weights, "theme_weights", stamp=asked.stamp)
tables.write(found.reliability, job.output.reliability, "reliability", stamp=asked.stamp)
tables.write(found.sensitivity, job.output.sensitivity, "sensitivity", stamp=asked.stamp)
write_draws(found.draws, job.output.draws)
