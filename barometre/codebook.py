"""Items, answer scales and themes of a study: `codebook.csv` and `scales.csv`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre.errors import StudyError
from barometre.study import schema

if TYPE_CHECKING:
    import pandas as pd

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
    items = _rows(folder / "codebook.csv", "codebook")
    scales = _rows(folder / "scales.csv", "scale")
    for row, item in _repeated(items["item"]):
        raise StudyError(f"{folder}/codebook.csv, row {row}: item '{item}' stands twice.")
    known = set(scales["scale"])
    for row, (item, scale) in enumerate(zip(items["item"], items["scale"], strict=True), start=2):
        if scale and scale not in known:
            raise StudyError(
                f"{folder}/codebook.csv, row {row}: item '{item}' uses the scale '{scale}', "
                f"which scales.csv does not define."
            )
    scored = items[items["role"] == "score"]
    for index, theme in scored["theme"].items():
        if not theme or (themes is not None and theme not in themes):
            raise StudyError(
                f"{folder}/codebook.csv, row {int(str(index)) + 2}: scored item "
                f"'{items.at[index, 'item']}' has the theme '{theme}'; expected one of "
                f"{', '.join(themes or [])} (measure.themes in study.yaml)."
            )
    items = items.assign(
        weight=items["weight"].map(lambda text: float(text) if text else 1.0),
        adopted_from=items["adopted_from"].map(_number),
    )
    scales = scales.assign(
        level=scales["level"].map(_number),
        state=scales["state"].where(scales["state"] != "", "answered"),
    )
    return Codebook(items.set_index("item"), scales)


def _rows(path: Path, name: str) -> pd.DataFrame:
    import pandas as pd
    from jsonschema import Draft202012Validator

    terms = schema(name)
    validator = Draft202012Validator(terms)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    for row, record in enumerate(frame.to_dict("records"), start=2):
        breach = next(validator.iter_errors(record), None)
        if breach is not None:
            column = "".join(f", column '{part}'" for part in breach.absolute_path)
            raise StudyError(f"{path}, row {row}{column}: {breach.message}.")
    return frame.reindex(columns=list(terms["properties"]), fill_value="")


def _repeated(values: pd.Series) -> Iterator[tuple[int, str]]:
    for index in values.index[values.duplicated()]:
        yield int(index) + 2, values[index]


def _number(text: str) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")
