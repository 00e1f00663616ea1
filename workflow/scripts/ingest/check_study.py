"""Check raw files, codebook and exports of a study before anything is built from them."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import tables
from barometre.ingest.check import check_study

raw = [*snakemake.input.definition, *snakemake.input.printed]
checked = check_study(snakemake.params.settings, "data/raw", snakemake.input.exports, raw)
tables.write(checked, snakemake.output.checked, "checked")
