"""Pages: complete, bilingual, self-contained, without a broken link."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from barometre.publish import numbers, pages, tabulate
from barometre.publish.figures import draw_all


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids = [], set()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get("id"))
        self.found += [values[key] for key in ("href", "src") if key in values]


@pytest.fixture(scope="module")
def built(made, tmp_path_factory):
    project = tmp_path_factory.mktemp("built") / "a checkout"
    study = made.project(project, 39, 4)
    results = project / "results" / "made-study"
    found = numbers.load(results / "numbers.json")
    pages.write_report(study, found, ["fr", "en"], results / "figures", results / "report")
    return study, results


def test_every_link_inside_the_study_leads_somewhere(built):
    _, results = built
    outside = ("http", "#", "../notebooks", "../../../index", "../../index", "../analysis_plan")
    for page in results.glob("report/**/*.html"):
        links = _Links()
        links.feed(page.read_text(encoding="utf-8"))
        for link in links.found:
            if not link.startswith(outside):
                assert (page.parent / link).is_file(), (page.name, link)


def test_pages_say_what_the_data_are_before_any_number(built):
    study, results = built
    for language, word in (("fr", "SIMULÉ"), ("en", "SIMULATED")):
        page = (results / "report" / f"{language}.html").read_text(encoding="utf-8")
        note = study.study["data_note"][language].replace("'", "&#39;")
        assert page.index(word) < page.index(note) < page.index('class="key"')
        for table in (results / "report" / "tables").glob(f"*.{language}.html"):
            assert word in table.read_text(encoding="utf-8"), table.name


def test_pages_stand_alone(built):
    _, results = built
    for page in results.glob("report/**/*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text and "@import" not in text and "<link" not in text
        assert str(results) not in text


def test_each_room_has_its_section_and_each_figure_is_shown_once(built):
    _, results = built
    text = (results / "report" / "en.html").read_text(encoding="utf-8")
    for room in ("ingest", "measure", "classify", "explain", "describe", "cite"):
        assert f'id="{room}"' in text
    shown = re.findall(r'src="\.\./figures/([^"]+)"', text)
    assert sorted(shown) == sorted(path.name for path in results.glob("figures/*.en.svg"))


def test_prose_takes_its_numbers_from_numbers_json(built):
    study, results = built
    found = {**numbers.load(results / "numbers.json"), "n_rows_exported": 987654}
    pages.write_report(study, found, ["en"], results / "figures", results / "other")
    text = (results / "other" / "en.html").read_text(encoding="utf-8")
    assert "987,654 rows were exported" in text


def test_one_language_gives_pages_of_one_language(built):
    study, results = built
    found = numbers.load(results / "numbers.json")
    pages.write_report(study, found, ["fr"], results / "figures", results / "french")
    assert (results / "french" / "fr.html").is_file()
    assert not list((results / "french").glob("**/*en.html"))
    assert "en.html" not in (results / "french" / "index.html").read_text(encoding="utf-8")


def test_long_tables_are_cut_with_a_sentence(made, tmp_path):
    study = made.material(500, tmp_path)
    from barometre.publish.page_tables import table_page

    table_page(study, "index", "en", ["en"], tmp_path)
    text = Path(tmp_path / "tables" / "index.en.html").read_text(encoding="utf-8")
    assert "First 200 of 500 rows" in text
    assert text.count("<tr>") < 240


def test_cells_are_escaped_and_unknown_is_a_dash():
    import pandas as pd

    frame = pd.DataFrame({"name": ["<b>", None], "value": [0.0012, 30.0]})
    html = tabulate.html_table(frame, "fr")
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert html.count("–") == 1
    assert "0,00120" in html


def test_a_small_probability_is_not_printed_as_zero():
    assert tabulate.cell(1e-9, "type_s", "en", 3) == "< 0.001"
    assert tabulate.cell(0.0, "type_s", "en", 3) == "0.000"
    assert tabulate.cell(0.0001, "p_value_permutation", "fr") == "< 0,001"


def test_a_study_without_models_has_its_page(made, tmp_path):
    study = made.material(10, tmp_path)
    settings = {**study.study, "analysis": {**study.study["analysis"], "models": []}}
    for name in ("predictors", "regression", "influence", "detectable_effect",
                 "specification_curve", "delay_curve", "adoption", "brakes", "priorities",
                 "invariants", "published_facts"):  # fmt: skip
        study.tables[name] = study.tables[name].iloc[:0]
    bare = type(study)(settings, study.codebook, study.tables)
    found = numbers.collect(bare, {})
    draw_all(bare, ["en"], tmp_path / "figures")
    pages.write_report(bare, found, ["en"], tmp_path / "figures", tmp_path / "report")
    text = (tmp_path / "report" / "en.html").read_text(encoding="utf-8")
    assert "Nothing was asked about age or speed" in text
    assert "nothing more to describe" in text


def test_phrases_in_cells_are_those_of_the_language():
    said = tabulate.cell("7 metropole_since, 5040 enumerated, |r|, Draper-Stoneman",
                         "permutation_unit", "fr")  # fmt: skip
    assert said.replace("\u202f", " ") == (
        "7 metropole_since, 5 040 énumérées, |r|, Draper-Stoneman"
    )
    drawn = tabulate.cell("18 units, 100000 drawn, HC3-studentised", "permutation_unit", "fr")
    assert drawn.replace("\u202f", " ") == "18 unités, 100 000 tirées, studentisée HC3"
    none = tabulate.cell("none: 18 units share 7 dates of age_status", "joint_test", "fr")
    assert none.startswith("aucun") and "18 unités" in none and "age_status" in none
    assert tabulate.cell("something else", "joint_test", "fr") == "something else"
