"""study.py: closed schemas, helpful sentences, defaults."""

import pytest
import yaml

from barometre import study
from barometre.errors import StudyError

MINIMAL = """
title: {fr: Essai, en: Trial}
data: simulated
data_note: {fr: Inventé., en: Made up.}
unit: {one: {fr: ville, en: city}, many: {fr: villes, en: cities}}
fieldwork: {end: 2020-06-30}
exports: {reader: limesurvey, files: [a.csv]}
units: {}
measure: {model: formative, themes: {gov: {fr: Gouvernance, en: Governance}}}
classify: {shares: {lagging: 0.3, transition: 0.5, mature: 0.2}, shares_from: borrowed}
analysis:
  outcomes: {index: {label: {fr: Indice, en: Index}}}
  predictors: {age_x: {label: {fr: Âge, en: Age}, from: {item: d}}}
  models: [{outcome: index, predictor: age_x, role: primary}]
"""


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "trial"
    (home / "exports").mkdir(parents=True)
    (home / "study.yaml").write_text(MINIMAL, encoding="utf-8")
    for name in ("codebook.csv", "scales.csv", "PROVENANCE.md", "exports/a.csv"):
        (home / name).write_text("", encoding="utf-8")
    return home


def change(folder, **sections):
    path = folder / "study.yaml"
    settings = yaml.safe_load(
        path.read_text(encoding="utf-8").replace("2020-06-30", "'2020-06-30'")
    )
    for dotted, value in sections.items():
        *parents, last = dotted.split("__")
        place = settings
        for parent in parents:
            place = place[parent]
        place[last] = value
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


def test_defaults_are_filled_and_dates_stay_text(folder):
    settings = study.load(folder)
    assert settings["id"] == "trial"
    assert settings["fieldwork"]["end"] == "2020-06-30"
    assert settings["measure"]["minimum_answered"] == 0.5
    assert settings["units"]["id"] == "respondent"
    assert settings["analysis"]["models"][0]["controls"] == []
    assert settings["describe"]["class_groups"] is True


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"measure__aggregatoin": "mean"}, ["study.yaml", "aggregatoin", "measure", "known keys"]),
        ({"classify__shares": {"lagging": 0.3, "transition": 0.5, "mature": 0.3}}, ["sum to 1.1"]),
        (
            {"analysis__models": [{"outcome": "inedx", "predictor": "age_x", "role": "primary"}]},
            ["models.0.outcome", "inedx", "index"],
        ),
        (
            {"analysis__arrows": [{"from": "age_x", "to": "inedx"}]},
            ["arrows.0.to", "inedx", "index"],
        ),
        (
            {"analysis__models": [{"outcome": "index", "predictor": "age_y", "role": "primary"}]},
            ["models.0", "age_y", "age_x"],
        ),
        (
            {"analysis__predictors__age_x__stated_effect": {"inedx": 2}},
            ["age_x.stated_effect", "inedx", "index"],
        ),
        (
            {"analysis__population": {"register": "nobody.csv"}},
            ["analysis.population.register", "nobody.csv"],
        ),
        ({"exports__files": ["b.csv"]}, ["exports/b.csv", "missing"]),
        ({"data": "invented"}, ["data", "invented"]),
    ],
)
def test_a_mistake_is_one_sentence(folder, sections, words):
    change(folder, **sections)
    with pytest.raises(StudyError) as error:
        study.load(folder)
    assert all(word in str(error.value) for word in words), str(error.value)
    assert "\n" not in str(error.value)


def test_unknown_study_names_the_known_ones(folder):
    with pytest.raises(StudyError, match="no such study; the studies are trial"):
        study.load(folder.parent / "trail")


def test_broken_yaml_gives_its_line(folder):
    (folder / "study.yaml").write_text("title: {fr: a\ndata: b: c\n", encoding="utf-8")
    with pytest.raises(StudyError, match="line 2"):
        study.load(folder)


def described(terms, path=""):
    for key, inner in terms.get("properties", {}).items():
        yield f"{path}.{key}", inner
        yield from described(inner, f"{path}.{key}")
    for part in ("items", "additionalProperties"):
        if isinstance(terms.get(part), dict):
            yield from described(terms[part], f"{path}.{part}")


@pytest.mark.parametrize("name", ["config", "codebook", "scale"])
def test_every_key_is_described(name):
    terms = study.schema(name)
    assert terms["additionalProperties"] is False
    assert [key for key, inner in described(terms) if "description" not in inner] == []


def test_every_key_of_a_study_is_described():
    terms = study.schema("study")
    # Inside the two-language words and the fields of a model the names speak for themselves.
    silent = [
        key for key, inner in described(terms) if "description" not in inner and "$ref" not in inner
    ]
    assert silent == []
