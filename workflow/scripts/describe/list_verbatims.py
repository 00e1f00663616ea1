"""List the free texts that the study publishes, scrubbed when they were read."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.describe.verbatims import verbatim_table

items = codebook.load(f"data/raw/{snakemake.wildcards.study}")
responses = tables.read(snakemake.input.responses, "responses")
verbatims = verbatim_table(responses, items, snakemake.params.privacy["verbatims"])
tables.write(verbatims, snakemake.output.verbatims, "verbatims", stamp=snakemake.params.stamp)
