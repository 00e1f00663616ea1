"""Fuzz all readers for some minutes: `python -m tests.fuzz.run --minutes 30 [--engine atheris]`.

`mutate` (the default) changes seeds at random and follows no coverage; `atheris` (libFuzzer; it is
not in the lock: `pip install atheris` in an environment of its own) keeps what reaches new code.
A case that ends in anything but a reading or a refusal, or takes more than ten seconds, is written
to `--found`, one for each place in the code; put its smallest form into tests/fuzz/corpus.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

LIMIT = 10  # seconds for one file


class TooSlowError(BaseException):
    """A file took longer than the limit; no `except Exception` of a reader catches it."""


def main() -> None:
    """Run one engine and print what came of the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--engine", choices=["mutate", "atheris"], default="mutate")
    parser.add_argument("--found", default="/tmp/barometre-fuzz")
    parser.add_argument("--shared", help="folder with genuine exports")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    Path(arguments.found).mkdir(parents=True, exist_ok=True)
    shared = Path(arguments.shared) if arguments.shared else None
    (atheris if arguments.engine == "atheris" else mutate)(arguments, shared)


def mutate(arguments: argparse.Namespace, shared: Path | None) -> None:
    """Mutations of seeds, without coverage."""
    from tests.fuzz.harness import NAMED, SUFFIXES
    from tests.fuzz.mutate import mutated
    from tests.fuzz.seeds import seeds

    draw = random.Random(arguments.seed)
    pool = seeds(shared)
    counts: Counter[str] = Counter()
    end = time.monotonic() + 60 * arguments.minutes
    told = time.monotonic()
    while time.monotonic() < end:
        data, suffix = draw.choice(pool)
        data = mutated(data, draw)
        suffix = suffix if draw.random() < 0.9 else draw.choice(SUFFIXES)
        reader = draw.choice(NAMED) if draw.random() < 0.5 else None
        what = tried(data, suffix, reader, arguments.found)
        counts[what] += 1
        if what == "read" and len(pool) < 2000 and draw.random() < 0.05:
            pool.append((data, suffix))
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"{(end - told) / 60:.0f} min left: {dict(counts)}", flush=True)
    print(dict(counts))


def tried(data: bytes, suffix: str, reader: str | None, found: str) -> str:
    """What came of one file; a failure is kept in the folder `found`."""
    from tests.fuzz.harness import outcome

    def late(*_: object) -> None:
        raise TooSlowError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        return outcome(data, suffix, reader)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        signal.alarm(0)
        frames = [one for one in traceback.extract_tb(error.__traceback__) if "barometre" in one[0]]
        last = frames[-1] if frames else ("", 0, "", "")
        place = f"{type(error).__name__}-{Path(last[0]).stem}-{last[2]}-{last[1]}"
        name = f"{place}-{reader}".replace("<", "").replace(">", "")
        path = Path(found) / f"{name}{suffix}"
        if not path.exists() or len(data) < path.stat().st_size:
            path.write_bytes(data)
            path.with_suffix(f"{suffix}.log").write_text(
                "".join(traceback.format_exception(error)), encoding="utf-8"
            )
        return f"FAILED {place}"
    finally:
        signal.alarm(0)


def atheris(arguments: argparse.Namespace, shared: Path | None) -> None:
    """libFuzzer: the first byte of an input chooses suffix and reader."""
    import atheris as engine

    with engine.instrument_imports(include=["barometre.ingest"]):
        from tests.fuzz.harness import NAMED, SUFFIXES
    from tests.fuzz.seeds import seeds

    folder = Path(arguments.found) / "inputs"
    folder.mkdir(exist_ok=True)
    for data, suffix in seeds(shared):
        for number in range(len(NAMED)):
            if len(data) < 20_000 and suffix in SUFFIXES:
                first = bytes([SUFFIXES.index(suffix) * len(NAMED) + number])
                name = hashlib.sha256(first + data).hexdigest()[:16]
                (folder / name).write_bytes(first + data)
    counts: Counter[str] = Counter()

    def one(data: bytes) -> None:
        chosen = (data[0] if data else 0) % (len(SUFFIXES) * len(NAMED))
        suffix, reader = SUFFIXES[chosen // len(NAMED)], NAMED[chosen % len(NAMED)]
        counts[tried(bytes(data[1:]), suffix, reader, arguments.found)] += 1
        if sum(counts.values()) % 2000 == 0:
            print(dict(counts), flush=True)

    seconds = int(60 * arguments.minutes)
    limits = [f"-max_total_time={seconds}", "-max_len=20000", "-rss_limit_mb=4096", "-timeout=60"]
    engine.Setup([sys.argv[0], str(folder), *limits], one)
    engine.Fuzz()


if __name__ == "__main__":
    main()
