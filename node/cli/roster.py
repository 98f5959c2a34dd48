"""`bavn roster`: make a network, certify who belongs to it, renew and revoke, show what a roster says."""

import argparse
import sys
from typing import Final

from node.cli import (
    roster_adding,
    roster_changing,
    roster_handing,
    roster_planning,
    roster_showing,
    roster_taking,
)
from node.cli.exits import REFUSED
from node.cli.roster_arguments import Step
from node.keyring.errors import KeyringError
from node.keyring.memory import keep_memory_private

SUMMARY: Final = "make a network and certify stations, people and functions"

_GUIDE: Final = """\
DIR holds the network and belongs into the safe:
  DIR/roster.bavn      who is who; public, every station has a copy
  DIR/keys/*.key       root and authority keys (each under its passphrase),
                       station keys (open: move each to its station), operator keys
  DIR/revocations/     signed in advance: whoever holds one can end that key
  DIR/slips/           passphrases that were drawn: print, hand over, delete
A station needs roster.bavn, its own station-N.key and its operators' operator-N.key.

example:
  bavn roster create net --name "Assens beredskab"
  bavn roster add-authority net 1 ASK "Assens Kommune"
  bavn roster add-station net 1 PLH "Plejehjemmet Havblik" --authority 1
  bavn roster add-operator net 1 MLA "Mette Larsen" --authority 1 --home 1 --rights flash,orders
  bavn roster add-function net 1 KRISE "Kriseleder" --authority 1 --home 1
  bavn roster add-emergency net --authority 1
  bavn roster exercise-keys net --authority 1
  bavn roster show net
  bavn roster hand-out net 1 /media/stick/plh
  bavn roster import /media/stick/assens.bavn --into net
or, everybody at once from a file:
  bavn roster plan net plan.toml;  bavn roster hand-out net --all /media/stick
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for part in (roster_planning, roster_adding, roster_changing, roster_handing, roster_taking, roster_showing):
        part.configure(steps)


def run(args: argparse.Namespace) -> int:
    """Carry out one step; 1 with a line that says what to do when it cannot be."""
    carry_out: Step = args.carry_out
    try:
        keep_memory_private()
        return carry_out(args)
    except (KeyringError, OSError) as error:
        print(f"bavn roster: {error}", file=sys.stderr)
        return REFUSED
