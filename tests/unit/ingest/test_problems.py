"""`barometre check` prints every problem of a study at once, with its line."""

import re
import shutil

import pytest

from barometre.__main__ import main
from barometre.ingest.problems import problems, record_lines

FAULTS = (
    ("study.yaml", "shares_from: borrowed", "shares_from: guessed"),
    ("study.yaml", "  model: formative", "  model: formative\n  modle: formative"),
    ("study.yaml", "licence: CC BY 4.0", "licence: CC BY 4.0\nlicence: none"),
    ("study.yaml", "item: ame1\n", "item: ame99\n"),
    ("codebook.csv", "idpop,number", "idpop,numbre"),
    ("codebook.csv", "idcreat,date,background", "idcreat,date,backgrund"),
    ("codebook.csv", "inc2[SQ001]=Y", "inc2[SQ001]=Yes"),
    ("scales.csv", "legal_form,A2", "legal_form,A22"),
)


@pytest.fixture
def demo(root, tmp_path):
    shutil.copytree(root / "data/raw/metropoles-demo", tmp_path / "metropoles-demo")
    shutil.copy(root / "data/raw/SOURCES.csv", tmp_path)
    return tmp_path / "metropoles-demo"


def line_of(path, text):
    return path.read_text(encoding="utf-8").split(text)[0].count("\n") + 1


def test_a_sound_study_has_none(demo, capsys):
    assert problems(demo) == []
    assert main(["check", str(demo)]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_every_planted_fault_is_told_at_once_on_its_line(demo, capsys):
    for name, before, after in FAULTS:
        path = demo / name
        text = path.read_text(encoding="utf-8")
        assert before in text, before
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = problems(demo)
    assert found == sorted(found)
    told = {(problem.file, problem.line) for problem in found}
    shown = demo / "codebook.csv"
    assert {
        ("study.yaml", line_of(demo / "study.yaml", "shares_from: guessed")),
        ("study.yaml", line_of(demo / "study.yaml", "licence: none")),
        ("codebook.csv", line_of(shown, "idpop,numbre")),
        ("codebook.csv", line_of(shown, "idcreat,date,backgrund")),
        ("codebook.csv", line_of(shown, "inc2[SQ001]=Yes")),
    } <= told
    said = " ".join(map(str, found))
    assert "'modle' was unexpected" in said and "'ame99'" in said
    answers = [problem for problem in found if problem.file.startswith("exports/")]
    assert len(answers) > 3 and all("'A2' is not on its scale" in one.said for one in answers)
    assert main(["check", str(demo)]) == 1
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == len(found)
    assert re.search(rf": {len(found)} problems", printed.err)


@pytest.mark.parametrize("name", ["study.yaml", "codebook.csv", "scales.csv", "published.csv"])
def test_a_missing_file_is_a_problem_not_a_crash(demo, name):
    (demo / name).unlink()
    assert name in {problem.file for problem in problems(demo)}


@pytest.mark.parametrize("name", ["study.yaml", "codebook.csv", "scales.csv", "published.csv"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,"b\nc', b"[1", b"- x\n"])
def test_rubbish_is_a_problem_not_a_crash(demo, name, content):
    (demo / name).write_bytes(content)
    assert any(problem.file == name for problem in problems(demo))


def test_lines_of_records_with_line_feeds_inside(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('h,k\n"a\nb",1\n\nc,2\n', encoding="utf-8")
    assert record_lines(path) == {1: 1, 2: 2, 3: 5}
