"""The link to a Meshtastic radio: a way to it and timers around `LinkMachine`, which decides everything.

Two tasks: one connects, reads and reconnects for ever; the other takes the station's frames and keeps the deadlines,
with or without a connection. An idle link wakes about twice a minute.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from hardware.from_radio import DropReason
from hardware.link_actions import Action, Close, Deliver, Write
from hardware.link_machine import LinkMachine
from hardware.radio import LinkHealth, Outgoing, RadioEvent, RadioUp
from hardware.way import Connection, ConnectionEnded, Unreachable, Way

RETRY_S_MIN = 1.0
RETRY_S_MAX = 30.0
"""A radio restarts in some 10 s; waiting longer would cost more than the attempts do."""

STEADY_S = 30.0
"""A link that stood for so long begins anew with short pauses; one that breaks at once waits longer each time."""

INBOX_MAX = 64
"""Frames taken by `send` before the loop has come round to them."""

_DOUBLINGS_MAX = 10
"""More would only make a large number that `RETRY_S_MAX` cuts."""


class MeshtasticLink:
    """A radio that serves the Meshtastic client API.

    Args:
        way: how to reach it.
        channel_index: the radio's channel for stations, 0 to 7.
        chance: source of packet numbers and jitter.
    """

    def __init__(self, way: Way, *, channel_index: int, chance: random.Random) -> None:
        self.way = way
        self._chance = chance
        self._machine = LinkMachine(channel_index=channel_index, draw=lambda: chance.getrandbits(32))
        self._inbox: deque[Outgoing] = deque()
        self._stirred = asyncio.Event()
        self._deliver: Callable[[RadioEvent], None] | None = None
        self._connection: Connection | None = None
        self._close_reason: str | None = None
        self._failures = 0
        self._up_s: float | None = None

    @property
    def drops(self) -> Mapping[DropReason, int]:
        """Messages of the radio that were dropped, by reason, since the start."""
        return self._machine.drops

    async def run(self, deliver: Callable[[RadioEvent], None]) -> None:
        """Keep the link up until cancelled; see `hardware.radio.Radio`."""
        self._deliver = deliver
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_connected(), name=f"radio {self.way.name}: connection")
            group.create_task(self._keep_time(), name=f"radio {self.way.name}: frames and deadlines")

    def send(self, outgoing: Outgoing) -> None:
        """Take a frame to be sent; see `hardware.radio.Radio`.

        Raises:
            RuntimeError: more than `INBOX_MAX` frames before `run` was called, so that no outcome could be delivered.
        """
        if len(self._inbox) < INBOX_MAX:
            self._inbox.append(outgoing)
            self._stirred.set()
        elif self._deliver is not None:
            asyncio.get_running_loop().call_soon(self._perform, self._machine.overrun(outgoing))
        else:
            raise RuntimeError("frames are sent to a radio that nobody runs")

    def health(self) -> LinkHealth:
        """Tell what the link has met so far; see `hardware.radio.Radio`."""
        return self._machine.health(asyncio.get_running_loop().time())

    async def _keep_time(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while self._inbox:
                self._perform(self._machine.submit(self._inbox.popleft(), loop.time()))
            self._perform(self._machine.wake(loop.time()))
            try:
                async with asyncio.timeout_at(self._machine.next_wake_s()):
                    await self._stirred.wait()
            except TimeoutError:
                continue
            self._stirred.clear()

    async def _keep_connected(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            reason = await self._live_through_one_connection()
            self._perform(self._machine.lost(self._named(reason), loop.time()))
            self._stirred.set()
            if self._up_s is not None and loop.time() - self._up_s >= STEADY_S:
                self._failures = 0
            self._up_s = None
            pause_s = min(RETRY_S_MIN * 2**self._failures, RETRY_S_MAX)
            self._failures = min(self._failures + 1, _DOUBLINGS_MAX)
            # Half fixed, half chance: many stations behind one network box must not knock in step.
            await self._pause(pause_s * (0.5 + 0.5 * self._chance.random()))

    async def _pause(self, pause_s: float) -> None:
        """Wait before the next attempt, less when the radio shows up again meanwhile."""
        try:
            async with asyncio.timeout(pause_s):
                await self.way.until_news()
                self._failures = 0
        except TimeoutError:
            pass

    def _named(self, reason: str) -> str:
        return reason if self.way.name in reason else f"{self.way.name}: {reason}"

    async def _live_through_one_connection(self) -> str:
        """Connect, read until the end, and return why it ended."""
        loop = asyncio.get_running_loop()
        try:
            connection = await self.way.open()
        except Unreachable as error:
            return str(error)
        self._connection, self._close_reason = connection, None
        try:
            self._perform(self._machine.connected(loop.time()))
            while True:
                # Deadlines may have come nearer.
                self._stirred.set()
                self._perform(self._machine.received(await connection.read(), loop.time()))
        except ConnectionEnded as error:
            return self._close_reason or str(error)
        finally:
            self._connection = None
            connection.close()

    def _perform(self, actions: Iterable[Action]) -> None:
        assert self._deliver is not None
        for action in actions:
            match action:
                case Write(chunk):
                    # Nothing piles up behind a radio that does not read: one frame is unanswered at a time, and
                    # after one heartbeat without an answer the link is given up.
                    if self._connection is not None:
                        self._connection.write(chunk)
                case Close(reason):
                    self._close_reason = reason
                    if self._connection is not None:
                        self._connection.close()
                case Deliver(event):
                    if isinstance(event, RadioUp):
                        self._up_s = asyncio.get_running_loop().time()
                    self._deliver(event)
