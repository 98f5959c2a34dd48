"""Nodes learn each other's names and keys over the air, as far as the firmware lets them."""

import pytest

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.radio import Accepted, Delivered, Outgoing, PacketHeard, Refusal, Refused, Relayed
from hardware.simulated.identity import EVERYBODY, Generation, Identity
from hardware.simulated.node_info import FIRST_S, PERIOD_S, SPACING_S, SPACING_URGENT_S
from tests.hardware import recordings
from tests.hardware.simulated.bench import Bench, Client
from tests.hardware.virtual_link import VirtualLink

ANNOUNCE = mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat(nonce=1))
NODEINFO = portnums_pb2.PortNum.NODEINFO_APP


def known(bench: Bench, name: str) -> set[str]:
    """Whom a device tells its client of, itself included."""
    client = Client(bench.devices[name], bench.scheduler)
    client.tell(mesh_pb2.ToRadio(want_config_id=69421))
    return {said.node_info.user.long_name for _, said in client.said if said.HasField("node_info")}


def node_infos(client: Client) -> list[mesh_pb2.MeshPacket]:
    return [packet for packet in client.packets() if packet.decoded.portnum == NODEINFO]


def test_announcement_on_a_heartbeat_is_the_recorded_one() -> None:
    bench = Bench(["Nod0"])
    client = bench.client("Nod0")
    recorded: list[mesh_pb2.FromRadio] = []
    for line in recordings.read("a_27_heartbeat"):
        bench.scheduler.run_until(line.at_s)
        if line.direction == "to" and line.at_s > 7:
            bench.devices["Nod0"].client_said(client, line.raw)
        elif line.direction == "from" and line.at_s > 7:
            recorded.append(mesh_pb2.FromRadio.FromString(line.raw[4:]))
    on_air = next(said.packet for said in recorded if said.HasField("packet"))
    (sent,) = (logged.frame for logged in bench.air.log)
    # The firmware's simulated radio shows the encrypted packet; it reports it twice, real ones once.
    assert (sent.hop_limit, sent.hop_start, sent.want_ack) == (on_air.hop_limit, on_air.hop_start, on_air.want_ack)
    assert len(sent.data) == len(on_air.decoded.payload), "other names and another key, of the same lengths"
    assert client.reports() == [(sent.packet_id, 0, 15)], "the second one within a minute gives nothing"


@pytest.mark.parametrize("generation", list(Generation))
def test_announcement_is_answered_with_the_other_ones(generation: Generation) -> None:
    bench = Bench("ab", generation=generation, learns=True)
    client = bench.client("a")
    client.tell(ANNOUNCE)
    bench.run(FIRST_S - 1)
    (answer,) = node_infos(client)
    assert (getattr(answer, "from"), answer.decoded.request_id) == (bench.number("b"), bench.sent_by("a")[0])
    assert (known(bench, "a"), known(bench, "b")) == ({"a", "b"}, {"a", "b"})


def test_devices_without_contacts_learn_them_over_relays_half_a_minute_after_the_start() -> None:
    bench = Bench("abc", learns=True)
    for name in "bc":
        bench.devices[name].switch_off()
    # One after the other: who announces himself in the same second is lost in a collision.
    for name in "abc":
        bench.devices[name].switch_on()
        bench.run(FIRST_S / 4)
    assert known(bench, "a") == {"a"}
    bench.run(60)
    assert [known(bench, name) for name in "abc"] == [{"a", "b", "c"}] * 3


def test_devices_with_loaded_contacts_announce_nothing_unasked() -> None:
    bench = Bench("ab")
    bench.run(2 * PERIOD_S)
    assert len(bench.air.log) == 0


def test_node_info_repeats_after_three_hours_and_not_right_after_a_restart() -> None:
    bench = Bench("a", learns=True)
    bench.run(FIRST_S + 10)
    bench.devices["a"].switch_off()
    bench.devices["a"].switch_on()
    bench.run(SPACING_S)
    assert len(bench.air.log) == 1
    bench.run(PERIOD_S)
    assert len(bench.air.log) == 2


def test_whoever_asks_one_node_gets_its_answer() -> None:
    bench = Bench("abc")
    client = bench.client("a")
    request = mesh_pb2.Data(portnum=NODEINFO, payload=b"\xff no User at all", want_response=True)
    packet = mesh_pb2.MeshPacket(to=bench.number("c"), id=77, hop_limit=3, decoded=request)
    client.tell(mesh_pb2.ToRadio(packet=packet))
    bench.run(20)
    (answer,) = node_infos(client)
    assert (getattr(answer, "from"), answer.decoded.request_id) == (bench.number("c"), 77)
    assert mesh_pb2.User.FromString(answer.decoded.payload).long_name == "c"
    assert not answer.pki_encrypted


def test_key_that_is_known_is_not_replaced() -> None:
    bench = Bench("ab")
    false = Identity.named("false b")
    user = mesh_pb2.User(long_name="b", public_key=false.public_key).SerializeToString()
    packet = mesh_pb2.MeshPacket(to=EVERYBODY, id=7, decoded=mesh_pb2.Data(portnum=NODEINFO, payload=user))
    bench.client("b").tell(mesh_pb2.ToRadio(packet=packet))
    bench.run(5)
    client = Client(bench.devices["a"], bench.scheduler)
    client.tell(mesh_pb2.ToRadio(want_config_id=69421))
    keys = {said.node_info.num: said.node_info.user.public_key for _, said in client.said if said.HasField("node_info")}
    assert keys[bench.number("b")] == bench.identities["b"].public_key


def test_direct_message_fails_until_both_know_each_other_and_the_link_says_so() -> None:
    bench = Bench("ab", learns=True)
    a, b = VirtualLink(bench, "a"), VirtualLink(bench, "b")
    bench.run(1)
    a.send(Outgoing(1, b"to a stranger", 3, True, bench.number("b"), 64))
    bench.run(1)
    assert a.outcomes(1) == [Refused(Refusal.KEY_UNKNOWN)]
    # A text from b introduces nobody, but makes a send its own NodeInfo and ask for b's.
    b.send(Outgoing(2, b"a broadcast", 0, False, None, 64))
    bench.run(20)
    a.send(Outgoing(3, b"to an acquaintance", 3, True, bench.number("b"), 64))
    bench.run(20)
    assert a.outcomes(3)[-1] == Delivered()
    assert [event.payload for event in b.events if isinstance(event, PacketHeard)] == [b"to an acquaintance"]


def test_destination_that_lacks_the_senders_key_says_so_and_gets_it() -> None:
    bench = Bench("ab", learns=True)
    a, b = VirtualLink(bench, "a"), VirtualLink(bench, "b")
    bench.devices["a"]._contacts.learn(bench.identities["b"])
    bench.run(1)
    a.send(Outgoing(1, b"unreadable", 3, True, bench.number("b"), 64))
    bench.run(10)
    assert a.outcomes(1) == [Accepted(), Refused(Refusal.KEY_UNKNOWN)]
    assert known(bench, "b") == {"a", "b"}
    b = VirtualLink(bench, "b")
    bench.run(SPACING_URGENT_S)
    a.send(Outgoing(2, b"readable", 3, True, bench.number("b"), 64))
    bench.run(20)
    assert a.outcomes(2) == [Accepted(), Delivered()]
    assert [event.payload for event in b.events if isinstance(event, PacketHeard)] == [b"readable"]


def test_destination_of_2_8_that_lacks_the_senders_key_is_silent() -> None:
    bench = Bench("ab", generation=Generation.V2_8)
    bench.devices["b"]._contacts._known.clear()
    a = VirtualLink(bench, "a")
    bench.run(1)
    a.send(Outgoing(1, b"unreadable", 3, True, bench.number("b"), 64))
    bench.run(20)
    assert a.outcomes(1) == [Accepted()]
    assert Relayed() not in a.outcomes(1)
