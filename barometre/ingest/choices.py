"""Answers to "tick all that apply" that a tool joined into one cell, taken apart again.

The joint is `", "`, `","` or `";"`, and options may hold it themselves ("Yes, definitely"), so a
cell alone does not tell where one option ends. Two ways:

Known options
    Where a codebook or `study.yaml` lists the options, each cell is covered from the left by the
    longest of them; what is left over is the text typed under "Other".

Options from the data
    All cells of the column are cut at the joints outside of brackets, into pieces. Two neighbours
    belong to one option if the data never show them apart: whenever one of a group of left pieces
    stands in a cell, one of a group of right pieces follows, and never the one without the other
    ("Yes, I'd come" and "Yes, I'd speak", where nobody's answer is "Yes"). What two respondents
    have in common is an option; so is, where the tool keeps the order of the form, what stands
    before an option, since the text typed under "Other" comes last. The rest is that text. A
    column is taken for "tick all that apply" if two cells and 2 % of all hold several options, half
    of its cells hold nothing else, and the options stand in one order (95 of 100 pairs).

Limits: a typed text that two respondents share word for word is taken for an option, and an option
that only one chose, last, for a typed text (nothing is lost: it stands in `[other]`). Two options
that every respondent ticked together, side by side, come out as one. An option that is also the
beginning of another ("Yes" beside "Yes, often") cannot be told from it. A list of the options mends
all four.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

# What stands between two options; a comma before a space is within an option, unless the joint has
# that space itself.
JOINTS = {", ": re.compile(", "), ";": re.compile(";"), ",": re.compile(",(?! )")}
FEWEST = 2  # respondents who share an option, or who ticked several
SEVERAL = 0.02  # share of the cells that hold several options
COVERED = 0.5  # share of the cells that hold nothing but options
ORDERED = 0.95  # share of pairs of options that stand in their usual order


def split(cell: str, options: Iterable[str], joint: str) -> tuple[list[str], str]:
    """The options in a cell, each once, and the rest of it; longer options are looked for first."""
    known = set(options)
    longest = max((len(JOINTS[joint].findall(option)) for option in known), default=0) + 1
    parts = JOINTS[joint].split(cell.strip().removesuffix(joint))
    picked: dict[str, None] = {}
    rest: list[str] = []
    at = 0
    while at < len(parts):
        for size in range(min(longest, len(parts) - at), 0, -1):
            text = joint.join(parts[at : at + size]).strip()
            if text in known:
                picked[text] = None
                at += size
                break
        else:
            rest.append(parts[at])
            at += 1
    return list(picked), joint.join(rest).strip()


def pieces(cell: str, joint: str) -> list[str]:
    """A cell cut at the joints outside of brackets; at all of them where brackets do not close."""
    depth, start, found = 0, 0, []
    for match in re.finditer(rf"[(\[]|[)\]]|{JOINTS[joint].pattern}", cell):
        sign = match.group()
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth = max(0, depth - 1)
        elif depth == 0:
            found.append(cell[start : match.start()])
            start = match.end()
    cut = [*found, cell[start:]] if depth == 0 else JOINTS[joint].split(cell)
    return [text for piece in cut if (text := piece.strip())]


def options_of(
    cells: Sequence[str], joint: str, *, in_order: bool, sure: bool = False
) -> list[str]:
    """The options of a column of joined answers; none where it is no such column.

    Parameters
    ----------
    cells : answers of all respondents, "" where there is none
    joint : what stands between two options of a cell
    in_order : whether the tool writes options in the order of the form and the typed text last
    sure : whether the column is known to hold several answers in a cell

    Returns
    -------
    Options in the order of the form as far as the cells show it, each as it stands in them.
    """
    rows = glued([pieces(cell, joint) for cell in cells if cell], joint)
    shared = Counter(text for row in rows for text in set(row))
    options = {text for text, n in shared.items() if n >= FEWEST}
    if in_order:
        options |= {row[at] for row in rows for at in range(len(row)) if options & {*row[at + 1 :]}}
    chosen = [[text for text in row if text in options] for row in rows]
    whole = sum(len(row) == len(kept) for row, kept in zip(rows, chosen, strict=True))
    several = sum(len(kept) > 1 for kept in chosen)
    few = several < max(FEWEST, SEVERAL * len(rows)) or whole < COVERED * len(rows)
    if few and not sure:
        return []
    before = Counter(pair for kept in chosen for pair in combinations(dict.fromkeys(kept), 2))
    if in_order and not sure and not _agree(before):
        return []
    return _sorted(options, before, chosen)


def glued(rows: list[list[str]], joint: str) -> list[list[str]]:
    """Rows of pieces in which neighbours that never stand apart have become one piece."""
    while inner := _inner(rows):
        rows = [_joined(row, inner, joint) for row in rows]
    return rows


def _inner(rows: Iterable[Sequence[str]]) -> set[tuple[str, str]]:
    """Pairs of neighbours that belong to one option, in two cells at least."""
    after, ahead = defaultdict(set), defaultdict(set)
    times: Counter[str] = Counter()
    last, first = set(), set()
    for row in rows:
        if row:
            first.add(row[0])
            last.add(row[-1])
        for left, right in pairwise(row):
            after[left].add(right)
            ahead[right].add(left)
            times[left] += 1
    inner: set[tuple[str, str]] = set()
    for start in after:
        lefts, rights = _component(start, after, ahead)
        apart = lefts & last or rights & first or lefts & rights
        if not apart and sum(times[left] for left in lefts) >= FEWEST:
            inner |= {(left, right) for left in lefts for right in after[left]}
    return inner


def _component(
    start: str, after: dict[str, set[str]], ahead: dict[str, set[str]]
) -> tuple[set[str], set[str]]:
    """All pieces that stand left or right of a joint together with `start`, directly or not."""
    lefts, rights, new = {start}, set[str](), {start}
    while new:
        found = set().union(*(after[left] for left in new)) - rights
        rights |= found
        new = set().union(*(ahead[right] for right in found)) - lefts
        lefts |= new
    return lefts, rights


def _joined(row: Sequence[str], inner: set[tuple[str, str]], joint: str) -> list[str]:
    out: list[str] = []
    for at, text in enumerate(row):
        if at and (row[at - 1], text) in inner:
            out[-1] += joint + text
        else:
            out.append(text)
    return out


def _agree(before: Counter[tuple[str, str]]) -> bool:
    """Whether pairs of options nearly always stand in one order."""
    unusual = sum(min(n, before[pair[::-1]]) for pair, n in before.items()) / 2
    return unusual <= (1 - ORDERED) * before.total()


def _sorted(
    options: set[str], before: Counter[tuple[str, str]], chosen: Sequence[Sequence[str]]
) -> list[str]:
    """Options in the order of the form: each after those that mostly stand before it."""
    seen = {text: None for row in chosen for text in row}
    rest = [text for text in seen if text in options]
    order: list[str] = []
    while rest:
        behind = {
            text: sum(before[other, text] > before[text, other] for other in rest) for text in rest
        }
        order.append(min(rest, key=lambda text: behind[text]))
        rest.remove(order[-1])
    return order


def ranking_of(cells: Sequence[str], joint: str) -> list[str]:
    """The options of a ranking: every cell holds all of them, in orders that differ.

    Returns
    -------
    The options in the order of the first cell; none where the column is no ranking.
    """
    rows = [pieces(cell, joint) for cell in cells if cell]
    if len(rows) < FEWEST or len(rows[0]) < 2 or len(set(rows[0])) < len(rows[0]):
        return []
    same = all(sorted(row) == sorted(rows[0]) for row in rows)
    return rows[0] if same and any(row != rows[0] for row in rows) else []
