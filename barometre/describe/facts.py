"""Published figures: possible with their base, and equal to what the data give?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from barometre import tables
from barometre.describe.possible import possible_with_base
from barometre.errors import StudyError
from barometre.study import CLASSES

FILE = [
    "fact", "label_fr", "label_en", "value", "unit", "relation", "base_stated", "group",
    "source", "statistic", "item", "levels", "rebuilt_base", "note",
]  # fmt: skip
COLUMNS = [
    "fact", "label_en", "label_fr", "published", "unit", "relation", "base_stated",
    "possible_with_base", "rebuilt", "rebuilt_base", "agrees", "note", "note_fr",
]  # fmt: skip
UNITS = ("percent", "count", "rank")
RELATIONS = ("=", "<", ">", "~")
ABOUT = 5.0  # points: as far as "nearly 9 in 10" may reach
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Material:
    """The tables that figures are rebuilt from; all follow the contracts of their names."""

    responses: pd.DataFrame
    units: pd.DataFrame
    classes: pd.DataFrame
    priorities: pd.DataFrame | None

    def members(self, group: str) -> pd.Index:
        """Ids of the units that answered and belong to `group`: all, a name, or `not` a name."""
        units = self.units[self.units["n_respondents"] > 0]
        if group in ("", "all"):
            return pd.Index(units["unit_id"])
        negated = group.startswith("not ")
        name = group.removeprefix("not ")
        inside = (units["group"] == name).fillna(False).to_numpy(dtype=bool)
        if not inside.any():
            known = ", ".join(sorted(units["group"].dropna().unique())) or "none"
            raise StudyError(f"the group '{name}' has no unit; the groups are: {known}")
        return pd.Index(units.loc[~inside if negated else inside, "unit_id"])


def read_published(path: str | Path) -> pd.DataFrame:
    """The rows of a study's `published.csv`, as text; empty where nothing was published.

    Raises
    ------
    StudyError : a column is missing, a figure stands twice, a value or base is no number, a
        unit, relation or statistic is unknown
    """
    for row, said in published_problems(path):
        raise StudyError(f"{path}, row {row}{said}" if row > 1 else f"{path}{said}")
    return tables.read_source(path)


def published_problems(path: str | Path) -> Iterator[tuple[int, str]]:
    """What is wrong with `published.csv`: row (1 is the heading) and sentence of each problem."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except ValueError as error:
        yield 1, f": this cannot be read as a UTF-8 CSV table ({error})."
        return
    missing = [column for column in FILE if column not in frame.columns]
    for column in missing:
        yield 1, f": column '{column}' is missing; expected {', '.join(FILE)}."
    if missing:
        return
    twice = frame["fact"].duplicated()
    for row, fact in enumerate(frame.to_dict("records"), start=2):
        yield from ((row, said) for said in _breaches({str(k): v for k, v in fact.items()}))
        if twice[row - 2]:
            yield row, f": the figure '{fact['fact']}' stands twice."


def check_facts(published: pd.DataFrame, material: Material, where: str) -> pd.DataFrame:
    """Hold every published figure against its base and against the data.

    Parameters
    ----------
    published : rows of `read_published`
    where : name of its file, for messages

    Returns
    -------
    Rows of the contract `published_facts`, in the order of the file. `=` agrees within one
    respondent of the rebuilt base (a count or a rank: exactly), `~` within five points, `<` and
    `>` where the inequality holds. A figure without statistic is `not_rebuilt`.

    Raises
    ------
    StudyError : an item, group, class or level rule that the study does not have
    """
    rows = []
    for number, fact in enumerate(published.to_dict("records"), start=2):
        try:
            rows.append(_checked({str(key): text for key, text in fact.items()}, material))
        except StudyError as error:
            raise StudyError(
                f"{where}, row {number}: figure '{fact['fact']}': {error}; mend the row or leave "
                "its statistic empty."
            ) from None
    return pd.DataFrame(rows, columns=COLUMNS)


def agrees(
    value: float, rebuilt: float, base: float, unit: str = "percent", relation: str = "="
) -> bool:
    """Whether a rebuilt figure bears out the published one."""
    if relation == "<":
        return rebuilt < value
    if relation == ">":
        return rebuilt > value
    if relation == "~":
        return abs(rebuilt - value) <= ABOUT + TOLERANCE
    if unit != "percent":
        return abs(rebuilt - value) <= TOLERANCE
    return abs(rebuilt - value) <= 100 / base + TOLERANCE


def _checked(fact: Mapping[str, str], material: Material) -> dict:
    value, unit, relation = float(fact["value"]), fact["unit"], fact["relation"]
    stated = int(fact["base_stated"]) if fact["base_stated"] else None
    row = {
        "fact": fact["fact"],
        "label_en": fact["label_en"],
        "label_fr": fact["label_fr"] or pd.NA,
        "published": value,
        "unit": unit,
        "relation": relation,
        "base_stated": stated if stated is not None else pd.NA,
        "possible_with_base": possible_with_base(value, stated, unit, relation),
        "rebuilt": np.nan,
        "rebuilt_base": pd.NA,
        "agrees": "not_rebuilt",
        "note": fact["note"] or pd.NA,
        "note_fr": fact.get("note_fr", "") or pd.NA,
    }
    if not fact["statistic"]:
        return row
    rebuilt, base = STATISTICS[fact["statistic"]](fact, material)
    if base == 0:
        raise StudyError("no unit of its base answered")
    row |= {
        "rebuilt": rebuilt,
        "rebuilt_base": base,
        "agrees": "yes" if agrees(value, rebuilt, base, unit, relation) else "no",
    }
    expected = fact["rebuilt_base"]
    if expected and int(expected) != base:
        told = f"Rebuilt on {base} respondents; {expected} were expected."
        row["note"] = f"{fact['note']} {told}".strip()
        told = f"Refait sur {base} répondants ; {expected} étaient attendus."
        row["note_fr"] = f"{fact.get('note_fr', '')} {told}".strip()
    return row


def _n_units(fact: Mapping[str, str], material: Material) -> tuple[float, int]:
    n = len(material.members("all"))
    return float(n), n


def _n_group(fact: Mapping[str, str], material: Material) -> tuple[float, int]:
    everybody = len(material.members("all"))
    return _out_of(len(material.members(fact["item"])), everybody, fact)


def _share(fact: Mapping[str, str], material: Material) -> tuple[float, int]:
    answers = material.responses[material.responses["item"] == fact["item"]]
    if answers.empty:
        raise StudyError(f"the study has no item '{fact['item']}'")
    level = answers.set_index("unit_id")["level"].reindex(material.members(fact["group"]))
    level = level.dropna().astype(float)
    return _out_of(int(matches(level, fact["levels"]).sum()), len(level), fact)


def _class_share(fact: Mapping[str, str], material: Material) -> tuple[float, int]:
    names = fact["item"].split("+")
    unknown = [name for name in names if name not in CLASSES]
    if unknown:
        raise StudyError(f"'{unknown[0]}' is no class; the classes are {', '.join(CLASSES)}")
    members = material.members(fact["group"])
    of_unit = material.classes[material.classes["unit_id"].isin(members)]["class"]
    of_unit = of_unit[of_unit.isin(CLASSES)]
    return _out_of(int(of_unit.isin(names).sum()), len(of_unit), fact)


def _priority_rank(fact: Mapping[str, str], material: Material) -> tuple[float, int]:
    if material.priorities is None:
        raise StudyError("persons were asked for no priorities")
    ranked = material.priorities.set_index("item")
    if fact["item"] not in ranked.index:
        known = ", ".join(ranked.index) or "none"
        raise StudyError(f"there is no priority '{fact['item']}'; the priorities are: {known}")
    return float(ranked.at[fact["item"], "rank"]), int(ranked.at[fact["item"], "base"])


STATISTICS = {
    "n_units": _n_units,
    "n_group": _n_group,
    "share": _share,
    "class_share": _class_share,
    "priority_rank": _priority_rank,
}


def matches(level: pd.Series, rule: str) -> pd.Series:
    """Which levels a rule of the column `levels` takes: `>=4`, `<=1`, `>2`, `<2`, `=0|1`.

    Raises
    ------
    StudyError : a rule of another form
    """
    parts = re.fullmatch(r"(>=|<=|>|<|=)?\s*(-?[\d.]+(?:\|-?[\d.]+)*)", rule.strip())
    sign = (parts[1] or "=") if parts else ""
    if not parts or (sign != "=" and "|" in parts[2]):
        raise StudyError(f"the levels '{rule}' are not of the form >=4, <=1 or =0|1")
    values = [float(text) for text in parts[2].split("|")]
    if sign == "=":
        return level.isin(values)
    compare = {">=": level.ge, "<=": level.le, ">": level.gt, "<": level.lt}
    return compare[sign](values[0])


def _out_of(count: int, base: int, fact: Mapping[str, str]) -> tuple[float, int]:
    if fact["unit"] == "count":
        return float(count), base
    return (100 * count / base if base else float("nan")), base


def _breaches(fact: Mapping[str, str]) -> Iterator[str]:
    choices = {"unit": UNITS, "relation": RELATIONS, "statistic": ("", *STATISTICS)}
    for column, known in choices.items():
        if fact[column] not in known:
            yield (
                f", column '{column}': '{fact[column]}' is unknown; expected one of "
                f"{', '.join(known).removeprefix(', ')}."
            )
    if not re.fullmatch(r"-?\d+(\.\d+)?", fact["value"]):
        yield (
            f", column 'value': '{fact['value']}' is not a number; give the figure as "
            "printed, with a point."
        )
    for column in ("base_stated", "rebuilt_base"):
        if not re.fullmatch(r"\d*", fact[column]):
            yield (
                f", column '{column}': '{fact[column]}' is not a whole number of "
                "respondents; give one or leave it empty."
            )
