"""MESSAGE and the signed frames that share its header and that we carry unread (SPEC.md, sections 5 and 14).

```
byte 0       version 2 | type 4 | precedence 2
bytes 1-10   station 10 | incarnation 2 | sequence 14 | author 11 | kind 3 | number 11 | time 20 | lifetime 3
             | extended 1 | confidential 1 | ack wanted 1 | codec 3
byte 11      age 8, outside the signature
then         options when extended | body | signature 64
```
"""

from dataclasses import dataclass
from typing import Final

from protocol.framing import options_after, with_signature
from protocol.instants import Lifetime, decode_age, encode_age
from protocol.layout import Layout
from protocol.numbers import (
    ESCAPE,
    EVERYBODY,
    NUMBER_MAX,
    RECIPIENTS_MAX,
    SIGNATURE_BYTES,
    Address,
    FrameType,
    Kind,
    Precedence,
    Reference,
    is_sequence,
    is_station,
)
from protocol.option_layout import encode_options
from protocol.options import NO_OPTIONS, Options, WideField, wide_numbers
from protocol.reasons import Dropped, Reason, refuse_ours

HEADER: Final = Layout(2, 4, 2, 10, 2, 14, 11, 3, 11, 20, 3, 1, 1, 1, 3, 8)
AGE_AT: Final = HEADER.size - 1
SEALED_BYTES_MIN: Final = HEADER.size + SIGNATURE_BYTES
VERSIONS_CARRIED: Final = (0, 1, 2)
"""Versions whose message-like frames keep this header, these options and the place of the signature."""
CARRIED_TYPES: Final = (
    FrameType.LONG,
    FrameType.NOTICE,
    FrameType.SIGNED_5,
    FrameType.SIGNED_6,
    FrameType.SIGNED_7,
)
"""Types of version 0 that are verified, kept and forwarded by their header alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLike:
    """The header that version 0 promises to keep, and what follows it."""

    precedence: Precedence
    station: int
    """The origin."""
    incarnation: int
    """The two lowest bits of the origin's incarnation."""
    sequence: int
    author: int
    """Operator's number; 0 for the station itself: a machine's report or a kiosk."""
    recipient: Address
    """One holder, everybody, or several that `options` lists."""
    time: int
    """When it was written, in the 20 bits of `protocol.instants`."""
    lifetime: Lifetime
    ack_wanted: bool = False
    """A person's act is asked for; a machine's receipt comes anyway."""
    confidential: bool = False
    codec: int = 0
    """How the body was made from text, 0 to 7; see `protocol.codec`."""
    options: Options = NO_OPTIONS
    body: bytes = b""
    """As on the air: neither decrypted nor decompressed."""
    signature: bytes = b""
    """64 bytes; empty until it is sealed."""
    age_s: int = 0
    """What carriers counted so far, outside the signature; from the air always a value of `decode_age`."""
    version: int = 0
    type: int = FrameType.MESSAGE

    @property
    def reference(self) -> Reference:
        """How other frames name this one."""
        return Reference(self.station, self.incarnation, self.sequence)

    @property
    def drill(self) -> int:
        """The exercise it belongs to, 0 for real traffic."""
        return self.options.drill or 0

    def unsigned_bytes(self) -> bytes:
        """The frame up to the signature with the age as 0: what is signed, and the form kept in a store.

        Raises:
            LocalProtocolError: the other end would drop it.
        """
        refuse_ours(self.fault())
        header = HEADER.pack(
            *(self.version, self.type, self.precedence),
            *(self.station, self.incarnation, self.sequence, self.author if self.author < ESCAPE else ESCAPE),
            *(self.recipient.kind, self.recipient.short_number, self.time, self.lifetime),
            *(self.options != NO_OPTIONS, self.confidential, self.ack_wanted, self.codec, 0),
        )
        return header + encode_options(self.options) + self.body

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: it is not sealed, too large, or the other end would drop it.
        """
        return with_age_byte(with_signature(self.unsigned_bytes(), self.signature), encode_age(self.age_s))

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not is_station(self.station):
            return Dropped(Reason.BAD_NUMBER, f"station {self.station}")
        if not is_sequence(self.sequence):
            return Dropped(Reason.BAD_NUMBER, f"sequence {self.sequence}")
        if not 0 <= self.author <= NUMBER_MAX:
            return Dropped(Reason.BAD_NUMBER, f"author {self.author}")
        is_several = self.recipient.kind is Kind.SEVERAL
        is_one = self.recipient == EVERYBODY or self.recipient.is_certifiable
        if not is_one and not (is_several and 1 <= self.recipient.number <= RECIPIENTS_MAX):
            return Dropped(Reason.BAD_NUMBER, f"recipient {self.recipient.number}")
        if len(self.options.recipients) != (self.recipient.number if is_several else 0):
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "recipients are not as many as the header says")
        if self.options.wide != wide_numbers(self.author, self.recipient):
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "wide numbers do not stand for the header's escapes")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(MessageLike):
    """What an author says to a recipient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Long(MessageLike):
    """What an author says to a recipient in several frames, of which this is the first; see `protocol.long_messages`.

    Its `body` is what stands in this frame; before it is cut and signed, and again when it is put together, the whole.
    """

    type: int = FrameType.LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(MessageLike):
    """What stations tell each other for their own use, under the header of a message; see `protocol.notices`."""

    type: int = FrameType.NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOther(MessageLike):
    """A signed frame of a kind or version that we do not read: verified, kept, receipted and forwarded all the same."""

    @property
    def raw(self) -> bytes:
        """The frame as it came."""
        return self.encode()


def decode_message_like(raw: bytes) -> Message | Long | Notice | SignedOther | Dropped:
    """Read a frame whose version and type share this header; the caller has looked at byte 0."""
    if len(raw) < SEALED_BYTES_MIN:
        return Dropped(Reason.TRUNCATED, "message")
    header = HEADER.unpack(raw[: HEADER.size])
    version, frame_type, precedence, station, incarnation, sequence, author, kind = header[:8]
    number, time, lifetime, extended, confidential, ack_wanted, codec, age = header[8:]
    if kind > Kind.SEVERAL:
        return Dropped(Reason.BAD_NUMBER, f"kind {kind}")
    read = options_after(raw, HEADER.size, extended)
    if isinstance(read, Dropped):
        return read
    options, body_at = read
    message = _class_of(version, frame_type)(
        version=version,
        type=frame_type,
        precedence=Precedence(precedence),
        station=station,
        incarnation=incarnation,
        sequence=sequence,
        author=full_number(author, WideField.AUTHOR, options),
        recipient=Address(Kind(kind), full_number(number, WideField.RECIPIENT, options)),
        time=time,
        lifetime=Lifetime(lifetime),
        ack_wanted=bool(ack_wanted),
        confidential=bool(confidential),
        codec=codec,
        options=options,
        body=raw[body_at:-SIGNATURE_BYTES],
        signature=raw[-SIGNATURE_BYTES:],
        age_s=decode_age(age),
    )
    return message.fault() or message


def _class_of(version: int, frame_type: int) -> type[Message | Long | Notice | SignedOther]:
    match version, frame_type:
        case 0, FrameType.MESSAGE:
            return Message
        case 0, FrameType.LONG:
            return Long
        case 0, FrameType.NOTICE:
            return Notice
        case _:
            return SignedOther


def full_number(short: int, field: WideField, options: Options) -> int:
    """The number that a field of eleven bits stands for; -1, which is nobody's, for an escape that leads nowhere."""
    if short != ESCAPE:
        return short
    return next((wide.number for wide in options.wide if wide.field is field), -1)


def with_age_byte(sealed: bytes, code: int) -> bytes:
    """The same frame with this age."""
    return sealed[:AGE_AT] + bytes([code]) + sealed[AGE_AT + 1 :]
