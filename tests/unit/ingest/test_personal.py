"""Columns of personal data stay behind; what only looks like them does not."""

from __future__ import annotations

import string
from itertools import product

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import privacy
from barometre.ingest.clean import clean
from barometre.ingest.personal import heading, sign_of
from barometre.ingest.read import read_exports
from tests.unit.ingest import made

DIGITS = st.text(string.digits, min_size=2, max_size=2)
PERSONS = {
    "e-mail addresses": st.emails(domains=st.sampled_from(["ville.example", "mairie.example.org"])),
    "telephone numbers": st.tuples(
        st.sampled_from(["06", "01", "+33 6", "+33 1"]), st.sampled_from(["", " ", ".", "-"]),
        st.lists(DIGITS, min_size=4, max_size=4),
    ).map(lambda parts: parts[0] + parts[1] + parts[1].join(parts[2])),
    "IP addresses": st.ip_addresses().map(str),
    "coordinates": st.tuples(st.floats(-89, 89), st.floats(-179, 179)).map(
        lambda pair: f"{pair[0]:.6f}, {pair[1]:.6f}"
    ),
}  # fmt: skip
INSTITUTIONS = {
    "SIREN": st.integers(100_000_000, 999_999_999).map(str),
    "SIREN spaced": st.integers(100_000_000, 999_999_999).map(lambda n: f"{n:,}".replace(",", " ")),
    "SIRET": st.integers(10**13, 10**14 - 1).map(str),
    "VAT number": st.integers(10**10, 10**11 - 1).map(lambda n: f"FR{n}"),
    "count": st.integers(0, 10**8).map(str),
    "decimal": st.floats(0, 10**6).map(lambda x: f"{x:.3f}"),
    "date": st.dates().map(str),
    "date with time": st.datetimes().map(lambda when: f"{when:%Y-%m-%d %H:%M:%S}"),
    "German date": st.datetimes().map(lambda when: f"{when:%d.%m.%Y %H:%M:%S}"),
    "year": st.integers(1900, 2030).map(str),
    "budget": st.integers(1, 10**7).map(lambda n: f"{n:,} €".replace(",", " ")),
    "portal": st.sampled_from(["data", "opendata", "portail"]).map(
        lambda word: f"https://{word}.ville.example/datasets/5d3f"
    ),
    "place": st.sampled_from(["Métropole A", "Ville LYON", "Ville NICE", "Aix-en-Provence"]),
}


@pytest.mark.parametrize("kind", PERSONS)
@given(data=st.data())
def test_columns_of_persons_are_seen_without_a_heading(kind, data):
    texts = data.draw(st.lists(PERSONS[kind], min_size=1, max_size=20))
    found = sign_of(texts, "")
    assert found == (kind, len(texts))


@pytest.mark.parametrize("kind", INSTITUTIONS)
@given(data=st.data())
def test_numbers_dates_and_places_are_no_persons(kind, data):
    texts = data.draw(st.lists(INSTITUTIONS[kind], min_size=1, max_size=20))
    assert sign_of(texts, "") is None


@given(st.lists(st.text(string.ascii_letters + string.digits, min_size=15, max_size=15),
                min_size=5, max_size=20, unique=True))  # fmt: skip
def test_tokens_are_drawn_at_random_and_of_one_length(texts):
    mixed = [sum(a.isdigit() != b.isdigit() or a.isupper() != b.isupper()
                 for a, b in zip(text, text[1:], strict=False)) >= 3 for text in texts]  # fmt: skip
    assume(all(mixed))
    assert sign_of(texts, "") == ("access tokens", len(texts))


@pytest.mark.parametrize(
    ("code", "texts", "kind"),
    [
        ("idrep[PRENOM]", ["Zoé", "Jean-Pierre", "Anne Sophie"], "names of persons"),
        ("RecipientLastName", ["O’Nyme", "d'Essai"], "names of persons"),
        ("Nom du répondant", ["Zoé EXEMPLE"], "names of persons"),
        ("contact", ["M. Essai", "Mme Exemple", "Mme d'Essai"], "names of persons"),
        ("q7", ["Zoé EXEMPLE", "Gaël ESSAI", "Anne MODÈLE"], "names of persons"),
        ("location-latitude", ["48.856", "45.76"], "coordinates"),
        ("lon", ["2.352"], "coordinates"),
        ("tel", ["612345678", "non"], "telephone numbers"),
        ("Votre courriel ?", ["non", "non", "a@b.example"], "e-mail addresses"),
        ("refurl", ["https://x.example/?t=1"], "referring addresses"),
        ("token", ["TKN00A0000"], "access tokens"),
        ("q1", ["2001:db8::1"], "IP addresses"),
        ("q1", ["48.8566 2.3522 35 4.9"], "coordinates"),
    ],
)
def test_columns_that_are_seen(code, texts, kind):
    found = sign_of(texts, heading(code))
    assert found is not None and found[0] == kind


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("Would you or your organization give your name?", ["Maybe", "Yes", "No"] * 5),
        ("Nom de la collectivité", ["Métropole A", "Essai Agglomération"]),
        ("name", ["Kubernetes", "Linux"]),
        ("conf[FULLNAME (ACRONYM)]", ["Misc IEEE", "EGU", "DH, DHd"]),
        ("Application mobile", ["5", "4", "NSP"]),
        ("Nombre d'e-mails", ["1200", "30"]),
        ("portail", ["https://data.ville.example"]),
        ("Utilisez-vous des jetons ?", ["Oui", "Non"]),
        ("latitude", ["faible", "grande"]),
        ("q3", ["Voir avec a@b.example", "rien", "rien à dire"]),
        ("q3", ["Communication", "Gouvernances", "Informatique1"]),
        ("budget", ["1.250 2.500", "12,5"]),
    ],
)
def test_columns_that_stay(code, texts):
    assert sign_of(texts, heading(code)) is None


def study(tmp_path, rows, **roles):
    items = [made.item(code, "text", roles.get(code, "measure"), theme="t") for code in rows[0]]
    path = tmp_path / "a.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return [path], {"reader": "table"}, made.codebook(tmp_path, items)


ROWS = [
    {"prenom": "Zoé", "nom": "Exemple", "mail": "z.e@x.example", "q": "oui"},
    {"prenom": "Gaël", "nom": "Essai", "mail": "g@x.example", "q": "écrire à g@x.example"},
    {"prenom": "", "nom": "", "mail": "", "q": "non"},
]


def test_what_is_left_behind_is_told_in_reading_log_and_flow(tmp_path):
    paths, settings, codebook = study(tmp_path, ROWS, prenom="personal")
    export = read_exports(paths, settings, codebook)
    assert set(export.answers["item"]) == {"q"}
    told = export.reading.set_index("what")["found"]
    assert told["personal columns left behind"] == (
        "nom (names of persons, 2 of 2 answers), mail (e-mail addresses, 2 of 2 answers)"
    )
    assert told["e-mail addresses or telephone numbers"].startswith("q (1)")
    cleaned = clean(export.answers, export.respondents, codebook, [])
    log = tables.check(cleaned.log, "cleaning_log")
    assert log[["step", "action", "item"]].to_numpy().tolist() == [
        ["read", "left behind", "nom"], ["read", "left behind", "mail"],
    ]  # fmt: skip
    assert cleaned.flow["reason"].tolist() == [
        "nothing: rows as exported; personal columns left behind: nom, mail"
    ]


def test_a_study_may_keep_such_a_column_knowingly(tmp_path):
    paths, settings, codebook = study(tmp_path, ROWS, prenom="personal")
    export = read_exports(paths, settings, codebook, {"keep": ["mail"]})
    assert set(export.answers["item"]) == {"mail", "q"}
    with pytest.raises(StudyError, match=r"privacy\.keep.*'prenom'"):
        read_exports(paths, settings, codebook, {"keep": ["prenom"]})


def test_the_unit_of_a_study_is_no_person_but_its_address_is(tmp_path):
    rows = [{"nom": "Exemple", "prenom": "Zoé"}, {"nom": "Essai", "prenom": "Gaël"}]
    paths, settings, codebook = study(tmp_path, rows, nom="unit")
    assert set(read_exports(paths, settings, codebook).answers["item"]) == {"nom"}
    paths, settings, codebook = study(tmp_path, [{"nom": "a@x.example", "q": "1"}], nom="unit")
    assert set(read_exports(paths, settings, codebook).answers["item"]) == {"q"}


def test_personal_ids_and_scored_items_are_refused(tmp_path):
    paths, settings, codebook = study(tmp_path, [{"mail": "a@x.example", "q": "1"}], q="score")
    items = codebook.items.drop("mail")
    named = {**settings, "options": {"respondent": "mail"}}
    with pytest.raises(StudyError, match="ids of the responses are e-mail addresses"):
        read_exports(paths, named, type(codebook)(items, codebook.scales))
    with pytest.raises(StudyError, match="'mail': it is scored"):
        scored = codebook.items.assign(role="score")
        read_exports(paths, settings, type(codebook)(scored, codebook.scales))


def test_large_tables_are_looked_at_in_the_same_way(tmp_path):
    from barometre.ingest.large import read_large

    names = ["".join(word) for word in product("BDLM", ("a", "e", "i", "o"), ("na", "ra", "line"))]
    rows = [
        {
            **ROWS[1],
            "prenom": names[at % 48],
            "nom": names[at % 47],
            "lat": f"{at / 70:.4f}",
            "n": at,
        }
        for at in range(5000)
    ]
    path = tmp_path / "a.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    export = read_large(path, "table", {}, None, least=0)
    assert export is not None and isinstance(export.answers["value"].dtype, pd.CategoricalDtype)
    found = privacy.personal_items(export.answers, None)
    assert set(found) == {"prenom", "nom", "mail", "lat"}
    kept = privacy.without(export.answers, found)
    assert kept["item"].unique().tolist() == ["q", "n"] and len(kept) == 10_000
    assert list(kept["item"].cat.categories) == ["q", "n"]
