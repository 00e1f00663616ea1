"""Run the methods of one room on planted studies; minutes to an hour."""

from barometre.errors import log_to

log_to(snakemake.log[0])

import runpy

runpy.run_path("docs/validation/page.py")["run"](snakemake.wildcards.room)
