"""Weigh the persons, and tell their levels by group without telling on anyone."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.describe import people, people_sample, weighting

source, study, stamp = snakemake.input, snakemake.params.study, snakemake.params.stamp
items = codebook.load(f"data/raw/{study['id']}", study["measure"]["themes"])
answers = tables.read(source.responses, "responses")
margins = weighting.read_margins(source.margins) if source.margins else None
found = people.gathered(answers, items, study, margins)
for name, table in {
    "levels": people.level_table(found, items, study, margins),
    "themes": people.theme_table(found),
    "self_report": people.self_report_table(found, study),
    "weights": people.weight_table(found, items, margins, study["people"]["minimum_cell"]),
    "sample": people_sample.sample_table(found, study),
}.items():
    tables.write(table, snakemake.output[name], f"people_{name}", stamp=stamp)
tables.write(people.class_table(found), snakemake.output.classes, "classes")
