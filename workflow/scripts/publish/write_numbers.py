"""Collect the numbers that prose may cite."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from pathlib import Path

from barometre.publish import material, numbers

found = material.read(snakemake.params.study, snakemake.input.tables, "data/raw")
collected = numbers.collect(
    found, numbers.load(snakemake.input.plan) if snakemake.input.plan else {}
)
Path(snakemake.output.numbers).write_text(numbers.text(collected), encoding="utf-8", newline="\n")
