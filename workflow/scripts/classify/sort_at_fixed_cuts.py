"""Sort the units at cuts fixed beforehand, and say how sure those next to a cut are."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import tables
from barometre.classify.fixed_cuts import fixed_cuts
from barometre.draws import read_draws

source, params = snakemake.input, snakemake.params
found = fixed_cuts(
    index=tables.read(source.index, "index"),
    draws=read_draws(source.draws),
    official=[tables.read(path, "official_scores") for path in source.official],
    classify=params.classify,
    measure=params.measure,
)
for name, table in found.items():
    tables.write(table, snakemake.output[name], name, stamp=params.stamp)
