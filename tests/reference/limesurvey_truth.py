"""Every LimeSurvey export beside what was entered into LimeSurvey, cell by cell.

    python -m tests.reference.limesurvey_truth    # writes docs/reading-limesurvey.md

A cell is right, wrong, or cannot be told: then the reader gives what the format has left of the
value or of the state. What each format loses is written in `LOSSES`, and only that is excused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barometre.ingest.read import read_exports
from barometre.ingest.recognise import reader_of
from tests.conftest import ROOT, SHARED

PAGE = ROOT / "docs" / "reading-limesurvey.md"
LSS = {survey: f"structure/limesurvey_survey_{number}.lss"
       for survey, number in (("barometre", 452781), ("agents", 963214))}  # fmt: skip
# Names of truth_long.csv -> names of the canonical table.
STATES = {"hidden": "not_shown"}


@dataclass(frozen=True)
class Case:
    """One export: its file below shared/limesurvey, its structure, and the losses it is excused."""

    file: str
    structure: bool = True
    losses: tuple[str, ...] = ()

    @property
    def survey(self) -> str:
        """`barometre` or `agents`."""
        return self.file.partition("/")[0]


@dataclass(frozen=True)
class Found:
    """Counts of one export: responses, cells, and right, wrong, cannot be told of each."""

    responses: int
    cells: int
    values: tuple[int, int, int]
    states: tuple[int, int, int]
    invented: int


def _line_signs(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.assign(value=cells["value"].str.replace("[\u2028\u2029\u0085]", "\n", regex=True))


def _ends(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.assign(value=cells["value"].str.strip())


def _no(cells: pd.DataFrame) -> pd.DataFrame:
    """Only LimeSurvey's blank text became No, so NULL (hidden, not reached) did not."""
    blank = (cells["question_type"] == "Y") & (cells["state"] == "empty")
    return cells.assign(
        value=cells["value"].mask(blank, "N"), state=cells["state"].mask(blank, "answered")
    )


def _conditions(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.assign(state=cells["state"].replace("not_shown", "empty"))


LOSSES: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "line signs": ("the sign U+2028 becomes a line break", _line_signs),
    "ends": ("spaces and line breaks at the ends of a text are cut off", _ends),
    "no": ("an unanswered yes/no question is written as No", _no),
    "conditions": ("hidden and blank look alike without the questionnaire", _conditions),
}
CSV, XLSX = ("line signs",), ("line signs", "ends")
CASES = [
    Case("barometre/gui_code_short_comma_all.csv", losses=CSV),
    Case("barometre/gui_code_long_comma_all.csv", losses=CSV),
    Case("barometre/gui_code_short_yn_converted_1_2_comma_all.csv", losses=(*CSV, "no")),
    Case("barometre/gui_default_full_long_comma_all.csv", losses=CSV),
    Case("barometre/gui_full_long_semicolon_complete.csv", losses=CSV),
    Case("barometre/rpc_code_short_all.csv", losses=CSV),
    Case("barometre/gui_code_short_all.xlsx", losses=XLSX),
    Case("barometre/gui_default_full_long_all.xlsx", losses=XLSX),
    Case("agents/gui_code_short_comma_all.csv", losses=CSV),
    Case("agents/gui_default_full_long_comma_all.csv", losses=CSV),
    Case("agents/gui_code_short_all.xlsx", losses=XLSX),
    Case("barometre/gui_code_short_comma_all.csv", False, (*CSV, "conditions")),
    Case("barometre/rpc_code_short_all.csv", False, (*CSV, "conditions")),
    Case("barometre/gui_code_short_all.xlsx", False, (*XLSX, "conditions")),
    Case("agents/gui_code_short_comma_all.csv", False, (*CSV, "conditions")),
    Case("agents/gui_code_short_all.xlsx", False, (*XLSX, "conditions")),
]


def truth(survey: str, shared: Path) -> pd.DataFrame:
    """What was entered: respondent_id, item, value, state, question_type; no display texts."""
    name = {"barometre": "truth_long.csv", "agents": "truth_agents_long.csv"}[survey]
    cells = pd.read_csv(shared / "limesurvey" / name, dtype=str, keep_default_na=False)
    part = cells["subquestion"].map(lambda sub: f"[{sub}]" if sub else "")
    item = cells["export_header"] if "export_header" in cells else cells["question_code"] + part
    return pd.DataFrame(
        {
            "respondent_id": cells["response_id"],
            "item": item,
            "value": cells["value"].str.replace("\r\n", "\n"),
            "state": cells["state"].replace(STATES),
            "question_type": cells["question_type"],
        }
    ).query("question_type != 'X'")


def read(case: Case, shared: Path) -> pd.DataFrame:
    """The canonical table of an export, through the front door."""
    folder = shared / "limesurvey"
    path = folder / case.file
    options = {"structure": str(folder / LSS[case.survey])} if case.structure else {}
    settings = {"reader": reader_of(path), "options": options}
    return read_exports([path], settings, None).answers


def compare(answers: pd.DataFrame, entered: pd.DataFrame, losses: tuple[str, ...] = ()) -> Found:
    """Count the cells of a canonical table that are right, wrong or cannot be told.

    Cells of the responses that the table holds are looked for; one that it lacks is wrong.
    """
    keys = ["respondent_id", "item"]
    ours = answers.astype("string").fillna("")
    cells = entered[entered["respondent_id"].isin(ours["respondent_id"])]
    left = cells
    for loss in losses:
        left = LOSSES[loss][1](left)
    both = cells.assign(value_left=left["value"], state_left=left["state"]).merge(
        ours, how="left", on=keys, suffixes=("", "_read"), validate="one_to_one"
    )
    # "Does not know" is an answer there and a state of its own here.
    both["state_read"] = both["state_read"].replace({"unknown": "answered", "refused": "answered"})

    def counts(what: str) -> tuple[int, int, int]:
        read = both[f"{what}_read"].astype(object)
        right = read == both[what]
        untold = ~right & (read == both[f"{what}_left"])
        return int(right.sum()), int((~right & ~untold).sum()), int(untold.sum())

    known = ours.merge(entered[keys], how="left", on=keys, indicator=True)
    return Found(
        responses=ours["respondent_id"].nunique(),
        cells=len(both),
        values=counts("value"),
        states=counts("state"),
        invented=int((known["_merge"] == "left_only").sum()),
    )


def of_case(case: Case, shared: Path) -> Found:
    """An export read and compared."""
    return compare(read(case, shared), truth(case.survey, shared), case.losses)


HEAD = """# LimeSurvey exports beside what was entered

Two surveys were answered in a running LimeSurvey 6.10.6 with known answers, and exported in every
form. Each cell that a reader gives is held against what was entered; texts that are only shown have
no cell. *Cannot tell* counts cells for which the format itself has lost the value or the state, as
the last column says; the reader then gives what is left. The state of an answer such as "Ne sait
pas" (`unknown`) counts as answered.

`python -m tests.reference.limesurvey_truth` writes this page and `tests/reference` rebuilds it.

| export | questionnaire given | responses | cells | values right | wrong | cannot tell | states right | wrong | cannot tell | what the format cannot carry |
|---|---|---|---|---|---|---|---|---|---|---|
"""  # noqa: E501


def row(case: Case, found: Found) -> str:
    """One line of the table."""
    lost = "; ".join(LOSSES[loss][0] for loss in case.losses) or "nothing"
    given = "yes" if case.structure else "no"
    numbers = (found.responses, found.cells, *found.values, *found.states)
    cells = (f"`{case.file}`", given, *(f"{number:,}" for number in numbers), lost)
    return f"| {' | '.join(cells)} |\n"


def page(shared: Path) -> str:
    """The text of docs/reading-limesurvey.md."""
    return HEAD + "".join(row(case, of_case(case, shared)) for case in CASES)


if __name__ == "__main__":
    PAGE.write_text(page(SHARED), encoding="utf-8", newline="\n")
