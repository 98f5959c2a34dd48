"""Real links over real sockets: a station's side that can be waited on, without ever sleeping for luck."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from hardware.addresses import TcpAddress
from hardware.link import MeshtasticLink
from hardware.radio import (
    Accepted,
    Delivered,
    Outgoing,
    PacketHeard,
    RadioDown,
    RadioEvent,
    RadioUp,
    Refused,
    Relayed,
    SendOutcome,
    Silent,
)
from hardware.tcp_way import TcpWay
from hardware.way import Way
from tests.hardware.fast_loop import FastLoop
from tests.support.patience import DEADLINE_S

FAST_DEADLINE_S = 7200.0
"""The same on a clock that jumps, where stories wait for hours."""


def has_one_end(outcomes: list[object], sent: Outgoing) -> bool:
    steps: list[object] = [Accepted()]
    if sent.want_ack:
        steps.append(Relayed())
    if sent.want_ack and sent.destination is not None:
        steps.append(Delivered())
    ends = [each for each in outcomes if isinstance(each, Refused | Silent)]
    told = [each for each in outcomes if each not in ends]
    in_order = told == [step for step in steps if step in told]
    return in_order and (outcomes[-1:] == ends if ends else outcomes[-1:] == steps[-1:])


class Station:
    """One running link and all its events."""

    def __init__(self, way: Way, channel_index: int = 0) -> None:
        self.link = MeshtasticLink(way, channel_index=channel_index, chance=random.Random(way.name))
        self.events: list[RadioEvent] = []
        self.sent: dict[int, Outgoing] = {}
        self.heard_count = 0
        self._outcomes: dict[int, list[object]] = {}
        self._changed = asyncio.Event()

    def deliver(self, event: RadioEvent) -> None:
        self.events.append(event)
        match event:
            case SendOutcome(ticket, outcome):
                self._outcomes.setdefault(ticket, []).append(outcome)
            case PacketHeard():
                self.heard_count += 1
        self._changed.set()

    async def until(self, is_there: Callable[[], bool]) -> None:
        is_fast = isinstance(asyncio.get_running_loop(), FastLoop)
        async with asyncio.timeout(FAST_DEADLINE_S if is_fast else DEADLINE_S):
            while not is_there():
                self._changed.clear()
                await self._changed.wait()

    async def until_event(self, kind: type[RadioEvent], count: int = 1) -> None:
        await self.until(lambda: sum(isinstance(event, kind) for event in self.events) >= count)

    async def until_heard(self, payload: bytes) -> PacketHeard:
        await self.until(lambda: payload in self.payloads())
        return next(event for event in self.events if isinstance(event, PacketHeard) and event.payload == payload)

    async def until_outcome(self, ticket: int, outcome: object) -> None:
        await self.until(lambda: outcome in self.outcomes(ticket))

    def reasons(self) -> list[str]:
        return [event.reason for event in self.events if isinstance(event, RadioDown)]

    def payloads(self) -> list[bytes]:
        return [event.payload for event in self.events if isinstance(event, PacketHeard)]

    def outcomes(self, ticket: int) -> list[object]:
        return self._outcomes.get(ticket, [])

    def is_ended(self, ticket: int) -> bool:
        """Whether a ticket that was sent came to exactly one end, as `hardware.radio` promises."""
        return has_one_end(self.outcomes(ticket), self.sent[ticket])

    def send(self, ticket: int, payload: bytes, *, to: int | None = None, hops: int = 3, ack: bool = False) -> None:
        self.sent[ticket] = Outgoing(ticket, payload, hops, ack, to, 64)
        self.link.send(self.sent[ticket])


@asynccontextmanager
async def running(*ends: int | Way, wait_up: bool = True, channel_index: int = 0) -> AsyncIterator[list[Station]]:
    """Run a link to each: a port on this machine, or any other way."""
    ways = [TcpWay(TcpAddress("127.0.0.1", end)) if isinstance(end, int) else end for end in ends]
    stations = [Station(way, channel_index) for way in ways]
    tasks = [asyncio.create_task(station.link.run(station.deliver)) for station in stations]
    try:
        if wait_up:
            for station in stations:
                await station.until_event(RadioUp)
        yield stations
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [result for result in results if not isinstance(result, asyncio.CancelledError)]
        assert not broken, broken
