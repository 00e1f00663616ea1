"""Sort the units of a study into ordered classes, and put the classes to the test."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.classify.fit import fit
from barometre.draws import read_draws

source, params = snakemake.input, snakemake.params
found = fit(
    index=tables.read(source.index, "index"),
    themes=tables.read(source.themes, "theme_scores"),
    draws=read_draws(source.draws),
    responses=tables.read(source.responses, "responses"),
    units=tables.read(source.units, "units"),
    codebook=codebook.load(f"data/raw/{snakemake.wildcards.study}", params.measure.get("themes")),
    classify=params.classify,
    measure=params.measure,
    seed=params.seed,
    study=snakemake.wildcards.study,
)
for name, table in found.items():
    tables.write(table, snakemake.output[name], name, stamp=params.stamp)
