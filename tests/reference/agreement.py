"""The table of agreement in the docs, from what each room's comparisons measure.

    python -m tests.reference.agreement    # writes docs/agreement.md

A room has tests/reference/<room>.py with rows(shared), whose dicts hold `reference`, `quantity`,
`largest_difference` and `tolerance`, and may hold `against` and `kind`. A room without that file
has no section.
"""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

from tests.conftest import ROOT, SHARED

ROOMS = ("ingest", "measure", "classify", "explain", "describe")
PAGE = ROOT / "docs" / "agreement.md"
ROUNDING = -11  # differences of at most 1e-11 are the rounding of one processor or another
HEAD = """# Agreement with references

Quantities of this project beside those of established packages, or of a second way of computing
them, on the same data. `tests/reference` compares them and `python -m tests.reference.agreement`
writes this page; a test rebuilds it. The largest difference is given by its order of magnitude, as
the last digits belong to the processor. Stored results come from the packages named; where a
package is not named the reference's own folder says what made it.
"""


def rows_of(room: str, shared: Path) -> list[dict[str, object]]:
    """What a room compares; empty where it has no such module."""
    name = f"tests.reference.{room}"
    if importlib.util.find_spec(name) is None:
        return []
    return importlib.import_module(name).rows(shared)


def order(difference: float) -> str:
    """A difference by its order of magnitude, rounded up."""
    if difference == 0:
        return "0"
    if not math.isfinite(difference):
        return "not finite"
    power = math.ceil(math.log10(difference) - 1e-12)
    return f"≤ 1e{max(power, ROUNDING)}"


def section(room: str, rows: list[dict[str, object]]) -> str:
    """Heading and table of one room."""
    lines = [
        "| reference | quantity | against | difference | largest | tolerance |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        kind = row.get("kind", "absolute")
        largest, tolerance = float(row["largest_difference"]), float(row["tolerance"])
        shown = f"{largest:.1f}" if kind == "Monte Carlo errors" else order(largest)
        cells = (row["reference"], row["quantity"], row.get("against", "see its folder"), kind,
                 shown, f"{tolerance:g}")  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return f"\n## {room}\n\n" + "\n".join(lines) + "\n"


def page(shared: Path) -> str:
    """The text of docs/agreement.md."""
    found = {room: rows_of(room, shared) for room in ROOMS}
    return HEAD + "".join(section(room, rows) for room, rows in found.items() if rows)


if __name__ == "__main__":
    PAGE.write_text(page(SHARED), encoding="utf-8", newline="\n")
