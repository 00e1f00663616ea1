"""Rank the units, each with the places it may hold."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import tables
from barometre.measure.ranks import rank_table

index = tables.read(snakemake.input.index, "index")
found = rank_table(index, snakemake.params.seed, snakemake.wildcards.study)
tables.write(found, snakemake.output.ranks, "ranks", stamp=snakemake.params.stamp)
