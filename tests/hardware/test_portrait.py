"""What a radio says of itself becomes a portrait without secrets, and a list of what is wrong with it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.airtime import PRESETS
from hardware.base_station import Grade, findings
from hardware.meshtastic_protobufs import channel_pb2, config_pb2, mesh_pb2, telemetry_pb2
from hardware.portrait import ChannelPortrait, KeyKind, NodePortrait, Portrait
from hardware.portrait_reader import NODES_MAX, PortraitReader
from hardware.radio_pages import COLUMNS, portrait_page
from hardware.simulated.identity import Generation, Identity, Profile
from hardware.simulated.speech import settings
from tests.hardware import recordings

OWN_KEY = bytes(range(100, 132))


def portrait(*more: mesh_pb2.FromRadio, nodes: tuple[Identity, ...] = ()) -> Portrait:
    """Of a simulated radio that then says something else."""
    reader = PortraitReader()
    profile = Profile(Identity.named("own"), Generation.V2_7, PRESETS["MEDIUM_FAST"], "2.7.26", nodes)
    for message in settings(profile, 1):
        reader.hear(message)
    for said in more:
        reader.hear(said.SerializeToString())
    found = reader.portrait()
    assert found is not None
    return found


def channel(index: int, role: str, key: bytes, name: str = "") -> mesh_pb2.FromRadio:
    psk = channel_pb2.ChannelSettings(psk=key, name=name)
    return mesh_pb2.FromRadio(
        channel=channel_pb2.Channel(index=index, role=channel_pb2.Channel.Role.Value(role), settings=psk)
    )


def fit() -> Portrait:
    """A radio with nothing wrong."""
    found = portrait(channel(0, "PRIMARY", OWN_KEY, "Assens"), nodes=(Identity.named("relay"),))
    return replace(found, modules=replace(found.modules, bluetooth=False))


@pytest.mark.parametrize(
    ("recording", "firmware", "node_number"),
    [("a_27_handshake_full", "2.7.26.54e0d8d", 0xA1B20010), ("a_28_handshake_full", "2.8.0.7754068", 0xDC550294)],
)
def test_recorded_radio_is_portrayed(recording: str, firmware: str, node_number: int) -> None:
    reader = PortraitReader()
    for line in recordings.read(recording):
        if line.direction == "from":
            reader.hear(line.raw[4:])
    radio = reader.portrait()
    assert radio is not None
    assert (radio.firmware, radio.node_number, radio.hardware) == (firmware, node_number, "PORTDUINO")
    assert (radio.long_name, radio.short_name, radio.has_key) == ("Node 0", "N0", True)
    assert (radio.role, radio.rebroadcast_mode) == ("CLIENT", "ALL")
    assert (radio.lora.region, radio.lora.preset, radio.lora.hop_limit) == ("EU_868", "LONG_FAST", 3)
    assert (radio.lora.tx_power_dbm, radio.lora.sends, radio.lora.overrides_duty_cycle) == (27, True, False)
    assert radio.channels == (ChannelPortrait(0, "", "PRIMARY", KeyKind.PUBLIC),)
    assert radio.modules.position_interval_s == 3600


def test_recorded_neighbours_are_portrayed_with_their_keys() -> None:
    reader = PortraitReader()
    lines = [line for line in recordings.read("a_27_handshake_3nodes") if line.direction == "from"]
    for line in lines:
        reader.hear(line.raw[4:])
    radio = reader.portrait()
    assert radio is not None
    assert [node.has_key for node in radio.nodes] == [True, True]


@pytest.mark.parametrize(
    ("role", "key", "kind"),
    [
        ("PRIMARY", b"", KeyKind.NONE),
        ("PRIMARY", b"\0", KeyKind.NONE),
        ("PRIMARY", b"\1", KeyKind.PUBLIC),
        ("PRIMARY", b"\xff", KeyKind.PUBLIC),
        ("PRIMARY", bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6901"), KeyKind.PUBLIC),
        ("PRIMARY", bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6907"), KeyKind.PUBLIC),
        ("PRIMARY", OWN_KEY[:16], KeyKind.OWN_128),
        ("PRIMARY", OWN_KEY[:7], KeyKind.OWN_128),
        ("PRIMARY", OWN_KEY, KeyKind.OWN_256),
        ("SECONDARY", b"", KeyKind.PRIMARYS),
    ],
)
def test_kind_of_a_channels_key_is_told_and_the_key_never(role: str, key: bytes, kind: KeyKind) -> None:
    radio = portrait(channel(1, role, key))
    assert radio.channels[-1].key is kind
    told = repr(radio) + "\n".join(portrait_page("tcp://h:1", radio, findings(radio)))
    if len(key) > 1:
        assert key.hex() not in told
        assert repr(key)[2:-1] not in told


def test_private_key_is_nowhere_in_a_portrait() -> None:
    private = Identity.named("own").private_key
    assert repr(private) not in repr(portrait())


def test_battery_and_air_come_from_the_radios_own_node() -> None:
    metrics = telemetry_pb2.DeviceMetrics(battery_level=87, channel_utilization=12.5, air_util_tx=3.25)
    own = mesh_pb2.NodeInfo(num=Identity.named("own").node_number, device_metrics=metrics)
    radio = portrait(mesh_pb2.FromRadio(node_info=own))
    assert (radio.battery_pct, radio.channel_utilization_pct, radio.air_util_tx_pct) == (87, 12.5, 3.25)
    page = "\n".join(portrait_page("tcp://h:1", radio, []))
    assert "battery 87 %" in page
    assert "channel 12.5 % in use, sending 3.2 % of the hour" in page


def test_radio_that_leaves_out_what_matters_has_no_portrait() -> None:
    reader = PortraitReader()
    assert reader.portrait() is None
    reader.hear(mesh_pb2.FromRadio(my_info=mesh_pb2.MyNodeInfo(my_node_num=1)).SerializeToString())
    assert reader.portrait() is None


def test_radio_that_tells_of_nodes_without_end_costs_no_memory() -> None:
    more = (mesh_pb2.FromRadio(node_info=mesh_pb2.NodeInfo(num=number)) for number in range(1, 3 * NODES_MAX))
    channels = (channel(index, "SECONDARY", b"") for index in range(-5, 500))
    radio = portrait(*more, *channels)
    assert len(radio.nodes) <= NODES_MAX
    assert len(radio.channels) <= 8


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_of_a_radio_are_survived(messages: list[bytes]) -> None:
    reader = PortraitReader()
    for message in messages:
        reader.hear(message)
    reader.portrait()


def test_values_newer_than_this_program_keep_their_number() -> None:
    device = mesh_pb2.FromRadio(config=config_pb2.Config(device=config_pb2.Config.DeviceConfig(role=97)))
    assert portrait(device).role == "97"


def test_radio_with_nothing_wrong_is_fit() -> None:
    assert findings(fit()) == []
    assert "Fit for a base station." in list(portrait_page("tcp://h:1", fit(), []))


LORA = ("region", "preset", "hop_limit", "sends", "overrides_duty_cycle", "allows_mqtt")
MODULES = ("bluetooth", "mqtt", "store_forward", "sends_position", "position_interval_s", "telemetry_interval_s")


@pytest.mark.parametrize(
    ("change", "grade", "words"),
    [
        (
            {"rebroadcast_mode": "CORE_PORTNUMS_ONLY"},
            Grade.WRONG,
            "rebroadcast mode CORE_PORTNUMS_ONLY: does not relay stations' frames; set it to ALL",
        ),
        ({"region": "UNSET"}, Grade.WRONG, "region UNSET: the radio sends nothing; set it to EU_868"),
        ({"region": "US"}, Grade.WRONG, "region US: not the band that is legal here; set it to EU_868"),
        ({"preset": "LONG_SLOW"}, Grade.WRONG, "too slow for signed messages"),
        ({"preset": "SHORT_TURBO"}, Grade.WRONG, "preset SHORT_TURBO: not one of EU_868"),
        ({"preset": "CUSTOM"}, Grade.WRONG, "set the network's preset"),
        ({"sends": False}, Grade.WRONG, "switch tx_enabled on"),
        ({"overrides_duty_cycle": True}, Grade.WRONG, "switch override_duty_cycle off"),
        ({"hop_limit": 7}, Grade.ADVICE, "hop limit 7"),
        ({"role": "CLIENT_MUTE"}, Grade.WRONG, "relays nothing; set it to CLIENT"),
        ({"role": "ROUTER"}, Grade.ADVICE, "only for high sites"),
        ({"role": "TRACKER"}, Grade.WRONG, "role TRACKER: not made for a base station"),
        ({"channels": ()}, Grade.WRONG, "no primary channel"),
        (
            {"channels": (ChannelPortrait(0, "", "PRIMARY", KeyKind.PUBLIC),)},
            Grade.WRONG,
            "primary channel with public key: anybody joins the network; give it a random 256-bit key",
        ),
        ({"channels": (ChannelPortrait(0, "", "PRIMARY", KeyKind.NONE),)}, Grade.WRONG, "not encrypted"),
        ({"channels": (ChannelPortrait(0, "", "PRIMARY", KeyKind.OWN_128),)}, Grade.ADVICE, "of 256 bits"),
        ({"has_key": False}, Grade.WRONG, "set the region, restart the radio"),
        ({"nodes": (NodePortrait(1, "x", "x", False, None),)}, Grade.ADVICE, "1 known node has no key"),
        ({"allows_mqtt": True}, Grade.WRONG, "switch ok_to_mqtt off"),
        ({"mqtt": True}, Grade.WRONG, "packets leave for the internet"),
        ({"store_forward": True}, Grade.ADVICE, "Store & Forward"),
        ({"bluetooth": True}, Grade.ADVICE, "Bluetooth is on"),
        ({"sends_position": True, "position_interval_s": 900}, Grade.ADVICE, "sends its position every 15 minutes"),
        ({"sends_position": True, "position_interval_s": 0}, Grade.ADVICE, "at the firmware's usual interval"),
        ({"telemetry_interval_s": 1800}, Grade.ADVICE, "telemetry every 30 minutes"),
        ({"firmware": "2.6.11"}, Grade.WRONG, "firmware 2.6.11: too old, the link does not use it; install 2.7.26"),
        ({"firmware": "2.9.1"}, Grade.ADVICE, "firmware 2.9.1: not tried with Bavn"),
    ],
)
def test_each_mistake_is_found_alone_with_its_remedy(change: dict[str, object], grade: Grade, words: str) -> None:
    radio = fit()
    lora = {name: value for name, value in change.items() if name in LORA}
    modules = {name: value for name, value in change.items() if name in MODULES}
    rest = {name: value for name, value in change.items() if name not in (*LORA, *MODULES)}
    changed = replace(radio, lora=replace(radio.lora, **lora), modules=replace(radio.modules, **modules), **rest)
    (found,) = findings(changed)
    assert found.grade is grade
    assert words in f"{found.problem}; {found.remedy}"
    page = list(portrait_page("tcp://h:1", changed, [found]))
    assert ("Not fit for a base station:" in page) is (grade is Grade.WRONG)
    assert max(map(len, page)) <= COLUMNS


def test_what_is_wrong_comes_before_advice() -> None:
    radio = replace(fit(), firmware="2.9.1", rebroadcast_mode="NONE")
    assert [finding.grade for finding in findings(radio)] == [Grade.WRONG, Grade.ADVICE]
