"""BEACON, INVENTORY and REQUEST: unsigned hints that move no rung (SPEC.md, section 9).

```
BEACON     version 2 | type 4 | power 2 | station 10 | incarnation 2 | manned 1 | clock trusted 1 | hello 1 | answers 1
           | last sequence 14 | log hint 10, or the answer: state 2 | MAC 22 | roster digest 16 | inventory digest 16
INVENTORY  byte 0 | station 10 | incarnation 2 | more 1 | part 3 | groups 8, then groups
  group    station 10 | incarnation 2 | count 4 | high 14 | complete 1 | reserved 1, then count entries
  entry    sequence 14 | state 2
```
REQUEST stands in `protocol.requests`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from protocol.custody import HoldState
from protocol.framing import fitting, length_fault
from protocol.layout import Layout
from protocol.numbers import SEQUENCE_MAX, FrameType, Precedence, is_sequence, is_station
from protocol.reasons import Dropped, LocalProtocolError, Reason, refuse_ours

BEACON: Final = Layout(2, 4, 2, 10, 2, 1, 1, 1, 1, 24, 16, 16)
HEARD_OF: Final = Layout(14, 10)
"""What the 24 bits of a beacon are when it does not answer."""
ANSWER: Final = Layout(2, 22)
"""And when it does."""
ANSWER_MAC_BITS: Final = 22
_ANSWER_STATES: Final = (HoldState.AT_STATION, HoldState.UNATTENDED, HoldState.CUSTODY, HoldState.ACT_AT_STATION)
"""By their two bits in an answer."""
INVENTORY_HEADER: Final = Layout(2, 4, 2, 10, 2, 1, 3, 8)
GROUP_HEADER: Final = Layout(10, 2, 4, 14, 1, 1)
ENTRY: Final = Layout(14, 2)
DIGEST_BYTES: Final = 2
"""Of a roster and of an inventory, in a beacon."""
GROUP_ENTRIES_MAX: Final = 15
"""Four bits; an origin with more has a second group."""
PARTS_MAX: Final = 8
"""Three bits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A receipt in a beacon. It names nothing: who waits for it tries what he has sent to that station."""

    state: HoldState
    """One of the four that two bits can say."""
    code: int
    """The first 22 bits of the receipt's MAC; see `protocol.receipts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """A station is there, and how it stands."""

    power: int
    """0 normal, 1 save, 2 vital, 3 last word."""
    station: int
    incarnation: int
    """The two lowest bits."""
    manned: bool
    """A hint; what is shown comes from a digest."""
    clock_trusted: bool
    hello: bool
    """Among the first three after a start or a radio's return."""
    last_sequence: int
    """0 when it has written nothing in this incarnation, and when it answers."""
    roster_digest: bytes
    inventory_digest: bytes
    log_hint: int = 0
    """The first ten bits of the newest log mark's head that this station signed; 0 when it signed none or answers."""
    answer: Answer | None = None
    """In place of the last sequence and the log hint."""

    def encode(self) -> bytes:
        """The whole frame, 10 bytes.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        if len(self.roster_digest) != DIGEST_BYTES or len(self.inventory_digest) != DIGEST_BYTES:
            raise LocalProtocolError(f"a digest in a beacon has {DIGEST_BYTES} bytes")
        if self.answer is None:
            said = HEARD_OF.pack(self.last_sequence, self.log_hint)
        else:
            said = ANSWER.pack(_ANSWER_STATES.index(self.answer.state), self.answer.code)
        return BEACON.pack(
            *(0, FrameType.BEACON, self.power, self.station, self.incarnation),
            *(self.manned, self.clock_trusted, self.hello, self.answer is not None, int.from_bytes(said, "big")),
            *(int.from_bytes(self.roster_digest, "big"), int.from_bytes(self.inventory_digest, "big")),
        )

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if self.answer is not None and (self.last_sequence or self.log_hint or self.answer.state not in _ANSWER_STATES):
            return Dropped(Reason.BAD_NUMBER, "an answer stands in place of the last sequence and the log hint")
        return None if is_station(self.station) else Dropped(Reason.BAD_NUMBER, f"station {self.station}")


class HeldState(IntEnum):
    """What a station says about one message of an origin."""

    WANTED = 0
    HELD = 1
    """Without proof of arrival."""
    PROVEN = 2
    """Held, with proof of arrival."""
    SETTLED = 3
    """An act about it is known."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a station says about one origin."""

    station: int
    """The origin."""
    incarnation: int
    """The two lowest bits."""
    high: int
    """The largest sequence seen; 0 for none."""
    complete: bool
    """Nothing at or below `high` is missing."""
    entries: tuple[tuple[int, HeldState], ...] = ()
    """Sequence and state, at most `GROUP_ENTRIES_MAX`."""

    def encode(self) -> bytes:
        """4 bytes and 2 for each entry.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        header = GROUP_HEADER.pack(self.station, self.incarnation, len(self.entries), self.high, self.complete, 0)
        return header + b"".join(ENTRY.pack(sequence, state) for sequence, state in self.entries)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not is_station(self.station) or not 0 <= self.high <= SEQUENCE_MAX:
            return Dropped(Reason.BAD_NUMBER, "group")
        if not all(is_sequence(sequence) for sequence, _ in self.entries):
            return Dropped(Reason.BAD_NUMBER, "sequence in a group")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a station holds, by origin; one part of it when there is more."""

    precedence: Precedence
    station: int
    incarnation: int
    """The two lowest bits."""
    more: bool
    """Another part follows."""
    part: int
    """0 to 7."""
    groups: tuple[Group, ...]

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: the groups do not fit, or the other end would drop it.
        """
        refuse_ours(self.fault())
        header = INVENTORY_HEADER.pack(
            *(0, FrameType.INVENTORY, self.precedence, self.station, self.incarnation),
            *(self.more, self.part, len(self.groups)),
        )
        return fitting(header + b"".join(group.encode() for group in self.groups))

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        return None if is_station(self.station) else Dropped(Reason.BAD_NUMBER, f"station {self.station}")


def log_hint(head: bytes) -> int:
    """The ten bits of a beacon for a log mark's head: the two bytes after the others end a symbol and cost no time."""
    return int.from_bytes(head[:2], "big") >> 6


def inventory_digest(groups: Iterable[Group]) -> bytes:
    """The two bytes of a beacon for all that a station holds, whatever the order and the division into parts."""
    return sha256(b"".join(sorted(group.encode() for group in groups))).digest()[:DIGEST_BYTES]


def decode_beacon(raw: bytes) -> Beacon | Dropped:
    """Read a BEACON of version 0; the caller has looked at byte 0."""
    fault = length_fault(raw, BEACON.size, "beacon")
    if fault is not None:
        return fault
    _, _, power, station, incarnation, manned, clock, hello, answers, bits, roster, inventory = BEACON.unpack(raw)
    said = bits.to_bytes(HEARD_OF.size, "big")
    last, hint = (0, 0) if answers else HEARD_OF.unpack(said)
    state, code = ANSWER.unpack(said)
    beacon = Beacon(
        power=power,
        station=station,
        incarnation=incarnation,
        manned=bool(manned),
        clock_trusted=bool(clock),
        hello=bool(hello),
        last_sequence=last,
        roster_digest=roster.to_bytes(DIGEST_BYTES, "big"),
        inventory_digest=inventory.to_bytes(DIGEST_BYTES, "big"),
        log_hint=hint,
        answer=Answer(_ANSWER_STATES[state], code) if answers else None,
    )
    return beacon.fault() or beacon


def decode_inventory(raw: bytes) -> Inventory | Dropped:
    """Read an INVENTORY of version 0; the caller has looked at byte 0."""
    if len(raw) < INVENTORY_HEADER.size:
        return Dropped(Reason.TRUNCATED, "inventory")
    header = INVENTORY_HEADER.unpack(raw[: INVENTORY_HEADER.size])
    _, _, precedence, station, incarnation, more, part, count = header
    groups: list[Group] = []
    place = INVENTORY_HEADER.size
    for _ in range(count):
        read = _decode_group(raw[place:])
        if isinstance(read, Dropped):
            return read
        groups.append(read[0])
        place += read[1]
    if place != len(raw):
        return Dropped(Reason.TRAILING_BYTES, "inventory")
    inventory = Inventory(
        precedence=Precedence(precedence),
        station=station,
        incarnation=incarnation,
        more=bool(more),
        part=part,
        groups=tuple(groups),
    )
    return inventory.fault() or inventory


def _decode_group(raw: bytes) -> tuple[Group, int] | Dropped:
    """Read the group at the start of `raw`; answers it and how many bytes it took."""
    if len(raw) < GROUP_HEADER.size:
        return Dropped(Reason.TRUNCATED, "group")
    station, incarnation, count, high, complete, reserved = GROUP_HEADER.unpack(raw[: GROUP_HEADER.size])
    size = GROUP_HEADER.size + count * ENTRY.size
    if len(raw) < size:
        return Dropped(Reason.TRUNCATED, "group")
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "group")
    fields = [ENTRY.unpack(raw[at : at + ENTRY.size]) for at in range(GROUP_HEADER.size, size, ENTRY.size)]
    entries = tuple((sequence, HeldState(state)) for sequence, state in fields)
    group = Group(station, incarnation, high, bool(complete), entries)
    fault = group.fault()
    return fault or (group, size)
