"""From responses to units: the grid units x items, who the units are, which answers are missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest.batch import Batch
from barometre.ingest.matching import Match, matched, read_matches
from barometre.ingest.repeats import Several
from barometre.ingest.roster import Register, read_register
from barometre.ingest.values import iso_date, number

if TYPE_CHECKING:
    import pandas as pd

STATES = ("answered", "empty", "not_shown", "not_reached", "refused", "unknown")


@dataclass(frozen=True)
class LaidOut:
    """Tables `responses`, `units`, `missing_answers` and `informant_answers` of a study."""

    responses: pd.DataFrame
    units: pd.DataFrame
    missing: pd.DataFrame
    informants: pd.DataFrame


def lay_out(
    batch: Batch,
    codebook: Codebook,
    settings: Mapping[str, Any],
    raw: str,
    matches: str = "",
    several: Several | None = None,
) -> LaidOut:
    """Cleaned responses by unit.

    Parameters
    ----------
    settings : `units` of study.yaml
    raw : folder data/raw, for the register and the attributes
    matches : the study's matches.csv, which need not be there
    several : respondents who were counted as one unit, as they were before

    Raises
    ------
    StudyError : see `read_register`, `unit_ids` and `units_table`.
    """
    register = read_register(settings, raw)
    ids = unit_ids(batch, settings, register, matches)
    units = units_table(batch, ids, settings, register)
    responses = grid(batch, ids, codebook, list(units["unit_id"]))
    informants = informant_answers(several or Several(batch, {}), ids, codebook)
    counts = informants.groupby("unit_id")["respondent_id"].nunique()
    units["n_respondents"] = units["unit_id"].map(counts).fillna(units["n_respondents"]).astype(int)
    return LaidOut(responses, units, missing_table(responses, units, codebook), informants)


def informant_answers(several: Several, ids: pd.Series, codebook: Codebook) -> pd.DataFrame:
    """The table `informant_answers`: `grid` by respondent; `ids` of the responses that stayed."""
    import pandas as pd

    counted_in = pd.Series(several.counted_in, dtype=object)
    unit_of = counted_in[counted_in.isin(ids.index)].map(ids)
    own = unit_of.index.to_series()
    answers = grid(several.batch, own, codebook, list(own))
    respondents = answers["unit_id"]
    return answers.assign(unit_id=respondents.map(unit_of), respondent_id=respondents)


def unit_ids(
    batch: Batch, settings: Mapping[str, Any], register: Register, matches: str = ""
) -> pd.Series:
    """Unit of each respondent, by respondent_id.

    With a register, an answer that is no key of it is looked up as `matching.matched` does, and
    in the study's own `matches` (path of its matches.csv).

    Raises
    ------
    StudyError : a respondent names no unit, two name the same, or one is not in the register.
    """
    source = settings["id"]
    if source == "respondent":
        ids = batch.values.index.to_series()
    elif source in batch.values.columns:
        ids = batch.values[source]
    else:
        raise StudyError(
            f"study.yaml, units.id: there is no item '{source}' among the answers; name an item of "
            "the codebook that is not personal, or `respondent`."
        )
    if register.table is not None:
        found = matches_of(batch, settings, register, matches)
        units = ids.map(lambda text: found[text].unit)
        lost = units[(units == "") & (ids != "")]
        if len(lost):
            said = ids[lost.index[0]]
            near = " or ".join(found[said].proposals[:2])
            raise StudyError(
                f"response {lost.index[0]}: the unit '{said}' is in the register neither by "
                f"{register.key} nor by name{f'; nearest are {near}' if near else ''}; list all "
                "such answers with `python -m barometre match` and give their units in matches.csv "
                "(units.register in study.yaml)."
            )
        ids = units
    for respondent, unit in ids.items():
        if not unit:
            raise StudyError(
                f"response {respondent}: the item '{source}' is blank, so the unit is unknown; "
                f"remove the response with the step drop_marked (item {source}, values ['']) or "
                "drop_unfinished."
            )
    twice = ids[ids.duplicated()]
    if len(twice):
        raise StudyError(
            f"response {twice.index[0]}: the unit '{twice.iloc[0]}' has another response; add the "
            "step drop_repeated_units to `clean` in study.yaml."
        )
    return ids


def matches_of(
    batch: Batch, settings: Mapping[str, Any], register: Register, path: str = ""
) -> dict[str, Match]:
    """Answer -> how it was matched to the register, for every different answer."""
    assert register.table is not None
    source = settings["id"]
    ids = batch.values.index if source == "respondent" else batch.values[source]
    names = dict.fromkeys(register.table.index, "")
    if "name" in register.table.columns:
        names = register.table["name"].to_dict()
    answers = [str(text) for text in ids]
    found = matched(answers, names, read_matches(path), sirens=register.key == "siren")
    for answer, match in zip(answers, found, strict=True):
        if match.way == "decided" and match.unit not in names:
            raise StudyError(
                f"{path}: '{answer}' is given the unit '{match.unit}', which is not in the "
                f"register by {register.key}."
            )
    # An answer that a spreadsheet counted up stays undecided wherever it stands.
    return {answer: match for answer, match in zip(answers, found, strict=True) if match.unit} | {
        answer: match for answer, match in zip(answers, found, strict=True) if not match.unit
    }


def grid(batch: Batch, ids: pd.Series, codebook: Codebook, every: Sequence[str]) -> pd.DataFrame:
    """The table `responses`: every unit by every item that may be used.

    Parameters
    ----------
    ids : unit of each respondent
    every : all units, in order; those without a response get the state `unknown` throughout

    Returns
    -------
    unit_id, item, value, level, state. A box left unticked in a question that was shown is an
    answer: level 0, state answered, no value.
    """
    import numpy as np
    import pandas as pd

    items = used_items(codebook)
    respondents = pd.Series(ids.index, index=ids.to_numpy())
    values = batch.values.reindex(columns=items, fill_value="").reindex(respondents)
    states = batch.states.reindex(columns=items, fill_value="empty").reindex(respondents)
    values.index = states.index = respondents.index
    levels = pd.DataFrame(np.nan, index=values.index, columns=items)
    for item in items:
        kind = codebook.items.at[item, "kind"]
        levels[item] = _levels(values[item], item, kind, codebook)
        if kind == "tick":
            states[item] = states[item].mask(states[item] == "empty", "answered")
        if kind == "date":
            values[item] = values[item].map(lambda text: iso_date(text) or text)
    levels = levels.mask(states.isin(["not_shown", "not_reached"]))
    values = values.reindex(every).fillna("")
    states = states.reindex(every).fillna("unknown")
    levels = levels.reindex(every)
    n, k = values.shape
    return pd.DataFrame(
        {
            "unit_id": np.repeat(np.array(every, dtype=object), k),
            "item": np.tile(np.array(items, dtype=object), n),
            "value": [text or None for text in values.to_numpy(dtype=object).ravel()],
            "level": levels.to_numpy(dtype=float).ravel(),
            "state": states.to_numpy(dtype=object).ravel(),
        }
    )


def used_items(codebook: Codebook) -> list[str]:
    """Items of the grid: all but personal ones and those left out knowingly."""
    roles = codebook.items["role"]
    return list(codebook.items.index[~roles.isin(["personal", "ignore"])])


def _levels(values: pd.Series, item: str, kind: str, codebook: Codebook) -> pd.Series:
    levels = codebook.levels(item)
    if kind in ("number", "count"):
        return values.map(lambda text: levels[text] if text in levels else number(text))
    return values.map(lambda text: levels.get(text, math.nan)).astype(float)


def units_table(
    batch: Batch, ids: pd.Series, settings: Mapping[str, Any], register: Register
) -> pd.DataFrame:
    """The table `units`: one row per unit of the register, or per unit that answered.

    Raises
    ------
    StudyError : the name or group is neither an item nor a column.
    """
    import pandas as pd

    every = list(register.table.index) if register.table is not None else sorted(ids)
    respondents = pd.Series(ids.index, index=ids.to_numpy()).reindex(every)
    known = _columns(every, settings, register)
    default = "name" if register.table is not None and "name" in register.table else None

    def taken(what: str, source: str | None) -> pd.Series:
        if register.table is not None and source in register.table.columns:
            return register.table[source].reindex(every)
        if source in known.columns:
            return known[source]
        if source == "name" and register.names:
            return pd.Series(every, index=every, dtype=object).map(register.names)
        if source is None or source == settings["id"]:
            return pd.Series(every, index=every, dtype=object)
        if source in batch.values.columns:
            answered = batch.values[source].reindex(respondents)
            return pd.Series(answered.to_numpy(), index=every, dtype=object)
        raise StudyError(
            f"study.yaml, units.{what}: '{source}' is neither an item of the answers nor a column "
            "of the register."
        )

    names = taken("name", settings.get("name", default))
    group = settings.get("group")
    groups = taken("group", group).replace(settings.get("group_as", {})) if group else None
    frame = pd.DataFrame(
        {
            "unit_id": every,
            "name": [name or unit for name, unit in zip(names.fillna(""), every, strict=True)],
            "group": groups.to_numpy() if groups is not None else None,
            "n_respondents": respondents.notna().astype(int).to_numpy(),
        }
    )
    if settings.get("population"):
        people = taken("population", settings["population"])
        known["population"] = people.map(lambda text: _whole(text))
    frame = pd.concat([frame, known.reset_index(drop=True)], axis=1)
    return frame.replace("", None).astype({"group": "string"})


def _columns(every: list[str], settings: Mapping[str, Any], register: Register) -> pd.DataFrame:
    """Columns of the register and the attributes that the study keeps, a row per unit."""
    import pandas as pd

    found = pd.DataFrame(index=pd.Index(every))
    if register.table is not None:
        kept = list(dict.fromkeys([*settings["columns"], "population"]))
        for column in kept:
            if column in register.table.columns and column != "name":
                found[column] = register.table[column].reindex(every)
    if register.attributes is not None:
        further = register.attributes.drop(columns=found.columns, errors="ignore").reindex(every)
        found = found.join(further)
    return found.fillna("").astype(object)


def _whole(text: Any) -> str:
    value = number(text) if isinstance(text, str) else math.nan
    return "" if math.isnan(value) else f"{value:.10g}"


def missing_table(responses: pd.DataFrame, units: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The table `missing_answers`: cells of each item by state, over the units that answered."""
    answered = units.loc[units["n_respondents"] > 0, "unit_id"]
    cells = responses[responses["unit_id"].isin(answered)]
    counts = cells.groupby(["item", "state"]).size().unstack(fill_value=0)
    items = used_items(codebook)
    counts = counts.reindex(index=items, columns=list(STATES), fill_value=0)
    about = codebook.items.loc[items]
    return counts.reset_index().assign(
        position=range(len(items)),
        theme=about["theme"].replace("", None).to_numpy(),
        label=about["label_en"].to_numpy(),
    )
