# describe: what else did they say, and does it agree with what was printed?
# in:  responses, classes, published.csv, and for persons margins.csv
# out: results/{study}/tables/ adoption, brakes, priorities, invariants, published_facts; editions,
#      transitions and carried_cuts where earlier editions are named; gains, verbatim_themes,
#      verbatim_pairs and projects where talks were held; verbatims where a study publishes them;
#      for persons people_levels, people_themes, people_self_report, people_weights, people_sample


rule describe_answers:
    input:
        responses="data/processed/{study}/responses.csv",
        classes="results/{study}/tables/classes.csv",
        definition=definition,
        contracts=contracts("adoption", "brakes", "priorities", "invariants"),
        code=sources("describe.adoption", "describe.priorities"),
    output:
        adoption="results/{study}/tables/adoption.csv",
        brakes="results/{study}/tables/brakes.csv",
        priorities="results/{study}/tables/priorities.csv",
        invariants="results/{study}/tables/invariants.csv",
    log:
        "logs/{study}/describe_answers.log",
    benchmark:
        "benchmarks/{study}/describe_answers.tsv"
    conda:
        "../../environment.yml"
    params:
        describe=setting("describe"),
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: adoption, brakes, priorities and invariants"
    script:
        "../scripts/describe/describe_answers.py"


rule describe_people:
    input:
        responses="data/processed/{study}/responses.csv",
        definition=definition,
        margins=margins,
        contracts=contracts(
            "people_levels",
            "people_themes",
            "people_self_report",
            "people_weights",
            "people_sample",
            "classes",
        ),
        code=sources("describe.people", "describe.people_sample"),
    output:
        levels="results/{study}/tables/people_levels.csv",
        themes="results/{study}/tables/people_themes.csv",
        self_report="results/{study}/tables/people_self_report.csv",
        weights="results/{study}/tables/people_weights.csv",
        sample="results/{study}/tables/people_sample.csv",
        classes="data/processed/{study}/classes.csv",
    log:
        "logs/{study}/describe_people.log",
    benchmark:
        "benchmarks/{study}/describe_people.tsv"
    conda:
        "../../environment.yml"
    params:
        study=whole_study,
        stamp=stamp,
    message:
        "{wildcards.study}: levels of persons by group, weighted, and self-rating against the test"
    script:
        "../scripts/describe/describe_people.py"


rule compare_editions:
    input:
        responses=edition_responses,
        definition=edition_definitions,
        contracts=contracts("editions", "transitions", "carried_cuts"),
        code=sources("describe.editions"),
    output:
        editions="results/{study}/tables/editions.csv",
        transitions="results/{study}/tables/transitions.csv",
        carried_cuts="results/{study}/tables/carried_cuts.csv",
    log:
        "logs/{study}/compare_editions.log",
    benchmark:
        "benchmarks/{study}/compare_editions.tsv"
    conda:
        "../../environment.yml"
    params:
        studies=edition_settings,
        stamp=stamp,
    message:
        "{wildcards.study}: compare with earlier editions, under cut scores carried forward"
    script:
        "../scripts/describe/compare_editions.py"


rule describe_interviews:
    input:
        responses="data/processed/{study}/responses.csv",
        index="results/{study}/tables/index.csv",
        talks=talks,
        definition=definition,
        contracts=contracts("gains", "verbatim_themes", "verbatim_pairs", "projects"),
        code=sources("describe.interviews"),
    output:
        gains="results/{study}/tables/gains.csv",
        themes="results/{study}/tables/verbatim_themes.csv",
        pairs="results/{study}/tables/verbatim_pairs.csv",
        projects="results/{study}/tables/projects.csv",
    log:
        "logs/{study}/describe_interviews.log",
    benchmark:
        "benchmarks/{study}/describe_interviews.tsv"
    conda:
        "../../environment.yml"
    params:
        interviews=setting("interviews"),
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: gains against maturity, themes of the verbatims, projects in depth"
    script:
        "../scripts/describe/describe_interviews.py"


rule list_verbatims:
    input:
        responses="data/processed/{study}/responses.csv",
        definition=definition,
        contracts=contracts("verbatims"),
        code=sources("describe.verbatims"),
    output:
        verbatims="results/{study}/tables/verbatims.csv",
    log:
        "logs/{study}/list_verbatims.log",
    benchmark:
        "benchmarks/{study}/list_verbatims.tsv"
    conda:
        "../../environment.yml"
    params:
        privacy=setting("privacy"),
        stamp=stamp,
    message:
        "{wildcards.study}: list the free texts that are published, scrubbed"
    script:
        "../scripts/describe/list_verbatims.py"


rule check_facts:
    input:
        responses="data/processed/{study}/responses.csv",
        units="data/processed/{study}/units.csv",
        classes=classes,
        priorities=priorities,
        published="data/raw/{study}/published.csv",
        definition=definition,
        contracts=contracts("published_facts"),
        code=sources("describe.facts", "describe.facts_withheld"),
    output:
        facts="results/{study}/tables/published_facts.csv",
    log:
        "logs/{study}/check_facts.log",
    benchmark:
        "benchmarks/{study}/check_facts.tsv"
    conda:
        "../../environment.yml"
    params:
        people=people,
        stamp=stamp,
    message:
        "{wildcards.study}: check every published figure against its base and the data"
    script:
        "../scripts/describe/check_facts.py"
