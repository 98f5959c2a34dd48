"""`bavn status`: one look at the station."""

import argparse
from typing import Final

from node.api.methods import STATUS, Nothing
from node.api.status import Contact, Status
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import precedence_text

SUMMARY: Final = "how the station is: radio, contacts, queue, airtime, clock"

TEXTS: Final = (
    "on duty",
    "nobody",
    "radio",
    "ready, {firmware}, {preset}",
    "does not answer: {reason}. Messages are kept",
    "in reach",
    "nobody heard",
    "queue",
    "empty",
    "found only here",
    "airtime of the hour",
    "dropped frames",
    "none",
    "clock",
    "trusted",
    "NOT TRUSTED: times carry a ?",
    "store",
    "a damaged store was set aside: {path}. Nothing was deleted",
    "unacknowledged",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Look."""

    def work(client: Client, words: Words) -> int:
        status = client.call(STATUS, Nothing())
        if args.json:
            print_json(status)
        else:
            print("\n".join(_lines(words, status)))
        return 0

    return at_station(args, work)


def _lines(words: Words, status: Status) -> list[str]:
    radio = status.radio
    up = words("ready, {firmware}, {preset}").format(firmware=radio.firmware, preset=radio.preset)
    down = words("does not answer: {reason}. Messages are kept").format(reason=harmless(radio.reason))
    queue = ", ".join(f"{precedence_text(words, one.precedence)} {one.count}" for one in status.queue)
    drops = ", ".join(f"{one.reason} {one.count}" for one in status.drops)
    used, most = status.airtime.used_bp / 100, status.airtime.urgent_limit_bp / 100
    duty = ", ".join(f"{person.initials} {person.name}" for person in status.duty)
    rows = [
        ("on duty", harmless(duty) or words("nobody")),
        ("radio", up if radio.is_up else down),
        ("in reach", ", ".join(map(_contact, status.contacts)) or words("nobody heard")),
        ("unacknowledged", str(status.unacknowledged)),
        ("queue", queue or words("empty")),
        ("found only here", str(status.only_here)),
        ("airtime of the hour", f"{used:.1f} / {most:g} %"),
        ("dropped frames", drops or words("none")),
        ("clock", words("trusted") if status.clock.now.trusted else words("NOT TRUSTED: times carry a ?")),
        ("store", status.store.fault or status.store.path),
    ]
    if status.store.set_aside:
        said = words("a damaged store was set aside: {path}. Nothing was deleted")
        rows.append(("", said.format(path=status.store.set_aside)))
    head = f"{status.station}  {harmless(status.name)}  (bavn {status.version})"
    return [head, *(f"{words(name) if name else '':<20} {text}" for name, text in rows)]


def _contact(contact: Contact) -> str:
    hops = "?" if contact.hops is None else str(contact.hops)
    return f"{contact.station} {contact.silent_s} s, {hops} hop{'' if contact.in_reach else ' (?)'}"
