"""Fetch one raw file of a study from its publisher, or from the folder `--config mirror=PATH`."""

from barometre.errors import log_to

log_to(snakemake.log[0])

import sys

from barometre.ingest.fetch import fetch


def tell(line):
    print(line)
    print(line, file=sys.__stderr__, flush=True)


# `mirror` is read here and is no params value: the same bytes come from either place.
mirror = snakemake.config.get("mirror")
fetch(snakemake.params.row, snakemake.output.file, "data/processed/downloads", mirror, tell)
