"""Execute the notebooks on a study; write them once per language."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre.publish import notebooks

notebooks.run_all(
    snakemake.input.notebooks,
    snakemake.params.study,
    snakemake.params.languages,
    snakemake.output.notebooks,
)
