"""`bavn roster export`, `hand-out`: what leaves the safe."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from node.cli.exits import DONE
from node.cli.roster_arguments import Steps, add_step
from node.keyring.enrolment import Enrolment
from node.keyring.entries import newest_entries


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    export = add_step(
        steps, "export", "write the public roster alone, to take to others who have an older one", _export
    )
    export.add_argument("file", type=Path, help="the file to write")
    text = "copy what one station needs: roster, its keys, its operators' keys"
    hand_out = add_step(steps, "hand-out", text, _hand_out)
    hand_out.add_argument("station", type=int, metavar="STATION", help="its number")
    hand_out.add_argument("target", type=Path, metavar="TARGET", help="a directory, such as one on a USB stick")


def _export(args: argparse.Namespace) -> int:
    enrolment = Enrolment(args.directory)
    enrolment.roster_file().write(args.file)
    return _told([args.file], enrolment, as_json=args.json)


def _hand_out(args: argparse.Namespace) -> int:
    enrolment = Enrolment(args.directory)
    return _told(enrolment.hand_out(args.station, args.target), enrolment, as_json=args.json)


def _told(written: Sequence[Path], enrolment: Enrolment, *, as_json: bool) -> int:
    certificates = len(newest_entries(enrolment.roster_file().roster))
    if as_json:
        print(json.dumps({"files": [str(path) for path in written], "certificates": certificates}))
        return DONE
    for path in written:
        print(f"{path}: {certificates} certificates" if path == written[0] else path)
    return DONE
