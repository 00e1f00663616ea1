"""The command line: `python -m barometre <command>`; each command lives in its own room."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from barometre.errors import StudyError

# Command -> (module with `configure(parser)` and `run(arguments)`, one line of help).
COMMANDS = {
    "read": ("barometre.ingest.command", "read an export into one long table"),
    "check": ("barometre.ingest.check_command", "every problem of a study at once"),
    "new": ("barometre.ingest.new_command", "a study folder from a questionnaire or an export"),
    "questionnaire": ("barometre.ingest.questionnaire_command", "a questionnaire to import"),
    "match": ("barometre.ingest.match_command", "list answers that are no unit of the register"),
    "sources": ("barometre.ingest.checksums", "write data/raw/SOURCES.csv"),
    "simulate": ("barometre.simulate.command", "write the exports of a simulated study"),
    "reproduce": ("barometre.publish.reproduce", "rebuild the results elsewhere and compare"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a user's mistake ends with its sentence on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="barometre", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    words = list(sys.argv[1:] if arguments is None else arguments)
    for name, (module, help_line) in COMMANDS.items():
        command = commands.add_parser(name, help=help_line)
        if words[:1] == [name]:
            import_module(module).configure(command)
    parsed = parser.parse_args(words)
    try:
        import_module(COMMANDS[parsed.command][0]).run(parsed)
    except StudyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
