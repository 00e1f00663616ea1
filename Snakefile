"""Contents page: configuration, the six rooms, and what the build must leave behind."""

from snakemake.utils import min_version

min_version("9.27")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/classify.smk"
include: "workflow/rules/explain.smk"
include: "workflow/rules/describe.smk"
include: "workflow/rules/publish.smk"
include: "workflow/rules/validation.smk"


report: "workflow/report/workflow.rst"


rule all:
    default_target: True
    input:
        expand("results/{study}/numbers.json", study=config["studies"]),
        expand("results/{study}/report", study=config["studies"]),
        expand("results/{study}/notebooks", study=config["studies"]),
        front_page(),


onstart:
    repeat_problems_last()
