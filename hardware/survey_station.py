"""One radio in a survey: its link, its events sorted, one frame at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from hardware.airtime import PRESETS
from hardware.errors import HardwareError
from hardware.radio import (
    Accepted,
    Outgoing,
    PacketHeard,
    Priority,
    Radio,
    RadioDown,
    RadioEvent,
    RadioUp,
    Refused,
    SendOutcome,
    Silent,
)
from hardware.survey_frames import TestFrame, decode

UP_S_MAX: Final = 30.0
"""For a link to come up: a handshake with a full list of nodes takes some seconds."""

OUTCOME_S_MAX: Final = 70.0
"""For the radio's word about one frame; the link has it within 65 s."""


class SurveyFailed(HardwareError):
    """A survey could not be made; the text says why and what to do."""


class Station:
    """One radio in a survey: its link's events, sorted."""

    def __init__(self, name: str, radio: Radio) -> None:
        self.name = name
        self.up: RadioUp | None = None
        self.down_reason = ""
        self._radio = radio
        self._is_up = asyncio.Event()
        self._outcomes: asyncio.Queue[SendOutcome] = asyncio.Queue()
        self._ticket = 0
        self._listener: Callable[[PacketHeard, TestFrame], None] = lambda packet, frame: None

    @property
    def node(self) -> int:
        """Its node number."""
        assert self.up is not None
        return self.up.node_number

    def listen(self, listener: Callable[[PacketHeard, TestFrame], None]) -> None:
        """Hand every test frame heard to `listener` as well."""
        self._listener = listener

    def deliver(self, event: RadioEvent) -> None:
        """Take one event of the link."""
        match event:
            case RadioUp():
                self.up = event
                self._is_up.set()
            case RadioDown(reason):
                self.down_reason = reason
            case SendOutcome():
                self._outcomes.put_nowait(event)
            case PacketHeard():
                frame = decode(event.payload)
                if frame is not None:
                    self._listener(event, frame)
            case _:
                pass

    async def run(self) -> None:
        """Keep the link up."""
        await self._radio.run(self.deliver)

    async def wait_up(self) -> RadioUp:
        """Wait for the link.

        Raises:
            SurveyFailed: it does not come up; the link's own reason.
        """
        try:
            async with asyncio.timeout(UP_S_MAX):
                await self._is_up.wait()
        except TimeoutError:
            reason = self.down_reason or "the radio does not answer; look at it with: bavn radio show"
            raise SurveyFailed(f"{self.name}: {reason}") from None
        assert self.up is not None
        return self.up

    async def send(self, payload: bytes, hop_limit: int) -> bool:
        """Send one frame; say whether the radio took it.

        Raises:
            SurveyFailed: it never will.
        """
        self._ticket += 1
        outgoing = Outgoing(
            ticket=self._ticket,
            payload=payload,
            hop_limit=hop_limit,
            want_ack=False,
            destination=None,
            priority=Priority.BACKGROUND,
        )
        self._radio.send(outgoing)
        try:
            async with asyncio.timeout(OUTCOME_S_MAX):
                while (said := await self._outcomes.get()).ticket != self._ticket:
                    pass
        except TimeoutError:
            return False
        match said.outcome:
            case Refused(reason, retry_after_s):
                minutes = "" if retry_after_s is None else f" for {-(-retry_after_s // 60)} minutes"
                raise SurveyFailed(f"{self.name}: the radio does not send ({reason}{minutes}); repeat after that")
            case Accepted() | Silent():
                return isinstance(said.outcome, Accepted)
            case _:
                return True


@asynccontextmanager
async def linked(stations: Sequence[Station]) -> AsyncIterator[None]:
    """Keep the links of all stations up, and see that they are of one network."""
    tasks = [asyncio.create_task(station.run(), name=f"survey {station.name}") for station in stations]
    try:
        ups = [await station.wait_up() for station in stations]
        for station, up in zip(stations, ups, strict=True):
            if up.modem_preset not in PRESETS or up.modem_preset != ups[0].modem_preset:
                raise SurveyFailed(f"{station.name}: preset {up.modem_preset}; set it up first: bavn radio setup")
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
