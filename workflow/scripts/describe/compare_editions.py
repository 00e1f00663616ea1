"""Compare a study with earlier editions of the same barometer, through their crosswalk."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.describe import editions

studies, made, stamp = snakemake.params.studies, snakemake.output, snakemake.params.stamp
settings = studies[-1]["editions"]
read = [
    editions.Edition(
        one["id"],
        tables.read(path, "responses"),
        codebook.load(f"data/raw/{one['id']}", one["measure"]["themes"]),
        one["measure"],
        one["classify"]["shares"],
    )
    for one, path in zip(studies, snakemake.input.responses, strict=True)
]
crosswalk = editions.read_crosswalk(f"data/raw/{settings['crosswalk']}", [one.name for one in read])
levels, moved, carried = editions.compared(read, crosswalk, settings["carried_from"])
tables.write(levels, made.editions, "editions", stamp=stamp)
tables.write(moved, made.transitions, "transitions", stamp=stamp)
tables.write(carried, made.carried_cuts, "carried_cuts", stamp=stamp)
