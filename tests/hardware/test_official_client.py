"""The simulated devices and our link against the official Python client, over TCP and over serial ports.

The client is the contract: what it sees of the devices, real radios show it too; what our link reports of a frame must
be what the client at the other end saw.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.addresses import Address, SerialAddress, parse_address
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.radio import Accepted, Delivered, Refusal, Refused, Relayed, Silent
from hardware.serial_way import SerialWay
from hardware.simulated.air_file import parse_air
from hardware.simulated.faults import Fault, FaultKind
from hardware.simulated.identity import EVERYBODY
from hardware.simulated.requests import Done, Trouble, format_request
from hardware.simulated.server import AirServer, open_air
from hardware.tcp_way import TcpWay
from hardware.way import Way
from tests.hardware.official import official
from tests.hardware.station import running

PRIVATE = portnums_pb2.PortNum.PRIVATE_APP
NOBODY = 0xDEADBEEF
TEXT = portnums_pb2.PortNum.TEXT_MESSAGE_APP
NODEINFO = portnums_pb2.PortNum.NODEINFO_APP

# The weaker the signal, the sooner a relay speaks.
PAIR = """
[air]
preset = "SHORT_FAST"
seed = 5
contacts = "{contacts}"
[[device]]
name = "alpha"
{door_a}
[[device]]
name = "bravo"
{door_b}
log_text = true
[[link]]
between = ["alpha", "bravo"]
snr_db = -6
"""

over_both = pytest.mark.parametrize("transport", ["tcp", "serial"])


@asynccontextmanager
async def pair(transport: str, folder: Path, contacts: str = "loaded") -> AsyncIterator[tuple[AirServer, str, str]]:
    """Two devices and their addresses."""
    doors = ['pty = "a.tty"', 'pty = "b.tty"'] if transport == "serial" else ["port = 0", "port = 0"]
    text = PAIR.format(contacts=contacts, door_a=doors[0], door_b=doors[1])
    async with open_air(parse_air(text, "pair", folder)) as air:
        yield air, air.addresses["alpha"][0], air.addresses["bravo"][0]


def way_to(address: str) -> Way:
    parsed: Address = parse_address(address)
    return SerialWay(parsed) if isinstance(parsed, SerialAddress) else TcpWay(parsed)


@over_both
def test_two_official_clients_read_their_radios_and_hear_each_other(transport: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with pair(transport, tmp_path) as (air, a, b), official(a, b) as (alpha, bravo):
            number_a, number_b = air.node_numbers["alpha"], air.node_numbers["bravo"]
            settings = await bravo.ask("settings")
            assert settings == {
                "own_number": number_b,
                "firmware": "2.7.26.54e0d8d",
                "region": "EU_868",
                "preset": "SHORT_FAST",
                "hop_limit": 3,
                "channels": ["PRIMARY", *["DISABLED"] * 7],
                "nodes": {str(number_a): ["alpha", True], str(number_b): ["bravo", True]},
            }

            # A text to all: the other one hears it, repeats it, and that is the only ack there is.
            text = await alpha.ask("text", text="Vand på vej", ack=True)
            heard = await bravo.until_heard(lambda packet: packet.packet_id == text)
            assert (heard.from_node, heard.to_node, heard.port) == (number_a, EVERYBODY, TEXT)
            assert heard.payload.decode() == "Vand på vej"
            await alpha.until_acked(text, by=number_a)

            # A private payload to one node: its ack comes from there.
            direct = await bravo.ask("data", payload=bytes(range(200)).hex(), to=number_a, ack=True)
            heard = await alpha.until_heard(lambda packet: packet.packet_id == direct)
            assert (heard.from_node, heard.port, heard.payload) == (number_b, PRIVATE, bytes(range(200)))
            assert heard.to_our_key
            await bravo.until_acked(direct, by=number_a)

            # And back, without any ack asked for.
            back = await alpha.ask("data", payload="c0ffee", to=number_b, hops=0)
            await bravo.until_heard(lambda packet: packet.packet_id == back)
            assert not [packet for packet in alpha.heard if packet.request_id == back]

    asyncio.run(story())


@over_both
def test_our_link_and_the_official_client_agree_on_what_became_of_a_frame(transport: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            pair(transport, tmp_path) as (air, a, b),
            running(way_to(a)) as (ours,),
            official(b) as (theirs,),
        ):
            number_a, number_b = air.node_numbers["alpha"], air.node_numbers["bravo"]
            ours.send(1, bytes(range(231)), ack=True)
            heard = await theirs.until_heard(lambda packet: packet.payload == bytes(range(231)))
            assert (heard.from_node, heard.to_node, heard.port, heard.hops) == (number_a, EVERYBODY, PRIVATE, 0)
            await ours.until_outcome(1, Relayed())
            assert ours.outcomes(1) == [Accepted(), Relayed()]

            ours.send(2, bytes(range(219)), to=number_b, ack=True)
            heard = await theirs.until_heard(lambda packet: packet.payload == bytes(range(219)))
            assert (heard.to_node, heard.to_our_key) == (number_b, True)
            await ours.until_outcome(2, Delivered())
            assert ours.outcomes(2) == [Accepted(), Delivered()]

            direct = await theirs.ask("data", payload="00ff10", to=number_a, ack=True)
            ours_heard = await ours.until_heard(bytes.fromhex("00ff10"))
            assert (ours_heard.from_node, ours_heard.to_node, ours_heard.packet_id) == (number_b, number_a, direct)
            await theirs.until_acked(direct, by=number_a)

            broadcast = await theirs.ask("data", payload="c0ffee", ack=True)
            assert (await ours.until_heard(bytes.fromhex("c0ffee"))).to_node is None
            await theirs.until_acked(broadcast, by=number_b)

            await theirs.ask("text", text="not for stations", hops=0)
            assert ours.payloads() == [bytes.fromhex("00ff10"), bytes.fromhex("c0ffee")]

    asyncio.run(story())


OUTCOMES = """
[air]
preset = "SHORT_FAST"
seed = 5
[[device]]
name = "alpha"
{door_a}
[[device]]
name = "bravo"
{door_b}
[[device]]
name = "charlie"
port = 0
[[link]]
between = ["alpha", "bravo"]
snr_db = -6
"""


@over_both
def test_every_outcome_is_the_same_for_the_official_client_and_our_link(transport: str, tmp_path: Path) -> None:
    """Each kind of frame goes from both ends of one link: from ours by our link, from the other by the client."""

    async def story() -> None:
        doors = ['pty = "a.tty"', 'pty = "b.tty"'] if transport == "serial" else ["port = 0", "port = 0"]
        text = OUTCOMES.format(door_a=doors[0], door_b=doors[1])
        async with (
            open_air(parse_air(text, "outcomes", tmp_path)) as air,
            running(way_to(air.addresses["alpha"][0])) as (ours,),
            running(air.ports["charlie"], channel_index=3) as (on_no_channel,),
            official(air.addresses["bravo"][0]) as (theirs,),
        ):
            number = air.node_numbers
            ticket = 0

            async def ours_end(outcomes: list[object], size: int = 20, to: int | None = None, *, ack: bool) -> None:
                nonlocal ticket
                ticket += 1
                ours.send(ticket, bytes(size), to=to, ack=ack)
                await ours.until_outcome(ticket, outcomes[-1])
                assert ours.outcomes(ticket) == outcomes

            async def theirs_end(error: str, by: str = "bravo", size: int = 20, **options: object) -> None:
                packet_id = await theirs.ask("data", payload=bytes(size).hex(), **options)
                said = await theirs.until_heard(lambda packet: packet.request_id == packet_id)
                assert (said.from_node, said.error) == (number[by], error)

            async def both_troubled(kind: FaultKind, amount: float) -> None:
                for device in ("alpha", "bravo"):
                    trouble = Trouble(Fault(0.0, device, kind, 600.0, amount))
                    assert await air.answer(format_request(trouble)) == Done()

            await ours_end([Accepted()], ack=False)
            queued = await theirs.ask("data", payload="00", ack=False)
            assert await theirs.until_report(queued) == 0

            await ours_end([Accepted(), Relayed()], ack=True)
            await theirs_end("NONE", ack=True)

            await ours_end([Accepted(), Delivered()], to=number["bravo"], ack=True)
            await theirs_end("NONE", by="alpha", to=number["alpha"], ack=True)

            await ours_end([Refused(Refusal.TOO_LARGE)], size=232, ack=True)
            await theirs_end("TOO_LARGE", size=232, ack=True)

            await ours_end([Refused(Refusal.KEY_UNKNOWN)], to=NOBODY, ack=True)
            await theirs_end("PKI_SEND_FAIL_PUBLIC_KEY", to=NOBODY, ack=True)

            on_no_channel.send(1, b"nowhere", ack=True)
            await on_no_channel.until_outcome(1, Refused(Refusal.NO_CHANNEL))
            await theirs_end("NO_CHANNEL", channel=3, ack=True)

            # What takes minutes and hours on the air is said at once by devices in trouble.
            await both_troubled(FaultKind.REFUSAL, 38)
            await ours_end([Accepted(), Refused(Refusal.RATE_LIMIT)], ack=True)
            await theirs_end("RATE_LIMIT_EXCEEDED", ack=True)

            await both_troubled(FaultKind.REFUSAL, 5)
            await ours_end([Accepted(), Silent()], ack=True)
            await theirs_end("MAX_RETRANSMIT", ack=True)

            await both_troubled(FaultKind.DUTY_CYCLE, 7)
            await ours_end([Refused(Refusal.DUTY_CYCLE, 420)], ack=True)
            await theirs_end("DUTY_CYCLE_LIMIT", ack=True)

    asyncio.run(story())


def test_official_clients_of_radios_that_never_met_learn_of_each_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair("tcp", tmp_path, "learned") as (air, a, b), official(a, b) as (alpha, bravo):
            number_a, number_b = air.node_numbers["alpha"], air.node_numbers["bravo"]
            assert (await alpha.ask("settings"))["nodes"] == {str(number_a): ["alpha", True]}
            direct = await alpha.ask("data", payload="00", to=number_b, ack=True)
            refused = await alpha.until_heard(lambda packet: packet.request_id == direct)
            assert (refused.from_node, refused.error) == (number_a, "PKI_SEND_FAIL_PUBLIC_KEY")

            await alpha.ask("announce")
            announced = await bravo.until_heard(lambda packet: packet.port == NODEINFO)
            assert announced.from_node == number_a
            answer = await alpha.until_heard(lambda packet: packet.port == NODEINFO)
            assert (answer.from_node, answer.to_node) == (number_b, number_a)
            assert mesh_pb2.User.FromString(answer.payload).long_name == "bravo"
            for client in (alpha, bravo):
                nodes = (await client.ask("settings"))["nodes"]
                assert nodes == {str(number_a): ["alpha", True], str(number_b): ["bravo", True]}

            direct = await alpha.ask("data", payload="01", to=number_b, ack=True)
            await alpha.until_acked(direct, by=number_b)
            await bravo.until_heard(lambda packet: packet.packet_id == direct)

    asyncio.run(story())


def test_official_client_asks_one_node_who_it_is(tmp_path: Path) -> None:
    async def story() -> None:
        async with pair("tcp", tmp_path) as (air, a, _), official(a) as (alpha,):
            asked = await alpha.ask("ask_node_info", to=air.node_numbers["bravo"])
            answer = await alpha.until_heard(lambda packet: packet.request_id == asked)
            assert (answer.from_node, answer.port) == (air.node_numbers["bravo"], NODEINFO)

    asyncio.run(story())
