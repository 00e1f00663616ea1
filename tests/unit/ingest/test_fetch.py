"""Downloads: resumed after a break, checked, never half a file; a mirror instead."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from barometre.errors import StudyError
from barometre.ingest.fetch import fetch

WHOLE = bytes(range(256)) * 2000
REDACTED = b"[redacted]" + WHOLE


class Server(http.server.ThreadingHTTPServer):
    """Serves WHOLE; notes the ranges asked for; may break off or not know ranges."""

    ranges: list[str | None]
    break_after: int | None = None
    knows_ranges = True
    body = WHOLE


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        if self.path != "/AL%20file.xlsx":
            self.send_error(404)
            return
        start = 0
        if wanted and self.server.knows_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        body = self.server.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.break_after])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.ranges = []
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def row(server: Server) -> dict[str, str]:
    return {
        "file": "AL file.xlsx",
        "url": f"http://127.0.0.1:{server.server_port}/AL%20file.xlsx",
        "bytes": str(len(WHOLE)),
        "sha256_publisher": hashlib.sha256(WHOLE).hexdigest(),
        "mirror_file": "there/AL file.xlsx",
        "sha256_mirror": hashlib.sha256(REDACTED).hexdigest(),
    }


def part_of(row: dict[str, str], folder: Path) -> Path:
    return folder / f"{row['sha256_publisher']}.part"


def test_a_file_is_downloaded_whole_and_progress_told(row, server, tmp_path) -> None:
    target, told = tmp_path / "raw" / "AL file.xlsx", []
    assert fetch(row, target, tmp_path / "parts", tell=told.append) == "publisher"
    assert target.read_bytes() == WHOLE
    assert told[-1].endswith("512,000 of 512,000 bytes") and len(told) >= 4
    assert server.ranges == [None]
    assert list(target.parent.iterdir()) == [target] and not any((tmp_path / "parts").iterdir())


def test_a_broken_download_goes_on_where_it_stopped(row, server, tmp_path) -> None:
    target, parts = tmp_path / "AL file.xlsx", tmp_path / "parts"
    server.break_after = 200_000
    with pytest.raises(StudyError, match=r"bytes"):
        fetch(row, target, parts)
    kept = part_of(row, parts).stat().st_size
    assert 0 < kept <= 200_000 and not target.exists()
    server.break_after = None
    fetch(row, target, parts)
    assert target.read_bytes() == WHOLE
    assert server.ranges == [None, f"bytes={kept}-"]


def test_a_server_without_ranges_sends_it_all_again(row, server, tmp_path) -> None:
    part = part_of(row, tmp_path / "parts")
    part.parent.mkdir()
    part.write_bytes(WHOLE[:1000])
    server.knows_ranges = False
    fetch(row, tmp_path / "file", tmp_path / "parts")
    assert (tmp_path / "file").read_bytes() == WHOLE


def test_a_finished_part_needs_no_network(row, server, tmp_path) -> None:
    part = part_of(row, tmp_path / "parts")
    part.parent.mkdir()
    part.write_bytes(WHOLE)
    fetch(row, tmp_path / "file", tmp_path / "parts")
    assert (tmp_path / "file").read_bytes() == WHOLE and server.ranges == []


def test_a_wrong_hash_stops_and_leaves_nothing_to_go_on_from(row, server, tmp_path) -> None:
    server.body = WHOLE[:-1] + b"?"
    with pytest.raises(StudyError, match=r"AL file\.xlsx: the SHA-256 is .* expects"):
        fetch(row, tmp_path / "file", tmp_path / "parts")
    assert not (tmp_path / "file").exists() and not part_of(row, tmp_path / "parts").exists()


def test_too_many_bytes_stop(row, server, tmp_path) -> None:
    server.body = WHOLE + b"more"
    with pytest.raises(StudyError, match=r"sent \d+ bytes and downloads\.csv expects 512000"):
        fetch(row, tmp_path / "file", tmp_path / "parts")
    assert not part_of(row, tmp_path / "parts").exists()


def test_an_address_that_is_gone_names_the_mirror_as_a_way_out(row, tmp_path) -> None:
    row["url"] += "x"
    with pytest.raises(StudyError, match=r"404.*--config mirror=PATH"):
        fetch(row, tmp_path / "file", tmp_path / "parts")


@pytest.mark.parametrize(("body", "whose"), [(WHOLE, "publisher"), (REDACTED, "mirror")])
def test_either_copy_of_a_mirror_is_right(row, server, tmp_path, body, whose) -> None:
    place = tmp_path / "mirror" / row["mirror_file"]
    place.parent.mkdir(parents=True)
    place.write_bytes(body)
    assert fetch(row, tmp_path / "file", tmp_path / "parts", tmp_path / "mirror") == whose
    assert (tmp_path / "file").read_bytes() == body and place.exists() and server.ranges == []


def test_a_mirror_without_the_file_or_with_another_stops(row, tmp_path) -> None:
    with pytest.raises(StudyError, match="the mirror has no such file"):
        fetch(row, tmp_path / "file", tmp_path / "parts", tmp_path)
    place = tmp_path / row["mirror_file"]
    place.parent.mkdir()
    place.write_bytes(b"else")
    with pytest.raises(StudyError, match="has changed or arrived broken"):
        fetch(row, tmp_path / "file", tmp_path / "parts", tmp_path)
    assert not (tmp_path / "file").exists()


def test_a_file_that_only_a_mirror_has_asks_for_it(row, tmp_path) -> None:
    with pytest.raises(StudyError, match="no publisher offers this file.*--config mirror=PATH"):
        fetch({**row, "url": ""}, tmp_path / "file", tmp_path / "parts")
