"""Every study folder in data/raw loads, is told in two languages and is honest about its data."""

import csv
import re
from pathlib import Path

import pytest

from barometre import codebook as codebooks
from barometre import study

RAW = Path(__file__).parents[2] / "data" / "raw"
STUDIES = sorted(path.parent.name for path in RAW.glob("*/study.yaml"))
SIMULATED = [name for name in STUDIES if study.load(RAW / name)["data"] == "simulated"]


def words(value, path: str = "") -> list[tuple[str, dict]]:
    """Every pair of French and English words in the settings, with its place."""
    if isinstance(value, dict) and set(value) == {"fr", "en"}:
        return [(path, value)]
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in words(inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for at, inner in enumerate(value) for found in words(inner, f"{path}.{at}")]
    return []


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_the_shipped_studies_are_those_built_by_default() -> None:
    assert {"metropoles-opendata", "metropoles-demo"} <= set(STUDIES)
    configured = study.read_yaml(RAW.parents[1] / "config.yaml")["studies"]
    assert set(study.shipped(RAW)) <= set(configured)


@pytest.mark.parametrize("name", STUDIES)
def test_settings_and_codebook_load(name: str) -> None:
    settings = study.load(RAW / name)
    codebook = codebooks.load(RAW / name, settings["measure"]["themes"])
    scored = codebook.scored()
    assert set(scored["theme"]) == set(settings["measure"]["themes"]), "a theme without items"
    for item in scored.index:
        low, high = codebook.bounds(item)
        if settings["measure"]["normalisation"] == "scale":
            assert low < high, f"{item}: the bounds of a scored item must be known"


@pytest.mark.parametrize("name", STUDIES)
def test_everything_a_reader_sees_has_two_languages(name: str) -> None:
    settings = study.load(RAW / name)
    found = words(settings)
    assert any(place.startswith(".title") for place, _ in found)
    for place, pair in found:
        assert pair["fr"].strip() and pair["en"].strip(), place
        assert not re.search(r"<[a-z/]|\{if|&nbsp;", pair["fr"] + pair["en"]), place
    for row in codebooks.load(RAW / name).items.itertuples():
        assert row.label_fr and row.label_en, row.Index
        assert not re.search(r"<[a-z/]|\{if|&nbsp;", row.label_fr + row.label_en), row.Index


@pytest.mark.parametrize("name", STUDIES)
def test_answer_scales_are_worded_and_rise(name: str) -> None:
    scales = codebooks.load(RAW / name).scales
    for scale, answers in scales.groupby("scale", sort=False):
        levels = answers["level"].dropna()
        assert levels.is_monotonic_increasing, f"{scale}: lowest level first"
        assert not answers["answer"].duplicated().any(), scale
        assert (answers["label_fr"] != "").all() and (answers["label_en"] != "").all(), scale


@pytest.mark.parametrize("name", STUDIES)
def test_published_facts_have_a_source_and_two_labels(name: str) -> None:
    facts = rows(RAW / name / "published.csv")
    for row in facts:
        assert row["source"] and row["label_fr"] and row["label_en"], row["fact"]
        assert row["statistic"] or row["note"], f"{row['fact']}: say why it cannot be rebuilt"
    assert len({row["fact"] for row in facts}) == len(facts)


@pytest.mark.parametrize("name", SIMULATED)
def test_no_real_authority_in_simulated_data(name: str) -> None:
    real = [row["name"] for row in rows(RAW / "register" / "metropoles.csv")]
    cities = {row["centre_city"] for row in rows(RAW / "register" / "epci_form_history.csv")}
    needles = [re.compile(rf"\b{re.escape(text)}\b", re.IGNORECASE) for text in [*real, *cities]]
    settings = study.load(RAW / name)
    for path in study.export_files(settings, RAW / name):
        text = Path(path).read_text(encoding="utf-8-sig")
        assert [needle.pattern for needle in needles if needle.search(text)] == [], path
    note = settings["data_note"]
    assert all(re.search("fict|simul", note[language].casefold()) for language in note)


def test_the_demonstration_codebook_covers_the_export() -> None:
    folder = RAW / "metropoles-demo"
    with open(folder / "exports" / "gui_code_short_comma_all.csv", encoding="utf-8-sig") as source:
        header = next(csv.reader(source))
    answers = header[header.index("nomcoll") : header.index("interviewtime")]
    codebook = codebooks.load(folder)
    assert list(codebook.items.index) == answers and len(answers) == 112
    personal = set(codebook.items.index[codebook.items["role"] == "personal"])
    assert {"idrep[NOM]", "idrep[PRENOM]", "idrep[EMAIL]", "comm", "cyb2", "nrdoc"} <= personal
    assert codebook.states("gov3[SQ001]")["NSP"] == "unknown"


def test_the_demonstration_export_is_the_genuine_one(shared) -> None:
    genuine = shared("limesurvey/barometre/gui_code_short_comma_all.csv")
    shipped = RAW / "metropoles-demo" / "exports" / genuine.name
    assert shipped.read_bytes() == genuine.read_bytes()


def test_own_datasets_are_not_counted_beside_the_total_that_holds_them() -> None:
    codebook = codebooks.load(RAW / "metropoles-opendata")
    assert codebook.items.at["od_portal_total_datasets", "role"] == "score"
    assert codebook.items.at["od_datasets_portal", "role"] == "measure"


def test_the_maxima_of_gtmi_are_the_largest_scores(shared) -> None:
    import pandas as pd

    scores = pd.read_csv(shared("realdata/gtmi/gtmi_2022_metadata.csv"), encoding="utf-8-sig")
    largest = scores.groupby("variable")["value"].max()
    stated = codebooks.load(RAW / "gtmi-2022").items["maximum"].astype(float)
    assert stated.to_dict() == largest.to_dict()
