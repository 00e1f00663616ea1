"""Free texts are published only where a study says so, and in no respondent's order."""

from __future__ import annotations

import pandas as pd

from barometre import tables
from barometre.describe.verbatims import verbatim_table
from barometre.publish import house, sections
from barometre.publish.material import Material
from tests.unit.ingest import made


def test_texts_stand_in_the_order_of_the_alphabet(tmp_path):
    codebook = made.codebook(
        tmp_path, [made.item("avis", "text", label_fr="Avis", label_en="View")]
    )
    responses = pd.DataFrame(
        {"unit_id": list("abc"), "item": "avis", "value": ["=2+5 zut", "Été", None]}
    )
    table = verbatim_table(responses, codebook, ["avis"])
    assert table["verbatim"].tolist() == ["=2+5 zut", "Été"]
    assert "unit_id" not in table and "respondent_id" not in table
    path = tmp_path / "verbatims.csv"
    tables.write(table, path, "verbatims", stamp={"study": "s", "data": "simulated"})
    assert "'=2+5 zut" in path.read_text(encoding="utf-8")
    study = {"privacy": {"verbatims": ["avis"]}, "people": {}}
    material = Material(study, codebook, {"verbatims": tables.read(path, "verbatims")})
    page = sections._quoted(material, "fr")
    assert "Avis" in page and "Été" in page and "réponse libre" in page
    assert sections._quoted(Material(study, codebook, {}), "en") == ""


def test_the_table_is_a_study_s_only_where_it_asks_for_it():
    base = {"measure": {"official": {}}}
    for people, room in (({}, "describe"), ({"by": ["age"]}, "people")):
        settings = {**base, "people": people}
        assert "verbatims" not in house.rooms(settings)[room]
        asked = house.rooms({**settings, "privacy": {"verbatims": ["avis"]}})
        assert "verbatims" in asked[room]
        assert "verbatims" not in house.PEOPLE_TABLES["people"]
