"""Hold our scores of a study against the publisher's own."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.measure.official import compare

study = snakemake.wildcards.study
scores, agreement = compare(
    tables.read(snakemake.input.responses, "responses"),
    tables.read(snakemake.input.index, "index"),
    tables.read(snakemake.input.classes, "classes"),
    codebook.load(f"data/raw/{study}"),
    snakemake.input.official,
    snakemake.params.measure["official"],
    snakemake.params.exports["options"],
    snakemake.params.seed,
    study,
)
tables.write(scores, snakemake.output.scores, "official_scores", snakemake.params.stamp)
tables.write(agreement, snakemake.output.agreement, "official_agreement", snakemake.params.stamp)
