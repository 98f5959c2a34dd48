"""An offline oracle: which messages the protocol owed to whom, over what a run really was.

For every message the earliest arrival is searched over time: from the origin through stations that keep it, over
contacts and couriers, each hop where the sender's airtime was not used up. Then every message that did not arrive has
a cause, and one that the oracle calls deliverable and that did not arrive is a broken invariant.

It errs on the side of calling less deliverable than there was, and what it assumes is this:

* A contact counts once both sides had time for two beacons, and a hand-over takes three minutes of it (`paths`). What
  ends before is not owed. Radios pass on as far as beacons go, whether or not a program runs behind them; farther only
  stations do, one hand-over after another.
* A station has airtime to spare while its radio sent less in the hour before than its share is (5 % for PRIORITY and
  ROUTINE, 9 % for the others) and, for the former, its channel was below 25 %. As the radio, it counts what was
  relayed. A hop needs that for all of its three minutes.
* Every station on the way takes custody, without bounds, though a holder looks for only so many custodians and keeps
  only so much of one origin (`Policy`): the one side on which it may ask for more than was promised.
* A message lives from its acceptance as long as its lifetime says. Time off under an unknown clock would let it live
  longer; that is not owed.
* What would arrive within the last hour of a run counts as under way: two of the longest waits between two tries.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from node.core.records import ItemKind
from node.simulation.invariants import Broken, Ledger, name_of
from node.simulation.meetings import Meetings
from node.simulation.paths import HAND_OVER_S, Graphs
from node.simulation.spans import common
from node.simulation.world import World
from protocol.numbers import Precedence

UNDER_WAY_S: Final = 3_600.0
"""Two of the longest waits between two tries (`Policy.retry_max_ms`)."""


class Cause(StrEnum):
    """Why a message is not at one of its stations."""

    ORIGIN_OFF = "origin_off"
    """Its own station had no power for long enough since, until the end."""
    RECIPIENT_OFF = "recipient_off"
    """So had the other."""
    NO_PATH = "no_path"
    """Nothing ever led there."""
    EXPIRED = "expired"
    """Something led there after its lifetime."""
    NO_AIRTIME = "no_airtime"
    """Something led there over stations whose airtime was used up."""
    UNDER_WAY = "under_way"
    """It could have been there within the last hour, or was written in it."""
    UNEXPLAINED = "unexplained"
    """It was owed."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message and a station where it did not arrive."""

    item: str
    origin: int
    station: int
    precedence: Precedence
    accepted_s: float
    cause: Cause
    path_s: float | None
    """When the oracle has it there at the earliest, had there been airtime; None = never."""

    def __str__(self) -> str:
        path = "no path" if self.path_s is None else f"a path at {self.path_s:.0f} s"
        return f"{self.item} accepted at {self.accepted_s:.0f} s, towards {self.station}: {path}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of a run."""

    owed: int
    """Messages and stations for which the oracle has a path in time, with airtime."""
    undelivered: tuple[Undelivered, ...]

    def counts(self) -> dict[Cause, int]:
        """How many there are of each cause, those that occur."""
        found = [each.cause for each in self.undelivered]
        return {cause: found.count(cause) for cause in Cause if cause in found}

    def unexplained(self) -> tuple[Undelivered, ...]:
        """What was owed and is not there."""
        return tuple(each for each in self.undelivered if each.cause is Cause.UNEXPLAINED)


@dataclass(frozen=True, slots=True)
class Written:
    """A message that a person was told is on disk."""

    item: str
    origin: int
    precedence: Precedence
    accepted_s: float
    expires_s: float
    wanted: tuple[int, ...]
    """Stations that it is for."""
    reached: frozenset[int]
    """Stations where it arrived."""


def written(world: World, ledger: Ledger) -> Iterator[Written]:
    """Give all messages of a run."""
    reached: dict[bytes, set[int]] = defaultdict(set)
    for station, item, _ in ledger.arrived:
        reached[item.fingerprint].add(station)
    for origin, item in ledger.accepted:
        if item.kind is ItemKind.MESSAGE:
            accepted_s = ledger.accepted_s[item.fingerprint]
            homes = world.cast.roster.home_stations(item.recipient)
            yield Written(
                item=name_of(item),
                origin=origin,
                precedence=item.precedence,
                accepted_s=accepted_s,
                expires_s=accepted_s + (item.expires_at - item.born_at) / 1000,
                wanted=tuple(number for number in homes if number != origin),
                reached=frozenset(reached[item.fingerprint]),
            )


def judge(messages: Iterable[Written], met: Meetings, ways: Graphs) -> Judgement:
    """Judge a run at its end.

    Args:
        messages: what was written.
        met: when its stations could hand something over.
        ways: the same with what airtime there was.
    """
    owed, undelivered = 0, list[Undelivered]()
    for message in messages:
        origin, at_s = message.origin, message.accepted_s
        at_best = ways.unspared.arrivals(origin, at_s, message.wanted)
        spared = ways.of(message.precedence).arrivals(origin, at_s, message.wanted)
        for station in message.wanted:
            path_s = at_best.get(station)
            cause = _cause(message, station, met, path_s, spared.get(station))
            owed += cause is Cause.UNEXPLAINED
            if station not in message.reached:
                undelivered.append(Undelivered(message.item, origin, station, message.precedence, at_s, cause, path_s))
    return Judgement(owed, tuple(undelivered))


def broken_promises(judgement: Judgement) -> Iterator[Broken]:
    """What was owed and did not arrive, as broken invariants."""
    for each in judgement.unexplained():
        yield Broken("undelivered", str(each))


def _cause(message: Written, station: int, met: Meetings, path_s: float | None, spared_s: float | None) -> Cause:
    """Return what keeps a message from a station; `UNEXPLAINED` when nothing does."""
    settled_s = met.end_s - UNDER_WAY_S
    if spared_s is not None and spared_s <= min(message.expires_s, settled_s):
        return Cause.UNEXPLAINED
    if message.accepted_s > settled_s:
        return Cause.UNDER_WAY
    if path_s is None:
        return _why_no_path(message, station, met)
    if path_s > message.expires_s:
        return Cause.EXPIRED
    if path_s > settled_s or (spared_s is not None and spared_s <= message.expires_s):
        return Cause.UNDER_WAY
    return Cause.NO_AIRTIME


def _why_no_path(message: Written, station: int, met: Meetings) -> Cause:
    for number, cause in ((message.origin, Cause.ORIGIN_OFF), (station, Cause.RECIPIENT_OFF)):
        left = common(met.running[number], ((message.accepted_s, met.end_s),))
        if all(end_s - begin_s < HAND_OVER_S for begin_s, end_s in left):
            return cause
    return Cause.NO_PATH
