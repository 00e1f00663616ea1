"""Read the exports of a study into one long table, without personal items."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.ingest.read import read_exports

items = codebook.load(f"data/raw/{snakemake.wildcards.study}")
params = snakemake.params
export = read_exports(snakemake.input.exports, params.exports, items, params.privacy)
tables.write(export.answers, snakemake.output.answers, "answers")
tables.write(export.respondents, snakemake.output.respondents, "respondents")
tables.write(export.reading, snakemake.output.reading, "reading", stamp=params.stamp)
