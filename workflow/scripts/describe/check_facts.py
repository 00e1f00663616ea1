"""Hold every published figure against its stated base and against the data."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import tables
from barometre.describe.facts import Material, check_facts, read_published

source = snakemake.input
material = Material(
    responses=tables.read(source.responses, "responses"),
    units=tables.read(source.units, "units"),
    classes=tables.read(source.classes, "classes"),
    priorities=tables.read(source.priorities, "priorities") if source.priorities else None,
)
found = check_facts(read_published(source.published), material, source.published)
tables.write(found, snakemake.output.facts, "published_facts", stamp=snakemake.params.stamp)
