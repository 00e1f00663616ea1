"""What is wrong with study.yaml, with the line of each key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from barometre import study
from barometre.errors import StudyError
from barometre.ingest.problem import Problem, whole

Key = tuple[str | int, ...]


def settings_problems(folder: Path) -> Iterator[Problem]:
    """Breaches of the schema, keys written twice, and YAML that is none."""
    from jsonschema import Draft202012Validator

    path = folder / "study.yaml"
    if not path.is_file():
        yield Problem("study.yaml", 0, 0, "the file is missing; every study has one.")
        return
    try:
        read = study.read_yaml(path)
    except StudyError as error:
        yield whole(error, folder)
        return
    lines: dict[Key, int] = {}
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    for key, line in _lines(node, ()):
        if key in lines:
            said = f"the key '{'.'.join(map(str, key))}' stands twice; the first is lost."
            yield Problem("study.yaml", 0, line, said)
        lines[key] = line
    for breach in Draft202012Validator(study.schema("study")).iter_errors(read):
        at = _line(lines, tuple(breach.absolute_path))
        yield Problem("study.yaml", 0, at, study.told(breach).lstrip(", :"))


def _lines(node: Any, key: Key) -> Iterator[tuple[Key, int]]:
    """Every key of a YAML document with its line."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            inner = (*key, str(name.value))
            yield inner, name.start_mark.line + 1
            yield from _lines(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            yield (*key, at), value.start_mark.line + 1
            yield from _lines(value, (*key, at))


def _line(lines: Mapping[Key, int], key: Key) -> int:
    """Line of a key, or of the nearest one above it."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)


def loaded(folder: Path, found: list[Problem]) -> dict[str, Any] | None:
    """The settings where the schema holds; what they contradict goes to `found`."""
    path = folder / "study.yaml"
    broken = [problem for problem in found if problem.file == "study.yaml"]
    if broken:
        return _readable(path)
    settings = study.validated(study.read_yaml(path), "study", str(path))
    settings["id"] = folder.name
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    lines = dict(_lines(node, ()))
    for said in study.contradictions(settings, "study.yaml"):
        named = said.partition("'")[2].partition("'")[0]
        key: Key = tuple(int(part) if part.isdigit() else part for part in named.split("."))
        at = _line(lines, key)
        found.append(Problem("study.yaml", 0, at, said.removeprefix("study.yaml").lstrip(", :")))
    for said in study.missing_files(settings, folder):
        found.append(whole(StudyError(said), folder))
    return settings


def _readable(path: Path) -> dict[str, Any] | None:
    """Of settings that break the schema, what is needed to read exports and clean, if sound."""
    from jsonschema import Draft202012Validator

    if not path.is_file():
        return None
    try:
        read = study.read_yaml(path)
    except StudyError:
        return None
    if not isinstance(read, Mapping):
        return None
    terms = study.schema("study")
    kept = {key: read.get(key) for key in ("exports", "units", "clean")}
    for key, value in kept.items():
        inner = {**terms["properties"][key], "$defs": terms["$defs"]}
        if value is not None and any(Draft202012Validator(inner).iter_errors(value)):
            return None
    if kept["exports"] is None or kept["units"] is None:
        return None
    return study.filled({**kept, "clean": kept["clean"] or [], "analysis": {"population": {}}})
