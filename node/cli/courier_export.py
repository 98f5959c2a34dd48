"""`bavn courier export`: what this station owes to others, on a stick."""

import argparse
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from node.api.couriers import NOTED_MAX, GivePouch, PackPouch
from node.api.methods import GIVE_POUCH, PACK_POUCH
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.keyring.files import write_whole
from node.store.pouch_file import FRAMES_BYTES_MAX, SUFFIX, bytes_in_file, pouch_bytes
from node.words.catalogue import Words
from node.words.courier_page import exported_lines, no_directory_line, not_written_line

SUMMARY: Final = "write what others must get onto a stick"
_NAME_LETTERS: Final = 12
_MODE: Final = 0o644
"""The other station's daemon and people are other users; what is confidential is encrypted in the frames."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: str
    bytes: int
    frames: int
    items: int
    """Messages, acts and notices among them that this station still owes."""
    complete: bool
    """False: more is owed than fits one file."""


@dataclass(slots=True)
class _Packed:
    frames: list[bytes] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    made_utc_ms: int | None = None
    is_complete: bool = True


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="on the stick")
    add_choice(parser)
    add_station_options(parser)


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add what may be asked for beside what is owed."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--to", action="append", default=[], metavar="CODE", help="all that concerns CODE; repeatable")
    which.add_argument("--all", action="store_true", help="all that is not expired")


def run(args: argparse.Namespace) -> int:
    """Write one file; whole, or not at all."""
    return at_station(args, lambda client, words: export(client, words, args))


def export(client: Client, words: Words, args: argparse.Namespace) -> int:
    """Pack, write, and then note what went along.

    Raises:
        node.api.faults.Refused: the station does not know whom `--to` means, or has no time.
    """
    directory: Path = args.directory
    if not directory.is_dir():
        print(no_directory_line(words, str(directory)), file=sys.stderr)
        return REFUSED
    packed = _packed(client, tuple(args.to), everything=args.all)
    content = pouch_bytes(packed.frames, packed.made_utc_ms)
    path = directory / _name(client.greeting.station, args.to, everything=args.all)
    try:
        write_whole(path, content, _MODE)
    except OSError as error:
        print(not_written_line(words, str(path), error.strerror or ""), file=sys.stderr)
        return REFUSED
    for first in range(0, max(len(packed.items), 1), NOTED_MAX):
        client.call(GIVE_POUCH, GivePouch(tuple(packed.items[first : first + NOTED_MAX]), path.name))
    told = Exported(str(path), len(content), len(packed.frames), len(packed.items), packed.is_complete)
    if args.json:
        print_json(told)
    else:
        print("\n".join(exported_lines(words, told.path, told.bytes, told.items, is_complete=told.complete)))
    return DONE


def _packed(client: Client, to: tuple[str, ...], *, everything: bool) -> _Packed:
    """Page by page, as long as there is room: the most urgent came first."""
    packed = _Packed()
    room, cursor = FRAMES_BYTES_MAX, ""
    while True:
        part = client.call(PACK_POUCH, PackPouch(to, everything=everything, cursor=cursor))
        room -= sum(map(bytes_in_file, part.frames))
        if room < 0:
            packed.is_complete = False
            return packed
        packed.frames += part.frames
        packed.items += part.items
        # The latest reading: ages of earlier pages are then seconds too young, and none is too old.
        packed.made_utc_ms = part.made_utc_ms
        if not part.cursor:
            return packed
        cursor = part.cursor


def _name(station: str, to: list[str], *, everything: bool) -> str:
    """The same for the same question, so that a later pouch takes the place of an earlier; it shows nobody's name."""
    question = "\n".join((station, str(everything), *sorted(to)))
    return f"bavn-{sha256(question.encode()).hexdigest()[:_NAME_LETTERS]}{SUFFIX}"
