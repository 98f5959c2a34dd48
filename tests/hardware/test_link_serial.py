"""The real link over serial ports: simulated devices behind pseudo-terminals, one of which talks between its frames."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hardware.addresses import SerialAddress
from hardware.radio import Accepted, Delivered, RadioDown, RadioUp, Refusal, Refused, Relayed
from hardware.serial_port import open_port
from hardware.serial_way import SerialWay
from hardware.simulated.air_file import parse_air
from hardware.simulated.requests import Done, Power, format_request
from hardware.simulated.server import AirServer, open_air
from hardware.stream import frame
from tests.hardware.station import running

# The weaker the signal, the sooner a relay speaks.
PAIR = """
[air]
preset = "SHORT_FAST"
seed = 3
[[device]]
name = "a"
pty = "a.tty"
[[device]]
name = "b"
pty = "b.tty"
log_text = true
[[link]]
between = ["a", "b"]
snr_db = -6
"""


@asynccontextmanager
async def pair(folder: Path) -> AsyncIterator[AirServer]:
    async with open_air(parse_air(PAIR, "pair", folder)) as air:
        yield air


def ways(folder: Path) -> list[SerialWay]:
    return [SerialWay(SerialAddress(str(folder / f"{name}.tty"))) for name in "ab"]


async def switch(air: AirServer, device: str, *, on: bool) -> None:
    assert await air.answer(format_request(Power(device, on))) == Done()


def test_both_ways_with_log_text_in_between(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair(tmp_path) as air, running(*ways(tmp_path)) as (a, b):
            a.send(1, bytes(231), hops=1, ack=True)
            await b.until_heard(bytes(231))
            await a.until_outcome(1, Relayed())
            assert a.outcomes(1) == [Accepted(), Relayed()]
            b.send(2, b"back", to=air.node_numbers["a"], ack=True)
            await a.until_heard(b"back")
            await b.until_outcome(2, Delivered())

    asyncio.run(story())


def test_pulled_cable_is_told_at_once_and_the_radio_found_again_under_its_name(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair(tmp_path) as air, running(*ways(tmp_path)) as (a, b):
            before = (tmp_path / "a.tty").readlink()
            # Held, so that the system gives the device another number when it comes back.
            held = os.open(before, os.O_RDWR | os.O_NOCTTY)
            await switch(air, "a", on=False)
            await a.until_event(RadioDown)
            assert "check the USB cable" in a.reasons()[0]
            a.send(1, b"into the void")
            await a.until_outcome(1, Refused(Refusal.RADIO_ABSENT))
            await switch(air, "a", on=True)
            assert (tmp_path / "a.tty").readlink() != before
            await a.until_event(RadioUp, count=2)
            os.close(held)
            a.send(2, b"here again", hops=0)
            await b.until_heard(b"here again")

    asyncio.run(story())


def test_absent_radio_is_told_and_taken_up_when_it_is_plugged_in(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair(tmp_path) as air:
            await switch(air, "a", on=False)
            async with running(ways(tmp_path)[0], wait_up=False) as (a,):
                await a.until_event(RadioDown)
                assert f"no serial port {tmp_path}/a.tty; check the USB cable" in a.reasons()[0]
                await switch(air, "a", on=True)
                await a.until_event(RadioUp)

    asyncio.run(story())


def test_second_program_is_refused_and_the_first_one_not_disturbed(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair(tmp_path), running(*ways(tmp_path)) as (a, b):
            async with running(ways(tmp_path)[0], wait_up=False) as (second,):
                await second.until_event(RadioDown)
                assert "another program uses" in second.reasons()[0]
            a.send(1, b"undisturbed", hops=0)
            await b.until_heard(b"undisturbed")
            assert a.reasons() == []

    asyncio.run(story())


def test_frame_cut_off_by_the_last_program_does_not_keep_the_radio_deaf(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair(tmp_path):
            port = open_port(str(tmp_path / "a.tty"))
            os.write(port, frame(bytes(300))[:200])
            # Taken from the terminal before it closes: closing throws away what nobody has read.
            await asyncio.sleep(0)
            os.close(port)
            async with running(ways(tmp_path)[0]) as (a,):
                assert a.reasons() == []

    asyncio.run(story())
