"""Items, answer scales and themes of a study: `codebook.csv` and `scales.csv`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre import tables
from barometre.errors import StudyError
from barometre.study import schema

if TYPE_CHECKING:
    import pandas as pd

TABLES = (("codebook", "codebook"), ("scales", "scale"))  # file, schema
YES_NO = {"Y": 1.0, "N": 0.0}
TICK = {"Y": 1.0, "": 0.0}


@dataclass(frozen=True)
class Codebook:
    """What was asked and what each answer is worth.

    Attributes
    ----------
    items : one row per item, indexed by `item` in questionnaire order; columns kind, role, theme,
        scale, weight (float, 1 where empty), minimum, maximum, adopted_from (float or NaN),
        shown_if, label_fr, label_en; empty text where not given
    scales : one row per scale and answer; columns scale, answer, level (float, NaN where the
        answer has none), state, label_fr, label_en
    """

    items: pd.DataFrame
    scales: pd.DataFrame

    def levels(self, item: str) -> dict[str, float]:
        """Answer -> level of an item; empty for numbers, dates and texts."""
        row = self.items.loc[item]
        if row["scale"]:
            answers = self.scales[self.scales["scale"] == row["scale"]]
            return dict(zip(answers["answer"], answers["level"], strict=True))
        return {"yes_no": YES_NO, "tick": TICK}.get(row["kind"], {})

    def states(self, item: str) -> dict[str, str]:
        """Answer -> state, for the answers of an item's scale."""
        answers = self.scales[self.scales["scale"] == self.items.at[item, "scale"]]
        return dict(zip(answers["answer"], answers["state"], strict=True))

    def bounds(self, item: str) -> tuple[float, float]:
        """Lowest and highest possible level of an item.

        From its scale (or yes/no), else from `minimum` and `maximum`; NaN where open.
        """
        levels = [level for level in self.levels(item).values() if level == level]
        if levels:
            return min(levels), max(levels)
        row = self.items.loc[item]
        return _number(row["minimum"]), _number(row["maximum"])

    def scored(self) -> pd.DataFrame:
        """The items that count in a theme, in order."""
        return self.items[self.items["role"] == "score"]

    def label(self, item: str, language: str) -> str:
        """Wording of an item."""
        return str(self.items.at[item, f"label_{language}"])


def load(folder: str | Path, themes: Mapping[str, Any] | None = None) -> Codebook:
    """Read and check `codebook.csv` and `scales.csv` of a study folder.

    Parameters
    ----------
    themes : keys of `measure.themes`, to check the themes of scored items against

    Raises
    ------
    StudyError : a column is unknown or missing, a cell breaks its schema, an item stands twice,
        a scale or theme is not defined; the sentence gives file and row.
    """
    folder = Path(folder)
    for name, row, said in problems(folder, themes):
        raise StudyError(f"{folder}/{name}, row {row}{said}")
    return built(*(_rows(folder / f"{name}.csv", kind) for name, kind in TABLES))


def built(items: pd.DataFrame, scales: pd.DataFrame) -> Codebook:
    """A codebook from the rows of codebook.csv and scales.csv, as text."""
    items = items[list(schema("codebook")["properties"])]
    scales = scales[list(schema("scale")["properties"])]
    items = items.assign(
        weight=items["weight"].map(lambda text: float(text) if text else 1.0),
        adopted_from=items["adopted_from"].map(_number),
    )
    scales = scales.assign(
        level=scales["level"].map(_number),
        state=scales["state"].where(scales["state"] != "", "answered"),
    )
    return Codebook(items.set_index("item"), scales)


def tolerant(folder: str | Path) -> Codebook | None:
    """The codebook with what breaks its schema made harmless, so that checks can go on.

    None where a required column is missing.
    """
    items, scales = (_rows(Path(folder) / f"{name}.csv", kind) for name, kind in TABLES)
    for frame, kind in ((items, "codebook"), (scales, "scale")):
        if not set(schema(kind)["required"]) <= set(frame.columns):
            return None
    terms = schema("codebook")["properties"]
    unknown = ~items["kind"].isin(terms["kind"]["enum"])
    items = items.assign(
        kind=items["kind"].mask(unknown, "text"),
        role=items["role"].where(items["role"].isin(terms["role"]["enum"]), "measure"),
        weight="",
        scale=items["scale"].where(items["scale"].isin(scales["scale"]) & ~unknown, ""),
    )
    return built(items[~items["item"].duplicated()], scales)


def problems(
    folder: str | Path, themes: Mapping[str, Any] | None = None
) -> Iterator[tuple[str, int, str]]:
    """What is wrong with a study's codebook and scales, as (file, row, what).

    The row counts records, the heading being the first; `what` begins with the column, where one
    is at fault, and is ready to be put behind "file, row n".
    """
    folder = Path(folder)
    items, scales = (_rows(folder / f"{name}.csv", kind) for name, kind in TABLES)
    broken = False
    for (name, kind), frame in zip(TABLES, (items, scales), strict=True):
        for row, said in _breaches(frame, kind):
            broken = True
            yield f"{name}.csv", row, said
    if broken and not {"item", "role", "scale", "theme"} <= set(items.columns):
        return
    for row, item in _repeated(items["item"]):
        yield "codebook.csv", row, f": item '{item}' stands twice."
    known = set(scales["scale"]) if "scale" in scales else set()
    columns = (items[name] for name in ("item", "role", "theme", "scale"))
    for row, (item, role, theme, scale) in enumerate(zip(*columns, strict=True), start=2):
        if scale and scale not in known:
            said = f": item '{item}' uses the scale '{scale}', which scales.csv does not define."
            yield "codebook.csv", row, said
        if role == "score" and (not theme or (themes is not None and theme not in themes)):
            yield (
                "codebook.csv",
                row,
                f": scored item '{item}' has the theme '{theme}'; expected one of "
                f"{', '.join(themes or [])} (measure.themes in study.yaml).",
            )


def _breaches(frame: pd.DataFrame, name: str) -> Iterator[tuple[int, str]]:
    """Cells that break their schema, one for each row and column."""
    from jsonschema import Draft202012Validator

    terms = schema(name)
    validator = Draft202012Validator(terms)
    unknown = [column for column in frame.columns if column not in terms["properties"]]
    missing = [column for column in terms["required"] if column not in frame.columns]
    for column in unknown:
        known = ", ".join(terms["properties"])
        yield 1, f": there is no column '{column}' in this table; its columns are {known}."
    for column in missing:
        yield 1, f": the column '{column}' is missing."
    filled = frame.reindex(columns=list(terms["properties"]), fill_value="")
    named = [column for column in terms["properties"] if column not in missing]
    for row, record in enumerate(filled[named].to_dict("records"), start=2):
        for breach in validator.iter_errors(record):
            if breach.absolute_path:
                yield row, f", column '{breach.absolute_path[0]}': {breach.message}."


def _rows(path: Path, name: str) -> pd.DataFrame:
    """The table as text; columns of its schema that it does not have come out blank.

    Raises
    ------
    StudyError : the file is missing, is no UTF-8 or no CSV.
    """
    frame = tables.read_source(path)
    terms = schema(name)["properties"]
    required = schema(name)["required"]
    optional = [column for column in terms if column not in required and column not in frame]
    return frame.assign(**dict.fromkeys(optional, ""))


def _repeated(values: pd.Series) -> Iterator[tuple[int, str]]:
    for index in values.index[values.duplicated()]:
        yield int(index) + 2, values[index]


def _number(text: str) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")
