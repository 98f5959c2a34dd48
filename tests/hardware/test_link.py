"""The real link over real TCP: against simulated devices, against servers that misbehave, against nobody."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from hardware.addresses import TcpAddress
from hardware.from_radio import DropReason
from hardware.link import INBOX_MAX, MeshtasticLink
from hardware.radio import (
    Accepted,
    Delivered,
    Outgoing,
    RadioDown,
    RadioUp,
    Refusal,
    Refused,
    Relayed,
)
from hardware.simulated.air_file import parse_air
from hardware.simulated.requests import Done, Power, ReadReport, format_request
from hardware.simulated.server import AirServer, open_air
from hardware.stream import frame
from hardware.tcp_way import TcpWay
from tests.hardware.station import running
from tests.support.patience import DEADLINE_S

POLL_S = 0.01

# The weaker the signal, the sooner a relay speaks: this one waits 0.13 to 0.4 s.
CHAIN = """
[air]
preset = "SHORT_FAST"
seed = 3
firmware = "{firmware}"
[[device]]
name = "a"
port = 0
[[device]]
name = "b"
port = 0
[[device]]
name = "c"
port = 0
[[link]]
between = ["a", "b"]
snr_db = -6
[[link]]
between = ["b", "c"]
snr_db = -6
"""


@asynccontextmanager
async def chain(firmware: str = "2.7") -> AsyncIterator[AirServer]:
    async with open_air(parse_air(CHAIN.format(firmware=firmware), "chain")) as air:
        yield air


async def switch(air: AirServer, device: str, *, on: bool) -> None:
    assert await air.answer(format_request(Power(device, on))) == Done()


async def until_sent(air: AirServer, device: str) -> None:
    """Wait until a device has put a frame on the air; nothing announces that, so it is asked again and again."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            answer = await air.answer(format_request(ReadReport()))
            assert isinstance(answer, Done)
            if any(each.device == device and each.packets_sent for each in answer.report or ()):
                return
            await asyncio.sleep(POLL_S)


@pytest.mark.parametrize("firmware", ["2.7", "2.8"])
def test_broadcast_crosses_a_relay_and_stops_at_its_hop_limit(firmware: str) -> None:
    async def story() -> None:
        async with chain(firmware) as air, running(*air.ports.values()) as (a, b, c):
            a.send(1, b"near", hops=0)
            await b.until_heard(b"near")
            a.send(2, b"far", hops=1, ack=True)
            heard = await c.until_heard(b"far")
            assert (heard.from_node, heard.hops, heard.snr_db) == (air.node_numbers["a"], 1, -6.0)
            await a.until_outcome(2, Relayed())
            assert a.outcomes(2) == [Accepted(), Relayed()]
            assert c.payloads() == [b"far"]

    asyncio.run(story())


def test_direct_message_is_delivered_by_its_destination() -> None:
    async def story() -> None:
        async with chain() as air, running(*air.ports.values()) as (a, b, c):
            a.send(1, bytes(219), to=air.node_numbers["c"], ack=True)
            await a.until_outcome(1, Delivered())
            assert c.payloads() == [bytes(219)]
            assert b.payloads() == []

    asyncio.run(story())


def test_radio_loses_power_in_the_middle_and_the_link_comes_back() -> None:
    async def story() -> None:
        async with chain() as air, running(*air.ports.values()) as (a, b, c):
            await switch(air, "b", on=False)
            await b.until_event(RadioDown)
            b.send(1, b"into the void")
            await b.until_outcome(1, Refused(Refusal.RADIO_ABSENT))
            a.send(2, b"nobody relays", hops=1)
            await until_sent(air, "a")
            await switch(air, "b", on=True)
            await b.until_event(RadioUp, count=2)
            a.send(3, b"relayed again", hops=1)
            await c.until_heard(b"relayed again")
            assert c.payloads() == [b"relayed again"]

    asyncio.run(story())


def test_too_large_and_unknown_destination_are_refused() -> None:
    async def story() -> None:
        async with chain() as air, running(air.ports["a"]) as (a,):
            a.send(1, bytes(232))
            a.send(2, b"x", to=0xDEADBEEF, ack=True)
            await a.until_outcome(2, Refused(Refusal.KEY_UNKNOWN))
            assert a.outcomes(1) == [Refused(Refusal.TOO_LARGE)]

    asyncio.run(story())


def test_burst_beyond_all_bounds_is_refused_frame_by_frame() -> None:
    async def story() -> None:
        async with chain() as air, running(air.ports["a"]) as (a,):
            for ticket in range(INBOX_MAX + 10):
                a.send(ticket, b"burst", hops=0)
            assert not any(a.outcomes(ticket) for ticket in range(INBOX_MAX + 10)), "never from inside the call"
            refused = range(17, INBOX_MAX + 10)
            await a.until(lambda: all(a.outcomes(ticket) == [Refused(Refusal.LINK_FULL)] for ticket in refused))
            await a.until(lambda: all(a.outcomes(ticket) == [Accepted()] for ticket in range(4)))

    asyncio.run(story())


def test_second_program_takes_the_radio_and_the_first_is_told() -> None:
    async def story() -> None:
        async with chain() as air, running(air.ports["a"]) as (first,):
            _, writer = await asyncio.open_connection("127.0.0.1", air.ports["a"])
            await first.until_event(RadioDown)
            (down,) = (event for event in first.events if isinstance(event, RadioDown))
            assert "one program at a time" in down.reason
            await first.until_event(RadioUp, count=2)
            writer.close()

    asyncio.run(story())


@asynccontextmanager
async def serving(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def test_absent_radio_is_named_with_the_remedy() -> None:
    async def story() -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            async with running(port, wait_up=False) as (station,):
                station.send(1, b"x")
                await station.until_event(RadioDown)
                await station.until_outcome(1, Refused(Refusal.RADIO_ABSENT))
                (down,) = (event for event in station.events if isinstance(event, RadioDown))
                assert f"127.0.0.1 port {port}" in down.reason
                assert "check that the radio is on" in down.reason

    asyncio.run(story())


def test_server_that_speaks_nonsense_costs_a_count_and_the_next_attempt_succeeds() -> None:
    async def story() -> None:
        attempts = 0
        async with chain() as air:

            async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                nonlocal attempts
                attempts += 1
                if attempts == 1:
                    writer.write(b"SSH-2.0-nothing\r\n" + frame(b"\xff\xff\xff") + b"\x94\xc3\x02")
                    writer.close()
                    return
                real_reader, real_writer = await asyncio.open_connection("127.0.0.1", air.ports["a"])
                real_writer.write(await reader.read(4096))
                while chunk := await real_reader.read(4096):
                    writer.write(chunk)
                real_writer.close()
                writer.close()

            async with serving(talk) as port, running(port) as (station,):
                assert station.link.drops == {DropReason.UNDECODABLE: 1}
                assert attempts == 2
                await switch(air, "a", on=False)
                await station.until_event(RadioDown, count=2)

    asyncio.run(story())


def test_frames_before_anybody_runs_the_radio_wait_up_to_a_bound() -> None:
    async def story() -> None:
        link = MeshtasticLink(TcpWay(TcpAddress("127.0.0.1", 1)), channel_index=0, chance=random.Random(1))
        outgoing = Outgoing(1, b"x", 0, False, None, 64)
        for _ in range(INBOX_MAX):
            link.send(outgoing)
        with pytest.raises(RuntimeError, match="nobody runs"):
            link.send(outgoing)

    asyncio.run(story())
