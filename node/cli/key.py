"""`bavn key`: a key file's public part, its sheet for the safe and back again, its passphrase."""

import argparse
import sys
from pathlib import Path
from typing import Final

from node.cli import key_release
from node.cli.asking import add_passphrase_file
from node.cli.exits import REFUSED
from node.keyring.errors import KeyringError
from node.keyring.memory import keep_memory_private
from node.words.catalogue import LANGUAGES

SUMMARY: Final = "show a key's public part, print it for the safe, change its passphrase, end it"

_GUIDE: Final = """\
A sheet holds the key closed under its passphrase, as words and, with --html, as a
QR code. Root and authority keys belong onto one, in a safe; the passphrase elsewhere.

example:
  bavn key show keys/root.key
  bavn key sheet keys/root.key --html /media/stick/root.html
  bavn key restore keys
  bavn key passphrase keys/operator-1.key

A forgotten passphrase cannot be recovered, by anybody: ENROLMENT.md says what each
holder does then.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    show = steps.add_parser("show", help="whose key it is, and its fingerprint to read aloud")
    _key_file(show)
    sheet = steps.add_parser("sheet", help="a page to print: a closed key in words, or a station's fingerprint")
    _key_file(sheet)
    sheet.add_argument("--html", type=Path, metavar="PAGE", help="write a page with a QR code for a browser to print")
    sheet.add_argument("--roster", type=Path, metavar="ROSTER", help="names the holder (default: beside the keys)")
    sheet.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    restore = steps.add_parser("restore", help="type or scan a sheet: the key file comes back")
    restore.add_argument("directory", type=Path, metavar="DIR", help="where the key file is written")
    restore.add_argument("--from", dest="sheet", type=Path, metavar="TEXT", help="read a file instead of the keyboard")
    restore.add_argument("--json", action="store_true", help="for programs")
    change = steps.add_parser("passphrase", help="change the passphrase of a key file")
    _key_file(change)
    add_passphrase_file(change, "--passphrase-file", "the present")
    add_passphrase_file(change, "--new-passphrase-file", "the new")
    key_release.configure(steps.add_parser("release", help=key_release.HELP))


def run(args: argparse.Namespace) -> int:
    """Carry out one step; 1 with a line that says what to do when it cannot be."""
    from node.cli.key_steps import carry_out

    try:
        keep_memory_private()
        if args.step == "release":
            return key_release.run(args)
        return carry_out(args)
    except (KeyringError, OSError) as error:
        print(f"bavn key: {error}", file=sys.stderr)
        return REFUSED


def _key_file(step: argparse.ArgumentParser) -> None:
    step.add_argument("file", type=Path, help="a key file, such as keys/station-1.key")
    step.add_argument("--json", action="store_true", help="for programs")
