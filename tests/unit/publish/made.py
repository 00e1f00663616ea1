"""Made tables that meet every contract, so that publishing is tested without the other rooms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from barometre import codebook, study, tables
from barometre.publish.material import Material
from barometre.study import CLASSES

STUDY = """
title: {fr: Étude d'essai, en: A study for tests}
data: simulated
data_note: {fr: "Réponses tirées au sort pour l'essai.", en: Answers drawn at random for the test.}
cautions: [{fr: "Rien n'est vrai ici.", en: Nothing here is true.}]
sources: ["https://example.org/published"]
unit: {one: {fr: métropole, en: métropole}, many: {fr: métropoles, en: métropoles}}
fieldwork: {start: '2019-11-01', end: '2020-06-30', invited: 60}
exports: {reader: limesurvey, files: [survey.csv]}
units: {}
measure:
  model: formative
  themes:
    gov: {fr: Stratégie et gouvernance, en: Strategy and governance}
    usr: {fr: Services aux usagers, en: User services}
    dat: {fr: Service public local de la donnée, en: Local public data service}
classify: {shares: {lagging: 0.3, transition: 0.5, mature: 0.2}, shares_from: published}
analysis:
  outcomes:
    index: {label: {fr: Maturité, en: Maturity}, unit: {fr: points, en: points}}
  predictors:
    age_status:
      label: {fr: Âge du statut, en: Age of the status}
      unit: {fr: années, en: years}
      from: {item: created}
      stated_effect: 2
    earliness_strategy:
      label: {fr: Ancienneté de la stratégie, en: Years since the strategy}
      unit: {fr: années, en: years}
      from: {item: strategy}
    delay_strategy:
      label: {fr: Délai avant la stratégie, en: Delay to the strategy}
      from: {item: created}
      to: {item: strategy}
  models:
    - {outcome: index, predictor: age_status, role: primary}
    - {outcome: index, predictor: earliness_strategy, role: primary}
    - {outcome: index, predictor: delay_strategy, role: beside}
  diagram: {fr: "Âge vers maturité.", en: Age to maturity.}
describe: {}
"""
THEMES = ("gov", "usr", "dat")
ITEMS = [f"{theme}{k}[SQ00{j}]" for theme in THEMES for k in (1, 2) for j in (1, 2)]
BRAKES = ["brk[a]", "brk[b]"]
PRIORITIES = ["prio[inc]", "prio[svc]", "prio[sus]", "prio[eco]"]


def material(n: int, folder: Path, unknown: int = 0, data: str = "simulated") -> Material:
    """A study of `n` units of which the last `unknown` have no index, its files in `folder`."""
    settings = study.validated(yaml.safe_load(STUDY), "study", "made")
    settings |= {"id": "made-study", "data": data}
    raw = folder / "raw" / "made-study"
    raw.mkdir(parents=True, exist_ok=True)
    _codebook(raw)
    names = {name: tables.check(frame, name) for name, frame in _frames(n, unknown).items()}
    return Material(settings, codebook.load(raw, settings["measure"]["themes"]), names)


def write(made: Material, folder: Path) -> list[Path]:
    """Write the tables as the rules do; returns their paths."""
    stamp = {"study": made.study["id"], "data": made.study["data"]}
    paths = []
    for name, frame in made.tables.items():
        path = folder / "tables" / f"{name}.csv"
        tables.write(frame, path, name, stamp)
        paths.append(path)
    return paths


def _codebook(raw: Path) -> None:
    rows = [
        {"item": item, "kind": "scale", "role": "score", "theme": item.rstrip("0123456789[]SQ"),
         "scale": "six", "label_fr": f"Question {item} : où en êtes-vous ?",
         "label_en": f"Item {item}: where do you stand?"}
        for item in ITEMS
    ]  # fmt: skip
    rows += [
        {"item": item, "kind": "tick", "role": "brake", "label_fr": f"Frein {item}",
         "label_en": f"Brake {item}"} for item in BRAKES
    ]  # fmt: skip
    rows += [
        {"item": item, "kind": "date", "role": "background", "label_fr": item, "label_en": item}
        for item in ("created", "strategy")
    ]
    pd.DataFrame(rows).fillna("").to_csv(raw / "codebook.csv", index=False)
    scale = [
        {"scale": "six", "answer": f"A{k}", "level": k, "state": "", "label_fr": f"niveau {k}",
         "label_en": f"level {k}"} for k in range(6)
    ]  # fmt: skip
    pd.DataFrame(scale).to_csv(raw / "scales.csv", index=False)


def _frames(n: int, unknown: int) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(n)
    ids = [f"U{k:04d}" for k in range(n)]
    known = np.arange(n) < n - unknown
    age = np.round(random.uniform(1, 40, n), 1)
    earliness = np.round(np.clip(random.normal(5, 3, n), 0, None), 1)
    index = np.clip(35 + 0.5 * age + 2 * earliness + random.normal(0, 8, n), 2, 98)
    index = np.where(known, index, np.nan)
    half = random.uniform(4, 10, n)
    rank = pd.Series(index).rank(pct=True)
    sorted_into = np.select([rank <= 0.3, rank <= 0.8, rank > 0.8], CLASSES, "unknown")
    p_top = np.where(known, random.uniform(0.5, 0.99, n), np.nan)
    probability = {f"p_{name}": (1 - p_top) / 2 for name in CLASSES}
    for name in CLASSES:
        probability[f"p_{name}"] = np.where(sorted_into == name, p_top, probability[f"p_{name}"])
    named = {"unit_id": ids, "name": [f"Métropole {k + 1}" for k in range(n)]}
    themes = np.clip(index[:, None] + random.normal(0, 6, (n, 3)), 0, 100)
    counts = {"empty": 2, "not_shown": 0, "not_reached": 1, "refused": 0, "unknown": 1}
    frames = {
        "index": pd.DataFrame({
            **named, "group": "métropole", "index": index,
            "index_low": np.clip(index - half, 0, 100), "index_high": np.clip(index + half, 0, 100),
            "range_low": np.clip(index - 1.3 * half, 0, 100),
            "range_high": np.clip(index + half, 0, 100),
            "n_items_answered": np.where(known, 12, 0), "n_items_shown": 12,
            **{theme: themes[:, k] for k, theme in enumerate(THEMES)},
        }),
        "classes": pd.DataFrame({
            **named, "class": sorted_into, **probability,
            "borderline": pd.array(np.where(known, p_top < 0.8, None), "boolean"),
        }),
        "theme_scores": pd.DataFrame([
            {"unit_id": ids[u], "theme": theme, "score": themes[u, k],
             "low": max(themes[u, k] - 9, 0) if known[u] else np.nan,
             "high": min(themes[u, k] + 9, 100) if known[u] else np.nan,
             "n_items": 4, "n_answered": 4 if known[u] else 0}
            for u in range(n) for k, theme in enumerate(THEMES)
        ]),
        "predictors": pd.DataFrame([
            {"unit_id": unit, "predictor": name, "value": value, "bound": bound}
            for name, values in (("age_status", age), ("earliness_strategy", earliness))
            for k, (unit, value) in enumerate(zip(ids, values, strict=True))
            for bound in ["<=" if k % 7 == 3 else "="]
        ]),
        "missing_answers": pd.DataFrame([
            {"position": k, "item": item, "theme": item.rstrip("0123456789[]SQ"), "label": item,
             "answered": n - 4, **counts} for k, item in enumerate(ITEMS)
        ]),
        "theme_weights": pd.DataFrame(
            {"theme": THEMES, "label": THEMES, "nominal_weight": 1 / 3,
             "effective_weight": [0.9, 0.8, 0.85]}
        ),
        "answer_flips": pd.DataFrame(
            {"unit_id": ids[0], "direction": ["up", "down"], "steps": [pd.NA, 2],
             "items": [pd.NA, f"{ITEMS[0]}:4>2"], "class_to": [pd.NA, "lagging"]}
        ),
        "class_methods": pd.DataFrame(
            {"unit_id": ids, "method": "index_cut", "class": sorted_into, "p_mature": pd.NA,
             "p_transition": pd.NA, "p_lagging": pd.NA}
        ),
        **_resampled(ids, sorted_into),
        "responses": pd.DataFrame(
            {"unit_id": ids, "item": ITEMS[0], "value": "A3", "level": 3.0, "state": "answered"}
        ),
        "units": pd.DataFrame({**named, "group": "métropole", "n_respondents": 1}),
    }  # fmt: skip
    return {**frames, **_regression(n, ids, unknown), **_small(n)}


def _resampled(ids: list[str], sorted_into: list[str]) -> dict[str, pd.DataFrame]:
    """Silhouettes and the consensus matrix of the units that have a class."""
    known = [(unit, name) for unit, name in zip(ids, sorted_into, strict=True) if name in CLASSES]
    known.sort(key=lambda pair: CLASSES.index(pair[1]))
    places = known if len(known) <= 200 else known[:: len(known) // 100]
    one, two = np.triu_indices(len(places), 1)
    unit, name = (np.array(part, dtype=object) for part in zip(*places, strict=True))
    return {
        "silhouettes": pd.DataFrame([
            {"rule": "index_cut", "space": space, "unit_id": member, "class": own,
             "silhouette": 0.4 - 0.1 * (at % 7),
             "nearest": "lagging" if own == "transition" else "transition"}
            for space in ("index", "themes")
            for at, (member, own) in enumerate(known)
        ]),
        "consensus": pd.DataFrame(
            {"place_a": one + 1, "place_b": two + 1, "unit_a": unit[one], "unit_b": unit[two],
             "class_a": name[one], "class_b": name[two], "pairs": 1,
             "index_cut": np.where(name[one] == name[two], 0.9, 0.1), "sized_themes": 0.5}
        ),
    }  # fmt: skip


def _regression(n: int, ids: list[str], unknown: int) -> dict[str, pd.DataFrame]:
    rows = [
        {"outcome": "index", "model": f"index~{term}", "estimator": "ols", "cov_type": kind,
         "role": "primary", "term": term, "estimate": slope, "std_error": 0.2, "df": n / 3,
         "ci_low": slope - 0.42, "ci_high": slope + 0.41, "p_value": 0.021,
         "p_value_permutation": 0.0004,
         "permutation_unit": f"{n - unknown} units, 100000 drawn, HC3 t",
         "p_value_holm": 0.0008, "verdict": "positive", "n": n - unknown, "n_bounds": 0}
        for term, slope in (("age_status", 0.512), ("earliness_strategy", 1.93))
        for kind in ("HC2-BM", "HC3")
    ]  # fmt: skip
    return {
        "regression": pd.DataFrame(rows),
        "influence": pd.DataFrame([
            {"model": "index~age_status", "term": "age_status", "unit_id": unit,
             "estimate_without": 0.5, "cooks_distance": 0.01 * k, "leverage": 0.1}
            for k, unit in enumerate(ids)
        ]),
        "detectable_effect": pd.DataFrame([
            {"outcome": "index", "predictor": "age_status", "n": n, "sd_predictor": 11.0,
             "minimum_detectable_effect": 0.41, "stated_effect": 2.0,
             "power_at_stated_effect": 0.9, "type_s": 0.0, "type_m": 1.02, "n_needed": 9}
        ]),
        "nonresponse": pd.DataFrame([
            {"model": "index~age_status", "outcome": "index", "predictor": "age_status",
             "quantity": "slope", "population_from": "register", "n_population": n + 4, "n": n,
             "n_absent": 4, "n_left_out": 0, "estimate": 0.512, "low": -0.2, "high": 1.1,
             "outcome_low": 0.0, "outcome_high": 100.0, "outcome_ends": "scale",
             "breakdown_each": 12.5, "breakdown_common": 31.0}
        ]),
        "design_register": pd.DataFrame([
            {"outcome": "index", "predictor": "age_status", "n": 10, "n_population": 22,
             "df_by": by, "samples": 646646, "designs": 479, "how": "enumerated",
             "residual_sd": 12.1, "share_no_spread": 0.0, "share_df_below_4": share,
             "minimum_detectable_p10": 9.1, "minimum_detectable_p50": 10.9,
             "minimum_detectable_p90": 17.0, "stated_effect": 2.0, "power_p10": 0.07,
             "power_p50": 0.09, "power_p90": 0.12, "type_s_p10": 0.01, "type_s_p50": 0.02,
             "type_s_p90": 0.04, "type_m_p10": 2.1, "type_m_p50": 2.6, "type_m_p90": 3.2}
            for by, share in (("units", 0.64), ("status_date", 1.0))
        ]),
        "slope_range": pd.DataFrame([
            {"model": "index~age_status", "outcome": "index", "predictor": "age_status",
             "normalisation": "scale", "weights": "nominal", "aggregation": how,
             "missing": "answered", "n": n, "estimate": slope, "range_low": 0.49,
             "range_high": 0.55}
            for how, slope in (("arithmetic", 0.512), ("root", 0.49), ("geometric", 0.55))
        ]),
        "slope_items": pd.DataFrame([
            {"model": "index~age_status", "outcome": "index", "predictor": "age_status", "n": n,
             "n_items": 12, "n_single_item_themes": 0, "estimate": 0.51, "sd_items": 0.04,
             "df": 8.1, "low": 0.42, "high": 0.6, "resamples": 2000, "resampled_low": 0.44,
             "resampled_high": 0.59}
        ]),
        "specification_curve": pd.DataFrame([
            {"curve": "alone", "spec_id": k, "outcome": "index", "predictor": "age_status",
             "estimator": "ols", "estimate": 0.1 * k, "ci_low": 0.1 * k - 0.3,
             "ci_high": 0.1 * k + 0.3, "p_value": 0.05, "n": n, "sample": "all",
             "adjustment": "none", "joint_p_value": "0.04"}
            for k in range(6)
        ]),
        "delay_curve": pd.DataFrame(
            {"predictor": "delay_strategy", "delay_years": [0.5, 2, 6], "at_risk": [n, n - 2, 4],
             "events": [2, n - 6, 2], "censored": [0, 0, 2], "share_without": [0.8, 0.4, 0.2],
             "low": [0.5, 0.2, 0.02], "high": [0.9, 0.6, 0.5]}
        ),
    }  # fmt: skip


def _small(n: int) -> dict[str, pd.DataFrame]:
    share = {"estimate": 0.6, "low": 0.35, "high": 0.8, "n": round(0.6 * n), "base": n}
    found = [("lagging", 0.3), ("transition", 0.5), ("mature", 0.2)]
    return {
        "class_shares": pd.DataFrame([
            {"rule": rule, "class": name, "n": round(value * n), "share": value,
             "share_low": low, "share_high": high, "published_share": value}
            for rule, low, high in (("index_cut", None, None), ("kmeans_index", 0.1, 0.6))
            for name, value in found
        ]),
        "split_audit": pd.DataFrame(
            {"rule": ["index_cut"], "n": n, "sizes": "12/19/8", "printable": "nearest five",
             "test": pd.NA, "p_value": pd.NA, "note": "forced"}
        ),
        "method_agreement": pd.DataFrame(
            {"method_a": ["index_cut"], "method_b": "kmeans", "adjusted_rand": 0.7, "n_same": 9,
             "n": n}
        ),
        "class_numbers": pd.DataFrame(
            {"space": "index", "k": [1, 2, 3], "n": n, "within_ss": [90.0, 30.0, 12.0],
             "silhouette": [pd.NA, 0.6, 0.5], "bic_gaussian": pd.NA,
             "bic_latent": pd.NA}
        ),
        "class_stability": pd.DataFrame(
            {"class": list(CLASSES), "jaccard_mean": 0.7, "jaccard_low": 0.4, "jaccard_high": 1.0,
             "jaccard_subset": 0.6, "together_within": 0.8, "together_between": 0.1}
        ),
        "class_verdict": pd.DataFrame(
            {"rule": ["index_cut", "sized_themes"], "n": n, "is_verdict": [True, False],
             "jaccard_lagging": 0.7, "jaccard_transition": 0.6, "jaccard_mature": [0.8, 0.5],
             "jaccard_lowest": [0.6, 0.5], "resamples": 300, "differ": 2,
             "reason": ["few units", pd.NA], "reason_fr": ["peu d'unités", pd.NA]}
        ),
        "reliability": pd.DataFrame(
            {"theme": [*THEMES, "whole"], "n_items": [4, 4, 4, 12], "n_units": n, "alpha": 0.7,
             "alpha_low": 0.5, "alpha_high": 0.8, "resampled_low": 0.48, "resampled_high": 0.81,
             "resampling": "jackknife", "lambda2": 0.71, "omega": 0.72, "ordinal_alpha": pd.NA,
             "categorical_omega": pd.NA, "kmo": 0.7, "bartlett_p": 0.001, "cfi": pd.NA,
             "rmsea": pd.NA, "srmr": pd.NA, "note": "formative"}
        ),
        "reliability_items": pd.DataFrame(
            {"theme": "gov", "item": ITEMS[:4], "n_units": n, "item_rest": 0.5,
             "alpha_if_dropped": 0.65, "note": "formative"}
        ),
        "sensitivity": pd.DataFrame([
            {"target": target, "assumption": choice, "first_order": 0.3, "first_order_low": 0.25,
             "first_order_high": 0.35, "total": 0.4, "total_low": 0.3, "total_high": 0.5}
            for target in ("mean_rank_shift", "class_change")
            for choice in ("normalisation", "weights", "aggregation")
        ]),
        "adoption": pd.DataFrame([
            {"item": item, "label_fr": f"Question {item}", "label_en": f"Item {item}",
             "group": group, **share, "theme": "gov"}
            for item in ITEMS[:4] for group in ("all", "mature")
        ]),
        "brakes": pd.DataFrame([
            {"item": item, "label_fr": f"Frein {item}", "label_en": f"Brake {item}",
             "group": "all", **share} for item in BRAKES
        ]),
        "priorities": pd.DataFrame([
            {"item": item, "label_fr": f"Priorité {item}", "label_en": f"Priority {item}",
             "rank": k + 1, "estimate": k + 1.2, "low": k + 0.9, "high": k + 1.6, "borda": 30 - k,
             "worth": pd.NA,
             "first_choices": 4 - k, "base": n, "kendalls_w": 0.62, "p_value": 0.0001}
            for k, item in enumerate(PRIORITIES)
        ]),
        "invariants": pd.DataFrame([
            {"item": ITEMS[0], "label_fr": "Invariant", "label_en": "Invariant", "estimate": 1.0,
             "low": 0.16, "high": 1.0, "n": 2, "base": 2, "share_elsewhere": 0.5,
             "coverage": 0.4}
        ]),
        "published_facts": pd.DataFrame([
            {"fact": "n_units", "label_en": "Units", "label_fr": "Unités", "published": float(n),
             "unit": "count", "relation": "=", "base_stated": pd.NA,
             "possible_with_base": "not_a_share", "rebuilt": float(n), "rebuilt_base": n,
             "agrees": "yes", "note": pd.NA, "note_fr": pd.NA},
            {"fact": "odd", "label_en": "An odd share", "label_fr": "Une part impossible",
             "published": 14.0, "unit": "percent", "relation": "=", "base_stated": 39,
             "possible_with_base": "no", "rebuilt": pd.NA, "rebuilt_base": pd.NA,
             "agrees": "not_rebuilt", "note": "no item", "note_fr": "sans question"},
        ]),
        "reading": pd.DataFrame(
            {"file": ["survey.csv"], "what": "encoding", "found": "utf-8"}
        ),
        "cleaning_log": pd.DataFrame(
            {"step": "drop_tests", "action": "removed", "respondent_id": ["3", "8", "9"],
             "item": pd.NA,
             "before": pd.NA, "after": pd.NA, "reason": "The name is a test word."}
        ),
        "response_flow": pd.DataFrame(
            {"position": [0, 1], "step": ["read", "drop_tests"], "rows_in": [n + 3, n + 3],
             "rows_out": [n + 3, n], "reason": ["all rows", "test words"]}
        ),
    }  # fmt: skip


def project(folder: Path, n: int, unknown: int = 0) -> Material:
    """A checkout below `folder` in which the made study is built up to its numbers.json."""
    from barometre.publish import numbers
    from barometre.publish.figures import draw_all

    root = Path(__file__).parents[3]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text("studies: [made-study]\n")
    for part in ("barometre", "workflow", "notebooks"):
        (folder / part).symlink_to(root / part)
    made = material(n, folder / "data", unknown)
    raw = folder / "data" / "raw" / "made-study"
    (raw / "study.yaml").write_text(STUDY, encoding="utf-8")
    (raw / "PROVENANCE.md").write_text("Made for a test.\n")
    (raw / "exports").mkdir()
    (raw / "exports" / "survey.csv").write_text("id\n1\n")
    results = folder / "results" / "made-study"
    write(made, results)
    draw_all(made, ["fr", "en"], results / "figures")
    collected = numbers.collect(made, {"sha256": "0" * 64})
    (results / "numbers.json").write_text(numbers.text(collected), encoding="utf-8")
    return made
