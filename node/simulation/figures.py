"""The figures of a run: what was written and arrived, how fast, and what it took of the air."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hardware.simulated.air import Tally
from node.core.records import Item, ItemKind
from node.simulation.airtime_hours import fullest_us
from node.simulation.invariants import Ledger
from node.simulation.world import World
from protocol.numbers import Precedence

_HOUR_US: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds."""

    count: int
    median_s: float | None
    p90_s: float | None
    p99_s: float | None
    most_s: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run."""

    stations: int
    hours: float
    written: int
    """Messages that a person was told are on disk."""
    owed: int
    """Pairs of message and station that they are for."""
    arrived: int
    """Of these, what arrived."""
    refused: int
    acts: int
    times: dict[str, Times]
    """From commit to commit, by precedence."""
    airtime_pct_most: float
    """Of the station that sent most, in its fullest hour."""
    channel_pct: float
    """Sum of all transmissions against the time, the mean over stations of what each hears and sends."""
    transmissions: int
    collisions: int
    events: int


def figures(world: World, ledger: Ledger) -> Figures:
    """Work them out at the end of a run."""
    messages = [(station, item) for station, item in ledger.accepted if item.kind is ItemKind.MESSAGE]
    tallies = list(world.air.tallies.values())
    now_s = world.scheduler.now_s()
    return Figures(
        stations=len(world.boxes),
        hours=round(now_s / 3600, 2),
        written=len(messages),
        owed=sum(len(_destinations(world, item)) for _, item in messages),
        arrived=sum(
            item.kind is ItemKind.MESSAGE and item.issuer not in world.scenario.captured
            for _, item, _ in ledger.arrived
        ),
        refused=ledger.refused,
        acts=sum(item.kind is ItemKind.ACT for _, item in ledger.accepted),
        times={
            precedence.name.lower(): times_of([took for at, took in _took(ledger) if at is precedence])
            for precedence in Precedence
        },
        airtime_pct_most=round(100 * fullest_hour_us(ledger) / _HOUR_US, 2),
        channel_pct=round(_channel_pct(tallies, now_s), 2),
        transmissions=sum(tally.packets_sent for tally in tallies),
        collisions=sum(tally.collisions for tally in tallies),
        events=sum(box.handled for box in world.boxes.values()),
    )


def fullest_hour_us(ledger: Ledger) -> int:
    """Most airtime that any radio used in a rolling hour."""
    return max(map(fullest_us, ledger.sent_us.values()), default=0)


def times_of(took_s: Sequence[float]) -> Times:
    """Median and tail of some times."""
    if not took_s:
        return Times(0, None, None, None, None)
    ordered = sorted(took_s)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return Times(len(ordered), at(0.5), at(0.9), at(0.99), round(ordered[-1], 1))


def _took(ledger: Ledger) -> Iterator[tuple[Precedence, float]]:
    for _, item, at_s in ledger.arrived:
        written_s = ledger.accepted_s.get(item.fingerprint)
        if written_s is not None and item.kind is ItemKind.MESSAGE:
            yield item.precedence, at_s - written_s


def _destinations(world: World, item: Item) -> tuple[int, ...]:
    homes = world.cast.roster.home_stations(item.recipient)
    return tuple(number for number in homes if number != item.issuer and number not in world.scenario.captured)


def _channel_pct(tallies: Sequence[Tally], now_s: float) -> float:
    if not tallies or now_s <= 0:
        return 0.0
    return sum(100 * (tally.sent_us + tally.heard_us) / (now_s * 1e6) for tally in tallies) / len(tallies)
