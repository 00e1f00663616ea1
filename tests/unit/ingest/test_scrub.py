"""Verbatims lose addresses, numbers, private links and the names that identity columns hold."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometre.errors import StudyError
from barometre.ingest import read, scrub
from barometre.ingest.wording import key
from tests.unit.ingest import made

NAMES = {"zoe", "exemple", "lefevre", "jean", "pierre"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Merci à Zoé Exemple !", "Merci à [nom] !"),
        ("ZOE, Jean-Pierre LEFÈVRE et lefevre.", "[nom], [nom] et [nom]."),
        ("Écrire à zoe.e@ville.example ou 06 12 34 56 78", "Écrire à [e-mail] ou [téléphone]"),
        ("tél. +33 (0)6 12 34 56 78.", "tél. [téléphone]."),
        ("https://s.example/index.php/4527?token=TKN00A0000&lang=fr", "[lien]"),
        ("voir https://s.example/r/x8Kd9fQ2mZ71pLw", "voir [lien]"),
        *(
            (text, text)
            for text in (
                "voir https://data.ville.example/datasets/budget-2019",
                "Budget de 12 500 000 € en 2019, SIREN 200 046 977",
                "exemplaire, jeanne, pierreux",
                "+ de moyens",
            )
        ),
    ],
)  # fmt: skip
def test_what_is_taken_out_and_what_is_not(text, clean):
    assert scrub.scrub(text, NAMES, "fr")[0] == clean


def test_words_are_those_of_the_language_and_each_is_counted():
    text, taken = scrub.scrub("Zoé, a@b.example, 06 12 34 56 78, www.x.example?key=1", NAMES, "en")
    assert text == "[name], [e-mail], [telephone], [link]"
    assert sum(taken.values()) == 4


def test_parts_of_names_are_words_of_three_letters_that_are_no_particle():
    answers = pd.DataFrame(
        {"item": ["nom", "nom", "q"], "value": ["Des Éssarts-Li", "M. O’Nyme2", "Zut"]}
    )
    assert scrub.names_in(answers, ["nom"]) == {"essarts"}


@given(
    st.text(max_size=40),
    st.sampled_from(["Zoé", "ZOÉ", "zoe", "Lefèvre", "jean", "PIERRE"]),
    st.sampled_from([" ", ", ", ".", "(", "'", "\n", "-"]),
    st.text(max_size=40),
)
def test_no_planted_name_is_left(before, name, sign, after):
    text, taken = scrub.scrub(f"{before}{sign}{name}{sign}{after}", NAMES, "fr")
    assert sum(taken.values()) >= 1
    left = set(key(text).split()) - {"nom"}
    assert not left & NAMES


ROWS = {
    "nom": ["Exemple", "d’Essai", ""],
    "prenom": ["Zoé", "Gaël", ""],
    "mail": ["z.e@x.example", "", ""],
    "role": ["Directrice", "Élu", ""],
    "avis": ["Zoe exemple a écrit à g@x.example", "Directrice: gaël", "=1+1 rien"],
}


def study(tmp_path, **kinds):
    roles = dict.fromkeys(("nom", "prenom", "mail", "role"), "personal")
    items = [
        made.item(code, kinds.get(code, "text"), roles.get(code, "measure"), label_fr=code)
        for code in ROWS
    ]
    path = tmp_path / "a.csv"
    pd.DataFrame(ROWS).to_csv(path, index=False)
    return [path], {"reader": "table"}, made.codebook(tmp_path, items)


def test_a_study_s_verbatims_are_scrubbed_before_its_identities_are_left_behind(tmp_path):
    paths, settings, codebook = study(tmp_path)
    export = read.read_exports(paths, settings, codebook, {"verbatims": ["avis"]})
    assert export.answers["value"].tolist() == [
        "[nom] a écrit à [e-mail]", "Directrice: [nom]", "=1+1 rien",
    ]  # fmt: skip
    told = export.reading.set_index("what")["found"]
    assert told["scrubbed from verbatims"] == (
        "3 texts; e-mail addresses 1, links 0, telephone numbers 0, names 3"
    )
    plain = read.read_exports(paths, settings, codebook)
    assert "Zoe exemple" in plain.answers["value"].iloc[0]  # told as suspect, not published
    assert set(plain.answers["item"]) == {"avis"}


@pytest.mark.parametrize(
    ("item", "kinds", "said"),
    [
        ("nom", {}, "is personal"),
        ("x", {}, "is not in"),
        ("avis", {"avis": "choice"}, "is no text"),
    ],
)
def test_only_free_texts_that_are_not_personal_can_be_published(tmp_path, item, kinds, said):
    paths, settings, codebook = study(tmp_path, **kinds)
    with pytest.raises(StudyError, match=rf"privacy\.verbatims.*'{item}' {said}"):
        read.read_exports(paths, settings, codebook, {"verbatims": [item]})


def test_verbatims_of_the_genuine_export_hold_nothing_of_its_identities(shared, tmp_path):
    """All free texts of the survey published: no name, address or number is left in them."""
    codebook = made.survey_codebook(shared, tmp_path)
    roles, kinds = codebook.items["role"], codebook.items["kind"]
    texts = list(codebook.items.index[(kinds == "text") & (roles == "measure")])
    path = shared("limesurvey/barometre/gui_code_short_comma_all.csv")
    settings = {"reader": "limesurvey"}
    planted = read.read_exports([path], settings, codebook).answers
    export = read.read_exports([path], settings, codebook, {"verbatims": texts})
    entered = made.truth(shared)
    who = entered[entered["export_header"].isin(["idrep[NOM]", "idrep[PRENOM]"])]["value"]
    names = {part for name in who for part in key(name).split() if len(part) >= 3} - scrub.PARTICLES
    given = export.answers[export.answers["item"].isin(texts)]["value"].dropna()
    assert len(given) == planted["item"].isin(texts).mul(planted["value"].notna()).sum() > 100
    for text in given:
        assert not set(key(text.replace("[nom]", "")).split()) & names, text
        assert "@" not in text or not scrub.EMAIL.search(text)
    untouched = export.answers[~export.answers["item"].isin(texts)].reset_index(drop=True)
    before = planted[~planted["item"].isin(texts)].reset_index(drop=True)
    pd.testing.assert_frame_equal(untouched, before)
