"""`bavn`: finds the subcommand, loads that one alone, and hands it the rest of the line.

Each package registers its commands as entry points of the group `bavn.commands`; see `node.cli.registry`.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from node.cli.exits import DONE, INTERRUPTED, REFUSED, USAGE
from node.cli.registry import installed_commands, load

_ABOUT: Final = """\
Signed messages between authorities over Meshtastic radios when telecom is down.
It complements the public-safety radio network and emergency calls; it replaces
neither.
"""

_GUIDE: Final = """\
try it without a radio    bavn demo
a station runs with       bavn run --config /etc/bavn/bavn.toml
go on duty                bavn login KHJ
write                     bavn send KRISE "Send 200 l diesel"
report on a form          bavn send KRISE --form status --set light=red --set power_h=3
read and acknowledge      bavn inbox;  bavn show PLH-00001;  bavn ack PLH-00001

Configuration: /etc/bavn/bavn.toml, or what $BAVN_CONFIG or --config names.
Commands speak Danish, or English with --lang en or BAVN_LANG=en; --json is for
programs. Exit codes: 0 done; 1 refused, one line says what to do; 2 wrong
usage; 3 no station.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code."""
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; the interpreter's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    return code


def _run(words: list[str]) -> int:
    commands = installed_commands()
    name = words[0] if words else "--help"
    if name in ("-h", "--help"):
        print(_help(commands), end="")
        return DONE
    if name == "--version":
        from importlib.metadata import version

        print(f"bavn {version('bavn')}")
        return DONE
    if name not in commands:
        print(f"bavn: no such command: {name}{_nearest(name, commands)}; see  bavn --help", file=sys.stderr)
        return USAGE
    command = load(commands[name])
    parser = argparse.ArgumentParser(prog=f"bavn {name}", description=_sentence(command.SUMMARY))
    command.configure(parser)
    return command.run(parser.parse_args(words[1:]))


def _help(commands: Mapping[str, str]) -> str:
    listed = [f"  {name:<8} {load(module).SUMMARY}" for name, module in commands.items()]
    lines = ["usage: bavn COMMAND ...", "", _ABOUT, "commands (each has --help):", *listed, "", _GUIDE]
    return "\n".join(lines)


def _nearest(name: str, commands: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, commands, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _sentence(summary: str) -> str:
    return summary[:1].upper() + summary[1:] + "."


if __name__ == "__main__":
    sys.exit(main())
