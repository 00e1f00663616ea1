# explain: do age and speed of organisation go with maturity?
# in:  index, responses, units, classes
# out: results/{study}/tables/ predictors, regression, odds_ratios, influence, detectable_effect,
#      design_register, nonresponse, slope_range, slope_items, specification_curve, delay_curve;
#      results/{study}/analysis_plan.json


rule fit_models:
    input:
        index="results/{study}/tables/index.csv",
        responses="data/processed/{study}/responses.csv",
        units="data/processed/{study}/units.csv",
        classes="results/{study}/tables/classes.csv",
        definition=definition,
        contracts=contracts(
            "predictors",
            "regression",
            "odds_ratios",
            "influence",
            "detectable_effect",
            "design_register",
            "nonresponse",
            "slope_range",
            "slope_items",
            "specification_curve",
            "delay_curve",
        ),
        code=sources("explain.plan", "explain.room"),
    output:
        predictors="results/{study}/tables/predictors.csv",
        regression="results/{study}/tables/regression.csv",
        odds_ratios="results/{study}/tables/odds_ratios.csv",
        influence="results/{study}/tables/influence.csv",
        detectable_effect="results/{study}/tables/detectable_effect.csv",
        design_register="results/{study}/tables/design_register.csv",
        nonresponse="results/{study}/tables/nonresponse.csv",
        slope_range="results/{study}/tables/slope_range.csv",
        slope_items="results/{study}/tables/slope_items.csv",
        specification_curve="results/{study}/tables/specification_curve.csv",
        delay_curve="results/{study}/tables/delay_curve.csv",
        plan="results/{study}/analysis_plan.json",
    log:
        "logs/{study}/fit_models.log",
    benchmark:
        "benchmarks/{study}/fit_models.tsv"
    conda:
        "../../environment.yml"
    params:
        settings=settings("analysis", "fieldwork", "measure", "units"),
        population=population_register,
        permutations=config["permutations"],
        seed=config["seed"],
        stamp=stamp,
    message:
        "{wildcards.study}: regress maturity on age and on speed of organisation"
    script:
        "../scripts/explain/fit_models.py"
