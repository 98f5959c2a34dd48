"""A simulated device is administered like the recorded ones: the same requests get the same answers, and restarts."""

import random
from dataclasses import dataclass

import pytest

from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import admin_pb2, config_pb2, mesh_pb2, portnums_pb2
from hardware.simulated.air import Air
from hardware.simulated.device import Device
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.scheduler import VirtualScheduler
from hardware.stream import HEADER_BYTES
from tests.hardware import recordings
from tests.hardware.simulated.bench import Client, error_of

ADMIN = portnums_pb2.PortNum.ADMIN_APP
ROUTING = portnums_pb2.PortNum.ROUTING_APP
CONFIGS = admin_pb2.AdminMessage.ConfigType
REPLAYED = (
    "f_27_get",
    "f_27_owner",
    "f_27_channel",
    "f_27_role",
    "f_27_region_first",
    "f_27_edit_transaction",
    "f_27_reboot",
    "f_28_get",
    "f_28_owner",
    "f_28_region_first",
    "f_28_edit_transaction",
    "f_28_reboot",
)


@dataclass(frozen=True)
class Exchange:
    """What one admin message brought: an error number, an answer, or None for nothing."""

    request: str
    answer: int | str | None


def admin_request(raw: bytes) -> mesh_pb2.MeshPacket | None:
    said = mesh_pb2.ToRadio.FromString(raw[HEADER_BYTES:])
    return said.packet if said.packet.decoded.portnum == ADMIN else None


def plain(message: admin_pb2.AdminMessage) -> str:
    """Write an answer down without what differs from device to device: number, keys and the session's passkey."""
    message.ClearField("session_passkey")
    if message.HasField("get_owner_response"):
        message.get_owner_response.ClearField("id")
    for user in (message.get_owner_response, message.get_config_response.security):
        for field in ("public_key", "private_key"):
            if field in user.DESCRIPTOR.fields_by_name and getattr(user, field):
                setattr(user, field, b"a key")
    return str(message)


def answers(packets: list[mesh_pb2.MeshPacket]) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
    for packet in packets:
        if packet.decoded.portnum == ADMIN:
            found[packet.decoded.request_id] = plain(admin_pb2.AdminMessage.FromString(packet.decoded.payload))
        elif packet.decoded.portnum == ROUTING and getattr(packet, "from") == packet.to:
            found.setdefault(packet.decoded.request_id, error_of(packet))
    return found


def exchanges(requests: list[mesh_pb2.MeshPacket], found: dict[int, int | str]) -> list[Exchange]:
    return [
        Exchange(str(admin_pb2.AdminMessage.FromString(each.decoded.payload)), found.get(each.id)) for each in requests
    ]


class Recorded:
    """Node 0 of a recording: what it was told, what it answered, when its connection ended."""

    def __init__(self, name: str) -> None:
        self.lines = [line for line in recordings.read(name) if line.node == 0]
        self.told = [line for line in self.lines if line.direction == "to"]
        heard = [
            mesh_pb2.FromRadio.FromString(line.raw[HEADER_BYTES:]) for line in self.lines if line.direction == "from"
        ]
        self.requests = [packet for line in self.told if (packet := admin_request(line.raw)) is not None]
        self.exchanges = exchanges(self.requests, answers([said.packet for said in heard if said.HasField("packet")]))
        self.ends_s = [line.at_s for line in self.lines if line.event.startswith("eof A")]
        self.own_nodes = [said.node_info for said in heard if said.node_info.num == self.requests[0].to]


class Watched(Client):
    """A client that notes when its connection ended."""

    ended_s: float | None = None

    def close(self) -> None:
        if not self.is_closed:
            self.ended_s = self._scheduler.now_s()
        super().close()


class Replayed:
    """The same told to a simulated device."""

    def __init__(self, name: str, recorded: Recorded) -> None:
        generation = Generation.V2_8 if "_28_" in name else Generation.V2_7
        number = recorded.requests[0].to
        first, last = "Meshtastic 0010", "0010"
        if name in ("f_27_role", "f_27_channel", "f_27_edit_transaction"):
            first, last = "Recorded Node", "RECN"
        address = b"\x02B\xa1\xb2\x00\x10"
        identity = Identity(number, first, last, b"p" * 32, address, b"s" * 32)
        self.scheduler = VirtualScheduler()
        air = Air(self.scheduler, PRESETS["LONG_FAST"], random.Random(1))
        self.device = Device(
            "a",
            identity,
            generation,
            air=air,
            scheduler=self.scheduler,
            chance=random.Random(1),
            contacts=(),
            is_fresh="region_first" in name,
        )
        self.device.switch_on()
        heard: list[mesh_pb2.MeshPacket] = []
        self.ends_s: list[float] = []
        self.own_nodes: list[mesh_pb2.NodeInfo] = []
        client = Watched(self.device, self.scheduler)
        client.shake()
        for line in (*recorded.told, None):
            self.scheduler.run_until(recorded.lines[-1].at_s if line is None else line.at_s)
            if client.is_closed:
                self._take(client, heard)
                client = Watched(self.device, self.scheduler)
            if line is not None:
                self.device.client_said(client, line.raw)
        self._take(client, heard)
        self.exchanges = exchanges(recorded.requests, answers(heard))

    def _take(self, client: Watched, heard: list[mesh_pb2.MeshPacket]) -> None:
        heard += client.packets()
        self.ends_s += [] if client.ended_s is None else [client.ended_s]
        number = self.device.identity.node_number
        self.own_nodes += [said.node_info for _, said in client.said if said.node_info.num == number]


@pytest.mark.parametrize("name", REPLAYED)
def test_the_same_messages_get_the_same_answers(name: str) -> None:
    recorded = Recorded(name)
    assert Replayed(name, recorded).exchanges == recorded.exchanges


@pytest.mark.parametrize("name", REPLAYED)
def test_restarts_come_when_they_came(name: str) -> None:
    recorded = Recorded(name)
    assert Replayed(name, recorded).ends_s == pytest.approx(recorded.ends_s, abs=0.5)


@pytest.mark.parametrize("name", ["f_27_owner", "f_27_role", "f_27_region_first", "f_28_region_first"])
def test_own_node_info_shows_what_it_showed(name: str) -> None:
    recorded = Recorded(name)

    def shown(nodes: list[mesh_pb2.NodeInfo]) -> list[tuple[str, int, bool, bool]]:
        return [
            (node.user.long_name, node.user.role, bool(node.user.public_key), node.user.is_unmessagable)
            for node in nodes
        ]

    assert shown(Replayed(name, recorded).own_nodes) == shown(recorded.own_nodes)
    assert recorded.own_nodes


class Bench:
    """One device and its client, on a virtual clock."""

    def __init__(self, *, is_fresh: bool = False, has_keypad: bool = False) -> None:
        self.scheduler = VirtualScheduler()
        air = Air(self.scheduler, PRESETS["LONG_FAST"], random.Random(1))
        self.device = Device(
            "a",
            Identity.named("a"),
            Generation.V2_7,
            air=air,
            scheduler=self.scheduler,
            chance=random.Random(1),
            contacts=(),
            is_fresh=is_fresh,
            has_keypad=has_keypad,
        )
        self.device.switch_on()
        self.client = Client(self.device, self.scheduler).shake()
        self._id = 100

    def power_cut(self) -> None:
        self.device.switch_off()
        self.device.switch_on()
        self.client = Client(self.device, self.scheduler).shake()

    def tell(self, **said: object) -> admin_pb2.AdminMessage | int | None:
        self._id += 1
        message = admin_pb2.AdminMessage(**said)
        is_question = message.WhichOneof("payload_variant").startswith("get_")
        data = mesh_pb2.Data(portnum=ADMIN, payload=message.SerializeToString(), want_response=is_question)
        number = self.device.identity.node_number
        packet = mesh_pb2.MeshPacket(to=number, id=self._id, want_ack=True, decoded=data)
        self.client.tell(mesh_pb2.ToRadio(packet=packet))
        for answer in self.client.packets():
            if answer.decoded.request_id == self._id:
                if answer.decoded.portnum == ROUTING:
                    return error_of(answer)
                return admin_pb2.AdminMessage.FromString(answer.decoded.payload)
        return None

    def lora(self) -> config_pb2.Config.LoRaConfig:
        said = self.tell(get_config_request=CONFIGS.LORA_CONFIG)
        assert isinstance(said, admin_pb2.AdminMessage)
        return said.get_config_response.lora


def test_settings_survive_a_power_cut_and_an_edit_without_commit_does_not() -> None:
    bench = Bench()
    lora = bench.lora()
    lora.hop_limit = 5
    assert bench.tell(set_config=config_pb2.Config(lora=lora)) == 0
    bench.power_cut()
    assert bench.lora().hop_limit == 5
    bench.tell(begin_edit_settings=True)
    lora.hop_limit = 6
    bench.tell(set_config=config_pb2.Config(lora=lora))
    assert bench.lora().hop_limit == 6, "in force at once"
    bench.power_cut()
    assert bench.lora().hop_limit == 5
    assert not bench.device.settings.is_editing


def test_an_edit_outlives_the_client_that_began_it() -> None:
    bench = Bench()
    bench.tell(begin_edit_settings=True)
    bench.client = Client(bench.device, bench.scheduler).shake()
    bench.tell(set_owner=mesh_pb2.User(long_name="Elsewhere"))
    bench.scheduler.run_until(60)
    assert not bench.client.is_closed, "no restart while the edit is open"
    bench.tell(commit_edit_settings=True)
    bench.scheduler.run_until(120)
    assert bench.client.is_closed
    assert bench.device.settings.identity.long_name == "Elsewhere"


def test_a_coding_rate_written_back_beats_the_presets() -> None:
    bench = Bench()
    lora = bench.lora()
    lora.modem_preset = config_pb2.Config.LoRaConfig.ModemPreset.MEDIUM_FAST
    lora.coding_rate = 8
    bench.tell(set_config=config_pb2.Config(lora=lora))
    assert bench.lora().coding_rate == 8
    lora.coding_rate = 0
    bench.tell(set_config=config_pb2.Config(lora=lora))
    assert (bench.lora().coding_rate, bench.lora().spread_factor) == (5, 9)


def test_a_managed_device_acks_and_does_nothing() -> None:
    bench = Bench()
    said = bench.tell(get_config_request=CONFIGS.SECURITY_CONFIG)
    assert isinstance(said, admin_pb2.AdminMessage)
    security = said.get_config_response.security
    security.is_managed = True
    bench.tell(set_config=config_pb2.Config(security=security))
    assert bench.tell(set_owner=mesh_pb2.User(long_name="New")) == 0
    assert bench.device.settings.identity.long_name == "a"
    assert bench.tell(get_owner_request=True) == 0, "an ack in place of the answer"


def test_the_key_of_a_verified_contact_stays() -> None:
    bench = Bench()

    def contact(key: bytes, *, is_verified: bool) -> admin_pb2.SharedContact:
        user = mesh_pb2.User(long_name="B", public_key=key)
        return admin_pb2.SharedContact(node_num=7, user=user, manually_verified=is_verified)

    def key() -> bytes:
        client = Client(bench.device, bench.scheduler)
        client.tell(mesh_pb2.ToRadio(want_config_id=69421))
        return next(said.node_info.user.public_key for _, said in client.said if said.node_info.num == 7)

    bench.tell(add_contact=contact(b"1" * 32, is_verified=False))
    bench.tell(add_contact=contact(b"2" * 32, is_verified=True))
    assert key() == b"2" * 32
    bench.client = Client(bench.device, bench.scheduler).shake()
    bench.tell(add_contact=contact(b"3" * 32, is_verified=True))
    assert key() == b"2" * 32
    bench.client = Client(bench.device, bench.scheduler).shake()
    bench.tell(remove_by_nodenum=7)
    bench.tell(add_contact=contact(b"3" * 32, is_verified=True))
    assert key() == b"3" * 32


def test_texts_to_choose_from_are_kept_where_there_is_a_keypad() -> None:
    bench = Bench(has_keypad=True)
    bench.tell(set_canned_message_module_messages="Ja|Nej")
    bench.power_cut()
    said = bench.tell(get_canned_message_module_messages_request=True)
    assert isinstance(said, admin_pb2.AdminMessage)
    assert said.get_canned_message_module_messages_response == "Ja|Nej"
    assert Bench().tell(get_canned_message_module_messages_request=True) == 0


def test_any_bytes_on_the_admin_port_are_acked() -> None:
    bench = Bench()
    number = bench.device.identity.node_number
    data = mesh_pb2.Data(portnum=ADMIN, payload=b"\xff\xff\xff")
    bench.client.tell(mesh_pb2.ToRadio(packet=mesh_pb2.MeshPacket(to=number, id=5, want_ack=True, decoded=data)))
    assert bench.client.routed() == [(number, 5, 0)]
