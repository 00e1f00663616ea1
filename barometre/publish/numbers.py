"""numbers.json: every number that prose may cite, flat, under a name that says what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from barometre.publish.material import Material
from barometre.publish.words import missing
from barometre.study import CLASSES

DESIGN = ("minimum_detectable_effect", "stated_effect", "power_at_stated_effect", "type_m")
Value = float | int | str | bool | None


def collect(material: Material, plan: Mapping[str, Any]) -> dict[str, Value]:
    """The numbers of a study, sorted by name; a number that is not known is None.

    Parameters
    ----------
    plan : contents of analysis_plan.json
    """
    parts = [
        _people(material),
        _study(material),
        _answers(material),
        _index(material),
        _classes(material),
        _slopes(material),
        _said(material),
        _facts(material),
        _official(material),
        {"plan_sha256": plan.get("sha256")},
    ]
    merged = {name: _plain(value) for part in parts for name, value in part.items()}
    return dict(sorted(merged.items()))


def text(numbers: Mapping[str, Value]) -> str:
    """The JSON that is written: sorted keys, one per line."""
    return json.dumps(numbers, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load(path: str | Path) -> dict[str, Value]:
    """Numbers of a study, as `collect` gave them."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _plain(value: Any) -> Value:
    """A JSON value; numbers carry eight significant digits, as in the tables."""
    if missing(value):
        return None
    if isinstance(value, bool | str):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.8g}")
    return value


def _study(material: Material) -> dict[str, Any]:
    study = material.study
    n, known = _sizes(material)
    numbers = {
        "study": study["id"],
        "data": study["data"],
        "fieldwork_end": study["fieldwork"]["end"],
        "n_units": n,
        "n_known": known,
        "n_unknown": n - known,
        "n_themes": len(study["measure"].get("themes", {})),
        "n_items_scored": len(material.codebook.scored()),
        "n_invited": study["fieldwork"].get("invited"),
    }
    return numbers


def _sizes(material: Material) -> tuple[int, int]:
    """Units of the study, and how many have an index."""
    if material.study.get("people"):
        found = material.table("people_sample").set_index("statistic")["value"]
        return int(found["n"]), int(found["n_scored"])
    index = material.table("index")
    return len(index), int(index["index"].notna().sum())


def _people(material: Material) -> dict[str, Any]:
    """people_<statistic>, and share_<level>_<item>_<answer> with and without weights."""
    numbers: dict[str, Any] = {}
    for row in material.table("people_sample").to_dict("records"):
        numbers[f"people_{row['statistic']}"] = row["value"]
    levels = material.table("people_levels")
    for row in levels.to_dict("records"):
        stem = f"share_{row['level']}_{row['item']}_{row['answer']}"
        numbers |= {stem: row["share"], f"{stem}_weighted": row["share_weighted"]}
    if len(levels):
        numbers["people_withheld"] = int(levels["withheld"].sum()) + int(
            material.table("people_self_report")["withheld"].sum()
        )
    return numbers


def _answers(material: Material) -> dict[str, Any]:
    flow = material.table("response_flow").sort_values("position")
    missing_cells = material.table("missing_answers")
    numbers: dict[str, Any] = {"n_logged": len(material.table("cleaning_log"))}
    if len(flow):
        numbers["n_rows_exported"] = flow["rows_in"].iloc[0]
        numbers["n_rows_kept"] = flow["rows_out"].iloc[-1]
    if len(missing_cells):
        states = ["answered", "empty", "not_reached", "refused", "unknown"]
        asked = missing_cells[states].sum().sum()
        numbers["n_cells_asked"] = asked
        without = 1 - missing_cells["answered"].sum() / asked if asked else None
        numbers["share_cells_missing"] = without
    return numbers


def _index(material: Material) -> dict[str, Any]:
    index = material.table("index")
    known = index[index["index"].notna()]
    width = known["index_high"] - known["index_low"]
    whole = material.table("reliability")
    whole = whole[whole["theme"] == "whole"]
    numbers = {
        "index_mean": known["index"].mean(),
        "index_min": known["index"].min(),
        "index_max": known["index"].max(),
        "index_sd": known["index"].std(),
        "index_interval_width_median": width.median(),
        "index_range_width_median": (known["range_high"] - known["range_low"]).median(),
    }
    if len(whole):
        numbers |= {f"{name}_whole": whole[name].iloc[0]
                    for name in ("alpha", "alpha_low", "alpha_high", "omega")}  # fmt: skip
    told = material.table("informants")
    told = told[(told["theme"] == "index") & told["icc1"].notna()]
    if len(told):
        numbers |= {f"informants_{name}": told[name].iloc[0]
                    for name in ("n_units_several", "n_respondents", "k", "icc1", "icc1_low",
                                 "icc1_high", "icc1k")}  # fmt: skip
    return numbers


def _classes(material: Material) -> dict[str, Any]:
    classes = material.table("classes")
    known = classes[classes["class"] != "unknown"]
    settings = material.study["classify"]
    numbers: dict[str, Any] = {
        "n_borderline": int(known["borderline"].fillna(False).sum()),
        "share_borderline": known["borderline"].fillna(False).mean() if len(known) else None,
        "borderline_limit": settings["borderline"],
        "shares_from": settings["shares_from"],
    }
    for name in CLASSES:
        numbers[f"n_{name}"] = int((classes["class"] == name).sum())
        numbers[f"share_asked_{name}"] = settings["shares"][name]
    for row in material.table("class_shares").to_dict("records"):
        stem = f"share_{row['rule']}_{row['class']}"
        numbers |= {stem: row["share"], f"{stem}_low": row["share_low"],
                    f"{stem}_high": row["share_high"]}  # fmt: skip
    for row in material.table("split_audit").to_dict("records"):
        numbers[f"split_{row['rule']}_sizes"] = row["sizes"]
        numbers[f"split_{row['rule']}_printable"] = row["printable"]
        numbers[f"split_{row['rule']}_p"] = row["p_value"]
    for row in material.table("class_stability").to_dict("records"):
        numbers[f"jaccard_{row['class']}"] = row["jaccard_mean"]
    for row in material.table("class_verdict").to_dict("records"):
        numbers[f"jaccard_lowest_{row['rule']}"] = row["jaccard_lowest"]
        if row["is_verdict"]:
            numbers |= {"verdict_rule": row["rule"], "n_verdict_differ": row["differ"]}
    return numbers


def _slopes(material: Material) -> dict[str, Any]:
    """slope_<model>_<what>, the model as outcome~predictor, the term where it is a control."""
    numbers: dict[str, Any] = {}
    cells = ("estimate", "ci_low", "ci_high", "df", "p_value")
    for row in material.table("regression").to_dict("records"):
        first = re.split(r"[+\[]", row["model"].split("~")[1])[0]
        term = "" if row["term"] == first else f"_{row['term']}"
        stem = f"slope_{row['model']}{term}"
        if row["estimator"] == "ols":
            kind = row["cov_type"]
            numbers |= {f"{stem}_{cell}_{kind}": row[cell] for cell in cells[1:]}
            numbers[f"{stem}_estimate"] = row["estimate"]
            numbers[f"{stem}_n"] = row["n"]
            for name in ("p_value_permutation", "permutation_unit"):
                if not missing(row[name]):
                    numbers[f"{stem}_{name}_{kind}"] = row[name]
            for name in ("p_value_holm", "verdict"):
                if not missing(row[name]):
                    numbers[f"{stem}_{name}"] = row[name]
    for row in material.table("detectable_effect").to_dict("records"):
        stem = f"design_{row['outcome']}~{row['predictor']}_n{row['n']}"
        numbers |= {f"{stem}_{name}": row[name] for name in DESIGN}
    return numbers


def _said(material: Material) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for table in ("adoption", "brakes"):
        frame = material.table(table)
        for row in frame[frame["group"] == "all"].to_dict("records"):
            stem = f"{table}_{row['item']}"
            numbers |= {stem: row["estimate"], f"{stem}_low": row["low"],
                        f"{stem}_high": row["high"], f"{stem}_base": row["base"]}  # fmt: skip
    ranked = material.table("priorities")
    for row in ranked.to_dict("records"):
        numbers[f"priority_{row['item']}_rank"] = row["rank"]
        numbers[f"priority_{row['item']}_mean_rank"] = row["estimate"]
    if len(ranked):
        numbers["kendalls_w"] = ranked["kendalls_w"].iloc[0]
        numbers["kendalls_w_p"] = ranked["p_value"].iloc[0]
    numbers["n_invariants"] = len(material.table("invariants"))
    return numbers


def _facts(material: Material) -> dict[str, Any]:
    facts = material.table("published_facts")
    rebuilt = facts[facts["agrees"] != "not_rebuilt"]
    return {
        "n_facts": len(facts),
        "n_facts_rebuilt": len(rebuilt),
        "n_facts_agree": int((facts["agrees"] == "yes").sum()),
        "n_facts_impossible": int((facts["possible_with_base"] == "no").sum()),
        "n_facts_truncation_only": int((facts["possible_with_base"] == "truncation").sum()),
    }


def _official(material: Material) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for row in material.table("official_agreement").to_dict("records"):
        stem = f"official_{row['statistic']}"
        numbers |= {stem: row["estimate"], f"{stem}_low": row["low"],
                    f"{stem}_high": row["high"], f"{stem}_n": row["n"]}  # fmt: skip
    scores: pd.DataFrame = material.table("official_scores")
    if len(scores):
        # A publisher's index of other items is compared by its order and is never equal to ours.
        totals = scores[(scores["item"] == "total") & scores["agrees"].notna()]
        if totals.empty:
            return numbers
        numbers["official_totals"] = len(totals)
        numbers["official_totals_agree"] = int(totals["agrees"].sum())
    return numbers
