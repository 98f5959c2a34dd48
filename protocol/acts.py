"""ACT: what a named person did about a message (SPEC.md, section 6).

```
byte 0       version 2 | type 4 | precedence 2 (of the message)
bytes 1-10   station 10 | incarnation 2 | author 11 | reference: station 10 | incarnation 2 | sequence 14
             | act 3 | time 20 | extended 1 | codec 3 | confidential 1 | reserved 3
then         options when extended | comment | signature 64
```
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from protocol.framing import options_after, with_signature
from protocol.layout import Layout
from protocol.messages import full_number
from protocol.numbers import (
    ESCAPE,
    EVERYBODY,
    NUMBER_MAX,
    SIGNATURE_BYTES,
    FrameType,
    Precedence,
    Reference,
    is_station,
)
from protocol.option_layout import encode_options
from protocol.options import NO_OPTIONS, Options, WideField, wide_numbers
from protocol.reasons import Dropped, Reason, refuse_ours

HEADER: Final = Layout(2, 4, 2, 10, 2, 11, 26, 3, 20, 1, 3, 1, 3)
COMMENT_BYTES_MAX: Final = 143
"""With it an act fits a direct message, whatever the carrier."""


class ActKind(IntEnum):
    """What was done; the person pressed the key."""

    ACKNOWLEDGED = 0
    ACCEPTED = 1
    DECLINED = 2
    DONE = 3
    READ_BACK = 4
    """The comment is the order as understood."""
    KIOSK = 5
    """Typed where nobody is logged in: author 0, the comment is initials."""
    NEWER_6 = 6
    """Of a newer version: verified, kept and forwarded, shown as such."""
    NEWER_7 = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that one person did about one message, told by the station where the person is logged in."""

    precedence: Precedence
    """Of the message."""
    station: int
    incarnation: int
    """The two lowest bits of that station's incarnation."""
    author: int
    """Operator's number; 0 at a kiosk."""
    about: Reference
    act: ActKind
    time: int
    """When, in the 20 bits of `protocol.instants`."""
    codec: int = 0
    comment: bytes = b""
    """As on the air, at most `COMMENT_BYTES_MAX`."""
    confidential: bool = False
    """The comment is encrypted; see `protocol.confidential_acts`."""
    drill: int = 0
    """The exercise it belongs to, 0 for real."""
    signature: bytes = b""
    """64 bytes; empty until it is sealed."""

    def unsigned_bytes(self) -> bytes:
        """The frame up to the signature.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        options = Options(drill=self.drill or None, wide=wide_numbers(self.author, EVERYBODY))
        header = HEADER.pack(
            *(0, FrameType.ACT, self.precedence, self.station, self.incarnation, min(self.author, ESCAPE)),
            *(self.about.bits, self.act, self.time, options != NO_OPTIONS, self.codec, self.confidential, 0),
        )
        return header + encode_options(options) + self.comment

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: it is not sealed, or the other end would drop it.
        """
        return with_signature(self.unsigned_bytes(), self.signature)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not is_station(self.station) or not self.about.is_numbered:
            return Dropped(Reason.BAD_NUMBER, "station or reference")
        if not 0 <= self.author <= NUMBER_MAX:
            return Dropped(Reason.BAD_NUMBER, f"author {self.author}")
        if self.act < ActKind.NEWER_6 and (self.author == 0) is not (self.act is ActKind.KIOSK):
            return Dropped(Reason.BAD_NUMBER, "a kiosk has no author, and nobody else is without")
        if len(self.comment) > COMMENT_BYTES_MAX:
            return Dropped(Reason.TOO_LARGE, f"comment of {len(self.comment)} bytes")
        return None


def decode_act(raw: bytes) -> Act | Dropped:
    """Read an ACT of version 0; the caller has looked at byte 0."""
    if len(raw) < HEADER.size + SIGNATURE_BYTES:
        return Dropped(Reason.TRUNCATED, "act")
    header = HEADER.unpack(raw[: HEADER.size])
    _, _, precedence, station, incarnation, author, about, act, time, extended, codec, confidential, reserved = header
    if reserved:
        return Dropped(Reason.RESERVED_BITS, "act")
    read = options_after(raw, HEADER.size, extended)
    if isinstance(read, Dropped):
        return read
    options, comment_at = read
    author = full_number(author, WideField.AUTHOR, options)
    if options != Options(drill=options.drill, wide=wide_numbers(author, EVERYBODY)):
        return Dropped(Reason.OPTIONS_NOT_CANONICAL, "an act has a drill and a wide author only")
    decoded = Act(
        precedence=Precedence(precedence),
        station=station,
        incarnation=incarnation,
        author=author,
        about=Reference.from_bits(about),
        act=ActKind(act),
        time=time,
        codec=codec,
        comment=raw[comment_at:-SIGNATURE_BYTES],
        confidential=bool(confidential),
        drill=options.drill or 0,
        signature=raw[-SIGNATURE_BYTES:],
    )
    return decoded.fault() or decoded
