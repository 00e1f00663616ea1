"""reproduce: every file that differs is named, and only these."""

import json
from pathlib import Path

import pytest

from barometre.publish import reproduce
from barometre.publish.platforms import this_platform


def tree(folder: Path, platform, **files):
    results = folder / "results"
    results.mkdir(parents=True)
    (results / "manifest.json").write_text(json.dumps({"platform": platform}), encoding="utf-8")
    for name, text in files.items():
        (results / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def differences(tmp_path, platform, committed, rebuilt):
    old = tree(tmp_path / "old", platform, **committed)
    new = tree(tmp_path / "new", this_platform(), **rebuilt)
    names = sorted(f"results/{path.name}" for path in (old / "results").iterdir())
    return [line for line in reproduce.compare(old, new, names) if "manifest" not in line]


ELSEWHERE = {"system": "Elsewhere", "machine": "other", "python": "3.12"}


def test_same_platform_compares_bytes(tmp_path):
    found = differences(
        tmp_path, this_platform(), {"a__csv": "x\n1.0000000\n"}, {"a__csv": "x\n1.0000001\n"}
    )
    assert found == ["results/a.csv: the bytes differ"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("x\n1.0000000\n", "x\n1.0000001\n", []),
        ("x\n1.0\n", "x\n1.1\n", ["results/a.csv: row 2, column 1: 1.0 committed, 1.1 built"]),
        ("x\nyes\n", "x\nno\n", ["results/a.csv: row 2, column 1: yes committed, no built"]),
        ("x\n1\n", "x\n1\n2\n", ["results/a.csv: 2 cells committed, 3 built"]),
    ],
)
def test_other_platform_compares_numbers(tmp_path, before, after, expected):
    assert differences(tmp_path, ELSEWHERE, {"a__csv": before}, {"a__csv": after}) == expected


def test_missing_and_new_files_are_named(tmp_path):
    found = differences(tmp_path, this_platform(), {"a__csv": "x\n"}, {"b__csv": "x\n"})
    assert found == [
        "results/b.csv: built, but not committed",
        "results/a.csv: committed, but not built",
    ]
