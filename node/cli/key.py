"""`bavn key`: what a key file is, without its secret."""

import argparse
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from node.keyring.errors import KeyringError
from node.keyring.keyfile import read_key_file

SUMMARY: Final = "show the public part of a key file"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    show = steps.add_parser("show", help="whose key it is, and its fingerprint to read aloud")
    show.add_argument("file", type=Path, help="a key file, such as keys/station-1.key")
    show.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Show it; 1 with a line that says what to do when it cannot be read."""
    try:
        key = read_key_file(args.file)
    except KeyringError as error:
        print(f"bavn key: {error}", file=sys.stderr)
        return 1
    fingerprint = sha256(key.public_key).hexdigest()[:32]
    if args.json:
        fields = {"holder": key.holder, "number": key.number, "public": key.public_key.hex()}
        print(json.dumps({**fields, "fingerprint": fingerprint}))
    else:
        fours = " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
        print(f"{key.holder} {key.number}   fingerprint {fours}")
    return 0
