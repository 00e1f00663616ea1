"""The columns of a KoBoToolbox or ODK table: the tool's own, coordinates, questions and boxes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.delimited import Cell
from barometre.ingest.form import TICKED, Item
from barometre.ingest.wording import plain

# Columns that say who and where; they never leave the reader, whatever a codebook lists.
PERSONAL = {
    *("deviceid", "DeviceID", "phonenumber", "username", "email", "subscriberid", "simserial"),
    *("_submitted_by", "SubmitterName", "SubmitterID", "_geolocation", "_attachments", "_notes"),
}
OWN = {
    *("start", "end", "today", "audit", "_id", "_uuid", "_submission_time", "_validation_status"),
    *("_status", "_tags", "_index", "_parent_table_name", "_parent_index", "__version__"),
    *("_xform_id_string", "formhub/uuid", "KEY", "PARENT_KEY", "SubmissionDate", "ReviewState"),
    *("AttachmentsPresent", "AttachmentsExpected", "Status", "Edits", "FormVersion", "instanceID"),
}
OWN_KINDS = re.compile(r"_submission__.*|(.*/)?meta[/.]\w+|SET-OF-.*|.*_URL")
POINT = r"-?\d{1,3}\.\d+[ ,]+-?\d{1,3}\.\d+(?:[ ,]+-?\d+(?:\.\d+)?){0,2}"
COORDINATES = re.compile(rf"{POINT}(?:\s*;\s*{POINT})*;?|(?:POINT|LINESTRING|POLYGON) ?Z? ?\(.*\)")
PARTS = re.compile(
    r"(?P<before>(?:.*[/.])?)_(?P<kobo>[^/.]+)_(?:latitude|longitude|altitude|precision)"
    r"|(?P<odk>.+)-(?:Latitude|Longitude|Altitude|Accuracy)"
)
YES = {"1", "True", "TRUE", "true", "1.0"}
NO = {"", "0", "False", "FALSE", "false", "0.0"}

Known = Mapping[str, Sequence[str]]  # code -> its wording in each language


@dataclass(frozen=True)
class Table:
    """One sheet: its headings, and the cells under each heading, "" where blank."""

    heads: list[str]
    cells: dict[str, list[str]]
    rows: int
    where: str


def table_of(rows: Sequence[Sequence[Cell]], where: str) -> Table:
    """A sheet by columns; columns without heading and answer are left out.

    Raises
    ------
    StudyError : two columns have one heading, or a row is longer than the headings.
    """
    heads = [plain(cell or "") for cell in rows[0]]
    body = rows[1:]
    for number, row in enumerate(body, start=2):
        if any(row[len(heads) :]):
            raise StudyError(
                f"{where}, row {number}: {len(row)} cells under {len(heads)} headings; the file "
                "was edited or has another separator."
            )
    cells: dict[str, list[str]] = {}
    for at, head in enumerate(heads):
        column = [(row[at] or "").strip() if at < len(row) else "" for row in body]
        if not head and not any(column):
            continue
        if not head or head in cells:
            raise StudyError(
                f"{where}, row 1, column {at + 1}: "
                + (f"two columns are headed '{head}'" if head else "there is no heading")
                + "; export again with XML values as headings."
            )
        cells[head] = column
    return Table(heads, cells, len(body), where)


def known_of(codebook: Codebook | None, prefix: str = "") -> Known | None:
    """Code -> wordings of the codebook's items that begin with `prefix`, which is taken off."""
    if codebook is None:
        return None
    labels = [column for column in codebook.items if column.startswith("label_")]
    return {
        str(item).removeprefix(prefix): [plain(str(text)) for text in row if text]
        for item, *row in codebook.items[labels].itertuples()
        if str(item).startswith(prefix)
    }


def items_of(table: Table, known: Known | None) -> tuple[list[Item], dict[str, list[str]]]:
    """Items of a table, and the columns that were left behind, by reason.

    Raises
    ------
    StudyError : a cell of boxes is neither 0 nor 1 and no list of the codebook's options.
    """
    places = _coordinates(table)
    own = [
        head
        for head in table.cells
        if head in PERSONAL
        or OWN_KINDS.fullmatch(head)
        or (head in OWN and head not in (known or {}))
    ]
    asked = [head for head in table.cells if head not in own and head not in places]
    paths = _paths(asked, "KEY" in table.cells)
    wholes = {tuple(path): head for head, path in paths.items()}
    parents = {head: parent for head in asked if (parent := _boxed(head, wholes, paths, known))}
    codes = _codes(asked, paths, parents, known)
    items: list[Item] = []
    sums: list[str] = []
    for head in asked:
        cells = table.cells[head]
        boxes = {c: w for c, w in (known or {}).items() if c.startswith(f"{codes[head]}/")}
        if head in parents.values():
            sums.append(head)
        elif head in parents:
            items.append(Item(codes[head], head, _ticks(cells, table.where, head), "tick"))
        elif boxes and codes[head] not in (known or {}):
            items += _from_sum(codes[head], boxes, cells, table.where)
        else:
            items.append(Item(codes[head], head, cells))
    left = {"coordinates left behind": sorted(places), "tool's own columns": own}
    return items, {**left, "sums of boxes passed over": sums}


def _coordinates(table: Table) -> set[str]:
    """Columns of points on a map and of the parts that the tool cuts them into."""
    found = set()
    for head, cells in table.cells.items():
        given = [text for text in cells if text]
        if given and all(COORDINATES.fullmatch(text) for text in given):
            found.add(head)
        if match := PARTS.fullmatch(head):
            whole = match["odk"] or f"{match['before']}{match['kobo']}"
            if whole in table.cells or match["odk"]:
                found |= {head, whole} & set(table.cells)
    return found


def _paths(heads: Sequence[str], odk: bool) -> dict[str, list[str]]:
    """Groups and name in each heading; the sign between them is that of the whole table."""
    sign = "/" if any("/" in head for head in heads) else "."
    names = re.compile(r"[\w.-]+")
    if sign == "." and not all(names.fullmatch(head) for head in heads):
        return {head: [head] for head in heads}  # labels, in which a point ends a sentence
    cut = r"[-/]" if odk else re.escape(sign)
    return {head: re.split(cut, head) for head in heads}


def _boxed(
    head: str,
    wholes: Mapping[tuple[str, ...], str],
    paths: Mapping[str, list[str]],
    known: Known | None,
) -> str:
    """The column that sums a box up, or its question where there is none; "" where it is no box."""
    path = paths[head]
    summed = wholes.get(tuple(path[:-1]))
    if summed:
        return summed
    if known is not None and "/".join(path[-2:]) in known and len(path) > 1:
        return path[-2]
    if known is not None and len(path) > 1 and _by_label(path, known, boxes=True):
        return path[-2]
    return ""


def _codes(
    heads: Sequence[str],
    paths: Mapping[str, list[str]],
    parents: Mapping[str, str],
    known: Known | None,
) -> dict[str, str]:
    """Heading -> item code: the codebook's, else the name, else the name with its groups."""
    short = {
        head: "/".join(paths[head][-2:]) if head in parents else paths[head][-1] for head in heads
    }
    often = Counter(short.values())
    codes = {}
    for head in heads:
        whole = "/".join(paths[head])
        found = [code for code in (head, whole, short[head]) if code in (known or {})]
        named = _by_label(paths[head], known, head in parents) if known and not found else ""
        codes[head] = (
            found[0] if found else named or (short[head] if often[short[head]] == 1 else whole)
        )
    return codes


def _by_label(path: Sequence[str], known: Known, boxes: bool) -> str:
    """The item whose wording a heading is; "" where none or several are."""
    for start in range(len(path)):
        tail = path[start:]
        if boxes and len(tail) < 2:
            break
        said = f"{'/'.join(tail[:-1])} | {tail[-1]}" if boxes else "/".join(tail)
        found = [code for code, words in known.items() if said in words]
        if len(found) == 1:
            return found[0]
    return ""


def _ticks(cells: Sequence[str], where: str, head: str) -> list[str]:
    for row, text in enumerate(cells, start=2):
        if text not in YES and text not in NO:
            raise StudyError(
                f"{where}, row {row}, column '{head}': expected 1 or 0 for a box, found '{text}'."
            )
    return [TICKED if text in YES else "" for text in cells]


def _from_sum(code: str, boxes: Known, cells: Sequence[str], where: str) -> list[Item]:
    """Boxes from `employment education`, the names or labels of those that were ticked."""
    spelt = {box.removeprefix(f"{code}/"): box for box in boxes}
    for box, words in boxes.items():
        spelt |= {text.rpartition(" | ")[2]: box for text in words}
    longest = sorted(filter(None, spelt), key=len, reverse=True)
    option = re.compile("|".join(map(re.escape, longest)) + r"(?=\s|$)" if longest else r"(?!)")
    ticked: list[set[str]] = []
    for row, text in enumerate(cells, start=2):
        rest, at, found = text.strip(), 0, set()
        while at < len(rest):
            match = option.match(rest, at)
            if match is None:
                raise StudyError(
                    f"{where}, row {row}, question '{code}': '{rest[at:]}' is none of its options "
                    "in codebook.csv; add a row for it, or export one column per option."
                )
            found.add(spelt[match.group()])
            at = match.end() + len(rest[match.end() :]) - len(rest[match.end() :].lstrip())
        ticked.append(found)
    return [
        Item(
            box, (list(words) or [box])[0], [TICKED if box in row else "" for row in ticked], "tick"
        )
        for box, words in boxes.items()
    ]
