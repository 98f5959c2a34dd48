"""The plan of a setup: pure, complete, and silent about keys."""

import base64
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hardware.key_file import fingerprint
from hardware.meshtastic_protobufs import admin_pb2, channel_pb2, config_pb2, module_config_pb2
from hardware.profile import StationProfile
from hardware.radio_settings import KnownNode, RadioSettings
from hardware.setup_plan import Change, differences, has_mark, mark, plan
from hardware.wanted import Wanted, WantedChannel, wanted_handheld, wanted_station
from tests.hardware.admin_bench import HANDHELD_KEY, OTHER, STATION_KEY, profile

SECRET = b"\xaa\xbb\xcc\xdd" * 8
KINDS = config_pb2.Config.LoRaConfig
NUMBERS = st.integers(0, 2**31 - 1)
PSKS = st.sampled_from([b"", b"\x01", b"1" * 16, SECRET, STATION_KEY, HANDHELD_KEY])
NAMES = st.text(max_size=11)
WANTED = st.sampled_from(
    [
        wanted_station(profile(), StationProfile("PLH", "Plejehjemmet Havblik", "CLIENT", None)),
        wanted_station(profile(), StationProfile("KRS", "Krisestaben", "ROUTER", None)),
        wanted_handheld(profile(), "Vagt 1", "V1"),
    ]
)


@st.composite
def channels(draw: st.DrawFn, index: int) -> channel_pb2.Channel:
    channel = channel_pb2.Channel(index=index, role=draw(st.integers(0, 2)))
    channel.settings.name, channel.settings.psk = draw(NAMES), draw(PSKS)
    channel.settings.uplink_enabled = draw(st.booleans())
    channel.settings.module_settings.position_precision = draw(st.integers(0, 32))
    return channel


@st.composite
def settings(draw: st.DrawFn) -> RadioSettings:
    found = RadioSettings(node_number=1, firmware="2.7.26", long_name=draw(NAMES), short_name=draw(NAMES))
    found.parts["lora"] = KINDS(
        use_preset=draw(st.booleans()),
        modem_preset=draw(st.sampled_from(KINDS.ModemPreset.values())),
        coding_rate=draw(st.integers(0, 8)),
        region=draw(st.sampled_from(KINDS.RegionCode.values())),
        hop_limit=draw(st.integers(0, 7)),
        tx_power=draw(st.integers(0, 30)),
        frequency_offset=draw(st.sampled_from([0.0, 1.5])),
        override_duty_cycle=draw(st.booleans()),
    )
    found.parts["device"] = config_pb2.Config.DeviceConfig(
        role=draw(st.sampled_from(config_pb2.Config.DeviceConfig.Role.values())),
        rebroadcast_mode=draw(st.sampled_from(config_pb2.Config.DeviceConfig.RebroadcastMode.values())),
        node_info_broadcast_secs=draw(NUMBERS),
        button_gpio=draw(st.integers(0, 40)),
    )
    found.parts["security"] = config_pb2.Config.SecurityConfig(private_key=SECRET, serial_enabled=True)
    if draw(st.booleans()):
        found.parts["telemetry"] = module_config_pb2.ModuleConfig.TelemetryConfig(device_update_interval=draw(NUMBERS))
    for index in draw(st.sets(st.integers(0, 7))):
        found.channels[index] = draw(channels(index))
    if draw(st.booleans()):
        found.nodes[OTHER.node_number] = KnownNode("x", draw(st.sampled_from([b"", SECRET, OTHER.public_key])), True)
    found.canned_messages = draw(st.none() | NAMES)
    return found


def apply(found: RadioSettings, changes: tuple[Change, ...]) -> None:
    """Do what a radio does with the messages, as far as the plan looks at it."""
    for message in (message for change in changes for message in change.messages):
        match message.WhichOneof("payload_variant"):
            case "set_channel":
                found.channels[message.set_channel.index] = message.set_channel
            case "set_owner":
                found.long_name, found.short_name = message.set_owner.long_name, message.set_owner.short_name
            case "set_config" | "set_module_config" as kind:
                part: Any = getattr(message, kind)
                name = part.WhichOneof("payload_variant")
                found.parts[name] = getattr(part, name)
            case "remove_by_nodenum":
                del found.nodes[message.remove_by_nodenum]
            case "add_contact":
                shared = message.add_contact
                known = found.nodes.get(shared.node_num)
                assert known is None or not known.public_key, "a verified key is not overwritten"
                found.nodes[shared.node_num] = KnownNode(shared.user.long_name, shared.user.public_key, True)
            case "set_canned_message_module_messages":
                found.canned_messages = message.set_canned_message_module_messages


@given(settings(), WANTED)
def test_what_is_written_leaves_nothing_to_write(found: RadioSettings, wanted: Wanted) -> None:
    apply(found, plan(found, wanted))
    assert plan(found, wanted) == ()
    assert found.channels[0].settings.psk == wanted.channels[0].key


@given(settings(), WANTED)
def test_what_nobody_wants_stays(found: RadioSettings, wanted: Wanted) -> None:
    lora, device, security = found.parts["lora"], found.parts["device"], found.parts["security"]
    offset, gpio, key = lora.frequency_offset, device.button_gpio, security.private_key  # type: ignore[attr-defined]
    apply(found, plan(found, wanted))
    assert found.parts["lora"].frequency_offset == offset  # type: ignore[attr-defined]
    assert found.parts["device"].button_gpio == gpio  # type: ignore[attr-defined]
    assert found.parts["security"].private_key == key  # type: ignore[attr-defined]


@given(settings(), WANTED)
def test_no_key_is_ever_named(found: RadioSettings, wanted: Wanted) -> None:
    changes = plan(found, wanted)
    shown = repr(changes) + repr(differences(changes)) + repr(found) + repr(wanted.channels)
    for key in (SECRET, STATION_KEY, HANDHELD_KEY):
        for form in (key.hex(), base64.b64encode(key).decode(), repr(key)[2:-1]):
            assert form not in shown


def test_a_difference_names_part_field_and_both_values() -> None:
    found = RadioSettings(node_number=1)
    found.channels[0] = channel_pb2.Channel(role=channel_pb2.Channel.Role.PRIMARY)
    found.channels[0].settings.psk = b"\x01"
    found.parts["lora"] = KINDS(region=KINDS.RegionCode.UNSET, tx_enabled=True)
    wanted = wanted_station(profile(), StationProfile("PLH", "Plejehjemmet Havblik", "CLIENT", None))
    said = [(each.part, each.field, each.found, each.wanted) for each in differences(plan(found, wanted))]
    assert ("channel 0", "key", "public key", f"key {fingerprint(STATION_KEY)}") in said
    assert ("lora", "region", "UNSET", "EU_868") in said
    assert ("lora", "use_preset", "false", "true") in said
    assert ("contact KRS !00c0ffee", "key", "no key", f"key {fingerprint(OTHER.public_key)}") in said


def test_the_own_radio_is_no_contact_of_its_own() -> None:
    found = RadioSettings(node_number=OTHER.node_number)
    wanted = wanted_station(profile(), StationProfile("PLH", "Plejehjemmet Havblik", "CLIENT", None))
    assert not [each for each in differences(plan(found, wanted)) if each.part.startswith("contact")]


def test_the_mark_is_a_name_on_a_channel_out_of_use() -> None:
    found = RadioSettings()
    assert not has_mark(found)
    found.channels[7] = mark(is_set=True).set_channel
    assert has_mark(found)
    assert found.channels[7].role == channel_pb2.Channel.Role.DISABLED
    found.channels[7] = mark(is_set=False).set_channel
    assert not has_mark(found)


def test_keys_are_not_in_what_a_wanted_channel_says() -> None:
    assert "key" not in repr(WantedChannel("bavn", STATION_KEY)).replace("Wanted", "")
    assert admin_pb2.AdminMessage.DESCRIPTOR.name not in repr(Change((), (admin_pb2.AdminMessage(),)))
