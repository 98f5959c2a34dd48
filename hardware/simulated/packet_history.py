"""Which packets a device has seen, and which radios carried each: what next hops are learnt from.

Duplicates are told by sender and number, without a time limit; the record seen longest ago makes room. Of each packet
a record keeps up to three radios that passed it on after us or at our side (by the last byte of their numbers), the
next hop it was first seen with, and hop limits. (Firmware src/mesh/PacketHistory.cpp.)
"""

from collections import OrderedDict
from dataclasses import dataclass

from hardware.simulated.air import AirFrame, last_byte

SEEN_MAX = 400
"""Packets remembered (native build)."""

RELAYERS_MAX = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What the history says of a packet that is heard or sent now."""

    is_known: bool
    falls_back: bool = False
    """It asked for a next hop before and asks for none now, and neither we nor that next hop carried it."""
    was_for_us: bool = False
    """We were the next hop it asked for at first."""
    has_more_hops: bool = False
    """More hops are left than in any copy before."""


_UNKNOWN = Seen(is_known=False)
_USUAL = Seen(is_known=True)


@dataclass(slots=True)
class _Record:
    next_hop: int
    relayers: tuple[int, ...]
    hop_limit_highest: int
    hop_limit_sent: int


class PacketHistory:
    """One device's memory of packets.

    Args:
        own_number: of the device.
    """

    def __init__(self, own_number: int) -> None:
        self._own_number = own_number
        self._own = last_byte(own_number)
        self._records: OrderedDict[tuple[int, int], _Record] = OrderedDict()

    def note(self, frame: AirFrame) -> Seen:
        """Take note of a packet that is heard, or that we send, and say what was known of it."""
        key, is_ours = (frame.from_node, frame.packet_id), frame.relay_node == self._own
        known = self._records.get(key)
        if known is None:
            self._records[key] = _Record(
                next_hop=frame.next_hop,
                relayers=(self._own, 0, 0) if is_ours else (0, 0, 0),
                hop_limit_highest=frame.hop_limit,
                hop_limit_sent=frame.hop_limit if is_ours else 0,
            )
            if len(self._records) > SEEN_MAX:
                self._records.popitem(last=False)
            return _UNKNOWN
        self._records.move_to_end(key)
        seen, has_more_hops = _USUAL, known.hop_limit_highest < frame.hop_limit
        if known.next_hop or has_more_hops:
            seen = Seen(
                is_known=True,
                falls_back=self._falls_back(known, frame),
                was_for_us=known.next_hop == self._own,
                has_more_hops=has_more_hops,
            )
        self._merge(known, frame, is_ours=is_ours)
        return seen

    def forget_relay(self, from_node: int, packet_id: int) -> None:
        """Take note that we do not pass a packet on after all."""
        known = self._records.get((from_node, packet_id))
        if known is not None:
            others = [each for each in known.relayers if each not in (0, self._own)]
            known.relayers = (*others, *[0] * (RELAYERS_MAX - len(others)))

    def shows_way(self, relayer: int, from_node: int, packet_id: int, *, is_direct: bool) -> bool:
        """Whether an answer that came through a radio proves the way there.

        It does when we carried the packet that is answered and that radio did too; or when we alone carried it and the
        answer comes from its author directly.
        """
        known = self._records.get((from_node, packet_id))
        if known is None or self._own not in known.relayers:
            return False
        are_alone = not any(each not in (0, self._own) for each in known.relayers)
        return (relayer != 0 and relayer in known.relayers) or (is_direct and are_alone)

    def _merge(self, known: _Record, frame: AirFrame, *, is_ours: bool) -> None:
        took_it_from_us = frame.hop_limit in (known.hop_limit_sent, known.hop_limit_sent - 1)
        if is_ours or (took_it_from_us and self._own in known.relayers):
            first = frame.relay_node
            # The place of one that is first now stays empty.
            known.relayers = (first, *(0 if each == first else each for each in known.relayers[: RELAYERS_MAX - 1]))
        if is_ours:
            known.hop_limit_sent = frame.hop_limit
        known.hop_limit_highest = max(known.hop_limit_highest, frame.hop_limit)

    def _falls_back(self, known: _Record, frame: AirFrame) -> bool:
        return (
            frame.from_node != self._own_number
            and known.next_hop not in (0, self._own)
            and frame.next_hop == 0
            and frame.relay_node in known.relayers
            and self._own not in known.relayers
            and known.next_hop not in known.relayers
        )
