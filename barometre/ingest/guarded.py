"""A command in a process of its own, with a limit of time and of memory.

Some files end the process that reads them, or have it take all memory. So the reading is done
by a child: what becomes of it is a sentence, and the study's own process goes on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MEMORY = 1 << 30  # bytes of address space for a small file
SECONDS = 8  # for a small file, so that a refusal comes within ten seconds
# A file as it lies on the disk takes up to about this many times its size when it is read.
UNFOLDED = 40
BYTES_PER_SECOND = 2_000_000


@dataclass(frozen=True)
class Ended:
    """How a guarded command ended.

    Attributes
    ----------
    why : its last line on stderr, the signal that ended it or the limit it ran into; empty where
        it ended well
    of_the_reader : whether the command itself failed, and not by a limit
    """

    why: str
    of_the_reader: bool = False

    @property
    def well(self) -> bool:
        """Whether the command did what it was asked to."""
        return not self.why


def deadline(path: str | Path) -> float:
    """Until when the reading of a file may take, in seconds of `time.monotonic`."""
    return time.monotonic() + SECONDS + Path(path).stat().st_size / BYTES_PER_SECOND


def run(command: Sequence[str], path: str | Path, until: float) -> Ended:
    """Run a command that reads `path`.

    Parameters
    ----------
    command : program and arguments
    path : the file that is read; the limit of memory grows with its size
    until : see `deadline`
    """
    memory = MEMORY + UNFOLDED * Path(path).stat().st_size
    left = max(0.1, until - time.monotonic())
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    guard = [sys.executable, "-m", "barometre.ingest.guarded", str(memory), *command]
    root = str(Path(__file__).parents[2])
    places = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            guard,
            capture_output=True,
            timeout=left,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **one_thread, "PYTHONPATH": places},
        )
    except subprocess.TimeoutExpired:
        return Ended("it takes longer than any questionnaire of this size")
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return Ended(f"the reader's process ended with {name}", True)
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        last = lines[-1][:200] if lines else "the reader's process ended"
        if last.startswith("MemoryError"):
            return Ended("it takes more memory than any questionnaire of this size")
        return Ended(last.rpartition("Error: ")[2], True)
    return Ended("")


def main(arguments: Sequence[str]) -> None:
    """Take the limit of memory and become the command: `MEMORY PROGRAM ARGUMENT...`."""
    try:
        import resource
    except ImportError:  # no such limits on Windows; the limit of time still holds
        sys.exit(subprocess.run(list(arguments[1:]), check=False).returncode)
    limit = int(arguments[0])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execvp(arguments[1], list(arguments[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
