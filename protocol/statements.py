"""STATEMENT: a certificate as it travels and as it is kept, in one radio frame (SPEC.md, section 10).

```
byte 0 | class 4 | exercise 1 | reserved 3 | issuer 16 | number 16 | renewal 8
       | valid from 16 | valid until 16 | birth 32 | body by class | signature 64
```
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from protocol.bodies import Body, StatementClass, class_of, decode_body, kind_of
from protocol.certificates import AuthorityBody, FunctionBody, OperatorBody, Right, StationBody
from protocol.framing import with_signature
from protocol.groups import GroupBody, GroupKind, MembershipBody
from protocol.handhelds import HandheldBody
from protocol.layout import Layout
from protocol.numbers import SIGNATURE_BYTES, Address, FrameType, Precedence
from protocol.reasons import Dropped, LocalProtocolError, Reason, refuse_ours
from protocol.revocations import SECOND, RevocationBody, RevocationReason, SecondHolder, second_to_sign
from protocol.sections import SectionBody

__all__ = [
    "AuthorityBody",
    "FunctionBody",
    "GroupBody",
    "GroupKind",
    "HandheldBody",
    "MembershipBody",
    "OperatorBody",
    "RevocationBody",
    "RevocationReason",
    "Right",
    "SecondHolder",
    "SectionBody",
    "Statement",
    "StatementClass",
    "StatementFrame",
    "StationBody",
    "decode_statement",
    "everybody_id",
    "recipient_id",
    "sign_second",
    "sign_statement",
    "statement_to_sign",
]

HEADER: Final = Layout(2, 4, 2, 4, 1, 3, 16, 16, 8, 16, 16, 32)
STATEMENT_BYTES_MAX: Final = 200
"""One frame, with room for the firmware's own fields."""
BIRTH_BYTES: Final = 4
RENEWAL_MAX: Final = 255
RECIPIENT_ID_BYTES: Final = 16
ROOT: Final = 0
"""The issuer's number of the network's root key."""
ALWAYS_FROM: Final = 0
ALWAYS_UNTIL: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an issuer says of the holder of a number."""

    body: Body
    number: int
    """In the space of the body's kind."""
    issuer: int
    """An authority's number, `ROOT` for the network's root key."""
    renewal: int
    """0 to 255; the higher one counts."""
    birth: bytes
    """4 bytes drawn when the number was first issued, the same in each renewal."""
    valid_from: int = ALWAYS_FROM
    """First day, since 2025-01-01; 0 is open."""
    valid_until: int = ALWAYS_UNTIL
    """Last day; 65535 is open."""
    exercise: bool = False
    """Its keys sign exercise frames only."""
    precedence: Precedence = Precedence.ROUTINE
    """Orders the sending, and is signed."""
    signature: bytes = b""
    """64 bytes of the issuer; empty until it is signed."""

    @property
    def statement_class(self) -> StatementClass:
        """The class on the air."""
        return class_of(self.body)

    @property
    def address(self) -> Address:
        """Whom it is about, as a message would name it: of a revocation the holder of the key."""
        return Address(kind_of(self.body), self.number)

    @property
    def public_key(self) -> bytes | None:
        """The key it certifies, if it is the certificate of one who signs."""
        match self.body:
            case AuthorityBody() | StationBody() | OperatorBody():
                return self.body.public_key
            case _:
                return None

    @property
    def order(self) -> int:
        """The higher one of two about the same counts."""
        match self.body:
            case MembershipBody() | SectionBody():
                return self.body.version
            case _:
                return self.renewal

    def covers(self, on_day: int) -> bool:
        """Whether the day lies in its validity, both ends included."""
        return self.valid_from <= on_day <= self.valid_until

    def unsigned_bytes(self) -> bytes:
        """The frame up to the signature.

        Raises:
            LocalProtocolError: no receiver would accept it.
        """
        refuse_ours(self.fault() or self.body.fault())
        header = HEADER.pack(
            *(0, FrameType.STATEMENT, self.precedence, self.statement_class, self.exercise, 0),
            *(self.issuer, self.number, self.renewal, self.valid_from, self.valid_until),
            int.from_bytes(self.birth, "big"),
        )
        return header + self.body.encode()

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: it is not signed, or no receiver would accept it.
        """
        return with_signature(self.unsigned_bytes(), self.signature)

    def fault(self) -> Dropped | None:
        """What no receiver would accept of the header."""
        if not self.address.is_certifiable:
            return Dropped(Reason.BAD_NUMBER, f"number {self.number}")
        if self.valid_from > self.valid_until:
            return Dropped(Reason.STATEMENT_MALFORMED, "validity")
        if self.renewal != self.order & RENEWAL_MAX:
            return Dropped(Reason.STATEMENT_MALFORMED, "version and renewal differ")
        is_limited = (self.valid_from, self.valid_until) != (ALWAYS_FROM, ALWAYS_UNTIL)
        if is_limited and isinstance(self.body, RevocationBody):
            return Dropped(Reason.STATEMENT_MALFORMED, "a revocation never expires")
        return None if len(self.birth) == BIRTH_BYTES else Dropped(Reason.STATEMENT_MALFORMED, "birth")


@dataclass(frozen=True, slots=True)
class StatementFrame:
    """A statement in a radio packet."""

    statement: Statement
    raw: bytes
    """As it came: what a roster takes and keeps."""

    def encode(self) -> bytes:
        """The whole frame."""
        return self.raw


def decode_statement(raw: bytes) -> Statement | Dropped:
    """Read a statement by its layout; who issued it, and whether it is signed at all, is for the roster to judge."""
    if len(raw) < HEADER.size + SIGNATURE_BYTES:
        return Dropped(Reason.TRUNCATED, "statement")
    if len(raw) > STATEMENT_BYTES_MAX:
        return Dropped(Reason.TOO_LARGE, "statement")
    header = HEADER.unpack(raw[: HEADER.size])
    version, frame_type, precedence, statement_class, exercise, reserved = header[:6]
    issuer, number, renewal, valid_from, valid_until, birth = header[6:]
    if version:
        return Dropped(Reason.VERSION_UNKNOWN, f"version {version}")
    if frame_type != FrameType.STATEMENT or not 1 <= statement_class <= StatementClass.SECTION:
        return Dropped(Reason.TYPE_NOT_SUPPORTED, f"type {frame_type}, class {statement_class}")
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "statement")
    body = decode_body(StatementClass(statement_class), raw[HEADER.size : -SIGNATURE_BYTES])
    if isinstance(body, Dropped):
        return body
    statement = Statement(
        body=body,
        number=number,
        issuer=issuer,
        renewal=renewal,
        birth=birth.to_bytes(BIRTH_BYTES, "big"),
        valid_from=valid_from,
        valid_until=valid_until,
        exercise=bool(exercise),
        precedence=Precedence(precedence),
        signature=raw[-SIGNATURE_BYTES:],
    )
    return statement.fault() or statement


def statement_to_sign(unsigned: bytes, root: bytes, issuer_key: bytes) -> bytes:
    """What the issuer signs.

    Args:
        unsigned: the frame up to the signature.
        root: the network's root public key.
        issuer_key: public, the root's again where the root issues.
    """
    return b"bavn statement 0" + root + issuer_key + unsigned


def sign_second(statement: Statement, root: bytes, second_key: bytes, sign: Callable[[bytes], bytes]) -> Statement:
    """The same revocation of an authority's key with its second holder's signature; the issuer signs after it.

    Raises:
        LocalProtocolError: no receiver would accept it, or it needs no second holder.
    """
    match statement.body:
        case RevocationBody(second=SecondHolder() as second):
            # A signature of the right length stands in while the bytes before it are taken.
            draft = replace(second, signature=bytes(SIGNATURE_BYTES))
            unsigned = replace(statement, body=replace(statement.body, second=draft)).unsigned_bytes()
            signature = sign(second_to_sign(before_second(unsigned), root, second_key))
            return replace(statement, body=replace(statement.body, second=replace(second, signature=signature)))
        case _:
            raise LocalProtocolError("only the revocation of an authority's key has a second holder")


def before_second(unsigned: bytes) -> bytes:
    """What the second holder signs of a revocation's frame, given up to the issuer's signature."""
    return unsigned[: -(SECOND.size + SIGNATURE_BYTES)]


def sign_statement(statement: Statement, root: bytes, issuer_key: bytes, sign: Callable[[bytes], bytes]) -> Statement:
    """The same statement, signed.

    Raises:
        LocalProtocolError: no receiver would accept it.
    """
    signature = sign(statement_to_sign(statement.unsigned_bytes(), root, issuer_key))
    if len(signature) != SIGNATURE_BYTES:
        raise LocalProtocolError(f"a signature of {len(signature)} bytes")
    return replace(statement, signature=signature)


def recipient_id(root: bytes, statement: Statement) -> bytes:
    """The 16 bytes that a signature names a recipient by: what no renewal changes (SPEC.md, section 3)."""
    address = statement.address
    fields = bytes([address.kind]) + address.number.to_bytes(4, "big") + statement.issuer.to_bytes(4, "big")
    return sha256(b"bavn creation 0" + root + fields + statement.birth).digest()[:RECIPIENT_ID_BYTES]


def everybody_id(root: bytes) -> bytes:
    """The same for a message to everybody."""
    return sha256(b"bavn everybody 0" + root).digest()[:RECIPIENT_ID_BYTES]
