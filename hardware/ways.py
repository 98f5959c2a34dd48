"""Which way leads to an address."""

from hardware.addresses import Address, SerialAddress, TcpAddress
from hardware.serial_way import SerialWay
from hardware.tcp_way import TcpWay
from hardware.way import Way


def way_to(address: Address) -> Way:
    """Make the way to a radio; nothing is opened before its `open`."""
    match address:
        case TcpAddress():
            return TcpWay(address)
        case SerialAddress():
            return SerialWay(address)
