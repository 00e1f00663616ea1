"""Front page, dictionary and manifest."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from barometre import tables
from barometre.publish import front, manifest
from barometre.publish.house import code_files
from barometre.study import sha256

ROOT = Path(__file__).parents[3]
CONFIG = {"draws": 100, "permutations": 999, "seed": 1, "languages": ["fr", "en"]}


@pytest.fixture
def checkout(made, tmp_path):
    """A checkout with one simulated and one real study."""
    study = made.project(tmp_path, 10, 1)
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\n")
    (tmp_path / "data" / "raw" / "SOURCES.csv").write_text("path,bytes\n")
    register = tmp_path / "data" / "raw" / "register"
    register.mkdir()
    shutil.copy(ROOT / "data" / "raw" / "register" / "metropoles.csv", register)
    results = tmp_path / "results"
    shutil.copytree(results / "made-study", results / "a-real-one")
    return tmp_path, [study.study, {**study.study, "id": "a-real-one", "data": "real"}]


def test_real_studies_come_first_and_both_natures_are_said(checkout):
    root, studies = checkout
    front.write_front(studies, CONFIG, root)
    text = (root / "results" / "index.html").read_text(encoding="utf-8")
    assert text.index("a-real-one/report/fr.html") < text.index("made-study/report/fr.html")
    for word in ("RÉEL", "SIMULÉ", "REAL", "SIMULATED"):
        assert word in text
    assert "a-real-one/figures/index_on_age_status.fr.svg" in text


def test_manifest_lists_every_file_with_its_hash_and_nothing_of_the_moment(checkout):
    root, studies = checkout
    front.write_front(studies, CONFIG, root)
    text = (root / "results" / "manifest.json").read_text(encoding="utf-8")
    found = json.loads(text)
    built = {
        path.relative_to(root / "results").as_posix(): path
        for path in (root / "results").rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert set(found["files"]) == set(built)
    for name, path in built.items():
        assert found["files"][name] == {"bytes": path.stat().st_size, "sha256": sha256(path)}
    assert str(root) not in text
    version = (ROOT / "pyproject.toml").read_text().split('version = "')[1].split('"')[0]
    assert found["version"] == version


def test_code_hash_moves_with_code_and_config_hash_with_config(checkout, tmp_path_factory):
    root, studies = checkout
    before = manifest.build_hashes(root, studies, CONFIG)
    assert manifest.build_hashes(root, studies, CONFIG) == before
    other = manifest.build_hashes(root, studies, {**CONFIG, "seed": 2})
    assert other["config_sha256"] != before["config_sha256"]
    assert other["code_sha256"] == before["code_sha256"]
    (root / "Snakefile").write_text("# another\n")
    assert manifest.build_hashes(root, studies, CONFIG)["code_sha256"] != before["code_sha256"]


def test_code_files_are_the_house_and_no_cache():
    names = {path.as_posix() for path in code_files(ROOT)}
    assert {"Snakefile", "barometre/tables.py", "workflow/rules/publish.smk",
            "notebooks/1_ingest.py"} <= names  # fmt: skip
    assert not any("__pycache__" in name or name.startswith(("results", "data")) for name in names)


def test_dictionary_has_every_column_of_every_contract(checkout):
    root, studies = checkout
    front.write_front(studies, CONFIG, root)
    text = (root / "results" / "dictionary.html").read_text(encoding="utf-8")
    for path in tables.CONTRACTS.glob("*.yaml"):
        terms = yaml.safe_load(path.read_text(encoding="utf-8"))
        for field in terms["columns"]:
            assert f"<code>{field['name']}</code>" in text, (path.stem, field["name"])


def test_every_text_of_the_contracts_has_its_french():
    from barometre.publish.dictionary import french

    texts = set()
    for path in tables.CONTRACTS.glob("*.yaml"):
        terms = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts |= {terms["title"], " ".join(terms["description"].split())}
        fields = [
            *terms["columns"],
            *([terms["extra_columns"]] if "extra_columns" in terms else []),
        ]
        texts |= {field["description"] for field in fields}
    assert sorted(texts - set(french())) == []


def test_printed_and_register_have_every_row_in_both_languages(checkout):
    root, studies = checkout
    front.write_front(studies, CONFIG, root)
    printed = (root / "results" / "printed.html").read_text(encoding="utf-8")
    for word in ("Une part impossible", "An odd share", "sans question", "no item", "SIMULÉ"):
        assert word in printed
    register = (root / "results" / "register.html").read_text(encoding="utf-8")
    for siren in ("243300316", "200054781"):
        assert register.count(f"<td>{siren}</td>") == 2
    assert "2018 : 22" in register and "both" not in register.split('id="en"')[0]
