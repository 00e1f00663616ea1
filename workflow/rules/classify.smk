# classify: who is mature, in transition, lagging?
# in:  index, theme scores, draws, responses, units
# out: results/{study}/tables/ classes, class_verdict, class_shares, split_audit, class_methods,
#      method_agreement, class_numbers, class_stability, consensus, silhouettes, answer_flips;
#      fixed_cuts and cut_neighbours where cuts were fixed beforehand


rule fit_classes:
    input:
        index="results/{study}/tables/index.csv",
        themes="results/{study}/tables/theme_scores.csv",
        draws="data/processed/{study}/draws.npz",
        responses="data/processed/{study}/responses.csv",
        units="data/processed/{study}/units.csv",
        definition=definition,
        contracts=contracts(
            "classes",
            "class_verdict",
            "class_shares",
            "split_audit",
            "class_methods",
            "method_agreement",
            "class_numbers",
            "class_stability",
            "consensus",
            "silhouettes",
            "answer_flips",
        ),
        code=sources("classify.fit"),
    output:
        classes="results/{study}/tables/classes.csv",
        class_verdict="results/{study}/tables/class_verdict.csv",
        class_shares="results/{study}/tables/class_shares.csv",
        split_audit="results/{study}/tables/split_audit.csv",
        class_methods="results/{study}/tables/class_methods.csv",
        method_agreement="results/{study}/tables/method_agreement.csv",
        class_numbers="results/{study}/tables/class_numbers.csv",
        class_stability="results/{study}/tables/class_stability.csv",
        consensus="results/{study}/tables/consensus.csv",
        silhouettes="results/{study}/tables/silhouettes.csv",
        answer_flips="results/{study}/tables/answer_flips.csv",
    log:
        "logs/{study}/fit_classes.log",
    benchmark:
        "benchmarks/{study}/fit_classes.tsv"
    conda:
        "../../environment.yml"
    params:
        classify=setting("classify"),
        measure=setting("measure"),
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: sort the units into lagging, transition and mature"
    script:
        "../scripts/classify/fit_classes.py"


rule sort_at_fixed_cuts:
    input:
        index="results/{study}/tables/index.csv",
        draws="data/processed/{study}/draws.npz",
        official=official_totals,
        contracts=contracts("fixed_cuts", "cut_neighbours"),
        code=sources("classify.fixed_cuts"),
    output:
        fixed_cuts="results/{study}/tables/fixed_cuts.csv",
        cut_neighbours="results/{study}/tables/cut_neighbours.csv",
    log:
        "logs/{study}/sort_at_fixed_cuts.log",
    benchmark:
        "benchmarks/{study}/sort_at_fixed_cuts.tsv"
    conda:
        "../../environment.yml"
    params:
        classify=setting("classify"),
        measure=setting("measure"),
        stamp=stamp,
    message:
        "{wildcards.study}: classes at cuts fixed beforehand, and the units next to a cut"
    script:
        "../scripts/classify/sort_at_fixed_cuts.py"
