"""Join the rows of all rooms into docs/validation.csv and write docs/validation.md."""

from barometre.errors import log_to

log_to(snakemake.log[0])

import runpy

runpy.run_path("docs/validation/page.py")["write"]()
