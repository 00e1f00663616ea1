"""Score themes and index of a study, with the three layers of doubt kept apart."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, draws, tables
from barometre.measure.index import measure

asked, into = snakemake.params, snakemake.output
found = measure(
    tables.read(snakemake.input.responses, "responses"),
    tables.read(snakemake.input.units, "units"),
    codebook.load(f"data/raw/{snakemake.wildcards.study}", asked.measure.get("themes")),
    asked.measure,
    asked.classify,
    asked.draws,
    asked.seed,
    snakemake.wildcards.study,
)
tables.write(found.theme_scores, into.themes, "theme_scores", asked.stamp)
tables.write(found.theme_weights, into.weights, "theme_weights", asked.stamp)
for name in ("index", "reliability", "reliability_items", "sensitivity"):
    tables.write(getattr(found, name), getattr(into, name), name, asked.stamp)
draws.write_draws(found.draws, into.draws)
