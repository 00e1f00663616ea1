"""The first job of a study stops at a changed file and at parts that do not fit."""

import csv

import pytest

from barometre import tables
from barometre.errors import StudyError
from barometre.ingest import check
from barometre.study import sha256
from tests.unit.ingest import made

SETTINGS = {
    "id": "little",
    "exports": {"reader": "table", "options": {"respondent": "id"}, "download": False},
    "measure": {"themes": {"t": {}}},
    "clean": [],
}
ITEMS = [made.item("q", "scale", "score", theme="t", scale="s"), made.item("n", "number")]


@pytest.fixture
def study(tmp_path):
    """A function that writes a small study and gives the arguments of `check_study`."""

    def write(export="id,q,n\n1,low,5\n2,high,\n", items=ITEMS, record=True, **settings):
        folder = tmp_path / "little"
        (folder / "exports").mkdir(parents=True, exist_ok=True)
        made.codebook(folder, items, made.scale("s", "low", "high"))
        (folder / "exports" / "a.csv").write_text(export, encoding="utf-8")
        others = [str(folder / name) for name in ("codebook.csv", "scales.csv")]
        exports = [str(folder / "exports" / "a.csv")]
        with open(tmp_path / "SOURCES.csv", "w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(["path", "bytes", "sha256", "licence", "source"])
            for path in [*others, *exports] if record else others:
                writer.writerow([path.removeprefix(f"{tmp_path}/"), 0, sha256(path), "", ""])
        return {**SETTINGS, **settings}, str(tmp_path), exports, others

    return write


def test_what_is_right_is_listed_with_its_hash(study):
    arguments = study()
    checked = tables.check(check.check_study(*arguments), "checked")
    assert sorted(checked["file"]) == [
        "little/codebook.csv", "little/exports/a.csv", "little/scales.csv"]  # fmt: skip
    assert set(checked["recorded_in"]) == {"SOURCES.csv"}
    assert sha256(arguments[2][0]) in set(checked["sha256"])


def test_a_changed_raw_file_is_named(study):
    arguments = study()
    with open(arguments[2][0], "a", encoding="utf-8") as target:
        target.write("3,low,1\n")
    with pytest.raises(StudyError, match=r"little/exports/a.csv: .*changed"):
        check.check_study(*arguments)


def test_a_raw_file_without_a_recorded_hash_is_named(study):
    with pytest.raises(StudyError, match=r"a.csv: the file has no row in .*SOURCES.csv"):
        check.check_study(*study(record=False))


@pytest.mark.parametrize("whose", ["publisher", "mirror"])
def test_either_hash_of_a_download_is_right_and_told(study, tmp_path, whose):
    exports = {**SETTINGS["exports"], "download": True}
    settings, raw, paths, others = study(record=False, exports=exports)
    digests = {"publisher": "0" * 64, "mirror": "1" * 64, whose: sha256(paths[0])}
    (tmp_path / "little" / "downloads.csv").write_text(
        "file,url,bytes,sha256_publisher,mirror_file,sha256_mirror,licence\n"
        f"a.csv,u,1,{digests['publisher']},a.csv,{digests['mirror']},x\n",
        encoding="utf-8",
    )
    checked = check.check_study(settings, raw, paths, others).set_index("file")
    assert checked.at["little/exports/a.csv", "recorded_in"] == f"downloads.csv, {whose}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"items": ITEMS[:1]}, "the column 'n' is not in codebook.csv; add a row"),
        (
            {"items": [*ITEMS, made.item("z")]},
            "codebook.csv, row 4: the item 'z' is in none of the exports",
        ),
        (
            {"export": "id,q,n\n1,low,5\n2,middle,\n"},
            r"a.csv, row 3 \(response 2\), column 'q': the answer 'middle' is not on its scale",
        ),
        (
            {"export": "id,q,n\n1,low,12 M€\n"},
            r"a.csv, row 2 \(response 1\), column 'n': '12 M€' is not a number; add the step",
        ),
    ],
)
def test_parts_that_do_not_fit_are_named(study, changes, sentence):
    with pytest.raises(StudyError, match=sentence):
        check.check_study(*study(**changes))


def test_unreadable_numbers_pass_where_a_step_blanks_them(study):
    check.check_study(*study("id,q,n\n1,low,12 M€\n", clean=[{"step": "blank_impossible"}]))
