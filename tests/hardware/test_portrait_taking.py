"""Looking at a radio: slow ones, silent ones, and what is no radio, on a clock that jumps."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from hardware.airtime import PRESETS
from hardware.portrait import Portrait
from hardware.portrait_taking import NoPortrait, take_portrait
from hardware.simulated.identity import Generation, Identity, Profile
from hardware.simulated.speech import settings
from hardware.stream import frame
from hardware.to_radio import heartbeat, want_config
from hardware.way import ConnectionEnded
from tests.hardware.fast_loop import run_fast

NONCE = 200_000


class Talker:
    """A connection to something that says a chunk every so often, and then nothing."""

    name = "a talker"

    def __init__(self, chunks: Iterator[bytes], every_s: float) -> None:
        self._chunks = chunks
        self._every_s = every_s
        self.written: list[bytes] = []
        self.is_closed = False

    async def open(self) -> "Talker":
        return self

    async def read(self) -> bytes:
        await asyncio.sleep(self._every_s)
        chunk = next(self._chunks, None)
        if chunk is None:
            await asyncio.Event().wait()
        if not chunk:
            raise ConnectionEnded("gone; check the USB cable")
        return chunk

    def write(self, chunk: bytes) -> None:
        self.written.append(chunk)

    def close(self) -> None:
        self.is_closed = True


def said(nodes: int = 0, nonce: int = NONCE) -> Iterator[bytes]:
    others = tuple(Identity.named(str(number)) for number in range(nodes))
    profile = Profile(Identity.named("own"), Generation.V2_7, PRESETS["LONG_FAST"], "2.7.26", others)
    return map(frame, settings(profile, nonce))


def look(talker: Talker, check: Callable[[Portrait, list[int]], None]) -> None:
    async def story() -> None:
        counts: list[int] = []
        check(await take_portrait(talker, NONCE, counts.append), counts)

    run_fast(story())
    assert talker.is_closed


def test_radio_is_asked_once_and_read_to_the_end() -> None:
    talker = Talker(said(nodes=2), every_s=0.0)

    def check(radio: Portrait, counts: list[int]) -> None:
        assert (radio.long_name, len(radio.nodes)) == ("own", 2)
        assert counts == list(range(1, 48))

    look(talker, check)
    assert talker.written == [want_config(NONCE) + heartbeat()]


def test_radio_with_many_nodes_may_take_its_time() -> None:
    look(Talker(said(nodes=10), every_s=2.0), lambda radio, _: None)


def test_radio_that_talks_for_ever_is_given_up() -> None:
    with pytest.raises(NoPortrait, match="does not answer"):
        look(Talker(said(nodes=100, nonce=1), every_s=2.0), lambda *_: None)


def test_silence_and_nonsense_are_given_up_after_ten_seconds_of_asking() -> None:
    for chunks in (iter(()), iter([b"SSH-2.0\r\n", frame(b"\xff\xff\xff")] * 100)):
        talker = Talker(chunks, every_s=1.0)
        with pytest.raises(NoPortrait, match="check that a Meshtastic radio is there"):
            look(talker, lambda *_: None)
        assert talker.is_closed
        assert len(talker.written) == 4, "asked again every three seconds"


def test_radio_that_goes_away_is_told_so() -> None:
    talker = Talker(iter([next(said()), b""]), every_s=0.0)
    with pytest.raises(ConnectionEnded, match="check the USB cable"):
        look(talker, lambda *_: None)
    assert talker.is_closed


def test_radio_that_ends_without_its_settings_is_named_so() -> None:
    *_, complete = said()
    with pytest.raises(NoPortrait, match="left out its number"):
        look(Talker(iter([complete]), every_s=0.0), lambda *_: None)
