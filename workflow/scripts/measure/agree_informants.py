"""Agreement of several people who answered for the same unit."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.measure.informants import informants_table

asked = snakemake.params
found = informants_table(
    tables.read(snakemake.input.answers, "informant_answers"),
    codebook.load(f"data/raw/{snakemake.wildcards.study}", asked.measure.get("themes")),
    asked.measure,
)
tables.write(found, snakemake.output.informants, "informants", asked.stamp)
