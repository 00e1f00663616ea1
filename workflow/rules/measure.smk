# measure: how mature is each unit, and how sure are we?
# in:  responses, units, codebook
# out: data/processed/{study}/draws.npz
#      results/{study}/tables/ index, theme_scores, theme_weights, reliability,
#      reliability_items, sensitivity,
#      ranks where the study turns them on, informants where several people answered for a unit,
#      and where the publisher has scores of its own official_scores, official_agreement


rule score_themes:
    input:
        responses="data/processed/{study}/responses.csv",
        units="data/processed/{study}/units.csv",
        definition=definition,
        contracts=contracts(
            "index",
            "theme_scores",
            "theme_weights",
            "reliability",
            "reliability_items",
            "sensitivity",
        ),
        code=sources("measure.index", "measure.reliability", "measure.sensitivity"),
    output:
        index="results/{study}/tables/index.csv",
        themes="results/{study}/tables/theme_scores.csv",
        weights="results/{study}/tables/theme_weights.csv",
        reliability="results/{study}/tables/reliability.csv",
        reliability_items="results/{study}/tables/reliability_items.csv",
        sensitivity="results/{study}/tables/sensitivity.csv",
        draws="data/processed/{study}/draws.npz",
    log:
        "logs/{study}/score_themes.log",
    benchmark:
        "benchmarks/{study}/score_themes.tsv"
    conda:
        "../../environment.yml"
    params:
        measure=setting("measure"),
        classify=setting("classify"),
        draws=config["draws"],
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: score themes and index, with their intervals"
    script:
        "../scripts/measure/score_themes.py"


rule rank_units:
    input:
        index="results/{study}/tables/index.csv",
        contracts=contracts("ranks"),
        code=sources("measure.ranks"),
    output:
        ranks="results/{study}/tables/ranks.csv",
    log:
        "logs/{study}/rank_units.log",
    benchmark:
        "benchmarks/{study}/rank_units.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: ranks with their confidence sets"
    script:
        "../scripts/measure/rank_units.py"


rule agree_informants:
    input:
        answers="data/processed/{study}/informant_answers.csv",
        definition=definition,
        contracts=contracts("informants"),
        code=sources("measure.informants"),
    output:
        informants="results/{study}/tables/informants.csv",
    log:
        "logs/{study}/agree_informants.log",
    benchmark:
        "benchmarks/{study}/agree_informants.tsv"
    conda:
        "../../environment.yml"
    params:
        measure=setting("measure"),
        stamp=stamp,
    message:
        "{wildcards.study}: agreement of several people who answered for the same unit"
    script:
        "../scripts/measure/agree_informants.py"


rule compare_official:
    input:
        responses="data/processed/{study}/responses.csv",
        index="results/{study}/tables/index.csv",
        classes="results/{study}/tables/classes.csv",
        definition=definition,
        official=official,
        contracts=contracts("official_scores", "official_agreement"),
        code=sources("measure.official"),
    output:
        scores="results/{study}/tables/official_scores.csv",
        agreement="results/{study}/tables/official_agreement.csv",
    log:
        "logs/{study}/compare_official.log",
    benchmark:
        "benchmarks/{study}/compare_official.tsv"
    conda:
        "../../environment.yml"
    params:
        measure=setting("measure"),
        exports=setting("exports"),
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: compare with the publisher's own scores"
    script:
        "../scripts/measure/compare_official.py"
