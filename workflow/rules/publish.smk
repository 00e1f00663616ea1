# publish: how is it read and cited?
# in:  every table of the study
# out: results/{study}/ figures, notebooks, report, numbers.json; results/index.html, manifest.json

TEMPLATES = "barometre/publish/templates"
WORDS = "barometre/publish/words.yaml"
PLACES = "barometre/publish/places_fr.yaml"


rule draw_figures:
    input:
        tables=result_tables,
        processed=processed_tables,
        definition=definition,
        words=[WORDS, PLACES],
        code=sources("publish.figures"),
    output:
        figures=report(
            directory("results/{study}/figures"),
            patterns=["{figure}.en.svg"],
            caption="../report/figure.rst",
            category="{study}",
            labels={"figure": "{figure}"},
        ),
    log:
        "logs/{study}/draw_figures.log",
    benchmark:
        "benchmarks/{study}/draw_figures.tsv"
    conda:
        "../../environment.yml"
    params:
        study=whole_study,
        languages=config["languages"],
    message:
        "{wildcards.study}: draw the figures"
    script:
        "../scripts/publish/draw_figures.py"


rule write_numbers:
    input:
        tables=result_tables,
        definition=definition,
        plan=plan,
        code=sources("publish.numbers"),
    output:
        numbers="results/{study}/numbers.json",
    log:
        "logs/{study}/write_numbers.log",
    benchmark:
        "benchmarks/{study}/write_numbers.tsv"
    conda:
        "../../environment.yml"
    params:
        study=whole_study,
    message:
        "{wildcards.study}: collect the numbers that prose may cite"
    script:
        "../scripts/publish/write_numbers.py"


rule run_notebooks:
    input:
        tables=result_tables,
        numbers="results/{study}/numbers.json",
        figures="results/{study}/figures",
        definition=definition,
        notebooks=study_notebooks,
        templates=expand(f"{TEMPLATES}/{{name}}", name=["page.html", "notebook.html", "style.css"]),
        words=WORDS,
        version="pyproject.toml",
        code=sources("publish.notebooks", "publish.reader"),
    output:
        notebooks=directory("results/{study}/notebooks"),
    log:
        "logs/{study}/run_notebooks.log",
    benchmark:
        "benchmarks/{study}/run_notebooks.tsv"
    conda:
        "../../environment.yml"
    params:
        study=whole_study,
        languages=config["languages"],
    message:
        "{wildcards.study}: execute the notebooks"
    script:
        "../scripts/publish/run_notebooks.py"


rule write_pages:
    input:
        tables=result_tables,
        numbers="results/{study}/numbers.json",
        figures="results/{study}/figures",
        definition=definition,
        contracts=result_contracts,
        templates=expand(
            f"{TEMPLATES}/{{name}}",
            name=["page.html", "study.html", "table.html", "chooser.html", "style.css"],
        ),
        words=[WORDS, PLACES, "barometre/publish/dictionary_fr.yaml"],
        version="pyproject.toml",
        code=sources("publish.pages"),
    output:
        report=directory("results/{study}/report"),
    log:
        "logs/{study}/write_pages.log",
    benchmark:
        "benchmarks/{study}/write_pages.tsv"
    conda:
        "../../environment.yml"
    params:
        study=whole_study,
        languages=config["languages"],
    message:
        "{wildcards.study}: write the study's pages"
    script:
        "../scripts/publish/write_pages.py"


rule write_front_page:
    input:
        numbers=expand("results/{study}/numbers.json", study=SHIPPED),
        reports=expand("results/{study}/report", study=SHIPPED),
        notebooks=expand("results/{study}/notebooks", study=SHIPPED),
        figures=expand("results/{study}/figures", study=SHIPPED),
        facts=expand("results/{study}/tables/published_facts.csv", study=SHIPPED),
        register="data/raw/register/metropoles.csv",
        raw="data/raw/SOURCES.csv",
        lock="requirements.lock",
        house=[str(path) for path in code_files(ROOT)],
        version="pyproject.toml",
    output:
        index="results/index.html",
        dictionary="results/dictionary.html",
        printed="results/printed.html",
        register="results/register.html",
        manifest="results/manifest.json",
    log:
        "logs/write_front_page.log",
    benchmark:
        "benchmarks/write_front_page.tsv"
    conda:
        "../../environment.yml"
    params:
        studies=[STUDIES[name] for name in SHIPPED if name in STUDIES],
        config={key: config[key] for key in ("draws", "permutations", "seed", "languages")},
    message:
        "Write the front page and the manifest of all shipped studies"
    script:
        "../scripts/publish/write_front_page.py"
