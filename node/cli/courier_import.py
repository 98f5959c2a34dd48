"""`bavn courier import`: what a stick brings, handed to the running station frame by frame."""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.api.couriers import HANDED_IN_MAX, HandInPouch
from node.api.methods import HAND_IN_POUCH
from node.cli.common import add_station_options, at_station, print_json
from node.cli.courier_stick import Found, pouches_at, read_all
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.courier_page import (
    left_out_line,
    nothing_line,
    progress_text,
    taken_lines,
    unread_line,
    unreadable_line,
)

SUMMARY: Final = "take in what a stick brings"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file."""

    name: str
    problem: str
    """Why it was not read; empty: it was."""
    frames: int = 0
    new: int = 0
    known: int = 0
    waiting: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    whole: bool = True
    way_timed: bool = True


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("directory", type=Path, metavar="DIR|FILE", help="on the stick; of a DIR all *.pouch")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Hand in all that can be read."""
    return at_station(args, lambda client, words: bring_in(client, words, args))


def bring_in(client: Client, words: Words, args: argparse.Namespace) -> int:
    """One file after another; 1 when there was none, or one was damaged or no pouch.

    Raises:
        node.api.faults.Refused: the station has no time, or its disk does not take it; the same stick can come again.
    """
    try:
        listing = pouches_at(args.directory)
    except OSError as error:
        print(unreadable_line(words, str(args.directory), error.strerror or ""), file=sys.stderr)
        return REFUSED
    if not listing.paths:
        print(nothing_line(words, str(args.directory)), file=sys.stderr)
        return REFUSED
    is_sound = True
    for found in read_all(listing.paths):
        told = _handed_in(client, words, found, is_shown=sys.stderr.isatty() and not args.json)
        is_sound = is_sound and not told.problem and told.whole
        _tell(args, words, told)
    if listing.left_out:
        print(left_out_line(words), file=sys.stderr)
    return DONE if is_sound and not listing.left_out else REFUSED


def _handed_in(client: Client, words: Words, found: Found, *, is_shown: bool) -> Imported:
    if found.pouch is None:
        return Imported(found.name, found.problem)
    frames, made_utc_ms = found.pouch.frames, found.pouch.made_utc_ms
    fates: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    is_way_timed = made_utc_ms is not None
    for first in range(0, len(frames), HANDED_IN_MAX):
        portion = frames[first : first + HANDED_IN_MAX]
        outcome = client.call(HAND_IN_POUCH, HandInPouch(portion, made_utc_ms))
        fates.update({"new": outcome.new, "known": outcome.known, "waiting": outcome.waiting})
        dropped.update({one.reason: one.count for one in outcome.dropped})
        is_way_timed = is_way_timed and outcome.way_timed
        if is_shown:
            print(progress_text(words, first + len(portion), len(frames)), end="\r", file=sys.stderr, flush=True)
    if is_shown:
        print(file=sys.stderr)
    return Imported(
        name=found.name,
        problem="",
        frames=len(frames),
        new=fates["new"],
        known=fates["known"],
        waiting=fates["waiting"],
        dropped=tuple(sorted(dropped.items())),
        whole=found.pouch.is_whole,
        way_timed=is_way_timed,
    )


def _tell(args: argparse.Namespace, words: Words, told: Imported) -> None:
    if args.json:
        print_json(told)
    elif told.problem:
        print(unread_line(words, told.name, told.problem), file=sys.stderr)
    else:
        fates = (told.new, told.known, told.waiting)
        lines = taken_lines(words, told.name, fates, told.dropped, is_timed=told.way_timed, is_whole=told.whole)
        print("\n".join(lines))
