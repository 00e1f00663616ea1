"""Our index of the 29 GTMI items beside the official index and groups of the World Bank."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from barometre import codebook as codebooks
from barometre import study
from barometre.classify import multinomial, ordered
from barometre.ingest import units
from barometre.ingest.clean import clean
from barometre.ingest.read import read_exports
from barometre.measure import scoring

RAW = Path(__file__).parents[2] / "data" / "raw"
# The official groups in our three classes, as PROVENANCE.md says.
CLASS_OF = {"A": "mature", "B": "transition", "C": "transition", "D": "lagging"}


@pytest.fixture(scope="module")
def settings() -> dict:
    return study.load(RAW / "gtmi-2022")


@pytest.fixture
def index(settings: dict, shared) -> pd.Series:
    export_file = shared("realdata/gtmi/gtmi_2022_metadata.csv")
    codebook = codebooks.load(RAW / "gtmi-2022", settings["measure"]["themes"])
    export = read_exports([export_file], settings["exports"], codebook)
    cleaned = clean(export.answers, export.respondents, codebook, settings["clean"])
    laid_out = units.lay_out(cleaned.batch, codebook, settings["units"], str(RAW))
    structure = scoring.structure(codebook, settings["measure"], laid_out.responses)
    ids, levels, shown = scoring.level_matrix(laid_out.responses, structure)
    _, scores = scoring.score(levels, shown, structure, settings["measure"])
    return pd.Series(scores, index=ids)


@pytest.fixture
def official(shared) -> pd.DataFrame:
    path = shared("realdata/gtmi/gtmi_groups_2020_2022_2025.xlsx")
    waves = pd.read_excel(path, engine="openpyxl")
    return waves[waves["year"] == 2022].set_index("country_code")


def test_198_economies_of_which_196_join_on_their_code(index, official) -> None:
    assert len(index) == len(official) == 198 and index.between(0, 100).all()
    assert set(index.index) - set(official.index) == {"PSE", "XKK"}
    assert set(official.index) - set(index.index) == {"WBG", "KSV"}


def test_it_orders_economies_as_the_official_index_does(index, official) -> None:
    both = index.index.intersection(official.index)
    assert len(both) == 196
    rho = index[both].corr(official.loc[both, "gtmi"].astype(float), method="spearman")
    assert rho >= 0.97
    print(f"Spearman correlation with the official GTMI: {rho:.4f}, n = {len(both)}")


def test_published_groups_are_those_of_the_workbook(official) -> None:
    facts = pd.read_csv(RAW / "gtmi-2022" / "published.csv", dtype=str).set_index("fact")
    counts = official["grp"].value_counts()
    for group in "ABCD":
        assert int(facts.at[f"group_{group.lower()}", "value"]) == counts[group]


def test_class_sizes_are_those_of_the_groups_and_most_economies_agree(
    settings, index, official
) -> None:
    sizes = ordered.class_sizes(len(index), settings["classify"]["shares"])
    assert sizes == {"lagging": 30, "transition": 99, "mature": 69}
    ours = pd.Series(ordered.cut(index.to_numpy(), sizes), index=index.index).map(
        dict(enumerate(study.CLASSES))
    )
    both = index.index.intersection(official.index)
    theirs = official.loc[both, "grp"].map(CLASS_OF)
    share = (ours[both] == theirs).mean()
    print(f"same class: {share:.3f}")
    assert share > 0.85


def test_names_of_the_economies_are_those_of_the_workbook(official) -> None:
    names = pd.read_csv(RAW / "gtmi-2022" / "economies.csv", dtype=str).set_index("cc_iso3c")
    renamed = official["country_name"].str.strip().rename({"WBG": "PSE", "KSV": "XKK"})
    assert names["economy"].to_dict() == renamed.to_dict()


def test_official_cuts_fixed_beforehand_and_the_exact_test(settings, index, official) -> None:
    """The official cuts on our index: they are no choice of ours, so the exact test applies."""
    cuts = settings["measure"]["official"]["cuts"]
    edges = [100 * cuts["C"], 100 * cuts["A"]]
    codes = pd.Series(np.searchsorted(edges, index.to_numpy(), side="right"), index=index.index)
    both = index.index.intersection(official.index)
    theirs = official.loc[both, "grp"].map(CLASS_OF).map(study.CLASSES.index)
    same = (codes[both] == theirs).mean()
    counts = np.bincount(codes, minlength=3)
    shares = [settings["classify"]["shares"][name] for name in study.CLASSES]
    p_value = multinomial.exact_test(counts.tolist(), shares)
    print(f"same class: {same:.3f}; sizes {counts.tolist()}; exact p {p_value:.3g}")
    assert counts.tolist() == [54, 100, 44] and same == pytest.approx(0.75, abs=0.005)
    assert p_value < 1e-4  # re-aggregated points lie lower than the official ones
