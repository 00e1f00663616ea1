"""Hostile files are refused with a sentence; limits are scaled down where the real ones are big."""

import zipfile

import pytest

from barometre.errors import StudyError
from barometre.ingest import limits
from barometre.ingest.draft_sources import draft_of
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of

TABLE = {"reader": "table", "options": {}}


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name.replace("__", "/"), content)
    return path


def doors(path):
    """All ways in."""
    return (
        lambda: read_exports([path], TABLE, None),
        lambda: reader_of(path),
        lambda: draft_of(path),
    )


def refused(path, sentence):
    for door in doors(path):
        with pytest.raises(StudyError, match=sentence):
            door()


@pytest.mark.parametrize("suffix", [".xlsx", ".lsa", ".ods"])
def test_a_bomb(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(limits, "LARGE_MEMBER", 1_000_000)
    path = archive(tmp_path / f"b{suffix}", **{"xl__sheet1.xml": "<a>" * 3_000_000})
    refused(path, "would unfold to 9 MB")


def test_many_members_and_much_in_all(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MEMBERS", 3)
    refused(archive(tmp_path / "m.xlsx", **{f"m{n}": "x" for n in range(4)}), "in 4 files")
    monkeypatch.setattr(limits, "UNPACKED", 100)
    refused(archive(tmp_path / "u.xlsx", a="x" * 101), "would unfold")


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "a/../../x", "..\\x", "C:/x"])
def test_members_that_point_out_of_the_archive(tmp_path, name):
    path = tmp_path / "t.lsa"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(name, "x")
    refused(path, "points out of it")


def test_a_link_out_of_the_folder(tmp_path):
    (tmp_path / "secret.csv").write_text("id,q\n1,2\n", encoding="utf-8")
    (tmp_path / "exports").mkdir()
    link = tmp_path / "exports" / "a.csv"
    link.symlink_to(tmp_path / "secret.csv")
    refused(link, "a link to a file outside its folder")
    beside = tmp_path / "b.csv"
    beside.symlink_to(tmp_path / "secret.csv")
    read_exports([beside], TABLE, None)


def test_nul_bytes_but_not_those_of_utf16(tmp_path):
    path = tmp_path / "n.csv"
    path.write_bytes(b"id,q\n1,a\0b\n")
    refused(path, "NUL bytes")
    path.write_bytes("id,q\n1,a\n".encode("utf-16"))
    assert len(read_exports([path], TABLE, None).respondents) == 1


def test_a_cell_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LINE", 100_000)
    monkeypatch.setattr(limits, "CHUNK", 1_000)
    path = tmp_path / "c.csv"
    path.write_text('id,q\n1,"' + "a" * 200_000 + '"\n', encoding="utf-8")
    refused(path, "a line of more than")
    path.write_text("id,q\n" + "1,aaaaaaaa\n" * 20_000, encoding="utf-8")
    limits.check_file(path)


def test_a_million_columns(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(",".join(map(str, range(1_000_000))) + "\n", encoding="utf-8")
    refused(path, "columns; a questionnaire has at most")


def test_a_large_file_that_is_not_plain_is_not_read_cell_by_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SLOW", 10)
    path = tmp_path / "l.csv"
    path.write_text("id,q\n1,2,3\n", encoding="utf-8")
    with pytest.raises(StudyError, match="read as plain UTF-8 CSV tables"):
        read_exports([path], TABLE, None)


def test_entities_are_never_expanded(tmp_path):
    text = (
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">'
        '<!ENTITY b "&a;&a;">]><document><questions>&b;</questions></document>'
    )
    for name in ("e.lss",):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(StudyError, match="defines XML entities"):
            draft_of(tmp_path / name)
    archive(tmp_path / "e.lsa", **{"survey_1.lss": text})
    with pytest.raises(StudyError, match="defines XML entities"):
        draft_of(tmp_path / "e.lsa")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    "name", ["barometre/gui_code_short_all.xlsx", "barometre/survey_archive_452781.lsa"]
)
def test_half_a_file(shared, tmp_path, name, share):
    whole = shared(f"limesurvey/{name}").read_bytes()
    path = tmp_path / name.split("/")[1]
    path.write_bytes(whole[: int(len(whole) * share)])
    refused(path, "cannot be read|no whole|NUL bytes")
