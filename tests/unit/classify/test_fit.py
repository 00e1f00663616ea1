import numpy as np
import pytest

from barometre import tables
from barometre.classify.fit import fit
from barometre.errors import StudyError

from .made import CLASSIFY, codebook, draws, scored, settings

NAMES = {
    "classes",
    "class_verdict",
    "consensus",
    "silhouettes",
    "class_shares",
    "split_audit",
    "class_methods",
    "method_agreement",
    "class_numbers",
    "class_stability",
    "answer_flips",
}


def study(n, unknown=0, themes="aabbcc"):
    rng = np.random.default_rng(n)
    scale = (0, 1, 2, 3, 4, 5)
    book = codebook([scale] * len(themes), list(themes))
    measure = settings(list(themes))
    level = rng.normal(2.5, 1, (n, 1)) + rng.normal(0, 1, (n, len(themes)))
    levels = np.clip(np.round(level), 0, 5)
    levels[rng.choice(n, unknown, replace=False)] = np.nan
    answers, _, index, scores = scored(levels, book, measure)
    drawn = draws(index, sorted(set(themes)), rng)
    return {
        "index": index, "themes": scores, "draws": drawn, "responses": answers,
        "codebook": book, "classify": CLASSIFY, "measure": measure, "seed": 1, "study": "made",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("n", "unknown", "themes"), [(10, 0, "aabbcc"), (22, 4, "aa"), (60, 3, "ab")]
)
def test_every_table_meets_its_contract_and_comes_out_the_same(n, unknown, themes, tmp_path):
    made = study(n, unknown, themes)
    one, two = fit(**made), fit(**made)
    assert set(one) == NAMES
    stamp = {"study": "made", "data": "simulated"}
    for name in NAMES:
        tables.write(one[name], tmp_path / "one" / name, name, stamp=stamp)
        tables.write(two[name], tmp_path / "two" / name, name, stamp=stamp)
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        tables.read(tmp_path / "one" / name, name)
    classes = one["classes"]
    assert (classes["class"] == "unknown").sum() == unknown
    known = classes[classes["class"] != "unknown"]
    chances = known[["p_lagging", "p_transition", "p_mature"]].sum(axis=1)
    assert chances.tolist() == pytest.approx([1] * (n - unknown))


def test_two_known_units_are_too_few():
    with pytest.raises(StudyError, match="2 units have an index"):
        fit(**study(8, 6))
