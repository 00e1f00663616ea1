"""Draw every figure that the study's tables allow, once per language."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre.publish import figures, material

study = snakemake.params.study
tables = [*snakemake.input.tables, *snakemake.input.processed]
found = material.read(study, tables, "data/raw")
figures.draw_all(found, snakemake.params.languages, snakemake.output.figures)
