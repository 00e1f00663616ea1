"""KoBoToolbox and ODK: groups, boxes, repeats, labels, and what never leaves the reader."""

import io

import openpyxl
import pytest

from barometre.errors import StudyError
from barometre.ingest import kobo, xlsform
from barometre.ingest.recognise import reader_of
from barometre.ingest.structure import codebook_of, structure_codebook
from tests.unit.ingest import made

FORM = [
    {"type": "begin_group", "name": "profile", "label::French (fr)": "Profil"},
    {"type": "select_one town", "name": "town", "label::English (en)": "Which town?",
     "label::French (fr)": "Quelle commune ?"},
    {"type": "select_multiple tools", "name": "tools", "label::English (en)": "Which tools?",
     "label::French (fr)": "Quels outils ?", "relevant": "${town} = 'lyon' or ${town} = \"nancy\""},
    {"type": "end_group"},
    {"type": "geopoint", "name": "place", "label::English (en)": "Where?"},
    {"type": "text", "name": "why", "relevant": "selected(${tools}, 'maps') and ${town}='lyon'",
     "label::English (en)": "Why maps?"},
    {"type": "integer", "name": "size", "label::English (en)": "Size", "relevant": "${age} > 3"},
    {"type": "begin_repeat", "name": "staff"},
    {"type": "integer", "name": "age", "label::English (en)": "Age"},
    {"type": "select_one yn", "name": "chief", "label::English (en)": "Chief?",
     "relevant": "${town} = 'lyon'"},
    {"type": "end_repeat"},
]  # fmt: skip
CHOICES = [
    {"list_name": "town", "name": "lyon", "label::English (en)": "Lyons",
     "label::French (fr)": "Lyon"},
    {"list_name": "town", "name": "nancy", "label::French (fr)": "Nancy"},
    {"list_name": "tools", "name": "maps", "label::English (en)": "Maps and plans"},
    {"list_name": "tools", "name": "chat", "label::English (en)": "Chat"},
    {"list_name": "yn", "name": "Y", "label::English (en)": "Yes"},
    {"list_name": "yn", "name": "N", "label::English (en)": "No"},
]  # fmt: skip
DATA = """\
start,end,profile/town,profile/tools,profile/tools/maps,profile/tools/chat,place,_place_latitude,\
_place_longitude,why,size,phonenumber,_id,_uuid,_submission_time,_validation_status,_index
2026-01-01T10:00:00.000+01:00,2026-01-01T10:05:00.000+01:00,lyon,maps,1,0,45.75 4.85 0 0,45.75,\
4.85,close,12,0600000000,7,u7,2026-01-01T09:05:10,Approved,1
2026-01-02T10:00:00.000+01:00,2026-01-02T10:01:00.000+01:00,nancy,,,,48.69 6.18 0 0,48.69,\
6.18,,,0600000001,9,u9,2026-01-02T09:01:10,,2
"""
STAFF = """\
staff/age,staff/chief,_index,_parent_table_name,_parent_index,_submission__id
40,Y,1,survey,1,7
31,N,2,survey,1,7
25,N,3,survey,2,9
"""


@pytest.fixture
def form():
    return codebook_of(xlsform.from_form(FORM, CHOICES))


def workbook(path, **tables):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in tables.items():
        sheet = book.create_sheet(name)
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(path)
    return path


def cells(export):
    rows = export.answers.astype(object).fillna("")
    who = zip(rows["respondent_id"], rows["item"], strict=True)
    values = zip(who, zip(rows["value"], rows["state"], strict=True), strict=True)
    return dict(values)


def told(export):
    return dict(export.reading[["what", "found"]].itertuples(index=False))


def test_groups_boxes_and_lines_of_repeats(tmp_path):
    path = workbook(tmp_path / "data.xlsx", survey=DATA, staff=STAFF)
    assert reader_of(path) == "kobo"
    export = kobo.read(path, {}, None)
    found = cells(export)
    assert {item for _, item in found} == {
        *("town", "tools/maps", "tools/chat", "why", "size"),
        *("staff[1].age", "staff[1].chief", "staff[2].age", "staff[2].chief"),
    }
    assert found["7", "tools/maps"] == ("Y", "answered")
    assert found["7", "tools/chat"] == ("", "empty")
    assert found["7", "staff[2].age"] == ("31", "answered")
    assert found["9", "staff[2].age"] == ("", "not_shown"), "there is no second line"
    people = export.respondents.set_index("respondent_id")
    assert people.at["9", "submitted"] == "2026-01-02" and people.at["7", "duration_seconds"] == 300
    assert told(export)["reviewed"] == "Approved 1"
    assert told(export)["repeat staff"] == "3 lines, 6 columns"


@pytest.mark.parametrize("known", [True, False])
def test_coordinates_and_telephones_never_leave(tmp_path, form, known):
    path = workbook(tmp_path / "data.xlsx", survey=DATA, staff=STAFF)
    export = kobo.read(path, {}, form if known else None)
    text = export.answers.to_csv() + export.respondents.to_csv() + export.reading.to_csv()
    for personal in ("45.75", "6.18", "0600000000", "0600000001"):
        assert personal not in text
    assert told(export)["coordinates left behind"] == "_place_latitude, _place_longitude, place"


@pytest.mark.parametrize("sign", [".", "/"])
def test_a_csv_with_either_sign_between_groups(tmp_path, form, sign):
    text = DATA.replace("profile/", f"profile{sign}").replace("tools/", f"tools{sign}")
    (tmp_path / "d.csv").write_text(text.replace(",", ";"), encoding="utf-8")
    (tmp_path / "staff.csv").write_text(STAFF.replace("staff/", f"staff{sign}"), encoding="utf-8")
    found = cells(kobo.read(tmp_path / "d.csv", {"repeats": {"staff": "staff.csv"}}, form))
    assert found["7", "tools/maps"][0] == "Y" and found["7", "staff[2].chief"][0] == "N"
    assert found["9", "staff[1].chief"] == ("N", "answered")
    assert found["9", "tools/maps"][1] == "empty" and found["9", "why"][1] == "not_shown"
    with pytest.raises(StudyError, match="'no.csv' is no sheet of the export and no file beside"):
        kobo.read(tmp_path / "d.csv", {"repeats": {"staff": "no.csv"}}, form)


def test_conditions_are_those_of_the_form_with_its_groups(form):
    shown = form.items["shown_if"]
    assert shown["tools/chat"] == "town=lyon|nancy"
    assert shown["why"] == "tools/maps=Y & town=lyon"
    assert shown["staff[1].chief"] == "town=lyon"
    assert shown["size"] == "" and form.items.at["size", "relevance"] == "${age} > 3"
    assert form.items.at["place", "role"] == "personal"


def test_names_or_labels_in_any_language_are_one(tmp_path, form):
    by_name = cells(kobo.read(workbook(tmp_path / "a.xlsx", survey=DATA, staff=STAFF), {}, form))
    heads = {
        "profile/town": "Quelle commune ?",
        "profile/tools/maps": "Which tools?/Maps and plans",
        "profile/tools/chat": "Which tools?/Chat",
        "profile/tools": "Which tools?",
        ",why,size,": ",Why maps?,Size,",
        ",lyon,maps": ",Lyons,Maps and plans",
        ",nancy,": ",Nancy,",
    }
    text = DATA
    for name, label in sorted(heads.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(name, label)
    staff = STAFF.replace("staff/age", "Age").replace("staff/chief", "Chief?")
    staff = staff.replace(",Y,", ",Yes,").replace(",N,", ",No,")
    path = workbook(tmp_path / "b.xlsx", survey=text, staff=staff)
    assert cells(kobo.read(path, {}, form)) == by_name


def test_boxes_are_read_from_their_sum_where_it_is_all_there_is(tmp_path, form):
    text = "town,tools,_uuid,_submission_time\nlyon,chat maps,u1,\nlyon,Maps and plans Chat,u2,\n"
    (tmp_path / "d.csv").write_text(text + "nancy,maps,u3,\nnancy,,u4,\n", encoding="utf-8")
    found = cells(kobo.read(tmp_path / "d.csv", {}, form))
    assert [found[f"u{n}", "tools/maps"][0] for n in range(1, 5)] == ["Y", "Y", "Y", ""]
    assert [found[f"u{n}", "tools/chat"][0] for n in range(1, 5)] == ["Y", "Y", "", ""]
    (tmp_path / "d.csv").write_text(text + "lyon,maps dance,u5,\n", encoding="utf-8")
    with pytest.raises(StudyError, match="row 4, question 'tools': 'dance' is none of its options"):
        kobo.read(tmp_path / "d.csv", {}, form)


def test_odk_files_are_joined_by_their_keys(tmp_path, form):
    main = (
        "SubmissionDate,start,end,profile-town,place-Latitude,place-Longitude,KEY,SubmitterName\n"
        "2026-01-01T10:00:00.000Z,,,lyon,45.75,4.85,uuid:a,Somebody\n"
        "2026-01-01T11:00:00.000Z,,,nancy,48.69,6.18,uuid:b,Somebody\n"
    )
    staff = "age,PARENT_KEY,KEY\n40,uuid:b,uuid:b/staff[1]\n41,uuid:b,uuid:b/staff[2]\n"
    (tmp_path / "f.csv").write_text(main, encoding="utf-8")
    (tmp_path / "f-staff.csv").write_text(staff, encoding="utf-8")
    assert reader_of(tmp_path / "f.csv") == "kobo"
    export = kobo.read(tmp_path / "f.csv", {"repeats": {"staff": "f-staff.csv"}}, form)
    found = cells(export)
    assert found["uuid:b", "town"][0] == "nancy" and found["uuid:b", "staff[2].age"][0] == "41"
    assert found["uuid:a", "staff[1].age"] == ("", "not_shown")
    everything = export.answers.to_csv() + export.respondents.to_csv()
    assert "Somebody" not in everything and "45.75" not in everything
    (tmp_path / "f-staff.csv").write_text(staff.replace("uuid:b,", "uuid:z,"), encoding="utf-8")
    with pytest.raises(StudyError, match="row 2: the line belongs to the response 'uuid:z'"):
        kobo.read(tmp_path / "f.csv", {"repeats": {"staff": "f-staff.csv"}}, form)


def test_a_repeat_within_a_repeat(tmp_path):
    home = "_index,_parent_table_name,_parent_index\n1,main,1\n2,main,1\n3,main,2\n"
    room = "m2,_index,_parent_table_name,_parent_index\n9,1,home,1\n8,2,home,2\n7,3,home,2\n"
    main = "q,_id,_uuid,_submission_time,_index\n1,a,,,1\n2,b,,,2\n"
    path = workbook(tmp_path / "d.xlsx", main=main, home=home, room=room)
    found = {key: value for key, (value, _) in cells(kobo.read(path, {}, None)).items() if value}
    assert found == {
        ("a", "q"): "1", ("b", "q"): "2", ("a", "home[1].room[1].m2"): "9",
        ("a", "home[2].room[1].m2"): "8", ("a", "home[2].room[2].m2"): "7",
    }  # fmt: skip
    circle = home.replace("main", "room")
    path = workbook(tmp_path / "c.xlsx", main=main, home=circle, room=room)
    with pytest.raises(StudyError, match="belong to each other in a circle"):
        kobo.read(path, {}, None)


def test_names_of_two_groups_keep_them(tmp_path):
    (tmp_path / "d.csv").write_text(
        "home/size,work/size,home/age,_id,_uuid,_submission_time\n1,2,3,a,,\n", encoding="utf-8"
    )
    found = cells(kobo.read(tmp_path / "d.csv", {"items": {"age": "years"}}, None))
    assert [item for _, item in found] == ["home/size", "work/size", "years"]


def test_a_box_that_is_neither_0_nor_1_is_refused(tmp_path):
    (tmp_path / "d.csv").write_text("t,t/a,_id,_uuid,_submission_time\na,3,x,,\n", encoding="utf-8")
    with pytest.raises(StudyError, match="row 2, column 't/a': expected 1 or 0 for a box"):
        kobo.read(tmp_path / "d.csv", {}, None)


def test_a_study_lists_the_lines_that_it_uses(tmp_path):
    path = workbook(tmp_path / "data.xlsx", survey=DATA, staff=STAFF)
    codes = ["town", "tools/maps", "tools/chat", "why", "size", "staff[1].age", "staff[1].chief"]
    codebook = made.codebook(tmp_path / "c", [made.item(code, "text") for code in codes])
    with pytest.raises(StudyError, match=r"the column 'staff\[2\].age' \(and 1 more\) is not in"):
        kobo.read(path, {}, codebook)


def test_the_genuine_export_against_its_form(shared):
    folder = "realdata/kobo_xlsform"
    form = structure_codebook(shared(f"{folder}/sample_xlsform.xlsx"))
    export = kobo.read(shared(f"{folder}/data.xlsx"), {}, form)
    assert set(export.answers["item"]) >= {"reason/safety", "members[5].age", "members[5].sex"}
    assert len(export.respondents) == 5
    likert = structure_codebook(shared(f"{folder}/form_likert.xlsx"))
    found = kobo.read(shared(f"{folder}/data_likert.xlsx"), {}, likert).answers
    assert set(found["value"]) == {"likely", "neutral", "unlikely"}
    assert found["item"].nunique() == 18 and found["respondent_id"].nunique() == 120


def test_labels_without_a_language_code_and_other_options():
    survey = [{"type": "select_one t or_other", "name": "a", "label::English": "A?",
               "label::Français": "A ?"}]  # fmt: skip
    draft = xlsform.from_form(survey, [{"list_name": "t", "name": "x", "label": "X"}])
    assert [row["item"] for row in draft.items] == ["a", "a_other"]
    assert (draft.items[0]["label_en"], draft.items[0]["label_fr"]) == ("A?", "A ?")
    assert [row["answer"] for row in draft.scales] == ["x", "other"]


def test_what_is_no_form_is_none(tmp_path):
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    (tmp_path / "t.xlsx").write_bytes(target.getvalue())
    assert xlsform.form_rows(tmp_path / "t.xlsx") is None
