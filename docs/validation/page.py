"""Write docs/validation.md from the CSV files of this folder.

python docs/validation/page.py > docs/validation.md
"""

import csv
import pathlib

HERE = pathlib.Path(__file__).parent
HEAD = """# Validation

What the methods do on planted studies, where the truth is known. Each file is made by the script of
the same name, whose first lines say how to run it again; this page is `docs/validation/page.py`.
A figure that misses its goal is left in, and the claim goes instead.
"""
TEXTS = {
    "explain": """
## Age and speed: does the test keep its size, and what can it see?

*Size* is how often a true zero is rejected at a nominal 5 %: by the HC3-studentised permutation
test, and by the whole verdict rule for a single primary model (test, interval, degrees of
freedom). *Power* is for a slope of half or one residual standard deviation per standard deviation
of age. Ages are drawn from those of the register's form before; the leverage cells have one unit
far older than the others, as Nice is. Cells at n = 10 enumerate all 3,628,800 permutations.

With equal variances the test keeps its size. Where the spread grows with age neither test nor
interval does at small n: these cells are reported, and METHODS calls the test exact under
exchangeable errors only. Where a single unit carries the slope, the degrees of freedom fall below
four and the verdict is that there is none: its size and its power are zero. *Register dates*: with
errors that units of one date share, permuting units as if independent rejects three times too
often; permuting dates does not. *Ten of 22*: over all samples of ten of the real métropoles, the
share whose status age has fewer than four degrees of freedom; taken by date, none has four.
""",
    "measure": """
## Index: coverage of the intervals and calibration of the class probabilities

Planted studies of five themes; coverage of the 95 % interval for index and themes, and the gap
between stated class probabilities and the frequency with which the same rule on true scores gives
that class, by tenth.
""",
}


def table(path):
    """The rows of a CSV file as a Markdown table."""
    with open(path, encoding="utf-8", newline="") as source:
        header, *rows = csv.reader(source)
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page():
    """The text of docs/validation.md."""
    parts = [HEAD]
    for name, text in TEXTS.items():
        parts.append(f"{text}\n{table(HERE / f'{name}.csv')}\n")
    return "".join(parts)


if __name__ == "__main__":
    print(page(), end="")
