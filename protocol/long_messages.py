"""LONG and FRAGMENT: a coded text of up to 4096 bytes, of whose frames the first is signed (SPEC.md, section 8).

```
LONG      header and options of a MESSAGE, then
          total - 1 12 | fragments 5 | reserved 7 | H_16 of the whole | H_6 per fragment | first piece | signature 64
FRAGMENT  byte 0 | station 10 | incarnation 2 | sequence 14 | index 5 | reserved 1 | data 1-226
```

The six bytes let a station refuse a forged fragment before it keeps it. The hash of the whole is what makes the text
its author's word: two fragments with the same six bytes are found in a second, two texts with the same sixteen never.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from protocol.framing import fitting
from protocol.layout import Layout
from protocol.messages import Long, Message
from protocol.numbers import FRAME_BYTES_MAX, FrameType, Precedence, Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason, refuse_ours

CODED_BYTES_MAX: Final = 4096
"""Of a coded text, encryption included: the twelve bits of its length."""
FRAGMENTS_MAX: Final = 19
"""Their hashes fill the first frame; 18 carry 4096 bytes in broadcasts, 19 carry 4076 in direct messages."""
FRAGMENT_HASH_BYTES: Final = 6
WHOLE_HASH_BYTES: Final = 16
"""The author chooses the text, so only half of the bits count: two texts of one hash take 2^64 tries."""
_LENGTHS: Final = Layout(12, 5, 7)
FRAGMENT_HEADER: Final = Layout(2, 4, 2, 10, 2, 14, 5, 1)
FRAGMENT_DATA_MAX: Final = FRAME_BYTES_MAX - FRAGMENT_HEADER.size
_FIXED_BYTES: Final = _LENGTHS.size + WHOLE_HASH_BYTES


@dataclass(frozen=True, slots=True)
class Plan:
    """What the first frame says of the others."""

    total_bytes: int
    """Of the coded text."""
    whole_hash: bytes
    hashes: tuple[bytes, ...]
    """Of the fragments, in order."""
    piece: bytes
    """The beginning of the coded text."""

    @property
    def fragments(self) -> int:
        """How many frames follow."""
        return len(self.hashes)

    @property
    def packets(self) -> int:
        """All frames of the message."""
        return 1 + len(self.hashes)

    @property
    def fragment_bytes(self) -> int:
        """Of every fragment but the last, which may be shorter."""
        return _fragment_bytes(self.total_bytes - len(self.piece), len(self.hashes))

    def bytes_of(self, index: int) -> int:
        """How long the data of a fragment is."""
        rest = self.total_bytes - len(self.piece)
        return min(self.fragment_bytes, rest - index * self.fragment_bytes)

    def encode(self) -> bytes:
        """The body of the first frame."""
        lengths = _LENGTHS.pack(self.total_bytes - 1, len(self.hashes), 0)
        return lengths + self.whole_hash + b"".join(self.hashes) + self.piece

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        rest = self.total_bytes - len(self.piece)
        if not 1 <= len(self.hashes) <= FRAGMENTS_MAX:
            return Dropped(Reason.BAD_NUMBER, f"{len(self.hashes)} fragments")
        if rest < len(self.hashes):
            return Dropped(Reason.TRAILING_BYTES, "a first piece that leaves nothing for a fragment")
        if self.fragment_bytes > FRAGMENT_DATA_MAX:
            return Dropped(Reason.TOO_LARGE, f"fragments of {self.fragment_bytes} bytes")
        if self.bytes_of(len(self.hashes) - 1) < 1:
            return Dropped(Reason.BAD_NUMBER, "more fragments than bytes for them")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A further piece of a LONG, worth nothing without it."""

    precedence: Precedence
    station: int
    """The origin, whoever sends it."""
    incarnation: int
    """The two lowest bits of the origin's incarnation."""
    sequence: int
    index: int
    """0 is the first fragment, the second frame of the message."""
    data: bytes

    @property
    def reference(self) -> Reference:
        """The LONG that it is of."""
        return Reference(self.station, self.incarnation, self.sequence)

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        place = (self.station, self.incarnation, self.sequence, self.index)
        return fitting(FRAGMENT_HEADER.pack(0, FrameType.FRAGMENT, self.precedence, *place, 0) + self.data)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not self.reference.is_numbered:
            return Dropped(Reason.BAD_NUMBER, "reference of a fragment")
        if not 0 <= self.index < FRAGMENTS_MAX:
            return Dropped(Reason.BAD_NUMBER, f"fragment {self.index}")
        return None if self.data else Dropped(Reason.TRUNCATED, "fragment without data")


def decode_fragment(raw: bytes) -> Fragment | Dropped:
    """Read a FRAGMENT of version 0; the caller has looked at byte 0."""
    if len(raw) <= FRAGMENT_HEADER.size:
        return Dropped(Reason.TRUNCATED, "fragment")
    _, _, precedence, station, incarnation, sequence, index, reserved = FRAGMENT_HEADER.unpack(
        raw[: FRAGMENT_HEADER.size]
    )
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "fragment")
    fragment = Fragment(
        precedence=Precedence(precedence),
        station=station,
        incarnation=incarnation,
        sequence=sequence,
        index=index,
        data=raw[FRAGMENT_HEADER.size :],
    )
    return fragment.fault() or fragment


def plan_of(body: bytes) -> Plan | Dropped:
    """Read the body of a LONG."""
    if len(body) < _FIXED_BYTES:
        return Dropped(Reason.TRUNCATED, "long message")
    length, fragments, reserved = _LENGTHS.unpack(body[: _LENGTHS.size])
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "long message")
    hashes_end = _FIXED_BYTES + FRAGMENT_HASH_BYTES * fragments
    if len(body) < hashes_end:
        return Dropped(Reason.TRUNCATED, "hashes of fragments")
    plan = Plan(
        total_bytes=length + 1,
        whole_hash=body[_LENGTHS.size : _FIXED_BYTES],
        hashes=tuple(
            body[at : at + FRAGMENT_HASH_BYTES] for at in range(_FIXED_BYTES, hashes_end, FRAGMENT_HASH_BYTES)
        ),
        piece=body[hashes_end:],
    )
    return plan.fault() or plan


def fragments_needed(coded_bytes: int, room_bytes: int, frame_bytes_max: int = FRAME_BYTES_MAX) -> int | None:
    """How many fragments a coded text takes; None when it does not fit the most.

    Args:
        coded_bytes: of the text, encryption included.
        room_bytes: for a body in one frame, beside header, options and signature.
        frame_bytes_max: what each frame may have.
    """
    if coded_bytes > CODED_BYTES_MAX:
        return None
    data_max = frame_bytes_max - FRAGMENT_HEADER.size
    for fragments in range(1, FRAGMENTS_MAX + 1):
        piece_bytes = piece_room(room_bytes, fragments)
        if piece_bytes >= 0 and piece_bytes + fragments * data_max >= coded_bytes:
            return fragments
    return None


def piece_room(room_bytes: int, fragments: int) -> int:
    """What of a coded text fits the first frame beside so many hashes; negative when not even they do."""
    return room_bytes - _FIXED_BYTES - FRAGMENT_HASH_BYTES * fragments


def coded_bytes_max(room_bytes: int) -> int:
    """The longest coded text that a LONG carries, for a room as in `fragments_needed`."""
    rooms = ((piece_room(room_bytes, fragments), fragments) for fragments in range(1, FRAGMENTS_MAX + 1))
    return min(CODED_BYTES_MAX, max((p + n * FRAGMENT_DATA_MAX for p, n in rooms if p >= 0), default=0))


def split(
    message: Long, room_bytes: int, station_key: bytes, incarnation: int, frame_bytes_max: int = FRAME_BYTES_MAX
) -> tuple[Long, tuple[bytes, ...]]:
    """Cut a message into its first frame, still unsigned, and the data of its fragments.

    Args:
        message: numbered, its body the whole coded text, encrypted already if it is to be.
        room_bytes: for a body in the first frame.
        station_key: the origin's public key.
        incarnation: the origin's, in full.
        frame_bytes_max: what each frame may have.

    Raises:
        LocalProtocolError: it is too long, or so short that nothing would be left for a fragment.
    """
    coded = message.body
    fragments = fragments_needed(len(coded), room_bytes, frame_bytes_max)
    if fragments is None:
        raise LocalProtocolError(f"a coded text of {len(coded)} bytes")
    # The piece fills its frame unless that would leave a fragment without a byte.
    piece = coded[: min(piece_room(room_bytes, fragments), len(coded) - fragments)]
    rest = coded[len(piece) :]
    step = _fragment_bytes(len(rest), fragments)
    datas = tuple(rest[at : at + step] for at in range(0, len(rest), step))
    hashes = tuple(
        fragment_hash(station_key, incarnation, message.sequence, index, data) for index, data in enumerate(datas)
    )
    plan = Plan(len(coded), whole_hash(coded), hashes, piece)
    refuse_ours(plan.fault())
    return replace(message, body=plan.encode()), datas


def joined(plan: Plan, datas: Sequence[bytes]) -> bytes | Dropped:
    """The whole coded text, if it is the one that was signed.

    Args:
        plan: of the signed first frame.
        datas: of all fragments, in order.
    """
    coded = plan.piece + b"".join(datas)
    if len(datas) != plan.fragments or whole_hash(coded) != plan.whole_hash:
        return Dropped(Reason.BAD_FRAGMENT, "not the text that was signed")
    return coded


def fragment_hash(station_key: bytes, incarnation: int, sequence: int, index: int, data: bytes) -> bytes:
    """What the first frame names a fragment by."""
    place = incarnation.to_bytes(2, "big") + sequence.to_bytes(2, "big") + bytes([index])
    return sha256(b"bavn fragment 0" + station_key + place + data).digest()[:FRAGMENT_HASH_BYTES]


def whole_hash(coded: bytes) -> bytes:
    """What the first frame names the whole coded text by."""
    return sha256(b"bavn long 0" + coded).digest()[:WHOLE_HASH_BYTES]


def fragment_of(first: Long, index: int, data: bytes) -> Fragment:
    """A fragment's frame, as urgent as its message."""
    return Fragment(
        precedence=first.precedence,
        station=first.station,
        incarnation=first.incarnation,
        sequence=first.sequence,
        index=index,
        data=data,
    )


def long_of(message: Message) -> Long:
    """The same message as one of several frames, its body still whole."""
    return Long(
        precedence=message.precedence,
        station=message.station,
        incarnation=message.incarnation,
        sequence=message.sequence,
        author=message.author,
        recipient=message.recipient,
        time=message.time,
        lifetime=message.lifetime,
        ack_wanted=message.ack_wanted,
        confidential=message.confidential,
        codec=message.codec,
        options=message.options,
        body=message.body,
    )


def _fragment_bytes(rest_bytes: int, fragments: int) -> int:
    return -(-rest_bytes // fragments)
