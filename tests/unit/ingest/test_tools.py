"""Each survey tool's export: items, values, states, respondents, and nobody exposed."""

import openpyxl
import pytest

from barometre import codebook as codebooks
from barometre.__main__ import main
from barometre.errors import StudyError
from barometre.ingest.problems import problems
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of
from tests.unit.ingest.tool_exports import (
    ALCHEMER,
    EUSURVEY,
    GOOGLE,
    JISC,
    JISC_KEY,
    LEGACY,
    MICROSOFT,
    QUALTRICS,
    SPHINX,
    found,
    read,
    table,
    text,
    told,
)


def test_google_forms(tmp_path):
    values, states, export = read(text(tmp_path / "e.csv", GOOGLE), "google_forms")
    assert list(values.columns) == [
        *("quels_outils[wiki]", "quels_outils[forum_prive_public]", "quels_outils[git]"),
        *("quels_outils[other]", "viendrez_vous", "notez[le_site]", "notez[l_accueil]"),
        "budget_k",
    ]
    assert list(values["quels_outils[forum_prive_public]"]) == ["Y", "", "", "Y"]
    assert list(values["quels_outils[other]"]) == ["", "", "mon outil", ""]
    assert list(values["viendrez_vous"]) == ["Oui, volontiers", "Non", "Oui, volontiers", ""]
    assert set(states["quels_outils[git]"]) == {"answered", "empty"}
    assert list(export.respondents["submitted"]) == [f"2026-11-{day}" for day in (13, 12, 11, 10)]
    assert found(export)["columns"].startswith("7: 2 of the tool, 5 of questions")
    assert "x.example" not in told(export)


def test_microsoft_forms(tmp_path):
    for name in ("e.xlsx", "e.csv"):
        values, _, export = read(table(tmp_path / name, MICROSOFT), "microsoft_forms")
        assert list(values.index) == ["1", "2", "5"]
        assert values.loc["1"].to_dict() == {
            "quels_outils[git]": "Y",
            "quels_outils[oui_le_wiki]": "Y",
            "quels_outils[other]": "",
            "classez_ces_themes[1]": "Données",
            "classez_ces_themes[2]": "Achats",
            "classez_ces_themes[3]": "Écoles",
            "nom": "Commune A",
        }
        assert values.at["2", "quels_outils[other]"] == "Un autre"
        assert list(export.respondents["duration_seconds"]) == [647, 300, 60]
        assert "Ana" not in told(export)


def test_alchemer(tmp_path):
    values, states, export = read(text(tmp_path / "e.csv", ALCHEMER), "alchemer")
    assert list(values.columns) == [
        *("how_are_you", "how_are_you[other]", "which_tools_do_you_use[git]"),
        *("which_tools_do_you_use[wiki]", "please_rate_it[site_quality]", "please_rate_it[help]"),
        "note_last",
    ]
    assert values.loc["11", "how_are_you[other]"] == "so so"
    assert list(values["which_tools_do_you_use[git]"]) == ["Y", "Y", ""]
    assert states.at["12", "which_tools_do_you_use[wiki]"] == "empty"  # seen with its neighbour
    assert states.at["12", "please_rate_it[help]"] == "not_reached"
    assert list(export.respondents["complete"]) == [True, False, False]
    assert export.respondents["submitted"].isna().tolist() == [False, True, True]
    assert list(export.respondents["language"]) == ["French", "English", "English"]
    assert "10.0.0" not in told(export)


def test_jisc(tmp_path):
    path = text(tmp_path / "results-for-made-2026-02-05-0800.fr.csv", JISC)
    values, _, export = read(path, "jisc")
    assert list(values.columns) == [
        *("Q1", "Q2[1]", "Q2[2]", "Q3[1_a]", "Q3[1_b]", "Q4[1]", "Q4[2]", "Q5[1_a]", "Q5[1_b]"),
    ]
    assert values.loc["1-1-1"].tolist() == ["2", "Y", "", "Y", "", "3", "1", "Y", ""]
    assert found(export)["responses"] == "3, all sent off, 1 of them blank"
    assert set(export.respondents["language"]) == {"fr"}
    values, _, _ = read(path, "jisc", {"items": {"Q1": "size", "fr": {"Q2": "use"}}})
    assert list(values.columns[:3]) == ["size", "use[1]", "use[2]"]


def test_a_jisc_codebook_has_the_texts_of_the_key_beside_the_results(tmp_path):
    path = text(tmp_path / "results-for-made-2026-02-05-0800.en.csv", JISC)
    text(tmp_path / "results-for-made-2026-01-01-0700-key.en.csv", JISC_KEY)
    assert main(["new", "made", "--from", str(path), "--raw", str(tmp_path / "raw")]) == 0
    items = codebooks.load(tmp_path / "raw/made")
    assert items.label("Q2[1]", "en") == "Which? | maps"
    assert items.label("Q3[1_b]", "en") == "When? | data | after"
    assert list(items.levels("Q1")) == ["1", "2"]
    assert problems(tmp_path / "raw/made") == []


def test_a_jisc_key_is_refused_with_what_to_give(tmp_path):
    path = text(tmp_path / "x-key.en.csv", JISC_KEY)
    with pytest.raises(StudyError, match="this is the key of a Jisc survey"):
        read_exports([path], {"reader": reader_of(path)}, None)


def test_eusurvey(tmp_path):
    for name in ("e.xlsx", "e.csv"):
        values, _, export = read(table(tmp_path / name, EUSURVEY), "eusurvey")
        assert values.loc["c-1"].to_dict() == {
            "taille": "grande",
            "quels_outils[git]": "Y",
            "quels_outils[wiki]": "Y",
            "notez[le_site]": "bien",
            "notez[l_accueil]": "mal",
            "pour_qui[elus]": "Y",
            "pour_qui[agents]": "",
        }
        assert list(export.respondents["language"]) == ["FR", "EN", "EN"]
        assert export.respondents["submitted"].iloc[0] == "2026-02-03"
        assert "x.example" not in told(export)


def test_eusurvey_with_short_names_anonymous_and_on_two_sheets(tmp_path):
    book = openpyxl.Workbook()
    for sheet, heads, rows in (
        (book.active, ["Taille ? (size)", "Outils ? (tool_s)"],
         [["grande", "Git"], [], ["x", "y"]]),
        (
            book.create_sheet("Content1"),
            ["Fin ? (end)", "Contribution ID", "Creation Date"],
            [["non", "Anonymous", "2026-02-01"], ["oui", "Anonymous", "2026-02-01"],
             ["", "Anonymous", "2026-02-01"]],
        ),
    ):  # fmt: skip
        for row in (["Alias", "made"], ["Export Date", "2026-03-01"], [], heads, *rows):
            sheet.append(row)
    book.save(tmp_path / "e.xlsx")
    values, _, export = read(tmp_path / "e.xlsx", "eusurvey")
    assert list(values.columns) == ["size", "tool_s", "end"]
    assert values.loc["2"].tolist() == ["", "", "oui"]  # blank on the first sheet, still a row
    assert "anonymous" in found(export)["ids"]


def test_sphinx(tmp_path):
    path = text(tmp_path / "e.csv", SPHINX, "cp1252")
    values, states, export = read(path, "sphinx")
    assert list(values.columns) == [
        *("TAILLE", "role_tenu", "OUTILS[wiki]", "OUTILS[git]", "OUTILS[forum]"),
        *("AVIS[1]", "AVIS[2]", "USAGE[1]", "USAGE[2]", "THEMES"),
    ]
    assert values.loc["1"].tolist() == ["grande", "élu", "Y", "Y", "", "3", "4", "Y", "", "Données"]
    assert values.loc["3", "OUTILS[forum]"] == "Y"
    assert states.at["3", "THEMES"] == "not_reached" and states.at["3", "USAGE[1]"] == "not_reached"
    assert list(export.respondents["duration_seconds"]) == [312, 312, 9]
    assert list(export.respondents["complete"]) == [True, True, False]
    assert export.respondents["submitted"].iloc[0] == "2026-02-13"
    assert found(export)["encoding"] == "cp1252" and "AB-CD" not in told(export)


def test_sphinx_with_texts_above_the_names_and_joined_answers(tmp_path):
    rows = ["Quels outils ?;Début;Fin;État", "OUTILS;DATE_SAISIE;DATE_ENREG;PROGRESSION"]
    rows += [f'"{cell}";01/02/2026;02/02/2026;Terminé' for cell in ("Git;Wiki", "Git", "Git;Wiki")]
    values, _, export = read(text(tmp_path / "e.txt", "\n".join(rows) + "\n"), "sphinx")
    assert list(values.columns) == ["OUTILS[git]", "OUTILS[wiki]"]
    assert list(values["OUTILS[wiki]"]) == ["Y", "", "Y"]
    assert list(export.respondents["submitted"]) == ["2026-02-02"] * 3


def test_qualtrics(tmp_path):
    for name in ("e.csv", "e.tsv", "e.xlsx"):  # the TSV is UTF-16, as Qualtrics writes it
        values, states, export = read(table(tmp_path / name, QUALTRICS), "qualtrics")
        assert list(values.columns) == [
            *("Q1", "Q2[1]", "Q2[2]", "Q2[2_TEXT]", "Q3[1]", "Q3[2]", "Q4[1]", "Q4[3]"),
        ]
        assert values.loc["R_1"].tolist() == ["2", "Y", "", "", "5", "", "Y", "Y"]
        assert values.loc["R_3", "Q2[2_TEXT]"] == "roads"
        assert states.loc["R_1"].tolist()[4:6] == ["answered", "empty"]  # -99: seen, left blank
        assert states.at["R_1", "Q2[2]"] == "empty"
        assert states.at["R_2", "Q1"] == "empty" and states.at["R_2", "Q2[1]"] == "not_shown"
        assert states.at["R_2", "Q4[1]"] == "not_reached"
        assert states.at["R_3", "Q3[1]"] == "not_shown"
        assert found(export)["previews, tests and spam"] == "R_2"
        assert list(export.respondents["language"]) == ["FR", "FR", "EN"]
        for personal in ("10.9.8", "Exemple", "x.example", "48.85"):
            assert personal not in told(export)


def test_qualtrics_legacy(tmp_path):
    values, states, export = read(text(tmp_path / "e.csv", LEGACY), "qualtrics")
    assert values.loc["R_1"].to_dict() == {"Q1": "2", "Q2[1]": "Y", "Q2[2]": ""}
    assert found(export)["columns"] == (
        "13: 9 of the tool, 3 of questions, 1 without heading and answer"
    )
    assert list(export.respondents["complete"]) == [True, False]
    assert states.at["R_2", "Q2[1]"] == "empty"
    assert "Exemple" not in told(export) and "10.9.8" not in told(export)
