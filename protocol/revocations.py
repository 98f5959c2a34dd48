"""A revocation: the end of a key's right to sign (SPEC.md, section 10).

```
8 revocation  kind u8 | key fingerprint 8 | reason u8 | issued u32 | marks count u8, then 4 each
              | of an authority's key: second holder 2 (1 3 | number 11 | 0 2) and signature 64
mark          message reference 26 | 0 6
```
Its number is the holder's. The second holder signs `second_to_sign`, the issuer signs all of it.
"""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from protocol.layout import Layout
from protocol.numbers import SHORT_NUMBER_MAX, SIGNATURE_BYTES, Kind, Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason

FINGERPRINT_BYTES: Final = 8
MARKS_MAX: Final = 20
"""Origins where the key was last used: two dozen stations would be a person who travels a lot."""
SECOND_MARKS_MAX: Final = 10
"""Beside a second signature, in 200 bytes."""
FIELDS: Final = Layout(8, 64, 8, 32, 8)
MARK: Final = Layout(26, 6)
SECOND: Final = Layout(3, 11, 2)
KEY_KINDS: Final = (Kind.STATION, Kind.AUTHORITY, Kind.OPERATOR)
"""Who has a key to revoke."""


class RevocationReason(IntEnum):
    """Why, for people; none makes the effect milder."""

    UNSAID = 0
    LOST = 1
    STOLEN = 2
    LEFT = 3
    """The person has left."""
    REPLACED = 4
    """A newer key is in use."""
    MISUSED = 5
    PRESIGNED = 15
    """Signed at enrolment and taken out of the safe: nobody knew why yet."""


@dataclass(frozen=True, slots=True)
class SecondHolder:
    """The other one of two who revoke an authority's key."""

    authority: int
    """1 to `SHORT_NUMBER_MAX`."""
    signature: bytes = b""
    """64 bytes over `second_to_sign`; empty until it is signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationBody:
    """Which key ends, and what of it stays good."""

    subject: Kind
    """Of the holder, whose number is the statement's."""
    key_fingerprint: bytes
    """`key_fingerprint` of the public key."""
    reason: RevocationReason
    issued: int = 0
    """Units of 8 s since 2025-01-01, for people; 0 for one signed in advance."""
    marks: tuple[Reference, ...] = ()
    """Per origin station the highest sequence still accepted: ascending, one per station and incarnation."""
    second: SecondHolder | None = None
    """For an authority's key, and only for that."""

    def encode(self) -> bytes:
        """The bytes after the statement's header.

        Raises:
            LocalProtocolError: the second holder has not signed.
        """
        if self.second is None:
            return self.first_bytes()
        if len(self.second.signature) != SIGNATURE_BYTES:
            raise LocalProtocolError("the second holder has not signed")
        return self.first_bytes() + SECOND.pack(Kind.AUTHORITY, self.second.authority, 0) + self.second.signature

    def first_bytes(self) -> bytes:
        """The body before the second holder's number."""
        fingerprint = int.from_bytes(self.key_fingerprint, "big")
        fields = FIELDS.pack(self.subject, fingerprint, self.reason, self.issued, len(self.marks))
        return fields + b"".join(MARK.pack(mark.bits, 0) for mark in self.marks)

    def fault(self) -> Dropped | None:
        """What no receiver would accept."""
        if self.subject not in KEY_KINDS or (self.subject is Kind.AUTHORITY) is (self.second is None):
            return Dropped(Reason.STATEMENT_MALFORMED, "whose key, and who revokes it")
        if self.second is not None and not 1 <= self.second.authority <= SHORT_NUMBER_MAX:
            return Dropped(Reason.BAD_NUMBER, f"second holder {self.second.authority}")
        if len(self.key_fingerprint) != FINGERPRINT_BYTES:
            return Dropped(Reason.STATEMENT_MALFORMED, "key fingerprint")
        if not all(mark.is_numbered for mark in self.marks):
            return Dropped(Reason.BAD_NUMBER, "mark")
        places = [(mark.station, mark.incarnation) for mark in self.marks]
        if len(places) > (MARKS_MAX if self.second is None else SECOND_MARKS_MAX) or places != sorted(set(places)):
            return Dropped(Reason.STATEMENT_MALFORMED, "marks")
        return None


@dataclass(frozen=True, slots=True)
class Revocation:
    """All that is said of one revoked key."""

    reason: RevocationReason
    """Of the latest that gives one."""
    issued: int
    """The earliest that is dated, 0 when none is."""
    marks: tuple[Reference, ...]
    """Joined: the highest of each station and incarnation."""

    def accepts(self, message: Reference) -> bool:
        """Whether a message stays good that was not stored here before the revocation came."""
        return any(
            (mark.station, mark.incarnation) == (message.station, message.incarnation)
            and message.sequence <= mark.sequence
            for mark in self.marks
        )


def joined(bodies: tuple[RevocationBody, ...]) -> Revocation:
    """What one or more revocations of a key say together; their order does not matter."""
    highest: dict[tuple[int, int], Reference] = {}
    for mark in sorted(mark for body in bodies for mark in body.marks):
        highest[mark.station, mark.incarnation] = mark
    by_date = sorted(bodies, key=lambda body: (body.reason is not RevocationReason.PRESIGNED, body.issued, body.reason))
    dated = [body.issued for body in bodies if body.issued]
    return Revocation(by_date[-1].reason, min(dated, default=0), tuple(highest.values()))


def key_fingerprint(public_key: bytes) -> bytes:
    """The eight bytes that a revocation names a key by."""
    return sha256(public_key).digest()[:FINGERPRINT_BYTES]


def second_to_sign(first_bytes: bytes, root: bytes, second_key: bytes) -> bytes:
    """What the second holder signs.

    Args:
        first_bytes: the frame from byte 0 up to the second holder's number.
        root: the network's root public key.
        second_key: the second holder's, public.
    """
    return b"bavn second 0" + root + second_key + first_bytes


def decode_revocation(raw: bytes) -> RevocationBody | Dropped:
    """Read the body of class 8."""
    if len(raw) < FIELDS.size:
        return Dropped(Reason.STATEMENT_MALFORMED, "revocation")
    kind, fingerprint, reason, issued, count = FIELDS.unpack(raw[: FIELDS.size])
    if kind > Kind.SEVERAL or reason not in set(RevocationReason):
        return Dropped(Reason.STATEMENT_MALFORMED, f"kind {kind}, reason {reason}")
    marks_end = FIELDS.size + count * MARK.size
    listed, rest = raw[FIELDS.size : marks_end], raw[marks_end:]
    if len(listed) != count * MARK.size or len(rest) not in (0, SECOND.size + SIGNATURE_BYTES):
        return Dropped(Reason.STATEMENT_MALFORMED, "marks or second holder")
    marks: list[Reference] = []
    for at in range(0, len(listed), MARK.size):
        bits, reserved = MARK.unpack(listed[at : at + MARK.size])
        if reserved:
            return Dropped(Reason.RESERVED_BITS, "mark")
        marks.append(Reference.from_bits(bits))
    second = _decode_second(rest) if rest else None
    if isinstance(second, Dropped):
        return second
    return RevocationBody(
        subject=Kind(kind),
        key_fingerprint=fingerprint.to_bytes(FINGERPRINT_BYTES, "big"),
        reason=RevocationReason(reason),
        issued=issued,
        marks=tuple(marks),
        second=second,
    )


def _decode_second(raw: bytes) -> SecondHolder | Dropped:
    kind, number, reserved = SECOND.unpack(raw[: SECOND.size])
    if kind != Kind.AUTHORITY or reserved:
        return Dropped(Reason.STATEMENT_MALFORMED, "second holder")
    return SecondHolder(number, raw[SECOND.size :])
