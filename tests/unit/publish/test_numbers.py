"""numbers.json: flat, sorted, and equal to the tables it is taken from."""

import json

import numpy as np

from barometre.publish import numbers


def test_numbers_are_those_of_the_tables(material):
    found = numbers.collect(material, {"sha256": "0f"})
    index = material.table("index")["index"]
    assert found["n_units"] == len(index)
    assert found["n_known"] + found["n_unknown"] == found["n_units"]
    assert np.isclose(found["index_mean"], index.mean(), rtol=1e-7)
    assert found["n_mature"] == (material.table("classes")["class"] == "mature").sum()
    assert found["plan_sha256"] == "0f"
    slope = found["slope_index~age_status_estimate"]
    regression = material.table("regression")
    assert slope == regression.loc[regression["term"] == "age_status", "estimate"].iloc[0]


def test_json_is_flat_sorted_and_free_of_nan(material):
    text = numbers.text(numbers.collect(material, {}))
    found = json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))
    assert list(found) == sorted(found)
    assert all(value is None or isinstance(value, str | int | float) for value in found.values())


def test_control_terms_do_not_take_the_name_of_the_predictor(made, tmp_path):
    study = made.material(10, tmp_path)
    rows = study.tables["regression"].iloc[:1].copy()
    rows["model"] = "index~age_status+log_population[own=Y]"
    rows["term"] = "log_population"
    rows["estimate"] = 9.0
    study.tables["regression"] = rows
    found = numbers.collect(study, {})
    assert found["slope_index~age_status+log_population[own=Y]_log_population_estimate"] == 9
    assert "slope_index~age_status+log_population[own=Y]_estimate" not in found
