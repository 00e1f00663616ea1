"""Layers of doubt seen by a slope: imputed answers pooled, methods as a range, items apart."""

import numpy as np
import pandas as pd
import pytest

from barometre import tables as contracts
from barometre.explain import answers, layers, ols
from barometre.explain.cases import Tables, assemble
from barometre.explain.slope_items import item_pulls
from barometre.measure import scoring
from barometre.measure.imputation import impute
from barometre.measure.intervals import rubin
from tests.unit.explain.study import model, plan
from tests.unit.measure import made

SIZES = (3, 4, 2)


def study(n=40, missing=0.0, seed=1, slope=1.5, sizes=SIZES):
    """Tables of a made study whose answers rise with age; codebook and settings."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(0, 2, size=n)
    latent = slope * (age - 1)[:, None] + rng.normal(0, 0.7, size=(n, sum(sizes)))
    levels = np.clip(np.round(2.5 + latent + rng.normal(0, 0.7, size=(n, 1))), 0, 5)
    levels[rng.random(levels.shape) < missing] = np.nan
    codebook, settings = made.codebook(sizes), made.settings(len(sizes))
    responses = made.responses(levels)
    structure = scoring.structure(codebook, settings, responses)
    _, index = scoring.score(levels, np.ones(levels.shape, bool), structure, settings)
    units = made.units(n)
    known = pd.DataFrame(
        {"unit_id": units["unit_id"], "predictor": "age_x", "value": age, "bound": "="}
    )
    frames = Tables(
        index=pd.DataFrame({"unit_id": units["unit_id"], "index": index}),
        responses=responses,
        units=units.assign(born=[f"d{number % 8}" for number in range(n)]),
        classes=pd.DataFrame({"unit_id": units["unit_id"], "class": "unknown"}),
        predictors=known,
    )
    return frames, codebook, settings


def found(frames, codebook, settings, seed=3, **predictor):
    analysis = plan(model(), age_x=predictor)
    cases = [assemble(analysis["models"][0], analysis, frames)]
    return cases[0], layers.layers(cases, analysis, frames, codebook, settings, seed, "s")


def test_pooled_slope_is_rubins_over_the_completed_data() -> None:
    frames, codebook, settings = study(missing=0.15)
    case, doubt = found(frames, codebook, settings)
    (row,) = doubt.imputed
    given = answers.answers_of(frames, codebook, settings)
    scores = answers.completed_scores(case, given, settings, 3, "s")
    fits = [ols.fit(case.design, y) for y in answers.completed_index(scores, given.plan)]
    pooled = rubin(
        np.array([fit.coef[1] for fit in fits]),
        np.array([ols.hc(fit, "HC2")[1, 1] for fit in fits]),
        float(ols.bell_mccaffrey(fits[0])[1]),
    )
    assert row["estimate"] == pytest.approx(float(pooled.estimate), abs=1e-12)
    assert row["std_error"] == pytest.approx(float(np.sqrt(pooled.total)), abs=1e-12)
    assert row["df"] == pytest.approx(float(pooled.df)) and row["df"] < fits[0].n - 2
    assert row["role"] == "beside" and row["cov_type"] == "HC2, imputed answers"
    assert np.isnan(row["p_value"])


def test_slope_is_not_drawn_to_zero_when_the_predictor_is_in_the_imputation() -> None:
    gaps = {"with": [], "without": []}
    for seed in range(12):
        full, codebook, settings = study(n=120, seed=seed)
        truth = np.polyfit(full.predictors["value"], full.index["index"], 1)[0]
        frames, _, _ = study(n=120, missing=0.45, seed=seed)
        case, doubt = found(frames, codebook, settings)
        gaps["with"].append(doubt.imputed[0]["estimate"] / truth - 1)
        given = answers.answers_of(frames, codebook, settings)
        rng = np.random.default_rng(seed)
        bare = impute(given.levels, given.shown, given.known, given.plan, 20, rng)
        index = answers.completed_index(scoring.item_scores(bare, given.plan), given.plan)
        y = index[:, given.rows(case.units)].mean(axis=0)
        gaps["without"].append(np.polyfit(case.x, y, 1)[0] / truth - 1)
    assert abs(np.mean(gaps["with"])) < 0.04
    assert np.mean(gaps["without"]) < np.mean(gaps["with"]) - 0.02


def test_nothing_missing_gives_no_pooled_row() -> None:
    _, doubt = found(*study())
    assert doubt.imputed == []


def test_shared_dates_are_clusters_in_the_pooled_row() -> None:
    frames, codebook, settings = study(missing=0.1)
    by = {"born": frames.units["born"].to_numpy()}
    frames.predictors["value"] = [float(date[1:]) for date in by["born"]]
    _, doubt = found(frames, codebook, settings, permute_by="born")
    assert doubt.imputed[0]["cov_type"] == "CR2, imputed answers"
    assert doubt.imputed[0]["df"] < 8


def test_range_begins_with_the_studys_own_method_and_holds_all() -> None:
    frames, codebook, settings = study(missing=0.1)
    case, doubt = found(frames, codebook, settings)
    table = contracts.check(doubt.methods, "slope_range")
    first = table.iloc[0]
    assert (first["normalisation"], first["weights"]) == ("scale", "nominal")
    assert (first["aggregation"], first["missing"]) == ("arithmetic", "answered")
    assert first["estimate"] == pytest.approx(np.polyfit(case.x, case.y, 1)[0], abs=1e-10)
    assert len(table) == 2 * 2 * 4 * 3
    assert first["range_low"] == table["estimate"].min() < table["estimate"].max()
    assert "ci_low" not in table


def test_items_apart_equal_the_spread_of_item_slopes() -> None:
    frames, codebook, settings = study(n=60)
    case, doubt = found(frames, codebook, settings)
    row = contracts.check(doubt.items, "slope_items").iloc[0]
    scores = scoring.item_scores(*_levels(frames, codebook, settings))
    slopes = np.array([np.polyfit(case.x, column, 1)[0] for column in scores.T])
    ends = np.cumsum([0, *SIZES])
    variance = sum(
        slopes[first:last].var(ddof=1) / (last - first) / 9
        for first, last in zip(ends, ends[1:], strict=False)
    )
    assert row["sd_items"] == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert row["estimate"] == pytest.approx(np.polyfit(case.x, case.y, 1)[0], abs=1e-9)
    width = row["resampled_high"] - row["resampled_low"]
    assert width == pytest.approx(2 * 1.96 * row["sd_items"], rel=0.12)
    assert row["low"] < row["resampled_low"] < row["resampled_high"] < row["high"]


def test_resampled_items_are_linear_in_their_pulls() -> None:
    frames, codebook, settings = study(n=30)
    case, _ = found(frames, codebook, settings)
    levels, structure = _levels(frames, codebook, settings)
    scores = scoring.item_scores(levels, structure)
    pull = item_pulls(case.x, scores, structure)
    counts = np.array([2, 0, 1, 1, 2, 0, 1, 0, 2])
    drawn = np.repeat(np.arange(9), counts)
    themes = [scores[:, drawn[structure.theme_of[drawn] == j]].mean(axis=1) for j in range(3)]
    again = np.polyfit(case.x, np.mean(themes, axis=0), 1)[0]
    plain = np.polyfit(case.x, case.y, 1)[0]
    assert plain + (counts - 1) @ pull == pytest.approx(again, abs=1e-9)
    assert pull @ structure.membership == pytest.approx(np.zeros(3), abs=1e-12)


def test_a_theme_of_one_item_moves_nothing() -> None:
    frames, codebook, settings = study(sizes=(1, 1))
    _, doubt = found(frames, codebook, settings)
    row = doubt.items.iloc[0]
    assert row["n_single_item_themes"] == 2 and np.isnan(row["sd_items"])
    assert np.isnan(row["low"]) and np.isnan(row["resampled_low"])


def test_models_of_items_and_with_controls_have_no_layers() -> None:
    frames, codebook, settings = study()
    frames.units["population"] = 1000
    analysis = plan(model(controls=["log_population"]))
    cases = [assemble(analysis["models"][0], analysis, frames)]
    doubt = layers.layers(cases, analysis, frames, codebook, settings, 3, "s")
    assert doubt.imputed == [] and doubt.items.empty and doubt.methods.empty


def _levels(frames, codebook, settings):
    given = answers.answers_of(frames, codebook, settings)
    return given.levels, given.plan
