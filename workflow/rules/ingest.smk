# ingest: what was answered?
# in:  data/raw/{study}/ (exports, codebook.csv, scales.csv), data/raw/register/;
#      exports that are not shipped are fetched by what downloads.csv says
# out: data/processed/{study}/ answers, respondents, responses, units,
#      informant_answers
#      results/{study}/tables/ cleaning_log, response_flow, missing_answers


rule check_study:
    input:
        exports=exports,
        definition=definition,
        printed=printed,
        sources="data/raw/SOURCES.csv",
        contracts=contracts("checked"),
        schemas=expand("workflow/schemas/{name}.schema.yaml", name=["codebook", "scale"]),
        code=sources("ingest.check"),
    output:
        checked="data/processed/{study}/checked.csv",
    log:
        "logs/{study}/check_study.log",
    benchmark:
        "benchmarks/{study}/check_study.tsv"
    conda:
        "../../environment.yml"
    params:
        settings=whole_study,
    message:
        "{wildcards.study}: check raw files, codebook and exports"
    script:
        "../scripts/ingest/check_study.py"


rule read_responses:
    input:
        checked="data/processed/{study}/checked.csv",
        exports=exports,
        definition=definition,
        contracts=contracts("answers", "respondents", "reading"),
        code=sources("ingest.read"),
    output:
        answers="data/processed/{study}/answers.csv",
        respondents="data/processed/{study}/respondents.csv",
        reading="results/{study}/tables/reading.csv",
    log:
        "logs/{study}/read_responses.log",
    benchmark:
        "benchmarks/{study}/read_responses.tsv"
    conda:
        "../../environment.yml"
    params:
        exports=setting("exports"),
        privacy=setting("privacy"),
        stamp=stamp,
    message:
        "{wildcards.study}: read the exports into one long table"
    script:
        "../scripts/ingest/read_responses.py"


rule clean_responses:
    input:
        answers="data/processed/{study}/answers.csv",
        respondents="data/processed/{study}/respondents.csv",
        definition=definition,
        contracts=contracts(
            "responses",
            "units",
            "informant_answers",
            "cleaning_log",
            "response_flow",
            "missing_answers",
        ),
        code=sources("ingest.clean", "ingest.units"),
    output:
        responses="data/processed/{study}/responses.csv",
        units="data/processed/{study}/units.csv",
        informants="data/processed/{study}/informant_answers.csv",
        log="results/{study}/tables/cleaning_log.csv",
        flow="results/{study}/tables/response_flow.csv",
        missing="results/{study}/tables/missing_answers.csv",
    log:
        "logs/{study}/clean_responses.log",
    benchmark:
        "benchmarks/{study}/clean_responses.tsv"
    conda:
        "../../environment.yml"
    params:
        clean=setting("clean"),
        units=setting("units"),
        stamp=stamp,
    message:
        "{wildcards.study}: clean the responses, log every removed row and changed cell"
    script:
        "../scripts/ingest/clean_responses.py"


rule fetch_export:
    output:
        file="data/raw/{study}/exports/{file}",
    log:
        "logs/{study}/fetch_export/{file}.log",
    benchmark:
        "benchmarks/{study}/fetch_export/{file}.tsv"
    wildcard_constraints:
        study=FETCHED_STUDIES,
        file="[^/]+",
    conda:
        "../../environment.yml"
    params:
        row=download_row,
    message:
        "{wildcards.study}: fetch {wildcards.file}, check its size and SHA-256"
    script:
        "../scripts/ingest/fetch_export.py"
