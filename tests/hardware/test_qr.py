"""The handheld channel as a picture: read back with a reader of our own, and as the official client reads the link."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.channel_url import PREFIX, handheld_url
from hardware.meshtastic_protobufs import apponly_pb2, config_pb2
from hardware.profile import ChannelProfile
from hardware.qr_picture import draw, svg
from tests.hardware.admin_bench import HANDHELD_KEY, STATION_KEY, profile
from tests.support.console_font import LAT15_FIXED16
from tests.support.qr_reading import read, read_modules, svg_modules

NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=11)
KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS, NAMES, st.sampled_from([80, 132]))
def test_the_picture_holds_the_link(key: bytes, name: str, columns: int) -> None:
    url = handheld_url(profile(handheld_channel=ChannelProfile(name, key, Path("x"))))
    lines = draw(url, columns)
    assert read(lines) == url
    assert {character for line in lines for character in line} == {"█", " "} < LAT15_FIXED16


def test_a_short_name_fits_80_columns() -> None:
    lines = draw(handheld_url(profile()), 80)
    assert len(lines[0]) <= 80
    assert len({len(line) for line in lines}) == 1


def test_the_link_has_the_handheld_channel_and_nothing_of_the_stations() -> None:
    url = handheld_url(profile())
    encoded = base64.urlsafe_b64decode(url.removeprefix(PREFIX) + "=" * (-len(url.removeprefix(PREFIX)) % 4))
    shared = apponly_pb2.ChannelSet.FromString(encoded)
    assert [(each.name, each.psk) for each in shared.settings] == [("folk", HANDHELD_KEY)]
    assert STATION_KEY not in encoded
    kinds = config_pb2.Config.LoRaConfig
    lora = shared.lora_config
    assert (lora.region, lora.modem_preset, lora.use_preset, lora.tx_enabled) == (
        kinds.RegionCode.EU_868,
        kinds.ModemPreset.SHORT_FAST,
        True,
        True,
    )


def test_the_official_client_reads_the_link() -> None:
    """It takes links apart in `Node.setURL`, which writes what it finds to its radio: here a list."""
    script = (
        "import sys; from meshtastic.node import Node; from meshtastic.protobuf import channel_pb2, localonly_pb2\n"
        "node = Node(None, 1, noProto=True); node.channels = [channel_pb2.Channel(index=i) for i in range(8)]\n"
        "node.localConfig = localonly_pb2.LocalConfig(); node.localConfig.lora.hop_limit = 1\n"
        "node.writeChannel = lambda *_, **__: None; node._sendAdmin = lambda *_, **__: None\n"
        "node.ensureSessionKey = lambda *_, **__: None\n"
        "node.setURL(sys.argv[1])\n"
        "print(node.channels[0].settings.name, node.channels[0].settings.psk.hex())\n"
    )
    words = [sys.executable, "-c", script, handheld_url(profile())]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == ["folk", HANDHELD_KEY.hex()]


@pytest.mark.parametrize("text", ["https://meshtastic.org/e/#" + "A" * 30, "x" * 100])
def test_any_text_of_its_length_can_be_read_back(text: str) -> None:
    assert read(draw(text, 80)) == text


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:", min_size=40, max_size=189))
def test_a_picture_for_paper_holds_its_text(text: str) -> None:
    assert read_modules(svg_modules(svg(f"BAVN1:{text}"))) == f"BAVN1:{text}"
