from datetime import datetime

import pandas as pd
import pytest

from barometre.codebook import Codebook
from barometre.ingest.read import read_exports
from barometre.simulate.limesurvey_export import Form, Response, export_text

ROWS = [
    ("nom", "text", "unit", "", ""),
    ("org1", "yes_no", "measure", "", ""),
    ("org2", "date", "background", "", "org1=Y"),
    ("gov1", "scale", "score", "zero_five", ""),
    ("why", "text", "measure", "", "org1=Y"),
    ("fri[SQ001]", "tick", "brake", "", ""),
    ("idpop", "number", "background", "", ""),
]


@pytest.fixture
def form():
    items = pd.DataFrame(ROWS, columns=["item", "kind", "role", "scale", "shown_if"])
    items = items.set_index("item").assign(theme="t", minimum="", maximum="", weight=1.0)
    items = items.assign(adopted_from=float("nan"), label_fr="x", label_en="x")
    scale = [("zero_five", str(n), float(n), "answered", "x", "x") for n in range(6)]
    scale.append(("zero_five", "NSP", float("nan"), "unknown", "x", "x"))
    columns = ["scale", "answer", "level", "state", "label_fr", "label_en"]
    return Form(Codebook(items, pd.DataFrame(scale, columns=columns)), ("nom", "gov1", "idpop"))


def response(answers, day=1, **more):
    return Response(answers, datetime(2020, 3, day, 10), 30, 123, **more)


FULL = {
    "nom": 'A, "la métropole"\nd’essai', "org1": "Y", "org2": "2018-05-02", "gov1": "4",
    "why": "", "fri[SQ001]": "Y", "idpop": "250000",
}  # fmt: skip


def test_bytes_are_those_of_limesurvey(form):
    text = export_text(form, [response(FULL)])
    assert text.encode().startswith(b'\xef\xbb\xbf"id","submitdate","lastpage",')
    header, row = text.removesuffix("\r\n").split("\r\n")
    assert row == (
        '"1","2020-03-01 10:30:00","3","fr","123","2020-03-01 10:00:00","2020-03-01 10:30:00",'
        '"A, ""la métropole""\nd’essai","Y","2018-05-02 00:00:00","4","","Y","250000"'
    )


def test_null_is_bare_and_blank_is_quoted(form):
    hidden = export_text(form, [response({"nom": "B", "org1": "N"})]).split("\r\n")[1]
    # Hidden date and text: NULL. Unanswered list and unticked box: "". Blank number: NULL.
    assert hidden.endswith('"B","N",,"",,"",')
    unreached = export_text(form, [response({"nom": "C", "org1": "Y"}, last_page=1)])
    row = unreached.split("\r\n")[1]
    assert row.startswith('"1",,"1",') and row.endswith('"C","Y",,,,,')


def test_the_reader_finds_the_states_again(form, tmp_path):
    path = tmp_path / "export.csv"
    partial = {"nom": "C", "org1": "N", "gov1": "NSP"}
    path.write_bytes(
        export_text(
            form,
            [
                response(FULL, day=1),
                response({"nom": "B", "org1": "N", "gov1": ""}, day=2),
                response(partial, day=3, last_page=2),
            ],
        ).encode()
    )
    answers = read_exports([str(path)], {"reader": "limesurvey", "options": {}}, form.codebook)
    found = answers.answers.pivot(index="item", columns="respondent_id", values="state")
    assert found.loc[[row[0] for row in ROWS]].to_numpy().tolist() == [
        ["answered"] * 3,
        ["answered"] * 3,
        ["answered", "not_shown", "not_shown"],
        ["answered", "empty", "unknown"],
        ["empty", "not_shown", "not_shown"],
        ["answered", "empty", "empty"],
        ["answered", "empty", "not_reached"],
    ]
    values = answers.answers.set_index(["respondent_id", "item"])["value"]
    assert values["1", "nom"] == FULL["nom"] and values["1", "org2"] == "2018-05-02 00:00:00"


def test_responses_are_numbered_by_when_they_were_started(form):
    late, early = response({"nom": "late"}, day=9), response({"nom": "early"}, day=2)
    rows = export_text(form, [late, early]).split("\r\n")[1:3]
    assert [row.split(",")[0] for row in rows] == ['"1"', '"2"']
    assert '"early"' in rows[0] and '"late"' in rows[1]
