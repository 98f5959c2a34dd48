"""The strings under which a station signs where its log stands (node/LOG.md), and what two marks say together."""

import struct
from typing import Final

from node.core.log_records import LogHead, Witness
from protocol.instants import NO_TIME, TIMES

_COUNTS: Final = struct.Struct(">II")


def head_to_sign(root: bytes, station_key: bytes, chain: int, head: LogHead) -> bytes:
    """What a station signs of one chain of its log.

    Args:
        root: the network's root public key.
        station_key: the station's public key.
        chain: which of its chains.
        head: with at least one entry.
    """
    return b"bavn log head 0" + root + station_key + _COUNTS.pack(chain, head.entries) + head.hash


def contradict(earlier: Witness, later: Witness) -> bool:
    """Whether one log cannot have had both marks: another content at one length, or fewer entries later on."""
    if earlier.entries == later.entries:
        return earlier.head != later.head
    return later.entries < earlier.entries and is_later(later.time, earlier.time)


def is_later(time: int, than: int) -> bool:
    """Whether one time of the air is after another; not known without a clock at either."""
    if NO_TIME in (time, than):
        return False
    return 0 < (time - than) % TIMES < TIMES // 2
