"""The README types a few numbers; they are those of the committed results."""

import re

import pytest

from barometre import tables


@pytest.fixture
def slopes(root):
    path = root / "results" / "metropoles-opendata" / "tables" / "regression.csv"
    if not path.is_file():
        pytest.skip("results/metropoles-opendata is not built in this checkout")
    table = tables.read(path, "regression")
    return table[table["outcome"] == "portal_total"].set_index(["model", "cov_type", "term"])


def row_of(root, words):
    text = (root / "README.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith(f"| {words}"))
    return [float(number) for number in re.findall(r"-?\d*\.\d+", line)]


def rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}f}")


def test_status_age(root, slopes):
    slope, low, high, dates, units, printed = row_of(root, "age of the status")
    clustered = slopes.loc[("portal_total~age_status", "CR2", "age_status")]
    alone = slopes.loc[("portal_total~age_status", "HC3", "age_status")]
    assert slope == rounded(clustered["estimate"], 2)
    assert [low, high] == [rounded(clustered["ci_low"], 2), rounded(clustered["ci_high"], 2)]
    assert dates == rounded(clustered["p_value_permutation"], 2)
    assert units == rounded(alone["p_value_permutation"], 2)
    classical = slopes.loc[("portal_total~age_status", "classical", "age_status")]
    assert printed == rounded(classical["p_value"], 3)
    assert slopes.loc[("portal_total~age_status", "HC2-BM", "age_status")]["verdict"] == "none"


def test_earliness(root, slopes):
    slope, low, high, p_value = row_of(root, "years since the opening")
    row = slopes.loc[("portal_total~earliness_opening", "HC2-BM", "earliness_opening")]
    assert [slope, low, high] == [
        rounded(row[name], 2) for name in ("estimate", "ci_low", "ci_high")
    ]
    assert p_value == rounded(row["p_value_permutation"], 3)


def test_links_lead_somewhere(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if target.startswith("results/") and not (root / "results" / "index.html").is_file():
            continue
        assert (root / target).exists(), target


def test_every_shipped_study_is_listed(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    for path in (root / "data" / "raw").glob("*/study.yaml"):
        assert f"`{path.parent.name}`" in text
