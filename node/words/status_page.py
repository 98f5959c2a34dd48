"""All that a station says of itself, as a page of text: the same for `bavn status` and the console."""

from collections.abc import Iterator
from typing import Final

from node.api.status import Arriving, Contact, PowerState, Status
from node.words.alarm_phrases import alarm_text
from node.words.catalogue import Words
from node.words.counting_phrases import doubt_text, told_text
from node.words.harmless import harmless
from node.words.page import COLUMNS, Row, aligned
from node.words.phrases import decimal_text, precedence_text, span_text
from node.words.power_phrases import power_text
from node.words.radio_phrases import radio_rows

TEXTS: Final = (
    "ALARM",
    "RECEIVE-ONLY",
    "on duty",
    "nobody",
    "locked: {people}",
    "a kiosk: whoever is there reads and acknowledges with typed initials",
    "keys lock in {span}: press a key",
    "power",
    "in reach",
    "nobody heard",
    "{span} ago, {hops} hops",
    "manned",
    "out of reach",
    "arriving",
    "{number} {urgency} from {who} to {to}: {here} of {packets} packets",
    "queue",
    "empty",
    "found only here",
    "airtime of the hour",
    "{used} of {most} %, the channel is {busy} % in use",
    "wait for a second person",
    "wait for a certificate",
    "refused, key revoked",
    "dropped frames",
    "none",
    "clock",
    "trusted",
    "NOT TRUSTED: times carry a ?",
    "how long the station was off is not known: ages may be too young",
    "store",
    "WRITES FAIL: {fault}",
    "a damaged store was set aside: {path}. Nothing was deleted",
    "unacknowledged",
    "running for",
)


def status_page(words: Words, status: Status, columns: int = COLUMNS) -> list[str]:
    """The whole page, line by line."""
    title = f"{status.station}  {harmless(status.name)}  (bavn {status.version})"
    rows = ((words(name) if name else "", text) for name, text in _rows(words, status))
    return [title, *aligned(rows, columns)]


def _rows(words: Words, status: Status) -> Iterator[Row]:
    yield from (("ALARM" if not alarm.silenced_by else "", alarm_text(words, alarm)) for alarm in status.alarms)
    if status.counting.doubt is not None:
        yield "RECEIVE-ONLY", doubt_text(words, status.counting.doubt)
        if status.counting.told:
            yield "", told_text(words, status.counting)
    duty = ", ".join(f"{person.initials} {person.name}" for person in status.duty)
    yield "on duty", harmless(duty) or words("nobody")
    if status.kiosk:
        yield "", words("a kiosk: whoever is there reads and acknowledges with typed initials")
    if status.locked:
        locked = ", ".join(f"{person.initials} {person.name}" for person in status.locked)
        yield "", words("locked: {people}").format(people=harmless(locked))
    if status.locks_in_s is not None:
        yield "", words("keys lock in {span}: press a key").format(span=span_text(words, status.locks_in_s))
    yield from radio_rows(words, status.radio, status.clock.now)
    yield from _power(words, status.power)
    contacts = [_contact(words, contact) for contact in status.contacts] or [words("nobody heard")]
    yield from zip(["in reach", *[""] * len(contacts)], contacts, strict=False)
    yield "unacknowledged", str(status.unacknowledged)
    arriving = [_arriving(words, one) for one in status.arriving]
    yield from zip(["arriving", *[""] * len(arriving)], arriving, strict=False)
    waiting = ", ".join(f"{precedence_text(words, one.precedence)} {one.count}" for one in status.queue)
    yield "queue", waiting or words("empty")
    yield "found only here", str(status.only_here)
    air = status.airtime
    shares = {"used": air.used_bp / 100, "most": air.urgent_limit_bp / 100, "busy": air.channel_use_bp / 100}
    said = words("{used} of {most} %, the channel is {busy} % in use")
    yield "airtime of the hour", said.format(**{name: decimal_text(words, share, 2) for name, share in shares.items()})
    if status.awaiting:
        yield "wait for a second person", str(status.awaiting)
    if status.quarantined:
        yield "wait for a certificate", str(status.quarantined)
    if status.revoked:
        uses = (
            f"{harmless(use.author or use.station)} ({harmless(use.station)}) {use.count}" for use in status.revoked
        )
        yield "refused, key revoked", ", ".join(uses)
    yield "dropped frames", ", ".join(f"{one.reason} {one.count}" for one in status.drops) or words("none")
    yield "clock", words("trusted" if status.clock.now.trusted else "NOT TRUSTED: times carry a ?")
    if not status.clock.gap_known:
        yield "", words("how long the station was off is not known: ages may be too young")
    yield "store", harmless(status.store.path)
    if status.store.fault:
        yield "", words("WRITES FAIL: {fault}").format(fault=harmless(status.store.fault))
    if status.store.set_aside:
        said = words("a damaged store was set aside: {path}. Nothing was deleted")
        yield "", said.format(path=harmless(status.store.set_aside))
    yield "running for", span_text(words, status.uptime_s)


def _arriving(words: Words, one: Arriving) -> str:
    said = words("{number} {urgency} from {who} to {to}: {here} of {packets} packets")
    return said.format(
        number=harmless(one.number),
        urgency=precedence_text(words, one.precedence),
        who=harmless(one.author or one.station),
        to=harmless(one.to),
        here=one.packets_here,
        packets=one.packets,
    )


def _power(words: Words, power: PowerState) -> Iterator[Row]:
    yield "power", power_text(words, power)
    if power.source and not power.fault:  # A fault names the board itself.
        yield "", harmless(power.source)


def _contact(words: Words, contact: Contact) -> str:
    hops = "?" if contact.hops is None else str(contact.hops)
    heard = words("{span} ago, {hops} hops").format(span=span_text(words, contact.silent_s), hops=hops)
    remarks = [heard, *[words("manned")] * contact.manned, *[words("out of reach")] * (not contact.in_reach)]
    return f"{harmless(contact.station)} {harmless(contact.name)}: {', '.join(remarks)}"
