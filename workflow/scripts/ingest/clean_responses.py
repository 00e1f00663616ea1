"""Clean the responses of a study and lay them out by unit; log every removed row, every cell."""

from barometre.errors import log_to

log_to(snakemake.log[0])

from barometre import codebook, tables
from barometre.ingest import units
from barometre.ingest.clean import clean

folder, stamp = f"data/raw/{snakemake.wildcards.study}", snakemake.params.stamp
items = codebook.load(folder)
read = {name: tables.read(snakemake.input[name], name) for name in ("answers", "respondents")}
cleaned = clean(read["answers"], read["respondents"], items, snakemake.params.clean)
decided = f"{folder}/matches.csv"
laid_out = units.lay_out(
    cleaned.batch, items, snakemake.params.units, "data/raw", decided, cleaned.several
)
tables.write(laid_out.responses, snakemake.output.responses, "responses")
tables.write(laid_out.units, snakemake.output.units, "units")
tables.write(laid_out.informants, snakemake.output.informants, "informant_answers")
tables.write(cleaned.log, snakemake.output.log, "cleaning_log", stamp=stamp)
tables.write(cleaned.flow, snakemake.output.flow, "response_flow", stamp=stamp)
tables.write(laid_out.missing, snakemake.output.missing, "missing_answers", stamp=stamp)
