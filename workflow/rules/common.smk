# What every room shares: the environment of its jobs, the settings of the studies, and the
# list of modules a rule depends on. Nothing here reads an export.

import ast
import atexit
import os
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT))

from barometre import study as studies
from barometre.errors import StudyError, fail
from barometre.publish.house import code_files, notebooks, rooms

# Jobs import the package from this checkout; a fixed hash seed and a fixed document date
# keep their bytes the same.
os.environ.update(
    PYTHONPATH=str(ROOT),
    PYTHONHASHSEED="0",
    PYTHONDONTWRITEBYTECODE="1",
    SOURCE_DATE_EPOCH="1577836800",
    MPLBACKEND="Agg",
)


wildcard_constraints:
    study=r"[a-z0-9][a-z0-9-]*",


def load_studies():
    """Settings of the studies to build, and of the editions that they are compared with.

    One sentence and the end where they are wrong.
    """
    try:
        config.update(studies.validated(dict(config), "config", "config.yaml"))
        found = {name: studies.load(f"data/raw/{name}") for name in config["studies"]}
        for settings in list(found.values()):
            for name in (settings.get("editions") or {}).get("earlier", []):
                found.setdefault(name, studies.load(f"data/raw/{name}"))
        return found
    except StudyError as error:
        fail(f"{error}")


STUDIES = load_studies()
SHIPPED = studies.shipped("data/raw")
# A pattern that no name matches where every study to build is shipped.
FETCHED_STUDIES = "|".join(sorted(set(STUDIES) - set(SHIPPED))) or "(?!)"


def setting(section):
    """A params function: one section of the settings of the job's study."""

    def of_study(wildcards):
        return STUDIES[wildcards.study][section]

    return of_study


def settings(*sections):
    """A params function: several sections of the settings of the job's study."""

    def of_study(wildcards):
        return {section: STUDIES[wildcards.study][section] for section in sections}

    return of_study


def population_register(wildcards):
    """A params function: the register of which the job's study is a part, or nothing."""
    population = STUDIES[wildcards.study]["analysis"]["population"]
    return f"data/raw/register/{population['register']}" if population else ""


def whole_study(wildcards):
    """A params function, for the pages, which print all of a study."""
    return STUDIES[wildcards.study]


def stamp(wildcards):
    """A params function: the first two columns of every results table."""
    return {"study": wildcards.study, "data": STUDIES[wildcards.study]["data"]}


def exports(wildcards):
    """An input function: the raw files of the job's study."""
    return studies.export_files(STUDIES[wildcards.study], f"data/raw/{wildcards.study}")


def download_row(wildcards):
    """A params function: what downloads.csv says of one raw file that is fetched."""
    rows = studies.downloads(f"data/raw/{wildcards.study}")
    return next(row for row in rows if row["file"] == wildcards.file)


def official_tables(wildcards):
    """An input function: raw files beside the exports with the publisher's own scores."""
    files = STUDIES[wildcards.study]["measure"]["official"].get("files", [])
    return [f"data/raw/{wildcards.study}/exports/{name}" for name in files]


def official(wildcards):
    """An input function: where the publisher's own scores stand, the exports or other files."""
    return official_tables(wildcards) or exports(wildcards)


def official_totals(wildcards):
    """An input function: official scores beside ours, where the publisher's are known."""
    known = STUDIES[wildcards.study]["measure"]["official"]
    return [f"results/{wildcards.study}/tables/official_scores.csv"] if known else []


def definition(wildcards):
    """An input function: the files that say what a study is, as raw as its exports."""
    return studies.definition_files(STUDIES[wildcards.study], "data/raw", wildcards.study)


def printed(wildcards):
    """An input function: what publishers printed about the job's study, figures and scores."""
    return [f"data/raw/{wildcards.study}/published.csv", *official_tables(wildcards)]


def sources(*modules):
    """Files of the given modules and of all that they import from this package.

    Snakemake does not see imports; a rule that lists them is run again when one changes.
    """
    found = {}
    waiting = [f"barometre.{module}" for module in modules]
    while waiting:
        name = waiting.pop()
        path = module_file(name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting.extend(imported(path))
    return sorted(found.values())


def module_file(name):
    stem = ROOT.joinpath(*name.split("."))
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file():
            return str(path.relative_to(ROOT))
    return None


def imported(path):
    tree = ast.parse(ROOT.joinpath(path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("barometre"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("barometre"))


def contracts(*names):
    """Contract files of the tables that a rule writes or reads."""
    return [f"workflow/schemas/tables/{name}.yaml" for name in names]


def result_tables(wildcards):
    """An input function: all results tables of the study."""
    names = [name for room in rooms(STUDIES[wildcards.study]).values() for name in room]
    return [f"results/{wildcards.study}/tables/{name}.csv" for name in names]


def result_contracts(wildcards):
    """An input function: the contracts of all results tables of the study."""
    return contracts(*(name for room in rooms(STUDIES[wildcards.study]).values() for name in room))


def study_notebooks(wildcards):
    """An input function: the notebooks that are run for the study."""
    return notebooks(STUDIES[wildcards.study])


def has_people(wildcards):
    return bool(STUDIES[wildcards.study].get("people"))


def people(wildcards):
    """A params function: how persons are counted; nothing where the units are institutions."""
    return STUDIES[wildcards.study].get("people") or {}


def classes(wildcards):
    """An input function: the class of each unit; of persons it stays out of the results."""
    folder = "data/processed/{study}" if has_people(wildcards) else "results/{study}/tables"
    return f"{folder}/classes.csv".format(study=wildcards.study)


def priorities(wildcards):
    """An input function: priorities, which only institutions were asked for."""
    return [] if has_people(wildcards) else f"results/{wildcards.study}/tables/priorities.csv"


def compared_editions(wildcards):
    """Studies that the job's study is compared with, oldest first, and itself."""
    return [*STUDIES[wildcards.study]["editions"]["earlier"], wildcards.study]


def edition_responses(wildcards):
    """An input function: cleaned responses of the compared editions."""
    return [f"data/processed/{name}/responses.csv" for name in compared_editions(wildcards)]


def edition_definitions(wildcards):
    """An input function: codebooks of the compared editions, and their crosswalk."""
    names = compared_editions(wildcards)
    files = [f"data/raw/{name}/{file}" for name in names for file in ("codebook.csv", "scales.csv")]
    return [*files, f"data/raw/{STUDIES[wildcards.study]['editions']['crosswalk']}"]


def edition_settings(wildcards):
    """A params function: settings of the compared editions, oldest first."""
    return [STUDIES[name] for name in compared_editions(wildcards)]


def talks(wildcards):
    """An input function: coded verbatims and projects of the job's study."""
    told = STUDIES[wildcards.study]["interviews"]
    return [f"data/raw/{wildcards.study}/{told[name]}" for name in ("verbatims", "projects")]


def plan(wildcards):
    """An input function: the analysis plan, where something is explained."""
    return [] if has_people(wildcards) else f"results/{wildcards.study}/analysis_plan.json"


def margins(wildcards):
    """An input function: the population shares that answers of persons are weighted to."""
    name = STUDIES[wildcards.study]["people"].get("margins")
    return f"data/raw/{wildcards.study}/{name}" if name else []


def processed_tables(wildcards):
    """An input function: what models and their figures are made from, unit by unit."""
    return [f"data/processed/{wildcards.study}/{name}.csv" for name in ("responses", "units")]


def planted(wildcards):
    """An input function: the script of a room's planted studies and the modules it validates."""
    path = f"docs/validation/{wildcards.room}.py"
    modules = [name.removeprefix("barometre.") for name in imported(path)]
    return [path, *sources(*modules)]


def front_page():
    """The top-level index and manifest, when all shipped studies are built."""
    if set(SHIPPED) <= set(config["studies"]):
        return ["results/index.html", "results/manifest.json"]
    return []


def repeat_problems_last():
    """Say again, as the very last words of a failed run, what a user can mend."""
    path = ROOT / "logs" / "problem.txt"
    path.unlink(missing_ok=True)

    @atexit.register
    def repeat():
        if path.is_file():
            for sentence in sorted(set(path.read_text(encoding="utf-8").splitlines())):
                print(f"\n{sentence}", file=sys.stderr)
