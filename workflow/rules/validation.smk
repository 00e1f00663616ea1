# validation: what do the methods find where the truth is known? Only on demand:
#   snakemake --cores 2 validation
# in:  docs/validation/<room>.py, docs/validation/<room>.md
# out: docs/validation/<room>.csv, docs/validation.csv, docs/validation.md

VALIDATED = glob_wildcards(f"{workflow.basedir}/docs/validation/{{room,[a-z]+}}.md").room


rule validation:
    input:
        parts=expand("docs/validation/{room}.csv", room=sorted(VALIDATED)),
        texts=expand("docs/validation/{room}.md", room=sorted(VALIDATED)),
        code="docs/validation/page.py",
    output:
        table="docs/validation.csv",
        page="docs/validation.md",
    log:
        "logs/validation.log",
    benchmark:
        "benchmarks/validation.tsv"
    conda:
        "../../environment.yml"
    message:
        "Join what the planted studies of all rooms gave, and write its page"
    script:
        "../scripts/validation/validation.py"


rule validate_room:
    input:
        code=planted,
    output:
        part="docs/validation/{room}.csv",
    log:
        "logs/validation_{room}.log",
    benchmark:
        "benchmarks/validation_{room}.tsv"
    conda:
        "../../environment.yml"
    message:
        "{wildcards.room}: run the methods on planted studies"
    script:
        "../scripts/validation/validate_room.py"
