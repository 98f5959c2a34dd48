"""`bavn`: finds the subcommand and loads nothing else.

Each package registers its commands as entry points of the group `bavn.commands`; an entry is a module with `SUMMARY`,
`configure(parser)` and `run(args) -> int`. Exit codes: 0 done, 1 refused or failed (one line says what to do), 2 wrong
usage, 3 no station answers.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, distribution
from typing import Final, Protocol, cast

_GROUP: Final = "bavn.commands"
_DISTRIBUTION: Final = "bavn"
_GUIDE: Final = """\
Signed messages between authorities over Meshtastic radios when telecom is down.
It complements the public-safety radio network and emergency calls; it replaces neither.

a station runs with       bavn run --config /etc/bavn/bavn.toml
try it without a radio    bavn demo
write                     bavn send KRISE "Send 200 l diesel" --precedence haster
read and acknowledge      bavn inbox;  bavn show PLH-00001;  bavn ack PLH-00001

The configuration is /etc/bavn/bavn.toml, or what $BAVN_CONFIG or --config names.
"""


class Command(Protocol):
    """What a command's module has."""

    SUMMARY: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Describe the arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    words = list(sys.argv[1:] if argv is None else argv)
    entries = {entry.name: entry for entry in distribution(_DISTRIBUTION).entry_points if entry.group == _GROUP}
    name = words[0] if words else "--help"
    if name in ("-h", "--help"):
        print(_help(entries), end="")
        return 0
    if name == "--version":
        print(f"bavn {distribution(_DISTRIBUTION).version}")
        return 0
    if name not in entries:
        print(f"bavn: no such command: {name}; see  bavn --help", file=sys.stderr)
        return 2
    command = _load(entries[name])
    parser = argparse.ArgumentParser(prog=f"bavn {name}", description=_sentence(command.SUMMARY))
    command.configure(parser)
    try:
        return command.run(parser.parse_args(words[1:]))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _help(entries: Mapping[str, EntryPoint]) -> str:
    lines = [f"usage: bavn COMMAND ...\n\n{_GUIDE}\ncommands (each has --help):"]
    lines += [f"  {name:<8} {_load(entries[name]).SUMMARY}" for name in sorted(entries)]
    return "\n".join(lines) + "\n"


def _load(entry: EntryPoint) -> Command:
    return cast(Command, entry.load())


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."


if __name__ == "__main__":
    sys.exit(main())
