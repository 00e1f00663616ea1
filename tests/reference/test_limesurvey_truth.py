"""docs/reading-limesurvey.md is what the readers give, and no cell of it is wrong."""

import pytest

from tests.reference import limesurvey_truth as held
from tests.reference.limesurvey_truth import CASES, Case, Found

RESPONSES = {"barometre": 49, "agents": 1000}
COMPLETE_ONLY = {"barometre/gui_full_long_semicolon_complete.csv": 43}
# Forms that keep every state, whatever is given with them; JSON needs the questionnaire.
WHOLE = (".lsa", ".json")


@pytest.fixture(scope="module")
def found() -> dict[Case, Found]:
    if not (held.SHARED / "limesurvey").exists():
        pytest.skip("needs shared/limesurvey, which is not beside this checkout")
    return {case: held.of_case(case, held.SHARED) for case in CASES}


def test_the_page_is_rebuilt_from_the_exports(found: dict[Case, Found]) -> None:
    rebuilt = held.HEAD + "".join(held.row(case, one) for case, one in found.items())
    again = "docs/reading-limesurvey.md is old: run `python -m tests.reference.limesurvey_truth`"
    assert held.PAGE.read_text(encoding="utf-8") == rebuilt, again


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file} {case.structure}")
def test_every_response_is_there_and_no_cell_is_wrong(found: dict[Case, Found], case: Case) -> None:
    one = found[case]
    assert one.responses == COMPLETE_ONLY.get(case.file, RESPONSES[case.survey])
    assert (one.values[1], one.states[1], one.invented) == (0, 0, 0)
    if case.structure and "no" not in case.losses:
        assert one.states == (one.cells, 0, 0)
    if case.structure and case.file.endswith(WHOLE):
        assert one.values == (one.cells, 0, 0)


def test_every_response_export_is_read(found: dict[Case, Found]) -> None:
    """All files of both surveys but the participants' list and the syntax of the SPSS pair."""
    folder = held.SHARED / "limesurvey"
    files = {
        f"{survey}/{path.name}"
        for survey in RESPONSES
        for path in (folder / survey).iterdir()
        if not path.name.startswith("tokens") and path.suffix != ".sps"
    }
    assert {case.file for case in found if case.structure} == files
    assert len(files) == 18
