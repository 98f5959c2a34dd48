"""Which subcommands `bavn` has: the entry points `bavn.commands` of our own distribution, and of no other.

The installed list is read directly. The standard library's way costs 45 ms on a fast machine, half of what a command
may take on a slow one, and would let any other distribution add commands that run with an operator's rights.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

GROUP: Final = "[bavn.commands]"
INSTALLED_AS: Final = "bavn-*.dist-info/entry_points.txt"


class Command(Protocol):
    """What the module of a subcommand has; whatever is heavy it imports inside `run`."""

    SUMMARY: str

    def configure(self, parser: ArgumentParser) -> None:
        """Describe the arguments."""

    def run(self, args: Namespace) -> int:
        """Do it; the exit code."""


def installed_commands(folders: list[str] | None = None) -> dict[str, str]:
    """Modules by the name of their subcommand, in alphabetical order; none when Bavn is not installed."""
    for folder in sys.path if folders is None else folders:
        for listed in sorted(Path(folder or ".").glob(INSTALLED_AS)):
            return dict(sorted(_listed(listed.read_text().splitlines())))
    return {}


def load(module: str) -> Command:
    """Import the module of a subcommand."""
    return cast(Command, import_module(module))


def _listed(lines: list[str]) -> Iterator[tuple[str, str]]:
    is_ours = False
    for line in lines:
        if line.startswith("["):
            is_ours = line.strip() == GROUP
        elif is_ours and "=" in line:
            name, _, module = line.partition("=")
            yield name.strip(), module.strip()
