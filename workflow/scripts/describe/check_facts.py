"""Hold every published figure against its stated base and against the data."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import tables
from barometre.describe.facts import Material, check_facts, read_published
from barometre.describe.facts_withheld import guarded

source, people = snakemake.input, snakemake.params.people
material = Material(
    responses=tables.read(source.responses, "responses"),
    units=tables.read(source.units, "units"),
    classes=tables.read(source.classes, "classes"),
    priorities=tables.read(source.priorities, "priorities") if source.priorities else None,
)
published = read_published(source.published)
found = check_facts(published, material, source.published)
if people:
    found = guarded(found, published, material, people["minimum_cell"])
tables.write(found, snakemake.output.facts, "published_facts", stamp=snakemake.params.stamp)
