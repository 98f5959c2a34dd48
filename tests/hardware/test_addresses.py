"""An address names a radio, or its error says what to write instead."""

import pytest

from hardware.addresses import TCP_PORT, SerialAddress, TcpAddress, parse_address
from hardware.errors import AddressError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://radio.local:4404", TcpAddress("radio.local", 4404)),
        ("tcp://192.168.4.20", TcpAddress("192.168.4.20", TCP_PORT)),
        ("tcp://[::1]", TcpAddress("::1", TCP_PORT)),
        ("serial:///dev/ttyACM0", SerialAddress("/dev/ttyACM0")),
        ("serial:///dev/serial/by-id/a#b%41:1.0-if00", SerialAddress("/dev/serial/by-id/a#b%41:1.0-if00")),
    ],
)
def test_address_is_read_and_written_back(text: str, address: TcpAddress | SerialAddress) -> None:
    assert parse_address(text) == address
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "radio.local", "tcp://", "tcp://:4403", "udp://h:1", "tcp://h:x", "tcp://h:99999", "tcp://h:1/x"),
        *("tcp://[h", "/dev/ttyUSB0", "serial:/dev/ttyUSB0", "serial:///dev/tty\0USB0"),
    ],
)
def test_unusable_address_is_named_with_the_remedy(text: str) -> None:
    with pytest.raises(AddressError, match=r"tcp://HOST:PORT or serial:///dev/serial/by-id/NAME") as caught:
        parse_address(text)
    assert repr(text) in str(caught.value)
    assert caught.value.address == text


@pytest.mark.parametrize("text", ["serial://", "serial://dev/ttyUSB0", "serial://ttyUSB0"])
def test_serial_port_without_an_absolute_path_is_told_of_the_third_slash(text: str) -> None:
    with pytest.raises(AddressError, match="three slashes"):
        parse_address(text)
