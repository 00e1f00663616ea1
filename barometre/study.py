"""A study's settings: one YAML file, checked against a closed schema, defaults filled in.

Imported when Snakemake reads the workflow, so it loads nothing heavier than a YAML parser and
a JSON Schema validator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from barometre.errors import StudyError
from barometre.measure import combinations

SCHEMAS = Path(__file__).parent.parent / "workflow" / "schemas"
CLASSES = ("lagging", "transition", "mature")


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema `workflow/schemas/<name>.schema.yaml`."""
    return yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"))


def load(folder: str | Path) -> dict[str, Any]:
    """Settings of the study in `folder`, with every default filled in and `id` added.

    Raises
    ------
    StudyError : no such study, YAML that cannot be parsed, a key that is unknown or missing,
        shares that do not sum to 1, a model that names no outcome or predictor, a file missing.
    """
    folder = Path(folder)
    path = folder / "study.yaml"
    if not path.is_file():
        near = ", ".join(sorted(found.parent.name for found in folder.parent.glob("*/study.yaml")))
        raise StudyError(f"{path}: there is no such study; the studies are {near}.")
    settings = validated(read_yaml(path), "study", str(path))
    settings["id"] = folder.name
    for said in contradictions(settings, path):
        raise StudyError(said)
    for said in missing_files(settings, folder):
        raise StudyError(said)
    return settings


def contradictions(settings: Mapping, path: str | Path) -> Iterator[str]:
    """What keys of the settings say against each other, one sentence each."""
    yield from _check_shares(settings["classify"]["shares"], Path(path))
    yield from combinations.contradictions(settings, str(path))
    yield from _check_models(settings, Path(path))
    yield from _check_arrows(settings, Path(path))


def read_yaml(path: Path) -> Any:
    """Parse a YAML file; dates stay text, as they do in JSON."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextDates)
    except UnicodeDecodeError:
        raise StudyError(f"{path}: the file is not UTF-8; save it as UTF-8.") from None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f", line {line + 1}" if line is not None else ""
        raise StudyError(
            f"{path}{where}: this is not valid YAML; check indents and quotes."
        ) from None


class _TextDates(yaml.SafeLoader):
    """YAML without its habit of turning 2020-06-30 into a date."""


_TextDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validated(settings: Any, name: str, where: str) -> dict[str, Any]:
    """`settings` checked against schema `name`, with its defaults filled in.

    Raises
    ------
    StudyError : the first breach, as one sentence with its key.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    terms = schema(name)
    breach = best_match(Draft202012Validator(terms).iter_errors(settings))
    if breach is not None:
        raise StudyError(f"{where}{told(breach)}")
    return filled(settings, name)


def filled(settings: Any, name: str = "study") -> Any:
    """`settings` with the defaults of schema `name`, unchecked."""
    terms = schema(name)
    return _filled(settings, terms, terms.get("$defs", {}))


def told(breach: Any) -> str:
    """A breach of a schema as the second half of a sentence that begins with the file."""
    key = ".".join(str(part) for part in breach.absolute_path)
    at = f", key '{key}'" if key else ""
    known = breach.schema.get("properties") if breach.validator == "additionalProperties" else None
    hint = f"; known keys: {', '.join(known)}" if known else ""
    return f"{at}: {breach.message}{hint}."


def _filled(value: Any, terms: Mapping, definitions: Mapping) -> Any:
    """`value` with the `default` of each absent key."""
    if "$ref" in terms:
        terms = {**definitions[terms["$ref"].rsplit("/", 1)[1]], **terms}
    if isinstance(value, Mapping):
        named = terms.get("properties", {})
        other = terms.get("additionalProperties")
        filled = {
            key: _filled(
                inner, named.get(key, other if isinstance(other, Mapping) else {}), definitions
            )
            for key, inner in value.items()
        }
        for key, inner in named.items():
            if key not in filled and "default" in inner:
                filled[key] = inner["default"]
            elif key not in filled and inner.get("type") == "object" and key == "describe":
                filled[key] = _filled({}, inner, definitions)
        return filled
    if isinstance(value, list) and isinstance(terms.get("items"), Mapping):
        return [_filled(inner, terms["items"], definitions) for inner in value]
    return value


def _check_shares(shares: Mapping[str, float], path: Path) -> Iterator[str]:
    total = sum(shares.values())
    if abs(total - 1) > 1e-9:
        yield (f"{path}, key 'classify.shares': the shares sum to {total:g} and must sum to 1.")


def _check_models(settings: Mapping, path: Path) -> Iterator[str]:
    plan = settings["analysis"]
    for name, predictor in plan["predictors"].items():
        stated = predictor.get("stated_effect")
        for outcome in stated if isinstance(stated, Mapping) else ():
            if outcome not in plan["outcomes"]:
                yield (
                    f"{path}, key 'analysis.predictors.{name}.stated_effect': '{outcome}' is not "
                    f"among the outcomes ({', '.join(plan['outcomes'])})."
                )
    terms = {*plan["predictors"], "log_population", "group"}
    for number, model in enumerate(plan["models"]):
        where = f"{path}, key 'analysis.models.{number}"
        if model["outcome"] not in plan["outcomes"]:
            yield (
                f"{where}.outcome': '{model['outcome']}' is not among the outcomes "
                f"({', '.join(plan['outcomes'])})."
            )
        for term in (model["predictor"], *model["controls"]):
            if term not in terms:
                yield (
                    f"{where}': '{term}' is not among the predictors ({', '.join(sorted(terms))})."
                )


def _check_arrows(settings: Mapping, path: Path) -> Iterator[str]:
    """Names in `arrows` and `precedes` are those of the plan."""
    plan = settings["analysis"]
    primary = [model for model in plan["models"] if model["role"] == "primary"]
    drawn = {model[end] for model in primary for end in ("predictor", "outcome")}
    drawn.add("unmeasured" if "unmeasured" in plan else "log_population")
    for key, ends, known in (
        ("arrows", ("from", "to"), drawn),
        ("precedes", ("event", "origin"), set(plan["predictors"])),
    ):
        for number, row in enumerate(plan.get(key, [])):
            for end in ends:
                if row[end] not in known:
                    yield (
                        f"{path}, key 'analysis.{key}.{number}.{end}': '{row[end]}' is none of "
                        f"{', '.join(sorted(known))}; name one of them."
                    )


def missing_files(settings: Mapping, folder: Path) -> Iterator[str]:
    """Files that every study has and this one lacks, one sentence each."""
    needed = ["codebook.csv", "scales.csv", "PROVENANCE.md"]
    if settings["exports"]["download"]:
        needed.append("downloads.csv")
    for name in needed:
        if not (folder / name).is_file():
            yield (f"{folder / name}: the file is missing; every study has one.")
    population = settings["analysis"]["population"].get("register")
    if population and not (folder.parent / "register" / population).is_file():
        yield (
            f"{folder / 'study.yaml'}, key 'analysis.population.register': there is no "
            f"{folder.parent / 'register' / population}; name a table of that folder."
        )
    try:
        export_files(settings, folder)
    except StudyError as error:
        yield str(error)


def export_files(settings: Mapping, folder: str | Path) -> list[str]:
    """Paths of the study's raw exports, sorted; downloads need not be there yet.

    Raises
    ------
    StudyError : a shipped export is missing.
    """
    folder = Path(folder)
    if settings["exports"]["download"]:
        return [f"{folder}/exports/{name}" for name in _fetched(settings, folder)]
    paths: list[str] = []
    for pattern in settings["exports"]["files"]:
        found = sorted(str(path) for path in folder.glob(f"exports/{pattern}"))
        if not found:
            raise StudyError(
                f"{folder}/exports/{pattern}: the export is missing; put the file there as the "
                "survey tool gave it, or mend 'exports.files' in study.yaml."
            )
        paths.extend(found)
    return paths


def _fetched(settings: Mapping, folder: Path) -> list[str]:
    """Files of downloads.csv that the reader reads; the others are fetched beside them."""
    named = [row["file"] for row in downloads(folder)]
    for pattern in settings["exports"]["files"]:
        if not any(fnmatchcase(name, pattern) for name in named):
            raise StudyError(
                f"{folder}/downloads.csv: no file is called '{pattern}', which 'exports.files' in "
                "study.yaml names; add its row or mend the name."
            )
    patterns = settings["exports"]["files"]
    return [name for name in named if any(fnmatchcase(name, pattern) for pattern in patterns)]


def downloads(folder: str | Path) -> list[dict[str, str]]:
    """Rows of downloads.csv: file, url, bytes, sha256_publisher, mirror_file, sha256_mirror."""
    import csv

    with open(Path(folder) / "downloads.csv", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def sha256(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def shipped(raw: str | Path) -> list[str]:
    """Names of the studies whose exports are in the project, sorted."""
    names = []
    for path in sorted(Path(raw).glob("*/study.yaml")):
        exports = (read_yaml(path) or {}).get("exports") or {}
        if not exports.get("download", False):
            names.append(path.parent.name)
    return names


def definition_files(settings: Mapping, raw: str | Path, name: str) -> list[str]:
    """Files beside the exports that define a study: codebook, scales, structure, register, ..."""
    folder = f"{raw}/{name}"
    files = [f"{folder}/codebook.csv", f"{folder}/scales.csv"]
    if structure := settings["exports"].get("options", {}).get("structure"):
        files.append(f"{folder}/exports/{structure}")
    if settings["units"].get("register"):
        files.append(f"{raw}/register/{settings['units']['register']}")
    if population := settings["analysis"].get("population"):
        files.append(f"{raw}/register/{population['register']}")
    if Path(f"{folder}/matches.csv").is_file():
        files.append(f"{folder}/matches.csv")
    files.extend(f"{raw}/{attribute}" for attribute in settings["units"]["attributes"])
    return files
