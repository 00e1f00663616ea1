"""Open surveys of other tools, read by the front door, against counts from their raw text.

Columns are counted as in each PROVENANCE.md: all of the file, the tool's own and the questions'.
"""

import csv
import gzip
import io
import re

import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre.__main__ import main
from barometre.ingest.jisc import _name
from barometre.ingest.problems import problems
from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of
from barometre.ingest.wording import plain

SPACK = "google_forms/spack-user-survey-{}-responses.{}"
DASK = "google_forms/dask-{}-user-survey-results.csv.gz"
ALCHEMER = "alchemer_jupyter_ux2015/20160115235816-SurveyExport.csv"
JISC = "sodp2020_jisc/results-for-idrc-surveyin-2021-03-05-{}.csv"
SHAPES = [
    (SPACK.format(2020, "csv"), "google_forms", 170, 48),
    (SPACK.format(2020, "xlsx"), "google_forms", 170, 48),
    (SPACK.format(2022, "csv"), "google_forms", 182, 58),
    (SPACK.format(2022, "xlsx"), "google_forms", 182, 58),
    (DASK.format(2019), "google_forms", 259, 24),
    (DASK.format(2020), "google_forms", 239, 25),
    (ALCHEMER, "alchemer", 1706, 37),
    (JISC.format("0807.en"), "jisc", 68, 378),
    (JISC.format("0810.fr"), "jisc", 12, 382),
    (JISC.format("0811.pt"), "jisc", 3, 378),
    ("qualtrics_sample/sample.csv", "qualtrics", 1, 20),
    ("qualtrics_sample/sample_legacy.csv", "qualtrics", 1, 16),
]
# The merge of the three languages: questions 2 and 3 are swapped in the Portuguese version.
SWAPPED = {"items": {"pt": {"Q2": "Q3", "Q3": "Q2"}}}


def read(path, options=None, codebook=None):
    settings = {"reader": reader_of(path), "options": options or {}}
    return read_exports([path], settings, codebook)


def wide(export):
    table = export.answers.pivot(index="respondent_id", columns="item", values="value").fillna("")
    ids = export.respondents["respondent_id"]
    return table.loc[ids, list(dict.fromkeys(export.answers["item"]))]


def raw_text(path):
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def raw_rows(path):
    return list(csv.reader(io.StringIO(raw_text(path), newline="")))


@pytest.mark.parametrize(("name", "reader", "rows", "columns"), SHAPES)
def test_rows_and_columns_are_those_of_the_provenance(shared, name, reader, rows, columns):
    path = shared(f"realdata/{name}")
    assert reader_of(path) == reader
    export = read(path)
    found = export.reading.set_index("what")["found"]
    assert len(export.respondents) == rows
    assert found["columns"].partition(":")[0] == str(columns)
    assert not export.answers.duplicated(["respondent_id", "item"]).any()
    assert len(export.answers) == rows * export.answers["item"].nunique()


@pytest.mark.parametrize("name", [name for name, *_ in SHAPES])
def test_a_drafted_study_reads_its_export_again(shared, tmp_path, name):
    path = shared(f"realdata/{name}")
    assert main(["new", "made", "--from", str(path), "--raw", str(tmp_path)]) == 0
    assert problems(tmp_path / "made") == []
    items = codebooks.load(tmp_path / "made")
    again, first = read(path, codebook=items), read(path)
    personal = items.items.index[items.items["role"] == "personal"]
    pd.testing.assert_frame_equal(wide(again), wide(first).drop(columns=personal))


@pytest.mark.parametrize(
    ("name", "item", "option"),
    [
        (
            SPACK.format(2022, "csv"),
            "which_of_the_following_spack_features_do_you_use",
            o,
        )
        for o in (
            "spackbot (@spackbot fix style; @spackbot rebuild everything, etc.)",
            "Variant/flag propagation (++, ~~, ==)",
            "spack ci (GitLab pipeline generation -- yourself, not on our CI)",
        )
    ]
    + [
        (DASK.format(year), "if_you_use_a_cluster_how_do_you_launch_dask", o)
        for year in (2019, 2020)
        for o in (
            "I don't know, someone else does this for me",
            "HPC resource manager (SLURM, PBS, SGE, LSF or similar)",
        )
    ],
)
def test_options_with_commas_are_boxes_ticked_as_often_as_they_stand_in_the_file(
    shared, tmp_path, name, item, option
):
    path = shared(f"realdata/{name}")
    main(["new", "made", "--from", str(path), "--raw", str(tmp_path)])
    labels = codebooks.load(tmp_path / "made").items["label_en"]
    box = [c for c, label in labels.items() if c.startswith(item) and label.endswith(f"| {option}")]
    assert len(box) == 1
    assert (wide(read(path))[box[0]] == "Y").sum() == raw_text(path).count(option) > 1


def test_plain_options_answers_and_grids_have_their_counts(shared):
    path = shared(f"realdata/{SPACK.format(2020, 'csv')}")
    table, rows = wide(read(path)), raw_rows(path)
    helps = rows[0].index("How do you get help with Spack when you need it?")
    for option, code in (("Slack", "slack"), ("Coworkers", "coworkers"), ("GitHub", "github")):
        times = sum(option in row[helps].split(", ") for row in rows[1:])
        ticked = table[f"how_do_you_get_help_with_spack_when_you_need_it[{code}]"] == "Y"
        assert ticked.sum() == times > 10
    assert table["how_did_you_find_out_about_spack"].value_counts()["Word of mouth"] == 84
    windows = table["rank_these_tbd_spack_features_by_importance[windows_support]"]
    assert windows.value_counts().to_dict() == {
        **{"Not Important": 120, "Slightly Important": 24, "Somewhat important": 17},
        **{"Very Important": 7, "Critical": 2},
    }
    visit = table["if_we_had_a_virtual_workshop_on_spack_would_you_attend"]
    assert visit.value_counts()["Yes, I'd attend"] == 81  # one answer with a comma, no boxes


def test_csv_and_xlsx_of_one_survey_are_one_table(shared):
    """2022 wholly; in 2020 the publisher changed nine answers between the two files."""
    for year in (2020, 2022):
        paths = [shared(f"realdata/{SPACK.format(year, kind)}") for kind in ("csv", "xlsx")]
        one, other = (wide(read(path)) for path in paths)
        if year == 2022:
            pd.testing.assert_frame_equal(one, other)
            continue
        items = one.columns.union(other.columns)
        both = [
            table.reindex(columns=items, fill_value="").map(lambda text: " ".join(text.split()))
            for table in (one, other)
        ]
        differ = both[0].ne(both[1])
        cells = differ.stack()
        questions = {(row, re.sub(r"\[.*", "", item)) for row, item in cells.index[cells]}
        assert sorted(questions) == sorted(CHANGED)


CHANGED = {
    ("104", "how_do_you_get_installed_spack_packages_into_your"),
    ("66", "how_do_you_get_installed_spack_packages_into_your"),
    *((row, "what_os_do_you_use_spack_on") for row in ("66", "109", "143")),
    ("135", "have_you_contributed_to_spack"),
    *((row, "which_of_the_following_spack_features_do_you_use") for row in ("63", "81")),
    ("170", "what_version_s_of_spack_do_you_use"),
}


def test_alchemer_has_its_partial_responses_parts_and_boxes(shared):
    path = shared(f"realdata/{ALCHEMER}")
    export, rows = read(path), raw_rows(path)
    table = wide(export)
    assert export.respondents["complete"].value_counts().to_dict() == {False: 927, True: 779}
    assert table["how_often_do_you_use_jupyter_notebook"].value_counts()["Daily"] == 530
    words = rows[0].index("Select all the words that best describe Jupyter Notebook.")
    for option in ("comfortable", "uncomfortable", "quick"):
        times = sum(option in row[words].split(";") for row in rows[1:])
        box = f"select_all_the_words_that_best_describe_jupyter_notebook[{option}]"
        assert (table[box] == "Y").sum() == times > 10
    typed = table["select_all_the_words_that_best_describe_jupyter_notebook[other]"]
    assert (typed != "").sum() == 67
    needs = [item for item in table.columns if "[workflow_need_" in item]
    assert len(needs) == 6  # of two questions that begin alike
    reached = export.answers[export.answers["state"] == "not_reached"]["respondent_id"].unique()
    partial = export.respondents.set_index("respondent_id")["complete"]
    assert not partial[reached].any()


def test_the_merge_of_three_languages_is_the_authors(shared):
    """83 responses; 29,050 cells of the authors' file, each as read here."""
    names = [JISC.format(part) for part in ("0807.en", "0810.fr", "0811.pt")]
    paths = [shared(f"realdata/{name}") for name in names]
    export = read_exports(paths, {"reader": "jisc", "options": SWAPPED}, None)
    table = export.answers.pivot(index="respondent_id", columns="item", values="value").fillna("")
    rows = raw_rows(shared("realdata/sodp2020_jisc/edit_allLanguages.csv"))
    heads, same, titles = rows[0], 0, set()
    for row in rows[1:]:
        for head, cell in zip(heads[2:], row[2:], strict=True):
            question, part = _name(head, heads)
            item = f"{question}[{part}]" if part else question
            if item not in table.columns:
                assert not cell
                titles.add(item)
                continue
            expected = {"1": "Y", "0": "", "": ""}[cell] if part else cell
            assert table.at[row[0], item] == expected, (row[0], head)
            same += 1
    assert (len(rows) - 1, len(table), same) == (83, 83, 29_050)
    assert titles == {"Q11", "Q17", "Q18", "Q27", "Q53", "Q54", "Q55"}  # titles of grids, blank
    languages = export.respondents["language"].value_counts().to_dict()
    assert languages == {"en": 68, "fr": 12, "pt": 3}


def test_the_portuguese_version_differs_without_the_swap(shared):
    path = shared(f"realdata/{JISC.format('0811.pt')}")
    assert wide(read(path))["Q2"].tolist() == wide(read(path, SWAPPED))["Q3"].tolist() != []
    assert wide(read(path))["Q2"].tolist() != wide(read(path))["Q3"].tolist()


def test_qualtrics_leaves_the_address_behind(shared):
    for name in ("sample.csv", "sample_legacy.csv"):
        export = read(shared(f"realdata/qualtrics_sample/{name}"))
        assert wide(export).loc["R_2YPOQ602ER1jkf1", ["Q1", "Q2"]].tolist() == ["2", "Hello World!"]
        assert export.respondents["submitted"].tolist() == ["2017-07-18"]
        assert "0.0.0.0" not in export.answers.to_csv() + export.reading.to_csv()
        assert plain("Anonym") not in export.answers.to_csv()
