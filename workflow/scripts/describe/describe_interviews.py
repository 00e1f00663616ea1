"""Tell what the talks gave: gains against maturity, coded verbatims, projects in depth."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.describe import interviews

source, made, stamp = snakemake.input, snakemake.output, snakemake.params.stamp
settings, seed, study = (
    snakemake.params.interviews,
    snakemake.params.seed,
    snakemake.wildcards.study,
)
items = codebook.load(f"data/raw/{study}")
answers, index = tables.read(source.responses, "responses"), tables.read(source.index, "index")
gains = interviews.gains(answers, index, items, settings["gains"], seed, study)
coded = interviews.read_coded(source.talks[0], settings["frame"])
themes, pairs = interviews.verbatim_tables(coded, settings["frame"], seed, study)
tables.write(gains, made.gains, "gains", stamp=stamp)
tables.write(themes, made.themes, "verbatim_themes", stamp=stamp)
tables.write(pairs, made.pairs, "verbatim_pairs", stamp=stamp)
projects = interviews.read_projects(source.talks[1], items)
tables.write(projects, made.projects, "projects", stamp=stamp)
