"""Tell what share has each practice, what holds units back, and what they put first."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.describe.adoption import adoption, brakes, invariants
from barometre.describe.priorities import priorities

source, params, study = snakemake.input, snakemake.params, snakemake.wildcards.study
answers = tables.read(source.responses, "responses")
classes = tables.read(source.classes, "classes")
items = codebook.load(f"data/raw/{study}")
found = {
    "adoption": adoption(answers, items, classes, params.describe),
    "brakes": brakes(answers, items, classes, params.describe),
    "priorities": priorities(answers, items, params.seed, study),
    "invariants": invariants(answers, items, classes),
}
for name, table in found.items():
    tables.write(table, snakemake.output[name], name, stamp=params.stamp)
