"""`bavn log merge`: the logs of several stations in one order, though their clocks disagree; needs no station."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Final

from node.cli.exits import DONE, REFUSED
from node.core.hybrid_clock import Placed, merged
from node.core.log_entries import REAL, EntryUnreadable, LogEntry, LogKind, decode_entry
from node.core.log_evidence import Heading, Statement, WrittenEntry
from node.core.numbering import human_number
from node.store.log_file import LogFileError, read_log_file
from node.words.harmless import harmless
from protocol.instants import EPOCH_MS
from protocol.roster import Roster

SUMMARY: Final = "the logs of several stations in one order, though their clocks disagree"
_KINDS: Final = frozenset(LogKind)
_UTC_MS_END: Final = 4_102_444_800_000
"""The year 2100: what a file says beyond it no machine need be able to write as a date."""
_WHEN_COLUMNS: Final = len("2026-11-25 14:32:10")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="as  bavn log export  wrote them")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Merge; whether each log is as it was written is for  bavn log verify  to say."""
    logs: dict[int, list[LogEntry]] = {}
    statements: dict[bytes, list[bytes]] = {}
    try:
        for path in args.files:
            heading, entries, raw = _read(path)
            logs[heading.station] = max(entries, logs.get(heading.station, []), key=len)
            statements.setdefault(heading.root, []).extend(raw)
    except (LogFileError, EntryUnreadable, OSError) as error:
        print(f"bavn log merge: {error}; look at each with  bavn log verify FILE", file=sys.stderr)
        return REFUSED
    if len(statements) > 1:
        print("bavn log merge: the logs are of several networks: give those of one", file=sys.stderr)
        return REFUSED
    ((root, raw),) = statements.items()
    roster = Roster.build(root, tuple(dict.fromkeys(raw)))[0]
    placed = merged(logs)
    if args.json:
        print(json.dumps([_as_json(one, roster) for one in placed], ensure_ascii=False))
    else:
        print(*(" ".join(_fields(one, roster)) for one in placed), sep="\n")
    return DONE


def _read(path: Path) -> tuple[Heading, list[LogEntry], list[bytes]]:
    pieces = read_log_file(path)
    heading = next(pieces)
    assert isinstance(heading, Heading), "the reader sees to it"
    entries: list[LogEntry] = []
    statements: list[bytes] = []
    for one in pieces:
        if isinstance(one, Statement):
            statements.append(one.raw)
        elif isinstance(one, WrittenEntry) and (entry := decode_entry(one.raw)).chain == REAL:
            entries.append(entry)
    return heading, entries, statements


def _fields(one: Placed, roster: Roster) -> tuple[str, ...]:
    """When, where, what, about which message, and what more the entry says."""
    entry = one.entry
    when = " " * _WHEN_COLUMNS
    if EPOCH_MS <= one.stamp.utc_ms < _UTC_MS_END:  # Else no clock was known there yet, or somebody made it up.
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.stamp.utc_ms / 1000))
    return (
        f"{when}{' ' if entry.utc_ms is not None else '?'}",
        f"{roster.code_of_station(one.station) or one.station!s:<5}",
        f"{entry.number:>5}",
        f"{LogKind(entry.kind).name.lower() if entry.kind in _KINDS else entry.kind!s:<12}",
        "" if entry.subject is None else human_number(roster, entry.subject),
        *(f"{name}={harmless(value)}" for name, value in entry.details if name != "frame"),
    )


def _as_json(one: Placed, roster: Roster) -> dict[str, object]:
    _, station, number, kind, message, *_ = (field.strip() for field in _fields(one, roster))
    return {
        "utc_ms": one.stamp.utc_ms if one.stamp.utc_ms >= EPOCH_MS else None,
        "trusted": one.entry.utc_ms is not None,
        "station": station,
        "number": int(number),
        "kind": kind,
        "message": message,
        "details": dict(one.entry.details),
    }
