"""A measure that a unit has no row for is blank, and nothing else."""

from barometre import codebook as codebooks
from barometre import study
from barometre.ingest.read import read_exports


def test_metropoles_without_a_portal_total(root) -> None:
    folder = root / "data" / "raw" / "metropoles-opendata"
    settings = study.load(folder)
    codebook = codebooks.load(folder, settings["measure"]["themes"])
    export = read_exports(study.export_files(settings, folder), settings["exports"], codebook)
    total = export.answers.query("item == 'od_portal_total_datasets'").set_index("respondent_id")
    assert len(total) == 22
    blank = total[total["value"].isna()]
    assert set(blank.index) == {"242100410", "200039865", "200023414", "200054781"}
    assert set(blank["state"]) == {"empty"}
    assert set(total.drop(index=blank.index)["state"]) == {"answered"}
