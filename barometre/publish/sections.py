"""What the page of a study says in each of its sections: the six rooms as questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from barometre.explain.cases import name_of
from barometre.publish import method
from barometre.publish.counting import ways_of_counting
from barometre.publish.facts import facts_table
from barometre.publish.house import rooms
from barometre.publish.material import Material
from barometre.publish.prose import write
from barometre.publish.referee import Told, told
from barometre.publish.sections_classes import carried, fixed, neighbours, split, verdict
from barometre.publish.tabulate import captioned, html_table, worded
from barometre.publish.verdict import carriers
from barometre.publish.words import named, number, picked, say

FIGURES = {
    "ingest": ("response_flow", "missing_answers"),
    "measure": ("index", "ranks", "sensitivity"),
    "classify": (
        "class_probabilities", "theme_probabilities", "theme_heat", "theme_profile",
        "class_shares", "shares_triangle", "consensus", "silhouettes",
    ),
    "describe": ("adoption", "brakes", "priorities", "editions"),
    "people": ("people_levels", "people_themes"),
}  # fmt: skip


def prose(room: str, material: Material, numbers: Mapping[str, Any], language: str) -> list[str]:
    """The paragraphs of a section; each only where its numbers exist."""
    more = {"ends": material.ends(language), "method": method.told(material, language)}
    return [write(key, language, numbers, **more) for key in _keys(room, material, numbers)]


def _keys(room: str, material: Material, numbers: Mapping[str, Any]) -> list[str]:
    """Keys of the sentences of a section, in order."""
    has = {name for name, value in numbers.items() if value is not None}
    model = material.study["measure"]["model"]
    origin = material.study["classify"]["shares_from"]
    cuts = bool(material.study["classify"].get("cuts"))
    candidates = {
        "ingest": [
            ("prose.ingest", "n_rows_exported" in has),
            ("prose.invited", "n_invited" in has),
            ("prose.missing", "share_cells_missing" in has),
            ("prose.unknown", numbers["n_unknown"] > 0 and not material.study.get("people")),
        ],
        "measure": [
            ("prose.measure", "index_mean" in has and "index_interval_width_median" in has),
            ("prose.measure_alone", "index_mean" in has and method.relative(material)),
            ("prose.method", method.chosen(material)),
            ("prose.range", (numbers.get("index_range_width_median") or 0) > 0),
            (f"prose.alpha_{model}", "alpha_whole" in has),
            ("prose.informants", "informants_icc1" in has and "informants_icc1_low" in has),
            ("prose.official", "official_totals" in has),
        ],
        "classify": [
            ("prose.classify", numbers["n_known"] > 0),
            (f"prose.shares_{origin}", not cuts),
            ("prose.shares_cuts", cuts),
            (f"prose.verdict_{_verdict_rule(numbers)}", "n_verdict_differ" in has),
            ("prose.cut_neighbours", len(material.table("cut_neighbours")) > 0),
        ],
        "explain": [("prose.explain", len(material.table("regression")) > 0)],
        "describe": [
            ("prose.describe", len(material.table("adoption")) > 0),
            ("prose.invariants", numbers["n_invariants"] > 0),
            ("prose.facts", numbers["n_facts"] > 0),
            ("prose.facts_simulated", material.simulated and numbers["n_facts"] > 0),
            ("prose.editions", len(material.table("editions")) > 0),
            ("prose.nothing", not any(len(material.table(name)) for name in _described(material))),
        ],
        "people": [
            ("prose.people_sampled", _sampled(material)),
            ("prose.people_volunteers", not _sampled(material)),
            ("prose.people_weights", "people_design_effect" in has),
            ("prose.people_self", "people_self_test_correlation" in has),
            ("prose.people_employers", "people_employer_share" in has),
            ("prose.people_withheld", (numbers.get("people_withheld") or 0) > 0),
            ("prose.facts", (numbers.get("n_facts") or 0) > 0),
            ("prose.facts_simulated", material.simulated and (numbers.get("n_facts") or 0) > 0),
        ],
    }
    return [key for key, applies in candidates[room] if applies]


def _verdict_rule(numbers: Mapping[str, Any]) -> str:
    return "themes" if numbers.get("verdict_rule") == "sized_themes" else "cut"


def _described(material: Material) -> tuple[str, ...]:
    return rooms(material.study).get("describe", ())


def _sampled(material: Material) -> bool:
    return bool((material.study.get("people") or {}).get("sampled"))


def verdicts(material: Material, language: str) -> list[Told]:
    """The verdict on each primary model and what a referee asks after it."""
    return told(material.table, material.study, language)


def tables(room: str, material: Material, language: str) -> list[str]:
    """The small tables that stand in a section itself."""
    makers = {
        "measure": [_official, _findings],
        "classify": [verdict, split, fixed, neighbours],
        "explain": [_models, _counted, _odds, _design],
        "describe": [
            _invariants, _gains, _verbatims, _projects, carried, _transitions, _facts, _quoted,
        ],
        "people": [_self_report, _facts, _quoted],
    }  # fmt: skip
    made = [maker(material, language) for maker in makers.get(room, [])]
    return [table for table in made if table]


def _models(material: Material, language: str) -> str:
    """One row per primary model: the interval and the test that its verdict rests on."""
    frame = material.table("regression")
    plan = material.study["analysis"]
    rows = carriers(frame).copy()
    for number_of_row, row in rows.iterrows():
        shared = frame[(frame["model"] == row["model"]) & (frame["term"] == row["term"])]
        shared = shared[shared["cov_type"] == "CR2"]
        if len(shared):
            kept = ["cov_type", "ci_low", "ci_high", "df"]
            rows.loc[number_of_row, kept] = shared.iloc[0][kept]
    rows["predictor"] = rows["term"].map(lambda term: plan["predictors"][term]["label"][language])
    rows["outcome"] = rows["outcome"].map(lambda name: plan["outcomes"][name]["label"][language])
    columns = ["outcome", "predictor", "n", "cov_type", "estimate", "ci_low", "ci_high", "df",
               "p_value_permutation", "p_value_holm", "verdict"]  # fmt: skip
    return captioned(rows, language, columns, "regression")


def _odds(material: Material, language: str) -> str:
    """Ratios of the predictors; controls stand in the table's own page."""
    frame = material.table("odds_ratios")
    plan = material.study["analysis"]
    rows = frame[frame["term"].isin(plan["predictors"])].copy()
    if rows.empty:
        return ""
    rows["predictor"] = [
        _with_controls(material, model, term, language)
        for model, term in zip(rows["model"], rows["term"], strict=True)
    ]
    rows["outcome"] = rows["outcome"].map(lambda name: plan["outcomes"][name]["label"][language])
    columns = ["outcome", "predictor", "n", "n_yes", "per_years", "odds_ratio", "low", "high"]
    return captioned(rows, language, columns, "odds")


def _with_controls(material: Material, model: str, term: str, language: str) -> str:
    """A predictor with what it is adjusted for and the units it is restricted to."""
    planned = next(one for one in material.study["analysis"]["models"] if name_of(one) == model)
    words = material.predictor(term, language)
    others = [material.predictor(name, language) for name in planned["controls"]]
    if others:
        words = say("with_controls", language, predictor=words, controls=", ".join(others))
    if "where" in planned:
        chosen = planned["where"].get("label")
        words += (
            f" ({picked(chosen, language) if chosen else '|'.join(planned['where']['values'])})"
        )
    return words


def _counted(material: Material, language: str) -> str:
    frame = ways_of_counting(material.table("regression"), material.study["analysis"], language)
    if frame["p_value_dates"].isna().all():
        frame = frame.drop(columns="p_value_dates")
    return captioned(frame, language, list(frame.columns), "counted")


def _design(material: Material, language: str) -> str:
    frame = material.table("detectable_effect").copy()
    plan = material.study["analysis"]
    primary = {(m["outcome"], m["predictor"]) for m in plan["models"] if m["role"] == "primary"}
    pairs = pd.MultiIndex.from_frame(frame[["outcome", "predictor"]])
    frame = frame[pairs.isin(list(primary))] if primary else frame.iloc[:0]
    frame["predictor"] = frame["predictor"].map(
        lambda term: plan["predictors"][term]["label"][language]
    )
    frame["outcome"] = frame["outcome"].map(
        lambda name: plan["outcomes"].get(name, {"label": {language: name}})["label"][language]
    )
    columns = ["outcome", "predictor", "n", "minimum_detectable_effect", "stated_effect",
               "power_at_stated_effect", "type_s", "type_m"]  # fmt: skip
    return captioned(frame, language, columns, "detectable")


def _invariants(material: Material, language: str) -> str:
    frame = material.table("invariants").rename(columns={f"label_{language}": "label"})
    columns = ["label", "n", "base", "estimate", "low", "share_elsewhere", "coverage"]
    return captioned(frame, language, columns, "invariants")


def _gains(material: Material, language: str) -> str:
    frame = material.table("gains").rename(columns={f"label_{language}": "label"})
    columns = ["label", "n", "mean_level", "tau", "p_value", "test"]
    frame["test"] = [_tested(str(text), language) for text in frame["test"]]
    return captioned(frame, language, columns, "gains")


def _tested(text: str, language: str) -> str:
    """`10 units, 99999 drawn` in the language."""
    n, _, how = text.partition(" units")
    count, _, kind = how.removeprefix(", ").partition(" ")
    known = {"drawn": "permuted_drawn", "enumerated": "permuted_all"}
    if kind not in known:
        return "–"
    return say(
        known[kind], language, n=number(int(n), language), count=number(int(count), language)
    )


def _verbatims(material: Material, language: str) -> str:
    frame = material.table("verbatim_themes").rename(columns={f"label_{language}": "label"})
    columns = [
        "label",
        "n_verbatims",
        "coder_1",
        "coder_2",
        "both",
        "units",
        "alpha",
        "low",
        "high",
    ]
    return captioned(frame, language, columns, "verbatims")


def _projects(material: Material, language: str) -> str:
    frame = material.table("projects").copy()
    frame = frame.rename(
        columns={f"label_{language}": "label", f"brake_{language}": "brake",
                 f"lever_{language}": "lever"}
    )  # fmt: skip
    frame["overcome"] = [say(f"overcome_{one}", language) for one in frame["overcome"]]
    return captioned(frame, language, ["label", "brake", "overcome", "lever"], "projects")


def _transitions(material: Material, language: str) -> str:
    frame = material.table("transitions").copy()
    for column in ("class_from", "class_to"):
        frame[column] = frame[column].map(lambda name: say(f"class_{name}", language))
    frame = frame[frame["n"] > 0]
    columns = ["edition_from", "edition_to", "class_from", "class_to", "n", "base", "share", "low",
               "high"]  # fmt: skip
    return captioned(frame, language, columns, "transitions")


def _self_report(material: Material, language: str) -> str:
    frame = material.table("people_self_report").copy()
    names = material.study["people"]["levels"]
    for column in ("self_level", "level"):
        frame[column] = frame[column].map(lambda name: picked(names[name], language))
    columns = ["self_level", "level", "n", "base", "share"]
    return captioned(frame, language, columns, "people_self")


def _facts(material: Material, language: str) -> str:
    frame = material.table("published_facts")
    return facts_table(frame, language) if len(frame) else ""


def _quoted(material: Material, language: str) -> str:
    """Free texts that the study publishes; the table's own page has them all."""
    frame = material.table("verbatims").rename(columns={f"label_{language}": "label"})
    return captioned(frame, language, ["label", "verbatim"], "quoted")


def _official(material: Material, language: str) -> str:
    frame = worded(material.table("official_agreement"), "note", language)
    frame["statistic"] = frame["statistic"].map(lambda name: named("statistic", name, language))
    columns = ["statistic", "estimate", "low", "high", "n", "note"]
    return captioned(frame, language, columns, "official")


def _findings(material: Material, language: str) -> str:
    """Rows of official_scores.csv that carry a finding."""
    frame = material.table("official_scores")
    if frame.empty:
        return ""
    found = worded(frame[frame["finding"].notna()], "finding", language)
    names = material.table("index").set_index("unit_id")["name"]
    found = found.assign(name=found["unit_id"].map(names))
    columns = ["name", "item", "score", "official", "finding"]
    if found.empty:
        return ""
    return html_table(found, language, columns, say("prose.official_findings", language), limit=40)
