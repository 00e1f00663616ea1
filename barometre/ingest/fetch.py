"""Bring in the raw files of studies that are not shipped, from their publisher or a mirror.

1. with a mirror folder, the copy that `mirror_file` names is taken;
2. else the permanent address is downloaded into a `.part` file outside `data/raw`, which is not
   an output of any rule, so that a broken download goes on where it stopped (HTTP Range,
   RFC 9110 section 14);
3. the file gets its name when its size and SHA-256 are right. The publisher's hash and the
   mirror's are both right (two files of the mirror are redacted); the table `checked` records
   whose copy a study was built from.
"""

from __future__ import annotations

import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from barometre.errors import StudyError
from barometre.study import sha256

CHUNK = 1 << 16
PATIENCE_SECONDS = 60
HEADERS = {"User-Agent": "barometre", "Accept-Encoding": "identity"}


def fetch(
    row: Mapping[str, str],
    target: str | Path,
    part_folder: str | Path,
    mirror: str | Path | None = None,
    tell: Callable[[str], Any] = print,
) -> str:
    """Put one file of a study in its place.

    Parameters
    ----------
    row : a row of downloads.csv (file, url, bytes, sha256_publisher, mirror_file, sha256_mirror)
    target : where the file goes
    part_folder : where an unfinished download waits
    mirror : folder that holds `mirror_file`; None to download
    tell : called with each line of progress

    Returns
    -------
    Whose copy it is: `publisher` or `mirror`.

    Raises
    ------
    StudyError : the mirror has no such file, the address cannot be reached, or the file has
        neither of the two right hashes.
    """
    if mirror:
        source = Path(mirror) / row["mirror_file"]
        if not row["mirror_file"] or not source.is_file():
            raise StudyError(
                f"{source}: the mirror has no such file, which downloads.csv names for "
                f"'{row['file']}'; mend the path given with --config mirror=PATH, or leave it out "
                "to download from the publisher."
            )
        whose = owner(source, row)
        tell(f"{row['file']}: copied from the mirror ({whose}'s copy)")
        _place(source, Path(target), keep=True)
        return whose
    if not row["url"]:
        raise StudyError(
            f"{row['file']}: no publisher offers this file, so downloads.csv gives no address; "
            "take it from a folder that holds it with --config mirror=PATH (PROVENANCE.md says "
            "from what it was made)."
        )
    part = Path(part_folder) / f"{row['sha256_publisher']}.part"
    download(row, part, tell)
    try:
        whose = owner(part, row)
    except StudyError:
        part.unlink()
        raise
    _place(part, Path(target), keep=False)
    return whose


def owner(path: Path, row: Mapping[str, str]) -> str:
    """Whose copy a file is, by its SHA-256.

    Raises
    ------
    StudyError : it is neither the publisher's nor the mirror's.
    """
    found = sha256(path)
    for whose in ("publisher", "mirror"):
        if found == row[f"sha256_{whose}"]:
            return whose
    raise StudyError(
        f"{row['file']}: the SHA-256 is {found[:12]}... ({path.stat().st_size} bytes) and "
        f"downloads.csv expects {row['sha256_publisher'][:12]}... ({row['bytes']} bytes), so the "
        "file has changed or arrived broken; fetch it again, and if it stays so compare it with "
        "the publisher's before downloads.csv is changed."
    )


def download(row: Mapping[str, str], part: Path, tell: Callable[[str], Any] = print) -> None:
    """Download into `part`, going on after the bytes that are already there.

    Raises
    ------
    StudyError : the address cannot be reached or sends another number of bytes than expected;
        what has arrived stays in `part`, unless it is too much.
    """
    size = int(row["bytes"])
    part.parent.mkdir(parents=True, exist_ok=True)
    if _size(part) > size:
        part.unlink()
    if _size(part) < size:
        try:
            _receive(row, part, size, tell)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise StudyError(
                f"{row['file']}: {row['url']} cannot be downloaded ({error}); {_size(part)} of "
                f"{size} bytes are kept and the next run goes on from there, or take the file from "
                "a folder with --config mirror=PATH."
            ) from None
    if _size(part) != size:
        arrived = _size(part)
        if arrived > size:
            part.unlink()
        raise StudyError(
            f"{row['file']}: {row['url']} sent {arrived} bytes and downloads.csv expects {size}; "
            "run again to go on, and if it stays so the publisher has changed the file."
        )


def _receive(row: Mapping[str, str], part: Path, size: int, tell: Callable[[str], Any]) -> None:
    have = _size(part)
    request = urllib.request.Request(row["url"], headers=HEADERS)
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        # A server that does not know ranges sends the whole file again.
        resumed = have > 0 and answer.status == 206
        if resumed:
            tell(f"{row['file']}: going on after {have} bytes")
        done, told = (have if resumed else 0), -1
        with open(part, "ab" if resumed else "wb") as target:
            while done <= size and (chunk := answer.read(CHUNK)):
                target.write(chunk)
                done += len(chunk)
                quarter = 4 * done // size
                if quarter > told:
                    tell(f"{row['file']}: {done:,} of {size:,} bytes")
                    told = quarter


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _place(source: Path, target: Path, keep: bool) -> None:
    """Copy or move beside the target first, so that its name never stands for half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_name(f".{target.name}.new")
    if keep:
        shutil.copyfile(source, waiting)
    else:
        shutil.move(source, waiting)
    waiting.replace(target)
