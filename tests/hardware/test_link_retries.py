"""When the link gives up and tries again, on a clock that jumps: radios that are absent, silent or soon gone."""

import asyncio

from hardware.airtime import PRESETS
from hardware.handshake import HANDSHAKE_STEP_S
from hardware.link import RETRY_S_MAX, RETRY_S_MIN
from hardware.radio import RadioDown
from hardware.simulated.identity import Generation, Identity, Profile
from hardware.simulated.speech import settings
from hardware.stream import frame
from hardware.to_radio import CONFIG_NONCE
from hardware.way import ConnectionEnded, Unreachable
from tests.hardware.fast_loop import run_fast
from tests.hardware.station import running

OPENING_S = 0.25


class SilentConnection:
    """Takes everything and says nothing."""

    def __init__(self) -> None:
        self.written = b""
        self._closed = asyncio.Event()

    async def read(self) -> bytes:
        await self._closed.wait()
        raise ConnectionEnded("closed")

    def write(self, chunk: bytes) -> None:
        self.written += chunk

    def close(self) -> None:
        self._closed.set()


class FickleConnection(SilentConnection):
    """Tells all settings at once and is gone."""

    def __init__(self) -> None:
        super().__init__()
        profile = Profile(Identity.named("fickle"), Generation.V2_7, PRESETS["LONG_FAST"], "2.7.26")
        self._chunks = [b"".join(map(frame, settings(profile, CONFIG_NONCE)))]

    async def read(self) -> bytes:
        if not self._chunks:
            raise ConnectionEnded("gone")
        return self._chunks.pop()


class ScriptedWay:
    """Opens silent connections, or none at all, and notes when it was asked."""

    name = "a script"

    def __init__(self, *, is_there: bool) -> None:
        self._is_there = is_there
        self.asked_s: list[float] = []
        self.news = asyncio.Event()

    async def open(self) -> SilentConnection:
        self.asked_s.append(asyncio.get_running_loop().time())
        await asyncio.sleep(OPENING_S)
        if not self._is_there:
            raise Unreachable("nobody at all; check everything")
        return SilentConnection()

    async def until_news(self) -> None:
        await self.news.wait()
        self.news.clear()


class FickleWay(ScriptedWay):
    """Opens connections that end as soon as they stand."""

    def __init__(self) -> None:
        super().__init__(is_there=True)

    async def open(self) -> FickleConnection:
        self.asked_s.append(asyncio.get_running_loop().time())
        return FickleConnection()


def test_radio_that_never_says_a_word_is_given_up_and_tried_again() -> None:
    async def story() -> None:
        way = ScriptedWay(is_there=True)
        async with running(way, wait_up=False) as (station,):
            await station.until_event(RadioDown)
            assert asyncio.get_running_loop().time() == OPENING_S + HANDSHAKE_STEP_S
            assert "does not answer" in station.reasons()[0]
            await asyncio.sleep(RETRY_S_MIN)
            assert len(way.asked_s) == 2

    run_fast(story())


def test_radio_that_shows_up_again_is_tried_at_once_and_then_often() -> None:
    async def story() -> None:
        way = ScriptedWay(is_there=False)
        async with running(way, wait_up=False):
            await asyncio.sleep(3600)
            way.asked_s.clear()
            loop = asyncio.get_running_loop()
            way.news.set()
            came_s = loop.time()
            await asyncio.sleep(RETRY_S_MAX)
        first_s, second_s, *_ = way.asked_s
        assert first_s - came_s < 0.01
        assert second_s - first_s <= OPENING_S + RETRY_S_MIN

    run_fast(story())


def test_link_that_breaks_as_soon_as_it_stands_is_not_hammered() -> None:
    async def story() -> None:
        way = FickleWay()
        async with running(way, wait_up=False) as (station,):
            await asyncio.sleep(600)
            assert station.link.health().reconnections == len(way.asked_s) - 1
        assert len(way.asked_s) < 600 / (RETRY_S_MAX / 2) + 10

    run_fast(story())


def test_absent_radio_is_looked_for_ever_more_rarely_but_for_ever() -> None:
    async def story() -> None:
        way = ScriptedWay(is_there=False)
        async with running(way, wait_up=False) as (station,):
            await asyncio.sleep(3600)
            assert station.reasons() == ["a script: nobody at all; check everything"], "told once an outage"
        pauses_s = [later - earlier for earlier, later in zip(way.asked_s, way.asked_s[1:], strict=False)]
        assert 0.5 <= pauses_s[0] - OPENING_S <= 1.0
        assert all(RETRY_S_MAX / 2 <= pause_s - OPENING_S <= RETRY_S_MAX for pause_s in pauses_s[5:])
        assert len({round(pause_s, 3) for pause_s in pauses_s[5:]}) > 10, "without chance, stations knock in step"

    run_fast(story())
