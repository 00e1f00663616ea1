"""One version for each package: pyproject.toml, requirements.lock, environment.yml and the docs."""

import re
import tomllib

import yaml

# conda-forge splits some packages; these are the parts without desktop extras.
CONDA_NAMES = {
    "matplotlib-base": "matplotlib",
    "nbconvert-core": "nbconvert",
    "snakemake-minimal": "snakemake",
}


def pyproject(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def pins(lines):
    return dict(re.fullmatch(r"([\w-]+)={1,2}([\w.]+)", line).groups() for line in lines)


def locked(root):
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w-]+)==([\w.]+)", text, flags=re.MULTILINE))


def conda(root):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in environment["dependencies"] if isinstance(line, str)]
    by_pip = [
        line
        for part in environment["dependencies"]
        if isinstance(part, dict)
        for line in part["pip"]
    ]
    found = pins(
        [line for line in lines if "=" in line and not line.startswith("python>")] + by_pip
    )
    return environment, {CONDA_NAMES.get(name, name): pin for name, pin in found.items()}


def test_lock_holds_the_pins_of_pyproject(root):
    project = pyproject(root)
    wanted = pins(project["project"]["dependencies"] + project["dependency-groups"]["dev"])
    held = locked(root)
    assert {name: held.get(name) for name in wanted} == wanted


def test_conda_environment_has_the_same_pins(root):
    environment, found = conda(root)
    project = pyproject(root)["project"]
    assert found == pins(project["dependencies"])
    assert f"python{project['requires-python']}" in environment["dependencies"]


def test_lock_has_hashes_and_no_addresses(root):
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=[a-z])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_has_its_reason(root):
    project = pyproject(root)
    wanted = pins(project["project"]["dependencies"] + project["dependency-groups"]["dev"])
    reasons = (root / "docs" / "dependencies.md").read_text(encoding="utf-8")
    missing = [name for name in wanted if not re.search(rf"\b{re.escape(name)}\b", reasons)]
    assert not missing


def test_one_version_number(root):
    version = pyproject(root)["project"]["version"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == version
    assert f"## {version}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
