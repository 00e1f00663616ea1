"""What a file may be before anything opens it: no bomb, no way out of its folder, no endless line.

The limits stand far above any real export and keep a refusal below ten seconds and one GiB.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from barometre.errors import StudyError

UNPACKED = 1_000_000_000  # bytes of an archive's members together
RATIO = 300  # unpacked to packed, for members that are large unpacked
LARGE_MEMBER = 50_000_000
MEMBERS = 20_000
LINE = 64_000_000  # bytes without a line end
COLUMNS = 100_000
SLOW = 300_000_000  # bytes above which a file is read by columns or not at all
CHUNK = 1 << 22
TEXTS = {".csv", ".tsv", ".tab", ".txt", ".dat", ".json", ".gz"}
# What reading a broken or locked archive may raise.
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError)
UTF16 = (b"\xff\xfe", b"\xfe\xff")
GZIP = b"\x1f\x8b"


def check_file(path: str | Path) -> None:
    """Refuse a file that no survey tool writes and that could harm.

    Raises
    ------
    StudyError : it is a link out of its folder or no file; an archive that unfolds too far or has
        members outside of itself; a text with NUL bytes, an endless line or too many columns.
    """
    path = Path(path)
    inside = path.parent.resolve()
    if path.is_symlink() and inside not in path.resolve().parents:
        raise StudyError(
            f"{path}: this is a link to a file outside its folder; put the file itself there."
        )
    if path.exists() and not path.is_file():
        raise StudyError(f"{path}: this is no file; put the export itself there.")
    if not path.is_file():
        return  # each reader says so in its own words
    with open(path, "rb") as source:
        head = source.read(4)
    if head[:2] == b"PK":
        check_archive(path)
    elif head[:2] == GZIP:
        check_packed(path)
    elif path.suffix.lower() in TEXTS:
        check_text(path)


@contextmanager
def whole_xml(where: str) -> Iterator[None]:
    """Parse XML inside: entities and broken documents become one sentence.

    Raises
    ------
    StudyError : the document defines entities, or is not whole.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    try:
        yield
    except DefusedXmlException:
        raise StudyError(
            f"{where}: the file defines XML entities, which LimeSurvey never does; it is refused."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise StudyError(f"{where}: this is no whole XML document ({error}).") from None


def check_archive(path: Path) -> None:
    """Refuse bombs and members that would land outside.

    Raises
    ------
    StudyError : see `check_file`; broken archives are left to their readers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN:
        return
    unpacked = sum(member.file_size for member in members)
    bomb = any(
        member.file_size > LARGE_MEMBER and member.file_size > RATIO * max(1, member.compress_size)
        for member in members
    )
    if bomb or unpacked > UNPACKED or len(members) > MEMBERS:
        raise StudyError(
            f"{path}: the archive would unfold to {unpacked / 1e6:,.0f} MB in {len(members)} "
            "files, which no survey is; it is refused. Export the responses again, as CSV if they "
            "are very many."
        )
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise StudyError(
                f"{path}: the archive has a member '{member.filename}' that points out of it; it "
                "is refused. Export the responses again."
            )


def check_packed(path: Path) -> None:
    """Refuse a gzip file that is cut or unfolds too far, and what `check_text` refuses in it.

    Raises
    ------
    StudyError : see `check_file`.
    """
    try:
        size = 0
        with gzip.open(path) as source:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > SLOW:
                    raise StudyError(
                        f"{path}: the file would unfold to more than {SLOW / 1e6:.0f} MB; it is "
                        "refused. Unpack it and look whether it is the export."
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(
            f"{path}: this cannot be unpacked ({error}); a part is missing, get the file again."
        ) from None
    check_text(path, size)


def open_text(path: str | Path) -> BinaryIO:
    """A text for reading, unpacked if it is a gzip file."""
    with open(path, "rb") as source:
        packed = source.read(2) == GZIP
    return cast(BinaryIO, gzip.open(path) if packed else open(path, "rb"))


def check_text(path: Path, size: int | None = None) -> None:
    """Refuse NUL bytes, a line without end and a heading of too many columns.

    Parameters
    ----------
    size : bytes of the text, where the file is packed

    Raises
    ------
    StudyError : see `check_file`.
    """
    size = path.stat().st_size if size is None else size
    with open_text(path) as source:
        head = source.read(CHUNK)
        if b"\0" in head and not head.startswith(UTF16):
            raise StudyError(
                f"{path}: the file holds NUL bytes, so it is not a text table; export it again as "
                "CSV or XLSX."
            )
        first = head.split(b"\n", 1)[0]
        columns = max(first.count(sign) for sign in (b",", b";", b"\t", b"|")) + 1
        if columns > COLUMNS and path.suffix.lower() != ".json":
            raise StudyError(
                f"{path}, row 1: {columns} or more columns; a questionnaire has at most {COLUMNS}."
            )
        if size <= LINE:
            return
        since = len(head) - head.rfind(b"\n") - 1 if b"\n" in head else len(head)
        while chunk := source.read(CHUNK):
            at = chunk.find(b"\n")
            if since + (at if at >= 0 else len(chunk)) > LINE:
                raise StudyError(
                    f"{path}: a line of more than {LINE / 1e6:.0f} MB; no answer is so long, so "
                    "the file is broken; export it again."
                )
            since = since + len(chunk) if at < 0 else len(chunk) - chunk.rfind(b"\n") - 1


def too_slow(path: str | Path) -> None:
    """Refuse a very large file that cannot be read by columns.

    Raises
    ------
    StudyError : it has more than 300 MB.
    """
    if Path(path).is_file() and Path(path).stat().st_size > SLOW:
        raise StudyError(
            f"{path}: files of more than {SLOW / 1e6:.0f} MB are read as plain UTF-8 CSV tables "
            "with one heading row and even rows, and this is none; export it so."
        )
