"""The one error a user can mend, and how a job reports it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import NoReturn


class StudyError(Exception):
    """Something in a study or its files is wrong and its owner can mend it.

    The message is one sentence: what is wrong, where (file, row, column), what was
    expected, what to do.
    """


def log_to(path: str) -> None:
    """Send all that a job prints to its log, and a `StudyError` as its bare sentence.

    The sentence is also left in `logs/problem.txt`, which the Snakefile repeats as the
    last words of a failed run. Any other exception keeps its traceback, in the log.
    """
    sys.stdout = sys.stderr = open(path, "w", buffering=1, encoding="utf-8")  # noqa: SIM115
    sys.excepthook = _report


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, StudyError):
        sys.__excepthook__(kind, error, trace)
        return
    print(error, file=sys.stderr)
    Path("logs").mkdir(exist_ok=True)
    with open("logs/problem.txt", "a", encoding="utf-8") as problems:
        problems.write(f"{error}\n")


def fail(message: str) -> NoReturn:
    """Stop with one sentence, as the command line and the Snakefile do."""
    raise SystemExit(message)
