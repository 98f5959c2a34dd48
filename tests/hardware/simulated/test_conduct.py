"""Roles, rebroadcast modes, channels and strangers: what a device passes on, shows and cannot read."""

import random

import pytest

from hardware.meshtastic_protobufs import portnums_pb2
from hardware.simulated.air import Link
from hardware.simulated.channels import DEFAULT_KEY, Channel, factory_channel
from hardware.simulated.conduct import Conduct, Rebroadcast, Role
from hardware.simulated.identity import Generation
from hardware.simulated.stranger import Habit, Stranger
from tests.hardware.simulated.bench import Bench, Client, to_send

OURS = Channel("stations", bytes(range(32)))
PORTS = portnums_pb2.PortNum


def with_relay(role: Role, rebroadcast: Rebroadcast, generation: Generation = Generation.V2_7) -> Bench:
    bench = Bench("abc", generation=generation)
    conduct = Conduct(bench.devices["b"].settings.conduct().channels, role, rebroadcast)
    bench.devices["b"].settings.behave(conduct)
    return bench


def send(client: Client, port: int, packet_id: int) -> None:
    message = to_send(b"words", packet_id)
    message.packet.decoded.portnum = port
    client.tell(message)


def test_factory_channel_has_the_recorded_name_on_the_air() -> None:
    bench = Bench("a")
    assert factory_channel(bench.air.preset).hash == 8
    assert Channel("LongFast", DEFAULT_KEY) == factory_channel(bench.air.preset)


@pytest.mark.parametrize(
    ("role", "rebroadcast", "private", "text", "direct"),
    [
        (Role.CLIENT, Rebroadcast.ALL, True, True, True),
        (Role.ROUTER, Rebroadcast.ALL, True, True, True),
        (Role.CLIENT_MUTE, Rebroadcast.ALL, False, False, False),
        (Role.CLIENT, Rebroadcast.NONE, False, False, False),
        (Role.CLIENT, Rebroadcast.CORE_PORTNUMS_ONLY, False, True, True),
        (Role.CLIENT, Rebroadcast.LOCAL_ONLY, True, True, True),
    ],
)
def test_relay_passes_on_what_its_role_and_mode_allow(
    role: Role,
    rebroadcast: Rebroadcast,
    private: bool,
    text: bool,
    direct: bool,
) -> None:
    bench = with_relay(role, rebroadcast)
    client = bench.client("a")
    client.send(b"private", 100)
    bench.run(20)
    send(client, PORTS.TEXT_MESSAGE_APP, 101)
    bench.run(20)
    client.send(b"direct", 102, to=bench.number("c"))
    bench.run(20)
    relayed = bench.sent_by("b")
    assert [packet_id in relayed for packet_id in (100, 101, 102)] == [private, text, direct]


def test_core_ports_only_hides_private_packets_from_its_own_client_too() -> None:
    bench = with_relay(Role.CLIENT, Rebroadcast.CORE_PORTNUMS_ONLY)
    client = bench.client("b")
    sender = bench.client("a")
    sender.send(b"to all", 100)
    sender.send(b"to b", 101, to=bench.number("b"))
    bench.run(20)
    assert client.payloads() == []
    assert bench.sent_by("b") == [], "not even an ack"


def test_router_goes_first_and_never_yields() -> None:
    first = 0
    for seed in range(10):
        bench = Bench("abcd", seed=seed)
        # All three hear a; b and c hear each other.
        for pair in (("a", "c"), ("b", "d")):
            bench.air.set_link(*pair, Link(8.0))
        bench.devices["c"].settings.behave(Conduct(bench.devices["c"].settings.conduct().channels, Role.ROUTER))
        bench.client("a").send(b"hello", 7)
        bench.run(30)
        relays = [logged.device for logged in bench.air.log[1:]]
        first += relays[0] == "c"
        assert "c" in relays
    assert first == 10


def test_direct_message_on_a_channel_that_is_off_goes_since_it_needs_none() -> None:
    bench = Bench("ab")
    client = bench.client("b")
    bench.client("a").send(b"hello", 7, to=bench.number("b"), channel=3)
    bench.run(10)
    assert client.payloads() == [b"hello"]


def test_second_channel_is_told_by_its_index_to_those_who_have_it() -> None:
    bench = Bench("abc")
    primary = factory_channel(bench.air.preset)
    bench.devices["a"].settings.behave(Conduct((primary, None, OURS)))
    bench.devices["b"].settings.behave(Conduct((primary, OURS)))
    member, other = bench.client("b"), bench.client("c")
    bench.client("a").send(b"ours", 7, channel=2)
    bench.run(20)
    (packet,) = member.packets()
    assert (packet.channel, packet.decoded.payload) == (1, b"ours")
    (unread,) = other.packets()
    assert unread.WhichOneof("payload_variant") == "encrypted"
    assert (unread.channel, len(unread.encrypted)) == (OURS.hash, bench.air.log[0].frame.lora_bytes - 16)


@pytest.mark.parametrize(("generation", "shown"), [(Generation.V2_7, 1), (Generation.V2_8, 0)])
def test_stranger_is_passed_on_by_both_generations_and_shown_by_the_older(generation: Generation, shown: int) -> None:
    bench = Bench("ab", generation=generation)
    client = bench.client("a")
    habit = Habit(packets_an_hour=240, lora_bytes=60)
    Stranger("hikers", habit, air=bench.air, scheduler=bench.scheduler, chance=random.Random(2))
    bench.air.set_link("hikers", "a", Link(8.0))
    bench.run(800)
    spoken = [logged.frame.packet_id for logged in bench.air.log if logged.device == "hikers"]
    assert len(spoken) == pytest.approx(53, abs=25)
    assert {logged.frame.lora_bytes for logged in bench.air.log} == {60}
    unread = [packet.id for packet in client.packets() if packet.WhichOneof("payload_variant") == "encrypted"]
    assert len(unread) == pytest.approx(shown * len(spoken), abs=8)
    assert len(bench.sent_by("a")) >= 0.9 * len(spoken)


@pytest.mark.parametrize(("generation", "relays"), [(Generation.V2_7, 2), (Generation.V2_8, 3)])
def test_new_relays_pass_a_direct_message_back_and_forth(generation: Generation, relays: int) -> None:
    bench = Bench("abcd", generation=generation)
    bench.air.set_link("c", "d", Link(-99.0))
    bench.client("a").send(bytes(20), 7, to=bench.number("d"))
    bench.run(60)
    by_whom = [logged.device for logged in bench.air.log]
    assert by_whom == ["a", "b", "c"] if relays == 2 else by_whom == ["a", "b", "c", "b"]


def test_response_that_nobody_gives_is_said_not_to_come() -> None:
    bench = Bench("ab")
    client = bench.client("a")
    message = to_send(b"well?", 7, to=bench.number("b"))
    message.packet.decoded.want_response = True
    client.tell(message)
    bench.run(20)
    assert client.routed() == [(bench.number("b"), 7, 8)]
