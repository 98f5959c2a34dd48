"""DIGEST and RECEIPT: what a station says it has (SPEC.md, section 7).

```
DIGEST   byte 0 | station 10 | incarnation 2 | time 20 | manned 1 | log mark follows 1 | reserved 6,
         then the log mark, 0-26 entries, signature 64
  mark   entries 32 | H_16 128
  entry  reference 26 | state 3 | reserved 3 | fingerprint H_2 16
RECEIPT  byte 0 | station 10 | reference 26 | state 3 | reserved 1 | MAC 4
```
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from protocol.framing import length_fault, with_signature
from protocol.layout import Layout
from protocol.numbers import SIGNATURE_BYTES, FrameType, Precedence, Reference, is_station
from protocol.reasons import Dropped, LocalProtocolError, Reason, refuse_ours

DIGEST_HEADER: Final = Layout(2, 4, 2, 10, 2, 20, 1, 1, 6)
LOG_MARK: Final = Layout(32, 128)
DIGEST_ENTRY: Final = Layout(26, 3, 3, 16)
DIGEST_ENTRIES_MAX: Final = 26
"""What fits into a frame of 231 bytes beside 6 of header and 64 of signature."""
MARKED_ENTRIES_MAX: Final = 23
"""The same beside the 20 bytes of a log mark."""
MARK_HASH_BYTES: Final = 16
"""Of the hash of the log's last entry. Who keeps a log chooses what is in it, so half a hash is what makes two logs of
one mark as hard to find as 2^64 hashes; of 8 bytes it would be 2^32, minutes."""
CHECK_BYTES: Final = 2
"""Of the message's fingerprint, in each entry."""
RECEIPT_FIELDS: Final = Layout(2, 4, 2, 10, 26, 3, 1)
MAC_BYTES: Final = 4


class HoldState(IntEnum):
    """What became of a message at the station that says so."""

    AT_STATION = 0
    UNATTENDED = 1
    """At the station, and nobody is on duty."""
    CUSTODY = 2
    NO_ROOM = 3
    """Refused."""
    CONFLICT = 4
    """Refused: another message is held under that reference."""
    ACT_AT_STATION = 5
    """An act about this message has arrived at the message's origin; the fingerprint is the act's."""


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One message in a digest."""

    about: Reference
    state: HoldState
    check: bytes
    """The first two bytes of the message's fingerprint."""


@dataclass(frozen=True, slots=True)
class LogMark:
    """Where a station's real log stands, for its neighbours to keep."""

    entries: int
    """1 upwards."""
    head: bytes
    """The first 16 bytes of the last entry's hash."""

    def encode(self) -> bytes:
        """Its 20 bytes in a digest."""
        return LOG_MARK.pack(self.entries, int.from_bytes(self.head, "big"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a station has, signed by the station."""

    precedence: Precedence
    """Of the most urgent message in it."""
    station: int
    incarnation: int
    """The two lowest bits."""
    time: int
    """When, in the 20 bits of `protocol.instants`."""
    manned: bool
    entries: tuple[DigestEntry, ...]
    """1 to `DIGEST_ENTRIES_MAX`, ascending by reference, state and check, none twice; beside a log mark 0 to 23."""
    log_mark: LogMark | None = None
    signature: bytes = b""
    """64 bytes; empty until it is sealed."""

    def unsigned_bytes(self) -> bytes:
        """The frame up to the signature.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        header = DIGEST_HEADER.pack(
            *(0, FrameType.DIGEST, self.precedence, self.station, self.incarnation, self.time, self.manned),
            *(self.log_mark is not None, 0),
        )
        mark = self.log_mark.encode() if self.log_mark is not None else b""
        return (
            header
            + mark
            + b"".join(
                DIGEST_ENTRY.pack(entry.about.bits, entry.state, 0, int.from_bytes(entry.check, "big"))
                for entry in self.entries
            )
        )

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: it is not sealed, or the other end would drop it.
        """
        return with_signature(self.unsigned_bytes(), self.signature)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not is_station(self.station) or not all(entry.about.is_numbered for entry in self.entries):
            return Dropped(Reason.BAD_NUMBER, "station or reference")
        order = [(entry.about, entry.state, entry.check) for entry in self.entries]
        least, most = (1, DIGEST_ENTRIES_MAX) if self.log_mark is None else (0, MARKED_ENTRIES_MAX)
        if not least <= len(order) <= most or order != sorted(set(order)):
            return Dropped(Reason.DIGEST_NOT_CANONICAL, "entries")
        if any(len(entry.check) != CHECK_BYTES for entry in self.entries):
            return Dropped(Reason.DIGEST_NOT_CANONICAL, "check bytes")
        if self.log_mark is not None and not (self.log_mark.entries and len(self.log_mark.head) == MARK_HASH_BYTES):
            return Dropped(Reason.DIGEST_NOT_CANONICAL, "log mark")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a station has of one message, for the origin alone: only the origin can check the MAC."""

    precedence: Precedence
    """Of the message."""
    station: int
    """Who issues it."""
    about: Reference
    state: HoldState
    mac: bytes
    """4 bytes; see `protocol.receipts`."""

    def authenticated_bytes(self) -> bytes:
        """The six bytes before the MAC.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        return RECEIPT_FIELDS.pack(0, FrameType.RECEIPT, self.precedence, self.station, self.about.bits, self.state, 0)

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: the MAC is missing, or the other end would drop it.
        """
        if len(self.mac) != MAC_BYTES:
            raise LocalProtocolError("a receipt without its MAC")
        return self.authenticated_bytes() + self.mac

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not is_station(self.station) or not self.about.is_numbered:
            return Dropped(Reason.BAD_NUMBER, "station or reference")
        return None


def decode_digest(raw: bytes) -> Digest | Dropped:
    """Read a DIGEST of version 0; the caller has looked at byte 0."""
    if len(raw) < DIGEST_HEADER.size + DIGEST_ENTRY.size + SIGNATURE_BYTES:
        return Dropped(Reason.TRUNCATED, "digest")
    _, _, precedence, station, incarnation, time, manned, marked, reserved = DIGEST_HEADER.unpack(
        raw[: DIGEST_HEADER.size]
    )
    listed = raw[DIGEST_HEADER.size : -SIGNATURE_BYTES]
    log_mark: LogMark | None = None
    if marked:
        if len(listed) < LOG_MARK.size:
            return Dropped(Reason.TRUNCATED, "log mark")
        count, head = LOG_MARK.unpack(listed[: LOG_MARK.size])
        log_mark, listed = LogMark(count, head.to_bytes(MARK_HASH_BYTES, "big")), listed[LOG_MARK.size :]
    if len(listed) % DIGEST_ENTRY.size:
        return Dropped(Reason.TRAILING_BYTES, "digest")
    entries: list[DigestEntry] = []
    for at in range(0, len(listed), DIGEST_ENTRY.size):
        about, state, rest, check = DIGEST_ENTRY.unpack(listed[at : at + DIGEST_ENTRY.size])
        reserved |= rest
        if state > HoldState.ACT_AT_STATION:
            return Dropped(Reason.BAD_NUMBER, f"state {state}")
        entries.append(DigestEntry(Reference.from_bits(about), HoldState(state), check.to_bytes(CHECK_BYTES, "big")))
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "digest")
    digest = Digest(
        precedence=Precedence(precedence),
        station=station,
        incarnation=incarnation,
        time=time,
        manned=bool(manned),
        entries=tuple(entries),
        log_mark=log_mark,
        signature=raw[-SIGNATURE_BYTES:],
    )
    return digest.fault() or digest


def decode_receipt(raw: bytes) -> Receipt | Dropped:
    """Read a RECEIPT of version 0; the caller has looked at byte 0."""
    fault = length_fault(raw, RECEIPT_FIELDS.size + MAC_BYTES, "receipt")
    if fault is not None:
        return fault
    _, _, precedence, station, about, state, reserved = RECEIPT_FIELDS.unpack(raw[: RECEIPT_FIELDS.size])
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "receipt")
    if state > HoldState.ACT_AT_STATION:
        return Dropped(Reason.BAD_NUMBER, f"state {state}")
    receipt = Receipt(
        precedence=Precedence(precedence),
        station=station,
        about=Reference.from_bits(about),
        state=HoldState(state),
        mac=raw[RECEIPT_FIELDS.size :],
    )
    return receipt.fault() or receipt
