"""manifest.json: what was built, from what, so that anyone can tell whether two builds agree.

It holds no date of the day, no path of a machine and no commit id: it could not match once
committed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from barometre.publish.house import code_files
from barometre.publish.page_frame import version
from barometre.publish.platforms import this_platform
from barometre.study import sha256

# Pages over all studies.
PAGES = ("index.html", "dictionary.html", "printed.html", "register.html")


def hash_of_files(root: Path, files: Iterable[Path]) -> str:
    """One SHA-256 over names and contents, in order."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.as_posix()}\0{sha256(root / path)}\n".encode())
    return whole.hexdigest()


def hash_of_settings(settings: Any) -> str:
    """SHA-256 of settings as JSON with sorted keys and no spaces."""
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def build(
    root: Path, studies: Sequence[Mapping[str, Any]], config: Mapping[str, Any]
) -> dict[str, Any]:
    """The manifest of the shipped studies and of the pages that lead to them.

    Parameters
    ----------
    root : the project's folder
    studies : settings of the shipped studies
    config : the part of config.yaml that results depend on
    """
    results = root / "results"
    files = [results / name for name in PAGES]
    for study in studies:
        files += [path for path in (results / study["id"]).rglob("*") if path.is_file()]
    return {
        **build_hashes(root, studies, config),
        "version": version(),
        "platform": this_platform(),
        "config": dict(config),
        "files": {
            path.relative_to(results).as_posix(): {
                "bytes": path.stat().st_size,
                "sha256": sha256(path),
            }
            for path in sorted(files)
            # Snakemake leaves a hidden time stamp in every folder it makes.
            if not path.name.startswith(".")
        },
    }


def build_hashes(
    root: Path, studies: Sequence[Mapping[str, Any]], config: Mapping[str, Any]
) -> dict[str, Any]:
    """What the results were made from: code, configuration, libraries, raw files, settings."""
    return {
        "code_sha256": hash_of_files(root, code_files(root)),
        "config_sha256": hash_of_settings(config),
        "lock_sha256": sha256(root / "requirements.lock"),
        "raw_sources_sha256": sha256(root / "data" / "raw" / "SOURCES.csv"),
        "studies": {
            study["id"]: {
                "data": study["data"],
                "licence": study["licence"],
                "fieldwork_end": study["fieldwork"]["end"],
                "settings_sha256": hash_of_settings(study),
            }
            for study in studies
        },
    }


def text(manifest: Mapping[str, Any]) -> str:
    """The JSON that is written."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
