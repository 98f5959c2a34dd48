"""One entry of the log: its bytes, and the hash that chains it to the one before (node/LOG.md).

```
entry     layout u8 = 0 | kind u8 | chain u32 | number u32 | at i64 | clock u8 | utc u64 | uncertainty u32
          | boot: length u8, text | who: kind u8, number u16, key 8
          | subject: station u16, incarnation u16, sequence u16 | about: length u8 (0 or 32), bytes
          | details u8, each: length u8, name, length u16, value | previous 32
hash      SHA-256("bavn log entry 0" | entry)
first     previous = SHA-256("bavn log begin 0" | root public key 32 | station u16 | chain u32)
```
All numbers big-endian. One content has one form of bytes: what is not written as it would be written here is refused.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from node.core.records import ItemKey
from protocol.numbers import Address, Kind

REAL: Final = 0
"""The chain of what is no exercise; an exercise's chain is its drill id."""
HASH_BYTES: Final = 32
KEY_BYTES: Final = 8
"""Of a public key's SHA-256: as much as a revocation names a key by."""
NO_KEY: Final = bytes(KEY_BYTES)
"""Whose certificate is not known here."""
DETAILS_MAX: Final = 16
DETAIL_NAME_BYTES_MAX: Final = 32
DETAIL_BYTES_MAX: Final = 4096
"""As long as a message's text may be: a note is one value."""
ENTRY_BYTES_MAX: Final = 16_384
NUMBER_MAX: Final = (1 << 32) - 1

_HEAD: Final = struct.Struct(">BBIIqBQI")
_WHO: Final = struct.Struct(">BH8s")
_SUBJECT: Final = struct.Struct(">HHH")
_LAYOUT: Final = 0
_NO_SUBJECT: Final = (0, 0, 0)


class LogKind(IntEnum):
    """What an entry tells of. A number is given once; a reader takes unknown ones as they are."""

    STARTED = 1
    """The station began to run; details: version."""
    STOPPED = 2
    """It was told to stop; without one before the next STARTED, it lost its power or its life."""
    COMPOSED = 3
    """A message was written here; who: its author."""
    ACCEPTED = 4
    """A message of another station was verified and stored; who: its author."""
    MOVED = 5
    """A message or an act got further towards a station, or its life ended; details: station, rung."""
    HELD = 6
    """Another station says, verified, that it carries a message; who: that station."""
    ACTED = 7
    """Somebody here did something about a message; who: the person; details: act."""
    ACT_HEARD = 8
    """The same at another station, verified; details: act, station."""
    NOTE = 9
    """What somebody wrote down; details: text, and channel, from, to, written where they were given."""
    ALARM = 10
    """A person must look; details: alarm, subject."""
    CLOCK = 11
    """The clock was set, became trusted or lost its trust; details: what it said before."""
    CONFIGURED = 12
    """The station runs with another configuration than before; details: hashes."""
    LOGGED_IN = 13
    LOGGED_OUT = 14
    CERTIFIED = 15
    """A statement was taken into the roster; about: its SHA-256; details: class, number."""
    REVOKED = 16
    """A revocation was taken in; about: its SHA-256."""
    EXPORTED = 17
    """This log was handed out; details: entries."""
    DUTY_TAKEN = 18
    """Somebody took a function; details: function."""
    DUTY_GIVEN = 19
    HANDED_OVER = 20
    BREAK_GLASS = 21
    """The emergency key was used."""
    RIGHT_USED = 22
    """Something that only few may do was done or refused."""
    DRILL_STARTED = 23
    """In the real log: an exercise began; details: drill."""
    DRILL_STOPPED = 24
    QUARANTINED = 25
    """Frames of an unknown signer wait; details: author."""
    RELEASED = 26
    """They were let in, or forgotten."""
    RESTORED = 27
    """The station's store is not the one it was; details: why it knows."""
    INCARNATED = 28
    """The station counts its messages anew; details: incarnation."""
    RECEIVING_ONLY = 29
    """The station sends nothing of its own, or does so again; details: state."""
    REKEYED = 30
    """A group's or a channel's key was taken, given or marked as exposed."""
    SILENCED = 31
    """Somebody looks into an alarm; details as with the alarm."""
    OVER = 32
    """What an alarm told of is not so any more."""
    LOCKED = 34
    """The key of somebody on duty was locked; details: by, which is hand, idle or restart."""
    UNLOCKED = 35
    """And opened again by its passphrase."""
    COURIER_LEFT = 40
    """A pouch was given to a courier; details: pouch, items."""
    COURIER_CAME = 41
    """A courier brought something new; details: frames, new, way_s, which is unknown without two trusted clocks."""
    ESCALATED = 36
    """A message was not answered in time: a deputy is told; details: to."""
    COUNTERMANDED = 37
    """A message would cancel or correct the one it is about; details: kind, standing, by."""


class EntryUnreadable(ValueError):
    """Bytes that are no entry; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What happened, who did it, and what stands before."""

    chain: int
    """`REAL`, or a drill id."""
    number: int
    """1 upwards in its chain, without a gap."""
    kind: int
    """A `LogKind`, or what a newer version wrote."""
    at: int
    """Station time, ms."""
    utc_ms: int | None
    """None: the clock was not trusted."""
    uncertainty_ms: int = 0
    boot_id: str = ""
    who: Address
    """An operator or a station."""
    key: bytes = NO_KEY
    """First bytes of the SHA-256 of the public key of `who`, as certified then."""
    subject: ItemKey | None = None
    """The message it is about."""
    about: bytes = b""
    """32 bytes, or none: the fingerprint of what was signed, message or act; of a statement its SHA-256."""
    details: tuple[tuple[str, str], ...] = ()
    """By name, ascending, none twice."""
    previous: bytes
    """Hash of the entry before; of the first entry, what stands for its station and chain."""

    @property
    def hash(self) -> bytes:
        """What the next entry names."""
        return hash_of(self.encode())

    def detail(self, name: str) -> str:
        """One detail; empty when there is none."""
        return dict(self.details).get(name, "")

    def encode(self) -> bytes:
        """The bytes that are hashed and kept."""
        clock = self.utc_ms is not None
        head = _HEAD.pack(
            *(_LAYOUT, self.kind, self.chain, self.number, self.at, clock, self.utc_ms or 0, self.uncertainty_ms)
        )
        boot = self.boot_id.encode()
        subject = self.subject
        key = (subject.station, subject.incarnation, subject.sequence) if subject is not None else _NO_SUBJECT
        parts = [
            *(head, bytes([len(boot)]), boot, _WHO.pack(self.who.kind, self.who.number, self.key)),
            *(_SUBJECT.pack(*key), bytes([len(self.about)]), self.about, bytes([len(self.details)])),
        ]
        for name, value in self.details:
            parts += [bytes([len(name)]), name.encode(), struct.pack(">H", len(value.encode())), value.encode()]
        return b"".join([*parts, self.previous])


def hash_of(raw: bytes) -> bytes:
    """The hash of an entry's bytes."""
    return sha256(b"bavn log entry 0" + raw).digest()


def beginning(root: bytes, station: int, chain: int) -> bytes:
    """What the first entry of a chain names as the one before: no chain passes for another's, or for real.

    Args:
        root: the network's root public key.
        station: whose log.
        chain: `REAL` or a drill id.
    """
    return sha256(b"bavn log begin 0" + root + struct.pack(">HI", station, chain)).digest()


def decode_entry(raw: bytes) -> LogEntry:
    """Read the bytes of one entry.

    Raises:
        EntryUnreadable: they are no entry, or not in the one form.
    """
    if len(raw) > ENTRY_BYTES_MAX:
        raise EntryUnreadable(f"more than {ENTRY_BYTES_MAX} bytes")
    reading = _Reading(raw)
    try:
        entry = _read(reading)
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise EntryUnreadable(str(error)) from None
    if reading.place != len(raw) or entry.encode() != raw:
        raise EntryUnreadable("it is not written as entries are")
    return entry


class _Reading:
    """Bytes and how far they are read."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.place = 0

    def take(self, count: int) -> bytes:
        if self.place + count > len(self._raw):
            raise ValueError("it ends too early")
        self.place += count
        return self._raw[self.place - count : self.place]

    def fields(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self.take(layout.size))

    def byte(self) -> int:
        return self.take(1)[0]


def _read(reading: _Reading) -> LogEntry:
    layout, kind, chain, number, at, clock, utc_ms, uncertainty_ms = reading.fields(_HEAD)
    if layout != _LAYOUT or clock > 1:
        raise ValueError(f"layout {layout} is not known: a newer Bavn wrote it")
    boot_id = reading.take(reading.byte()).decode()
    who_kind, who_number = struct.unpack(">BH", reading.take(3))
    key = reading.take(KEY_BYTES)
    subject = reading.fields(_SUBJECT)
    about = reading.take(reading.byte())
    details: list[tuple[str, str]] = []
    for _ in range(reading.byte()):
        name = reading.take(reading.byte()).decode("ascii")
        (size,) = struct.unpack(">H", reading.take(2))
        details.append((name, reading.take(size).decode()))
    previous = reading.take(HASH_BYTES)
    entry = LogEntry(
        chain=chain,
        number=number,
        kind=kind,
        at=at,
        utc_ms=utc_ms if clock else None,
        uncertainty_ms=uncertainty_ms,
        boot_id=boot_id,
        who=Address(Kind(who_kind), who_number),
        key=key,
        subject=None if subject == _NO_SUBJECT else ItemKey(*subject),
        about=about,
        details=tuple(details),
        previous=previous,
    )
    fault = fault_of(entry)
    if fault:
        raise ValueError(fault)
    return entry


def fault_of(entry: LogEntry) -> str:
    """What makes an entry none, in words; empty for a good one."""
    names = [name for name, _ in entry.details]
    if len(entry.about) not in (0, HASH_BYTES):
        return f"about: 0 or {HASH_BYTES} bytes"
    if len(names) > DETAILS_MAX or names != sorted(set(names)):
        return f"details: at most {DETAILS_MAX}, by name, none twice"
    if any(not 1 <= len(name) <= DETAIL_NAME_BYTES_MAX or not name.isascii() for name in names):
        return f"details: names of 1 to {DETAIL_NAME_BYTES_MAX} ASCII letters"
    if any(len(value.encode()) > DETAIL_BYTES_MAX for _, value in entry.details):
        return f"details: values of at most {DETAIL_BYTES_MAX} bytes"
    return ""
