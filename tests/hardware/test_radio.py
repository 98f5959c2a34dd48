"""An address opens a link; what a sender says is checked where it is made."""

import subprocess
import sys
from dataclasses import replace

import pytest

from hardware.addresses import SerialAddress, TcpAddress
from hardware.link import MeshtasticLink
from hardware.radio import Outgoing, Priority, open_radio
from hardware.serial_way import SerialWay
from hardware.tcp_way import TcpWay


def test_tcp_address_opens_a_link() -> None:
    radio = open_radio("tcp://radio.local:4404")
    assert isinstance(radio, MeshtasticLink)
    assert isinstance(radio.way, TcpWay)
    assert radio.way.address == TcpAddress("radio.local", 4404)


def test_serial_address_opens_a_link() -> None:
    radio = open_radio("serial:///dev/serial/by-id/usb-radio-if00")
    assert isinstance(radio, MeshtasticLink)
    assert isinstance(radio.way, SerialWay)
    assert radio.way.address == SerialAddress("/dev/serial/by-id/usb-radio-if00")


def test_the_interface_loads_neither_protobufs_nor_asyncio() -> None:
    script = "import sys, hardware.radio; print(*sorted({'google', 'meshtastic', 'asyncio'} & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.mark.parametrize(
    "change",
    [{"hop_limit": 8}, {"hop_limit": -1}, {"priority": 0}, {"priority": 128}, {"payload": b""}]
    + [{"destination": number} for number in (0, -1, 0xFFFFFFFF)]
    + [{"is_text": True, "destination": None}],
)
def test_frame_out_of_range_is_the_makers_mistake(change: dict[str, int | bytes | None]) -> None:
    good = Outgoing(ticket=1, payload=b"x", hop_limit=7, want_ack=True, destination=1, priority=Priority.DEFAULT)
    with pytest.raises(ValueError, match=r"not to be sent|no node has|one handheld"):
        replace(good, **change)
