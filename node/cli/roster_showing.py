"""`bavn roster show`: what a roster says, who is revoked, what expires."""

import argparse
from pathlib import Path

from node.cli.exits import DONE
from node.cli.roster_arguments import Steps, add_output, today, words_of
from node.cli.roster_pages import print_roster
from node.keyring.folder import ROSTER_NAME
from node.keyring.roster_file import read_roster_file


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    show = steps.add_parser("show", help="list what a roster file says", description="List what a roster file says.")
    show.add_argument("file", type=Path, help="a roster file, or a network's directory")
    add_output(show)
    show.set_defaults(carry_out=_show)


def _show(args: argparse.Namespace) -> int:
    file = args.file / ROSTER_NAME if args.file.is_dir() else args.file
    print_roster(words_of(args), read_roster_file(file), today(), as_json=args.json)
    return DONE
