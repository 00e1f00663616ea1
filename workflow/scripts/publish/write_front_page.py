"""Write the front page, the data dictionary and the manifest of the shipped studies."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre.publish import front

front.write_front(snakemake.params.studies, snakemake.params.config, Path.cwd())
