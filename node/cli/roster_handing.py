"""`bavn roster export`, `hand-out`: what leaves the safe."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from node.cli.exits import DONE
from node.cli.roster_arguments import Steps, add_step, words_of
from node.cli.roster_pages import root_text
from node.keyring.enrolment import Enrolment
from node.keyring.entries import newest_entries
from node.keyring.errors import KeyringError
from node.keyring.handing import Parcel, parcels
from node.keyring.roster_file import RosterFile
from node.words.catalogue import Words
from node.words.readme_page import authority_readme, safe_readme, station_readme
from node.words.roster_phrases import CERTIFICATES
from protocol.numbers import Kind


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    export = add_step(
        steps, "export", "write the public roster alone, to take to others who have an older one", _export
    )
    export.add_argument("file", type=Path, help="the file to write")
    text = "copy what a station needs: roster, its keys, its operators' keys; or everybody's, a folder each"
    hand_out = add_step(steps, "hand-out", text, _hand_out)
    hand_out.add_argument(
        "--all", action="store_true", help="a folder for each station and authority, and for the safe"
    )
    hand_out.add_argument("station", type=int, nargs="?", metavar="STATION", help="its number, without --all")
    hand_out.add_argument("target", type=Path, metavar="TARGET", help="a directory, such as one on a USB stick")


def _export(args: argparse.Namespace) -> int:
    enrolment = Enrolment(args.directory)
    enrolment.roster_file().write(args.file)
    return _told(words_of(args), [args.file], enrolment, as_json=args.json)


def _hand_out(args: argparse.Namespace) -> int:
    enrolment = Enrolment(args.directory)
    if args.all is (args.station is not None):
        raise KeyringError("name a station's number, or --all for everybody's folders")
    if not args.all:
        return _told(words_of(args), enrolment.hand_out(args.station, args.target), enrolment, as_json=args.json)
    file = enrolment.roster_file()
    made = parcels(enrolment.folder, file.roster)
    if not made:
        raise KeyringError(f"no keys lie in {enrolment.folder.keys}: nothing to hand out")
    return _told(
        words_of(args), [one.write(args.target, file, _readme(one, file)) for one in made], enrolment, as_json=args.json
    )


def _readme(parcel: Parcel, file: RosterFile) -> str:
    root = root_text(file.roster.root)
    about = (parcel.code, parcel.name, parcel.number, root, parcel.file_names)
    match parcel.kind:
        case Kind.STATION:
            return station_readme(*about)
        case Kind.AUTHORITY:
            return authority_readme(*about)
        case _:
            return safe_readme(file.name, parcel.file_names)


def _told(words: Words, written: Sequence[Path], enrolment: Enrolment, *, as_json: bool) -> int:
    certificates = len(newest_entries(enrolment.roster_file().roster))
    if as_json:
        print(json.dumps({"files": [str(path) for path in written], "certificates": certificates}))
        return DONE
    for path in written:
        print(words(CERTIFICATES).format(file=path, count=certificates) if path == written[0] else path)
    return DONE
