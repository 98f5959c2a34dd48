"""From the bytes of one radio packet to a frame or the reason why not: pure, and an answer for any bytes at all."""

from typing import Final

from protocol.acts import decode_act
from protocol.bundles import Bundle, Main, bundle, decode_riders
from protocol.custody import decode_digest, decode_receipt
from protocol.frames import Frame
from protocol.hints import decode_beacon, decode_inventory
from protocol.instants import decode_age, encode_age
from protocol.long_messages import decode_fragment, plan_of
from protocol.messages import (
    AGE_AT,
    CARRIED_TYPES,
    SEALED_BYTES_MIN,
    VERSIONS_CARRIED,
    Long,
    MessageLike,
    decode_message_like,
    with_age_byte,
)
from protocol.numbers import FRAME_BYTES_MAX, FrameType, WideType
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.requests import decode_request
from protocol.sheaves import decode_sheaf
from protocol.statements import StatementFrame, decode_statement

MESSAGE_LIKE: Final = (FrameType.MESSAGE, *CARRIED_TYPES)


def decode(payload: bytes) -> Frame | Dropped:
    """Read one frame.

    What it answers has been checked by its layout alone: nothing is verified yet. Encoding the answer again gives the
    same bytes.
    """
    if not payload:
        return Dropped(Reason.EMPTY)
    if len(payload) > FRAME_BYTES_MAX:
        return Dropped(Reason.TOO_LARGE, f"{len(payload)} bytes")
    version, frame_type = payload[0] >> 6, FrameType(payload[0] >> 2 & 15)
    if version not in VERSIONS_CARRIED or (version and frame_type not in MESSAGE_LIKE):
        return Dropped(Reason.VERSION_UNKNOWN, f"version {version}, type {frame_type.value}")
    return _decode_type(frame_type, payload)


def decode_main(payload: bytes) -> Frame | Dropped:
    """Read one frame without what rides on it."""
    frame = decode(payload)
    return frame.main if isinstance(frame, Bundle) else frame


def _decode_type(frame_type: FrameType, payload: bytes) -> Frame | Dropped:
    match frame_type:
        case (
            FrameType.MESSAGE
            | FrameType.LONG
            | FrameType.NOTICE
            | FrameType.SIGNED_5
            | FrameType.SIGNED_6
            | FrameType.SIGNED_7
        ):
            return _with_plan(decode_message_like(payload))
        case FrameType.ACT:
            return decode_act(payload)
        case FrameType.DIGEST:
            return decode_digest(payload)
        case FrameType.RECEIPT:
            return decode_receipt(payload)
        case FrameType.BEACON:
            return decode_beacon(payload)
        case FrameType.INVENTORY:
            return decode_inventory(payload)
        case FrameType.REQUEST:
            return decode_request(payload)
        case FrameType.STATEMENT:
            statement = decode_statement(payload)
            return statement if isinstance(statement, Dropped) else StatementFrame(statement, payload)
        case FrameType.FRAGMENT:
            return decode_fragment(payload)
        case FrameType.BUNDLE:
            return _decode_bundle(payload)
        case FrameType.ESCAPE:
            return _decode_wide(payload)


def _with_plan(frame: Frame | Dropped) -> Frame | Dropped:
    """The same, if a LONG says of its fragments what can be."""
    plan = plan_of(frame.body) if isinstance(frame, Long) else None
    return plan if isinstance(plan, Dropped) else frame


def _decode_wide(raw: bytes) -> Frame | Dropped:
    if raw[1:2] == bytes([WideType.SHEAF]):
        return decode_sheaf(raw)
    return Dropped(Reason.TYPE_NOT_SUPPORTED, "a wider type")


def _decode_bundle(raw: bytes) -> Frame | Dropped:
    read = decode_riders(raw)
    if isinstance(read, Dropped):
        return read
    riders, rest = read
    if not rest:
        return Dropped(Reason.TRUNCATED, "a bundle without its frame")
    if FrameType(rest[0] >> 2 & 15) is FrameType.BUNDLE:  # looked at first: nothing here calls itself
        return Dropped(Reason.TYPE_NOT_SUPPORTED, "a bundle in a bundle")
    main = decode(rest)
    if isinstance(main, Dropped):
        return main
    if not isinstance(main, Main):
        return Dropped(Reason.TYPE_NOT_SUPPORTED, "nothing rides on such a frame")
    return bundle(riders, main)


def with_age(sealed: bytes, age_s: int) -> bytes:
    """The same sealed message with the age that it has now; rounded up, as the scale demands.

    Args:
        sealed: a frame that decodes to a message or another signed frame with its header.
        age_s: what carriers counted and what we held it ourselves; not less than the frame says.

    Raises:
        LocalProtocolError: it is another frame, or it would become younger.
    """
    if len(sealed) < SEALED_BYTES_MIN or FrameType(sealed[0] >> 2 & 15) not in MESSAGE_LIKE:
        raise LocalProtocolError("a frame without an age")
    code = encode_age(age_s)
    if code < sealed[AGE_AT]:
        raise LocalProtocolError(f"an age of {age_s} s, and it is {decode_age(sealed[AGE_AT])} s already")
    return with_age_byte(sealed, code)


def sealed_bytes(message: MessageLike) -> bytes:
    """The frame with the age as 0: equal for every copy of one message, and what is stored.

    Raises:
        LocalProtocolError: it is not sealed.
    """
    return with_age_byte(message.encode(), 0)
