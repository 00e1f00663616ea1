"""Write the study's page and the page of each of its tables, once per language."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre.publish import material, numbers, pages

pages.write_report(
    material.read(snakemake.params.study, snakemake.input.tables, "data/raw"),
    numbers.load(snakemake.input.numbers),
    snakemake.params.languages,
    Path(snakemake.input.figures),
    Path(snakemake.output.report),
)
