"""The expanded form that is signed: full keys and identities in place of the short numbers (SPEC.md, section 3).

A short number may stand for two keys while a renewal is in progress, so one frame has up to four expanded forms. They
come newest first; the one whose signature holds is the frame's own, and its hash is the fingerprint.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from protocol.acts import Act
from protocol.custody import Digest
from protocol.messages import MessageLike
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped, Reason
from protocol.roster import Roster


@dataclass(frozen=True, slots=True)
class Signer:
    """One way to read the two numbers of who speaks."""

    station: Address
    station_key: bytes
    author: Address
    """The station again where no person speaks."""
    author_key: bytes
    """Whose signature it is."""
    exercise: bool


def fingerprint(to_sign: bytes) -> bytes:
    """The 32 bytes that receipts, digests and acts name a frame's content by."""
    return sha256(to_sign).digest()


@dataclass(frozen=True, slots=True)
class Expansion:
    """A frame's expanded form but for the keys, and the numbers whose keys they are."""

    station: int
    author: int
    """Operator's number, 0 for the station itself."""
    exercise: bool
    """Whether exercise keys have to sign it."""
    incarnation: int
    """The station's, in full."""
    before_keys: bytes
    after_keys: bytes
    names_author: bool = True
    """A digest's string has no author's key, since it is the station's word."""

    def to_sign(self, signer: Signer) -> bytes:
        """The string under one reading of the numbers."""
        author_key = signer.author_key if self.names_author else b""
        return self.before_keys + signer.station_key + author_key + self.after_keys

    def signers(self, roster: Roster, *, exercise: bool) -> tuple[Signer, ...] | Dropped:
        """Every certified reading of the numbers, newest keys first, at most four."""
        station = Address(Kind.STATION, self.station)
        author = Address(Kind.OPERATOR, self.author) if self.author else station
        station_keys = roster.keys(station.kind, station.number, exercise=exercise)
        author_keys = roster.keys(author.kind, author.number, exercise=exercise)
        if not station_keys:
            return Dropped(Reason.UNKNOWN_STATION, f"station {self.station}")
        if not author_keys:
            return Dropped(Reason.UNKNOWN_AUTHOR, f"operator {self.author}")
        return tuple(
            Signer(station, station_key, author, author_key, exercise)
            for station_key in station_keys
            for author_key in author_keys
            if self.author or author_key == station_key
        )


def expand_message(message: MessageLike, roster: Roster) -> Expansion | Dropped:
    """The string of a MESSAGE and its like; needs the station's incarnation and every recipient in the roster."""
    incarnation = _incarnation(roster, message.station, message.incarnation)
    if isinstance(incarnation, Dropped):
        return incarnation
    ids = [roster.recipient_id(address) for address in recipients_of(message)]
    known = [one for one in ids if one is not None]
    if len(known) < len(ids):
        return Dropped(Reason.UNKNOWN_RECIPIENT, f"{len(ids) - len(known)} of {len(ids)}")
    after_keys = b"".join(
        (_u16(incarnation), bytes([len(ids)]), *known, message.drill.to_bytes(4, "big"), message.unsigned_bytes())
    )
    return Expansion(
        station=message.station,
        author=message.author,
        exercise=message.drill != 0,
        incarnation=incarnation,
        before_keys=b"bavn sealed %d" % message.version + roster.root,
        after_keys=after_keys,
    )


def expand_act(act: Act, roster: Roster, message_fingerprint: bytes) -> Expansion | Dropped:
    """The string of an ACT about the message with that fingerprint."""
    incarnation = _incarnation(roster, act.station, act.incarnation)
    if isinstance(incarnation, Dropped):
        return incarnation
    after_keys = b"".join((_u16(incarnation), message_fingerprint, act.drill.to_bytes(4, "big"), act.unsigned_bytes()))
    return Expansion(
        station=act.station,
        author=act.author,
        exercise=act.drill != 0,
        incarnation=incarnation,
        before_keys=b"bavn act 0" + roster.root,
        after_keys=after_keys,
    )


def expand_digest(digest: Digest, roster: Roster) -> Expansion | Dropped:
    """The string of a DIGEST, which tells of real messages and of exercises alike, by the real key."""
    incarnation = _incarnation(roster, digest.station, digest.incarnation)
    if isinstance(incarnation, Dropped):
        return incarnation
    return Expansion(
        station=digest.station,
        author=0,
        exercise=False,
        incarnation=incarnation,
        before_keys=b"bavn digest 0" + roster.root,
        after_keys=_u16(incarnation) + digest.unsigned_bytes(),
        names_author=False,
    )


def recipients_of(message: MessageLike) -> Iterator[Address]:
    """Whom a message is for, one by one, in the order that is signed."""
    if message.recipient.kind is Kind.SEVERAL:
        yield from (one.address for one in message.options.recipients)
    else:
        yield message.recipient


def _incarnation(roster: Roster, station: int, low_bits: int) -> int | Dropped:
    incarnation = roster.full_incarnation(station, low_bits)
    return incarnation or Dropped(Reason.UNKNOWN_STATION, f"station {station}, incarnation …{low_bits}")


def _u16(number: int) -> bytes:
    return number.to_bytes(2, "big")
