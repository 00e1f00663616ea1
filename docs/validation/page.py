"""Validation on planted studies: run a room's part, join the parts, write the page.

    python docs/validation/page.py                 # docs/validation.csv and docs/validation.md
    python docs/validation/page.py explain 20000   # run one room first, with that many replicates

A room, or a part of one, has three files here: `<room>.py` with REPLICATES and rows(replicates),
which yields the arguments of `told`; `<room>.csv`, its rows as they were found; `<room>.md`,
what they mean. `bound` is what a value is held to, as "<= 0.06", ">= 0.94" or "-0.02 to 0.02"; a
row without one is reported, not gated.
"""

import csv
import importlib.util
import io
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent
ROOMS = ("ingest", "measure", "reliability", "classify", "explain", "describe")
PART = ("check", "cell", "replicates", "figure", "value", "mc_error", "bound", "stated")
COLUMNS = ("room", *PART, "met")
HEAD = """# Validation

What the methods do on planted studies, where the truth is known. All rows are in
[validation.csv](validation.csv); `snakemake --cores 2 validation` (or `make validation`) makes them
again, one job per room, from `validation/<room>.py`. `mc_error` is the Monte Carlo standard error
of a value; `bound` what it is held to, and `met` whether it is (a row without a bound is reported,
not gated). A figure that misses its bound is left in, and the claim goes instead.
"""


def met(value, bound):
    """Whether a value keeps its bound: "yes", "no", or "" where there is none."""
    if not bound:
        return ""
    if " to " in bound:
        low, high = map(float, bound.split(" to "))
        return "yes" if low <= value <= high else "no"
    sign, limit = bound.split(" ")
    if sign not in ("<=", ">="):
        raise ValueError(f"bound '{bound}': write '<= 0.06', '>= 0.94' or '-0.02 to 0.02'")
    return "yes" if (value <= float(limit) if sign == "<=" else value >= float(limit)) else "no"


def part(room):
    """The committed rows of one room."""
    with open(HERE / f"{room}.csv", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def joined():
    """Rows of docs/validation.csv: the parts of all rooms that have one."""
    return [
        {"room": room, **row, "met": met(float(row["value"]), row["bound"])}
        for room in ROOMS
        if (HERE / f"{room}.csv").is_file()
        for row in part(room)
    ]


def as_csv(rows, columns):
    """Rows as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()  # a column that a room does not have stays empty
    writer.writerows(rows)
    return text.getvalue()


def page(rows):
    """The text of docs/validation.md."""
    parts = [HEAD]
    for room in dict.fromkeys(row["room"] for row in rows):
        own = [row for row in rows if row["room"] == room]
        shown = [name for name in COLUMNS[1:] if any(row.get(name) for row in own)]
        cells = [[row.get(name, "") for name in shown] for row in own]
        lines = [shown, ["---"] * len(shown), *cells]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts.append(f"\n{(HERE / f'{room}.md').read_text(encoding='utf-8')}\n{table}\n")
    return "".join(parts)


def told(check, cell, replicates, figure, value, error=0.0, bound="", stated=""):
    """One row of a room's part, as it is written."""
    value, error = f"{value:.4f}", f"{error:.4f}"
    row = (check, cell, replicates, figure, value, error, bound, stated)
    return dict(zip(PART, row, strict=True))


def run(room, replicates=None):
    """Run one room's planted studies and write its part."""
    spec = importlib.util.spec_from_file_location(f"validation_{room}", HERE / f"{room}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = []
    for found in module.rows(replicates or module.REPLICATES):
        row = told(*found)
        print(row, flush=True)
        rows.append(row)
    (HERE / f"{room}.csv").write_text(as_csv(rows, PART), encoding="utf-8", newline="\n")


def write():
    """Write docs/validation.csv and docs/validation.md from the parts."""
    rows = joined()
    (DOCS / "validation.csv").write_text(as_csv(rows, COLUMNS), encoding="utf-8", newline="\n")
    (DOCS / "validation.md").write_text(page(rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.path.insert(0, str(DOCS.parent))
        run(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
    write()
