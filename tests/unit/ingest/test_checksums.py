"""SOURCES.csv lists the raw files, and a changed one stops the run by its name."""

import csv
import hashlib
from pathlib import Path

import pytest

from barometre.__main__ import main
from barometre.errors import StudyError
from barometre.ingest import checksums


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "with space" / "raw"
    (folder / "one" / "exports").mkdir(parents=True)
    (folder / "one" / "exports" / "export.csv").write_bytes(b"id,gov1\r\n1,Y\r\n")
    (folder / "one" / "codebook.csv").write_text("item\n", encoding="utf-8")
    (folder / "one" / "study.yaml").write_text("licence: ODbL 1.0\n", encoding="utf-8")
    (folder / "one" / "PROVENANCE.md").write_text("made up\n", encoding="utf-8")
    return folder


def rows(raw: Path) -> dict[str, dict[str, str]]:
    with open(raw / "SOURCES.csv", encoding="utf-8", newline="") as source:
        return {row["path"]: row for row in csv.DictReader(source)}


def test_command_lists_material_and_nothing_else(raw: Path) -> None:
    assert main(["sources", "--raw", str(raw)]) == 0
    listed = rows(raw)
    assert list(listed) == ["one/codebook.csv", "one/exports/export.csv"]
    export = listed["one/exports/export.csv"]
    assert export["sha256"] == hashlib.sha256(b"id,gov1\r\n1,Y\r\n").hexdigest()
    assert export["bytes"] == "14"
    assert export["licence"] == "ODbL 1.0"
    assert export["source"] == "one/PROVENANCE.md"


def test_command_keeps_the_cells_a_person_wrote(raw: Path) -> None:
    main(["sources", "--raw", str(raw)])
    path = raw / "SOURCES.csv"
    path.write_text(path.read_text().replace("ODbL 1.0,one/PROV", "CC0 1.0,one/PROV", 1))
    main(["sources", "--raw", str(raw)])
    assert rows(raw)["one/codebook.csv"]["licence"] == "CC0 1.0"
    assert rows(raw)["one/exports/export.csv"]["licence"] == "ODbL 1.0"


def test_command_says_what_changed(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["sources", "--raw", str(raw)])
    capsys.readouterr()
    (raw / "one" / "codebook.csv").write_text("item,kind\n", encoding="utf-8")
    (raw / "one" / "scales.csv").write_text("scale,answer\n", encoding="utf-8")
    main(["sources", "--raw", str(raw)])
    said = capsys.readouterr().out
    assert "changed  one/codebook.csv" in said and "new      one/scales.csv" in said
    assert "export.csv" not in said


def test_verify_names_the_changed_file(raw: Path) -> None:
    main(["sources", "--raw", str(raw)])
    files = [str(raw / name) for name in rows(raw)]
    checksums.verify(files, str(raw / "SOURCES.csv"))
    (raw / "one" / "exports" / "export.csv").write_bytes(b"id,gov1\r\n1,N\r\n")
    with pytest.raises(StudyError, match=r"exports/export\.csv: the file has changed"):
        checksums.verify(files, str(raw / "SOURCES.csv"))


def test_verify_stops_at_a_file_that_is_missing_or_not_recorded(raw: Path) -> None:
    main(["sources", "--raw", str(raw)])
    (raw / "one" / "scales.csv").write_text("scale,answer\n", encoding="utf-8")
    with pytest.raises(StudyError, match="no row"):
        checksums.verify([str(raw / "one" / "scales.csv")], str(raw / "SOURCES.csv"))
    with pytest.raises(StudyError, match="missing"):
        checksums.verify([str(raw / "one" / "gone.csv")], str(raw / "SOURCES.csv"))


def test_a_download_may_have_either_hash(raw: Path) -> None:
    publisher, mirror = (hashlib.sha256(text).hexdigest() for text in (b"whole", b"redacted"))
    (raw / "one" / "downloads.csv").write_text(
        f"file,sha256_publisher,sha256_mirror\ngot.csv,{publisher},{mirror}\n", encoding="utf-8"
    )
    got = raw / "one" / "exports" / "got.csv"
    sources = str(raw / "SOURCES.csv")
    main(["sources", "--raw", str(raw)])
    assert not any("exports" in path for path in rows(raw))
    for text in (b"whole", b"redacted"):
        got.write_bytes(text)
        checksums.verify([str(got)], sources)
    got.write_bytes(b"other")
    with pytest.raises(StudyError, match=r"got\.csv: the file has changed"):
        checksums.verify([str(got)], sources)
